//! The command line as people use it: the real program, run on folders made for each test.
//!
//! One binary for all modules, so that it links once. No test measures time.

mod support;

mod boundaries;
mod build;
mod cache;
mod check;
mod cli;
mod dialects;
mod extract;
mod hosting;
mod killed;
mod locales;
mod pack;
mod packed;
mod pages;
mod pictures;
mod segments;
mod serve;
mod sign;
mod trouble;
mod verify;
