//! Tables of shards: where the body of a post is, and where the postings of a term.
//!
//! Both are cut into pages, so that a reader fetches the few that it needs, and the manifest
//! stays small however large the archive is.

use serde::Serialize;

use crate::json::{decode, from_json};
use crate::manifest::check_all;
use crate::shards::invalid;
use crate::{FormatError, LIST_SPAN, ShardKind, ShardRef};

/// Ids of a page of bodies.
pub const BODY_PAGE: usize = 1 << 14;

/// Where the bodies of [`BODY_PAGE`] consecutive posts are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct BodyPage {
    /// Id of the first post.
    pub first: u32,
    /// Groups of body shards, in id order.
    pub groups: Vec<(ShardRef, Vec<u32>)>,
    /// The list shards of these posts, in id order.
    pub lists: Vec<ShardRef>,
}

/// Hashes and sizes of the body shards of one group.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct BodyGroup {
    /// The shards, in id order.
    pub bodies: Vec<ShardRef>,
}

/// A body shard as a page names it: its file can be asked for before its hash is known, at the
/// same time as the group that tells the hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyPlace {
    /// Id of the first post inside.
    pub first: u32,
    /// Number of posts inside.
    pub posts: u32,
    /// The group.
    pub group: ShardRef,
    /// Place inside the group.
    pub place: usize,
}

impl BodyPlace {
    /// Name of the shard's file beside the manifest, e.g. `body-0123456789abcdef-7.bin`.
    #[must_use]
    pub fn file_name(&self) -> String {
        body_name(&self.group, self.place)
    }
}

/// Name of the file of a body shard: it changes when anything of its group does.
#[must_use]
pub fn body_name(group: &ShardRef, place: usize) -> String {
    let digits = group.sha256().get(..16).unwrap_or_default();
    format!("{}-{digits}-{place}.bin", ShardKind::Body.name())
}

impl BodyPage {
    /// Decodes page `index` of an archive of `posts` posts.
    ///
    /// # Errors
    /// When it is not that page, whole.
    pub fn decode(json: &[u8], index: usize, posts: u32) -> Result<Self, FormatError> {
        let page: Self = decode(json)?;
        let first = index * BODY_PAGE;
        let expected = (posts as usize).saturating_sub(first).min(BODY_PAGE);
        let mut sum = 0_usize;
        for (group, counts) in &page.groups {
            group.check()?;
            if counts.contains(&0) {
                return invalid("a page of bodies names a shard of no posts");
            }
            for count in counts {
                sum = sum.saturating_add(*count as usize);
            }
        }
        page.lists.iter().try_for_each(ShardRef::check)?;
        if page.first as usize != first
            || sum != expected
            || page.lists.len() != expected.div_ceil(LIST_SPAN)
        {
            return invalid("a page of bodies does not hold the posts it should");
        }
        Ok(page)
    }

    /// List shard `index` of the archive.
    #[must_use]
    pub fn list(&self, index: usize) -> Option<&ShardRef> {
        let first = self.first as usize / LIST_SPAN;
        self.lists.get(index.checked_sub(first)?)
    }

    /// The shard that holds post `id`.
    #[must_use]
    pub fn find(&self, id: u32) -> Option<BodyPlace> {
        // As `places()` gives them, in loops that take less room than its iterator.
        let mut first = self.first;
        for (group, counts) in &self.groups {
            for (place, posts) in counts.iter().enumerate() {
                if id >= first && id - first < *posts {
                    return Some(BodyPlace {
                        first,
                        posts: *posts,
                        group: group.clone(),
                        place,
                    });
                }
                first = first.saturating_add(*posts);
            }
        }
        None
    }

    /// All shards, in id order.
    pub fn places(&self) -> impl Iterator<Item = BodyPlace> + '_ {
        let mut first = self.first;
        self.groups
            .iter()
            .flat_map(|(group, counts)| {
                counts
                    .iter()
                    .enumerate()
                    .map(move |(place, posts)| (group, place, *posts))
            })
            .map(move |(group, place, posts)| {
                let start = first;
                first = first.saturating_add(posts);
                BodyPlace {
                    first: start,
                    posts,
                    group: group.clone(),
                    place,
                }
            })
    }

    /// JSON of the page.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}

impl BodyGroup {
    /// Decodes a group.
    ///
    /// # Errors
    /// When it is not one.
    pub fn decode(json: &[u8]) -> Result<Self, FormatError> {
        let group: Self = decode(json)?;
        check_all(&group.bodies)?;
        Ok(group)
    }

    /// JSON of the group.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}

/// Some consecutive index shards.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TermTable {
    /// First key of each shard, ascending.
    pub keys: Vec<String>,
    /// The shards.
    pub shards: Vec<ShardRef>,
}

impl TermTable {
    /// Decodes a table.
    ///
    /// # Errors
    /// When its lists don't fit.
    pub fn decode(json: &[u8]) -> Result<Self, FormatError> {
        let table: Self = decode(json)?;
        check_all(&table.shards)?;
        if table.keys.len() != table.shards.len() || !table.keys.is_sorted() {
            return invalid("a table of terms does not fit");
        }
        Ok(table)
    }

    /// JSON of the table.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}

from_json!(BodyPage {
    first,
    groups,
    lists
});
from_json!(BodyGroup { bodies });
from_json!(TermTable { keys, shards });
