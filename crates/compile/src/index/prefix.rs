//! Posting lists of beginnings of words.
//!
//! A reader that looks for words beginning with `wor` reads the lists of all such words. Where
//! these are too many, the index holds their union as a term of its own, with the key `wor*`.

use shelfmark_bundle::{Posting, Term};

use super::merge::Merge;
use super::words::is_word;
use crate::error::Error;

/// Bytes of lists from which on their union is stored.
const MANY: usize = 6 << 10;

/// Longest beginnings looked at, in characters.
const DEEPEST: usize = 8;

/// A beginning that is being read.
#[derive(Debug, Default)]
struct Open {
    /// Length of the key in bytes.
    end: usize,
    /// About how many bytes the lists of its words take.
    bytes: usize,
    postings: Vec<Posting>,
}

/// A union and its key, which ends with `*`.
#[derive(Debug)]
pub(crate) struct Union {
    pub(crate) key: String,
    packed: Vec<u8>,
}

impl Union {
    pub(super) fn new(key: String, postings: &[Posting]) -> Self {
        let mut packed = Vec::with_capacity(postings.len() * 2);
        let mut last = 0;
        for posting in postings {
            let fields = posting.level()
                | u8::from(posting.in_title()) << 3
                | u8::from(posting.in_labels()) << 4;
            let mut gap = posting.id() - core::mem::replace(&mut last, posting.id());
            while gap >= 0x80 {
                packed.push(gap as u8 | 0x80);
                gap >>= 7;
            }
            packed.extend([gap as u8, fields]);
        }
        Self { key, packed }
    }

    /// It as a term of its own.
    pub(super) fn term(&self) -> Term {
        Term {
            key: self.key.clone(),
            forms: Vec::new(),
            postings: self.postings(),
        }
    }

    /// The postings.
    pub(crate) fn postings(&self) -> Vec<Posting> {
        let mut postings = Vec::new();
        let mut bytes = self.packed.iter();
        let (mut id, mut gap, mut shift) = (0, 0, 0);
        while let Some(byte) = bytes.next() {
            gap |= u32::from(byte & 0x7F) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                id += gap;
                let fields = bytes.next().copied().unwrap_or_default();
                let (title, label) = (fields & 8 != 0, fields & 16 != 0);
                postings.push(Posting::new(id, fields & 7, title, label));
                (gap, shift) = (0, 0);
            }
        }
        postings
    }
}

/// The unions that are stored, by key.
pub(crate) fn unions(mut terms: Merge<'_>) -> Result<Vec<Union>, Error> {
    let mut open: Vec<Open> = Vec::new();
    let mut unions = Vec::new();
    let mut last = String::new();
    while let Some(term) = terms.next()? {
        if !is_word(&term.key) {
            continue;
        }
        let same = last
            .bytes()
            .zip(term.key.bytes())
            .take_while(|(a, b)| a == b);
        close(&mut open, same.count(), &last, &mut unions);
        let next = open.last().map_or(0, |open| open.end);
        let deeper = term.key.char_indices().map(|(at, c)| at + c.len_utf8());
        let ends: Vec<usize> = deeper.take(DEEPEST).filter(|end| *end > next).collect();
        open.extend(ends.into_iter().map(|end| Open {
            end,
            ..Open::default()
        }));
        if let Some(deepest) = open.last_mut() {
            deepest.bytes += term.key.len() + (term.count as usize) * 3 / 2;
            let postings = &mut deepest.postings;
            term.postings(|posting| postings.push(posting));
        }
        last = term.key;
    }
    close(&mut open, 0, &last, &mut unions);
    unions.sort_unstable_by(|a, b| a.key.cmp(&b.key));
    Ok(unions)
}

/// Closes the beginnings that are longer than `same` bytes; `last` is the word that began so.
fn close(open: &mut Vec<Open>, same: usize, last: &str, unions: &mut Vec<Union>) {
    while let Some(mut closed) = open.pop_if(|open| open.end > same) {
        closed.postings.sort_unstable_by_key(|posting| posting.id());
        closed.postings.dedup_by(|next, kept| {
            let same = next.id() == kept.id();
            if same {
                *kept = kept.and(*next);
            }
            same
        });
        if closed.bytes > MANY {
            let key = format!("{}*", &last[..closed.end]);
            unions.push(Union::new(key, &closed.postings));
        }
        if let Some(above) = open.last_mut() {
            above.bytes += closed.bytes;
            if above.postings.is_empty() {
                above.postings = closed.postings;
            } else {
                above.postings.append(&mut closed.postings);
            }
        }
    }
}
