//! Writes pages, and keeps the table by which they can be checked.

use std::fs;
use std::path::PathBuf;

use shelfmark_bundle::PagesShard;

use crate::error::Error;
use crate::writer::{Tally, sha256};

/// Writes files of a site, each once.
#[derive(Debug)]
pub(super) struct Files {
    site: PathBuf,
    table: Vec<(String, u64, String)>,
}

impl Files {
    /// A writer into a site's folder.
    pub(super) fn new(site: PathBuf) -> Result<Self, Error> {
        for folder in ["pages/posts", "pages/months", "pages/tags"] {
            let folder = site.join(folder);
            fs::create_dir_all(&folder).map_err(Error::file("create", &folder))?;
        }
        Ok(Self {
            site,
            table: Vec::new(),
        })
    }

    /// Writes a file; `path` is within the site.
    pub(super) fn put(&mut self, path: &str, bytes: &[u8]) -> Result<(), Error> {
        let place = self.site.join(path);
        fs::write(&place, bytes).map_err(Error::file("write", &place))?;
        self.table
            .push((path.to_owned(), bytes.len() as u64, sha256(bytes)));
        Ok(())
    }

    /// The table of all files, and their number and size.
    pub(super) fn finish(mut self) -> (PagesShard, Tally) {
        self.table.sort();
        let tally = Tally {
            files: self.table.len(),
            bytes: self.table.iter().map(|(_, bytes, _)| bytes).sum(),
        };
        let mut table = PagesShard::default();
        for (path, bytes, hash) in self.table {
            table.paths.push(path);
            table.bytes.push(bytes);
            table.hashes.push(hash);
        }
        (table, tally)
    }
}
