//! Words and characters of the dictionary, each told by how it differs from the one before.

use crate::range::{Bit, Coder, GAMMA, models};

/// Longest key, in characters.
const MAX_CHARS: usize = 1 << 10;

/// Models of keys.
#[derive(Debug, Clone)]
pub(crate) struct Keys(Vec<Bit>);

/// How many characters two keys share, by how many characters the first has: none, one, more.
const SHARED: usize = 0;
/// How far apart the first different characters are, by whether they are of an alphabet.
const APART: usize = SHARED + 3 * GAMMA;
/// Which 128 a character is of, when not of the same as the one before.
const BLOCK: usize = APART + 2 * GAMMA;
/// Whether a key ends, by how many of at most eight characters it has so far and whether they are
/// of an alphabet.
const ENDS: usize = BLOCK + GAMMA;
/// Whether a character is of the same 128 as the one before.
const SAME: usize = ENDS + 2 * 8;
/// Which of the 128, by three kinds of blocks.
const LOW: usize = SAME + 1;
const ALL: usize = LOW + 3 * 128;

impl Default for Keys {
    fn default() -> Self {
        Self(models(ALL))
    }
}

impl Keys {
    /// Codes `wanted` after `last`; when it `follows`, it is known to be greater. `None` when
    /// what is read is no text.
    pub(crate) fn code<C: Coder>(
        &mut self,
        coder: &mut C,
        last: &str,
        wanted: &str,
        follows: bool,
    ) -> Option<String> {
        let before: Vec<char> = last.chars().collect();
        let wanted: Vec<char> = wanted.chars().collect();
        let same = before.iter().zip(&wanted).take_while(|(a, b)| a == b);
        let shared = &mut self.0[SHARED + before.len().min(2) * GAMMA..];
        let shared = coder.gamma(shared, same.count() as u32 + 1) as usize - 1;
        let mut key = before.get(..shared)?.to_vec();
        // Where the key before goes on, a greater key has a greater character.
        if let Some(other) = before.get(shared).filter(|_| follows) {
            let c = wanted.get(shared).map_or(0, |c| u32::from(*c));
            let apart = &mut self.0[APART + usize::from(*other < '\u{E00}') * GAMMA..];
            let apart = coder.gamma(apart, c.wrapping_sub(u32::from(*other)));
            key.push(char::from_u32(u32::from(*other).checked_add(apart)?)?);
        }
        loop {
            let spaced = key.first().is_some_and(|c| *c < '\u{E00}');
            let ends = &mut self.0[ENDS + usize::from(spaced) * 8 + key.len().min(7)];
            if coder.bit(ends, key.len() == wanted.len()) {
                return Some(key.into_iter().collect());
            }
            let c = wanted.get(key.len()).copied().unwrap_or_default();
            let c = self.char(coder, key.last().copied().unwrap_or('a'), c)?;
            key.push(c);
            if key.len() > MAX_CHARS {
                return None;
            }
        }
    }

    fn char<C: Coder>(&mut self, coder: &mut C, last: char, wanted: char) -> Option<char> {
        let (last, wanted) = (u32::from(last) >> 7, u32::from(wanted));
        let block = if coder.bit(&mut self.0[SAME], wanted >> 7 == last) {
            last
        } else {
            coder.gamma(&mut self.0[BLOCK..], (wanted >> 7) + 1) - 1
        };
        let low = &mut self.0[LOW + block.min(2) as usize * 128..];
        let low = coder.tree(low, 7, wanted & 127);
        char::from_u32(block.checked_shl(7)? | low)
    }
}
