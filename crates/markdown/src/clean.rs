//! The walk that rebuilds a post from the allow-list.
//!
//! It reads a tree that some parser made, decides node by node by [`crate::policy`], and tells a
//! [`Sink`] what to build. It never recurses (posts nest thousands deep), keeps every visible
//! character, and leaves out wrappers that hold nothing: opening tags wait until something is
//! shown inside.

use core::fmt;

use crate::autolink;
use crate::disarm;
use crate::policy::{self, Flow, Rule};
use crate::url::same_target;

mod foreign;
mod links;
mod pictures;

/// A parsed tree that can be walked.
pub trait Tree {
    /// A handle to a node.
    type Node: Clone;
    /// What the node is.
    fn view(&self, node: &Self::Node) -> View;
    /// Its first child.
    fn first_child(&self, node: &Self::Node) -> Option<Self::Node>;
    /// The sibling after it.
    fn next_sibling(&self, node: &Self::Node) -> Option<Self::Node>;
    /// An attribute's value, by its lower-case name without a namespace.
    fn attribute(&self, node: &Self::Node, name: &str) -> Option<String>;
}

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum View {
    /// An HTML element, by its lower-case name.
    Element(String),
    /// An element of another namespace (SVG, MathML), by its name.
    Foreign(String),
    /// Characters.
    Text(String),
    /// Comments and the like.
    Other,
}

/// An element to build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// Its name, from the policy.
    pub name: &'static str,
    /// How it takes part in the text.
    pub flow: Flow,
    /// Checked attributes.
    pub attributes: Vec<(&'static str, String)>,
    /// Where it leads, for `a`.
    pub link: Option<Link>,
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// An absolute `http`, `https` or `mailto` address.
    Outside(String),
    /// An element of the same post, by its prefixed id.
    Inside(String),
    /// Another post of the archive, by its slug.
    Post(String),
}

/// A picture.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Image {
    /// Absolute `http(s)` address or raster `data:` address; `None` when there is none to load.
    pub address: Option<String>,
    /// Number of the archive's own copy, see [`Known::picture`].
    pub copy: Option<u32>,
    /// Text in its place.
    pub alt: String,
    /// Width and height in pixels, when stated.
    pub size: Option<(u32, u32)>,
}

/// Something played from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Embed {
    /// Absolute `http(s)` address.
    pub address: String,
    /// Its title, when stated.
    pub title: String,
}

/// What builds the result.
pub trait Sink {
    /// Opens an element; what follows stands inside until the matching [`Sink::close`].
    fn open(&mut self, element: &Element);
    /// Closes the element opened last.
    fn close(&mut self, element: &Element);
    /// Adds characters.
    fn text(&mut self, text: &str);
    /// Adds a line break.
    fn line_break(&mut self);
    /// Adds a place where a long word may break.
    fn word_break(&mut self) {}
    /// Adds a rule between sections.
    fn rule(&mut self);
    /// Adds a picture.
    fn image(&mut self, image: &Image);
    /// Adds a card for something played from elsewhere.
    fn embed(&mut self, embed: &Embed);
    /// Adds the box of a task list.
    fn task(&mut self, done: bool);
}

/// What the walk must know of the post.
#[derive(Debug, Clone, Copy, Default)]
pub struct Context<'a> {
    /// The post's title: a leading heading that says the same is left out.
    pub title: &'a str,
    /// Address of the original: relative addresses resolve against it, and a leading heading
    /// that links to it is the title again and is left out.
    pub source: Option<&'a str>,
    /// What of the things it points at is in the archive.
    pub known: Option<&'a dyn Known>,
}

/// What an archive holds of the things that one of its posts points at. Addresses are asked for
/// as the post writes them, without white space at their ends.
pub trait Known: fmt::Debug {
    /// Slug of the post that an address leads to.
    fn post(&self, address: &str) -> Option<String>;
    /// Number of the archive's own copy of a picture.
    fn picture(&self, address: &str) -> Option<u32>;
}

/// What happened on the way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Notes {
    /// What readers are told of a limit that was met, by its key among the texts:
    /// [`TRUNCATED`](Self::TRUNCATED) or [`FLATTENED`](Self::FLATTENED).
    pub limit: Option<&'static str>,
    /// Something visible was shown at all.
    pub anything: bool,
    /// Pictures shown of which the archive has no copy.
    pub remote: usize,
    /// Pictures that can't be shown at all.
    pub nowhere: usize,
}

