//! Writes pages, and keeps the table by which they can be checked.

use std::fs;
use std::path::PathBuf;

use shelfmark_bundle::PagesShard;

use crate::cache::Cache;
use crate::error::Error;
use crate::writer::{Tally, sha256};

/// Writes files of a site, each once.
#[derive(Debug)]
pub(super) struct Files<'a> {
    site: PathBuf,
    cache: Option<&'a Cache>,
    table: Vec<(String, u64, String)>,
}

impl<'a> Files<'a> {
    /// A writer into a site's folder.
    pub(super) fn new(site: PathBuf, cache: Option<&'a Cache>) -> Result<Self, Error> {
        for folder in ["pages/posts", "pages/months", "pages/tags"] {
            let folder = site.join(folder);
            fs::create_dir_all(&folder).map_err(Error::file("create", &folder))?;
        }
        Ok(Self {
            site,
            cache,
            table: Vec::new(),
        })
    }

    /// Writes a file; `path` is within the site.
    pub(super) fn put(&mut self, path: &str, bytes: &[u8]) -> Result<(), Error> {
        let place = self.site.join(path);
        let hash = sha256(bytes);
        let linked = |cache: &Cache| cache.link_page(path, &hash, &place);
        if !self.cache.is_some_and(linked) {
            fs::write(&place, bytes).map_err(Error::file("write", &place))?;
        }
        self.table.push((path.to_owned(), bytes.len() as u64, hash));
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
