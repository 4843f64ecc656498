//! Packs: files that hold several small shards, one after the other, for hosts that limit the number
//! of files.
//!
//! The shards that a table names stand in packs, in the table's order, so many in each as the manifest
//! says, with nothing between them: a shard begins where those before it in its pack end, and no
//! further table is needed. Packs bear the table's digits, the number of shards and their place: as the
//! table holds the hash of every shard, these names change when the bytes do. A reader asks for the
//! bytes of one shard (`Range` of HTTP) and checks their hash.

use crate::places::numbered;
use crate::{ShardKind, ShardRef};

/// A part of a pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Shards of a pack.
    pub packed: usize,
    /// Place of the pack among those of its table.
    pub pack: usize,
    /// Where the part begins.
    pub offset: u64,
}

/// Where the bytes of a shard are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// Name of the file beside the manifest.
    pub file: String,
    /// Where they begin in a pack; nothing when the file is the shard.
    pub offset: Option<u64>,
}

impl Location {
    /// A file of its own.
    #[must_use]
    pub fn file(file: String) -> Self {
        Self { file, offset: None }
    }

    /// In a pack of the shards of a kind that `table` names.
    #[must_use]
    pub fn in_pack(kind: ShardKind, table: &ShardRef, part: Part) -> Self {
        Self {
            file: numbered(kind, table, &[part.packed, part.pack]),
            offset: Some(part.offset),
        }
    }
}
