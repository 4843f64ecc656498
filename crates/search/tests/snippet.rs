//! Snippets show what stands in the text, and mark what was asked for.

use proptest::prelude::*;
use shelfmark_search::{Piece, Query, Text, mark, snippet};
use shelfmark_text::fold;

/// What texts are made of; nothing of it may be cut.
const PARTS: &[&str] = &[
    " straw ",
    " needle ",
    " Café ",
    " don't ",
    "。",
    ". ",
    "\n",
    "，",
    "武",
    "漢",
    "汉",
    "の",
    "한",
    "\u{1112}\u{1161}\u{11AB}",
    "e\u{301}",
    "👩‍👩‍👧‍👦",
    "👍🏽",
    "❤\u{FE0F}",
    "🇨🇳",
    "🇺🇸",
    "ก็",
    "น้ำ",
    "क्षि",
    "葛\u{E0100}",
    "か\u{3099}",
];

/// Whether `text` is made of whole parts.
fn is_whole(text: &str) -> bool {
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    let parts = || PARTS.iter().map(|part| part.trim()).chain([" ", ".", "。"]);
    for at in 0..text.len() {
        if reached[at] {
            for part in parts().filter(|part| !part.is_empty() && text[at..].starts_with(part)) {
                reached[at + part.len()] = true;
            }
        }
    }
    reached[text.len()]
}

fn text() -> impl Strategy<Value = String> {
    let few = prop::collection::vec(prop::sample::select(PARTS), 0..40);
    let many = prop::collection::vec(prop::sample::select(PARTS), 100..400);
    let spread =
        (prop::sample::select(PARTS), 0..60_usize).prop_map(|(part, count)| part.repeat(count));
    let spread = prop::collection::vec(spread, 0..12);
    prop_oneof![
        few.prop_map(|parts| parts.concat()),
        many.prop_map(|parts| parts.concat()),
        spread.prop_map(|parts| parts.concat()),
    ]
    .prop_filter("longer rows of flags may be cut in one", |text| {
        let is_other = |c: char| !matches!(c, '\u{1F1E6}'..='\u{1F1FF}');
        text.split(is_other).all(|row| row.chars().count() < 300)
    })
}

fn query() -> impl Strategy<Value = Query> {
    let words = prop::sample::select(vec![
        "needle",
        "straw",
        "cafe",
        "don't",
        "武",
        "漢",
        "武汉",
        "한",
        "e",
        "👩",
        "👧",
        "👍",
        "❤",
        "🇨🇳",
        "ก",
        "น",
        "葛",
        "が",
        "\"needle straw\"",
        "absent",
        "title:needle",
        "-straw",
    ]);
    (
        prop::collection::vec(words, 1..6),
        prop::sample::select(vec![" ", " OR "]),
    )
        .prop_filter_map("a query", |(words, between)| {
            let mut query = Query::parse(&words.join(between), false).ok()?;
            for term in query.terms_mut() {
                if term.takes_forms().is_some() {
                    term.set_forms(&["straw".into(), "needle".into()]);
                }
            }
            Some(query)
        })
}

/// Whether what is marked is what was asked for.
fn is_asked_for(piece: &Piece, query: &Query) -> bool {
    let folded = fold(&piece.text);
    let mut patterns = query
        .wanted()
        .flat_map(|term| std::iter::once(&term.pattern).chain(&term.forms));
    patterns.any(|pattern| pattern.matches(&folded))
}

proptest! {
    #[test]
    fn passages_stand_in_the_text(text in text(), query in query()) {
        let pieces = snippet(&Text::new(text.clone()), &query);
        let mut rest = text.replace('\n', " ");
        let is_dots = |piece: &Piece| !piece.mark && piece.text.contains('…');
        for passage in pieces.split(is_dots) {
            for piece in passage {
                prop_assert!(!piece.text.is_empty() && is_whole(&piece.text), "{:?}", piece);
                prop_assert!(!piece.mark || is_asked_for(piece, &query), "{:?}", piece);
            }
            let joined: String = passage.iter().map(|piece| &*piece.text).collect();
            prop_assert!(is_whole(&joined), "{:?}", joined);
            let place = rest.find(&joined);
            prop_assert!(place.is_some(), "{:?} is not in {:?}", joined, rest);
            rest.drain(..place.unwrap_or(0) + joined.len());
        }
        let found = query.wanted().any(|term| {
            term.field == shelfmark_search::Field::Any && term.pattern.matches(&fold(&text))
        });
        prop_assert!(!found || pieces.iter().any(|piece| piece.mark));
    }

    #[test]
    fn marking_loses_nothing(text in text(), query in query()) {
        let pieces = mark(&text, &query);
        let joined: String = pieces.iter().map(|piece| &*piece.text).collect();
        prop_assert_eq!(joined, text.replace('\n', " "));
        for piece in &pieces {
            prop_assert!(is_whole(&piece.text), "{:?}", piece);
            prop_assert!(!piece.mark || is_asked_for(piece, &query), "{:?}", piece);
        }
    }

    #[test]
    fn any_text_and_query_do(text in any::<String>(), query in any::<String>()) {
        if let Ok(query) = Query::parse(&query, true) {
            let _ = snippet(&Text::new(text.repeat(20)), &query);
        }
    }
}
