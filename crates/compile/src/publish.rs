//! One-step publishing: a site is written beside its place and exchanged with what is there.
//!
//! Whenever the program is killed, the place holds either the whole old site or the whole new
//! one. What the new site's folder held that is not ours (`CNAME`, `.git`, ...) is carried over.
//! Files are linked into the new tree before the exchange, folders are moved right after it; what
//! a kill leaves in between is brought home by the next build (`leftovers.rs`).

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::progress::Note;

mod exchange;
mod leftovers;
mod place;
mod spare;

pub(crate) use leftovers::{is_running, remove_files_of_dead};
pub(crate) use place::{Place, check_apart, make_folder, real_path};

/// A site being written; removed when it is dropped before it was published.
#[derive(Debug)]
pub(crate) struct Staging {
    target: PathBuf,
    temp: PathBuf,
    /// What earlier builds left and can't be removed.
    notes: Vec<Note>,
}

impl Staging {
    /// Begins a new tree beside `place`, after tidying up what killed builds left there. It is empty,
    /// or made of a `spare` one: then it is to be swept.
    pub(crate) fn begin(place: &Place, spare: Option<&Path>) -> Result<Self, Error> {
        let target = place.path().to_owned();
        let parent = target.parent().unwrap_or(Path::new("/"));
        fs::create_dir_all(parent).map_err(Error::file("create", parent))?;
        let notes = leftovers::tidy(&target)?;
        let temp = leftovers::temporary(&target);
        // A link would lead to somebody's folder.
        let is_folder = |spare: &&Path| spare.symlink_metadata().is_ok_and(|data| data.is_dir());
        let spare = spare.filter(is_folder);
        let used = |spare: &Path| spare::strip(spare).and_then(|()| fs::rename(spare, &temp));
        if spare.is_none_or(|spare| used(spare).is_err()) {
            fs::create_dir(&temp).map_err(Error::file("make a new site beside", &temp))?;
        }
        Ok(Self {
            target,
            temp,
            notes,
        })
    }

    /// Removes what of a spare tree the build did not take; `made` tells, by paths within the site.
    pub(crate) fn sweep(&self, made: &dyn Fn(&str) -> bool) -> Result<(), Error> {
        spare::sweep(&self.temp, made).map_err(Error::file("tidy up", &self.temp))
    }

    /// The folder to write into.
    pub(crate) fn path(&self) -> &Path {
        &self.temp
    }

    /// Puts the new tree in its place and removes the old one; gives what is left over.
    pub(crate) fn publish(mut self) -> Result<Vec<Note>, Error> {
        self.exchange()?;
        self.notes.extend(leftovers::remove(&self.temp));
        Ok(core::mem::take(&mut self.notes))
    }

    /// Puts the new tree in its place, and the old one where somebody else removes it, or makes
    /// the next site of it.
    pub(crate) fn publish_leaving(mut self, old: &Path) -> Result<Vec<Note>, Error> {
        self.exchange()?;
        // The first time there is none. What can't be put there is removed.
        if fs::rename(&self.temp, old).is_err() {
            self.notes.extend(leftovers::remove(&self.temp));
        }
        Ok(core::mem::take(&mut self.notes))
    }

    fn exchange(&self) -> Result<(), Error> {
        if let Ok(old) = fs::metadata(&self.target) {
            // The owner may have opened or closed the folder to others.
            let _ = fs::set_permissions(&self.temp, old.permissions());
            self.carry_files()?;
            exchange::exchange(&self.temp, &self.target)
                .map_err(Error::file("replace", &self.target))?;
            leftovers::rescue(&self.temp, &self.target)?;
        } else {
            fs::rename(&self.temp, &self.target).map_err(Error::file("create", &self.target))?;
        }
        Ok(())
    }

    /// Links the old site's foreign files into the new tree; folders follow after the exchange.
    fn carry_files(&self) -> Result<(), Error> {
        let failed = || Error::file("read", &self.target);
        let pages = leftovers::holds_pages(&self.target);
        for entry in fs::read_dir(&self.target).map_err(failed())? {
            let entry = entry.map_err(failed())?;
            let kind = entry.file_type().map_err(failed())?;
            let from = entry.path();
            let to = self.temp.join(entry.file_name());
            let stale = pages && leftovers::is_pages(&entry.file_name());
            if stale || to.symlink_metadata().is_ok() {
                continue;
            }
            let carried = if kind.is_file() {
                fs::hard_link(&from, &to).or_else(|_| fs::copy(&from, &to).map(drop))
            } else if kind.is_symlink() {
                copy_link(&from, &to)
            } else {
                continue;
            };
            carried.map_err(Error::file("carry over", &from))?;
        }
        Ok(())
    }
}

/// Names the site in place of the hidden tree that it is written to, which its owner does not know.
pub(crate) fn as_known(error: Error, out: &Path) -> Error {
    let Error::File {
        doing,
        path,
        source,
    } = error
    else {
        return error;
    };
    let target = real_path(out).ok();
    let home = target.and_then(|target| leftovers::home(&path, &target));
    let path = match home {
        Some(inside) if inside.as_os_str().is_empty() => out.to_owned(),
        Some(inside) => out.join(inside),
        None => path,
    };
    Error::File {
        doing,
        path,
        source,
    }
}

/// Writes a file that is nobody else's, also where the same file has another name elsewhere.
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let create = || File::create_new(path);
    let file = match create() {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            fs::remove_file(path).and_then(|()| create())
        }
        file => file,
    };
    file.and_then(|mut file| file.write_all(bytes))
        .map_err(Error::file("write", path))
}

impl Drop for Staging {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.temp);
    }
}

#[cfg(unix)]
fn copy_link(from: &Path, to: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(fs::read_link(from)?, to)
}

/// Moved after the exchange like a folder: making links needs a privilege here.
#[cfg(not(unix))]
fn copy_link(_from: &Path, _to: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests;
