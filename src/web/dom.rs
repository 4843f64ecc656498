//! Building nodes: names, attributes and text, never HTML.

use super::texts::Texts;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, HtmlElement, Node};

/// Builds nodes of one document.
#[derive(Debug, Clone)]
pub(super) struct Dom {
    document: Document,
}

impl Dom {
    pub(super) fn new(document: Document) -> Self {
        Self { document }
    }

    /// An element: its name and its attributes, e.g. `a;class=tag;data-go`. Told in one text they
    /// take a third of the room in the module that pairs of texts would.
    pub(super) fn element(&self, told: &str) -> Element {
        let mut parts = told.split(';');
        // Fails for impossible names only, and ours are constants or from the allow-list.
        let name = parts.next().unwrap_or_default();
        let mut element = self.document.create_element(name).unwrap_throw();
        for attribute in parts {
            let (name, value) = attribute.split_once('=').unwrap_or((attribute, ""));
            element = element.set(name, value);
        }
        element
    }

    /// An element that holds a text.
    pub(super) fn text(&self, told: &str, text: &str) -> Element {
        let element = self.element(told);
        element.set_text_content(Some(text));
        element
    }

    /// An element that holds one of the interface's texts.
    pub(super) fn word(&self, told: &str, texts: &Texts, key: &str) -> Element {
        self.text(told, &texts.get(key))
    }

    /// A bare text.
    pub(super) fn characters(&self, text: &str) -> Node {
        self.document.create_text_node(text).into()
    }
}

/// What is added to an element while it is built. All is given by value, which keeps it out of
/// memory.
pub(super) trait Build {
    /// Sets an attribute.
    fn set(self, name: &str, value: &str) -> Self;
    /// Adds a child at the end.
    fn with(self, child: impl Into<Node>) -> Self;
}

impl Build for Element {
    #[inline(never)]
    fn set(self, name: &str, value: &str) -> Self {
        let _ = self.set_attribute(name, value);
        self
    }

    fn with(self, child: impl Into<Node>) -> Self {
        holding(self, child.into())
    }
}

#[inline(never)]
fn holding(parent: Element, child: Node) -> Element {
    append(&parent, &child);
    parent
}

/// Adds a node at the end of another.
pub(super) fn append(parent: &Node, child: &Node) {
    let _ = parent.append_child(child);
}

/// Takes all children out.
pub(super) fn clear(parent: &Element) {
    parent.replace_children_with_node(&js_sys::Array::new());
}

/// Focuses an element without scrolling to it.
pub(super) fn focus(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = element.focus_with_options(&options);
    }
}

/// Shows or hides an element.
pub(super) fn set_hidden(element: &Element, hidden: bool) {
    let _ = element.toggle_attribute_with_force("hidden", hidden);
}
