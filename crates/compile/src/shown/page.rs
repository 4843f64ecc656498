//! Pages of HTML: what they say about themselves, and what of them is read.

use html5ever::tendril::TendrilSink as _;
use html5ever::{ParseOpts, QualName, parse_document, serialize};
use markup5ever_rcdom::{Handle, NodeData, RcDom, SerializableHandle};

/// What the head of a page states.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) title: Option<String>,
    pub(crate) date: Option<String>,
    pub(crate) author: Option<String>,
    pub(crate) tags: Option<String>,
    pub(crate) source: Option<String>,
    pub(crate) lang: Option<String>,
}

/// Names of `meta` elements, the surest first.
const DATES: &[&str] = &[
    "article:published_time",
    "datepublished",
    "date",
    "dc.date",
    "dcterms.date",
    "dcterms.created",
    "pubdate",
    "publishdate",
    "og:published_time",
];
const TITLES: &[&str] = &["og:title", "dc.title", "twitter:title"];
const AUTHORS: &[&str] = &["author", "article:author", "dc.creator", "byl"];
const TAGS: &[&str] = &["keywords", "news_keywords", "article:tag"];

fn parse(html: &str) -> RcDom {
    parse_document(RcDom::default(), ParseOpts::default()).one(html)
}

/// Reads what a page states about itself.
pub(crate) fn head(html: &str) -> Head {
    let dom = parse(html);
    let mut found = Head::default();
    let mut metas: Vec<(String, String)> = Vec::new();
    let mut heading = None;
    each(&dom.document, &mut |node, name| {
        let get = |key: &str| attribute(node, key);
        match name {
            "html" => found.lang = get("lang"),
            "title" if found.title.is_none() => found.title = Some(text(node)),
            "h1" if heading.is_none() => heading = Some(text(node)),
            "time" if found.date.is_none() => found.date = get("datetime"),
            "link" if get("rel").as_deref() == Some("canonical") => found.source = get("href"),
            "meta" => {
                let key = get("property")
                    .or_else(|| get("name"))
                    .or_else(|| get("itemprop"));
                if let (Some(key), Some(content)) = (key, get("content")) {
                    metas.push((key.to_ascii_lowercase(), content));
                }
            }
            _ => {}
        }
    });
    let meta = |names: &[&str]| {
        names.iter().find_map(|name| {
            let of_name = metas.iter().filter(|(key, _)| key == name);
            let all: Vec<&str> = of_name
                .map(|(_, content)| content.trim())
                .filter(|c| !c.is_empty())
                .collect();
            (!all.is_empty()).then(|| all.join(","))
        })
    };
    // What is written over the text beats what browsers show in the tab, which names the site too.
    let filled = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    found.title = meta(TITLES).or(filled(heading)).or(filled(found.title));
    found.date = meta(DATES).or(found.date);
    found.author = meta(AUTHORS).filter(|author| !author.contains("://"));
    found.tags = meta(TAGS);
    found
}

/// What of a page is read, as one block of HTML that Markdown leaves alone.
pub(crate) fn markdown(html: &str) -> String {
    let dom = parse(html);
    let mut parts: [Vec<Handle>; 3] = Default::default();
    each(&dom.document, &mut |node, name| {
        let place = match name {
            "article" => 0,
            "main" => 1,
            "body" => 2,
            _ => return,
        };
        parts[place].push(node.clone());
    });
    // Several articles are a list, of which the page is made.
    let [article, main, body] = &parts;
    let root = match (&article[..], &main[..], &body[..]) {
        ([one], _, _) | (_, [one], _) | (_, _, [one, ..]) => one.clone(),
        _ => return String::new(),
    };
    if matches!(&root.data, NodeData::Element { name, .. } if local(name) == "body")
        && is_page(html)
    {
        leave_surroundings(&root);
    }
    let mut bytes = Vec::with_capacity(html.len());
    let node = SerializableHandle::from(root);
    if serialize(
        &mut bytes,
        &node,
        html5ever::serialize::SerializeOpts::default(),
    )
    .is_err()
    {
        return html.to_owned();
    }
    let inner = String::from_utf8_lossy(&bytes);
    let mut out = String::with_capacity(inner.len() + 16);
    out.push_str("<div>\n");
    // A blank line would end the block; written as an entity it is the same to HTML.
    let mut lines = inner.split('\n').peekable();
    while let Some(line) = lines.next() {
        out.push_str(line);
        match lines.peek() {
            Some(next) if next.trim().is_empty() || line.trim().is_empty() => {
                out.push_str("&#10;");
            }
            Some(_) => out.push('\n'),
            None => {}
        }
    }
    out.push_str("\n</div>\n");
    out
}

