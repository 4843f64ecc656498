//! What all tests share: browsers under control, the sites they read, and witnesses.
//!
//! [`with_page`] gives a test a fresh tab of one engine; [`Page`] is what a reader can do with it;
//! the page comes from [`server`], which damages files on demand; every request that leaves for
//! anywhere else is heard by the [`canary`]; [`keeper`] ends all processes when the tests end.

pub(crate) mod fixtures;
pub(crate) mod page;
pub(crate) mod sites;

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

/// Makes a test of each function: one for Chromium, one for Firefox, one for WebKit.
///
/// The engine comes last in the name (`lists::newest_first::firefox`), so that neighbours in
/// cargo's order are of different engines and run at the same time. One engine alone:
/// `cargo test --test web chromium`.
macro_rules! in_each_engine {
    ($($(#[$about:meta])* fn $name:ident($page:ident: &Page<'_>) $body:block)*) => {$(
        $(#[$about])*
        mod $name {
            #[allow(unused_imports, reason = "not every test needs them")]
            use super::*;
            use crate::harness::{Engine, Page};

            fn check($page: &Page<'_>) $body

            #[test]
            fn chromium() {
                crate::harness::with_page(Engine::Chromium, stringify!($name), check);
            }

            #[test]
            fn firefox() {
                crate::harness::with_page(Engine::Firefox, stringify!($name), check);
            }

            #[test]
            fn webkit() {
                crate::harness::with_page(Engine::WebKit, stringify!($name), check);
            }
        }
    )*};
}
pub(crate) use in_each_engine;
