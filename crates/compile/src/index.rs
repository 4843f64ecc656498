//! The index of an archive: which posts hold which term, cut into shards.
//!
//! Posts come in by id. Their postings are appended to one compressed list a term, in memory;
//! when those grow beyond a bound they are written out as a sorted run, and at the end the runs
//! are merged (single-pass in-memory indexing; Heinz, Zobel: "Efficient single-pass index
//! construction for text databases", 2003). What is written depends on the posts alone, never on
//! the bound.

mod level;
mod lists;
mod merge;
mod post;
mod prefix;
mod run;
mod shards;

pub(crate) use post::PostTerms;

use shelfmark_bundle::{Scale, ShardRef};

use crate::error::Error;
use crate::writer::Writer;
use lists::Lists;
use merge::Sources;
use run::Run;

/// Bytes of lists in memory before a run is written.
const IN_MEMORY: usize = 512 << 20;

/// Collects the terms of all posts.
#[derive(Debug)]
pub(crate) struct Indexer {
    in_memory: usize,
    posts: u32,
    lists: Lists,
    runs: Vec<Run>,
}

impl Indexer {
    /// An indexer of no posts.
    pub(crate) fn new() -> Self {
        Self::with_memory(IN_MEMORY)
    }

    fn with_memory(in_memory: usize) -> Self {
        Self {
            in_memory,
            posts: 0,
            lists: Lists::default(),
            runs: Vec::new(),
        }
    }

    /// Number of posts so far.
    pub(crate) fn posts(&self) -> u32 {
        self.posts
    }

    /// Adds the next post.
    pub(crate) fn add(&mut self, terms: &PostTerms) -> Result<(), Error> {
        self.lists.add(self.posts, terms);
        self.posts += 1;
        if self.lists.bytes() > self.in_memory {
            self.spill()?;
        }
        Ok(())
    }

    fn spill(&mut self) -> Result<(), Error> {
        let lists = core::mem::take(&mut self.lists);
        self.runs.push(Run::write(lists.sorted())?);
        Ok(())
    }

    /// Writes the index; gives its tables of shards, each with the first key of its first shard.
    pub(crate) fn write(
        mut self,
        scale: &Scale,
        writer: &Writer<'_>,
    ) -> Result<Vec<(String, ShardRef)>, Error> {
        if !self.runs.is_empty() {
            self.spill()?;
        }
        let sorted = core::mem::take(&mut self.lists).sorted();
        let sources = Sources::new(&sorted, &self.runs);
        let prefixes = prefix::unions(sources.open()?)?;
        shards::write(sources.open()?, &prefixes, scale, writer)
    }
}

