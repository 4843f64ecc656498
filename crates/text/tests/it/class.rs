//! Which characters make words.

use crate::texts::{config, texts};
use proptest::prelude::*;
use shelfmark_text::CharClass::{Other, Space, Unspaced, Word};
use shelfmark_text::{CharClass, class, fold, runs};

#[track_caller]
fn check(chars: &str, expected: CharClass) {
    for c in chars.chars() {
        assert_eq!(class(c), expected, "{c:?} (U+{:04X})", u32::from(c));
    }
}

#[test]
fn unspaced() {
    check("中𠮷龘々〆〇〡〻", Unspaced);
    check("\u{2E80}\u{2F00}\u{F900}\u{2F800}\u{323AF}", Unspaced);
    check("あアｱーｰヽゞㇰ\u{3099}ㄅ", Unspaced);
    check("한ㄱ\u{1100}\u{1161}ﾡ", Unspaced);
    check("กัๆลາមុမြབོ་", Unspaced);
    check("ꀀꦏᥐ𗀀", Unspaced);
}

#[test]
fn word() {
    check("aZ09éßжΩאبअ", Word);
    check("\u{93F}\u{94D}\u{93C}\u{BBE}\u{301}\u{64B}\u{5B0}", Word);
    check("٣۴५๑０①½²ªʰ", Word);
    check("ａＺéꭰაአ𐐀𝐀", Word);
    check("\u{200C}\u{200D}\u{AD}", Word);
}

#[test]
fn space() {
    check(
        " \t\n\r\u{B}\u{C}\u{85}\u{A0}\u{2003}\u{2028}\u{3000}",
        Space,
    );
}

#[test]
fn other() {
    check("_-'.,!?()[]<>@#$%^&*+=/\\|`~\"", Other);
    check("。、，：；「」《》・·…—–¥€°©", Other);
    check("😀❤👩\u{FE0F}🇨\u{E0100}", Other);
    check(
        "\u{FFFD}\u{E000}\u{F8FF}\u{10FFFD}\u{0}\u{7F}\u{200B}\u{FEFF}",
        Other,
    );
}

/// Checks the classes of the runs of `text`, and the runs themselves.
#[track_caller]
fn check_runs(text: &str, expected: &[(&str, CharClass)]) {
    let found: Vec<_> = runs(text).map(|run| (run.text, run.class)).collect();
    assert_eq!(found, expected);
}

#[test]
fn runs_are_maximal() {
    check_runs(
        "APEC峰会, don't café_x",
        &[
            ("APEC", Word),
            ("峰会", Unspaced),
            (",", Other),
            (" ", Space),
            ("don", Word),
            ("'", Other),
            ("t", Word),
            (" ", Space),
            ("café", Word),
            ("_", Other),
            ("x", Word),
        ],
    );
    check_runs(
        "東京タワー2024年",
        &[("東京タワー", Unspaced), ("2024", Word), ("年", Unspaced)],
    );
    check_runs(
        "हिन्दी भाषा",
        &[("हिन्दी", Word), (" ", Space), ("भाषा", Word)],
    );
    check_runs("བོད་སྐད།", &[("བོད་སྐད", Unspaced), ("།", Other)]);
    check_runs("", &[]);
}

#[test]
fn folding_keeps_words_words() {
    for c in ('\0'..=char::MAX).filter(|&c| matches!(class(c), Word | Unspaced)) {
        let folded = fold(c.encode_utf8(&mut [0; 4]));
        // Enclosed and squared forms bring their brackets, slashes and spaces with them.
        let stays =
            folded.is_empty() || folded.chars().any(|c| matches!(class(c), Word | Unspaced));
        assert!(
            stays || folded == "'",
            "{c:?} folds to {folded:?}, which is no word"
        );
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn runs_give_the_text_back(text in texts()) {
        let mut end = 0;
        let mut last = None;
        for run in runs(&text) {
            prop_assert_eq!(run.start, end);
            prop_assert!(!run.text.is_empty());
            prop_assert_ne!(last, Some(run.class));
            prop_assert!(run.text.chars().all(|c| class(c) == run.class));
            prop_assert_eq!(&text[run.start..run.start + run.text.len()], run.text);
            end += run.text.len();
            last = Some(run.class);
        }
        prop_assert_eq!(end, text.len());
    }
}
