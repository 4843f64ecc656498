//! Markdown to HTML, with the options chosen in one place.

use pulldown_cmark::{Options, Parser, html};

use crate::disarm::disarm;
use crate::finish::finish;
use crate::marks::without_marks;
use crate::prepare::prepare;

/// What stands before a post's HTML when it is parsed as a document.
///
/// The `hr` is not part of the post: it makes the parser refuse a `frameset` that would replace
/// the body (HTML standard, 13.2.6.4.7, "frameset-ok flag"). Walks skip the body's first child.
pub const PREFIX: &str = "<!doctype html><body><hr>";

/// Renders a Markdown body to a whole HTML document for an inert parser; see [`PREFIX`]. It is
/// *not* safe: what is shown of it is decided by [`crate::clean()`].
#[must_use]
pub fn to_document(markdown: &str) -> String {
    let html = to_html(markdown);
    let mut out = String::with_capacity(PREFIX.len() + html.len() + 64);
    out.push_str(PREFIX);
    disarm(&html, &mut out);
    out
}

fn to_html(markdown: &str) -> String {
    let source = without_marks(markdown);
    let post = prepare(&source);
    let mut out = String::with_capacity(markdown.len() + markdown.len() / 4);
    html::push_html(&mut out, Parser::new_ext(&post.text, options()));
    finish(&out, &post)
}

/// Tables, footnotes, strikethrough, task lists and definition lists; no "smart" punctuation: an
/// archive shows what was written.
fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_DEFINITION_LIST
}

#[cfg(test)]
mod tests;
