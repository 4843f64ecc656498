//! Runs and lists in memory, merged by key.

use core::slice;

use shelfmark_bundle::Posting;

use super::level::posting;
use super::lists::List;
use super::run::{Head, Run, RunReader};
use crate::error::Error;

/// Where the lists of all terms are: in memory, or in runs.
#[derive(Debug)]
pub(crate) struct Sources<'a> {
    memory: &'a [(String, List)],
    runs: &'a [Run],
}

/// The lists of one term, in the order of the ids inside.
#[derive(Debug)]
pub(crate) struct Merged {
    pub(crate) key: String,
    lists: Vec<Vec<u8>>,
    /// Number of postings.
    pub(crate) count: u32,
}

impl Merged {
    /// Calls `each` with every posting.
    pub(crate) fn postings(&self, mut each: impl FnMut(Posting)) {
        for bytes in &self.lists {
            List::read(bytes, |id, held| each(posting(id, held)));
        }
    }
}

impl<'a> Sources<'a> {
    /// Lists of both kinds; there are none in memory when there are runs.
    pub(crate) fn new(memory: &'a [(String, List)], runs: &'a [Run]) -> Self {
        Self { memory, runs }
    }

    /// Reads them from the start; one reader at a time.
    pub(crate) fn open(&self) -> Result<Merge<'a>, Error> {
        let mut heads = Vec::new();
        for run in self.runs {
            let mut reader = run.open()?;
            heads.push((reader.next()?, reader));
        }
        Ok(Merge {
            memory: self.memory.iter(),
            heads,
        })
    }
}

/// Gives the terms in order, each once.
#[derive(Debug)]
pub(crate) struct Merge<'a> {
    memory: slice::Iter<'a, (String, List)>,
    heads: Vec<(Option<Head>, RunReader)>,
}

impl Merge<'_> {
    /// The next term.
    pub(crate) fn next(&mut self) -> Result<Option<Merged>, Error> {
        if self.heads.is_empty() {
            let next = self.memory.next();
            return Ok(next.map(|(key, list)| Merged {
                key: key.clone(),
                lists: vec![list.bytes.clone()],
                count: list.count,
            }));
        }
        let keys = self.heads.iter().filter_map(|(head, _)| head.as_ref());
        let Some(key) = keys.map(|(key, _, _)| key).min().cloned() else {
            return Ok(None);
        };
        let mut merged = Merged {
            key,
            lists: Vec::new(),
            count: 0,
        };
        // Earlier runs hold smaller ids.
        for (head, reader) in &mut self.heads {
            if head.as_ref().is_some_and(|(key, _, _)| *key == merged.key)
                && let Some((_, bytes, count)) = core::mem::replace(head, reader.next()?)
            {
                merged.lists.push(bytes);
                merged.count += count;
            }
        }
        Ok(Some(merged))
    }
}
