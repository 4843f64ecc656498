//! What a character becomes before Simplified and Traditional Chinese are brought together:
//! compatibility forms, diacritics, case, and what nobody sees.

use std::collections::BTreeMap;
use unicode_normalization::char::{
    canonical_combining_class, compose, decompose_compatible, is_combining_mark,
};

/// The replacement of every character that does not stay as it is.
pub(crate) type Base = BTreeMap<char, String>;

/// Marks that are diacritics: ignored in a search. Vowel signs of Indic and South-East Asian
/// scripts and the voicing marks of kana are letters to their readers and stay.
const DIACRITICS: &[(u32, u32)] = &[
    (0x0300, 0x036F), // combining diacritical marks
    (0x0483, 0x0489), // Cyrillic
    (0x0591, 0x05BD), // Hebrew accents and points, without the punctuation between them
    (0x05BF, 0x05BF),
    (0x05C1, 0x05C2),
    (0x05C4, 0x05C5),
    (0x05C7, 0x05C7),
    (0x0610, 0x061A), // Arabic
    (0x0640, 0x0640), // tatweel: stretches a word and means nothing
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x06D6, 0x06DC),
    (0x06DF, 0x06E8),
    (0x06EA, 0x06ED),
    (0x0711, 0x0711), // Syriac
    (0x0730, 0x074A),
    (0x0897, 0x089F), // Arabic extended
    (0x08CA, 0x08E1),
    (0x08E3, 0x08FF),
    (0x1AB0, 0x1AFF), // combining diacritical marks, extended
    (0x1DC0, 0x1DFF), // ... supplement
    (0x20D0, 0x20FF), // ... for symbols
    (0x2DE0, 0x2DFF), // Cyrillic letters above
    (0x302A, 0x302D), // tone marks of ideographs
    (0xA66F, 0xA672), // Cyrillic
    (0xA674, 0xA67D),
    (0xA69E, 0xA69F),
    (0xFE20, 0xFE2F),   // half marks
    (0x10EFA, 0x10EFF), // Arabic extended
];

/// Default_Ignorable_Code_Point, which the standard library does not have, and the interlinear
/// annotation characters, which nobody sees either.
const IGNORABLE: &[(u32, u32)] = &[
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFFB),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
];

/// Pairs that Unicode keeps apart and readers do not.
const EXTRAS: &[(char, &str)] = &[
    // Letters with a stroke have no decomposition.
    ('ø', "o"),
    ('đ', "d"),
    ('ł', "l"),
    ('ħ', "h"),
    ('ŧ', "t"),
    ('ı', "i"),
    ('æ', "ae"),
    ('œ', "oe"),
    // Persian and Arabic keyboards give different letters for the same one.
    ('ي', "ی"),
    ('ى', "ی"),
    ('ك', "ک"),
    ('ە', "ه"),
    // Quotes.
    ('‘', "'"),
    ('’', "'"),
    ('‚', "'"),
    ('‛', "'"),
    ('ʼ', "'"),
    ('´', "'"),
    ('“', "\""),
    ('”', "\""),
    ('„', "\""),
    ('‟', "\""),
    // Dashes and hyphens.
    ('‐', "-"),
    ('‑', "-"),
    ('‒', "-"),
    ('–', "-"),
    ('—', "-"),
    ('―', "-"),
    ('−', "-"),
    ('־', "-"),
    // Slashes, the wave dash and the dot between the parts of a foreign name.
    ('⁄', "/"),
    ('∕', "/"),
    ('〜', "~"),
    ('‧', "·"),
    ('￣', "¯"),
];

/// The block CJK Radicals Supplement; Unicode decomposes only two of them.
const RADICALS: &str = include_str!("../data/radicals.txt");

/// Returns whether `c` lies in one of `ranges`.
fn within(ranges: &[(u32, u32)], c: char) -> bool {
    ranges
        .iter()
        .any(|&(first, last)| (first..=last).contains(&u32::from(c)))
}

