//! HTML for the walk: by CommonMark's rules, with the options chosen in one place.

use pulldown_cmark::{Options, Parser, html};

use crate::disarm::disarm;

/// What stands before a post's HTML when it is parsed as a document.
///
/// The `hr` is not part of the post: it makes the parser refuse a `frameset` that would replace
/// the body (HTML standard, 13.2.6.4.7, "frameset-ok flag"). Walks skip the body's first child.
pub const PREFIX: &str = "<!doctype html><body><hr>";

/// Makes a body's HTML a whole document for an inert parser; see [`PREFIX`]. It is *not* safe:
/// what is shown of it is decided by [`crate::clean()`].
#[must_use]
pub fn to_document(html: &str) -> String {
    let mut out = String::with_capacity(PREFIX.len() + html.len() + 64);
    out.push_str(PREFIX);
    disarm(html, &mut out);
    out
}

/// Renders a Markdown body by the rules of CommonMark, which is what viewers do.
#[must_use]
pub fn common_html(markdown: &str) -> String {
    render(markdown, options())
}

pub(crate) fn render(markdown: &str, options: Options) -> String {
    let mut out = String::with_capacity(markdown.len() + markdown.len() / 4);
    html::push_html(&mut out, Parser::new_ext(markdown, options));
    out
}

/// Tables, footnotes, strikethrough and task lists; no "smart" punctuation: an archive shows what
/// was written.
pub(crate) fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renders_the_chosen_extensions_and_no_others() {
        let html = common_html("| a |\n|---|\n| ~~b~~ |\n\n- [x] c[^1]\n\n[^1]: d -- \"e\"...\n");
        assert!(html.contains("<td><del>b</del></td>"), "{html}");
        assert!(html.contains("type=\"checkbox\" checked"), "{html}");
        assert!(html.contains("footnote-definition"), "{html}");
        assert!(
            html.contains("d -- &quot;e&quot;...") || html.contains("d -- \"e\"..."),
            "{html}"
        );
    }

    #[test]
    fn raw_html_passes_through_to_the_sanitiser() {
        assert_eq!(
            common_html("<div>\n<p>x</p>\n</div>\n"),
            "<div>\n<p>x</p>\n</div>\n"
        );
    }
}
