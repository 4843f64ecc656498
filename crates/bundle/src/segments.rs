//! Segments: indexes over intervals of ids, of which the archive's is made.
//!
//! An archive that grows at its end keeps the files of all segments but the last ones. Where there
//! is one alone, which is the rule, the manifest says of itself what it would say of a segment.

use core::ops::Range;
use core::slice::from_ref;

use serde::Serialize;

use crate::json::from_json;
use crate::{Manifest, ShardRef};

/// Most segments of an archive: every search asks all of them.
pub const MAX_SEGMENTS: usize = 16;

/// What the manifest says of segments, in id order, one entry each; nothing when there is one alone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Segments {
    /// Number of posts.
    pub posts: Vec<u32>,
    /// How many of the manifest's tables of terms are its own: those after the ones of the segments
    /// before.
    pub tables: Vec<u32>,
    /// Three characters are terms when both their pairs are in more of its posts than this.
    pub triples: Vec<u32>,
    /// Traits of its posts; empty when nothing is known of any posts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub traits: Vec<ShardRef>,
}

from_json!(nested Segments { posts, tables, triples; traits });

/// The index of consecutive posts, whose ids it counts from 0.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Segment {
    /// Id of its first post.
    pub first: u32,
    /// Number of posts.
    pub posts: u32,
    /// Its tables of terms, by their places in [`Manifest::index`].
    pub tables: Range<usize>,
    /// Three characters are terms when both their pairs are in more of its posts than this.
    pub triples: u32,
}

impl Segments {
    /// Whether there is one alone, which is not told.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.posts.is_empty()
    }
}

impl Manifest {
    /// The segments in id order, one at least; `None` when they are not all posts and all tables of
    /// the archive, each once and in order.
    #[must_use]
    #[inline(never)]
    pub fn segments(&self) -> Option<Vec<Segment>> {
        let told = &self.segments;
        let whole = (self.posts, self.index.len() as u32);
        let bound = self.triples.unwrap_or(u32::MAX);
        let (posts, tables, triples) = if told.is_empty() {
            (from_ref(&whole.0), from_ref(&whole.1), from_ref(&bound))
        } else {
            (&told.posts[..], &told.tables[..], &told.triples[..])
        };
        // A reader that knows no segments would take the first one's ids for the archive's.
        let known = told.is_empty() || self.format > 1;
        let all_told = told.traits.is_empty() || told.traits.len() == posts.len();
        let fits = posts.len() <= MAX_SEGMENTS
            && tables.len() == posts.len()
            && triples.len() == posts.len();
        if !(known && all_told && fits) {
            return None;
        }
        let (mut first, mut table) = (0_u32, 0_usize);
        let mut all = Vec::new();
        for ((posts, tables), triples) in posts.iter().zip(tables).zip(triples) {
            let end = table.saturating_add(*tables as usize);
            let own = self.index.get(table..end)?;
            if !own.is_sorted_by(|a, b| a.0 < b.0) || (*posts == 0 && !told.is_empty()) {
                return None;
            }
            all.push(Segment {
                first,
                posts: *posts,
                tables: table..end,
                triples: *triples,
            });
            first = first.checked_add(*posts)?;
            table = end;
        }
        (first == self.posts && table == self.index.len()).then_some(all)
    }

    /// Where the traits of a segment are, by its place.
    #[must_use]
    pub fn traits_of(&self, segment: usize) -> Option<&ShardRef> {
        if self.segments.is_empty() {
            self.traits.as_ref()
        } else {
            self.segments.traits.get(segment)
        }
    }
}
