//! Segments: indexes over intervals of ids, of which the archive's is made.
//!
//! An archive that grows at its end keeps the files of all segments but the last ones. Where there
//! is one alone, which is the rule, the manifest says of itself what it would say of a segment.

use serde::{Serialize, Serializer};

use crate::json::{FromJson, Reader};
use crate::{FormatError, Manifest, ShardRef};

/// Most segments of an archive: every search asks all of them.
pub const MAX_SEGMENTS: usize = 16;

/// The index of consecutive posts, whose ids it counts from 0.
///
/// On the wire an array `[posts, tables, traits, triples]`, with `null` for what is missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Segment {
    /// Number of posts.
    pub posts: u32,
    /// How many of the manifest's tables of terms are its own: those after the ones of the segments
    /// before.
    pub tables: u32,
    /// What [`Manifest::traits`] is, of these posts.
    pub traits: Option<ShardRef>,
    /// What [`Manifest::triples`] is, of these posts.
    pub triples: Option<u32>,
}

impl Serialize for Segment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.posts, self.tables, &self.traits, self.triples).serialize(serializer)
    }
}

impl FromJson for Segment {
    fn read(&mut self, reader: &mut Reader<'_>) -> Option<()> {
        reader.tuple(&mut [
            &mut self.posts,
            &mut self.tables,
            &mut self.traits,
            &mut self.triples,
        ])
    }
}

impl Manifest {
    /// The segments in id order, one at least.
    #[must_use]
    pub fn segments(&self) -> Vec<Segment> {
        if !self.segments.is_empty() {
            return self.segments.clone();
        }
        vec![Segment {
            posts: self.posts,
            tables: self.index.len() as u32,
            traits: self.traits.clone(),
            triples: self.triples,
        }]
    }

    /// Checks that the segments are the archive: its posts and its tables, each once and in order.
    pub(crate) fn check_segments(&self) -> Result<(), FormatError> {
        let fail = |why: &str| Err(FormatError::Invalid(format!("archive.json: {why}")));
        // A reader that knows no segments would take the first one's ids for the archive's.
        let alone = self.segments.is_empty();
        if !alone && (self.format < 2 || self.segments.len() > MAX_SEGMENTS) {
            return fail("segments where the format has none, or too many");
        }
        let mut tables = &self.index[..];
        let mut posts = self.posts;
        for segment in self.segments() {
            let left = posts.checked_sub(segment.posts);
            let own = tables.split_at_checked(segment.tables as usize);
            let (Some(left), Some((own, others))) = (left, own) else {
                return fail("the segments hold more than the archive");
            };
            if !own.is_sorted_by(|a, b| a.0 < b.0) {
                return fail("the index is out of order");
            }
            if segment.posts == 0 && !alone {
                return fail("a segment without posts");
            }
            segment.traits.iter().try_for_each(ShardRef::check)?;
            (posts, tables) = (left, others);
        }
        if posts > 0 || !tables.is_empty() {
            return fail("the segments hold less than the archive");
        }
        Ok(())
    }
}
