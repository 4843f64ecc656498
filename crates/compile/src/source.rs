//! Finds the posts in the folders given and reads their bytes.
//!
//! Everything that can go wrong with one file is a [`Diagnostic`] and leaves the others alone.
//! What the bytes mean is decided in `read.rs`.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use walkdir::{DirEntry, WalkDir};

use crate::diagnostic::Diagnostic;
use crate::dialect::{Site, look as look_of, of_folder, tells_dialect};
use crate::post::SourceFile;

/// Endings of file names that are posts, in any case.
pub const EXTENSIONS: &[&str] = &[
    "md", "markdown", "mdown", "mkd", "mkdn", "mdwn", "rmd", "qmd", "mdx",
];

/// Endings of file names that are posts where there are no others, or where a site keeps its posts.
pub const PAGES: &[&str] = &["html", "htm", "xhtml", "txt", "text"];

/// Names of text files that are about a folder, and no posts.
const ABOUT: &[&str] = &[
    "license",
    "licence",
    "copying",
    "notice",
    "authors",
    "robots",
    "humans",
    "requirements",
    "manifest",
    "cmakelists",
    "404",
];

/// How deep sites are looked for that say what they are: a folder a day is none.
const SITE_DEPTH: usize = 3;

/// What was found in the posts folders.
#[derive(Debug)]
pub(crate) struct Collected<T = SourceFile> {
    /// Posts, in the order of (root, path bytes).
    pub(crate) files: Vec<T>,
    /// Files that posts may show, as (root, path).
    pub(crate) others: Vec<(usize, PathBuf)>,
    /// Folders that say what they were written for.
    pub(crate) sites: Vec<Site>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Largest file that is read, in bytes; above it is no post but an accident.
const MAX_FILE: u64 = 256 << 20;

/// Code of files that should be posts and could not be read.
const UNREADABLE: &str = "unreadable";

/// Tells whether every root is there; the message is for people.
///
/// # Errors
///
/// Names the first root that is missing or can't be looked into, and what to do.
pub fn check_roots(roots: &[PathBuf]) -> Result<(), String> {
    if roots.is_empty() {
        return Err("no folder of posts was given".to_owned());
    }
    for root in roots {
        let shown = root.display();
        match fs::metadata(root) {
            Ok(data) if data.is_dir() => {
                fs::read_dir(root)
                    .map_err(|error| format!("can't look into `{shown}`: {error}"))?;
            }
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let here = std::env::current_dir()
                    .map(|here| format!(" (looked from `{}`)", here.display()))
                    .unwrap_or_default();
                return Err(match root.symlink_metadata() {
                    Ok(_) => format!("`{shown}` is a link to a place that does not exist"),
                    Err(_) => format!("there is no folder or file `{shown}`{here}"),
                });
            }
            Err(error) => return Err(format!("can't open `{shown}`: {error}")),
        }
    }
    Ok(())
}

/// Finds every post under `roots`, and takes it in, in the order of (root, path bytes).
///
/// `endings` are the endings that posts have, where somebody said so. `progress` is called with the
/// number of files taken so far, from several threads. A root may also be one file: its folder is
/// then the root, and its ending does not matter.
pub(crate) fn collect<T: Send>(
    roots: &[PathBuf],
    endings: Option<&[String]>,
    take: &(dyn Fn(Found) -> Result<T, Box<Diagnostic>> + Sync),
    progress: &(dyn Fn(usize) + Sync),
) -> Collected<T> {
    let mut collected = Collected {
        files: Vec::new(),
        others: Vec::new(),
        sites: Vec::new(),
        diagnostics: Vec::new(),
    };
    let mut found = Vec::new();
    for (index, root) in roots.iter().enumerate() {
        let first = found.len();
        let mut pages = Vec::new();
        if !root.is_dir() {
            found.extend(root.file_name().map(|name| Found {
                root: index,
                path: PathBuf::from(name),
                full: root.clone(),
            }));
            continue;
        }
        walk(
            index,
            root,
            &mut |file| match endings {
                Some(endings) if has_ending(&file.path, endings) => found.push(file),
                None if has_ending(&file.path, EXTENSIONS) => found.push(file),
                None if has_ending(&file.path, PAGES) => pages.push(file),
                _ => collected.others.push((file.root, file.path)),
            },
            &mut collected.sites,
            &mut collected.diagnostics,
        );
        let alone = found.len() == first;
        found.extend(
            pages
                .into_iter()
                .filter(|page| is_post_page(&page.path, alone)),
        );
    }
    found.sort_by_cached_key(|file| (file.root, path_bytes(&file.path)));

    let count = AtomicUsize::new(0);
    let read: Vec<Result<T, Box<Diagnostic>>> = found
        .into_par_iter()
        .map(|file| {
            let file = take(file);
            progress(count.fetch_add(1, Ordering::Relaxed) + 1);
            file
        })
        .collect();
    for result in read {
        match result {
            Ok(file) => collected.files.push(file),
            Err(diagnostic) => collected.diagnostics.push(*diagnostic),
        }
    }
    collected
}

