//! Where the pieces of a folded text come from.

use crate::texts::{config, texts};
use proptest::prelude::*;
use shelfmark_text::{Folded, fold, fold_mapped};

/// Checks that every character's source is whole, and that ranges grow with what they hold.
fn check_map(source: &str, folded: &Folded) {
    let text = folded.text();
    let mut last = 0..0;
    for (start, c) in text.char_indices() {
        let range = folded.source_range(start..start + c.len_utf8());
        assert!(source.is_char_boundary(range.start) && source.is_char_boundary(range.end));
        assert!(range.start < range.end, "{c:?} comes from something");
        assert!(range.start >= last.start && range.end >= last.end);
        assert!(
            range.start == last.end || range == last || last == (0..0),
            "nothing is left out"
        );
        let from_here = folded.source_range(start..text.len());
        assert_eq!(from_here, range.start..source.len());
        assert_eq!(folded.source_range(start..start), range.start..range.start);
        last = range;
    }
}

#[test]
fn mapped_ranges() {
    let source = "\u{200B}ＡＰＥＣ  峰會 cafe\u{301}s ﬁn ｶﾞ\u{1112}\u{1161}\u{11AB}!\u{FE0F}";
    let folded = fold_mapped(source);
    assert_eq!(folded.text(), "apec 峰会 cafes fin ガ한!");
    check_map(source, &folded);
    let find = |part: &str| {
        let start = folded.text().find(part).expect("it is there");
        &source[folded.source_range(start..start + part.len())]
    };
    assert_eq!(find("apec"), "ＡＰＥＣ");
    assert_eq!(find(" 峰"), "  峰");
    assert_eq!(find("峰会"), "峰會");
    assert_eq!(find("cafe"), "cafe\u{301}");
    assert_eq!(find("i"), "ﬁ");
    assert_eq!(find("ガ"), "ｶﾞ");
    assert_eq!(find("한"), "\u{1112}\u{1161}\u{11AB}");
    assert_eq!(find("!"), "!\u{FE0F}");
}

#[test]
fn mapped_ranges_that_do_not_fit() {
    let folded = fold_mapped("峰會");
    assert_eq!(folded.source_range(1..2), 0..3);
    assert_eq!(folded.source_range(3..99), 3..6);
    assert_eq!(folded.source_range(50..99), folded.source_range(6..6));
    #[expect(clippy::reversed_empty_ranges, reason = "must not panic")]
    let reversed = folded.source_range(6..3);
    assert!(reversed.is_empty());
    assert_eq!(fold_mapped("").source_range(0..1), 0..0);
    assert_eq!(fold_mapped("\u{200B}").source_range(0..1).start, 0);
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_map_fits(text in texts()) {
        let folded = fold_mapped(&text);
        prop_assert_eq!(folded.text(), fold(&text));
        check_map(&text, &folded);
    }

    #[test]
    fn pieces_come_from_where_the_map_says(text in texts()) {
        // What was found is found again in the source that is shown for it.
        let folded = fold_mapped(&text);
        for (start, c) in folded.text().char_indices() {
            let shown = &text[folded.source_range(start..start + c.len_utf8())];
            prop_assert!(fold(shown).contains(c), "{c:?} is not in {shown:?}");
        }
    }
}
