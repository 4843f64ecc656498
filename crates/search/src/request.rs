//! What a reader asks for.

use crate::query::Query;

/// A search, a filtered list, or the plain list of the newest posts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// The parsed query.
    pub query: Query,
    /// Tags that a post must carry, all of them, by their exact names.
    pub tags: Vec<String>,
    /// Tags of which a post must carry one.
    pub any_tags: Vec<String>,
    /// Categories of which a post must carry one.
    pub categories: Vec<String>,
    /// Authors of whom a post must be by one.
    pub authors: Vec<String>,
    /// First day that counts, `YYYY-MM-DD`; beside what the query says.
    pub from: Option<String>,
    /// Last day that counts.
    pub to: Option<String>,
    /// A day of whatever year: any day number that has it, see [`day_number`](shelfmark_bundle::day_number).
    pub on_day: Option<u32>,
    /// Order of the hits.
    pub sort: Sort,
    /// How many hits to leave out at the start.
    pub offset: usize,
    /// How many hits to give at the most.
    pub limit: usize,
    /// What to count of the matches.
    pub facets: FacetsWanted,
    /// How many posts may be read beyond those of the hits to make the total exact.
    pub read: usize,
}

impl Request {
    /// Whether it asks for all posts.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.query.is_empty() && !self.is_filtered()
    }

    /// Whether posts are chosen by anything but the query's words.
    pub(crate) fn is_filtered(&self) -> bool {
        let lists = [&self.tags, &self.any_tags, &self.categories, &self.authors];
        lists.iter().any(|names| !names.is_empty()) || self.has_days()
    }

    /// Whether it asks for a span of days.
    pub(crate) fn has_days(&self) -> bool {
        let bounds = [&self.from, &self.to, &self.query.after, &self.query.before];
        self.on_day.is_some() || bounds.iter().any(|bound| bound.is_some())
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

/// What is counted of the matches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is asked for by itself")]
pub struct FacetsWanted {
    /// Tags.
    pub tags: bool,
    /// Categories.
    pub categories: bool,
    /// Authors.
    pub authors: bool,
    /// Months.
    pub months: bool,
}

impl FacetsWanted {
    /// All of them.
    pub const ALL: Self = Self {
        tags: true,
        categories: true,
        authors: true,
        months: true,
    };
}
