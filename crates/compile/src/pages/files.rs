//! Writes pages, and keeps the table by which they can be checked.

use std::fs;
use std::path::PathBuf;

use shelfmark_bundle::{PagesShard, ShardRef};

use crate::cache::{Key, Reuse};
use crate::error::Error;
use crate::publish::write_new;
use crate::writer::{Tally, sha256};

/// Writes files of a site, each once.
#[derive(Debug)]
pub(super) struct Files<'a> {
    site: PathBuf,
    reuse: Option<&'a Reuse<'a>>,
    table: Vec<(String, u64, String)>,
}

impl<'a> Files<'a> {
    /// A writer into a site's folder.
    pub(super) fn new(site: PathBuf, reuse: Option<&'a Reuse<'a>>) -> Result<Self, Error> {
        for folder in ["pages/posts", "pages/months", "pages/tags"] {
            let folder = site.join(folder);
            fs::create_dir_all(&folder).map_err(Error::file("create", &folder))?;
        }
        Ok(Self {
            site,
            reuse,
            table: Vec::new(),
        })
    }

    /// Writes a file; `path` is within the site.
    pub(super) fn put(&mut self, path: &str, bytes: &[u8]) -> Result<(), Error> {
        // Making it is as cheap as knowing what it is made of.
        let key = self.reuse.map(|_| Key::of_bytes(bytes));
        self.put_made_of(path, key, || Ok(bytes.to_vec()))
    }

    /// Writes a file unless the site before has one that was made of the same.
    pub(super) fn put_made_of(
        &mut self,
        path: &str,
        key: Option<Key>,
        make: impl FnOnce() -> Result<Vec<u8>, Error>,
    ) -> Result<(), Error> {
        let place = self.site.join(path);
        if let (Some(reuse), Some(key)) = (self.reuse, &key)
            && let Some(page) = reuse.take_page(path, key, &place)?
        {
            self.table.push((path.to_owned(), page.bytes(), page.0));
            return Ok(());
        }
        let bytes = make()?;
        let size = bytes.len() as u64;
        let page = ShardRef(sha256(&bytes), size, size);
        write_new(&place, &bytes)?;
        if let Some(reuse) = self.reuse {
            reuse.wrote_page(path, &page, key);
        }
        self.table.push((path.to_owned(), size, page.0));
        Ok(())
    }

    /// Whether keys are of any use.
    pub(super) fn reuses(&self) -> bool {
        self.reuse.is_some()
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
