//! Writes an archive of made-up posts, of any size and the same for the same seed: something to
//! build and search at a size of which there are no real posts at hand.
//!
//! What counts is that the index has as hard a time as with real text, so the text is made to have
//! the bigrams of a real one: `model.rs` says how, and how well it does.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool talks to whoever runs it"
)]

mod model;
mod post;
#[path = "../shared/random.rs"]
mod random;
mod words;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use model::Model;
use rayon::prelude::*;

/// The error of a tool: a sentence.
pub(crate) type Result<T> = core::result::Result<T, Box<dyn core::error::Error + Send + Sync>>;

/// Posts of a folder.
const FOLDER: usize = 1_000;

const USAGE: &str = "\
usage: generate --out FOLDER --posts N [options]
  --seed S     for other posts [1]
  --length F   factor to the length of the bodies [1]";

/// What the command line asks for.
#[derive(Debug)]
struct Options {
    out: PathBuf,
    posts: usize,
    seed: u64,
    length: f64,
}

impl Options {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
        let (mut out, mut posts, mut seed, mut length) = (None, None, 1, 1.0);
        while let Some(argument) = arguments.next() {
            let mut value = || {
                let value = arguments.next();
                value.ok_or_else(|| format!("`{argument}` needs a value\n{USAGE}"))
            };
            match argument.as_str() {
                "--out" => out = Some(PathBuf::from(value()?)),
                "--posts" => posts = Some(value()?.parse()?),
                "--seed" => seed = value()?.parse()?,
                "--length" => length = value()?.parse()?,
                // Said by `cargo bench`.
                "--bench" => {}
                _ => return Err(format!("unknown argument `{argument}`\n{USAGE}").into()),
            }
        }
        Ok(Self {
            out: out.ok_or(USAGE)?,
            posts: posts.ok_or(USAGE)?,
            seed,
            length,
        })
    }
}

fn main() -> ExitCode {
    let written = Options::parse(std::env::args().skip(1)).and_then(|options| write(&options));
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Writes folder by folder; no more than a post of each thread is in memory.
fn write(options: &Options) -> Result<()> {
    let model = Model::new(options.seed, options.length);
    let folders = options.posts.div_ceil(FOLDER);
    (0..folders).into_par_iter().try_for_each(|folder| {
        let path = options.out.join(format!("{folder:04}"));
        let failed = |error| format!("cannot write {}: {error}", path.display());
        fs::create_dir_all(&path).map_err(failed)?;
        let last = options.posts.min((folder + 1) * FOLDER);
        for number in folder * FOLDER..last {
            let (name, text) = post::write(&model, options.seed, number, options.posts);
            fs::write(path.join(name), text).map_err(failed)?;
        }
        Ok(())
    })
}