/// Returns the replacement of every character that does not stay as it is.
pub(crate) fn base() -> Base {
    let extras: BTreeMap<char, &str> = EXTRAS
        .iter()
        .copied()
        .chain(super::han::pairs(RADICALS))
        .collect();
    ('\0'..=char::MAX)
        .filter_map(|c| {
            let folded = fixpoint(c, &extras);
            (folded.chars().ne([c])).then_some((c, folded))
        })
        .collect()
}

/// Returns the marks that stay and have a place in the canonical order, with their class.
pub(super) fn marks(base: &Base) -> BTreeMap<char, u8> {
    ('\0'..=char::MAX)
        .filter(|c| canonical_combining_class(*c) != 0 && !base.contains_key(c))
        .map(|c| (c, canonical_combining_class(c)))
        .collect()
}

/// Folds `c`, and what comes out of it, until nothing changes.
fn fixpoint(c: char, extras: &BTreeMap<char, &str>) -> String {
    let mut folded = String::from(c);
    for _ in 0..8 {
        let mut next = String::new();
        for c in folded.chars() {
            step(c, extras, &mut next);
        }
        let next = composed(&next);
        if next == folded {
            return folded;
        }
        folded = next;
    }
    panic!("{c:?} does not come to rest: {folded:?}");
}

/// Appends one step of the fold of `c` to `out`.
fn step(c: char, extras: &BTreeMap<char, &str>, out: &mut String) {
    if let Some(text) = extras.get(&c) {
        return out.push_str(text);
    }
    if c.is_whitespace() {
        return out.push(' ');
    }
    if c.is_control() || within(IGNORABLE, c) || within(DIACRITICS, c) {
        return;
    }
    match c {
        '\u{AC00}'..='\u{D7A3}' | '\u{3131}'..='\u{318E}' => return out.push(c),
        '\u{FFA1}'..='\u{FFDC}' => return out.push(half_width_jamo(c)),
        _ => {}
    }
    let mut parts = Vec::new();
    decompose_compatible(c, |part| parts.push(part));
    let marks_on_space = parts.len() > 1
        && parts[0] == ' '
        && parts[1..]
            .iter()
            .all(|&c| is_combining_mark(c) || c == '\u{640}');
    if marks_on_space {
        // A diacritic that stands alone is a symbol of its own, not white space.
        if !within(DIACRITICS, parts[1]) || u32::from(c) < 0xFB50 {
            out.push(c);
        }
        return;
    }
    for part in parts {
        if within(DIACRITICS, part) {
            continue;
        }
        // Lower case of upper case is full case folding, but for the dotless i, which folds here,
        // and Cherokee, which stays in lower case.
        for upper in part.to_uppercase() {
            out.extend(upper.to_lowercase());
        }
    }
}

/// Returns the compatibility jamo that the half-width jamo `c` stands for, or `c` where there is none.
fn half_width_jamo(c: char) -> char {
    let c = u32::from(c);
    let jamo = match c {
        0xFFA1..=0xFFBE => 0x3131 + (c - 0xFFA1),
        0xFFC2..=0xFFC7 => 0x314F + (c - 0xFFC2),
        0xFFCA..=0xFFCF => 0x3155 + (c - 0xFFCA),
        0xFFD2..=0xFFD7 => 0x315B + (c - 0xFFD2),
        0xFFDA..=0xFFDC => 0x3161 + (c - 0xFFDA),
        _ => c,
    };
    char::from_u32(jamo).expect("jamo are characters")
}

/// Composes what the fold composes: Hangul and voiced kana, nothing else.
fn composed(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        let hangul = matches!(c, '\u{1161}'..='\u{1175}' | '\u{11A8}'..='\u{11C2}');
        let voicing = matches!(c, '\u{3099}' | '\u{309A}');
        let pair = out
            .chars()
            .next_back()
            .filter(|_| hangul || voicing)
            .and_then(|last| compose(last, c));
        if let Some(whole) = pair {
            out.pop();
            out.push(whole);
        } else {
            out.push(c);
        }
    }
    out
}
