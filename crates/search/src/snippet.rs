//! Passages that show why a post was found.
//!
//! Matches are found in folded text and marked in the original, so that what is marked is what
//! the reader sees. Cuts fall on the edges of words, and never inside a grapheme.

use core::ops::Range;

use shelfmark_text::{CharClass, class, fold_mapped};

use crate::outcome::Piece;
use crate::query::{Field, Query, Term};
use crate::scan::matches_in;

/// Width of a snippet in columns: a Han character takes two, a Latin letter one.
const WIDTH: usize = 180;
/// Columns shown before the first match.
const BEFORE: usize = 40;
/// Longest way to the edge of a word, in bytes.
const TO_EDGE: usize = 24;
/// Matches looked at to choose a passage.
const LOOKED_AT: usize = 200;

/// Marks the matches of `query` in a short text, such as a title.
#[must_use]
pub fn mark(text: &str, query: &Query) -> Vec<Piece> {
    let terms: Vec<&Term> = query
        .wanted()
        .filter(|term| matches!(term.field, Field::Any | Field::Title))
        .collect();
    let ranges = found_in(text, &terms);
    pieces(text, 0..text.len(), &ranges)
}

/// The passage of `text` in which most different terms of `query` stand close together; the
/// beginning of the text when none does.
#[must_use]
pub fn snippet(text: &str, query: &Query) -> Vec<Piece> {
    let terms: Vec<&Term> = query
        .wanted()
        .filter(|term| term.field == Field::Any)
        .collect();
    if terms.is_empty() {
        return Vec::new();
    }
    let ranges = found_in(text, &terms);
    let first = best_start(text, &terms, &ranges);
    let window = window(text, ranges.get(first));
    let mut pieces = pieces(text, window.clone(), &ranges);
    if window.start > 0 {
        pieces.insert(
            0,
            Piece {
                text: "… ".into(),
                mark: false,
            },
        );
    }
    if window.end < text.len() {
        pieces.push(Piece {
            text: " …".into(),
            mark: false,
        });
    }
    pieces
}

/// Byte ranges of `text` that the terms match.
fn found_in(text: &str, terms: &[&Term]) -> Vec<Range<usize>> {
    let folded = fold_mapped(text);
    let ranges = matches_in(terms, folded.text(), LOOKED_AT);
    ranges
        .into_iter()
        .map(|range| folded.source_range(range))
        .collect()
}

/// Index of the match at which the best passage begins.
fn best_start(text: &str, terms: &[&Term], ranges: &[Range<usize>]) -> usize {
    if terms.len() < 2 {
        return 0;
    }
    let which: Vec<Option<usize>> = ranges
        .iter()
        .map(|range| {
            let here = shelfmark_text::fold(text.get(range.clone()).unwrap_or_default());
            terms
                .iter()
                .position(|term| here.trim() == term.pattern.folded())
        })
        .collect();
    let mut best = (0, 0);
    for start in 0..ranges.len() {
        let mut seen = vec![false; terms.len()];
        for (range, term) in ranges[start..].iter().zip(&which[start..]) {
            if range.end > ranges[start].start + WIDTH {
                break;
            }
            if let Some(term) = term {
                seen[*term] = true;
            }
        }
        let different = seen.iter().filter(|seen| **seen).count();
        if different > best.0 {
            best = (different, start);
        }
    }
    best.1
}

/// The part of the text to show around a match, or its beginning.
fn window(text: &str, first: Option<&Range<usize>>) -> Range<usize> {
    let anchor = first.map_or(0, |range| range.start);
    let mut start = anchor;
    let mut columns = 0;
    for (index, c) in text[..anchor].char_indices().rev() {
        if columns >= BEFORE {
            break;
        }
        columns += width(c);
        start = index;
    }
    let mut end = text.len();
    for (index, c) in text[anchor..].char_indices() {
        if columns >= WIDTH {
            end = anchor + index;
            break;
        }
        columns += width(c);
    }
    let least = first.map_or(0, |range| range.end);
    to_edge_back(text, start)..to_edge_on(text, end.max(least))
}

fn width(c: char) -> usize {
    if class(c) == CharClass::Unspaced
        || ('\u{FF00}'..'\u{FFE7}').contains(&c)
        || ('\u{3000}'..'\u{3040}').contains(&c)
    {
        2
    } else {
        1
    }
}

