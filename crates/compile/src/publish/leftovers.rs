//! What builds that were killed left beside a site, and how it is tidied up.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use shelfmark_bundle::{MARK, MAX_MANIFEST, MAX_SHARD, PagesShard, ShardKind};

use crate::archive::{Archive, MANIFEST, read_whole};
use crate::error::Error;
use crate::pages;
use crate::progress::Note;
use crate::writer::sha256;

/// A tree being written, or after the exchange the old tree.
const TEMPORARY: &str = "-tmp";

/// The old site between the two renames of systems that can't exchange folders.
const ASIDE: &str = "-old";

/// Name of this process's temporary tree beside `target`; nothing is there.
pub(super) fn temporary(target: &Path) -> PathBuf {
    let process = std::process::id();
    let name = named(target, process, TEMPORARY);
    // A leftover that can't be removed may bear this process's number: in containers it often is the same.
    let others = (2..100).map(|number| named(target, process, &format!("-{number}{TEMPORARY}")));
    let mut names = core::iter::once(name.clone()).chain(others);
    let free = names.find(|name| name.symlink_metadata().is_err());
    free.unwrap_or(name)
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

/// Removes what dead builds of the same target left, and brings home what is not ours. What can't be
/// removed is no reason not to build: it is told.
pub(super) fn tidy(target: &Path) -> Result<Vec<Note>, Error> {
    let mut notes = Vec::new();
    let parent = target.parent().unwrap_or(Path::new("/"));
    let Ok(entries) = fs::read_dir(parent) else {
        // A folder that may be written into but not listed.
        return Ok(notes);
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
        let rescued = if [path.as_path(), target].into_iter().all(is_site) {
            rescue(&path, target)
        } else {
            Ok(())
        };
        match rescued {
            Ok(()) => notes.extend(remove(&path)),
            // It holds what is not ours, so it stays.
            Err(error) => notes.push(left(&path, &error.to_string())),
        }
    }
    Ok(notes)
}

/// Removes files of a folder that killed processes left; `process` tells by its name whose a file is.
pub(crate) fn remove_files_of_dead(folder: &Path, process: &dyn Fn(&OsStr) -> Option<u32>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let dead = process(&entry.file_name()).is_some_and(|process| !is_running(process));
        if dead && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Removes a tree that is of no use any more; tells when it can't be.
pub(super) fn remove(tree: &Path) -> Option<Note> {
    match fs::remove_dir_all(tree) {
        Ok(()) => None,
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => Some(left(tree, &format!("can't remove it: {error}"))),
    }
}

fn left(tree: &Path, why: &str) -> Note {
    Note {
        text: format!("`{}` is left of an earlier build ({why})", tree.display()),
        help: "the site is not concerned; remove it by hand, as whoever owns what lies in it",
    }
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

/// Tells a finished site from another folder; its manifest may be damaged.
pub(super) fn is_site(folder: &Path) -> bool {
    let manifest = folder.join("bundle").join(MANIFEST);
    manifest.is_file() && (begins_as_ours(&manifest) || holds_shards(folder))
}

/// Whether a file begins as manifests do.
fn begins_as_ours(manifest: &Path) -> bool {
    let mut head = Vec::new();
    let read = File::open(manifest).and_then(|file| file.take(256).read_to_end(&mut head));
    head.retain(|byte| !byte.is_ascii_whitespace());
    let ours = format!("{{\"shelfmark\":\"{MARK}\"");
    read.is_ok() && head.starts_with(ours.as_bytes())
}

/// Whether a folder holds files that bear the names of a site's, which nobody else gives.
pub(super) fn holds_shards(folder: &Path) -> bool {
    let named = |name: &OsStr| {
        let name = name.to_str()?;
        let (kind, rest) = name.split_once('-')?;
        let hash = rest.strip_suffix(".bin")?.get(..16)?;
        let kinds = [ShardKind::List, ShardKind::Bodies, ShardKind::Pages];
        let is_kind = kinds.iter().any(|of| of.name() == kind);
        let is_hash = hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        Some(is_kind && is_hash)
    };
    let entries = fs::read_dir(folder.join("bundle"));
    let mut names = entries.into_iter().flatten().flatten();
    names.any(|entry| named(&entry.file_name()) == Some(true))
}

/// Tells whether the plain pages in a folder are a site's own: its manifest names them, or, where that is
/// damaged, a table of its bundle.
pub(super) fn holds_pages(site: &Path) -> bool {
    match Archive::open(site) {
        Ok(archive) => archive.manifest().pages.is_some(),
        Err(_) => names_pages(&site.join("bundle")).unwrap_or_default(),
    }
}

/// Whether a table in a bundle, which is called after its hash, names plain pages.
fn names_pages(bundle: &Path) -> io::Result<bool> {
    let names = |path: &Path| {
        let gz = read_whole(path, MAX_MANIFEST).ok()?;
        let (kind, hash) = path.file_stem()?.to_str()?.split_once('-')?;
        if kind != ShardKind::Pages.name() || hash.len() < 16 || !sha256(&gz).starts_with(hash) {
            return None;
        }
        let mut json = Vec::new();
        let unpacked = GzDecoder::new(&*gz).take(MAX_SHARD).read_to_end(&mut json);
        unpacked.ok()?;
        let table = PagesShard::decode(&json).ok()?;
        let mut files = table.files();
        Some(files.any(|(path, ..)| pages::NAMES.contains(&path)))
    };
    for entry in fs::read_dir(bundle)? {
        if names(&entry?.path()) == Some(true) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Tells whether the pages stand under this name, if there are any.
pub(super) fn is_pages(name: &OsStr) -> bool {
    pages::NAMES.iter().any(|pages| name == *pages)
}

/// The place in the site of a file in a tree that is being written for it; nothing for other paths.
pub(super) fn home(path: &Path, target: &Path) -> Option<PathBuf> {
    let trees = path.parent().into_iter().flat_map(Path::ancestors);
    let mut trees = core::iter::once(path).chain(trees);
    let prefix = prefix(target);
    let tree = trees.find(|tree| {
        let name = tree.file_name();
        name.is_some_and(|name| parse(name, &prefix).is_some()) && tree.parent() == target.parent()
    })?;
    path.strip_prefix(tree).ok().map(Path::to_owned)
}

fn parse(name: &OsStr, prefix: &OsStr) -> Option<(u32, &'static str)> {
    let rest = name
        .as_encoded_bytes()
        .strip_prefix(prefix.as_encoded_bytes())?;
    let rest = core::str::from_utf8(rest).ok()?;
    [TEMPORARY, ASIDE].into_iter().find_map(|ending| {
        let process = rest.strip_suffix(ending)?.split('-').next()?;
        Some((process.parse().ok()?, ending))
    })
}

#[cfg(unix)]
pub(crate) fn is_running(process: u32) -> bool {
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
