//! The posts in the folders given, as `listing.rs` finds them, and their bytes.
//!
//! Everything that can go wrong with one file is a [`Diagnostic`] and leaves the others alone.
//! What the bytes mean is decided in `read.rs`.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use shelfmark_bundle::MAX_SHARD;

use crate::diagnostic::Diagnostic;
use crate::dialect::look as look_of;
use crate::error::Error;
use crate::large;
use crate::post::SourceFile;

mod listing;

pub(crate) use listing::{Listing, enters, within_another};

/// Endings of file names that are posts, in any case.
pub const EXTENSIONS: &[&str] = &[
    "md", "markdown", "mdown", "mkd", "mkdn", "mdwn", "rmd", "qmd", "mdx",
];

/// Endings of file names that are posts where there are no others, or where a site keeps its posts.
pub const PAGES: &[&str] = &["html", "htm", "xhtml", "txt", "text"];

/// Largest file that is read, in bytes: the archive holds every byte of a post, in one file.
const MAX_FILE: u64 = MAX_SHARD;

/// Code of files that should be posts and could not be read.
const UNREADABLE: &str = "unreadable";

/// Tells whether every root is there.
///
/// # Errors
///
/// Names the first root that is missing or can't be looked into, and what to do.
pub fn check_roots(roots: &[PathBuf]) -> Result<(), Error> {
    const GIVE: &str = "give the folder that holds the posts, or a single post";
    if roots.is_empty() {
        return Err(Error::refused("no folder of posts was given", GIVE));
    }
    for root in roots {
        let shown = root.display();
        match fs::metadata(root) {
            Ok(data) if data.is_dir() => {
                fs::read_dir(root).map_err(Error::file("look into", root))?;
            }
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let here = std::env::current_dir()
                    .map(|here| format!(" (looked from `{}`)", here.display()))
                    .unwrap_or_default();
                let message = match root.symlink_metadata() {
                    Ok(_) => format!("`{shown}` is a link to a place that does not exist"),
                    Err(_) => format!("there is no folder or file `{shown}`{here}"),
                };
                return Err(Error::refused(message, GIVE));
            }
            Err(error) => return Err(Error::file("open", root)(error)),
        }
    }
    Ok(())
}

/// Takes in every post of a listing, in the order of (root, path bytes). `progress` is called with the
/// number of files taken so far, from several threads.
pub(crate) fn collect<T: Send>(
    listing: &Listing,
    take: &(dyn Fn(Found) -> Result<T, Box<Diagnostic>> + Sync),
    progress: &(dyn Fn(usize) + Sync),
) -> (Vec<T>, Vec<Diagnostic>) {
    let count = AtomicUsize::new(0);
    let taken: Vec<Result<T, Box<Diagnostic>>> = listing
        .found
        .par_iter()
        .map(|file| {
            let file = take(file.clone());
            progress(count.fetch_add(1, Ordering::Relaxed) + 1);
            file
        })
        .collect();
    let mut files = Vec::with_capacity(taken.len());
    let mut diagnostics = listing.diagnostics.clone();
    for result in taken {
        match result {
            Ok(file) => files.push(file),
            Err(diagnostic) => diagnostics.push(*diagnostic),
        }
    }
    (files, diagnostics)
}

/// Returns the bytes of a path inside its root, with `/` between folders.
#[must_use]
pub fn path_bytes(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(path.as_os_str().len());
    for part in path {
        if !bytes.is_empty() {
            bytes.push(b'/');
        }
        bytes.extend_from_slice(part.as_encoded_bytes());
    }
    bytes
}

/// The path of a post as the user would type it, by its posts folder and its path there.
pub(crate) fn typed(roots: &[PathBuf], root: usize, path: &str) -> String {
    match roots.get(root) {
        Some(root) if root.is_file() => root.display().to_string(),
        Some(root) => root.join(path).display().to_string(),
        None => path.to_owned(),
    }
}

/// A file that was found and not yet read.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// Index of the posts folder.
    pub(crate) root: usize,
    /// Path in it.
    pub(crate) path: PathBuf,
    /// Path by which it is opened.
    pub(crate) full: PathBuf,
}

impl Found {
    /// The path as it is shown in messages.
    pub(crate) fn shown(&self) -> String {
        self.full.to_string_lossy().into_owned()
    }

    /// What the file system says of it; an error when it is nothing to read.
    pub(crate) fn look(&self) -> Result<Metadata, Box<Diagnostic>> {
        look(&self.full).map_err(|(message, help)| self.unreadable(message, help))
    }

    /// Its bytes.
    pub(crate) fn bytes(&self) -> Result<Vec<u8>, Box<Diagnostic>> {
        let read = fs::read(&self.full);
        read.map_err(|error| self.cannot_be_read(&error))
    }

    /// Tells whether it can be read.
    pub(crate) fn open(&self) -> Result<(), Box<Diagnostic>> {
        let opened = fs::File::open(&self.full);
        opened
            .map(drop)
            .map_err(|error| self.cannot_be_read(&error))
    }

    /// The file with its bytes.
    pub(crate) fn read(self) -> Result<SourceFile, Box<Diagnostic>> {
        self.look()?;
        let bytes = self.bytes()?;
        Ok(self.with(bytes))
    }

    /// The file with these bytes.
    pub(crate) fn with(self, bytes: Vec<u8>) -> SourceFile {
        SourceFile {
            bytes,
            shown: self.shown(),
            root: self.root,
            path: self.path,
        }
    }

    /// What a post with these bytes looks like: see [`look_of`]. They are read when none are given.
    pub(crate) fn looks(&self, bytes: Option<&[u8]>) -> Vec<u8> {
        let path = path_bytes(&self.path);
        match bytes {
            Some(bytes) => look_of(&path, bytes),
            None => look_of(&path, &self.bytes().unwrap_or_default()),
        }
    }

    fn cannot_be_read(&self, error: &io::Error) -> Box<Diagnostic> {
        self.unreadable(format!("can't be read: {error}"), advice(error))
    }

    fn unreadable(&self, message: String, help: &str) -> Box<Diagnostic> {
        Box::new(Diagnostic::error(UNREADABLE, &self.shown(), message).help(help))
    }
}

/// What the file system says of a file; else what is wrong with it, and what to do.
fn look(path: &Path) -> Result<Metadata, (String, &'static str)> {
    let data = fs::metadata(path)
        .map_err(|error| (format!("can't be opened: {error}"), advice(&error)))?;
    // Opening a pipe would wait for someone to write into it.
    if !data.is_file() {
        return Err((
            "is not a regular file (a pipe, socket or device)".to_owned(),
            "take it out of the posts, or give it a name that is not that of a post",
        ));
    }
    if data.len() > MAX_FILE {
        return Err((
            format!(
                "is larger than {} MiB, the most that a file of the archive may hold",
                MAX_FILE >> 20
            ),
            large::HELP,
        ));
    }
    Ok(data)
}

/// What to do about a file or folder that can't be read.
fn advice(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            "let the user who builds read it (`chmod u+r`, for a folder `u+rx`), or take it out of \
             the posts"
        }
        io::ErrorKind::NotFound => "put it back, or take out what names it",
        _ => "mend it, or take it out of the posts",
    }
}

#[cfg(test)]
mod tests;
