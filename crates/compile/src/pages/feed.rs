//! An Atom feed (RFC 4287) of the newest posts.
//!
//! It knows no clock, and often not where it stands: ids are URNs made of slugs, links are relative
//! to the feed. Posts are in it as the pages show them, so that nothing loads by itself.

use sha2::{Digest as _, Sha256};

use super::html::Site;
use super::post::Article;

/// Posts in the feed.
pub(super) const POSTS: u32 = 50;

/// Bytes of HTML up to which a post is in the feed as a whole; of a longer one, its beginning.
const WHOLE: usize = 24 << 10;

/// When there is no date at all; the format wants one.
const NEVER: &str = "1970-01-01T00:00:00Z";

/// What the feed holds of a post.
#[derive(Debug)]
pub(super) struct Entry {
    slug: String,
    title: String,
    lang: Option<String>,
    updated: String,
    authors: Vec<String>,
    original: Option<String>,
    href: String,
    summary: String,
    content: Option<String>,
}

impl Entry {
    /// The entry of a post; only those with a date have one.
    pub(super) fn of(article: &Article) -> Option<Self> {
        let date = article.row.date.as_deref()?;
        let updated = if date.contains('T') {
            date.to_owned()
        } else {
            format!("{date}T00:00:00Z")
        };
        Some(Self {
            slug: article.slug.clone(),
            title: article.row.title.clone(),
            lang: article.row.lang.clone(),
            updated,
            authors: article.authors.clone(),
            original: article.original.clone(),
            href: format!("pages/{}", article.row.href),
            summary: article.summary.clone(),
            content: (article.body.len() <= WHOLE).then(|| article.body.clone()),
        })
    }
}

impl Site {
    /// The feed of some posts, oldest first.
    pub(super) fn feed(&self, entries: &[Entry]) -> String {
        let base = self.url.as_deref().unwrap_or_default();
        let id = match &self.url {
            Some(url) => url.clone(),
            None => urn(&["feed", &self.title]),
        };
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
        out.push_str("<feed xmlns=\"http://www.w3.org/2005/Atom\"");
        if !self.language.is_empty() {
            push_value(&mut out, "xml:lang", &self.language);
        }
        out.push_str(">\n");
        push(&mut out, "id", &[], &id);
        push(&mut out, "title", &[], &self.title);
        if !self.description.is_empty() {
            push(&mut out, "subtitle", &[], &self.description);
        }
        let updated = entries.iter().map(|entry| entry.updated.as_str()).max();
        push(&mut out, "updated", &[], updated.unwrap_or(NEVER));
        push_link(
            &mut out,
            "alternate",
            "text/html",
            &format!("{base}pages/index.html"),
        );
        if self.url.is_some() {
            push_link(
                &mut out,
                "self",
                "application/atom+xml",
                &format!("{base}feed.xml"),
            );
        }
        // Stands for every post that names nobody.
        push_author(&mut out, &self.title);
        for entry in entries.iter().rev() {
            out.push_str("<entry");
            if let Some(lang) = &entry.lang {
                push_value(&mut out, "xml:lang", lang);
            }
            out.push_str(">\n");
            push(&mut out, "id", &[], &urn(&["post", &id, &entry.slug]));
            push(&mut out, "title", &[], &entry.title);
            push(&mut out, "updated", &[], &entry.updated);
            push(&mut out, "published", &[], &entry.updated);
            for author in &entry.authors {
                push_author(&mut out, author);
            }
            let href = format!("{base}{}", entry.href);
            push_link(&mut out, "alternate", "text/html", &href);
            if let Some(original) = &entry.original {
                push_link(&mut out, "via", "text/html", original);
            }
            match &entry.content {
                Some(content) => {
                    // Links within the post lead into its page.
                    let attributes = [("type", "html"), ("xml:base", href.as_str())];
                    push(&mut out, "content", &attributes, content);
                }
                None => push(&mut out, "summary", &[], &entry.summary),
            }
            out.push_str("</entry>\n");
        }
        out.push_str("</feed>\n");
        out
    }
}

fn push_author(out: &mut String, name: &str) {
    out.push_str("<author>");
    push(out, "name", &[], name);
    out.push_str("</author>\n");
}

fn push_link(out: &mut String, relation: &str, kind: &str, href: &str) {
    out.push_str("<link");
    push_value(out, "rel", relation);
    push_value(out, "type", kind);
    push_value(out, "href", href);
    out.push_str("/>\n");
}

fn push(out: &mut String, name: &str, attributes: &[(&str, &str)], text: &str) {
    out.push('<');
    out.push_str(name);
    for (name, value) in attributes {
        push_value(out, name, value);
    }
    out.push('>');
    push_characters(out, text);
    out.push_str("</");
    out.push_str(name);
    out.push_str(">\n");
}

fn push_value(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    push_characters(out, value);
    out.push('"');
}

/// Escapes for XML 1.0, which has no place for most control characters.
fn push_characters(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => out.push(character),
            '\r' => out.push_str("&#13;"),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
}

/// A URN that stands for these parts: a UUID of version 8 (RFC 9562, 5.8) made of their hash.
fn urn(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let mut bytes = hash.finalize();
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut urn = String::from("urn:uuid:");
    for (place, byte) in bytes.iter().take(16).enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            urn.push('-');
        }
        urn.push_str(&format!("{byte:02x}"));
    }
    urn
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_uuids_of_their_parts() {
        let one = urn(&["post", "a"]);
        assert_eq!(one.len(), "urn:uuid:".len() + 36);
        assert_eq!(&one[23..24], "8");
        assert_eq!(one, urn(&["post", "a"]));
        assert_ne!(urn(&["post", "a"]), urn(&["posta"]));
    }

    #[test]
    fn characters_that_xml_has_not_are_replaced() {
        let mut out = String::new();
        push_characters(&mut out, "a\u{8}<b>&\"\u{ffff}😀\n");
        assert_eq!(out, "a\u{fffd}&lt;b&gt;&amp;&quot;\u{fffd}😀\n");
    }
}
