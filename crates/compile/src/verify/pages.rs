//! The plain pages and the viewer's files, held against their tables.

use std::collections::BTreeSet;
use std::path::Path;

use rayon::prelude::*;
use shelfmark_bundle::{PagesShard, ShardKind, ShardRef};
use walkdir::WalkDir;

use crate::archive::{Archive, Problem};
use crate::error::Error;
use crate::progress::Progress;

/// The folder in which every file is one of the table's.
const FOLDER: &str = "pages";

/// Files looked at between two looks at whether the user wants to stop.
const RUN: usize = 256;

/// What a check of the pages found, but for its problems.
#[derive(Debug, Default)]
pub(super) struct Checked {
    pub(super) files: usize,
    pub(super) unknown: Vec<String>,
}

/// Checks every page and every file of the viewer that the archive names.
pub(super) fn check(
    archive: &Archive,
    progress: &Progress,
    problems: &mut Vec<Problem>,
) -> Result<Checked, Error> {
    let manifest = archive.manifest();
    let mut found = Checked::default();
    if let Some(shard) = &manifest.viewer {
        found.files += table(archive, shard, progress, problems)?.len();
    }
    if let Some(shard) = &manifest.pages {
        let known = table(archive, shard, progress, problems)?;
        found.files += known.len();
        // Without the table nothing is known of them.
        if !known.is_empty() {
            let site = archive.folder().parent().unwrap_or(Path::new(""));
            found.unknown = unknown(site, &known);
        }
    }
    Ok(found)
}

/// Checks every file of a table; gives their paths.
fn table(
    archive: &Archive,
    shard: &ShardRef,
    progress: &Progress,
    problems: &mut Vec<Problem>,
) -> Result<BTreeSet<String>, Error> {
    let name = || shard.file_name(ShardKind::Pages);
    let table = archive
        .shard(ShardKind::Pages, shard)
        .and_then(|json| PagesShard::decode(&json).map_err(|error| Problem::new(name(), error)));
    let table = match table {
        Ok(table) => table,
        Err(problem) => {
            problems.push(problem);
            return Ok(BTreeSet::new());
        }
    };
    let files: Vec<_> = table.files().collect();
    progress.step("checking pages", files.len());
    for run in files.chunks(RUN) {
        progress.go_on()?;
        let wrong: Vec<Problem> = run
            .par_iter()
            .filter_map(|(path, bytes, hash)| archive.check_page(path, *bytes, hash))
            .collect();
        problems.extend(wrong);
        progress.add(run.len());
    }
    Ok(files.iter().map(|(path, ..)| (*path).to_owned()).collect())
}

fn unknown(site: &Path, known: &BTreeSet<String>) -> Vec<String> {
    WalkDir::new(site.join(FOLDER))
        .sort_by_file_name()
        .into_iter()
        .flatten()
        .filter(|entry| !entry.file_type().is_dir())
        .filter_map(|entry| {
            let path = entry.path().strip_prefix(site).ok()?;
            let parts = path.iter().map(|part| part.to_string_lossy());
            Some(parts.collect::<Vec<_>>().join("/"))
        })
        .filter(|path| !known.contains(path))
        .collect()
}
