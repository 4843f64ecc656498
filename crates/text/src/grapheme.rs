//! Where a text may be cut without breaking what is read as one character.
//!
//! The rules of Unicode's Annex 29 for the scripts that are written, told by few ranges and by the
//! table of the fold instead of one of their own. Where the two differ, these join more: a cut then
//! falls one character further, and nothing is broken.

use crate::class::{CharClass, class};
use crate::tables::{Entry, Tables};

/// Most halves of flags in a row that are counted: longer rows may be cut in a flag, as counting them all for
/// each match would take as long as the text is.
const FLAGS: usize = 300;

/// Returns whether `text` may be cut before byte `at`: no letter and its marks, emoji sequence,
/// flag, Hangul syllable or Indic conjunct goes on there.
///
/// `at` lies on a character boundary; where it does not, no cut is allowed.
#[must_use]
pub fn is_grapheme_edge(text: &str, at: usize) -> bool {
    let Some((head, tail)) = text.split_at_checked(at) else {
        return false;
    };
    let (Some(before), Some(after)) = (head.chars().next_back(), tail.chars().next()) else {
        return true;
    };
    match after {
        '\0'..='\x7F' => (before, after) != ('\r', '\n'),
        '\u{1F1E6}'..='\u{1F1FF}' => {
            let flags = head.chars().rev().take(FLAGS);
            let row = flags.take_while(|c| matches!(c, '\u{1F1E6}'..='\u{1F1FF}'));
            row.count() % 2 == 0
        }
        // A leading consonant of Hangul goes on in any other piece or syllable.
        '\u{1100}'..='\u{115F}' | '\u{A960}'..='\u{A97C}' | '가'..='힣' => {
            !matches!(before, '\u{1100}'..='\u{115F}' | '\u{A960}'..='\u{A97C}')
        }
        _ => !goes_on(after) && !joins_next(before, after),
    }
}

/// Whether `c` is never read without the character before it.
fn goes_on(c: char) -> bool {
    match Tables::get().entry(c) {
        // Diacritics and what is not seen, and marks that are letters to their readers.
        Entry::Drop | Entry::Mark(_) | Entry::Jamo => return true,
        _ => {}
    }
    let low = u32::from(c) & 0x7F;
    match c {
        // Vowel signs have the same places in all Indic blocks, in Thai and Lao, and so on.
        '\u{7A6}'..='\u{7B0}' => true,
        '\u{A70}'..='\u{A75}' | '\u{AFA}'..='\u{AFF}' | '\u{C04}' | '\u{CF3}' => true,
        '\u{DD8}'..='\u{DDF}' | '\u{DF2}'..='\u{DF3}' => true,
        '\u{900}'..='\u{DFF}' => matches!(low, 0..=3 | 0x3A..=0x57 | 0x62..=0x63),
        '\u{E00}'..='\u{EFF}' => matches!(low, 0x31 | 0x33..=0x3C | 0x47..=0x4E),
        '\u{F18}'..='\u{F3F}' | '\u{F71}'..='\u{FBC}' => true,
        '\u{102B}'..='\u{103E}' | '\u{1056}'..='\u{109D}' => true,
        '\u{1160}'..='\u{11FF}' | '\u{D7B0}'..='\u{D7FF}' => true,
        '\u{17B4}'..='\u{17DD}' => true,
        '\u{FF9E}'..='\u{FF9F}' | '\u{1F3FB}'..='\u{1F3FF}' => true,
        _ => false,
    }
}

/// Whether `before` takes `after` to itself: a joiner, or a virama that makes a conjunct.
fn joins_next(before: char, after: char) -> bool {
    /// The canonical combining class of viramas.
    const VIRAMA: u8 = 9;
    before == '\u{200D}'
        || (matches!(Tables::get().entry(before), Entry::Mark(VIRAMA))
            && matches!(class(after), CharClass::Word | CharClass::Unspaced))
}
