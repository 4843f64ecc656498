//! Words and characters of the dictionary, each told by how it differs from the one before.

use crate::range::{Bit, Coder, Gamma};

/// Longest key, in characters.
const MAX_CHARS: usize = 1 << 10;

/// Models of keys.
#[derive(Debug, Clone)]
pub(crate) struct Keys {
    /// How many characters two keys share, by how many characters the first has.
    shared: [Gamma; 3],
    /// How far apart the first different characters are.
    apart: [Gamma; 2],
    /// Whether a key ends, by how many characters it has so far and whether they are of an
    /// alphabet.
    ends: [[Bit; 8]; 2],
    /// Whether a character is of the same 128 as the one before.
    same: Bit,
    /// Which 128 otherwise.
    block: Gamma,
    /// Which of the 128, by three kinds of blocks.
    low: Box<[[Bit; 128]; 3]>,
}

impl Default for Keys {
    fn default() -> Self {
        Self {
            shared: core::array::from_fn(|_| Gamma::default()),
            apart: core::array::from_fn(|_| Gamma::default()),
            ends: [[Bit::default(); 8]; 2],
            same: Bit::default(),
            block: Gamma::default(),
            low: Box::new([[Bit::default(); 128]; 3]),
        }
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
        let shared = &mut self.shared[before.len().min(2)];
        let shared = coder.gamma(shared, same.count() as u32 + 1) as usize - 1;
        let mut key = before.get(..shared)?.to_vec();
        // Where the key before goes on, a greater key has a greater character.
        if let Some(other) = before.get(shared).filter(|_| follows) {
            let c = wanted.get(shared).map_or(0, |c| u32::from(*c));
            let apart = &mut self.apart[usize::from(*other < '\u{E00}')];
            let apart = coder.gamma(apart, c.wrapping_sub(u32::from(*other)));
            key.push(char::from_u32(u32::from(*other).checked_add(apart)?)?);
        }
        loop {
            let spaced = key.first().is_some_and(|c| *c < '\u{E00}');
            let ends = &mut self.ends[usize::from(spaced)][key.len().min(7)];
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
        let block = if coder.bit(&mut self.same, wanted >> 7 == last) {
            last
        } else {
            coder.gamma(&mut self.block, (wanted >> 7) + 1) - 1
        };
        let low = &mut self.low[block.min(2) as usize];
        let low = coder.tree(low, 7, wanted & 127);
        char::from_u32(block.checked_shl(7)? | low)
    }
}
