//! HTML as text: escaping, and the frame that every page has.

use core::fmt::Write as _;

use shelfmark_markdown::markup::escape;
pub(super) use shelfmark_markdown::markup::{push_attribute, push_text};

use super::texts::Texts;

/// What pages may load: their own style sheet and icon, and pictures that they hold themselves.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'";

/// Characters as element content or in any quotes.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::new();
    escape(&mut out, text, |byte| {
        matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'' | 0)
    });
    out
}

/// Appends an element that holds characters; `attributes` may be empty.
pub(super) fn push_element(out: &mut String, name: &str, attributes: &[(&str, &str)], text: &str) {
    out.push('<');
    out.push_str(name);
    for (name, value) in attributes {
        push_attribute(out, name, value);
    }
    out.push('>');
    push_text(out, text);
    let _ = write!(out, "</{name}>");
}

/// The beginning of a text, cut at a character when it is longer than `most` characters.
pub(super) fn beginning(text: &str, most: usize) -> String {
    let mut line = String::new();
    for (count, character) in text.chars().enumerate() {
        if count == most {
            line.push('…');
            break;
        }
        let space = character.is_whitespace() || character.is_control();
        line.push(if space { ' ' } else { character });
    }
    line
}

/// What the whole archive has in common.
#[derive(Debug)]
pub(crate) struct Site {
    /// Title of the archive.
    pub(super) title: String,
    /// One paragraph about it; may be empty.
    pub(super) description: String,
    /// Language of both; may be empty.
    pub(super) language: String,
    /// Where it will stand, with a `/` at the end, when that is known.
    pub(super) url: Option<String>,
    pub(super) texts: Texts,
}

/// A page without its content.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head<'a> {
    /// Path within the site, e.g. `pages/posts/x.html`.
    pub(super) path: &'a str,
    /// Its title; nothing for the archive's own page.
    pub(super) title: Option<&'a str>,
    pub(super) description: &'a str,
    /// Address of the original, when the page holds just that.
    pub(super) original: Option<&'a str>,
}

impl Site {
    /// Puts a page around its content.
    pub(super) fn page(&self, head: Head<'_>, content: &str) -> String {
        let texts = &self.texts;
        // To the folder of pages, and out of it.
        let pages = "../".repeat(head.path.matches('/').count().saturating_sub(1));
        let mut out = String::with_capacity(content.len() + 2048);
        out.push_str("<!doctype html>\n<html");
        push_attribute(&mut out, "lang", texts.language);
        out.push_str(">\n<head>\n<meta charset=\"utf-8\">\n");
        let mut meta = |kind: &str, name: &str, content: &str| {
            out.push_str("<meta");
            push_attribute(&mut out, kind, name);
            push_attribute(&mut out, "content", content);
            out.push_str(">\n");
        };
        meta("http-equiv", "Content-Security-Policy", POLICY);
        meta("name", "referrer", "no-referrer");
        meta("name", "viewport", "width=device-width, initial-scale=1");
        meta("name", "color-scheme", "light dark");
        if !head.description.is_empty() {
            meta("name", "description", head.description);
        }
        let title = match head.title {
            Some(title) => format!("{title} · {}", self.title),
            None => self.title.clone(),
        };
        push_element(&mut out, "title", &[], &title);
        out.push('\n');
        let mut link = |attributes: &[(&str, &str)]| {
            out.push_str("<link");
            for (name, value) in attributes {
                push_attribute(&mut out, name, value);
            }
            out.push_str(">\n");
        };
        let own = self.url.as_ref().map(|url| format!("{url}{}", head.path));
        if let Some(canonical) = head.original.or(own.as_deref()) {
            link(&[("rel", "canonical"), ("href", canonical)]);
        }
        let style = format!("{pages}pages.css");
        link(&[("rel", "stylesheet"), ("href", &style)]);
        let icon = format!("{pages}../icon.svg");
        link(&[("rel", "icon"), ("href", &icon), ("type", "image/svg+xml")]);
        let feed = format!("{pages}../feed.xml");
        link(&[
            ("rel", "alternate"),
            ("type", "application/atom+xml"),
            ("href", &feed),
            ("title", texts.get("feed")),
        ]);
        out.push_str("</head>\n<body>\n");
        let skip = [("class", "skip"), ("href", "#Main")];
        push_element(&mut out, "a", &skip, texts.get("skip"));
        self.bar(&mut out, &pages);
        // In capitals, as no name of a post is: nothing can take its place.
        out.push_str("<main id=\"Main\">\n");
        out.push_str(content);
        out.push_str("</main>\n<footer>\n");
        push_element(&mut out, "p", &[], texts.get("plain.note"));
        out.push_str("\n<p>");
        push_element(&mut out, "a", &[("href", &feed)], texts.get("feed"));
        out.push_str("</p>\n</footer>\n</body>\n</html>\n");
        out
    }

    /// Whose archive this is, and the ways into it.
    fn bar(&self, out: &mut String, pages: &str) {
        let texts = &self.texts;
        out.push_str("\n<header class=\"bar\">\n");
        let home = format!("{pages}index.html");
        let mut brand = vec![("class", "brand"), ("href", home.as_str()), ("dir", "auto")];
        if !self.language.is_empty() {
            brand.push(("lang", &self.language));
        }
        push_element(out, "a", &brand, &self.title);
        out.push_str("\n<nav");
        push_attribute(out, "aria-label", texts.get("sections"));
        out.push('>');
        let tags = format!("{pages}tags/index.html");
        push_element(out, "a", &[("href", &tags)], texts.get("tags"));
        out.push(' ');
        let viewer = format!("{pages}../index.html");
        push_element(out, "a", &[("href", &viewer)], texts.get("viewer"));
        out.push_str("</nav>\n</header>\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_a_meaning_is_escaped() {
        let mut out = String::new();
        push_element(&mut out, "a", &[("title", "\"&<>'\0")], "\"&<>'\0");
        let text = "\"&amp;&lt;&gt;'\u{fffd}";
        let value = "&quot;&amp;&lt;&gt;'\u{fffd}";
        assert_eq!(out, format!("<a title=\"{value}\">{text}</a>"));
    }

    #[test]
    fn beginnings_are_one_line() {
        assert_eq!(beginning("a\nb", 3), "a b");
        assert_eq!(beginning("中文字幕", 2), "中文…");
    }
}
