//! `completions` and `man`: what the program tells shells and readers of manuals about itself.

use std::fs;
use std::path::Path;

use clap::CommandFactory as _;
use shelfmark_compile::error::Error;

use super::args::{Args, Completions, Man};
use super::stdout;

pub(super) fn completions(asked: &Completions) -> Result<bool, Error> {
    let mut bytes = Vec::new();
    clap_complete::generate(asked.shell, &mut Args::command(), "shelfmark", &mut bytes);
    stdout(&bytes)?;
    Ok(true)
}

pub(super) fn pages(asked: &Man) -> Result<bool, Error> {
    let command = Args::command();
    if let Some(folder) = &asked.out {
        fs::create_dir_all(folder).map_err(failed("create", folder))?;
        clap_mangen::generate_to(command, folder).map_err(failed("write into", folder))?;
        return Ok(true);
    }
    let mut bytes = Vec::new();
    clap_mangen::Man::new(command)
        .render(&mut bytes)
        .map_err(failed("render", Path::new("the manual")))?;
    stdout(&bytes)?;
    Ok(true)
}

fn failed(doing: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Error {
    move |source| Error::File {
        doing,
        path: path.to_owned(),
        source,
    }
}
