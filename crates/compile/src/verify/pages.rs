//! The plain pages and the viewer's files, held against their tables.

use std::collections::BTreeSet;

use rayon::prelude::*;
use shelfmark_bundle::{PagesShard, ShardKind, ShardRef};

use crate::archive::{Archive, Problem};
use crate::error::Error;
use crate::progress::Progress;

/// Files looked at between two looks at whether the user wants to stop.
const RUN: usize = 256;

/// What a check of the pages found, but for its problems.
#[derive(Debug)]
pub(super) struct Checked {
    /// The files that the tables name, by their paths in the site.
    pub(super) known: BTreeSet<String>,
    /// Whether these are all files of the site outside the bundle.
    pub(super) all: bool,
}

/// Checks every page and every file of the viewer that the archive names.
pub(super) fn check(
    archive: &Archive,
    progress: &Progress,
    problems: &mut Vec<Problem>,
) -> Result<Checked, Error> {
    let manifest = archive.manifest();
    let mut found = Checked {
        known: BTreeSet::new(),
        // Archives of old say nothing of their viewer.
        all: manifest.viewer.is_some(),
    };
    for shard in [&manifest.viewer, &manifest.pages].into_iter().flatten() {
        match table(archive, shard, progress, problems)? {
            Some(paths) => found.known.extend(paths),
            None => found.all = false,
        }
    }
    Ok(found)
}

/// Checks every file of a table; gives their paths, or nothing when the table is damaged.
fn table(
    archive: &Archive,
    shard: &ShardRef,
    progress: &Progress,
    problems: &mut Vec<Problem>,
) -> Result<Option<Vec<String>>, Error> {
    let name = || shard.file_name(ShardKind::Pages);
    let table = archive
        .shard(ShardKind::Pages, shard)
        .and_then(|json| PagesShard::decode(&json).map_err(|error| Problem::new(name(), error)));
    let table = match table {
        Ok(table) => table,
        Err(problem) => {
            problems.push(problem);
            return Ok(None);
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
    let paths = files.iter().map(|(path, ..)| (*path).to_owned());
    Ok(Some(paths.collect()))
}
