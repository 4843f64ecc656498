//! Folders for what is needed while the program runs, in the system's place for such things.
//!
//! They are called after what they are for and the process, so that what a kill leaves there is known
//! again: the next run removes it, unless somebody is using it. A process that can't be seen from here,
//! as in another container, is known by its lock.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::{Builder, TempDir};

use crate::error::{Error, plain};
use crate::publish::is_running;

/// What all of their names begin with.
const PREFIX: &str = "shelfmark-";

/// The file in such a folder that is locked for as long as it is used.
const LOCK: &str = "lock";

/// A temporary folder, removed when it is dropped.
#[derive(Debug)]
pub(crate) struct Scratch {
    folder: TempDir,
    _lock: File,
}

impl Scratch {
    /// Makes a folder for something, and removes those of dead processes.
    pub(crate) fn new(purpose: &str) -> Result<Self, Error> {
        let place = std::env::temp_dir();
        tidy(&place, purpose);
        let made = || {
            let folder = Builder::new()
                .prefix(&format!("{PREFIX}{purpose}-{}-", std::process::id()))
                .tempdir_in(&place)?;
            let lock = File::create_new(folder.path().join(LOCK))?;
            // Where files can't be locked, the process alone tells.
            let _ = lock.try_lock();
            Ok(Self {
                folder,
                _lock: lock,
            })
        };
        made().map_err(|error| refused(&place, &plain(error)))
    }

    /// The folder.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Says of an error that befell a file in the folder what is to be done about it.
    pub(crate) fn explain(&self, error: Error) -> Error {
        match error {
            Error::File { path, source, .. } if path.starts_with(self.path()) => {
                refused(&std::env::temp_dir(), &source)
            }
            other => other,
        }
    }
}

fn refused(place: &Path, error: &io::Error) -> Error {
    let help = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "make room there, or have the variable TMPDIR name a folder on another disk"
        }
        _ => "have the variable TMPDIR name a folder that may be written to",
    };
    let place = place.display();
    Error::refused(
        format!("can't write into `{place}`, the folder for temporary files: {error}"),
        help,
    )
}

/// Removes what dead processes left; what can't be removed is somebody else's.
fn tidy(place: &Path, purpose: &str) {
    let dead = |path: &PathBuf| {
        let name = path.file_name()?.to_str()?;
        let name = name.strip_prefix(PREFIX)?.strip_prefix(purpose)?;
        let process = name.strip_prefix('-')?.split_once('-')?.0;
        let process: u32 = process.parse().ok()?;
        let is_folder = path.symlink_metadata().ok()?.is_dir();
        let is_used = || {
            let lock = File::open(path.join(LOCK));
            lock.is_ok_and(|lock| lock.try_lock().is_err())
        };
        Some(is_folder && !is_running(process) && !is_used())
    };
    let entries = fs::read_dir(place).into_iter().flatten().flatten();
    for path in entries.map(|entry| entry.path()) {
        if dead(&path) == Some(true) {
            let _ = fs::remove_dir_all(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn what_dead_processes_left_is_removed() {
        let place = tempfile::tempdir().unwrap();
        let mut child = std::process::Command::new("true").spawn().unwrap();
        child.wait().unwrap();
        let folder = |name: String| {
            let path = place.path().join(name);
            fs::create_dir(&path).unwrap();
            path
        };
        let dead = folder(format!("shelfmark-pack-{}-abc", child.id()));
        fs::write(dead.join(LOCK), "").unwrap();
        let used = folder(format!("shelfmark-pack-{}-def", child.id()));
        let lock = File::create_new(used.join(LOCK)).unwrap();
        lock.try_lock().unwrap();
        let running = folder("shelfmark-pack-1-abc".into());
        let other = folder(format!("shelfmark-serve-{}-abc", child.id()));
        let mine = folder("shelfmark-pack-of-mine".into());
        tidy(place.path(), "pack");
        assert!(!dead.exists());
        for kept in [used, running, other, mine] {
            assert!(kept.exists(), "{}", kept.display());
        }
    }
}
