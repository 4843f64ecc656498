//! The file that is written beside the page, and takes its place when it is whole.

use std::ffi::OsString;
use std::io;
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

use crate::error::plain;
use crate::publish::remove_files_of_dead;

/// Ending of its name.
const ENDING: &str = "-tmp";

/// Creates it, after removing those of processes that were killed.
pub(super) fn create(page: &Path) -> io::Result<NamedTempFile> {
    let folder = page.parent().unwrap_or(Path::new("/"));
    let mut prefix = OsString::from(".");
    prefix.push(page.file_name().unwrap_or_default());
    prefix.push(".shelfmark-");
    remove_files_of_dead(folder, &|name| {
        let rest = name.as_encoded_bytes();
        let rest = rest.strip_prefix(prefix.as_encoded_bytes())?;
        let rest = core::str::from_utf8(rest).ok()?;
        rest.strip_suffix(ENDING)?.split_once('-')?.0.parse().ok()
    });
    prefix.push(format!("{}-", std::process::id()));
    Builder::new()
        .prefix(&prefix)
        .suffix(ENDING)
        .tempfile_in(folder)
        .map_err(plain)
}
