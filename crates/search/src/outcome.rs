//! What a search found.

use shelfmark_bundle::{Count, Entry};

/// The answer to a request.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcome {
    /// Number of matches.
    pub total: usize,
    /// False while `total` is an upper bound.
    pub exact: bool,
    /// The hits asked for, in order.
    pub hits: Vec<Hit>,
    /// Ids of all matches, in order; of what may match, while `exact` is false.
    pub ids: Vec<u32>,
    /// What the matches carry.
    pub facets: Facets,
}

/// A post that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Its id.
    pub id: u32,
    /// How well it fits; only the order of scores means something.
    pub score: f64,
    /// What lists show of it.
    pub entry: Entry,
    /// The title, with the matches marked.
    pub title: Vec<Piece>,
    /// A passage of the text with the matches marked; empty without a query.
    pub snippet: Vec<Piece>,
}

/// A piece of text, marked or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// Whether it is a match.
    pub mark: bool,
}

/// Counts of what the matches carry, most frequent first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facets {
    /// Tags.
    pub tags: Vec<Count>,
    /// Categories.
    pub categories: Vec<Count>,
    /// Authors.
    pub authors: Vec<Count>,
    /// Months as `YYYY-MM`, in their order.
    pub months: Vec<Count>,
}
