//! Values in one line of text that can stand anywhere.

use std::borrow::Cow;

use pulldown_cmark::{Event, Parser};

/// Makes one line of a value: line ends and other control characters that separate become a
/// space, the rest of them and what would turn the direction of the text around it go, NUL
/// becomes U+FFFD. What stood for a picture (U+FFFC) goes. Zero-width joiners, which emoji and several scripts need, stay.
pub(super) fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.trim().chars() {
        match c {
            '\0' => out.push('\u{fffd}'),
            '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fffc}' => {}
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    let trimmed = out.trim();
    if trimmed.len() == out.len() {
        out
    } else {
        trimmed.to_owned()
    }
}

/// Elements that titles hold to be shown in another type.
const INLINE: &[&str] = &[
    "b", "code", "em", "i", "mark", "small", "span", "strong", "sub", "sup", "u",
];

/// Replaces references (`&amp;`, `&#20013;`) in a title by what they stand for and takes elements off that
/// are opened and closed: sites put titles into their pages as they are.
pub(super) fn without_html(title: &str) -> Cow<'_, str> {
    let mut title = Cow::Borrowed(title);
    if title.contains("</") {
        for name in INLINE {
            let (open, close) = (format!("<{name}>"), format!("</{name}>"));
            if title.contains(&open) && title.contains(&close) {
                title = Cow::Owned(title.replace(&open, "").replace(&close, ""));
            }
        }
    }
    if title.contains('&') && title.contains(';') {
        let mut out = String::with_capacity(title.len());
        let mut rest = &*title;
        while let Some(at) = rest.find('&') {
            let (before, reference) = rest.split_at(at);
            out.push_str(before);
            let found = referred(reference);
            let (meant, length) = found.as_ref().map_or(("&", 1), |(c, n)| (c.as_str(), *n));
            out.push_str(meant);
            rest = &reference[length..];
        }
        out.push_str(rest);
        title = Cow::Owned(out);
    }
    title
}

/// What the reference that a text begins with stands for, by the table of the Markdown parser, and how
/// long it is.
fn referred(text: &str) -> Option<(String, usize)> {
    let end = text.bytes().take(33).position(|byte| byte == b';')?;
    let reference = &text[..=end];
    let inside = &reference[1..end];
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'#';
    if inside.is_empty() || !inside.bytes().all(plain) {
        return None;
    }
    let meant: String = Parser::new(reference)
        .filter_map(|event| match event {
            Event::Text(text) => Some(text.into_string()),
            _ => None,
        })
        .collect();
    (meant != reference).then_some((meant, reference.len()))
}

/// Longest text in which links are looked for, in bytes; names are short.
const MAX_LINKED: usize = 1000;

/// Replaces links in a line of Markdown by their text: authors are often written as links.
pub(super) fn without_links(text: &str) -> String {
    if text.len() > MAX_LINKED {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        let link = rest[open + 1..]
            .split_once("](")
            .and_then(|(label, after)| {
                let (_, after) = after.split_once(')')?;
                (!label.contains(['[', ']'])).then_some((label, after))
            });
        match link {
            Some((label, after)) => {
                out.push_str(&rest[..open]);
                out.push_str(label);
                rest = after;
            }
            None => {
                out.push_str(&rest[..=open]);
                rest = &rest[open + 1..];
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_one_line() {
        for (text, line) in [
            ("  a  b ", "a  b"),
            ("a\u{85}b\u{2028}c", "a b c"),
            ("a\r\nb", "a b"),
            ("\u{8}bs\u{1b}[31m", "bs[31m"),
            ("\u{202e}evil\u{202c}.md", "evil.md"),
            ("a\0b", "a\u{fffd}b"),
            ("👩\u{200d}💻 ok", "👩\u{200d}💻 ok"),
            ("\u{feff}\u{80}", ""),
        ] {
            assert_eq!(one_line(text), line);
        }
    }

    #[test]
    fn titles_are_text() {
        for (title, text) in [
            ("1900 &amp; 2020", "1900 & 2020"),
            (
                "&quot;a&quot; &#20013;&#x6587;&nbsp;&hellip;",
                "\"a\" 中文\u{a0}…",
            ),
            ("&nonsense; & b; &;", "&nonsense; & b; &;"),
            ("AT&T", "AT&T"),
            ("&amp;lt;", "&lt;"),
            ("<i>Fast</i> properties", "Fast properties"),
            ("The <b> element", "The <b> element"),
            ("a < b </ c", "a < b </ c"),
            ("中&文；", "中&文；"),
        ] {
            assert_eq!(without_html(title), text);
        }
    }

    #[test]
    fn links_become_their_text() {
        for (text, plain) in [
            (
                "Mathias ([@mathias](https://a.example/))",
                "Mathias (@mathias)",
            ),
            ("[A](u), [B](v) and C", "A, B and C"),
            ("[not a link] (x)", "[not a link] (x)"),
            ("[[a](b)", "[a"),
        ] {
            assert_eq!(without_links(text), plain);
        }
    }
}
