//! The finished site in real browsers: Chromium, Firefox and WebKit read what the real program
//! built, over HTTP, with real clicks and keys.
//!
//! `SHELFMARK_PROGRAM` names the program, `SHELFMARK_TOOLS` the folder of drivers,
//! `SHELFMARK_SKIP_WEB=1` leaves everything out, `SHELFMARK_SCREENSHOTS` names a folder for
//! pictures, `SHELFMARK_TIMES` a file for the seconds of each test, `SHELFMARK_UNSTEADY` one for the
//! tests that failed once and then passed. A failure in one engine says what was shown.

#![cfg(unix)]

mod harness;

mod witnesses;

mod accessibility;
mod addresses;
mod copies;
mod damage;
mod element;
mod embedding;
mod exactness;
mod faults;
mod files;
mod filters;
mod frameworks;
mod hostile;
mod images;
mod keyboard;
mod lazy;
mod library;
mod lists;
mod offline;
mod package;
mod packed;
mod pages;
mod posts;
mod reader;
mod rendering;
mod screenshots;
mod search;
mod serving;
mod signed;
mod slow;
mod tidy;
mod typing;
mod visible;
