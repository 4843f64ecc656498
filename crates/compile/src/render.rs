//! Bodies as readers will see them: the native side of `shelfmark_markdown::clean`.
//!
//! The browser parses with its own parser and builds nodes; here `html5ever` parses and the same
//! walk collects the visible text, or builds a plain page (`pages/body.rs`).

use core::fmt;

use html5ever::ns;
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use shelfmark_markdown::{
    Context, Notes, Sink, Tree, View, VisibleText, clean, dialect, to_document,
};

/// The visible text of a Markdown body, white space collapsed, blocks on lines of their own.
///
/// `title` is the post's and `source` the address of the original: a leading heading that says the same
/// or links there repeats the title and is not part of the text.
#[must_use]
pub fn visible_text(markdown: &str, title: &str, source: Option<&str>) -> String {
    let mut text = VisibleText::new();
    render(markdown, title, source, &mut text);
    text.finish()
}

/// Renders a Markdown body into any sink.
pub fn render<S: Sink>(markdown: &str, title: &str, source: Option<&str>, sink: &mut S) {
    let context = Context {
        title,
        source,
        known: None,
    };
    Document::parse(markdown).walk(context, sink);
}

/// A Markdown body, parsed: for several walks, as parsing costs more than they do.
pub struct Document {
    dom: RcDom,
    html: Option<String>,
}

impl Document {
    /// Parses a Markdown body.
    #[must_use]
    pub fn parse(markdown: &str) -> Self {
        let html = dialect::to_html(markdown);
        Self {
            dom: shelfmark_parser::document(&to_document(&html)),
            html: (!dialect::is_common(&html, markdown)).then_some(html),
        }
    }

    /// Its HTML, when it is not what CommonMark makes of it.
    #[must_use]
    pub fn html(&self) -> Option<&str> {
        self.html.as_deref()
    }

    /// Walks what may be shown of it.
    pub fn walk(&self, context: Context<'_>, sink: &mut dyn Sink) -> Notes {
        let Some(node) = shelfmark_parser::body(&self.dom) else {
            return Notes::default();
        };
        let root = Place {
            node,
            parent: None,
            index: 0,
        };
        clean(&Parsed, &root, context, sink)
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Document")
    }
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
            NodeData::Element { name, .. } => View::Foreign(name.local.to_string()),
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
            .find(|attr| attr.name.ns == ns!() && *attr.name.local == *name)?;
        Some(found.value.to_string())
    }
}

#[cfg(test)]
mod judge;
#[cfg(test)]
mod shapes;
#[cfg(test)]
mod tests;
