//! Values in one line of text that can stand anywhere.

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
