//! Bodies as readers will see them: the native side of `shelfmark_markdown::clean`.
//!
//! The browser parses with its own parser and builds nodes; here `html5ever` parses and the same
//! walk collects the visible text. Nothing is serialised.

use html5ever::tendril::TendrilSink;
use html5ever::tree_builder::TreeBuilderOpts;
use html5ever::{LocalName, ParseOpts, ns, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use shelfmark_markdown::{Context, Sink, Tree, View, VisibleText, clean, to_document};

/// The visible text of a Markdown body, white space collapsed, blocks on lines of their own.
///
/// `source` is the address of the original: a leading heading that links to it repeats the title
/// and is not part of the text.
#[must_use]
pub fn visible_text(markdown: &str, source: Option<&str>) -> String {
    let mut text = VisibleText::new();
    render(markdown, source, &mut text);
    text.finish()
}

/// Renders a Markdown body into any sink.
pub fn render<S: Sink>(markdown: &str, source: Option<&str>, sink: &mut S) {
    let options = ParseOpts {
        // As in the browser's inert documents: `noscript` holds elements.
        tree_builder: TreeBuilderOpts {
            scripting_enabled: false,
            ..TreeBuilderOpts::default()
        },
        ..ParseOpts::default()
    };
    let dom = parse_document(RcDom::default(), options).one(to_document(markdown));
    if let Some(node) = body(&dom) {
        let root = Place {
            node,
            parent: None,
            index: 0,
        };
        clean(&Parsed, &root, Context { source }, sink);
    }
}

fn body(dom: &RcDom) -> Option<Handle> {
    let named = |node: &Handle, wanted: &str| {
        let children = node.children.borrow();
        let found = children.iter().find(
            |child| matches!(&child.data, NodeData::Element { name, .. } if &*name.local == wanted),
        );
        found.cloned()
    };
    named(&named(&dom.document, "html")?, "body")
}

/// A tree made by `html5ever`.
struct Parsed;

/// A node and its place among its siblings.
#[derive(Clone)]
struct Place {
    node: Handle,
    parent: Option<Handle>,
    index: usize,
}

impl Place {
    fn child(parent: &Handle, index: usize) -> Option<Self> {
        let node = parent.children.borrow().get(index)?.clone();
        Some(Self {
            node,
            parent: Some(parent.clone()),
            index,
        })
    }
}

impl Tree for Parsed {
    type Node = Place;

    fn view(&self, place: &Place) -> View {
        match &place.node.data {
            NodeData::Element { name, .. } if name.ns == ns!(html) => {
                View::Element(name.local.to_string())
            }
            NodeData::Element { .. } => View::Foreign,
            NodeData::Text { contents } => View::Text(contents.borrow().to_string()),
            _ => View::Other,
        }
    }

    fn first_child(&self, place: &Place) -> Option<Place> {
        Place::child(&place.node, 0)
    }

    fn next_sibling(&self, place: &Place) -> Option<Place> {
        Place::child(place.parent.as_ref()?, place.index + 1)
    }

    fn attribute(&self, place: &Place, name: &str) -> Option<String> {
        let NodeData::Element { attrs, .. } = &place.node.data else {
            return None;
        };
        let attrs = attrs.borrow();
        let found = attrs
            .iter()
            .find(|attr| attr.name.ns == ns!() && attr.name.local == LocalName::from(name))?;
        Some(found.value.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(markdown: &str, source: Option<&str>, expected: &str) {
        assert_eq!(visible_text(markdown, source), expected);
    }

    #[test]
    fn collapses_white_space_and_separates_blocks() {
        check("a  b\nc\n\n* d\n* e\n", None, "a b c\nd\ne");
        check(
            "<p>\u{3000}\u{3000}一&nbsp;二</p><p></p><div>三<b>四</b>五</div>",
            None,
            "一 二\n三四五",
        );
    }

    #[test]
    fn leaves_out_what_readers_do_not_see() {
        check(
            "<script>x</script><style>y</style><!-- z --><noscript>n</noscript>a",
            None,
            "a",
        );
        check(
            "<a href='x' title='t'>b</a><img alt='c' src='https://a.example/i.png'>d",
            None,
            "b\nd",
        );
    }

    #[test]
    fn the_title_heading_is_known_by_its_target() {
        let post = "<!--1-->\n[A title](https://a.example/%E4%B8%AD)\n------\n\n<div>body</div>";
        check(post, Some("https://a.example/中"), "body");
        check(post, Some("https://a.example/other"), "A title\nbody");
        check(post, None, "A title\nbody");
        check(
            "## [t](https://a.example/) and more\n\nbody",
            Some("https://a.example/"),
            "t and more\nbody",
        );
    }

    #[test]
    fn ruby_keeps_its_word_together() {
        check(
            "<ruby>漢<rp>(</rp><rt>かん</rt>字<rt>じ</rt></ruby>を",
            None,
            "漢字 かんじ を",
        );
    }

    #[test]
    fn a_frameset_does_not_take_the_post_away() {
        check(
            "<frameset><frame src='javascript:x'></frameset>text",
            None,
            "text",
        );
    }

    #[test]
    fn deep_nesting_is_no_danger() {
        let post = format!("{}text{}", "<div>".repeat(3_000), "</div>".repeat(3_000));
        check(&post, None, "text");
    }
}
