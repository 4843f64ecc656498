//! The native compiler: folders of posts in, a static site out.
//!
//! Data flows downwards through the modules: sources are found and read, front matter becomes a
//! [`post::Post`], bodies are rendered for their visible text, and the site is written and
//! published in one step. What readers' browsers need is in the other crates; nothing here
//! reaches the browser module.

pub mod options;
pub mod source;

mod date;
pub mod dialect;
mod encoding;
mod front_matter;

pub mod post;
pub mod read;
pub mod slug;

pub mod diagnostic;
pub mod report;

pub mod render;

mod forms;
mod gather;
mod index;
mod inspect;
mod large;
mod links;
mod names;
mod pictures;
mod searched;
mod segment;
mod shard;
mod shown;
mod surroundings;
mod tables;
mod traits;
mod unread;
mod work;
mod writer;

mod bundle;
mod disk;
mod install;
mod pages;
mod publish;
mod scratch;
mod seal;
pub mod site;

pub mod build;
pub mod cache;
pub mod explain;
pub mod pack;
pub mod summary;

pub mod archive;
pub mod extract;
pub mod list;
pub mod reader;
pub mod sign;
pub mod verify;

pub mod serve;

pub mod error;
pub mod interrupt;
pub mod progress;
