//! What builds that were killed left beside a site, and how it is tidied up.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

use crate::archive::Archive;
use crate::error::Error;
use crate::pages;

/// A tree being written, or after the exchange the old tree.
const TEMPORARY: &str = "-tmp";

/// The old site between the two renames of systems that can't exchange folders.
const ASIDE: &str = "-old";

/// Name of this process's temporary tree beside `target`.
pub(super) fn temporary(target: &Path) -> PathBuf {
    named(target, std::process::id(), TEMPORARY)
}

/// Where this process puts the old site for a moment.
pub(super) fn aside(target: &Path) -> PathBuf {
    named(target, std::process::id(), ASIDE)
}

fn named(target: &Path, process: u32, ending: &str) -> PathBuf {
    let mut name = prefix(target);
    name.push(process.to_string());
    name.push(ending);
    target.with_file_name(name)
}

/// `.<name>.shelfmark-`
fn prefix(target: &Path) -> OsString {
    let mut name = OsString::from(".");
    name.push(target.file_name().unwrap_or_default());
    name.push(".shelfmark-");
    name
}

/// Removes what dead builds of the same target left, and brings home what is not ours.
pub(super) fn tidy(target: &Path) -> Result<(), Error> {
    let parent = target.parent().unwrap_or(Path::new("/"));
    let Ok(entries) = fs::read_dir(parent) else {
        // A folder that may be written into but not listed.
        return Ok(());
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some((process, ending)) = parse(&name, &prefix(target)) else {
            continue;
        };
        if process != std::process::id() && is_running(process) {
            continue;
        }
        let path = entry.path();
        if !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            continue;
        }
        if ending == ASIDE && !target.exists() {
            fs::rename(&path, target).map_err(Error::file("bring back", target))?;
            continue;
        }
        // A tree without a manifest was never a site: a build was killed while writing it.
        if [path.as_path(), target].into_iter().all(is_site) {
            rescue(&path, target)?;
        }
        fs::remove_dir_all(&path).map_err(Error::file("remove", &path))?;
    }
    Ok(())
}

/// Moves the folders of an old tree that the site does not have into the site.
///
/// Files were linked into the new tree before the exchange and need no rescue; only links and
/// the like that could not be are moved.
pub(super) fn rescue(old: &Path, target: &Path) -> Result<(), Error> {
    let pages = holds_pages(old);
    for entry in fs::read_dir(old).map_err(Error::file("read", old))? {
        let entry = entry.map_err(Error::file("read", old))?;
        let file = entry.file_type().is_ok_and(|kind| kind.is_file());
        if file || (pages && is_pages(&entry.file_name())) {
            continue;
        }
        let home = target.join(entry.file_name());
        if home.symlink_metadata().is_err() {
            let from = entry.path();
            fs::rename(&from, &home).map_err(Error::file("carry over", &from))?;
        }
    }
    Ok(())
}

/// Tells a finished site from another folder.
pub(super) fn is_site(folder: &Path) -> bool {
    folder.join("bundle/archive.json").is_file()
}

/// Tells whether the plain pages in a folder are a site's own: its manifest names them.
pub(super) fn holds_pages(site: &Path) -> bool {
    Archive::open(site).is_ok_and(|archive| archive.manifest().pages.is_some())
}

/// Tells whether the pages stand under this name, if there are any.
pub(super) fn is_pages(name: &OsStr) -> bool {
    pages::NAMES.iter().any(|pages| name == *pages)
}

fn parse(name: &OsStr, prefix: &OsStr) -> Option<(u32, &'static str)> {
    let rest = name
        .as_encoded_bytes()
        .strip_prefix(prefix.as_encoded_bytes())?;
    let rest = core::str::from_utf8(rest).ok()?;
    [TEMPORARY, ASIDE].into_iter().find_map(|ending| {
        let process = rest.strip_suffix(ending)?.parse().ok()?;
        Some((process, ending))
    })
}

#[cfg(unix)]
fn is_running(process: u32) -> bool {
    use rustix::io::Errno;
    use rustix::process::{Pid, test_kill_process};

    i32::try_from(process)
        .ok()
        .and_then(Pid::from_raw)
        .is_some_and(|process| test_kill_process(process) != Err(Errno::SRCH))
}

/// It can't be told here: what another process left stays.
#[cfg(not(unix))]
fn is_running(_process: u32) -> bool {
    true
}
