//! The matches that a reader came for, as ranges of the post: `reader.js` marks them and goes through them.
//!
//! Nothing is put into the post: ranges are handed to the browser (the Custom Highlight API), and the
//! document stays what it was for the browser's own search and for copying.

use shelfmark_search::{Query, mark};
use web_sys::{Document, Element, Node};

/// Elements that begin a run of text of their own.
const BLOCKS: &str =
    "p,li,h1,h2,h3,h4,h5,h6,td,th,dt,dd,pre,blockquote,figcaption,summary,caption,div";
/// Most matches that are marked.
const MOST: u32 = 5_000;

/// A text of the body: where it begins in all of them, in UTF-16 units.
struct Run {
    node: Node,
    start: u32,
}

fn collect(node: &Node, out: &mut Vec<Node>) {
    let mut child = node.first_child();
    while let Some(node) = child {
        if node.node_type() == Node::TEXT_NODE {
            out.push(node.clone());
        } else {
            collect(&node, out);
        }
        child = node.next_sibling();
    }
}

/// Where a place of the whole text is: the text that holds it, and how far inside. The end of a range
/// belongs to the text before it.
fn place(runs: &[Run], at: u32, end: bool) -> Option<(&Node, u32)> {
    let after = runs.partition_point(|run| run.start < at || (!end && run.start == at));
    let run = runs.get(after.checked_sub(1)?)?;
    Some((&run.node, at - run.start))
}

/// Ranges of what `query` matches in a body.
pub(super) fn find(document: &Document, body: &Element, query: &Query) -> js_sys::Array {
    let mut nodes = Vec::new();
    collect(body, &mut nodes);
    let mut text = String::new();
    let mut runs = Vec::with_capacity(nodes.len());
    let (mut at, mut block) = (0, None);
    for node in nodes {
        let own = node.parent_element();
        let own = own.and_then(|parent| parent.closest(BLOCKS).ok().flatten());
        if own != block {
            text.push('\n');
            at += 1;
            block = own;
        }
        let value = node.node_value().unwrap_or_default();
        runs.push(Run { node, start: at });
        at += value.encode_utf16().count() as u32;
        text.push_str(&value);
    }
    let ranges = js_sys::Array::new();
    let mut at = 0;
    for piece in mark(&text, query) {
        let start = at;
        at += piece.text.encode_utf16().count() as u32;
        if !piece.mark || ranges.length() == MOST {
            continue;
        }
        if let (Some(from), Some(to)) = (place(&runs, start, false), place(&runs, at, true))
            && let Ok(range) = document.create_range()
            && range.set_start(from.0, from.1).is_ok()
            && range.set_end(to.0, to.1).is_ok()
        {
            ranges.push(&range);
        }
    }
    ranges
}
