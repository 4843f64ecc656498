//! Finds the posts in the folders given, and what lies beside them.
//!
//! Walking through many folders takes longer than anything else that a server does when one post was
//! saved, so that it remembers what it found for as long as no file has come or gone.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashSet};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use walkdir::{DirEntry, WalkDir};

use super::{EXTENSIONS, Found, PAGES, UNREADABLE, advice, path_bytes};
use crate::diagnostic::Diagnostic;
use crate::dialect::{Site, of_folder, tells_dialect};

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
pub(crate) struct Listing {
    roots: Vec<PathBuf>,
    endings: Option<Vec<String>>,
    /// Posts, in the order of (root, path bytes).
    pub(crate) found: Vec<Found>,
    /// Files that posts may show, as (root, path).
    pub(crate) others: Vec<(usize, PathBuf)>,
    /// Folders that say what they were written for.
    pub(crate) sites: Vec<Site>,
    /// What can't be looked into.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Absolute paths of all files, once somebody asked.
    known: OnceLock<HashSet<PathBuf>>,
}

impl Listing {
    /// Finds every post under `roots`.
    ///
    /// `endings` are the endings that posts have, where somebody said so. A root may also be one file:
    /// its folder is then the root, and its ending does not matter.
    pub(crate) fn of(roots: &[PathBuf], endings: Option<&[String]>) -> Self {
        let mut listing = Self {
            roots: roots.to_vec(),
            endings: endings.map(<[String]>::to_vec),
            found: Vec::new(),
            others: Vec::new(),
            sites: Vec::new(),
            diagnostics: Vec::new(),
            known: OnceLock::new(),
        };
        for (index, root) in roots.iter().enumerate() {
            if root.is_dir() {
                listing.add(index, root, endings);
            } else {
                listing.found.extend(root.file_name().map(|name| Found {
                    root: index,
                    path: PathBuf::from(name),
                    full: root.clone(),
                }));
            }
        }
        listing.set_machinery_aside();
        let key = |file: &Found| (file.root, path_bytes(&file.path));
        listing.found.sort_by_cached_key(key);
        listing
    }

    /// Adds what lies in a folder.
    fn add(&mut self, index: usize, root: &Path, endings: Option<&[String]>) {
        let first = self.found.len();
        let mut pages = Vec::new();
        walk(
            index,
            root,
            &mut |file| match endings {
                Some(endings) if has_ending(&file.path, endings) => self.found.push(file),
                None if has_ending(&file.path, EXTENSIONS) => self.found.push(file),
                None if has_ending(&file.path, PAGES) => pages.push(file),
                _ => self.others.push((file.root, file.path)),
            },
            &mut self.sites,
            &mut self.diagnostics,
        );
        let alone = self.found.len() == first;
        let is_post = |page: &Found| is_post_page(&page.path, alone);
        self.found.extend(pages.into_iter().filter(is_post));
    }

    /// Makes others of what a program keeps beside its posts: see [`Site::is_machinery`].
    fn set_machinery_aside(&mut self) {
        let sites = &self.sites;
        let is_machinery = |file: &mut Found| {
            let above = |site: &&Site| site.root == file.root;
            let mut sites = sites.iter().filter(above);
            sites.any(|site| site.is_machinery(&file.path))
        };
        if !sites.is_empty() {
            let aside = self.found.extract_if(.., is_machinery);
            let aside: Vec<_> = aside.map(|file| (file.root, file.path)).collect();
            self.others.extend(aside);
            self.others.sort();
        }
    }

    /// Whether it is what would be found of these roots, if nothing changed on the disk.
    pub(crate) fn is_of(&self, roots: &[PathBuf], endings: Option<&[String]>) -> bool {
        self.roots == roots && self.endings.as_deref() == endings
    }

    /// Whether it is as good as before once something happened at these paths, which are absolute: files
    /// that it has are still there, and what it does not have is not. What can't be told is not, and where
    /// something could not be looked into, it is tried again.
    pub(crate) fn outlasts(&self, changed: impl IntoIterator<Item = impl AsRef<Path>>) -> bool {
        let known = self.known.get_or_init(|| self.paths());
        let is_as_before = |path: &Path| {
            if path.file_name().is_none_or(tells_dialect) {
                return false;
            }
            match fs::symlink_metadata(path) {
                Ok(data) => data.is_file() && known.contains(path),
                // Neither a file that is known nor a folder of such.
                Err(_) => !known.iter().any(|file| file.starts_with(path)),
            }
        };
        let mut changed = changed.into_iter();
        self.diagnostics.is_empty() && changed.all(|path| is_as_before(path.as_ref()))
    }

    /// Absolute paths of all files.
    fn paths(&self) -> HashSet<PathBuf> {
        let others = self.others.iter().filter_map(|(root, path)| {
            let root = self.roots.get(*root)?;
            std::path::absolute(root.join(path)).ok()
        });
        let found = self.found.iter();
        let found = found.filter_map(|file| std::path::absolute(&file.full).ok());
        found.chain(others).collect()
    }
}

/// The first root that lies in another one, and that one, where its posts are found already.
pub(crate) fn within_another(roots: &[PathBuf]) -> Option<(&Path, &Path)> {
    let real: Vec<Option<PathBuf>> = roots.iter().map(|root| root.canonicalize().ok()).collect();
    let is_in = |inner: usize, outer: usize| {
        let (Some(inside), Some(outside)) = (&real[inner], &real[outer]) else {
            return false;
        };
        let Ok(between) = inside.strip_prefix(outside) else {
            return false;
        };
        if between.as_os_str().is_empty() {
            // The same one, given twice.
            return outer < inner;
        }
        let folders = if inside.is_dir() {
            between
        } else {
            between.parent().unwrap_or(between)
        };
        let seen = folders.iter().all(is_entered);
        seen && (inside.is_dir() || is_post_name(inside))
    };
    let places = || 0..roots.len();
    let mut pairs = places().flat_map(|inner| places().map(move |outer| (inner, outer)));
    let (inner, outer) = pairs.find(|(inner, outer)| inner != outer && is_in(*inner, *outer))?;
    Some((roots[inner].as_path(), roots[outer].as_path()))
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
pub(crate) fn enters(entry: &DirEntry) -> bool {
    if entry.depth() == 0 {
        return true;
    }
    if entry.file_type().is_dir() {
        is_entered(entry.file_name())
    } else {
        // What macOS leaves beside files on foreign disks.
        !entry.file_name().as_encoded_bytes().starts_with(b"._")
    }
}

/// Tells whether a folder of this name is looked into.
fn is_entered(name: &OsStr) -> bool {
    !name.as_encoded_bytes().starts_with(b".") && name != "node_modules"
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

/// What to do about a link that leads nowhere.
const LINK: &str = "let the link lead to what it should, or remove it";

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
        let problem = if is_post_name(path) {
            Diagnostic::error(UNREADABLE, &shown, message)
        } else {
            Diagnostic::warning(UNREADABLE, &shown, message)
        };
        return Some(problem.help(LINK));
    }
    let message = format!("can't be looked into: {reason}");
    let help = match error.io_error() {
        _ if path.is_symlink() => LINK,
        Some(error) => advice(error),
        None => "run it again",
    };
    Some(Diagnostic::error(UNREADABLE, &shown, message).help(help))
}
