//! Gives every source post back, byte for byte, under its own path.
//!
//! The bundle is hostile: no path leads outside the folder, nothing that is there is overwritten
//! unless asked for, and what can't be written is reported while the rest goes on.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use shelfmark_bundle::PostRecord;

use crate::archive::{Archive, Problem};
use crate::error::Error;
use crate::progress::Progress;

mod folder;
mod path;

use folder::{Folder, Put};

/// What an extraction did.
#[derive(Debug, Default)]
pub struct Extracted {
    /// Files written.
    pub written: usize,
    /// Files that were there already, with the same bytes.
    pub unchanged: usize,
    /// What could not be given back.
    pub problems: Vec<Problem>,
}

/// Writes every source file of an archive into `out`.
///
/// Posts of several posts folders go into folders `1`, `2`, ..., in the order in which the
/// folders were given to the build.
///
/// # Errors
/// When `out` can't be made; what concerns single posts is in [`Extracted::problems`].
pub fn extract(
    archive: &Archive,
    out: &Path,
    force: bool,
    progress: &Progress,
) -> Result<Extracted, Error> {
    let mut folder = Folder::open(out, force)?;
    let posts = archive.manifest().posts as usize;
    progress.step("looking at posts", 0);
    let several = archive.spans().any(|index| {
        let roots = archive.span(index).records;
        roots.iter().any(|(_, record)| record.root > 0)
    });
    progress.step("writing posts", posts);
    let mut done = Extracted::default();
    for index in archive.spans() {
        progress.go_on()?;
        let span = archive.span(index);
        done.problems.extend(span.problems);
        for (_, record) in span.records {
            progress.add(1);
            match put(&mut folder, &record, several) {
                Ok(Put::Written) => done.written += 1,
                Ok(Put::Unchanged) => done.unchanged += 1,
                Err(why) => done.problems.push(Problem::new(record.path, why)),
            }
        }
    }
    progress.clear();
    Ok(done)
}

fn put(folder: &mut Folder, record: &PostRecord, several: bool) -> Result<Put, String> {
    let decode = |text: &str| {
        STANDARD
            .decode(text)
            .map_err(|_| "is damaged: not base64".to_owned())
    };
    let path = match &record.path_bytes {
        Some(text) => decode(text)?,
        None => record.path.as_bytes().to_vec(),
    };
    let mut parts: Vec<PathBuf> = path::parts(&path)?;
    if several {
        parts.insert(0, (u64::from(record.root) + 1).to_string().into());
    }
    match &record.bytes {
        Some(text) => folder.put(&parts, &decode(text)?),
        None => folder.put(&parts, record.text.as_bytes()),
    }
}
