//! What is measured: something that opens a built site, searches it and knows what it read.

use crate::Result;

/// An answer, and what it cost since the call began.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answer {
    /// Ids of the best hits, best first.
    pub(crate) hits: Vec<u32>,
    /// Ids of all matches in any order, when they were asked for.
    pub(crate) all: Vec<u32>,
    /// Number of matches, or an upper bound.
    pub(crate) total: usize,
    /// Whether the number was known once the hits were.
    pub(crate) exact: bool,
    /// Bytes of the files that were read.
    pub(crate) bytes: u64,
    /// Number of files that were read.
    pub(crate) requests: u64,
    /// How often it was waited for files: those asked for together count once.
    pub(crate) round_trips: u64,
}

/// Searches a built site.
pub(crate) trait Subject {
    /// The best `limit` hits with title and snippet, reading what is not in memory; with `ids`, all
    /// matches too.
    fn search(&mut self, query: &str, limit: usize, ids: bool) -> Result<Answer>;

    /// Forgets all that was read, the manifest too: the next search is a reader's first.
    fn forget(&mut self);
}
