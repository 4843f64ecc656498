//! Tags (Jekyll, Hexo) and shortcodes (Hugo, Zola): those that name other posts and files, and
//! those that set a part of the text apart.
//!
//! Only these: players, pictures and what else a tag means by itself is told when the post is
//! rendered, from the post alone. What is not understood stays as it stands.

use std::collections::HashMap;

use super::{Around, address, escaped, fenced};
use crate::dialect::Dialect;
use read::Tag;

mod hexo;
mod read;
mod shortcodes;

/// What is shown of a tag.
enum Shown {
    /// In its place.
    One(String),
    /// In its place, and in that of the tag that closes it.
    Pair(String, String),
    /// In place of all from it to the end of the tag that closes it.
    Whole(String),
}

/// A tag and where it stands.
struct Place<'a> {
    tag: &'a Tag<'a>,
    /// The tag as it is written.
    source: &'a str,
    /// What stands before it in its line.
    before: String,
    /// What it encloses, if it is closed.
    inner: Option<&'a str>,
}

/// Translates the tags of a body.
pub(super) fn markdown(body: &str, around: &Around<'_>) -> String {
    let dialect = around.post.dialect;
    let tags = read::all(body, dialect);
    let mut out = String::with_capacity(body.len() + 64);
    let mut copied = 0;
    // What is shown in place of ends.
    let mut ends: HashMap<usize, String> = HashMap::new();
    for (index, tag) in tags.iter().enumerate() {
        if tag.at < copied {
            continue;
        }
        out.push_str(&body[copied..tag.at]);
        copied = tag.at;
        let end = tag.pair.map(|pair| &tags[pair]);
        let shown = if tag.is_end() {
            ends.remove(&index).map(Shown::One)
        } else {
            let place = Place {
                tag,
                source: &body[tag.at..tag.end],
                before: line_before(&out).to_owned(),
                inner: end.map(|end| &body[tag.end..end.at]),
            };
            match dialect {
                Dialect::Hugo | Dialect::Zola => shortcodes::shown(&place, around),
                Dialect::Hexo => hexo::shown(&place, around),
                _ => jekyll(tag, around),
            }
        };
        let Some(shown) = shown else { continue };
        copied = tag.end;
        match shown {
            Shown::One(shown) => out.push_str(&shown),
            Shown::Pair(shown, closing) => {
                out.push_str(&shown);
                ends.extend(tag.pair.map(|pair| (pair, closing)));
            }
            Shown::Whole(shown) => {
                out.push_str(&shown);
                copied = end.map_or(tag.end, |end| end.end);
            }
        }
    }
    out.push_str(&body[copied..]);
    out
}

/// What stands before in its line; of a long line only its end, which is not blank.
fn line_before(out: &str) -> &str {
    let start = out.floor_char_boundary(out.len().saturating_sub(200));
    match out[start..].rfind('\n') {
        Some(line) => &out[start + line + 1..],
        None if start == 0 => out,
        None => "…",
    }
}

fn jekyll(tag: &Tag<'_>, around: &Around<'_>) -> Option<Shown> {
    match tag.name {
        "post_url" | "link" => Some(Shown::One(around.address(tag.at, tag.word(0)?))),
        _ => None,
    }
}

impl Place<'_> {
    /// A part of the text that is set apart, with a title and with whom it is by.
    fn quotation(&self, title: &str, by: &str) -> Option<Shown> {
        self.inner?;
        let title = strong(title);
        let by = by.trim();
        if !self.before.trim().is_empty() {
            // Within a line or an item it stays there.
            let by = if by.is_empty() {
                String::new()
            } else {
                format!(" — {by}")
            };
            return Some(Shown::Pair(format!("{title} ").trim_start().to_owned(), by));
        }
        let lead = &self.before;
        let mut shown = String::from("<blockquote markdown=\"1\">\n\n");
        if !title.is_empty() {
            shown.push_str(&format!("{lead}{title}\n\n"));
        }
        shown.push_str(lead);
        let mut end = String::from("\n\n");
        if !by.is_empty() {
            end.push_str(&format!("{lead}— {by}\n\n"));
        }
        end.push_str(&format!("{lead}</blockquote>\n\n"));
        Some(Shown::Pair(shown, end))
    }

    /// A part of the text below a title.
    fn section(&self, title: &str) -> Option<Shown> {
        self.inner?;
        let title = strong(title);
        let shown = if title.is_empty() {
            String::new()
        } else if self.before.trim().is_empty() {
            format!("\n\n{}{title}\n\n{}", self.before, self.before)
        } else {
            format!("{title} ")
        };
        let end = if self.before.trim().is_empty() {
            "\n\n"
        } else {
            ""
        };
        Some(Shown::Pair(shown, end.to_owned()))
    }

    /// The text of a link that leads there.
    fn link(&self, address: &str) -> Option<Shown> {
        let inner = self.inner?.trim();
        let fits = !inner.is_empty() && !inner.contains("\n\n") && !inner.contains("\n\r\n");
        fits.then(|| Shown::Pair("[".to_owned(), format!("]({})", within_brackets(address))))
    }

    /// As it stands, without the end that would be seen behind what becomes of it.
    fn as_it_stands(&self) -> Option<Shown> {
        self.inner?;
        Some(Shown::Pair(self.source.to_owned(), String::new()))
    }

    /// All that it encloses, as code.
    fn code(&self, language: &str) -> Option<Shown> {
        let code = fenced(self.inner?, language);
        Some(Shown::Whole(format!("\n{code}\n")))
    }
}

/// A title as Markdown; it may be Markdown itself.
fn strong(title: &str) -> String {
    match title.trim() {
        "" => String::new(),
        title if title.contains(['*', '\n']) => {
            format!("**{}**", escaped(&title.replace('\n', " ")))
        }
        title => format!("**{title}**"),
    }
}

fn within_brackets(address: &str) -> String {
    let address = address.trim();
    format!("<{}>", address.replace('<', "%3C").replace('>', "%3E"))
}

impl Around<'_> {
    /// The address of the post that is called so; what it is called when there is none.
    fn address(&self, place: usize, name: &str) -> String {
        let page = name.split('#').next().unwrap_or_default();
        if let Some(path) = self.links.path(self.post, page, self.asked) {
            return address(path);
        }
        if let Some(path) = self.others.find(self.post, page, self.asked) {
            return address(path);
        }
        if !page.is_empty() {
            self.lose(place, name, false);
        }
        name.replace([' ', '(', ')', '<', '>'], "-")
    }
}
