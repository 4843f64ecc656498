//! Passages that show why a post was found.
//!
//! Matches are found in folded text and marked in the original, so that what is marked is what
//! the reader sees. Cuts fall on the edges of words, and never inside a grapheme. Everything here
//! takes time that grows with the text and the matches, never with their product.

use core::ops::Range;

use shelfmark_text::{CharClass, class, is_grapheme_edge};

use crate::order;
use crate::outcome::Piece;
use crate::query::{Field, Query, Term};
use crate::scan::{Found, matches_in};
use crate::text::{Sources, Text};

/// Width of all passages in columns: a Han character takes two, a Latin letter one.
const WIDTH: usize = 180;
/// Most passages.
const PASSAGES: usize = 3;
/// Longest way to the edge of a word, in bytes.
const TO_EDGE: usize = 40;
/// Longest grapheme that is kept whole, in bytes.
const GRAPHEME: usize = 256;
/// Passages that are parted by no more bytes than this are one.
const GAP: usize = 8;

/// Marks the matches of `query` in a short text, such as a title.
#[must_use]
pub fn mark(text: &str, query: &Query) -> Vec<Piece> {
    let terms: Vec<&Term> = query
        .wanted()
        .filter(|term| matches!(term.field, Field::Any | Field::Title))
        .collect();
    let text = Text::new(text.to_owned());
    let found = matches_in(&terms, &text.folded);
    let mut out = Vec::new();
    let all = 0..text.original.len();
    pieces(&mut out, &text.original, all, &mut text.sources(), &found);
    out
}

/// The passage of `text` in which most different terms of `query` stand together, or up to three
/// shorter ones when they stand apart; the beginning of the text when none stands there.
#[must_use]
pub fn snippet(text: &Text, query: &Query) -> Vec<Piece> {
    let terms: Vec<&Term> = query
        .wanted()
        .filter(|term| term.field == Field::Any)
        .collect();
    if terms.is_empty() {
        return Vec::new();
    }
    let found = matches_in(&terms, &text.folded);
    let mut sources = text.sources();
    let text = &text.original;
    let mut out = Vec::new();
    let mut end = 0;
    for window in windows(text, &mut sources, &found, terms.len()) {
        if window.start > 0 {
            push(&mut out, if end == 0 { "… " } else { " … " }, false);
        }
        end = window.end;
        pieces(&mut out, text, window, &mut sources, &found);
    }
    if end < text.len() {
        push(&mut out, " …", false);
    }
    out
}

/// The parts of the text to show, ascending and apart.
fn windows(
    text: &str,
    sources: &mut Sources<'_>,
    found: &[Found],
    terms: usize,
) -> Vec<Range<usize>> {
    let firsts = passages(found, terms);
    let width = WIDTH / firsts.len();
    let mut out: Vec<Range<usize>> = Vec::new();
    for (first, _) in firsts {
        let first = found.get(first as usize);
        let first = first.map_or(0..0, |first| sources.of(&first.range));
        let window = window(text, &first, width);
        match out.last_mut() {
            Some(last) if window.start <= last.end + GAP => {
                last.start = last.start.min(window.start);
                last.end = last.end.max(window.end);
            }
            _ => out.push(window),
        }
    }
    out
}

/// The places in `found` of the first match of each passage, ascending, one at least. There are
/// several only when they show more different terms.
fn passages(found: &[Found], terms: usize) -> Vec<(u64, u32)> {
    let mut best = vec![(0, 0)];
    let mut most = 0;
    for count in 1..=PASSAGES {
        let mut hidden = vec![true; terms];
        let mut firsts = Vec::new();
        while firsts.len() < count
            // A quarter of a passage stands before its first match.
            && let Some(together) = together(found, &hidden, WIDTH / count * 3 / 4)
        {
            firsts.push((together.start as u64, 0));
            for found in &found[together] {
                hidden[found.term] = false;
            }
        }
        let shown = hidden.iter().filter(|hidden| !**hidden).count();
        if shown > most {
            most = shown;
            best = firsts;
        }
    }
    order::sort(&mut best);
    best
}

