//! Named characters (`&eacute;`), which the browser's own parser decodes.
//!
//! HTML has 2,125 of them; a table would be 7 kB of the module. The copy of `pulldown-cmark` that the
//! module is built with leaves a [`MARK`] in the place of the `&`, so that a name survives its
//! escaping; here the marks are resolved, all at once, by whoever has a parser of HTML. The native
//! program has the original crate, and no marks.

/// What stands before a name: a noncharacter, which no text has.
pub const MARK: char = '\u{FDD0}';

/// The same in an address, where all but ASCII is percent-encoded.
const ENCODED: &str = "%EF%B7%90";

/// The characters that stay as they are in addresses, beside letters and digits.
const PLAIN: &str = "-_.+!*(),%#@?=;:/$~";

/// Decodes the names in the HTML of a post.
///
/// `decode` is given HTML, `&name;` after `&name;` with marks between them, and returns its text. What
/// is no name stays what it is.
pub fn resolve(html: String, decode: impl FnOnce(&str) -> String) -> String {
    let mut names = String::new();
    for_each(&html, |_, name, _| {
        names.push('&');
        names.push_str(name);
        names.push(';');
        names.push(MARK);
    });
    if names.is_empty() {
        return html;
    }
    let decoded = decode(&names);
    let mut values = decoded.split(MARK);
    let mut out = String::with_capacity(html.len());
    let rest = for_each(&html, |before, name, encoded| {
        out.push_str(before);
        let value = values.next().unwrap_or_default();
        // A parser reads `&notit;` as `&not` and `it;`, for old pages' sake. Markdown does not.
        if value.is_empty() || value.ends_with(';') && name != "semi" {
            out.push_str("&amp;");
            out.push_str(name);
            out.push(';');
        } else if encoded {
            value.bytes().for_each(|byte| address(byte, &mut out));
        } else {
            out.push('&');
            out.push_str(name);
            out.push(';');
        }
    });
    out.push_str(rest);
    out
}

/// Calls `found` for each name, with what stands between it and the name before, and whether it is in
/// an address; returns what is left.
fn for_each<'a>(html: &'a str, mut found: impl FnMut(&'a str, &'a str, bool)) -> &'a str {
    let mut rest = html;
    let mut at = 0;
    while let Some(step) = rest[at..].find([MARK, '%']) {
        at += step;
        let mark = &rest[at..];
        let name = mark
            .strip_prefix(MARK)
            .or_else(|| mark.strip_prefix(ENCODED));
        let parts = name.and_then(|name| {
            let (name, _) = name.split_once(';')?;
            let fits = name.bytes().all(|byte| byte.is_ascii_alphanumeric());
            (fits && !name.is_empty()).then_some(name)
        });
        match (parts, name) {
            (Some(part), Some(name)) => {
                found(&rest[..at], part, mark.starts_with('%'));
                rest = &name[part.len() + 1..];
                at = 0;
            }
            _ => at += mark.chars().next().map_or(1, char::len_utf8),
        }
    }
    rest
}

/// A byte as `pulldown-cmark` writes it in an address.
fn address(byte: u8, out: &mut String) {
    match byte {
        b'&' => out.push_str("&amp;"),
        b'\'' => out.push_str("&#x27;"),
        _ if byte.is_ascii_alphanumeric() || PLAIN.contains(char::from(byte)) => {
            out.push(char::from(byte));
        }
        _ => {
            out.push('%');
            for digit in [byte >> 4, byte & 15] {
                out.push(char::from(b"0123456789ABCDEF"[usize::from(digit)]));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A parser that knows three names.
    fn decode(html: &str) -> String {
        html.replace("&eacute;", "é")
            .replace("&amp;", "&")
            .replace("&not", "¬")
    }

    #[test]
    fn names_become_what_they_stand_for() {
        let html = "<p>caf\u{FDD0}eacute; \u{FDD0}amp;lt; \u{FDD0}notit; \u{FDD0}nono;</p>";
        let resolved = resolve(html.to_owned(), decode);
        assert_eq!(
            resolved,
            "<p>caf&eacute; &amp;lt; &amp;notit; &amp;nono;</p>"
        );
    }

    #[test]
    fn in_addresses_they_are_encoded() {
        let html = "<a href=\"/caf%EF%B7%90eacute;?a=%20%EF%B7%90amp;b\">";
        let resolved = resolve(html.to_owned(), decode);
        assert_eq!(resolved, "<a href=\"/caf%C3%A9?a=%20&amp;b\">");
    }

    #[test]
    fn what_is_no_name_stays() {
        for html in [
            "\u{FDD0}",
            "a\u{FDD0};",
            "\u{FDD0}a b;",
            "%EF%B7%90",
            "100 %\u{FDD0}",
            "%é",
        ] {
            let asked = |_: &str| -> String { panic!("nothing is to be decoded in {html}") };
            assert_eq!(resolve(html.to_owned(), asked), html);
        }
    }
}