/// Whether it is a page, not a part of one that some program puts into its own.
fn is_page(html: &str) -> bool {
    let lower = html.to_ascii_lowercase();
    lower.contains("<body") || lower.contains("<html")
}

/// Takes the ways through a site, margins and feet out of a body, if words remain.
fn leave_surroundings(body: &Handle) {
    // Often all stands in a box, or in some.
    let mut root = body.clone();
    for _ in 0..8 {
        let inner = {
            let children = root.children.borrow();
            let mut filled = children.iter().filter(|child| !is_empty(child));
            filled.next().filter(|_| filled.next().is_none()).cloned()
        };
        match inner {
            Some(inner) if is_named(&inner, &["div"]) => root = inner,
            _ => break,
        }
    }
    let around = |node: &Handle| {
        is_named(node, &["nav", "aside", "footer"])
            || (is_named(node, &["header"]) && holds(node, "nav") && !holds(node, "h1"))
    };
    let mut children = root.children.borrow_mut();
    if !children
        .iter()
        .any(|child| !around(child) && !is_empty(child))
    {
        return;
    }
    children.retain(|child| !around(child));
    for header in children.iter().filter(|child| is_named(child, &["header"])) {
        let mut inside = header.children.borrow_mut();
        inside.retain(|child| !is_named(child, &["nav"]));
    }
}

/// Whether nothing of it is seen.
fn is_empty(node: &Handle) -> bool {
    let mut left = vec![node.clone()];
    while let Some(node) = left.pop() {
        match &node.data {
            NodeData::Text { contents } if !contents.borrow().trim().is_empty() => return false,
            NodeData::Element { .. } if is_named(&node, &["img", "video", "iframe", "svg"]) => {
                return false;
            }
            NodeData::Element { .. } if is_named(&node, &["script", "style", "template"]) => {}
            _ => left.extend(node.children.borrow().iter().cloned()),
        }
    }
    true
}

fn is_named(node: &Handle, names: &[&str]) -> bool {
    matches!(&node.data, NodeData::Element { name, .. } if names.contains(&local(name)))
}

fn holds(node: &Handle, wanted: &str) -> bool {
    let mut found = false;
    each(node, &mut |_, name| found |= name == wanted);
    found
}

/// Walks over all elements in order, without recursion: pages may be nested deeply.
fn each(root: &Handle, visit: &mut dyn FnMut(&Handle, &str)) {
    let mut left = vec![root.clone()];
    while let Some(node) = left.pop() {
        if let NodeData::Element { name, .. } = &node.data {
            visit(&node, local(name));
        }
        left.extend(node.children.borrow().iter().rev().cloned());
    }
}

fn local(name: &QualName) -> &str {
    &name.local
}

fn attribute(node: &Handle, key: &str) -> Option<String> {
    let NodeData::Element { attrs, .. } = &node.data else {
        return None;
    };
    let attrs = attrs.borrow();
    let found = attrs.iter().find(|attr| &*attr.name.local == key)?;
    Some(found.value.to_string())
}

fn text(node: &Handle) -> String {
    let mut out = String::new();
    let mut left = vec![node.clone()];
    while let Some(node) = left.pop() {
        if let NodeData::Text { contents } = &node.data {
            out.push_str(&contents.borrow());
        }
        left.extend(node.children.borrow().iter().rev().cloned());
    }
    out
}
