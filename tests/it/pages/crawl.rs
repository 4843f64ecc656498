//! From `index.html` to everything that links lead to, and what must hold on every page.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::rc::Rc;

use html5ever::tendril::TendrilSink as _;
use html5ever::tree_builder::TreeBuilderOpts;
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Node, NodeData, RcDom};

/// A page, parsed as by a browser in which scripts are off.
#[derive(Clone)]
pub(super) struct Page {
    pub(super) dom: Rc<RcDom>,
}

/// A site, as far as links lead.
pub(super) struct Crawl {
    /// Pages by their path in the site.
    pub(super) pages: BTreeMap<String, Page>,
}

/// Elements that no page of ours holds, wherever they come from.
const NEVER: &[&str] = &[
    "script", "style", "iframe", "object", "embed", "form", "input", "button", "base", "svg",
    "math", "template", "video", "audio", "source", "frame", "frameset", "noscript", "select",
    "textarea",
];

impl Crawl {
    /// Follows every link to a page of the site, from `index.html` as it is without scripts.
    pub(super) fn of(site: &Path) -> Self {
        let mut pages = BTreeMap::new();
        let mut links = BTreeSet::new();
        let mut waiting = vec!["index.html".to_owned()];
        while let Some(path) = waiting.pop() {
            if pages.contains_key(&path) {
                continue;
            }
            let page = Page::read(&site.join(&path));
            if path != "index.html" {
                page.check(&path, site);
            }
            for href in page.values("a", "href") {
                let Some((target, anchor)) = inside(&path, &href) else {
                    continue;
                };
                if target.ends_with(".html") {
                    waiting.push(target.clone());
                }
                links.insert((path.clone(), target, anchor));
            }
            pages.insert(path, page);
        }
        let ids: BTreeMap<&String, BTreeSet<String>> = pages
            .iter()
            .map(|(path, page)| (path, page.ids()))
            .collect();
        for (from, target, anchor) in &links {
            assert!(site.join(target).is_file(), "{from}: no {target}");
            if let (Some(ids), false) = (ids.get(target), anchor.is_empty()) {
                assert!(ids.contains(anchor), "{from}: no {target}#{anchor}");
            }
        }
        Self { pages }
    }

    /// A page that was reached.
    pub(super) fn page(&self, path: &str) -> Page {
        let known = || self.pages.keys().collect::<Vec<_>>();
        self.pages
            .get(path)
            .unwrap_or_else(|| panic!("{path} is not in {:?}", known()))
            .clone()
    }
}

/// Where a link leads inside the site, and the anchor there.
fn inside(from: &str, href: &str) -> Option<(String, String)> {
    if href.contains(':') || href.starts_with("//") {
        return None;
    }
    let (path, anchor) = href.split_once('#').unwrap_or((href, ""));
    if path.is_empty() {
        return Some((from.to_owned(), anchor.to_owned()));
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            ".." => assert!(
                parts.pop().is_some(),
                "{from}: {href} leads out of the site"
            ),
            part => parts.push(part),
        }
    }
    Some((parts.join("/"), anchor.to_owned()))
}

impl Page {
    pub(super) fn read(path: &Path) -> Self {
        let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let options = ParseOpts {
            tree_builder: TreeBuilderOpts {
                scripting_enabled: false,
                ..TreeBuilderOpts::default()
            },
            ..ParseOpts::default()
        };
        let html = String::from_utf8(bytes).expect("UTF-8");
        let dom = parse_document(RcDom::default(), options).one(html);
        Self { dom: Rc::new(dom) }
    }

    /// What must hold on every page, whoever wrote the posts.
    fn check(&self, path: &str, site: &Path) {
        let mut ids = BTreeSet::new();
        for node in self.elements() {
            let name = name(&node);
            assert!(!NEVER.contains(&name.as_str()), "{path}: <{name}>");
            for (attribute, value) in attributes(&node) {
                let acts =
                    attribute.starts_with("on") || attribute == "style" || attribute == "srcset";
                assert!(!acts, "{path}: <{name} {attribute}={value:?}>");
                match attribute.as_str() {
                    "src" => assert!(
                        name == "img" && value.starts_with("data:image/"),
                        "{path}: {value}"
                    ),
                    "href" if name == "link" => {
                        let (target, _) = match inside(path, &value) {
                            Some(inside) => inside,
                            // Nothing is loaded from there.
                            None => {
                                assert_eq!(
                                    value_of(&node, "rel").as_deref(),
                                    Some("canonical"),
                                    "{path}: {value}"
                                );
                                continue;
                            }
                        };
                        assert!(site.join(&target).is_file(), "{path}: no {target}");
                    }
                    "href" => {
                        let scheme = value.split_once(':').map(|(scheme, _)| scheme);
                        assert!(
                            scheme
                                .is_none_or(|it| ["http", "https", "mailto"].contains(&it)
                                    || it.contains('#')),
                            "{path}: {value}"
                        );
                    }
                    "id" => assert!(
                        ids.insert(value.clone()) || value.contains("post-"),
                        "{path}: id {value} twice"
                    ),
                    _ => {}
                }
            }
        }
        // What stands around posts is where it belongs.
        let top: Vec<String> = self.texts_of("body", |node| {
            children(node)
                .iter()
                .map(name)
                .filter(|it| !it.is_empty())
                .collect()
        });
        assert_eq!(top, ["a", "header", "main", "footer"], "{path}");
        assert_eq!(self.values("main", "id"), ["Main"], "{path}");
        assert_eq!(
            self.count("article"),
            self.count("main > article"),
            "{path}"
        );
        assert_eq!(
            self.count("section"),
            self.count("article > section"),
            "{path}"
        );
        assert_eq!(self.count("h1"), 1, "{path}");
        let policy = self.values("meta[http-equiv=Content-Security-Policy]", "content");
        assert!(
            policy.len() == 1 && policy[0].starts_with("default-src 'none';"),
            "{path}"
        );
        assert!(!policy[0].contains("script"), "{path}");
    }

