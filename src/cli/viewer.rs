//! The viewer's files: from inside the program, or from a folder while working on it.

use std::fs;
use std::path::Path;

use shelfmark_compile::error::Error;

/// What the program was built with, from the root's `build.rs`; empty when it was built without
/// its viewer.
mod embedded {
    #![allow(unreachable_pub, reason = "written by the build script")]
    include!(concat!(env!("OUT_DIR"), "/viewer.rs"));
}

/// A viewer, wherever it comes from.
#[derive(Debug)]
pub(super) enum Viewer {
    Embedded,
    Folder(Vec<(String, Vec<u8>)>),
}

impl Viewer {
    /// The embedded viewer, unless a folder is given.
    pub(super) fn find(folder: Option<&Path>) -> Result<Self, Error> {
        let Some(folder) = folder else {
            return Ok(Self::Embedded);
        };
        let mut files = Vec::new();
        read(folder, "", &mut files)?;
        Ok(Self::Folder(files))
    }

    /// Names and bytes.
    pub(super) fn files(&self) -> Vec<(&str, &[u8])> {
        match self {
            Self::Embedded => embedded::VIEWER.to_vec(),
            Self::Folder(files) => files
                .iter()
                .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
                .collect(),
        }
    }
}

fn read(folder: &Path, prefix: &str, files: &mut Vec<(String, Vec<u8>)>) -> Result<(), Error> {
    let failed = |source| Error::File {
        doing: "read the viewer",
        path: folder.to_owned(),
        source,
    };
    let mut entries = fs::read_dir(folder)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(failed)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            read(&entry.path(), &format!("{name}/"), files)?;
        } else {
            files.push((name, fs::read(entry.path()).map_err(failed)?));
        }
    }
    Ok(())
}