impl Notes {
    /// The post was longer than [`policy::MAX_NODES`]; the rest was left out.
    pub const TRUNCATED: &str = "post.truncated";

    /// Elements lay deeper than [`policy::MAX_DEPTH`]; what they hold is shown at that depth.
    pub const FLATTENED: &str = "post.flattened";
}

/// Walks the children of `root` and builds what may be shown.
///
/// The first element child of `root` is skipped: it is the mark of [`crate::PREFIX`].
pub fn clean<T: Tree>(
    tree: &T,
    root: &T::Node,
    context: Context<'_>,
    sink: &mut dyn Sink,
) -> Notes {
    let mut walk = Walk {
        tree,
        context,
        sink,
        frames: Vec::new(),
        waiting: Vec::new(),
        drained: 0,
        depth: 0,
        verbatim: 0,
        nodes: 0,
        last_picture: Vec::new(),
        copied_picture: false,
        notes: Notes::default(),
    };
    let first = tree
        .first_child(root)
        .and_then(|mark| tree.next_sibling(&mark));
    let first = walk.skip_title_heading(first);
    walk.run(first);
    walk.notes
}

/// An element that was entered and not yet left.
struct Frame<N> {
    node: N,
    /// What was opened for it, if the policy shows it.
    opened: Option<Element>,
    /// Where its opening waits in `waiting`, if `drained` has not changed since.
    waits_at: usize,
    drained: u32,
}

/// Something to be built once it is known that anything visible comes with it.
enum Waiting {
    Open(Element),
    Close(Element),
    Break,
    Space(String),
}

struct Walk<'a, T: Tree> {
    tree: &'a T,
    context: Context<'a>,
    sink: &'a mut dyn Sink,
    frames: Vec<Frame<T::Node>>,
    waiting: Vec<Waiting>,
    /// How often `waiting` was drained.
    drained: u32,
    /// How many frames show an element.
    depth: usize,
    /// How many of them are links or code.
    verbatim: usize,
    nodes: usize,
    /// All addresses that the picture shown last had, without their queries.
    last_picture: Vec<String>,
    /// Whether that one stood in a `noscript`.
    copied_picture: bool,
    notes: Notes,
}

