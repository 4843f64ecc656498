//! The tests of this crate, in one program that links once.

mod class;
mod fold;
mod grapheme;
mod language;
mod map;
mod tables;
mod texts;
