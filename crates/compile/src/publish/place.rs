//! Where a site is to stand, and whether it may.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::leftovers::{holds_pages, holds_shards, is_site};
use crate::archive::{Archive, MANIFEST};
use crate::error::Error;
use crate::pages;

/// A folder that may become (or is) a site of ours.
#[derive(Debug)]
pub(crate) struct Place {
    path: PathBuf,
}

impl Place {
    /// Looks at `out` without touching anything.
    ///
    /// # Errors
    /// When it holds something else than a site, or overlaps with a posts folder.
    pub(crate) fn check(out: &Path, posts: &[PathBuf]) -> Result<Self, Error> {
        let path = real_path(out)?;
        if path.file_name().is_none() {
            return Err(Error::refused(
                format!("`{}` can't be a site", out.display()),
                "give a folder of its own",
            ));
        }
        check_apart("site", out, &path, posts)?;
        check_content(out, &path)?;
        Ok(Self { path })
    }

    /// Tells whether plain pages may be written: what is there under their names is a site's own.
    ///
    /// # Errors
    /// When it is somebody's: it would be replaced.
    pub(crate) fn check_pages(&self, out: &Path) -> Result<(), Error> {
        let there = |name: &&&str| self.path.join(name).symlink_metadata().is_ok();
        let Some(name) = pages::NAMES.iter().find(there) else {
            return Ok(());
        };
        if holds_pages(&self.path) {
            return Ok(());
        }
        let page = out.join(name);
        let manifest = out.join("bundle").join(MANIFEST);
        if holds_shards(&self.path) && Archive::open(&self.path).is_err() {
            return Err(Error::refused(
                format!(
                    "`{}` is damaged, so that nothing tells whether `{}` was made by Shelfmark",
                    manifest.display(),
                    page.display()
                ),
                "if it was, remove it and build again; else move it away, or build with \
                 --no-static-pages",
            ));
        }
        Err(Error::refused(
            format!(
                "`{}` was not made by Shelfmark, and plain pages would replace it",
                page.display()
            ),
            "move it away, or build with --no-static-pages",
        ))
    }

    /// The folder, with links resolved.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

/// Refuses a place that overlaps with a posts folder; `path` is the real path of `out`.
///
/// # Errors
/// When it does, or a posts folder can't be found.
pub(crate) fn check_apart(
    what: &str,
    out: &Path,
    path: &Path,
    posts: &[PathBuf],
) -> Result<(), Error> {
    for posts in posts {
        let root = posts.canonicalize().map_err(Error::file("open", posts))?;
        if path.starts_with(&root) {
            return Err(Error::refused(
                format!(
                    "the {what} `{}` would lie inside the posts folder `{}`",
                    out.display(),
                    posts.display()
                ),
                "give a place beside the posts",
            ));
        }
        if root.starts_with(path) {
            return Err(Error::refused(
                format!(
                    "the posts `{}` lie inside `{}`, which the {what} would replace",
                    posts.display(),
                    out.display()
                ),
                "give a place beside the posts",
            ));
        }
    }
    Ok(())
}

fn check_content(out: &Path, path: &Path) -> Result<(), Error> {
    let mut entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            return Err(Error::refused(
                format!("`{}` is not a folder", out.display()),
                "give a folder for the site",
            ));
        }
        Err(error) => return Err(Error::file("look into", out)(error)),
    };
    if entries.next().is_none() || is_site(path) || holds_shards(path) {
        return Ok(());
    }
    let manifest = path.join("bundle").join(MANIFEST);
    let why = match manifest.symlink_metadata() {
        Ok(_) => "its bundle/archive.json is none of Shelfmark's",
        Err(_) => "it has no bundle/archive.json",
    };
    Err(Error::refused(
        format!(
            "`{}` is not empty and not a site made by Shelfmark ({why})",
            out.display()
        ),
        "give an empty or new folder, so that nothing of yours is replaced",
    ))
}

/// Makes a folder where there is none; `what` names it in messages.
///
/// # Errors
/// When something else is there, or it can't be made.
pub(crate) fn make_folder(what: &str, path: &Path) -> Result<(), Error> {
    match path.metadata() {
        Ok(data) if data.is_dir() => Ok(()),
        Ok(_) => Err(Error::refused(format!("{what} is a file"), "give a folder")),
        Err(error) if error.kind() == io::ErrorKind::NotFound && !path.is_symlink() => {
            fs::create_dir_all(path).map_err(Error::file("create", path))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Error::refused(
            format!("{what} is a link to a place that does not exist"),
            "make the place, or remove the link",
        )),
        Err(error) => Err(Error::file("open", path)(error)),
    }
}

/// The absolute path with links resolved, as far as it exists.
pub(crate) fn real_path(out: &Path) -> Result<PathBuf, Error> {
    let absolute = std::path::absolute(out).map_err(Error::file("find", out))?;
    let mut missing = Vec::new();
    let mut existing = absolute.as_path();
    loop {
        match existing.canonicalize() {
            Ok(mut real) => {
                real.extend(missing.iter().rev());
                return Ok(real);
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if existing.is_symlink() {
                    return Err(Error::refused(
                        format!(
                            "`{}` is a link to a place that does not exist",
                            existing.display()
                        ),
                        "make the place, or remove the link",
                    ));
                }
                let (Some(Component::Normal(name)), Some(parent)) =
                    (existing.components().next_back(), existing.parent())
                else {
                    return Err(Error::file("find", out)(error));
                };
                missing.push(name.to_owned());
                existing = parent;
            }
            Err(error) => return Err(Error::file("find", out)(error)),
        }
    }
}
