//! Building nodes: names, attributes and text, never HTML.

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

    /// An element with attributes.
    pub(super) fn element(&self, name: &str, attributes: &[(&str, &str)]) -> Element {
        // Fails for impossible names only, and ours are constants or from the allow-list.
        let element = self.document.create_element(name).unwrap_throw();
        for (name, value) in attributes {
            let _ = element.set_attribute(name, value);
        }
        element
    }

    /// An element that holds a text.
    pub(super) fn text(&self, name: &str, attributes: &[(&str, &str)], text: &str) -> Element {
        let element = self.element(name, attributes);
        element.set_text_content(Some(text));
        element
    }

    /// An element that holds others.
    pub(super) fn with(
        &self,
        name: &str,
        attributes: &[(&str, &str)],
        children: &[&Node],
    ) -> Element {
        let element = self.element(name, attributes);
        for child in children {
            append(&element, child);
        }
        element
    }

    /// A button.
    pub(super) fn button(&self, attributes: &[(&str, &str)], text: &str) -> Element {
        let button = self.text("button", attributes, text);
        let _ = button.set_attribute("type", "button");
        button
    }

    /// A bare text.
    pub(super) fn characters(&self, text: &str) -> Node {
        self.document.create_text_node(text).into()
    }
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
