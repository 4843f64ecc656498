//! The tests of this crate, in one program that links once.

mod class;
mod fold;
mod language;
mod map;
mod tables;
mod texts;
