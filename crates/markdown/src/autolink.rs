//! Bare addresses in running text.
//!
//! As GitHub's extension finds them (GFM, 6.9), with two differences that archives need: an
//! address may begin right after any character that is no ASCII letter or digit (`见https://a.b`),
//! and it ends before the first character that addresses are not written with, such as a Han
//! character or a full-width mark (`https://a.b/c喜欢`). E-mail addresses stay text.

use core::ops::Range;
use std::borrow::Cow;

/// Finds the first bare address at or after byte `from`.
///
/// To find all, go on from the end of the range. Takes time linear in what it steps over.
#[must_use]
pub fn find(text: &str, from: usize) -> Option<Range<usize>> {
    (from..text.len()).find_map(|start| at(text, start).map(|end| start..end))
}

/// Where the bare address ends that begins at byte `start`, if one does.
pub(crate) fn at(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    if !matches!(bytes.get(start)?, b'h' | b'H' | b'w' | b'W') {
        return None;
    }
    let head = ["http://", "https://", "www."]
        .into_iter()
        .find(|head| starts_with(&bytes[start..], head))?;
    let before = start.checked_sub(1).map(|at| bytes[at]);
    let inside = |byte: u8| {
        byte.is_ascii_alphanumeric() || (head == "www." && b"/.-@_:#?=&%".contains(&byte))
    };
    let host = start + head.len();
    let begins = |c: char| c.is_ascii_alphanumeric() || ('\u{A1}'..'\u{2000}').contains(&c);
    if before.is_some_and(inside) || !text[host..].starts_with(begins) {
        return None;
    }
    let length = length(&text[host..]);
    (length > 0).then_some(host + length)
}

/// What a found address leads to: `www.` alone stands for `http://www.`.
#[must_use]
pub fn target(found: &str) -> Cow<'_, str> {
    if found.contains("://") && !starts_with(found.as_bytes(), "www.") {
        found.into()
    } else {
        ["http://", found].concat().into()
    }
}

fn starts_with(bytes: &[u8], head: &str) -> bool {
    bytes
        .get(..head.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(head.as_bytes()))
}

/// Length of the address that `rest` (from its host on) begins with.
fn length(rest: &str) -> usize {
    // From U+2000 on stand typographic marks, symbols, and the scripts written without spaces.
    let stops = |c: char| {
        let mark = matches!(c, '<' | '>' | '"' | '`' | '«' | '»');
        mark || matches!(c, '\0'..=' ' | '\u{85}' | '\u{A0}' | '\u{1680}' | '\u{2000}'..)
    };
    let mut found = &rest[..rest.find(stops).unwrap_or(rest.len())];
    let count = |c: u8| found.bytes().filter(|byte| *byte == c).count();
    // More closing than opening ones.
    let mut round = count(b')').saturating_sub(count(b'('));
    let mut square = count(b']').saturating_sub(count(b'['));
    while let Some(last) = found.chars().next_back() {
        match last {
            ')' if round > 0 => round -= 1,
            ']' if square > 0 => square -= 1,
            '?' | '!' | '.' | ',' | ':' | '*' | '_' | '~' | '\'' | '،' | '؟' | '؛' => {}
            ';' => {
                // `&amp;` and the like go as a whole.
                let name = found.bytes().rev().skip(1);
                let length = name.take_while(u8::is_ascii_alphanumeric).count();
                let before = found.len() - 1 - length;
                if length > 0 && found[..before].ends_with('&') {
                    found = &found[..before - 1];
                    continue;
                }
            }
            _ => break,
        }
        found = &found[..found.len() - last.len_utf8()];
    }
    found.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(range) = find(text, at) {
            at = range.end;
            found.push(&text[range]);
        }
        found
    }

    #[test]
    fn addresses_end_where_readers_see_them_end() {
        for (text, expected) in [
            ("见https://a.b/c喜欢", "https://a.b/c"),
            ("（https://a.b/c），以及", "https://a.b/c"),
            ("https://a.b/c。https", "https://a.b/c"),
            ("see https://a.b/c.", "https://a.b/c"),
            ("HTTP://A.B/c?d=e&f#g, and", "HTTP://A.B/c?d=e&f#g"),
            ("(https://a.b/c_(d))", "https://a.b/c_(d)"),
            ("[https://a.b/c]", "https://a.b/c"),
            ("\"http://a.b\"", "http://a.b"),
            ("“http://a.b”", "http://a.b"),
            ("http://localhost:8080/x", "http://localhost:8080/x"),
            (
                "https://fa.wikipedia.org/wiki/ایران؟",
                "https://fa.wikipedia.org/wiki/ایران",
            ),
            ("https://a.b\u{200B}c", "https://a.b"),
            ("https://a.b\u{3000}c", "https://a.b"),
            (
                "www.google.com/search?q=commonmark&hl;",
                "www.google.com/search?q=commonmark",
            ),
            (
                "www.google.com/search?q=(business))+ok",
                "www.google.com/search?q=(business))+ok",
            ),
            (
                "www.google.com/search?q=c&hl=en",
                "www.google.com/search?q=c&hl=en",
            ),
            ("x<br>www.a.b", "www.a.b"),
            ("https://a.b/c;;;", "https://a.b/c"),
        ] {
            assert_eq!(all(text), [expected], "{text}");
        }
        assert_eq!(all("http://a.b、http://c.d"), ["http://a.b", "http://c.d"]);
    }

    #[test]
    fn other_text_holds_none() {
        for text in [
            "",
            "h",
            "http://",
            "https://。",
            "http:// a.b",
            "www.",
            "www..",
            "xhttp://a.b",
            "a@www.b.c",
            "file.www.b",
            "me@example.com",
            "http://例子.中国",
            "https:/a",
            "hhhwww",
        ] {
            assert_eq!(all(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn www_gets_a_scheme() {
        assert_eq!(target("www.a.b"), "http://www.a.b");
        assert_eq!(target("WWW.a.b/?u=http://c"), "http://WWW.a.b/?u=http://c");
        assert_eq!(target("HTTPS://a.b"), "HTTPS://a.b");
    }
}