/// The matches of hidden terms that stand within `width` bytes: those of most different terms,
/// then most matches, then the earliest.
fn together(found: &[Found], hidden: &[bool], width: usize) -> Option<Range<usize>> {
    let mut counts = vec![0_u32; hidden.len()];
    let (mut different, mut weight) = (0, 0);
    let weight_of = |found: &Found| 1 + u32::from(found.own);
    let mut best = (0, 0);
    let mut place = None;
    let mut start = 0;
    for (at, last) in found.iter().enumerate() {
        if !hidden[last.term] {
            continue;
        }
        different += u32::from(counts[last.term] == 0);
        counts[last.term] += 1;
        weight += weight_of(last);
        while start < at {
            let first = &found[start];
            if hidden[first.term] {
                if last.range.end <= first.range.start + width {
                    break;
                }
                counts[first.term] -= 1;
                different -= u32::from(counts[first.term] == 0);
                weight -= weight_of(first);
            }
            start += 1;
        }
        if (different, weight) > best {
            best = (different, weight);
            place = Some(start..at + 1);
        }
    }
    place
}

/// The part of the text to show around a match, or its beginning.
fn window(text: &str, first: &Range<usize>, width: usize) -> Range<usize> {
    let (back, _) = walk(text, first.start, width / 4, true);
    let (far, _) = walk(text, back, width / 8, true);
    let mut start = sentence(text, far, first.start).unwrap_or_else(|| {
        let start = edge(text, back, true, true);
        let dull = [
            ' ', '\n', ',', ';', ':', '.', ')', '，', '、', '；', '：', '。', '）', '”', '」',
        ];
        first.start - text[start..first.start].trim_start_matches(dull).len()
    });
    let (end, left) = walk(text, start, width, false);
    if left > 0 {
        start = edge(text, walk(text, start, left, true).0, true, true);
    }
    let end = edge(text, end.max(first.end), true, false);
    let end = text[..end].trim_end().len().max(first.end);
    edge(text, start, false, true)..edge(text, end, false, false)
}

/// The place `columns` before or after byte `at`, and how many columns the text lacks.
fn walk(text: &str, mut at: usize, mut columns: usize, back: bool) -> (usize, usize) {
    while columns > 0
        && let Some(c) = next(text, at, back)
    {
        columns = columns.saturating_sub(width(c));
        at = beyond(at, c, back);
    }
    (at, columns)
}

fn next(text: &str, at: usize, back: bool) -> Option<char> {
    if back {
        text[..at].chars().next_back()
    } else {
        text[at..].chars().next()
    }
}

