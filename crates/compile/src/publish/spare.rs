//! The tree of the site before the last one, which the next is made of.
//!
//! Most files of two builds in a row are the same ones, under two names. Linking them all for each
//! build and removing as many afterwards takes longer than everything else that such a build does;
//! so the old tree is put aside after the exchange, and brought up to date by the next build.

use std::ffi::OsStr;
use std::fs::{self, FileType};
use std::io;
use std::path::Path;

use crate::pages;

/// Takes out of a spare tree what is not made of parts that a build can know again. It is no site
/// any more then: see `leftovers.rs`.
pub(super) fn strip(tree: &Path) -> io::Result<()> {
    // Links lead to what is somebody's: they go, and nothing behind them.
    remove_from(tree, |name, kind| {
        let own = name == "bundle" || pages::NAMES.iter().any(|own| name == *own);
        kind.is_symlink() || !own
    })?;
    remove_from(&tree.join("bundle"), |name, kind| {
        !kind.is_file() || Path::new(name).extension() != Some(OsStr::new("bin"))
    })
}

/// Removes what a build did not make or take: `made` tells, by paths within the site.
pub(super) fn sweep(tree: &Path, made: &dyn Fn(&str) -> bool) -> io::Result<()> {
    for name in ["bundle"].iter().chain(pages::NAMES) {
        sweep_below(tree, name, made)?;
    }
    Ok(())
}

fn sweep_below(tree: &Path, path: &str, made: &dyn Fn(&str) -> bool) -> io::Result<()> {
    let place = tree.join(path);
    let data = match place.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        data => data?,
    };
    if !data.is_dir() {
        return if made(path) {
            Ok(())
        } else {
            fs::remove_file(place)
        };
    }
    for entry in fs::read_dir(&place)? {
        let entry = entry?;
        let name = entry.file_name();
        let below = name.to_str().map(|name| format!("{path}/{name}"));
        let is_dir = entry.file_type()?.is_dir();
        match below {
            Some(below) if is_dir => sweep_below(tree, &below, made)?,
            Some(below) if made(&below) => {}
            _ if is_dir => fs::remove_dir_all(entry.path())?,
            _ => fs::remove_file(entry.path())?,
        }
    }
    // Other sites may have other folders.
    if path != "bundle" && fs::read_dir(&place)?.next().is_none() {
        fs::remove_dir(&place)?;
    }
    Ok(())
}

/// Removes some of what lies in a folder.
fn remove_from(folder: &Path, which: impl Fn(&OsStr, FileType) -> bool) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if which(&entry.file_name(), kind) {
            if kind.is_dir() {
                fs::remove_dir_all(entry.path())?;
            } else {
                fs::remove_file(entry.path())?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::names;
    use super::*;

    #[test]
    fn only_what_the_build_made_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let tree = folder.path();
        for path in [
            "bundle/archive.json",
            "bundle/disk/a.js",
            "bundle/list-1.bin",
            "bundle/list-2.bin",
            "pages/posts/a.html",
            "pages/posts/b.html",
            "pages/other/c.html",
            "feed.xml",
            "index.html",
            "CNAME",
            ".git/HEAD",
        ] {
            let place = tree.join(path);
            fs::create_dir_all(place.parent().unwrap()).unwrap();
            fs::write(place, path).unwrap();
        }
        strip(tree).unwrap();
        assert_eq!(names(tree), ["bundle", "feed.xml", "pages"]);
        assert_eq!(names(&tree.join("bundle")), ["list-1.bin", "list-2.bin"]);
        let made = ["bundle/list-1.bin", "pages/posts/b.html"];
        sweep(tree, &|path| made.contains(&path)).unwrap();
        assert_eq!(names(tree), ["bundle", "pages"]);
        assert_eq!(names(&tree.join("bundle")), ["list-1.bin"]);
        assert_eq!(names(&tree.join("pages")), ["posts"]);
        assert_eq!(names(&tree.join("pages/posts")), ["b.html"]);
    }
}
