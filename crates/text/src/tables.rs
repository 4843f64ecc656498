//! What each character folds to, unpacked once into blocks of 64 characters.
//!
//! The packed form is written by `generate/pack.rs`, which says what its columns hold. It is small
//! to send; the unpacked form, some 200 kB of memory, is quick to ask.

use std::sync::OnceLock;

/// The packed table, written by `cargo run -p shelfmark-text --example generate_tables`.
const PACKED: &[u8] = include_bytes!("tables/fold.bin");

/// Characters in a block, as a power of two.
const BLOCK_BITS: u32 = 6;
const BLOCK: usize = 1 << BLOCK_BITS;

/// Characters from here on are not in the blocks.
const LIMIT: u32 = 0x34000;

/// The only characters beyond the blocks that fold: tags and variation selectors, all dropped.
const TAGS: core::ops::Range<u32> = 0xE0000..0xE1000;

/// What becomes of one character.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entry {
    /// It stays.
    Plain,
    /// It vanishes.
    Drop,
    /// It becomes this character.
    Char(char),
    /// It is Traditional, and this is its Simplified form.
    Han(char),
    /// It becomes the text of this length at this place; see [`Tables::text`].
    Text(usize, usize),
    /// It is a mark that stays; marks in a row are ordered by this class.
    Mark(u8),
    /// It is a Hangul vowel or final that joins the syllable before it.
    Jamo,
}

/// The unpacked tables.
pub(crate) struct Tables {
    /// Number of the block that holds a character; block 0 holds characters that stay.
    index: Vec<u16>,
    blocks: Vec<u32>,
    texts: String,
    /// One bit for each ideograph of the first plane, set for Simplified forms of others.
    simplified: Vec<u8>,
}

/// The ideographs that [`Tables::is_simplified`] knows.
const IDEOGRAPHS: core::ops::Range<u32> = 0x3400..0xA000;

const TAG_BITS: u32 = 3;
const DROP: u32 = 1;
const CHAR: u32 = 2;
const HAN: u32 = 3;
const TEXT: u32 = 4;
const MARK: u32 = 5;
const JAMO: u32 = 6;

/// Bits of the length of a text in bytes.
const LENGTH_BITS: u32 = 8;

