//! What all tests share: browsers under control, the sites they read, and witnesses.
//!
//! [`with_page`] gives a test a fresh tab of one engine; [`Page`] is what a reader can do with it;
//! the page comes from [`server`], which damages files on demand; every request that leaves for
//! anywhere else is heard by the [`canary`]; [`keeper`] ends all processes when the tests end.

pub(crate) mod fixtures;
pub(crate) mod page;
pub(crate) mod sites;

pub(crate) mod archive;

mod browser;
mod engine;
mod webdriver;

mod canary;
pub(crate) mod http;
pub(crate) mod server;

pub(crate) mod keeper;
pub(crate) mod tools;

pub(crate) use browser::with_page;
pub(crate) use engine::Engine;
pub(crate) use page::Page;

/// Makes three tests of each function: one for Chromium, one for Firefox, one for WebKit.
///
/// The engine comes last in the name (`lists::the_newest_posts_come_first::firefox`), so that
/// neighbours in cargo's order are of different engines and run at the same time. One engine
/// alone: `cargo test --test web chromium`. A function that is not named is an unused one, which
/// the compiler tells.
macro_rules! in_each_engine {
    ($($test:ident),* $(,)?) => {$(
        mod $test {
            use crate::harness::{Engine, with_page};

            #[test]
            fn chromium() {
                with_page(Engine::Chromium, stringify!($test), super::$test);
            }

            #[test]
            fn firefox() {
                with_page(Engine::Firefox, stringify!($test), super::$test);
            }

            #[test]
            fn webkit() {
                with_page(Engine::WebKit, stringify!($test), super::$test);
            }
        }
    )*};
}
pub(crate) use in_each_engine;
