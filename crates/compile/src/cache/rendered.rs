//! Things that are kept in memory between builds, as long as each build uses them.

use std::collections::HashMap;

use super::key::Key;

/// Things by what they were made of, and whether the build that goes on has used them.
#[derive(Debug)]
pub(crate) struct Kept<T>(HashMap<Key, (T, bool)>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<T: Clone> Kept<T> {
    /// One of them.
    pub(super) fn get(&mut self, key: &Key) -> Option<T> {
        let (thing, used) = self.0.get_mut(key)?;
        *used = true;
        Some(thing.clone())
    }

    /// Keeps another.
    pub(super) fn insert(&mut self, key: Key, thing: T) {
        self.0.insert(key, (thing, true));
    }

    /// Lets go of what was not used since the last call.
    pub(super) fn turn(&mut self) {
        self.0.retain(|_, (_, used)| core::mem::take(used));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_build_does_not_use_is_let_go() {
        let mut kept = Kept::default();
        let (a, b) = (Key::of(&1), Key::of(&2));
        kept.insert(a, 'a');
        kept.insert(b, 'b');
        kept.turn();
        assert_eq!(kept.get(&a), Some('a'));
        kept.turn();
        assert_eq!((kept.get(&a), kept.get(&b)), (Some('a'), None));
    }
}
