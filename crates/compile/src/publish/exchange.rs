//! Exchanges two folders.
//!
//! Linux and macOS do it in one step. Elsewhere, and on file systems that can't, it takes two
//! renames; a kill between them leaves the old site under the name of [`super::leftovers`], from
//! where the next build brings it back.

use std::fs;
use std::io;
use std::path::Path;

use super::leftovers;

/// Puts `new` in the place of `target`, and what was there in the place of `new`.
pub(super) fn exchange(new: &Path, target: &Path) -> io::Result<()> {
    match at_once(new, target) {
        Err(error) if error.kind() == io::ErrorKind::Unsupported => in_steps(new, target),
        done => done,
    }
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
fn at_once(new: &Path, target: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;

    match renameat_with(CWD, new, CWD, target, RenameFlags::EXCHANGE) {
        // What kernels and file systems answer that do not know the flag.
        Err(Errno::NOSYS | Errno::INVAL | Errno::OPNOTSUPP) => {
            Err(io::ErrorKind::Unsupported.into())
        }
        done => Ok(done?),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn at_once(_new: &Path, _target: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

pub(super) fn in_steps(new: &Path, target: &Path) -> io::Result<()> {
    let aside = leftovers::aside(target);
    fs::rename(target, &aside)?;
    if let Err(error) = fs::rename(new, target) {
        fs::rename(&aside, target)?;
        return Err(error);
    }
    fs::rename(&aside, new)
}
