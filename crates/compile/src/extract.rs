//! Gives every source post back, byte for byte, under its own path, and the pictures of the
//! archive.
//!
//! The bundle is hostile: no path leads outside the folder, nothing that is there is overwritten
//! unless asked for, and what can't be written is reported while the rest goes on.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use shelfmark_bundle::PostRecord;
use shelfmark_markdown::{percent_decoded, resolve};

use crate::archive::{Archive, Problem};
use crate::error::Error;
use crate::links::joined;
use crate::pictures::{inside, mirror_paths};
use crate::progress::Progress;

mod folder;
mod path;

use folder::{Failed, Folder, Put};

/// What an extraction did.
#[derive(Debug, Default)]
pub struct Extracted {
    /// Posts written.
    pub written: usize,
    /// Pictures written or there already.
    pub pictures: usize,
    /// Posts that were there already, with the same bytes.
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
/// When `out` can't be made, or its disk takes nothing more; what concerns single posts is in [`Extracted::problems`].
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
    let mut pictures = BTreeSet::new();
    for index in archive.spans() {
        progress.go_on()?;
        let span = archive.span(index);
        done.problems.extend(span.problems);
        for (_, record) in span.records {
            progress.add(1);
            for picture in &record.pictures {
                let path = picture_path(&record, &picture.0, several);
                if !pictures.insert(path.clone()) {
                    continue;
                }
                let bytes = match archive.picture(picture) {
                    Ok(bytes) => bytes,
                    Err(problem) => {
                        done.problems.push(problem);
                        continue;
                    }
                };
                let parts = path::of_picture(path.as_bytes()).map_err(Failed::One);
                match parts.and_then(|parts| folder.put(&parts, &bytes)) {
                    Ok(_) => done.pictures += 1,
                    Err(Failed::One(why)) => done.problems.push(Problem::new(path, why)),
                    Err(Failed::All(error)) => return Err(stopped(out, error)),
                }
            }
            match put(&mut folder, &record, several) {
                Ok(Put::Written) => done.written += 1,
                Ok(Put::Unchanged) => done.unchanged += 1,
                Err(Failed::One(why)) => done.problems.push(Problem::new(record.path, why)),
                Err(Failed::All(error)) => return Err(stopped(out, error)),
            }
        }
    }
    progress.clear();
    Ok(done)
}

/// Why none of the posts that are left could be written either.
fn stopped(out: &Path, error: io::Error) -> Error {
    Error::file("write into", out)(error)
}

/// Where a picture goes: beside the post as its address says, or, when that leads elsewhere, into
/// `assets`, from which a build takes it again (`--assets`).
fn picture_path(record: &PostRecord, address: &str, several: bool) -> String {
    let remote = resolve("https://x", address)
        .filter(|_| address.starts_with("//") || address.contains("://"))
        .and_then(|address| mirror_paths(&address).into_iter().next());
    if let Some(path) = remote {
        return format!("assets/{path}");
    }
    let page = percent_decoded(address.split(['?', '#']).next().unwrap_or_default());
    let folder = match record.path.rsplit_once('/') {
        Some((folder, _)) if !page.starts_with('/') => folder,
        _ => "",
    };
    match joined(folder, &page) {
        Some(path) if several => format!("{}/{path}", u64::from(record.root) + 1),
        Some(path) => path,
        None => format!("assets/{}", inside(&page)),
    }
}

fn put(folder: &mut Folder, record: &PostRecord, several: bool) -> Result<Put, Failed> {
    let decode = |text: &str| {
        STANDARD
            .decode(text)
            .map_err(|_| "is damaged: not base64".to_owned())
    };
    let path = match &record.path_bytes {
        Some(text) => decode(text)?,
        None => record.path.as_bytes().to_vec(),
    };
    let mut parts: Vec<PathBuf> = path::of_post(&path)?;
    if several {
        parts.insert(0, (u64::from(record.root) + 1).to_string().into());
    }
    match &record.bytes {
        Some(text) => folder.put(&parts, &decode(text)?),
        None => folder.put(&parts, record.text.as_bytes()),
    }
}
