//! Takes the names off what a parser would act on, before it parses.
//!
//! An inert document runs nothing, but browsers still check its inline styles and handlers
//! against the page's Content-Security-Policy, and report each one. So `style` and `on...`
//! attributes and some elements get names that mean nothing before the HTML is
//! parsed. And signs that are written as they are, not as `&lt;`, are told from tags. This is no sanitising: [`crate::clean()`] decides what is shown, whatever happens here.
//! Tags are cut as in the HTML standard (13.2.5, states 6 to 40).

use core::ops::Range;

/// What `style` attributes are called afterwards; table cells of Markdown state their alignment
/// there.
pub(crate) const STYLE: &str = "data-style";

/// How deep tags in quoted values of attributes are looked for: to a parser that reads raw text
/// there, such a value may be no value.
const DEPTH: u8 = 8;

/// Rewrites the names, and signs that are no tags; everything else stays byte for byte.
pub(crate) fn disarm(html: &str, out: &mut String) {
    let mut copied = 0;
    disarm_part(html, 0..html.len(), DEPTH, &mut |range, name| {
        out.push_str(&html[copied..range.start]);
        out.push_str(name);
        copied = range.end;
    });
    out.push_str(&html[copied..]);
}

fn disarm_part(
    html: &str,
    part: Range<usize>,
    depth: u8,
    rename: &mut dyn FnMut(Range<usize>, &str),
) {
    let bytes = &html.as_bytes()[..part.end];
    let mut at = part.start;
    while let Some(found) = bytes[at..].iter().position(|byte| *byte == b'<') {
        at += found + 1;
        let closing = bytes.get(at) == Some(&b'/');
        at += usize::from(closing);
        if !bytes.get(at).is_some_and(u8::is_ascii_alphabetic) {
            continue;
        }
        let name = at..end_of(bytes, at, |byte| {
            byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>')
        });
        if bytes[name.clone()].contains(&b'<') {
            // As in `0<p<1)`: a parser would take what follows for a name, up to the next tag's end.
            let sign = at - 1 - usize::from(closing);
            rename(sign..sign + 1, "&lt;");
            continue;
        }
        at = name.end;
        for (acting, harmless) in ELEMENTS {
            if html[name.clone()].eq_ignore_ascii_case(acting) {
                rename(name.clone(), harmless);
            }
        }
        // Attributes, up to the end of the tag.
        loop {
            at = end_of(bytes, at, |byte| {
                !(byte.is_ascii_whitespace() || byte == b'/')
            });
            if bytes.get(at).is_none_or(|byte| *byte == b'>') {
                break;
            }
            // A name may begin with `=`.
            let end = end_of(bytes, at + 1, |byte| {
                byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>' | b'=')
            });
            let name = at..end;
            let acts = bytes[name.clone()]
                .get(..2)
                .is_some_and(|start| start.eq_ignore_ascii_case(b"on"));
            if bytes[name.clone()].eq_ignore_ascii_case(b"style") {
                rename(name, STYLE);
            } else if acts {
                rename(name, "data-on");
            }
            at = end_of(bytes, end, |byte| !byte.is_ascii_whitespace());
            if bytes.get(at) != Some(&b'=') {
                continue;
            }
            at = end_of(bytes, at + 1, |byte| !byte.is_ascii_whitespace());
            at = match bytes.get(at) {
                Some(quote @ (b'"' | b'\'')) => {
                    let end = end_of(bytes, at + 1, |byte| byte == *quote);
                    if depth > 0 {
                        disarm_part(html, at + 1..end, depth - 1, rename);
                    }
                    (end + 1).min(bytes.len())
                }
                _ => end_of(bytes, at, |byte| byte.is_ascii_whitespace() || byte == b'>'),
            };
        }
    }
}

/// Elements that parsers act on, and what they are called instead.
const ELEMENTS: [(&str, &str); 3] = [
    ("style", "noembed"),
    ("base", "basefont"),
    // Of a video; even there its address is checked against the policy.
    ("track", "param"),
];

/// Place of the first byte from `at` on that fits, or the end.
fn end_of(bytes: &[u8], at: usize, fits: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    rest.iter()
        .position(|byte| fits(*byte))
        .map_or(bytes.len(), |found| at + found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, expected: &str) {
        let mut out = String::new();
        disarm(html, &mut out);
        assert_eq!(out, expected);
    }

    #[test]
    fn acting_names_go() {
        check(
            "<p style=\"a\" onclick='b' class=c>",
            "<p data-style=\"a\" data-on='b' class=c>",
        );
        check("<p\nSTYLE = a/b OnLoad>x", "<p\ndata-style = a/b data-on>x");
        check("<img/onerror=x/style=y>", "<img/data-on=x/style=y>");
        check(
            "<style>p{}</style><BASE href=x>",
            "<noembed>p{}</noembed><basefont href=x>",
        );
    }

    #[test]
    fn raw_text_hides_nothing() {
        check(
            "<xmp><p title=\"</xmp><img src=x onerror=y>\" onclick=z>",
            "<xmp><p title=\"</xmp><img src=x data-on=y>\" data-on=z>",
        );
        check(
            "<style><p id='</style><img alt=\"<i onload=x>\" onerror=y>'>",
            "<noembed><p id='</noembed><img alt=\"<i data-on=x>\" data-on=y>'>",
        );
        check("<p title='<p onclick=\">", "<p title='<p data-on=\">");
    }

    #[test]
    fn signs_are_no_tags() {
        check("<p>0<p<1)的<b>c</b>", "<p>0&lt;p<1)的<b>c</b>");
        check("a<b</p>", "a&lt;b</p>");
        check("</p<b>", "&lt;/p<b>");
    }

    /// However deep quotes are nested, the work stays in proportion.
    #[test]
    fn the_depth_is_bounded() {
        let html = "<a b='<a b=\"".repeat(20_000);
        check(&html, &html);
    }

    #[test]
    fn all_else_stays() {
        for html in [
            "a < b onclick=c style=d",
            "<p title=\"style=x onclick=y\" alt='>' data-on-x=1>style=\"z\"</p>",
            "<p title='é\u{3000}style=x'>武汉</p>",
            "<",
            "</",
            "<a",
            "<a b",
            "<a b=",
            "<a b='",
            "<a =style>",
            "<!-- <p> -->",
        ] {
            check(html, html);
        }
    }
}
