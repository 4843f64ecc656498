//! Hashes that tell what something was made of.

use core::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The first half of the SHA-256 of what something was made of.
///
/// Posts are written by others: a weaker hash could be made to say of two of them that they are
/// one. A key means something to the program that made it, and to no other.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub(crate) struct Key([u8; 16]);

impl Key {
    /// The key of some values.
    pub(crate) fn of(values: &(impl Hash + ?Sized)) -> Self {
        let mut hasher = Feeding(Sha256::new());
        values.hash(&mut hasher);
        Self::cut(&hasher.0.finalize())
    }

    /// The key of some bytes.
    pub(crate) fn of_bytes(bytes: &[u8]) -> Self {
        Self::cut(&Sha256::digest(bytes))
    }

    /// Its bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    fn cut(hash: &[u8]) -> Self {
        let mut key = [0; 16];
        key.copy_from_slice(&hash[..16]);
        Self(key)
    }
}

/// Feeds what is hashed to SHA-256.
struct Feeding(Sha256);

impl Hasher for Feeding {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        unreachable!("a key is taken from the whole hash")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_told_apart_by_where_they_end() {
        assert_eq!(Key::of(&("a", 1)), Key::of(&("a", 1)));
        assert_ne!(Key::of(&("ab", "c")), Key::of(&("a", "bc")));
        assert_ne!(Key::of(&vec!["ab"]), Key::of(&vec!["a", "b"]));
        assert_ne!(Key::of_bytes(b"a"), Key::of_bytes(b"b"));
    }
}
