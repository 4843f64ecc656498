//! A folder that files are put into, and nothing outside it.

use std::collections::{HashMap, HashSet};
use std::fs::{self, Metadata, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::error::Error;

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Put {
    Written,
    Unchanged,
}

/// The folder of an extraction.
#[derive(Debug)]
pub(super) struct Folder {
    base: PathBuf,
    force: bool,
    /// Folders that are known to be folders, and no links.
    known: HashSet<PathBuf>,
    /// Files put so far: two posts may not become one file.
    taken: HashMap<Identity, PathBuf>,
}

impl Folder {
    /// Makes the folder when it is not there.
    pub(super) fn open(out: &Path, force: bool) -> Result<Self, Error> {
        fs::create_dir_all(out).map_err(Error::file("create", out))?;
        Ok(Self {
            base: out.canonicalize().map_err(Error::file("open", out))?,
            force,
            known: HashSet::new(),
            taken: HashMap::new(),
        })
    }

    /// Writes a file whose path was cut into safe names.
    pub(super) fn put(&mut self, parts: &[PathBuf], bytes: &[u8]) -> Result<Put, String> {
        let (name, folders) = parts.split_last().ok_or("has no name")?;
        let mut path = self.base.clone();
        for folder in folders {
            path.push(folder);
            self.enter(&path)?;
        }
        path.push(name);
        let put = match write_new(&path, bytes) {
            Ok(()) => Put::Written,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                self.meet(&path, bytes)?
            }
            Err(error) => return Err(format!("can't be written: {error}")),
        };
        if let Some(identity) = path
            .symlink_metadata()
            .ok()
            .and_then(|data| identity(&path, &data))
        {
            self.taken.insert(identity, path);
        }
        Ok(put)
    }

    /// Makes sure that `path` is a folder and not a link to one.
    fn enter(&mut self, path: &Path) -> Result<(), String> {
        if self.known.contains(path) {
            return Ok(());
        }
        match fs::create_dir(path) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let data = path.symlink_metadata().map_err(unreadable)?;
                if data.is_symlink() {
                    return Err(format!("is refused: `{}` is a link", path.display()));
                }
                if !data.is_dir() {
                    return Err(format!("can't be written: `{}` is a file", path.display()));
                }
            }
            Err(error) => return Err(format!("can't be written: {error}")),
        }
        self.known.insert(path.to_owned());
        Ok(())
    }

    /// Something is there already.
    fn meet(&self, path: &Path, bytes: &[u8]) -> Result<Put, String> {
        let data = path.symlink_metadata().map_err(unreadable)?;
        if !data.is_file() {
            return Err("is refused: a link or folder of that name is in the way".into());
        }
        if let Some(other) = identity(path, &data).and_then(|identity| self.taken.get(&identity)) {
            return Err(if other == path {
                "can't be written: another post of the archive has the same path".into()
            } else {
                format!(
                    "can't be written: this file system does not tell it from `{}`",
                    other.display()
                )
            });
        }
        let same = data.len() == bytes.len() as u64 && fs::read(path).map_err(unreadable)? == bytes;
        if same {
            return Ok(Put::Unchanged);
        }
        if !self.force {
            return Err("is there already with other content (`--force` overwrites)".into());
        }
        // Replaced in one step, and never through a link.
        let mut name = std::ffi::OsString::from(".shelfmark-");
        name.push(std::process::id().to_string());
        let temp = path.with_file_name(name);
        write_new(&temp, bytes)
            .and_then(|()| fs::rename(&temp, path))
            .map_err(|error| format!("can't be written: {error}"))?;
        Ok(Put::Written)
    }
}

fn unreadable(error: io::Error) -> String {
    format!("can't be compared with what is there: {error}")
}

/// Writes a file that must not exist; what is half-written is taken away again.
fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(bytes).inspect_err(|_| {
        let _ = fs::remove_file(path);
    })
}

/// What two names of one file have in common.
#[cfg(unix)]
type Identity = (u64, u64);

#[cfg(unix)]
fn identity(_path: &Path, data: &Metadata) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt as _;
    // Files may have been linked to each other to save space: then it says nothing.
    (data.nlink() == 1).then(|| (data.dev(), data.ino()))
}

#[cfg(not(unix))]
type Identity = String;

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same on all systems")]
fn identity(path: &Path, _data: &Metadata) -> Option<Identity> {
    Some(path.to_string_lossy().to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(path: &str) -> Vec<PathBuf> {
        path.split('/').map(PathBuf::from).collect()
    }

    #[test]
    fn nothing_is_overwritten_unless_asked_for() {
        let out = tempfile::tempdir().unwrap();
        fs::write(out.path().join("a"), "mine").unwrap();
        let mut careful = Folder::open(out.path(), false).unwrap();
        assert!(
            careful
                .put(&parts("a"), b"theirs")
                .unwrap_err()
                .contains("--force")
        );
        assert_eq!(careful.put(&parts("a"), b"mine"), Ok(Put::Unchanged));
        let mut forced = Folder::open(out.path(), true).unwrap();
        assert_eq!(forced.put(&parts("a"), b"theirs"), Ok(Put::Written));
        assert_eq!(fs::read(out.path().join("a")).unwrap(), b"theirs");
        assert_eq!(fs::read_dir(out.path()).unwrap().count(), 1);
    }

    #[test]
    fn two_posts_never_become_one_file() {
        let out = tempfile::tempdir().unwrap();
        let mut folder = Folder::open(out.path(), true).unwrap();
        assert_eq!(folder.put(&parts("x/a"), b"1"), Ok(Put::Written));
        assert!(
            folder
                .put(&parts("x/a"), b"2")
                .unwrap_err()
                .contains("same path")
        );
        assert!(
            folder
                .put(&parts("x/a"), b"1")
                .unwrap_err()
                .contains("same path")
        );
        assert_eq!(fs::read(out.path().join("x/a")).unwrap(), b"1");
        assert!(
            folder
                .put(&parts("x/a/b"), b"")
                .unwrap_err()
                .contains("is a file")
        );
        assert!(
            folder
                .put(&parts("x"), b"")
                .unwrap_err()
                .contains("in the way")
        );
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        let out = tempfile::tempdir().unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), out.path().join("folder")).unwrap();
        std::os::unix::fs::symlink(elsewhere.path().join("f"), out.path().join("file")).unwrap();
        let mut folder = Folder::open(out.path(), true).unwrap();
        assert!(
            folder
                .put(&parts("folder/a"), b"x")
                .unwrap_err()
                .contains("is a link")
        );
        assert!(
            folder
                .put(&parts("file"), b"x")
                .unwrap_err()
                .contains("in the way")
        );
        assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
    }
}
