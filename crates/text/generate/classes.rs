//! The class of every character, in ranges.

use unicode_normalization::char::{is_combining_mark, is_public_assigned};

const OTHER: u8 = 0;
const WORD: u8 = 1;
const UNSPACED_CLASS: u8 = 2;
const SPACE: u8 = 3;

/// Scripts written without spaces between words; a run of them is matched as a substring.
/// Whole blocks, for the unassigned characters in them will be of the same script.
const UNSPACED: &[(u32, u32)] = &[
    (0x0E00, 0x0EFF), // Thai, Lao
    (0x0F00, 0x0FFF), // Tibetan
    (0x1000, 0x109F), // Myanmar
    (0x1100, 0x11FF), // Hangul jamo
    (0x1780, 0x17FF), // Khmer
    (0x1950, 0x19FF), // Tai Le, New Tai Lue, Khmer symbols
    (0x1A20, 0x1AAF), // Tai Tham
    (0x1B00, 0x1B7F), // Balinese
    (0x2E80, 0x2FDF), // radicals
    (0x3005, 0x3007), // the iteration mark, the closing mark and the zero of Han text
    (0x3021, 0x3029), // Hangzhou numerals
    (0x3031, 0x3035),
    (0x3038, 0x303C),
    (0x3040, 0x30FF), // hiragana, katakana
    (0x3100, 0x312F), // bopomofo
    (0x3130, 0x318F), // Hangul compatibility jamo
    (0x31A0, 0x31BF), // bopomofo extended
    (0x31F0, 0x31FF), // katakana phonetic extensions
    (0x3400, 0x4DBF), // Han
    (0x4E00, 0x9FFF),
    (0xA000, 0xA48F), // Yi
    (0xA960, 0xA97F), // Hangul jamo
    (0xA980, 0xA9DF), // Javanese
    (0xA9E0, 0xA9FF), // Myanmar
    (0xAA60, 0xAA7F),
    (0xAA80, 0xAADF),   // Tai Viet
    (0xAC00, 0xD7FF),   // Hangul
    (0xF900, 0xFAFF),   // Han
    (0xFF66, 0xFF9F),   // half-width katakana
    (0xFFA0, 0xFFDC),   // half-width Hangul
    (0x116D0, 0x116FF), // Myanmar
    (0x11700, 0x1174F), // Ahom
    (0x16FE0, 0x18DFF), // Tangut, Khitan, Nushu
    (0x1AFF0, 0x1B16F), // kana
    (0x1B170, 0x1B2FF), // Nushu
    (0x20000, 0x3FFFF), // Han
];

/// A run of characters of one class: its first character and the class (0 other, 1 word,
/// 2 unspaced, 3 space). It ends where the next one starts.
pub(super) type Range = (u32, u8);

/// Returns the ranges. Unassigned characters take the class of what stands around them: they
/// keep the table short, and they will be letters of the same script one day.
pub(super) fn classes() -> Vec<Range> {
    let mut ranges: Vec<Range> = Vec::new();
    for c in '\0'..=char::MAX {
        let Some(class) = class(c) else { continue };
        if ranges.last().is_none_or(|&(_, last)| last != class) {
            ranges.push((u32::from(c), class));
        }
    }
    ranges
}

/// Returns the class of one character, or `None` where it does not matter.
fn class(c: char) -> Option<u8> {
    let unspaced = UNSPACED
        .iter()
        .any(|&(first, last)| (first..=last).contains(&u32::from(c)));
    let cjk_symbol = matches!(c, '\u{3000}'..='\u{303F}');
    match c {
        _ if c.is_whitespace() => Some(SPACE),
        // The tsheg parts the syllables of a Tibetan word, not words.
        '\u{0F0B}' | '\u{0F0C}' | '\u{30FC}' | '\u{FF70}' => Some(UNSPACED_CLASS),
        // Variation selectors are marks of whatever they follow.
        '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' => Some(OTHER),
        // The joiners and the soft hyphen stand inside words; the fold drops them.
        '\u{00AD}' | '\u{200C}' | '\u{200D}' => Some(WORD),
        '\u{E000}'..='\u{F8FF}' | '\u{F0000}'.. => Some(OTHER),
        _ if !is_public_assigned(c) => None,
        _ if unspaced && cjk_symbol => Some(UNSPACED_CLASS),
        _ if unspaced && (c.is_alphabetic() || is_combining_mark(c)) => Some(UNSPACED_CLASS),
        // Radicals are symbols to Unicode and ideographs to readers.
        '\u{2E80}'..='\u{2FDF}' => Some(UNSPACED_CLASS),
        _ if c.is_alphanumeric() || is_combining_mark(c) => Some(WORD),
        _ => Some(OTHER),
    }
}
