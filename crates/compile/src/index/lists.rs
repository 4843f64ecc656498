//! One compressed posting list a term, while posts come in.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::post::{Held, PostTerms, unpack};

/// The postings of one term: gaps between ids and, where it is not [`Held::ONCE`], how the post
/// holds it. A gap is a number of 7 bits a byte, lowest first; its lowest bit tells whether the
/// byte of a [`Held`] follows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct List {
    pub(crate) bytes: Vec<u8>,
    pub(crate) count: u32,
    last: u32,
}

impl List {
    pub(super) fn push(&mut self, id: u32, held: Held) {
        let mut gap = u64::from(id - self.last) << 1 | u64::from(held != Held::ONCE);
        while gap >= 0x80 {
            self.bytes.push(gap as u8 | 0x80);
            gap >>= 7;
        }
        self.bytes.push(gap as u8);
        if held != Held::ONCE {
            self.bytes.push(held.0);
        }
        self.last = id;
        self.count += 1;
    }

    /// Calls `each` with every posting of a list's bytes.
    pub(crate) fn read(bytes: &[u8], mut each: impl FnMut(u32, Held)) {
        let mut rest = bytes.iter();
        let mut id = 0;
        let (mut gap, mut shift) = (0_u64, 0);
        while let Some(byte) = rest.next() {
            gap |= u64::from(byte & 0x7F) << shift;
            shift += 7;
            if byte & 0x80 != 0 {
                continue;
            }
            id += (gap >> 1) as u32;
            let held = match gap & 1 {
                1 => rest.next().map_or(Held::ONCE, |byte| Held(*byte)),
                _ => Held::ONCE,
            };
            each(id, held);
            (gap, shift) = (0, 0);
        }
    }
}

/// All lists in memory.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    chars: HashMap<u64, List, RandomState>,
    words: HashMap<String, List, RandomState>,
    bytes: usize,
}

/// About how many bytes a list takes beside its postings.
const OVERHEAD: usize = 80;

impl Lists {
    /// Adds a post; ids ascend.
    pub(crate) fn add(&mut self, id: u32, terms: &PostTerms) {
        for (packed, held) in &terms.chars {
            let list = self.chars.entry(*packed).or_insert_with(|| {
                self.bytes += OVERHEAD;
                List::default()
            });
            list.push(id, *held);
        }
        for (word, held) in &terms.words {
            match self.words.get_mut(word) {
                Some(list) => list.push(id, *held),
                None => {
                    self.bytes += OVERHEAD + word.len();
                    let mut list = List::default();
                    list.push(id, *held);
                    self.words.insert(word.clone(), list);
                }
            }
        }
        self.bytes += 2 * (terms.chars.len() + terms.words.len());
    }

    /// About how many bytes they take.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The lists by key.
    pub(crate) fn sorted(self) -> Vec<(String, List)> {
        let mut chars: Vec<(u64, List)> = self.chars.into_iter().collect();
        chars.sort_unstable_by_key(|(packed, _)| *packed);
        let mut words: Vec<(String, List)> = self.words.into_iter().collect();
        words.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        let mut words = words.into_iter().peekable();
        let mut all = Vec::with_capacity(chars.len() + words.len());
        for (packed, list) in chars {
            let key = unpack(packed);
            while let Some(word) = words.next_if(|word| word.0 < key) {
                all.push(word);
            }
            all.push((key, list));
        }
        all.extend(words);
        all
    }
}