/// Whether a page of HTML or a text is a post: where nothing else is, or where posts lie.
fn is_post_page(path: &Path, alone: bool) -> bool {
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let folders = path.parent().into_iter().flat_map(Path::iter);
    let mut folders = folders.map(|folder| folder.as_encoded_bytes());
    if !alone {
        return folders.any(|folder| matches!(folder, b"_posts" | b"_drafts"));
    }
    let name = name.to_ascii_lowercase();
    let name = name.split(['.', '-', '_']).next().unwrap_or_default();
    !ABOUT.contains(&name)
        && folders
            .all(|folder| !folder.starts_with(b"_") || matches!(folder, b"_posts" | b"_drafts"))
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

/// A file that was found and not yet read.
#[derive(Debug)]
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
        look(&self.full).map_err(|message| self.unreadable(message))
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

    fn cannot_be_read(&self, error: &std::io::Error) -> Box<Diagnostic> {
        self.unreadable(format!("can't be read: {error}"))
    }

    fn unreadable(&self, message: String) -> Box<Diagnostic> {
        Box::new(Diagnostic::error(UNREADABLE, &self.shown(), message))
    }
}

fn look(path: &Path) -> Result<Metadata, String> {
    let data = fs::metadata(path).map_err(|error| format!("can't be opened: {error}"))?;
    // Opening a pipe would wait for someone to write into it.
    if !data.is_file() {
        return Err("is not a regular file (a pipe, socket or device)".to_owned());
    }
    if data.len() > MAX_FILE {
        return Err(format!(
            "is larger than {} MiB, too large for a post",
            MAX_FILE >> 20
        ));
    }
    Ok(data)
}

fn walk(
    index: usize,
    root: &Path,
    found: &mut dyn FnMut(Found),
    sites: &mut Vec<Site>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    // Folders with something in them that may say what they are.
    let told = RefCell::new(BTreeSet::new());
    let entries = WalkDir::new(root)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| {
            if (1..=SITE_DEPTH + 1).contains(&entry.depth()) && tells_dialect(entry.file_name()) {
                let folder = entry.path().parent().map(Path::to_owned);
                told.borrow_mut().extend(folder);
            }
            enters(entry)
        });
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                diagnostics.extend(walk_problem(root, &error));
                continue;
            }
        };
        if entry.file_type().is_dir() {
            if entry.depth() > 0 && is_post_name(entry.path()) {
                let shown = entry.path().to_string_lossy();
                diagnostics.push(
                    Diagnostic::warning(UNREADABLE, &shown, "is a folder with the name of a post")
                        .help("posts inside it are read; rename it to silence this"),
                );
            }
            continue;
        }
        if let Ok(path) = entry.path().strip_prefix(root) {
            found(Found {
                root: index,
                path: path.to_owned(),
                full: entry.path().to_owned(),
            });
        }
    }
    for place in told.into_inner() {
        if let Some((dialect, file)) = of_folder(&place)
            && let Ok(folder) = place.strip_prefix(root)
        {
            sites.push(Site {
                root: index,
                folder: folder.to_owned(),
                dialect,
                file,
            });
        }
    }
}

/// Tells whether a file or folder is looked at: hidden folders and the like are not.
fn enters(entry: &DirEntry) -> bool {
    if entry.depth() == 0 {
        return true;
    }
    let name = entry.file_name().as_encoded_bytes();
    if entry.file_type().is_dir() {
        !name.starts_with(b".") && name != b"node_modules"
    } else {
        // What macOS leaves beside files on foreign disks.
        !name.starts_with(b"._")
    }
}

/// Tells whether a file has the ending of a post.
fn is_post_name(path: &Path) -> bool {
    has_ending(path, EXTENSIONS)
}

fn has_ending(path: &Path, endings: &[impl AsRef<str>]) -> bool {
    let Some(name) = path.file_name() else {
        return false;
    };
    let name = name.as_encoded_bytes();
    // `Path::extension` says that `.md` has none; a file of that name is a post all the same.
    name.iter().rposition(|&b| b == b'.').is_some_and(|dot| {
        endings
            .iter()
            .any(|e| name[dot + 1..].eq_ignore_ascii_case(e.as_ref().as_bytes()))
    })
}

/// Says what could not be walked; nothing for links that are no post's business.
fn walk_problem(root: &Path, error: &walkdir::Error) -> Option<Diagnostic> {
    let path = error.path().unwrap_or(root);
    let shown = path.to_string_lossy();
    if let Some(ancestor) = error.loop_ancestor() {
        return Some(
            Diagnostic::warning(
                "link-loop",
                &shown,
                format!(
                    "is a link back to `{}`, a folder it lies in",
                    ancestor.to_string_lossy()
                ),
            )
            .help("nothing is missing: the posts are read where they lie"),
        );
    }
    let reason = error
        .io_error()
        .map_or_else(|| error.to_string(), ToString::to_string);
    let dangling = path.is_symlink() && !path.exists();
    if dangling {
        let name = path.file_name()?.as_encoded_bytes();
        // Editors keep their locks as dangling links.
        if name.starts_with(b".") {
            return None;
        }
        let message = "is a link to a place that does not exist";
        return Some(if is_post_name(path) {
            Diagnostic::error(UNREADABLE, &shown, message)
        } else {
            Diagnostic::warning(UNREADABLE, &shown, message)
        });
    }
    Some(Diagnostic::error(
        UNREADABLE,
        &shown,
        format!("can't be looked into: {reason}"),
    ))
}

#[cfg(test)]
mod tests;
