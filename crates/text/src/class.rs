//! Which characters make words, and how their words are found.

use crate::tables::Bytes;
use std::sync::OnceLock;

/// The packed ranges, written by `cargo run -p shelfmark-text --example generate_tables`.
const PACKED: &[u8] = include_bytes!("tables/class.bin");

/// How a character takes part in a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CharClass {
    /// Han, kana, bopomofo, Thai, Lao, Khmer, Myanmar, Tibetan, Hangul and other scripts whose
    /// words are not parted by spaces, or not by spaces alone: matched as substrings.
    Unspaced,
    /// Letters, digits and marks of scripts that separate words.
    Word,
    /// White space.
    Space,
    /// Everything else: punctuation, symbols, emoji, private use.
    Other,
}

impl CharClass {
    fn from_bits(bits: u32) -> Self {
        match bits & 3 {
            1 => Self::Word,
            2 => Self::Unspaced,
            3 => Self::Space,
            _ => Self::Other,
        }
    }
}

/// Returns the class of `c`.
#[must_use]
pub fn class(c: char) -> CharClass {
    match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' => CharClass::Word,
        '一'..='鿿' | '가'..='힣' => CharClass::Unspaced,
        ' ' | '\t'..='\r' => CharClass::Space,
        '\0'..='\u{7F}' => CharClass::Other,
        _ => {
            let ranges = ranges();
            let next = ranges.partition_point(|&range| range >> 2 <= u32::from(c));
            let bits = next
                .checked_sub(1)
                .and_then(|last| ranges.get(last))
                .copied();
            CharClass::from_bits(bits.unwrap_or(0))
        }
    }
}

/// Returns the first character of each range times four, plus its class.
fn ranges() -> &'static [u32] {
    static RANGES: OnceLock<Vec<u32>> = OnceLock::new();
    RANGES.get_or_init(|| {
        let mut packed = Bytes(PACKED);
        let mut ranges = Vec::new();
        let mut first = 0;
        while !packed.0.is_empty() {
            let range = packed.number();
            ranges.push(first << 2 | (range & 3));
            first += range >> 2;
        }
        ranges
    })
}

/// A stretch of text whose characters are of one class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run<'a> {
    /// The stretch itself, never empty.
    pub text: &'a str,
    /// Where it starts in the whole text, in bytes.
    pub start: usize,
    /// The class of each of its characters.
    pub class: CharClass,
}

/// The runs of a text, from [`runs`].
#[derive(Clone, Debug)]
pub struct Runs<'a> {
    rest: &'a str,
    start: usize,
}

/// Cuts `text` where the class changes; together the pieces are the text.
#[must_use]
pub fn runs(text: &str) -> Runs<'_> {
    Runs {
        rest: text,
        start: 0,
    }
}

impl<'a> Iterator for Runs<'a> {
    type Item = Run<'a>;

    fn next(&mut self) -> Option<Run<'a>> {
        let own = class(self.rest.chars().next()?);
        let end = self
            .rest
            .char_indices()
            .find(|&(_, c)| class(c) != own)
            .map_or(self.rest.len(), |(end, _)| end);
        let (text, rest) = self.rest.split_at(end);
        let run = Run {
            text,
            start: self.start,
            class: own,
        };
        self.rest = rest;
        self.start += end;
        Some(run)
    }
}

impl core::iter::FusedIterator for Runs<'_> {}