fn beyond(at: usize, c: char, back: bool) -> usize {
    if back {
        at - c.len_utf8()
    } else {
        at + c.len_utf8()
    }
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

/// The first beginning of a sentence from byte `from` to `to`.
fn sentence(text: &str, from: usize, to: usize) -> Option<usize> {
    if from == 0 {
        return Some(0);
    }
    // A full stop ends a sentence when white space follows, an ideographic one at once.
    let (mut stopped, mut ended) = (false, false);
    for (at, c) in text[from..to].char_indices() {
        match c {
            '\n' | '。' | '！' | '？' => ended = true,
            '.' | '!' | '?' => stopped = true,
            '"' | '\'' | '”' | '’' | '」' | '』' | '）' | ')' if stopped || ended => {}
            ' ' => ended |= stopped,
            _ if ended && is_grapheme_edge(text, from + at) => return Some(from + at),
            _ => stopped = false,
        }
    }
    ended.then_some(to)
}

/// The nearest place from byte `at` on, forwards or back, where the text may be cut: between
/// `words` when it is not far, else between graphemes.
fn edge(text: &str, at: usize, words: bool, back: bool) -> usize {
    let mut here = at;
    let mut whole = None;
    loop {
        let gone = here.abs_diff(at);
        if is_grapheme_edge(text, here) {
            if !words || !is_in_word(text, here) {
                return here;
            }
            whole.get_or_insert(here);
        }
        let most = if whole.is_some() { TO_EDGE } else { GRAPHEME };
        match next(text, here, back) {
            Some(c) if gone < most => here = beyond(here, c, back),
            _ => return whole.unwrap_or(at),
        }
    }
}

/// Whether a word goes on at byte `at`; an apostrophe is part of it.
fn is_in_word(text: &str, at: usize) -> bool {
    let part = |c: char| class(c) == CharClass::Word || matches!(c, '\'' | '’');
    next(text, at, true).is_some_and(part) && next(text, at, false).is_some_and(part)
}

/// Cuts `window` of `text` at the matches in it; line feeds become spaces.
fn pieces(
    out: &mut Vec<Piece>,
    text: &str,
    window: Range<usize>,
    sources: &mut Sources<'_>,
    found: &[Found],
) {
    let mut at = window.start;
    let near = sources.before(at);
    let first = found.partition_point(|found| found.range.start < near);
    for found in &found[first..] {
        let range = sources.of(&found.range);
        if range.start < window.start {
            continue;
        }
        // What is read as one character is marked as a whole.
        let end = edge(text, range.end, false, false);
        if end > window.end {
            break;
        }
        let start = edge(text, range.start, false, true);
        if start >= at {
            push(out, &text[at..start], false);
            push(out, &text[start..end], true);
            at = end;
        }
    }
    push(out, &text[at..window.end], false);
}

fn push(out: &mut Vec<Piece>, text: &str, mark: bool) {
    if !text.is_empty() {
        out.push(Piece {
            text: text.replace('\n', " "),
            mark,
        });
    }
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

    fn passage(text: &str, query: &Query) -> Vec<Piece> {
        snippet(&Text::new(text.to_owned()), query)
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
        let shown = shown(&passage(&text, &query("needle")));
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
        let shown = shown(&passage(&text, &query("alpha beta")));
        assert!(shown.contains("[alpha] [beta]"), "{shown}");
    }

    /// The snippet of `text`, checked to be no wider than it should.
    fn passages_of(text: &str, words: &str) -> String {
        let pieces = passage(text, &query(words));
        let columns: usize = pieces
            .iter()
            .flat_map(|piece| piece.text.chars())
            .map(width)
            .sum();
        assert!(columns < WIDTH * 3 / 2, "{columns} columns");
        shown(&pieces)
    }

    #[test]
    fn terms_that_stand_apart_have_a_passage_each() {
        let hay = "hay stack ".repeat(100);
        let text = format!("{hay}alpha {hay}beta {hay}gamma {hay}alpha {hay}");
        let shown = passages_of(&text, "beta gamma alpha");
        let places = ["[alpha]", "[beta]", "[gamma]"].map(|word| shown.find(word).unwrap());
        assert!(places.is_sorted(), "{shown}");
        assert_eq!(shown.matches(" … ").count(), 2, "{shown}");
        assert!(shown.starts_with("… ") && shown.ends_with(" …"), "{shown}");
        // Three are the most; a word that stands nowhere takes no room.
        let shown = passages_of(&text, "beta hay gamma alpha nowhere");
        assert!(shown.matches(" … ").count() <= 2, "{shown}");
        for word in ["[alpha]", "[beta]", "[gamma]", "[hay]"] {
            assert!(shown.contains(word), "{shown}");
        }
    }

    #[test]
    fn one_term_has_one_passage_where_it_stands_most() {
        let hay = "hay stack ".repeat(100);
        let text = format!("{hay}needle {hay}needle in needle {hay}needle and needle {hay}");
        let shown = passages_of(&text, "needle");
        assert!(shown.contains("[needle] in [needle]"), "{shown}");
        assert_eq!(shown.matches("needle").count(), 2, "{shown}");
    }

    #[test]
    fn fields_are_not_looked_for_in_the_text() {
        assert_eq!(passages_of("a b c", "title:b tag:c a"), "[a] b c");
        assert!(passage("a b c", &query("title:b tag:c")).is_empty());
    }

    #[test]
    fn passages_begin_with_a_sentence_when_one_is_near() {
        let hay = "hay stack ".repeat(100);
        for (text, expected) in [
            (
                format!("{hay}is 3.5 m. The needle {hay}"),
                "… The [needle] hay",
            ),
            (format!("{hay}\nA needle {hay}"), "… A [needle] hay"),
            (
                format!("{hay}he said “no!” A needle {hay}"),
                "… A [needle] hay",
            ),
            (
                format!("{}。他说：needle{hay}", "汉字".repeat(50)),
                "… 他说：[needle]",
            ),
            (format!("One. Two needle {hay}"), "One. Two [needle] hay"),
        ] {
            let text = text.replace("needlehay", "needle hay");
            let shown = passages_of(&text, "needle");
            assert!(shown.starts_with(expected), "{shown}");
        }
    }

    #[test]
    fn other_forms_are_shown_too() {
        let mut query = query("run");
        query
            .terms_mut()
            .for_each(|term| term.set_forms(&["ran".into()]));
        assert_eq!(shown(&mark("Run, ran, rant", &query)), "[Run], [ran], rant");
        let hay = "hay stack ".repeat(100);
        let shown = shown(&passage(&format!("{hay}ran {hay}run {hay}"), &query));
        assert!(
            shown.contains("[run]") && !shown.contains("[ran]"),
            "{shown}"
        );
    }

    #[test]
    fn marks_take_whole_graphemes() {
        for (text, words, expected) in [
            ("a👩‍👩‍👧b", "👩", "a[👩‍👩‍👧]b"),
            ("👍🏽", "👍", "[👍🏽]"),
            ("น้ำ", "น", "[น้ำ]"),
            ("क्षेत्र", "क*", "[क्षे]त्र"),
            ("🇺🇨🇳🇸", "🇨🇳", "[🇺🇨🇳🇸]"),
            (
                "cafe\u{301}s cafe\u{301}",
                "cafe",
                "cafe\u{301}s [cafe\u{301}]",
            ),
        ] {
            assert_eq!(shown(&mark(text, &query(words))), expected);
        }
    }

    #[test]
    fn long_words_and_graphemes_are_cut_somewhere() {
        let word = "x".repeat(5_000);
        assert!(passages_of(&format!("{word} needle {word}"), "needle").contains("[needle]"));
        let marks = "\u{301}".repeat(5_000);
        let shown = shown(&passage(
            &format!("a{marks} needle a{marks}"),
            &query("needle"),
        ));
        assert!(
            shown.contains("[needle]") && shown.len() < 2_000,
            "{}",
            shown.len()
        );
    }

    /// What took a step for each pair of places would take minutes here; the bound is no measure of
    /// speed but tells a hang from slowness, whatever else the machine does.
    #[test]
    fn long_texts_end() {
        const HANG: std::time::Duration = std::time::Duration::from_secs(60);
        for (unit, words) in [
            ("武", "武"),
            ("a ", "a"),
            ("a b c ", "a b c d OR e"),
            ("aa", "aaa"),
            ("🇨🇳", "🇨🇳"),
            ("👩\u{200D}", "👩"),
        ] {
            let (text, query) = (unit.repeat(50_000), query(words));
            let start = std::time::Instant::now();
            assert!(!passage(&text, &query).is_empty());
            assert!(!mark(&text, &query).is_empty());
            assert!(start.elapsed() < HANG, "{unit}: {:?}", start.elapsed());
        }
    }

    #[test]
    fn flags_in_a_row_stay_whole() {
        let row = "🇨🇳".repeat(140);
        for after in ["", ".", "..", "..."] {
            let text = format!("{row}武汉{after}");
            let shown = shown(&passage(&text, &query("武汉")));
            let inside = shown.trim_start_matches("… ").split('[').next();
            assert!(row.starts_with(inside.unwrap()), "{shown}");
        }
    }

    #[test]
    fn emoji_sequences_stay_whole() {
        let text = format!("{}武汉", "👩‍👩‍👧".repeat(40));
        let shown = shown(&passage(&text, &query("武汉")));
        let inside = shown.trim_start_matches("… ").trim_end_matches("[武汉]");
        assert_eq!(inside, "👩‍👩‍👧".repeat(inside.matches('👧').count()));
    }
}
