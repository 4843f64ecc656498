//! What lists show of each post.

use super::post::Row;
use crate::cache::Key;

/// What lists show of each post, by id.
#[derive(Debug, Default)]
pub(super) struct Rows {
    rows: Vec<Row>,
    /// What each is.
    keys: Vec<Key>,
}

impl Rows {
    /// Adds the next post.
    pub(super) fn push(&mut self, row: Row, key: Key) {
        self.keys.push(key);
        self.rows.push(row);
    }

    /// The row of a post.
    pub(super) fn get(&self, id: u32) -> Option<&Row> {
        self.rows.get(id as usize)
    }

    /// All of them.
    pub(super) fn all(&self) -> &[Row] {
        &self.rows
    }

    /// What the rows of some posts are.
    pub(super) fn keys_of(&self, ids: &[u32]) -> Vec<Key> {
        let keys = ids.iter().map(|id| self.keys.get(*id as usize).copied());
        keys.map(Option::unwrap_or_default).collect()
    }
}
