//! A folder that files are put into, and nothing outside it.

use std::collections::{HashMap, HashSet};
use std::fs::{self, Metadata, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::publish::{make_folder, remove_files_of_dead};

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Put {
    Written,
    Unchanged,
}

/// Why a file was not put.
#[derive(Debug)]
pub(super) enum Failed {
    /// For a reason of its own; lower case, no full stop.
    One(String),
    /// For one that the next files would meet too.
    All(io::Error),
}

impl From<String> for Failed {
    fn from(why: String) -> Self {
        Self::One(why)
    }
}

/// Tells failures of the disk from those of one path.
fn failed(error: io::Error) -> Failed {
    match error.kind() {
        io::ErrorKind::StorageFull
        | io::ErrorKind::QuotaExceeded
        | io::ErrorKind::ReadOnlyFilesystem => Failed::All(error),
        _ => Failed::One(format!("can't be written: {error}")),
    }
}

/// The folder of an extraction.
#[derive(Debug)]
pub(super) struct Folder {
    base: PathBuf,
    /// The file that is being written.
    unfinished: PathBuf,
    force: bool,
    /// Folders that are known to be folders, and no links.
    known: HashSet<PathBuf>,
    /// Files put so far: two posts may not become one file.
    taken: HashMap<Identity, PathBuf>,
}

impl Folder {
    /// Makes the folder when it is not there.
    pub(super) fn open(out: &Path, force: bool) -> Result<Self, Error> {
        make_folder(&format!("`{}`", out.display()), out)?;
        let base = out.canonicalize().map_err(Error::file("open", out))?;
        tidy(&base);
        Ok(Self {
            unfinished: base.join(unfinished()),
            base,
            force,
            known: HashSet::new(),
            taken: HashMap::new(),
        })
    }

    /// Writes a file whose path was cut into safe names.
    pub(super) fn put(&mut self, parts: &[PathBuf], bytes: &[u8]) -> Result<Put, Failed> {
        let (name, folders) = parts
            .split_last()
            .ok_or_else(|| Failed::One("has no name".into()))?;
        let mut path = self.base.clone();
        for folder in folders {
            path.push(folder);
            self.enter(&path)?;
        }
        path.push(name);
        let put = match path.symlink_metadata() {
            Ok(data) => self.meet(&path, &data, bytes)?,
            Err(_) => {
                self.write(&path, bytes, false)?;
                Put::Written
            }
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

    /// Writes a file aside and puts it in its place in one step, so that a kill leaves no half of it there.
    fn write(&self, path: &Path, bytes: &[u8], replace: bool) -> Result<(), Failed> {
        let written = match fs::remove_file(&self.unfinished) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => write_new(&self.unfinished, bytes),
        };
        // It lies in the folder itself, and other files would meet the same there.
        written.map_err(Failed::All)?;
        let placed = if replace {
            fs::rename(&self.unfinished, path)
        } else {
            rename_new(&self.unfinished, path)
        };
        let placed = match placed {
            // A folder below may be on another disk.
            Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
                let beside = path.with_file_name(unfinished());
                write_new(&beside, bytes).and_then(|()| {
                    fs::rename(&beside, path).inspect_err(|_| {
                        let _ = fs::remove_file(&beside);
                    })
                })
            }
            placed => placed,
        };
        let _ = fs::remove_file(&self.unfinished);
        placed.map_err(failed)
    }

    /// Makes sure that `path` is a folder and not a link to one.
    fn enter(&mut self, path: &Path) -> Result<(), Failed> {
        if self.known.contains(path) {
            return Ok(());
        }
        match fs::create_dir(path) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let data = path.symlink_metadata().map_err(unreadable)?;
                if data.is_symlink() {
                    let why = format!("is refused: `{}` is a link", path.display());
                    return Err(why.into());
                }
                if !data.is_dir() {
                    let why = format!("can't be written: `{}` is a file", path.display());
                    return Err(why.into());
                }
            }
            Err(error) => return Err(failed(error)),
        }
        self.known.insert(path.to_owned());
        Ok(())
    }

    /// Something is there already.
    fn meet(&self, path: &Path, data: &Metadata, bytes: &[u8]) -> Result<Put, Failed> {
        let one = |why: &str| Err(Failed::One(why.into()));
        if !data.is_file() {
            return one("is refused: a link or folder of that name is in the way");
        }
        if let Some(other) = identity(path, data).and_then(|identity| self.taken.get(&identity)) {
            if other == path {
                return one("can't be written: another post of the archive has the same path");
            }
            return one(&format!(
                "can't be written: this file system does not tell it from `{}`",
                other.display()
            ));
        }
        let same = data.len() == bytes.len() as u64 && fs::read(path).map_err(unreadable)? == bytes;
        if same {
            return Ok(Put::Unchanged);
        }
        if !self.force {
            return one("is there already with other content (`--force` overwrites)");
        }
        // Never through a link.
        self.write(path, bytes, true)?;
        Ok(Put::Written)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.unfinished);
    }
}