impl<T: Tree> Walk<'_, T> {
    fn run(&mut self, first: Option<T::Node>) {
        let mut next = first;
        loop {
            let Some(node) = next else {
                let Some(frame) = self.frames.pop() else {
                    break;
                };
                next = self.tree.next_sibling(&frame.node);
                self.leave(frame);
                continue;
            };
            if self.nodes >= policy::MAX_NODES {
                self.notes.limit = Some(Notes::TRUNCATED);
                while let Some(frame) = self.frames.pop() {
                    self.leave(frame);
                }
                break;
            }
            next = if self.enter(&node) {
                self.tree.first_child(&node)
            } else {
                self.tree.next_sibling(&node)
            };
        }
        self.drain_closings();
    }

    /// Looks at a node; tells whether its children are to be walked, in a frame of their own.
    fn enter(&mut self, node: &T::Node) -> bool {
        let name = match self.tree.view(node) {
            View::Element(name) => name,
            View::Text(text) => {
                self.characters(&text);
                return false;
            }
            View::Foreign(name) => return self.foreign(node, &name),
            View::Other => return false,
        };
        match name.as_str() {
            "br" => self.waiting.push(Waiting::Break),
            "wbr" => {
                self.show();
                self.sink.word_break();
            }
            "hr" => {
                self.show();
                self.sink.rule();
            }
            "amp-img" | "img" => self.image(node, None),
            "picture" => return self.picture_element(node),
            "noscript" => self.noscript(node),
            "input" => self.input(node),
            _ if policy::EMBEDS.binary_search(&name.as_str()).is_ok() => self.embed(node),
            _ if policy::is_dropped(&name) || self.is_remains(node, &name) => {}
            _ => {
                self.element(node, policy::find(&name));
                return true;
            }
        }
        false
    }

    fn element(&mut self, node: &T::Node, rule: Option<&'static Rule>) {
        let room = self.depth < policy::MAX_DEPTH;
        if !room && rule.is_some() {
            self.notes.limit = Some(Notes::FLATTENED);
        }
        let opened = rule.filter(|_| room).map(|rule| self.build(node, rule));
        let anchor = opened.as_ref().is_some_and(|element| {
            element.name == "a" && element.attributes.iter().any(|(name, _)| *name == "id")
        });
        if let Some(element) = &opened {
            self.nodes += 1;
            self.depth += 1;
            self.verbatim += usize::from(policy::VERBATIM.contains(&element.name));
            self.waiting.push(Waiting::Open(element.clone()));
        }
        self.frames.push(Frame {
            node: node.clone(),
            opened,
            waits_at: self.waiting.len().saturating_sub(1),
            drained: self.drained,
        });
        if anchor {
            // A target of links is worth keeping even when it is empty.
            self.show();
        }
    }

    fn leave(&mut self, frame: Frame<T::Node>) {
        let Some(element) = frame.opened else { return };
        self.depth -= 1;
        self.verbatim -= usize::from(policy::VERBATIM.contains(&element.name));
        let still_waits = frame.drained == self.drained;
        if !still_waits {
            // Breaks and spaces at the end of a block show nothing, but between inline elements
            // they do.
            if element.flow == Flow::Inline {
                // A space at the end of a link is none of it.
                let space = matches!(self.waiting.last(), Some(Waiting::Space(_)));
                let place = self.waiting.len() - usize::from(space && element.name == "a");
                self.waiting.insert(place, Waiting::Close(element));
            } else {
                self.drain_closings();
                self.sink.close(&element);
            }
        } else if element.flow == Flow::Cell {
            self.waiting.push(Waiting::Close(element));
        } else if element.flow == Flow::Inline {
            // Nothing was shown inside; what waits inside (a break, a space) stays.
            // Frames that are still open wait before it: their places stay right.
            self.waiting.remove(frame.waits_at);
        } else {
            self.waiting.truncate(frame.waits_at);
        }
    }

    /// At the end of a block that was shown: closes inline elements that wait to be closed and
    /// forgets breaks and spaces.
    fn drain_closings(&mut self) {
        for item in core::mem::take(&mut self.waiting) {
            match item {
                Waiting::Close(element) => self.sink.close(&element),
                Waiting::Open(element) => self.sink.open(&element),
                Waiting::Break | Waiting::Space(_) => {}
            }
        }
        self.drained += 1;
    }

    /// Something visible comes: builds all that waits.
    fn show(&mut self) {
        self.nodes += 1;
        self.notes.anything = true;
        if self.waiting.is_empty() {
            return;
        }
        for item in core::mem::take(&mut self.waiting) {
            match item {
                Waiting::Open(element) => self.sink.open(&element),
                Waiting::Close(element) => self.sink.close(&element),
                Waiting::Break => self.sink.line_break(),
                Waiting::Space(space) => self.sink.text(&space),
            }
        }
        self.drained += 1;
    }

    fn characters(&mut self, text: &str) {
        if text
            .chars()
            .all(|c| c.is_whitespace() || matches!(c, '\u{200B}' | '\u{FEFF}'))
        {
            self.waiting.push(Waiting::Space(text.to_owned()));
            return;
        }
        self.show();
        let in_link = self.frames.last().and_then(|frame| frame.opened.as_ref());
        let kept = match in_link {
            Some(element) if element.name == "a" => text.trim_end(),
            _ => text,
        };
        if kept.len() < text.len() {
            self.waiting
                .push(Waiting::Space(text[kept.len()..].to_owned()));
        }
        let text = kept;
        let mut done = 0;
        // Inside a link all leads there already, and code is read as it is.
        while let Some(found) = self
            .plain_text()
            .then(|| autolink::find(text, done))
            .flatten()
        {
            if done < found.start {
                self.sink.text(&text[done..found.start]);
            }
            let address = &text[found.clone()];
            done = found.end;
            match self.link(&autolink::target(address)) {
                Some(link) => {
                    let element = Element {
                        name: "a",
                        flow: Flow::Inline,
                        attributes: Vec::new(),
                        link: Some(link),
                    };
                    self.nodes += 1;
                    self.sink.open(&element);
                    self.sink.text(address);
                    self.sink.close(&element);
                }
                None => self.sink.text(address),
            }
        }
        if done < text.len() {
            self.sink.text(&text[done..]);
        }
    }

    /// Whether bare addresses are links here, and there is room to nest one.
    fn plain_text(&self) -> bool {
        self.verbatim == 0 && self.depth < policy::MAX_DEPTH
    }

    fn build(&self, node: &T::Node, rule: &Rule) -> Element {
        let mut attributes = Vec::new();
        for name in policy::GLOBAL_ATTRIBUTES.iter().chain(rule.attributes) {
            let Some(value) = self.tree.attribute(node, name) else {
                continue;
            };
            match *name {
                "href" => {}
                "id" => {
                    if let Some(id) = links::prefixed_id(&value) {
                        attributes.push(("id", id));
                    }
                }
                name => {
                    if let Some(value) = policy::attribute(name, &value) {
                        attributes.push((name, value));
                    }
                }
            }
        }
        if matches!(rule.flow, Flow::Cell | Flow::Block) {
            attributes.extend(
                self.alignment(node)
                    .map(|align| ("data-align", align.to_owned())),
            );
        }
        let prose = rule.shown == "pre" && is_prose(&self.text_within(node));
        let class = if prose {
            Some("prose")
        } else {
            self.class(node)
        };
        attributes.extend(class.map(|class| ("class", class.to_owned())));
        // The targets of old links have names.
        if rule.name == "a" && attributes.iter().all(|(name, _)| *name != "id") {
            let name = self.tree.attribute(node, "name");
            attributes.extend(
                name.and_then(|name| links::prefixed_id(&name))
                    .map(|id| ("id", id)),
            );
        }
        let link = (rule.name == "a")
            .then(|| self.tree.attribute(node, "href"))
            .flatten();
        Element {
            name: rule.shown,
            flow: rule.flow,
            attributes,
            link: link.and_then(|address| self.link(&address)),
        }
    }

    /// `text-align`, which Markdown tables and captions state in `style`, or `align`.
    fn alignment(&self, node: &T::Node) -> Option<&'static str> {
        let style = self.tree.attribute(node, disarm::STYLE).unwrap_or_default();
        let mut value = self.tree.attribute(node, "align").unwrap_or_default();
        if let Some(stated) = policy::style(&style, "text-align") {
            stated.clone_into(&mut value);
        }
        let value = value.trim();
        ["left", "center", "right"]
            .into_iter()
            .find(|known| known.eq_ignore_ascii_case(value))
    }

    fn class(&self, node: &T::Node) -> Option<&'static str> {
        let class = self.tree.attribute(node, "class")?;
        policy::CLASSES
            .iter()
            .find(|known| **known == class.trim())
            .copied()
    }

    fn input(&mut self, node: &T::Node) {
        let kind = self.tree.attribute(node, "type");
        let disabled = self.tree.attribute(node, "disabled").is_some();
        if disabled && kind.is_some_and(|kind| kind.eq_ignore_ascii_case("checkbox")) {
            let done = self.tree.attribute(node, "checked").is_some();
            self.show();
            self.sink.task(done);
        }
    }

    /// Steps over the heading that repeats the title, if the post begins with it.
    fn skip_title_heading(&self, first: Option<T::Node>) -> Option<T::Node> {
        let mut node = first.clone();
        while let Some(candidate) = node {
            match self.tree.view(&candidate) {
                View::Other => {}
                View::Text(text) if text.trim().is_empty() => {}
                View::Element(name) if matches!(name.as_bytes(), [b'h', b'1'..=b'6']) => {
                    return if self.is_title(&candidate) {
                        self.tree.next_sibling(&candidate)
                    } else {
                        first
                    };
                }
                _ => return first,
            }
            node = self.tree.next_sibling(&candidate);
        }
        first
    }

    /// Whether the node holds nothing visible but the title, or one link to the original.
    fn is_title(&self, node: &T::Node) -> bool {
        let mut found = false;
        let mut child = self.tree.first_child(node);
        while let Some(node) = child {
            match self.tree.view(&node) {
                View::Text(text) if text.trim().is_empty() => {}
                View::Other => {}
                View::Text(text) if !found && text.trim() == self.context.title => found = true,
                View::Element(name) if !found && name == "a" => {
                    let href = self.tree.attribute(&node, "href").unwrap_or_default();
                    let is_it = |source| same_target(&href, source);
                    if !self.context.source.is_some_and(is_it) {
                        return false;
                    }
                    found = true;
                }
                _ => return false,
            }
            child = self.tree.next_sibling(&node);
        }
        found
    }
}

/// Whether what is preformatted was written to be read, not to be kept in columns: most of it in
/// characters of East Asia, or in a line longer than any of code.
fn is_prose(text: &str) -> bool {
    let wide = text.chars().filter(|c| *c >= '\u{2E80}').count();
    wide * 2 > text.chars().count() || text.split('\n').any(|line| line.len() > 160)
}
