//! Footnotes that stand where they are referred to: `^[text]` of Obsidian and Pandoc.

use core::ops::Range;
use std::borrow::Cow;

use super::places;

/// A note, and all it takes in the text.
struct Note {
    place: Range<usize>,
    text: String,
}

/// Moves such notes to the end, under names that are not taken.
pub(super) fn moved(body: &str) -> Cow<'_, str> {
    if !body.contains("^[") {
        return Cow::Borrowed(body);
    }
    let notes = find(body);
    if notes.is_empty() {
        return Cow::Borrowed(body);
    }
    let mut name = String::from("inline");
    while body.contains(&format!("[^{name}-")) {
        name.push('-');
    }
    let names: Vec<String> = (1..=notes.len()).map(|n| format!("{name}-{n}")).collect();
    let mut moved = with(body, &notes, |at| format!("[^{}]", names[at]));
    if !moved.ends_with('\n') {
        moved.push('\n');
    }
    for (name, note) in names.iter().zip(&notes) {
        moved.push_str(&format!("\n[^{name}]: {}\n", note.text));
    }
    // What is open at the end may swallow them.
    let defined = places::footnotes(&moved);
    if names.iter().all(|name| defined.contains(name)) {
        return Cow::Owned(moved);
    }
    Cow::Owned(with(body, &notes, |at| {
        format!(" \\[{}\\]", notes[at].text)
    }))
}

fn with(body: &str, notes: &[Note], instead: impl Fn(usize) -> String) -> String {
    let mut out = String::with_capacity(body.len() + 64);
    let mut copied = 0;
    for (at, note) in notes.iter().enumerate() {
        out.push_str(&body[copied..note.place.start]);
        out.push_str(&instead(at));
        copied = note.place.end;
    }
    out.push_str(&body[copied..]);
    out
}

/// Finds the notes outside code and comments.
fn find(body: &str) -> Vec<Note> {
    let mut hidden = Vec::new();
    places::parts(body, &mut |range, is_prose| {
        if !is_prose {
            hidden.push(range);
        }
    });
    let mut hidden = hidden.into_iter().peekable();
    let bytes = body.as_bytes();
    let mut notes = Vec::new();
    // Where the note begins that is open, and the brackets that are in it.
    let mut open: Option<usize> = None;
    let mut depth = 0;
    let mut blank = false;
    let mut commented = false;
    let mut at = 0;
    while at < bytes.len() {
        while hidden.next_if(|range| range.end <= at).is_some() {}
        if let Some(range) = hidden.peek().filter(|range| range.start <= at) {
            at = range.end;
            continue;
        }
        let rest = &bytes[at..];
        let mut length = 1;
        match rest[0] {
            b'\\' => length = 2,
            b'%' if rest.starts_with(b"%%") => {
                length = 2;
                commented = !commented && body[at + 2..].contains("%%");
                open = None;
            }
            b'^' if open.is_none() && !commented && rest.starts_with(b"^[") => {
                length = 2;
                open = Some(at);
                depth = 0;
            }
            b'[' => depth += 1,
            b']' if depth > 0 => depth -= 1,
            b']' => {
                if let Some(start) = open.take() {
                    let text = &body[start + 2..at];
                    if !text.trim().is_empty() {
                        notes.push(Note {
                            place: start..at + 1,
                            text: on_one_line(text),
                        });
                    }
                }
            }
            // Of a paragraph that ends nothing is open any more.
            b'\n' if blank => open = None,
            _ => {}
        }
        blank = rest[0] == b'\n' || (blank && matches!(rest[0], b' ' | b'\t' | b'\r' | b'>'));
        at += length;
    }
    notes
}

fn on_one_line(text: &str) -> String {
    let lines = text.trim().lines();
    let lines: Vec<&str> = lines
        .map(|line| line.trim_matches([' ', '\t', '>']))
        .collect();
    lines.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_move_to_the_end() {
        for (body, expected) in [
            ("a^[b] c", "a[^inline-1] c\n\n[^inline-1]: b\n"),
            (
                "a^[b [x](y) `]` c\nd]\n",
                "a[^inline-1]\n\n[^inline-1]: b [x](y) `]` c d\n",
            ),
            (
                "[^inline-1]^[b]\n\n[^inline-1]: x\n",
                "[^inline-1][^inline--1]\n\n[^inline-1]: x\n\n[^inline--1]: b\n",
            ),
            ("`^[b]` \\^[c] ^[] ^[d\n\ne]", "`^[b]` \\^[c] ^[] ^[d\n\ne]"),
            ("%%^[b]%% x", "%%^[b]%% x"),
            ("    ^[b]", "    ^[b]"),
            // What would not end up as a note stays where it is.
            ("a^[b]\n\n```\nopen", "a \\[b\\]\n\n```\nopen"),
        ] {
            assert_eq!(moved(body), expected, "{body:?}");
        }
    }

    #[test]
    fn many_openings_take_linear_time() {
        let body = "^[ %% ".repeat(50_000);
        assert!(!moved(&body).is_empty());
        let body = "^[a]".repeat(50_000);
        assert!(!moved(&body).contains("^[a]"));
    }
}
