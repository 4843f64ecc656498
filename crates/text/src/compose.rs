//! What is put together when it comes in pieces: voiced kana and Hangul syllables.
//!
//! Everything else stays in its decomposed form, where one letter is one spelling already. Pieces
//! and wholes are three bytes long here, which the map of a folded text relies on.

/// Returns whether `c` turns the kana before it into a voiced or half-voiced one.
pub(crate) fn is_voicing(c: char) -> bool {
    matches!(c, '\u{3099}' | '\u{309A}')
}

/// Returns the kana that `base` and the voicing `mark` make together.
pub(crate) fn voiced(base: char, mark: char) -> Option<char> {
    let hiragana = match base {
        'ァ'..='ヾ' => char::from_u32(u32::from(base) - 0x60)?,
        _ => base,
    };
    let step = match (hiragana, mark) {
        // Unvoiced and voiced alternate; the small tsu shifts the pattern by one.
        ('か'..='ち', '\u{3099}') if u32::from(hiragana) % 2 == 1 => 1,
        ('つ' | 'て' | 'と' | 'ゝ', '\u{3099}') => 1,
        ('は' | 'ひ' | 'ふ' | 'へ' | 'ほ', '\u{3099}') => 1,
        ('は' | 'ひ' | 'ふ' | 'へ' | 'ほ', '\u{309A}') => 2,
        ('う', '\u{3099}') => 0x4E,
        ('わ'..='を', '\u{3099}') if base != hiragana => 8,
        _ => return None,
    };
    char::from_u32(u32::from(base) + step)
}

/// Returns the syllable that `last` and the vowel or final `c` make together.
pub(crate) fn syllable(last: char, c: char) -> Option<char> {
    const FIRST: u32 = 0xAC00;
    let (last, c) = (u32::from(last), u32::from(c));
    let whole = match (last, c) {
        (0x1100..=0x1112, 0x1161..=0x1175) => FIRST + ((last - 0x1100) * 21 + c - 0x1161) * 28,
        (FIRST..=0xD7A3, 0x11A8..=0x11C2) if (last - FIRST).is_multiple_of(28) => last + c - 0x11A7,
        _ => return None,
    };
    char::from_u32(whole)
}
