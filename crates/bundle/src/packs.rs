//! Packs: files that hold many small shards, one after the other, for hosts that limit the number
//! of files.
//!
//! The shards that a table names stand in one pack, in the table's order and with nothing between
//! them, so a shard begins where those before it end and no further table is needed. A pack bears
//! the table's digits: as the table holds the hash of every shard, its name changes when its bytes
//! do. A reader asks for the bytes of one shard (`Range` of HTTP) and checks their hash.

use crate::{ShardKind, ShardRef};

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

    /// In the pack of the shards of a kind that `table` names.
    #[must_use]
    pub fn in_pack(kind: ShardKind, table: &ShardRef, offset: u64) -> Self {
        Self {
            file: table.file_name(kind),
            offset: Some(offset),
        }
    }
}
