//! An HTML parser for where there is no browser: for the compiler, and for workers and Node, which have
//! no `DOMParser`.
//!
//! For the latter it is a module of its own (`parser/shelfmark_parser_bg.wasm`), loaded by the JavaScript
//! library where it is needed and by no page. Like a browser's it follows the HTML standard: the
//! sanitising walk meets the same tree everywhere, so a program in a worker finds and reads what people
//! see. `www/parser.js` builds that tree from the text that [`parse`] gives.

use html5ever::tendril::TendrilSink;
use html5ever::tree_builder::TreeBuilderOpts;
use html5ever::{ParseOpts, ns, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use serde_json::{Value, json};

/// `Node.ELEMENT_NODE`, `Node.TEXT_NODE` and `Node.COMMENT_NODE`.
const ELEMENT: u8 = 1;
const TEXT: u8 = 3;
const OTHER: u8 = 8;

/// Parses a document inertly and gives its body as JSON: an array of nodes in document order, each
/// `[depth, kind, name or text, namespace, attributes]`. A list, as trees nest deeper than readers
/// of JSON go.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen::prelude::wasm_bindgen)]
#[must_use]
pub fn parse(html: &str) -> String {
    let dom = document(html);
    let mut nodes = Vec::new();
    if let Some(body) = body(&dom) {
        let mut waiting = vec![(0, body)];
        while let Some((depth, node)) = waiting.pop() {
            nodes.push(told(depth, &node));
            let children = node.children.borrow();
            waiting.extend(
                children
                    .iter()
                    .rev()
                    .map(|child| (depth + 1, child.clone())),
            );
        }
    }
    Value::from(nodes).to_string()
}

/// Parses a document as browsers parse inert ones.
#[must_use]
pub fn document(html: &str) -> RcDom {
    let options = ParseOpts {
        // Where scripts never run, `noscript` holds elements.
        tree_builder: TreeBuilderOpts {
            scripting_enabled: false,
            ..TreeBuilderOpts::default()
        },
        ..ParseOpts::default()
    };
    parse_document(RcDom::default(), options).one(html)
}

/// The body of a document.
#[must_use]
pub fn body(dom: &RcDom) -> Option<Handle> {
    named(&named(&dom.document, "html")?, "body")
}

fn named(node: &Handle, wanted: &str) -> Option<Handle> {
    let children = node.children.borrow();
    let found = children.iter().find(
        |child| matches!(&child.data, NodeData::Element { name, .. } if &*name.local == wanted),
    );
    found.cloned()
}

fn told(depth: u32, node: &Handle) -> Value {
    match &node.data {
        NodeData::Element { name, attrs, .. } => {
            let attrs = attrs.borrow();
            let plain = attrs.iter().filter(|attr| attr.name.ns == ns!());
            let attributes: Vec<_> = plain
                .map(|attr| json!([&*attr.name.local, &*attr.value]))
                .collect();
            json!([depth, ELEMENT, &*name.local, &*name.ns, attributes])
        }
        NodeData::Text { contents } => json!([depth, TEXT, &**contents.borrow()]),
        _ => json!([depth, OTHER]),
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn the_body_is_told_in_document_order() {
        let xhtml = "http://www.w3.org/1999/xhtml";
        let told = parse("<!doctype html><body><p id=a title='&amp;'>x<b>y</b><!--c--></p>z");
        let expected = serde_json::json!([
            [0, 1, "body", xhtml, []],
            [1, 1, "p", xhtml, [["id", "a"], ["title", "&"]]],
            [2, 3, "x"],
            [2, 1, "b", xhtml, []],
            [3, 3, "y"],
            [2, 8],
            [1, 3, "z"],
        ]);
        assert_eq!(told, expected.to_string());
    }

    #[test]
    fn deep_trees_are_told_without_recursion() {
        // The parser's own work grows with the square of the depth; a small stack shows as much as a
        // deeper tree would.
        let parsing = std::thread::Builder::new().stack_size(256 << 10);
        let told = parsing.spawn(|| parse(&"<div>".repeat(10_000)));
        let told = told.expect("a thread").join().expect("a tree");
        assert!(told.contains("[10000,1,\"div\""));
    }

    #[test]
    fn foreign_elements_keep_their_namespace() {
        let told = parse("<svg><a xlink:href=x href=y></a></svg>");
        assert!(told.contains("[2,1,\"a\",\"http://www.w3.org/2000/svg\",[[\"href\",\"y\"]]]"));
    }
}