    fn ids(&self) -> BTreeSet<String> {
        self.elements()
            .iter()
            .filter_map(|node| value_of(node, "id"))
            .collect()
    }

    fn elements(&self) -> Vec<Rc<Node>> {
        let mut found = Vec::new();
        let mut waiting = vec![self.dom.document.clone()];
        while let Some(node) = waiting.pop() {
            waiting.extend(children(&node).into_iter().rev());
            if !name(&node).is_empty() {
                found.push(node);
            }
        }
        found
    }

    /// Elements that a selector names: `a > b c`, `.class`, `[name=value]`, several with commas.
    fn all(&self, selector: &str) -> Vec<Rc<Node>> {
        let fits = |node: &Rc<Node>| selector.split(", ").any(|one| selected(node, one));
        self.elements().into_iter().filter(fits).collect()
    }

    pub(super) fn count(&self, selector: &str) -> usize {
        self.all(selector).len()
    }

    /// The text of each element that a selector names.
    pub(super) fn texts(&self, selector: &str) -> Vec<String> {
        self.all(selector).iter().map(text).collect()
    }

    /// An attribute of each element that has it.
    pub(super) fn values(&self, selector: &str, attribute: &str) -> Vec<String> {
        let all = self.all(selector);
        all.iter()
            .filter_map(|node| value_of(node, attribute))
            .collect()
    }

    fn texts_of(&self, selector: &str, of: impl Fn(&Rc<Node>) -> Vec<String>) -> Vec<String> {
        self.all(selector).iter().flat_map(of).collect()
    }
}

fn selected(node: &Rc<Node>, selector: &str) -> bool {
    let (before, last) = selector.rsplit_once(' ').unwrap_or(("", selector));
    if !simple(node, last) {
        return false;
    }
    match before.strip_suffix(" >") {
        Some(before) => parent(node).is_some_and(|above| selected(&above, before)),
        None if before.is_empty() => true,
        None => {
            let mut above = parent(node);
            while let Some(node) = above {
                if selected(&node, before) {
                    return true;
                }
                above = parent(&node);
            }
            false
        }
    }
}

fn simple(node: &Rc<Node>, selector: &str) -> bool {
    let (selector, wanted) = match selector.split_once('[') {
        Some((selector, rest)) => (selector, rest.trim_end_matches(']').split_once('=')),
        None => (selector, None),
    };
    let (element, class) = selector.split_once('.').unwrap_or((selector, ""));
    (element.is_empty() || name(node) == element)
        && (class.is_empty()
            || value_of(node, "class").is_some_and(|all| all.split(' ').any(|one| one == class)))
        && wanted
            .is_none_or(|(attribute, value)| value_of(node, attribute).as_deref() == Some(value))
}

pub(super) fn name(node: &Rc<Node>) -> String {
    match &node.data {
        NodeData::Element { name, .. } => name.local.to_string(),
        _ => String::new(),
    }
}

pub(super) fn attributes(node: &Rc<Node>) -> Vec<(String, String)> {
    let NodeData::Element { attrs, .. } = &node.data else {
        return Vec::new();
    };
    let attrs = attrs.borrow();
    attrs
        .iter()
        .map(|one| (one.name.local.to_string(), one.value.to_string()))
        .collect()
}

fn value_of(node: &Rc<Node>, wanted: &str) -> Option<String> {
    attributes(node)
        .into_iter()
        .find(|(name, _)| name == wanted)
        .map(|(_, value)| value)
}

pub(super) fn children(node: &Rc<Node>) -> Vec<Rc<Node>> {
    node.children.borrow().clone()
}

fn parent(node: &Rc<Node>) -> Option<Rc<Node>> {
    let above = node.parent.take();
    let found = above.as_ref().and_then(std::rc::Weak::upgrade);
    node.parent.set(above);
    found
}

pub(super) fn text(node: &Rc<Node>) -> String {
    let mut all = String::new();
    let mut waiting = vec![node.clone()];
    while let Some(node) = waiting.pop() {
        if let NodeData::Text { contents } = &node.data {
            all.push_str(&contents.borrow());
        }
        waiting.extend(children(&node).into_iter().rev());
    }
    all
}

impl Page {
    /// The elements that hold the bodies of posts.
    pub(super) fn sections(&self) -> Vec<Rc<Node>> {
        self.all("section")
    }
}
