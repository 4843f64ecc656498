//! Files and folders, with errors that name the path. Files whose bytes would not change are left
//! alone, so that cargo sees no reason to rebuild what embeds them.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::failure::{Failure, Result};

pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|error| cannot("read", path, &error))
}

pub(crate) fn read_text(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|error| cannot("read", path, &error))
}

/// Writes a file and the folders above it, unless it has these bytes already.
pub(crate) fn write_changed(path: &Path, bytes: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| cannot("create", folder, &error))?;
    }
    fs::write(path, bytes).map_err(|error| cannot("write", path, &error))
}

pub(crate) fn remove(path: &Path) -> Result<()> {
    fs::remove_file(path).map_err(|error| cannot("remove", path, &error))
}

/// Makes a folder hold these files and no others.
pub(crate) fn write_all(folder: &Path, files: &BTreeMap<PathBuf, Vec<u8>>) -> Result<()> {
    for name in list(folder)? {
        if !files.contains_key(&name) {
            remove(&folder.join(name))?;
        }
    }
    for (name, bytes) in files {
        write_changed(&folder.join(name), bytes)?;
    }
    Ok(())
}

/// Lists the files under a folder, relative to it, sorted; none when there is no such folder.
/// Names that begin with a dot are passed over.
pub(crate) fn list(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut waiting = vec![PathBuf::new()];
    while let Some(relative) = waiting.pop() {
        let here = folder.join(&relative);
        let entries = match fs::read_dir(&here) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => return Err(cannot("list", &here, &error)),
        };
        for entry in entries {
            let entry = entry.map_err(|error| cannot("list", &here, &error))?;
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            let name = relative.join(entry.file_name());
            // `metadata` follows links, so that a linked locale is as good as a file.
            let metadata = fs::metadata(entry.path())
                .map_err(|error| cannot("look at", &entry.path(), &error))?;
            if metadata.is_dir() {
                waiting.push(name);
            } else {
                found.push(name);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn cannot(verb: &str, path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("cannot {verb} {}: {error}", path.display()))
}