/// Name of a file that is being written, before and after the number of the process.
const PREFIX: &str = ".shelfmark-";
const ENDING: &str = "-tmp";

/// Name of the file that this process writes.
fn unfinished() -> String {
    format!("{PREFIX}{}{ENDING}", std::process::id())
}

/// Removes what extractions left that were killed.
fn tidy(base: &Path) {
    remove_files_of_dead(base, &|name| {
        let rest = name.to_str()?.strip_prefix(PREFIX)?;
        rest.strip_suffix(ENDING)?.parse().ok()
    });
}

/// Gives a file a name that nothing has.
fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "macos"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        use rustix::io::Errno;

        match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
            // What kernels and file systems answer that do not know the flag.
            Err(Errno::NOSYS | Errno::INVAL | Errno::OPNOTSUPP) => {}
            done => return Ok(done?),
        }
    }
    // Nothing was there a moment ago.
    fs::rename(from, to)
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

    /// What became of a file, or why nothing did.
    fn put(folder: &mut Folder, path: &str, bytes: &[u8]) -> Result<Put, String> {
        folder
            .put(&parts(path), bytes)
            .map_err(|error| match error {
                Failed::One(why) => why,
                Failed::All(error) => panic!("{error}"),
            })
    }

    #[test]
    fn nothing_is_overwritten_unless_asked_for() {
        let out = tempfile::tempdir().unwrap();
        fs::write(out.path().join("a"), "mine").unwrap();
        let mut careful = Folder::open(out.path(), false).unwrap();
        assert!(
            put(&mut careful, "a", b"theirs")
                .unwrap_err()
                .contains("--force")
        );
        assert_eq!(put(&mut careful, "a", b"mine"), Ok(Put::Unchanged));
        let mut forced = Folder::open(out.path(), true).unwrap();
        assert_eq!(put(&mut forced, "a", b"theirs"), Ok(Put::Written));
        assert_eq!(fs::read(out.path().join("a")).unwrap(), b"theirs");
        assert_eq!(fs::read_dir(out.path()).unwrap().count(), 1);
    }

    #[test]
    fn two_posts_never_become_one_file() {
        let out = tempfile::tempdir().unwrap();
        let mut folder = Folder::open(out.path(), true).unwrap();
        assert_eq!(put(&mut folder, "x/a", b"1"), Ok(Put::Written));
        assert!(
            put(&mut folder, "x/a", b"2")
                .unwrap_err()
                .contains("same path")
        );
        assert!(
            put(&mut folder, "x/a", b"1")
                .unwrap_err()
                .contains("same path")
        );
        assert_eq!(fs::read(out.path().join("x/a")).unwrap(), b"1");
        assert!(
            put(&mut folder, "x/a/b", b"")
                .unwrap_err()
                .contains("is a file")
        );
        assert!(
            put(&mut folder, "x", b"")
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
            put(&mut folder, "folder/a", b"x")
                .unwrap_err()
                .contains("is a link")
        );
        assert!(
            put(&mut folder, "file", b"x")
                .unwrap_err()
                .contains("in the way")
        );
        assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
    }
}
