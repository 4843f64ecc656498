//! Names by which posts and files are looked up, as numbers: what a rendered post has asked for
//! tells whether it would be rendered differently now.
//!
//! A lookup gives the same answer as long as nobody with that name came, went or changed. So it is
//! enough to know which names were asked for, and which belong to somebody who is not as before.

use core::hash::{Hash as _, Hasher as _};
use std::cell::RefCell;
use std::collections::{BTreeSet, HashSet};
use std::hash::DefaultHasher;

use crate::cache::Names;

/// Kinds of names: one is looked up in one table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// Address of an original.
    Source,
    /// Path or permalink.
    Path,
    /// Name of a file, without its folder.
    File,
    /// Name of a note.
    Note,
    /// Name of a file beside the posts.
    Other,
}

/// The number of a name. Two may share one: then a post is rendered once too often.
pub(crate) fn number(kind: Kind, root: usize, name: &str) -> u32 {
    let mut hasher = DefaultHasher::new();
    (kind, root, name).hash(&mut hasher);
    hasher.finish() as u32
}

/// The names that were asked for while a post was rendered, whether they were found or not.
#[derive(Debug, Default)]
pub(crate) struct Asked(RefCell<BTreeSet<u32>>);

impl Asked {
    /// Adds a name.
    pub(crate) fn note(&self, kind: Kind, root: usize, name: &str) {
        self.0.borrow_mut().insert(number(kind, root, name));
    }

    /// The numbers, four bytes each.
    pub(crate) fn encode(self) -> Vec<u8> {
        let numbers = self.0.into_inner().into_iter();
        numbers.flat_map(u32::to_le_bytes).collect()
    }
}

/// The numbers of names that belong to somebody who was not there before, is no longer, or is not
/// what he was.
pub(crate) fn changed(before: &[Names], now: &[Names]) -> HashSet<u32> {
    let mut changed = HashSet::new();
    for (these, those) in [(before, now), (now, before)] {
        let known: HashSet<_> = those.iter().map(|names| names.key).collect();
        let new = these.iter().filter(|names| !known.contains(&names.key));
        changed.extend(new.flat_map(|names| names.numbers.iter().copied()));
    }
    changed
}

/// Whether one of the names was asked for; the bytes are those of [`Asked::encode`].
pub(crate) fn concern(changed: &HashSet<u32>, asked: &[u8]) -> bool {
    let numbers = asked.chunks_exact(4).map(|bytes| {
        let bytes = bytes.try_into().unwrap_or_default();
        u32::from_le_bytes(bytes)
    });
    let mut numbers = numbers;
    !changed.is_empty() && numbers.any(|number| changed.contains(&number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::Key;

    fn names(key: u8, all: &[&str]) -> Names {
        Names {
            key: Key::of(&key),
            numbers: all.iter().map(|name| number(Kind::File, 0, name)).collect(),
        }
    }

    fn asked(all: &[&str]) -> Vec<u8> {
        let asked = Asked::default();
        for name in all {
            asked.note(Kind::File, 0, name);
        }
        asked.encode()
    }

    #[test]
    fn only_names_of_what_changed_concern_anybody() {
        let before = [names(1, &["a", "b"]), names(2, &["c"]), names(3, &["d"])];
        let now = [names(1, &["a", "b"]), names(4, &["c"]), names(5, &["e"])];
        let changed = changed(&before, &now);
        for name in ["c", "d", "e"] {
            assert!(concern(&changed, &asked(&["x", name])), "{name}");
        }
        assert!(!concern(&changed, &asked(&["a", "b", "f"])));
        assert!(!concern(&super::changed(&now, &now), &asked(&["a", "c"])));
    }

    #[test]
    fn a_name_is_one_of_its_kind_and_folder() {
        let one = number(Kind::File, 0, "a");
        assert_ne!(one, number(Kind::Note, 0, "a"));
        assert_ne!(one, number(Kind::File, 1, "a"));
    }
}
