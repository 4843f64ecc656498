//! What a reader asks for.

use crate::query::Query;

/// A search, a filtered list, or the plain list of the newest posts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// The parsed query.
    pub query: Query,
    /// Tags that a post must carry, all of them, by their exact names.
    pub tags: Vec<String>,
    /// Order of the hits.
    pub sort: Sort,
    /// How many hits to leave out at the start.
    pub offset: usize,
    /// How many hits to give at the most.
    pub limit: usize,
}

impl Request {
    /// Whether it asks for all posts.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.query.is_empty() && self.tags.is_empty()
    }
}

/// Order of the hits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// Best first; the newest first without a query.
    #[default]
    Relevance,
    /// Newest first.
    Newest,
    /// Oldest first.
    Oldest,
}
