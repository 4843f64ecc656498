//! `cargo xtask`: the project's own commands, in Rust, so that they run wherever the project builds.
//!
//! This file reads the command line and nothing else; each command has its file. The work on posts
//! is no concern of this crate: it never links `shelfmark`, it only calls the compiled program.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool talks to whoever runs it"
)]

mod config;
mod viewer;

mod assemble;
mod entities;
mod folding;
mod glue;
mod icons;
mod minify;
mod names;
mod options;
mod size;
mod slim;

mod dist;
mod package;
mod program;
mod setup;
mod shorten;
mod test;
mod tour;

mod bench;
mod worst;

mod util;

use std::process::ExitCode;

use config::Project;
use util::failure::{Failure, Result};

const USAGE: &str = "\
usage: cargo xtask <command>

  serve [arguments]   build everything, compile posts/ and serve it; arguments go to `shelfmark serve`
  build               build the viewer and the program, the viewer inside it
  dist                build the program and pack it with its manual for other machines, with checksums
  viewer              build only the viewer: the browser module and its static page
  package             build the viewer and pack it for npm
  size                print the sizes of the viewer as it was last built, beside their budgets
  setup [part ...]    fetch what building and testing need and is missing
                      parts: rust, npm, apt, geckodriver; all of them when none is named
  test                set up, then check formatting, lint, build and run every test
    --no-setup        do not fetch anything
    --no-web          leave out the tests that need a browser
  screenshots         take pictures of every view in every browser, with the program as it was last
                      built: target/screenshots, and those of docs/tour.md
  bench [POSTS ...]   measure building and searching an archive, and print tables;
                      `--synthetic N` makes posts up; without arguments, all options
  worst POSTS ...     build an archive and list the posts of which readers see least, and what looks
                      wrong, with the program as it was last built
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprint!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<()> {
    let Some((command, rest)) = arguments.split_first() else {
        return Err(Failure::new("no command").help(USAGE));
    };
    match command.as_str() {
        "help" | "--help" | "-h" => {
            print!("{USAGE}");
            Ok(())
        }
        "serve" => program::serve(&Project::open()?, rest),
        "setup" => setup::run(&Project::open()?, rest),
        "bench" => bench::run(&Project::open()?, rest),
        "worst" => worst::run(&Project::open()?, rest),
        "test" => test::run(&Project::open()?, rest),
        "build" => no_more(rest).and_then(|()| program::build(&Project::open()?)),
        "dist" => no_more(rest).and_then(|()| dist::build(&Project::open()?)),
        "viewer" => no_more(rest).and_then(|()| viewer::build(&Project::open()?)),
        "package" => no_more(rest).and_then(|()| package::build(&Project::open()?)),
        "screenshots" => no_more(rest).and_then(|()| tour::take(&Project::open()?)),
        "size" => no_more(rest).and_then(|()| size::report(&Project::open()?)),
        _ => Err(Failure::new(format!("unknown command `{command}`")).help(USAGE)),
    }
}

/// Refuses arguments that a command would otherwise silently ignore.
fn no_more(rest: &[String]) -> Result<()> {
    match rest.first() {
        None => Ok(()),
        Some(argument) => {
            Err(Failure::new(format!("unexpected argument `{argument}`")).help(USAGE))
        }
    }
}
