//! Tables of shards: where the body of a post is, and where the postings of a term.
//!
//! Both are cut into pages, so that a reader fetches the few that it needs, and the manifest
//! stays small however large the archive is. Where shards are packed, these tables tell where in
//! its pack each one is (`packs.rs`).

use core::ops::Range;

use serde::Serialize;

use crate::json::{decode, from_json};
use crate::manifest::check_all;
use crate::shards::invalid;
use crate::{FormatError, LIST_SPAN, Location, Part, ShardKind, ShardRef};

/// Ids of a page of bodies where the manifest says nothing else.
pub const BODY_PAGE: usize = 1 << 14;

/// Pages of bodies that a reader fetches before it knows which are needed: at the same time as others,
/// they cost no time.
pub const PAGES_AHEAD: usize = 4;

/// Where the bodies of some consecutive posts are, as many as the manifest says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct BodyPage {
    /// Id of the first post.
    pub first: u32,
    /// Groups of body shards, in id order.
    pub groups: Vec<(ShardRef, Vec<u32>)>,
    /// The list shards of these posts, in id order.
    pub lists: Vec<ShardRef>,
    /// Length in bytes of each body shard, in id order, when they stand in packs; empty when each is
    /// a file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub bytes: Vec<u32>,
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
    /// Where it is in packs, and its length in bytes; nothing when it is a file.
    pub part: Option<(Part, u32)>,
}

impl BodyPlace {
    /// Where the shard's bytes are.
    #[must_use]
    pub fn location(&self) -> Location {
        match self.part {
            Some((part, _)) => Location::in_pack(ShardKind::Body, &self.group, part),
            None => Location::file(numbered(ShardKind::Body, &self.group, &[self.place])),
        }
    }

    /// Name of the shard's file beside the manifest: `body-0123456789abcdef-7.bin`, or that of its
    /// pack.
    #[must_use]
    pub fn file_name(&self) -> String {
        self.location().file
    }
}

/// Name of the file of a body shard (its place) or of a pack (shards of each, and its place), by the
/// table that names the shards: it changes when anything in the table does.
#[must_use]
pub fn numbered(kind: ShardKind, table: &ShardRef, numbers: &[usize]) -> String {
    let digits = table.sha256().get(..16).unwrap_or_default();
    let mut name = [kind.name(), "-", digits].concat();
    for number in numbers {
        name += &format!("-{number}");
    }
    name + ".bin"
}

impl BodyPage {
    /// Decodes the page of these posts: see [`Manifest::page_ids`](crate::Manifest::page_ids).
    ///
    /// # Errors
    /// When it is not that page, whole.
    pub fn decode(json: &[u8], ids: Range<u32>) -> Result<Self, FormatError> {
        let page: Self = decode(json)?;
        let expected = ids.len();
        let (mut sum, mut shards) = (0_usize, 0);
        for (group, counts) in &page.groups {
            group.check()?;
            if counts.contains(&0) {
                return invalid("a page of bodies names a shard of no posts");
            }
            shards += counts.len();
            for count in counts {
                sum = sum.saturating_add(*count as usize);
            }
        }
        if !page.bytes.is_empty() && page.bytes.len() != shards {
            return invalid("a page of bodies does not tell the length of each shard");
        }
        page.lists.iter().try_for_each(ShardRef::check)?;
        if page.first != ids.start
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

    /// The shard that holds post `id`; so many stand in a pack as the manifest says.
    #[must_use]
    pub fn find(&self, id: u32, packed: u32) -> Option<BodyPlace> {
        // As `places()` gives them, in loops that take less room than its iterator.
        let mut first = self.first;
        let mut bytes = self.bytes.iter();
        for (group, counts) in &self.groups {
            let mut offset = 0;
            for (place, posts) in counts.iter().enumerate() {
                let part = part_of(place, packed, &mut offset, bytes.next());
                if id >= first && id - first < *posts {
                    return Some(BodyPlace {
                        first,
                        posts: *posts,
                        group: group.clone(),
                        place,
                        part,
                    });
                }
                first = first.saturating_add(*posts);
            }
        }
        None
    }

    /// All shards, in id order; so many stand in a pack as the manifest says.
    pub fn places(&self, packed: u32) -> impl Iterator<Item = BodyPlace> + use<> {
        let mut places = Vec::new();
        let mut first = self.first;
        let mut bytes = self.bytes.iter();
        for (group, counts) in &self.groups {
            let mut offset = 0;
            for (place, posts) in counts.iter().enumerate() {
                let part = part_of(place, packed, &mut offset, bytes.next());
                places.push(BodyPlace {
                    first,
                    posts: *posts,
                    group: group.clone(),
                    place,
                    part,
                });
                first = first.saturating_add(*posts);
            }
        }
        places.into_iter()
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

/// Where body shard `place` of a group is in packs, and its length, when there are packs; `offset` is
/// where the shard before it ended, and becomes where it ends.
fn part_of(
    place: usize,
    packed: u32,
    offset: &mut u64,
    bytes: Option<&u32>,
) -> Option<(Part, u32)> {
    let (packed, bytes) = (packed as usize, *bytes?);
    let pack = place.checked_div(packed)?;
    let begins = place.is_multiple_of(packed);
    let part = Part {
        packed,
        pack,
        offset: if begins { 0 } else { *offset },
    };
    *offset = part.offset + u64::from(bytes);
    Some((part, bytes))
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

    /// Where a shard is in packs of so many of the table's; nothing when there are none.
    #[must_use]
    pub fn part(&self, place: usize, packed: u32) -> Option<Part> {
        let packed = packed as usize;
        let pack = place.checked_div(packed)?;
        let mut offset = 0;
        for shard in self.shards.get(pack * packed..place)? {
            offset += shard.bytes();
        }
        Some(Part {
            packed,
            pack,
            offset,
        })
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
    lists;
    bytes
});
from_json!(BodyGroup { bodies });
from_json!(TermTable { keys, shards });
