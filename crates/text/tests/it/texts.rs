//! Made-up texts for the properties.

use proptest::prelude::*;

/// Writes no files: a failing text goes into a test by hand. `PROPTEST_CASES` asks for more cases.
pub(crate) fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// Texts in which every rule of the fold meets every other.
pub(crate) fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<char>().prop_map(String::from),
        prop::sample::select(vec![
            " ",
            "  ",
            "\n",
            "\u{3000}",
            "\u{200B}",
            "\u{301}",
            "\u{94D}",
            "\u{93C}",
            "\u{3099}",
            "\u{309A}",
            "\u{E38}",
            "\u{E48}",
            "か",
            "は",
            "ﾊ",
            "ﾞ",
            "ﾟ",
            "ワ",
            "\u{1100}",
            "\u{1161}",
            "\u{11A8}",
            "가",
            "ﬁ",
            "ﷺ",
            "é",
            "İ",
            "圖",
            "書",
            "图",
            "\u{F900}",
            "A",
            "b",
            "ß",
            "𝐀",
            "\u{FDFA}",
            "\u{E0001}",
            "\u{0}",
            "\u{1D15E}",
            "\u{110AB}",
        ])
        .prop_map(String::from),
        "[ -~]{1,4}",
        "\\PC{1,3}",
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}
