//! Titles of posts whose front matter has none: the body's heading, or the file's name.

use super::clean::one_line;
use super::values::language_tag;
use crate::date;
use crate::slug::split_extension;

/// Lines of a body that are searched for a heading, blank ones not counted.
const LINES: usize = 12;

/// Longest heading that is believed to be a title, in bytes.
const MAX: usize = 1000;

/// Returns the text of the heading near the start of a body: the first thing in it, or a
/// heading of level 1 in its first lines.
pub(super) fn heading(body: &str) -> Option<String> {
    let mut before: Option<&str> = None;
    let mut fenced = false;
    let mut seen = 0;
    for line in body.split(['\n', '\r']).take(LINES * 8) {
        let line = line.trim_end();
        let text = line.trim_start();
        if text.is_empty() || (text.starts_with("<!--") && text.ends_with("-->")) {
            before = None;
            continue;
        }
        if text.starts_with("```") || text.starts_with("~~~") {
            fenced = !fenced;
        }
        if !fenced && line.len() <= MAX {
            let level = text.bytes().take_while(|&b| b == b'#').count();
            let title = &text[level..];
            let (found, level) = if (1..=6).contains(&level) && title.starts_with([' ', '\t']) {
                (Some(title.trim().trim_end_matches('#')), level)
            } else {
                (
                    before.filter(|_| is_underline(text)),
                    1 + usize::from(text.starts_with('-')),
                )
            };
            // A heading of a lower level is a title only where nothing stands before it.
            let first = seen == 0 || (seen == 1 && before.is_some());
            if let Some(found) = found
                && (first || level == 1)
            {
                let title = one_line(&plain(found));
                if !title.is_empty() {
                    return Some(title);
                }
            }
        }
        seen += 1;
        if seen > LINES {
            break;
        }
        let paragraph = !fenced
            && before.is_none()
            && !text.starts_with(['#', '>', '-', '*', '|', '<', '+', '`', '~']);
        before = paragraph.then_some(text).filter(|text| text.len() <= MAX);
    }
    None
}

fn is_underline(line: &str) -> bool {
    line.len() >= 2 && (line.bytes().all(|b| b == b'=') || line.bytes().all(|b| b == b'-'))
}

/// Takes simple inline Markdown off a line: links, images, emphasis, code, tags.
fn plain(line: &str) -> String {
    let line = line.trim();
    // kramdown's `{#id .class}` at the end.
    let line = match line.rfind(" {") {
        Some(at)
            if line.ends_with('}')
                && matches!(line.as_bytes().get(at + 2), Some(b'#' | b'.' | b':')) =>
        {
            &line[..at]
        }
        _ => line,
    };
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        if let Some((text, after)) = link(rest) {
            out.push_str(&plain(text));
            rest = after;
            continue;
        }
        rest = &rest[c.len_utf8()..];
        match c {
            '\\' => {
                let escaped = rest.chars().next().filter(char::is_ascii_punctuation);
                out.push(escaped.unwrap_or('\\'));
                rest = &rest[escaped.map_or(0, char::len_utf8)..];
            }
            '*' | '`' => {}
            '_' if !out.ends_with(char::is_alphanumeric)
                || !rest.starts_with(char::is_alphanumeric) => {}
            '~' if rest.starts_with('~') => rest = &rest[1..],
            '<' if rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') => {
                match rest.split_once('>') {
                    Some((_, after)) => rest = after,
                    None => out.push(c),
                }
            }
            '&' => {
                let entities = [
                    ("amp;", '&'),
                    ("lt;", '<'),
                    ("gt;", '>'),
                    ("quot;", '"'),
                    ("#39;", '\''),
                    ("nbsp;", ' '),
                ];
                let known = entities.iter().find(|(name, _)| rest.starts_with(name));
                out.push(known.map_or('&', |&(_, c)| c));
                rest = &rest[known.map_or(0, |(name, _)| name.len())..];
            }
            c => out.push(c),
        }
    }
    out
}

