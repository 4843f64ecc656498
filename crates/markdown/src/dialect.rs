//! Posts as their authors meant them, who wrote for kramdown, Jekyll or Hugo as well.
//!
//! None of this is in the browser's module: the compiler renders posts this way, and where the
//! outcome is not what CommonMark makes of them, it travels with the post.

use pulldown_cmark::Options;

use crate::finish::finish;
use crate::html::{common_html, options, render};
use crate::marks::without_marks;
use crate::prepare::prepare;

/// Renders a Markdown body to HTML.
#[must_use]
pub fn to_html(markdown: &str) -> String {
    let source = without_marks(markdown);
    let post = prepare(&source);
    let options = options() | Options::ENABLE_DEFINITION_LIST;
    finish(&render(&post.text, options), &post)
}

/// Whether `html`, made of a Markdown body by [`to_html`], shows what [`common_html`] shows.
#[must_use]
pub fn is_common(html: &str, markdown: &str) -> bool {
    let common = common_html(markdown);
    // Blank lines between blocks are all that most posts differ in.
    html == common || (!html.contains("<pre") && lines(html).eq(lines(&common)))
}

fn lines(html: &str) -> impl Iterator<Item = &str> {
    html.split('\n').filter(|line| !line.is_empty())
}

#[cfg(test)]
mod tests;
