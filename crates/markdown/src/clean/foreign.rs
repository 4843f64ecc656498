//! What is left of things that are never built: the text of drawings and formulas, and nothing of
//! share buttons.

use super::{Tree, View, Waiting, Walk};
use crate::policy;

impl<T: Tree> Walk<'_, T> {
    /// Elements of SVG and MathML are never built. Formulas are shown as their source, where they
    /// state it; of all else the text stays.
    pub(super) fn foreign(&mut self, node: &T::Node, name: &str) -> bool {
        match name {
            "math" => {
                let stated = self.tree.attribute(node, "alttext");
                let source = stated.unwrap_or_else(|| self.annotation(node));
                if !source.trim().is_empty() {
                    self.characters(&source);
                    return false;
                }
            }
            // One label of a drawing is no part of the next.
            "text" => self.waiting.push(Waiting::Space(" ".into())),
            _ if policy::FOREIGN_DROPPED.contains(&name) => return false,
            _ => {}
        }
        self.element(node, None);
        true
    }

    /// The TeX that a formula carries along.
    fn annotation(&self, node: &T::Node) -> String {
        let is_tex = |node: &T::Node| {
            self.tree.view(node) == View::Foreign("annotation".into())
                && self
                    .tree
                    .attribute(node, "encoding")
                    .is_some_and(|encoding| encoding.contains("tex"))
        };
        let found = self.find_within(node, &is_tex);
        found.map_or_else(String::new, |found| self.text_within(&found))
    }

    /// The first node inside another, of a few, that fits.
    pub(super) fn find_within(
        &self,
        node: &T::Node,
        fits: &dyn Fn(&T::Node) -> bool,
    ) -> Option<T::Node> {
        /// Nodes that are looked at: enough for a formula, or what stands around a picture.
        const MOST: usize = 500;
        let mut left = vec![self.tree.first_child(node)?];
        for _ in 0..MOST {
            let node = left.pop()?;
            if fits(&node) {
                return Some(node);
            }
            left.extend(self.tree.next_sibling(&node));
            left.extend(self.tree.first_child(&node));
        }
        None
    }

    /// Text of the first nodes inside another.
    pub(super) fn text_within(&self, node: &T::Node) -> String {
        let text = core::cell::RefCell::new(String::new());
        self.find_within(node, &|node| {
            if let View::Text(part) = self.tree.view(node) {
                text.borrow_mut().push_str(&part);
            }
            false
        });
        text.into_inner()
    }

    /// What share buttons left behind.
    pub(super) fn is_remains(&self, node: &T::Node, name: &str) -> bool {
        /// Longest text of a link that only shares.
        const LABEL: usize = 24;
        let class = self.tree.attribute(node, "class").unwrap_or_default();
        if class
            .split_ascii_whitespace()
            .any(|class| policy::REMAINS.contains(&class))
        {
            return true;
        }
        let shares = |address: String| policy::begins_with(&address, policy::SHARERS);
        name == "a"
            && self.tree.attribute(node, "href").is_some_and(shares)
            && self.text_within(node).trim().chars().count() <= LABEL
    }
}