/// Takes apart a link or image that `text` begins with: what it shows, and what follows it.
fn link(text: &str) -> Option<(&str, &str)> {
    if let Some(inside) = text.strip_prefix("[[") {
        let (inside, after) = inside.split_once("]]")?;
        let shown = inside.rsplit_once('|').map_or(inside, |(_, alias)| alias);
        return (!shown.contains('[')).then_some((shown, after));
    }
    let inside = text.strip_prefix("![").or_else(|| text.strip_prefix('['))?;
    let mut depth = 1;
    let close = inside.char_indices().find_map(|(at, c)| {
        match c {
            '[' => depth += 1,
            ']' => depth -= 1,
            _ => {}
        }
        (depth == 0).then_some(at)
    })?;
    let (shown, after) = (&inside[..close], &inside[close + 1..]);
    let (open, end) = match after.chars().next()? {
        '(' => ('(', ')'),
        '[' => ('[', ']'),
        _ => return None,
    };
    let mut depth = 0;
    let close = after.char_indices().find_map(|(at, c)| {
        if c == open {
            depth += 1;
        } else if c == end {
            depth -= 1;
        }
        (depth == 0).then_some(at)
    })?;
    Some((shown, &after[close + 1..]))
}

/// Returns the bytes of a path's file name without its extension.
pub(super) fn stem(path: &[u8]) -> &[u8] {
    split_extension(name(path)).0
}

fn name(path: &[u8]) -> &[u8] {
    path.rsplit(|&b| b == b'/').next().unwrap_or(path)
}

/// Makes a title of a path. `undated` is the stem without its date, when it has one.
pub(super) fn of_path(path: &[u8], undated: Option<&str>) -> String {
    let whole = String::from_utf8_lossy(stem(path));
    let mut title = spaced(undated.unwrap_or(&whole));
    if title.is_empty() {
        // Nothing but a date: `2024-07-02.md` is a title of its own.
        title = one_line(whole.trim_matches(['-', ' ']));
    }
    // `tips/index.md` is about tips, and `tips/index.zh.md` in another language.
    let lower = undated.unwrap_or(&whole).to_ascii_lowercase();
    let (page, language) = lower.split_once('.').unwrap_or((&lower, ""));
    if ["index", "_index", "readme"].contains(&page)
        && (language.is_empty() || language_tag(language).is_some())
    {
        let folder = path.split(|&b| b == b'/').rev().nth(1);
        let folder = folder.map(String::from_utf8_lossy);
        let folder = folder.map(|folder| match date::of_name(&folder) {
            Some((_, "")) => one_line(&folder),
            Some((_, rest)) => spaced(rest),
            None => spaced(&folder),
        });
        title = folder.filter(|folder| !folder.is_empty()).unwrap_or(title);
    }
    if title.is_empty() {
        title.push_str("Untitled");
    }
    title
}

/// Writes spaces for the hyphens of a name that has hyphens in their place.
fn spaced(name: &str) -> String {
    if name.is_ascii() && !name.contains(' ') {
        one_line(&name.replace('-', " "))
    } else {
        one_line(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings() {
        for (body, title) in [
            ("# One\n\ntext", Some("One")),
            ("\n\n## Two ##\n", Some("Two")),
            ("BBC\n------\n\n\n[查看更多](/lists/BBC)", Some("BBC")),
            ("Over\n===\n", Some("Over")),
            (
                "<!--1638073519000-->\n[A [b] c](https://a.example/x_(y))\n------\n",
                Some("A [b] c"),
            ),
            ("text\n\n# One\n", Some("One")),
            ("text\n\n## Two\n", None),
            ("text\nmore\n---\n", None),
            ("- item\n---\n", None),
            ("---\ntext\n", None),
            ("```\n# comment\n```\n", None),
            ("#tag\n", None),
            ("# \n", None),
            (
                "# `code` *and* **bold** snake_case \\* &amp; <b>tag</b> {#id}\r\ntext",
                Some("code and bold snake_case * & tag"),
            ),
            ("# [[note|alias]] ![[x]]\n", Some("alias !x")),
            ("# a < b\n", Some("a < b")),
            ("", None),
        ] {
            assert_eq!(heading(body).as_deref(), title, "{body}");
        }
    }

    #[test]
    fn names() {
        for (path, undated, title) in [
            ("a/hello-world.md", None, "hello world"),
            (
                "2024-07-02-hello-world.md",
                Some("hello-world"),
                "hello world",
            ),
            ("2019-10-14-.md", Some(""), "2019-10-14"),
            ("TL;DR - x.md", None, "TL;DR - x"),
            ("索-契.md", None, "索-契"),
            ("a_b%20c.md", None, "a_b%20c"),
            ("tips/index.md", None, "tips"),
            ("posts/my-tips/index.zh-cn.md", None, "my tips"),
            ("2024-07-02-some-tips/index.md", None, "some tips"),
            ("2024-07-02/index.md", None, "2024-07-02"),
            ("index.md", None, "index"),
            (".md", None, "Untitled"),
            ("\u{8}x.md", None, "x"),
        ] {
            assert_eq!(of_path(path.as_bytes(), undated), title, "{path}");
        }
    }
}
