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
mod spool;
mod texts;
mod triples;
mod words;

pub(crate) use post::{Folded, PostTerms};
pub(crate) use texts::Texts;
pub(crate) use words::Words;

use shelfmark_bundle::{Scale, ShardRef};

use crate::error::Error;
use crate::forms::Language;
use crate::writer::Writer;
use lists::Lists;
use merge::Sources;
use run::Run;

/// Bytes of lists in memory before a run is written.
const IN_MEMORY: usize = 256 << 20;

/// Collects the terms of all posts.
#[derive(Debug)]
pub(crate) struct Indexer {
    in_memory: usize,
    /// Languages of the posts so far.
    languages: Vec<Language>,
    lists: Lists,
    runs: Vec<Run>,
}

/// How finely an index is cut; figures are in `docs/benchmarks.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Grain {
    /// Bytes of packed terms after which a shard is full.
    shard: usize,
    /// Fewest posts that are many: threes are stored of pairs in more.
    many: u32,
}

impl Grain {
    /// For the only index of an archive, or the largest.
    pub(crate) const COARSE: Self = Self {
        shard: 3 << 10,
        many: 256,
    };

    /// For smaller indexes beside the largest. Their lists are short, a search fetches a shard of
    /// each for every list, and what one of them leaves open leaves the whole answer open.
    pub(crate) const FINE: Self = Self {
        shard: 1 << 10,
        many: 32,
    };
}

/// What was written of an index.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// Tables of shards, each with the first key of its first shard.
    pub(crate) tables: Vec<(String, ShardRef)>,
    /// Three characters in a row are terms when both their pairs are in more posts than this.
    pub(crate) triples: u32,
}

impl Indexer {
    /// An indexer of no posts.
    pub(crate) fn new() -> Self {
        Self::with_memory(IN_MEMORY)
    }

    fn with_memory(in_memory: usize) -> Self {
        Self {
            in_memory,
            languages: Vec::new(),
            lists: Lists::default(),
            runs: Vec::new(),
        }
    }

    /// Number of posts so far.
    pub(crate) fn posts(&self) -> u32 {
        u32::try_from(self.languages.len()).unwrap_or(u32::MAX)
    }

    /// Adds the next post.
    pub(crate) fn add(&mut self, terms: &PostTerms, language: Language) -> Result<(), Error> {
        self.lists.add(self.posts(), terms);
        self.languages.push(language);
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

    /// Words that have forms, for an archive that needs no index.
    pub(crate) fn words(mut self) -> Result<Words, Error> {
        if !self.runs.is_empty() {
            self.spill()?;
        }
        let sorted = core::mem::take(&mut self.lists).sorted();
        let sources = Sources::new(&sorted, &self.runs);
        Words::of(sources.open()?, &self.languages)
    }

    /// Writes the index. `texts` are those of the posts that were added.
    pub(crate) fn write(
        mut self,
        texts: Texts,
        scale: &Scale,
        grain: Grain,
        writer: &Writer<'_>,
    ) -> Result<Index, Error> {
        if !self.runs.is_empty() {
            self.spill()?;
        }
        let sorted = core::mem::take(&mut self.lists).sorted();
        let sources = Sources::new(&sorted, &self.runs);
        let words = Words::of(sources.open()?, &self.languages)?;
        let mut unions = prefix::unions(sources.open()?)?;
        let bound = triples::bound(self.posts(), grain.many);
        unions.extend(triples::lists(sources.open()?, texts.open()?, bound)?);
        unions.sort_unstable_by(|a, b| a.key.cmp(&b.key));
        Ok(Index {
            tables: shards::write(sources.open()?, &unions, &words, scale, grain.shard, writer)?,
            triples: bound,
        })
    }
}

#[cfg(test)]
mod tests;