/// Whether text may be cut before byte `at`.
fn is_edge(text: &str, at: usize) -> bool {
    if at == 0 || at >= text.len() {
        return true;
    }
    let (Some(before), Some(after)) = (text[..at].chars().next_back(), text[at..].chars().next())
    else {
        return true;
    };
    let joins = |c: char| {
        matches!(c, '\u{300}'..='\u{36F}' | '\u{200C}'..='\u{200D}' | '\u{FE00}'..='\u{FE0F}'
            | '\u{1F3FB}'..='\u{1F3FF}' | '\u{E0100}'..='\u{E01EF}' | '\u{3099}'..='\u{309A}')
    };
    if joins(after) || before == '\u{200D}' {
        return false;
    }
    !(class(before) == CharClass::Word && class(after) == CharClass::Word)
}

fn to_edge_back(text: &str, from: usize) -> usize {
    let mut at = from;
    while at > 0 && from - at < TO_EDGE {
        if is_edge(text, at) {
            return at;
        }
        at -= text[..at].chars().next_back().map_or(1, char::len_utf8);
    }
    if is_edge(text, at) { at } else { from }
}

fn to_edge_on(text: &str, from: usize) -> usize {
    let mut at = from;
    while at < text.len() && at - from < TO_EDGE {
        if is_edge(text, at) {
            return at;
        }
        at += text[at..].chars().next().map_or(1, char::len_utf8);
    }
    if is_edge(text, at) { at } else { from }
}

/// Cuts `window` of `text` at the given ranges; line feeds become spaces.
fn pieces(text: &str, window: Range<usize>, ranges: &[Range<usize>]) -> Vec<Piece> {
    let mut out = Vec::new();
    let mut push = |range: Range<usize>, mark| {
        if let Some(part) = text.get(range).filter(|part| !part.is_empty()) {
            out.push(Piece {
                text: part.replace('\n', " "),
                mark,
            });
        }
    };
    let mut at = window.start;
    for range in ranges {
        if range.start < at || range.end > window.end {
            continue;
        }
        push(at..range.start, false);
        push(range.clone(), true);
        at = range.end;
    }
    push(at..window.end, false);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(pieces: &[Piece]) -> String {
        pieces
            .iter()
            .map(|p| {
                if p.mark {
                    format!("[{}]", p.text)
                } else {
                    p.text.clone()
                }
            })
            .collect()
    }

    fn query(text: &str) -> Query {
        Query::parse(text, false).unwrap()
    }

    #[test]
    fn marks_what_the_reader_sees() {
        assert_eq!(
            shown(&mark("在武漢的Café", &query("武汉 cafe"))),
            "在[武漢]的[Café]"
        );
        assert_eq!(shown(&mark("nothing", &query("else"))), "nothing");
        assert_eq!(shown(&mark("a b", &query("-a b"))), "a [b]");
    }

    #[test]
    fn long_texts_are_cut_at_words() {
        let text = format!(
            "{} needle {}",
            "hay stack ".repeat(50),
            "more straw ".repeat(50)
        );
        let shown = shown(&snippet(&text, &query("needle")));
        assert!(shown.contains("[needle]"), "{shown}");
        assert!(shown.starts_with("… ") && shown.ends_with(" …"), "{shown}");
        for word in shown.replace(['…', '[', ']'], "").split_whitespace() {
            assert!(
                ["hay", "stack", "needle", "more", "straw"].contains(&word),
                "{word}"
            );
        }
    }

    #[test]
    fn different_terms_near_each_other_win() {
        let text = format!("alpha {} alpha beta {}", "x ".repeat(300), "y ".repeat(300));
        let shown = shown(&snippet(&text, &query("alpha beta")));
        assert!(shown.contains("[alpha] [beta]"), "{shown}");
    }

    #[test]
    fn emoji_sequences_stay_whole() {
        let text = format!("{}武汉", "👩‍👩‍👧".repeat(40));
        let shown = shown(&snippet(&text, &query("武汉")));
        let inside = shown.trim_start_matches("… ").trim_end_matches("[武汉]");
        assert_eq!(inside, "👩‍👩‍👧".repeat(inside.matches('👧').count()));
    }
}