impl Tables {
    /// Returns the tables, unpacking them when first asked.
    pub(crate) fn get() -> &'static Self {
        static TABLES: OnceLock<Tables> = OnceLock::new();
        TABLES.get_or_init(Self::unpack)
    }

    /// Returns what becomes of `c`.
    #[inline]
    pub(crate) fn entry(&self, c: char) -> Entry {
        let raw = self.raw(u32::from(c));
        if raw == 0 {
            Entry::Plain
        } else {
            Self::decode(raw)
        }
    }

    /// Returns the replacement that an [`Entry::Text`] points to.
    pub(crate) fn text(&self, start: usize, len: usize) -> &str {
        self.texts.get(start..start + len).unwrap_or_default()
    }

    /// Returns whether `c` is the Simplified form of another character. Some, like 后 and 里, are
    /// characters of Traditional text as well.
    pub(crate) fn is_simplified(&self, c: char) -> bool {
        let at = u32::from(c).wrapping_sub(IDEOGRAPHS.start);
        self.simplified
            .get((at / 8) as usize)
            .is_some_and(|bits| bits >> (at % 8) & 1 == 1)
    }

    #[inline]
    fn raw(&self, c: u32) -> u32 {
        let Some(&block) = self.index.get((c >> BLOCK_BITS) as usize) else {
            return if TAGS.contains(&c) { DROP } else { 0 };
        };
        let at = usize::from(block) * BLOCK + (c as usize % BLOCK);
        self.blocks.get(at).copied().unwrap_or(0)
    }

    fn decode(raw: u32) -> Entry {
        let value = raw >> TAG_BITS;
        let to = char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER);
        match raw & ((1 << TAG_BITS) - 1) {
            DROP => Entry::Drop,
            CHAR => Entry::Char(to),
            HAN => Entry::Han(to),
            TEXT => Entry::Text((value >> LENGTH_BITS) as usize, (value & 0xFF) as usize),
            MARK => Entry::Mark(value as u8),
            JAMO => Entry::Jamo,
            _ => Entry::Plain,
        }
    }

    fn set(&mut self, c: u32, tag: u32, value: u32) {
        let Some(block) = self.index.get_mut((c >> BLOCK_BITS) as usize) else {
            return;
        };
        if *block == 0 {
            *block = (self.blocks.len() / BLOCK) as u16;
            self.blocks.resize(self.blocks.len() + BLOCK, 0);
        }
        let at = usize::from(*block) * BLOCK + (c as usize % BLOCK);
        if let Some(entry) = self.blocks.get_mut(at) {
            *entry = value << TAG_BITS | tag;
        }
    }

    fn unpack() -> Self {
        let mut tables = Self {
            index: vec![0; (LIMIT >> BLOCK_BITS) as usize],
            blocks: vec![0; BLOCK],
            texts: String::new(),
            simplified: vec![0; IDEOGRAPHS.len() / 8],
        };
        let mut columns = [Bytes(&[]); 10];
        let mut whole = Bytes(PACKED);
        for column in &mut columns {
            let len = whole.number() as usize;
            let (own, others) = whole.0.split_at_checked(len).unwrap_or_default();
            *column = Bytes(own);
            whole = Bytes(others);
        }
        tables.fill(columns);
        tables
    }

    fn fill(&mut self, columns: [Bytes<'static>; 10]) {
        let [
            dropped,
            replaced,
            mut single,
            mut arabic,
            mut high,
            mut low,
            marks,
            han,
            mut han_high,
            mut han_low,
        ] = columns;
        dropped.ranges(false, |c, _| self.set(c, DROP, 0));
        let mut last = 0;
        replaced.ranges(true, |c, kind| match kind {
            0 => self.set(c, CHAR, 0x600 + arabic.byte()),
            1 => {
                last = single.moved(last).wrapping_add(1);
                self.set(c, CHAR, last);
            }
            count => {
                let start = self.texts.len();
                let chars = (0..count).map(|_| high.number() << 8 | low.byte());
                self.texts.extend(chars.filter_map(char::from_u32));
                let len = self.texts.len() - start;
                self.set(c, TEXT, (start << LENGTH_BITS | len) as u32);
            }
        });
        marks.ranges(true, |c, class| self.set(c, MARK, class));
        let mut c = 0;
        let mut gaps = han;
        while !gaps.0.is_empty() {
            c += gaps.number();
            let to = han_high.moved(c >> 8) << 8 | han_low.byte();
            self.set(c, HAN, to);
            let at = to.wrapping_sub(IDEOGRAPHS.start);
            if let Some(bits) = self.simplified.get_mut((at / 8) as usize) {
                *bits |= 1 << (at % 8);
            }
            c += 1;
        }
        for c in (0x1161..=0x1175).chain(0x11A8..=0x11C2) {
            self.set(c, JAMO, 0);
        }
    }
}

/// Packed bytes, read from the front.
#[derive(Clone, Copy)]
pub(crate) struct Bytes<'a>(pub(crate) &'a [u8]);

impl Bytes<'_> {
    /// Reads one byte, 0 after the end.
    pub(crate) fn byte(&mut self) -> u32 {
        let Some((&first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        u32::from(first)
    }

    /// Reads one LEB128 number.
    pub(crate) fn number(&mut self) -> u32 {
        let mut number = 0;
        let mut shift = 0;
        loop {
            let byte = self.byte();
            number |= (byte & 0x7F) << shift;
            shift += 7;
            if byte < 0x80 || shift > 28 {
                return number;
            }
        }
    }

    /// Reads a distance, written as a number without sign, and returns what lies that far from `from`.
    fn moved(&mut self, from: u32) -> u32 {
        let zigzag = self.number();
        from.wrapping_add(zigzag >> 1 ^ (zigzag & 1).wrapping_neg())
    }

    /// Calls `each` for every character of ranges given as distance, length and, if `valued`, value.
    fn ranges(mut self, valued: bool, mut each: impl FnMut(u32, u32)) {
        let mut c = 0;
        while !self.0.is_empty() {
            c += self.number();
            let end = c + self.number();
            let value = if valued { self.number() } else { 0 };
            while c < end {
                each(c, value);
                c += 1;
            }
        }
    }
}
