//! Where a site is to stand, and whether it may.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::leftovers::{holds_pages, is_site};
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
        for posts in posts {
            let root = posts.canonicalize().map_err(Error::file("open", posts))?;
            if path.starts_with(&root) {
                return Err(Error::refused(
                    format!(
                        "the site `{}` would lie inside the posts folder `{}`",
                        out.display(),
                        posts.display()
                    ),
                    "give a folder beside the posts",
                ));
            }
            if root.starts_with(&path) {
                return Err(Error::refused(
                    format!(
                        "the posts `{}` lie inside `{}`, which the site would replace",
                        posts.display(),
                        out.display()
                    ),
                    "give a folder beside the posts",
                ));
            }
        }
        check_content(out, &path)?;
        Ok(Self { path })
    }

    /// Tells whether plain pages may be written: what is there under their names is a site's own.
    ///
    /// # Errors
    /// When it is somebody's: it would be replaced.
    pub(crate) fn check_pages(&self, out: &Path) -> Result<(), Error> {
        let there = |name: &&&str| self.path.join(name).symlink_metadata().is_ok();
        match pages::NAMES.iter().find(there) {
            Some(name) if !holds_pages(&self.path) => Err(Error::refused(
                format!(
                    "`{}` was not made by Shelfmark, and plain pages would replace it",
                    out.join(name).display()
                ),
                "move it away, or build with --no-static-pages",
            )),
            _ => Ok(()),
        }
    }

    /// The folder, with links resolved.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
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
    if entries.next().is_none() || is_site(path) {
        return Ok(());
    }
    Err(Error::refused(
        format!(
            "`{}` is not empty and not a site made by Shelfmark (it has no bundle/archive.json)",
            out.display()
        ),
        "give an empty or new folder, so that nothing of yours is replaced",
    ))
}

/// The absolute path with links resolved, as far as it exists.
fn real_path(out: &Path) -> Result<PathBuf, Error> {
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
