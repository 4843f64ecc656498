//! What a build left on disk, by kind.

use std::collections::BTreeMap;
use std::path::Path;

use crate::util::failure::{Failure, Result};
use crate::util::files;

/// Files and their bytes.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    files: u64,
    bytes: u64,
}

/// By kind, in the order of the alphabet.
pub(crate) type Sizes = BTreeMap<String, Size>;

/// What a site holds: shards by the first part of their names, the manifest, the viewer, the
/// plain pages with the feed.
pub(crate) fn site(folder: &Path) -> Result<Sizes> {
    count(folder, |path| {
        if path.starts_with("pages") || path == Path::new("feed.xml") {
            return "plain pages".into();
        }
        let Ok(name) = path.strip_prefix("bundle") else {
            return "viewer".into();
        };
        let name = name.to_string_lossy();
        match name.split_once('-') {
            Some((kind, _)) => kind.into(),
            None => "manifest".into(),
        }
    })
}

/// What Pagefind wrote beside the pages: its folders, and the files outside them.
pub(crate) fn pagefind(pages: &Path) -> Result<Sizes> {
    count(&pages.join("pagefind"), |path| {
        let folder = path.parent().filter(|folder| folder.file_name().is_some());
        folder.map_or_else(
            || "other files".into(),
            |folder| folder.to_string_lossy().into_owned(),
        )
    })
}

fn count(folder: &Path, kind: impl Fn(&Path) -> String) -> Result<Sizes> {
    let mut sizes = Sizes::new();
    for path in files::list(folder)? {
        let whole = folder.join(&path);
        let metadata = std::fs::metadata(&whole).map_err(|error| {
            Failure::new(format!("cannot look at {}: {error}", whole.display()))
        })?;
        let size = sizes.entry(kind(&path)).or_default();
        size.files += 1;
        size.bytes += metadata.len();
    }
    Ok(sizes)
}

/// Prints rows of a table with two columns.
pub(crate) fn print(sizes: &Sizes) {
    let mut all = Size::default();
    for (kind, size) in sizes {
        row(kind, *size);
        all.files += size.files;
        all.bytes += size.bytes;
    }
    row("all output", all);
}

fn row(what: &str, size: Size) {
    let files = if size.files == 1 { "file" } else { "files" };
    println!(
        "| {what} | {} in {} {files} |",
        shown(size.bytes),
        size.files
    );
}

/// Bytes in units of 1,000.
pub(crate) fn shown(bytes: u64) -> String {
    let bytes = bytes as f64;
    if bytes < 1e6 {
        format!("{:.1} kB", bytes / 1e3)
    } else if bytes < 1e9 {
        format!("{:.1} MB", bytes / 1e6)
    } else {
        format!("{:.2} GB", bytes / 1e9)
    }
}
