//! Where a text may be cut.

use proptest::prelude::*;
use shelfmark_text::is_grapheme_edge;
use unicode_segmentation::UnicodeSegmentation;

fn cut(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = 0;
    for at in 1..=text.len() {
        if text.is_char_boundary(at) && is_grapheme_edge(text, at) {
            out.push(&text[start..at]);
            start = at;
        }
    }
    out
}

#[track_caller]
fn check(parts: &[&str]) {
    assert_eq!(cut(&parts.concat()), parts);
}

#[test]
fn what_is_read_as_one_stays_one() {
    check(&["e\u{301}\u{323}", "x", "é", "a", "\r\n", "b"]);
    check(&["👩‍👩‍👧‍👦", "👍🏽", "❤️", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🏳️‍🌈", "x"]);
    check(&["🇨🇳", "🇺🇸", "🇫", "x", "🇯🇵"]);
    check(&[
        "\u{1112}\u{1161}\u{11AB}",
        "\u{1100}\u{1173}\u{11AF}",
        "한",
        "국",
        "가\u{11A8}",
    ]);
    check(&["क्षे", "त्र", " ", "हि", "न्दी"]);
    check(&["ภ", "า", "ษ", "า", "ไ", "ท", "ย", "ก็", "นี้", "น้ำ"]);
    check(&["か\u{3099}", "ｶﾞ", "葛\u{E0100}", "武", "漢", "。"]);
    check(&["ខ្មែ", "រ"]);
    check(&["שָ", "ל", "ו", "م\u{64E}"]);
}

#[test]
fn a_place_inside_a_character_is_no_edge() {
    assert!(!is_grapheme_edge("武", 1) && !is_grapheme_edge("a", 2));
    assert!(is_grapheme_edge("", 0) && is_grapheme_edge("武", 0) && is_grapheme_edge("武", 3));
}

/// Text out of the scripts and sequences that are written.
fn text() -> impl Strategy<Value = String> {
    let char = prop_oneof![
        any::<char>(),
        prop::sample::select(
            "a é\u{301}武。\r\n\u{200D}👩👧🏽❤\u{FE0F}🇨🇳한\u{1112}\u{1161}\u{11AB}कक्षिखंถิีำ়្ក"
                .chars()
                .collect::<Vec<_>>()
        ),
    ];
    prop::collection::vec(char, 0..12).prop_map(String::from_iter)
}

/// Scripts whose signs are not told: they are taken for letters.
fn is_told(c: char) -> bool {
    !matches!(u32::from(c), 0x7C0..=0x85F | 0x1100..=0x13FF | 0x1700..=0x177F | 0x1800..=0x1CFF
        | 0xA800..=0xABFF | 0x10000..=0x1EFFF | 0x2FFFF..=0xDFFFF)
}

#[test]
fn no_sign_is_cut_off_from_a_letter() {
    let all = ('\0'..='\u{30000}').chain('\u{E0000}'..='\u{E0FFF}');
    let cut_off = all.filter(|&c| {
        let text = String::from_iter(['a', c]);
        is_told(c) && text.graphemes(true).count() == 1 && is_grapheme_edge(&text, 1)
    });
    let cut_off: Vec<String> = cut_off.map(|c| format!("{:04X}", u32::from(c))).collect();
    assert_eq!(cut_off, [""; 0]);
}

proptest! {
    #[test]
    fn no_cut_breaks_what_unicode_joins(text in text()) {
        prop_assume!(text.chars().all(is_told));
        let mut at = 0;
        for part in text.graphemes(true) {
            for (inside, _) in part.char_indices().skip(1) {
                prop_assert!(!is_grapheme_edge(&text, at + inside), "{:?} {}", part, inside);
            }
            at += part.len();
        }
    }
}
