//! The one place where the HTML of posts becomes nodes.
//!
//! A post's HTML is parsed in an inert document, where nothing loads and nothing runs; the walk
//! of `shelfmark_markdown::clean` decides node by node; new nodes are built from the allow-list.
//! No node of the parsed document reaches the page, and nothing is serialised and parsed again.

use shelfmark_bundle::{Picture, Reading};
use shelfmark_markdown::{
    Context, Element as Allowed, Embed, Image, Known, Link, Notes, PREFIX, Sink, Tree, View,
    VisibleText, clean, common_html, entities, host, to_document,
};
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlImageElement, Node};

use super::dom::{Build as _, Dom, append};
use super::texts::Texts;
use super::{Nodes, Options};
use crate::route::Route;

const XHTML: &str = "http://www.w3.org/1999/xhtml";

/// A body that was built.
#[derive(Debug)]
pub(super) struct Body {
    /// The container, not yet in the page.
    pub(super) element: Element,
    /// Pictures that wait for the reader, by the number in their button's `data-image`.
    pub(super) images: Vec<Image>,
    /// Pictures of the archive itself, still to be loaded.
    pub(super) copies: Vec<Copied>,
    /// What the walk had to say.
    pub(super) notes: Notes,
}

/// What happens to pictures of other sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Images {
    /// They are shown when the reader asks.
    Ask,
    /// Never.
    None,
    /// At once.
    All,
}

impl Images {
    /// What the element's attribute says now.
    pub(super) fn of(options: &Options) -> Self {
        match options.images().as_deref() {
            Some("none") => Self::None,
            Some("all") => Self::All,
            _ => Self::Ask,
        }
    }
}

/// A picture of which the archive has the file.
#[derive(Debug)]
pub(super) struct Copied {
    /// Where it is shown.
    pub(super) shown: HtmlImageElement,
    /// The file.
    pub(super) picture: Picture,
}

/// Renders the body of a post. `address` is its own route, for links inside it.
pub(super) fn render(
    record: &Reading,
    address: &str,
    dom: &Dom,
    texts: &Texts,
    options: &Options,
) -> Option<Body> {
    let element = dom.element("div;class=body;part=body");
    let mut builder = Builder {
        dom,
        texts,
        address,
        open: vec![element.clone()],
        images: Vec::new(),
        copies: Vec::new(),
        record,
        mode: Images::of(options),
    };
    let notes = walk(record, options, &mut builder)?;
    Some(Body {
        images: builder.images,
        copies: builder.copies,
        element,
        notes,
    })
}

/// Walks what may be shown of a post.
pub(super) fn walk(record: &Reading, options: &Options, sink: &mut dyn Sink) -> Option<Notes> {
    let root = parse(record, options)?;
    let context = Context {
        title: &record.entry.title,
        source: record.entry.source.as_deref(),
        known: Some(&Held(record)),
    };
    Some(clean(&Parsed(options.nodes()), &root, context, sink))
}

/// The visible text of a post's body, as readers see it.
pub(super) fn text(record: &Reading, options: &Options) -> String {
    let mut text = VisibleText::new();
    if let Some(root) = parse(record, options) {
        clean(
            &Parsed(options.nodes()),
            &root,
            Context {
                title: &record.entry.title,
                source: record.entry.source.as_deref(),
                known: None,
            },
            &mut text,
        );
    }
    text.finish()
}

/// Parses a post's body inertly.
fn parse(record: &Reading, options: &Options) -> Option<Node> {
    if let Some(html) = &record.html {
        return options.parse(&to_document(html)).ok();
    }
    let html = to_document(&common_html(record.markdown()));
    let html = entities::resolve(html, |names| {
        let root = options.parse(&[PREFIX, names].concat());
        root.ok()
            .and_then(|root| root.text_content())
            .unwrap_or_default()
    });
    options.parse(&html).ok()
}

/// What the post's record says is in the archive.
#[derive(Debug)]
struct Held<'a>(&'a Reading);

impl Known for Held<'_> {
    fn post(&self, address: &str) -> Option<String> {
        let mut links = self.0.links.iter();
        let found = links.find(|(other, _)| other == address);
        found.map(|(_, slug)| slug.clone())
    }

    fn picture(&self, address: &str) -> Option<u32> {
        let mut pictures = self.0.pictures.iter();
        let found = pictures.position(|picture| picture.0 == address && picture.is_sound());
        found.map(|place| place as u32)
    }
}

/// The browser's own tree.
struct Parsed(Nodes);

impl Tree for Parsed {
    type Node = Node;

    fn view(&self, node: &Node) -> View {
        match self.0.kind(node) {
            Node::ELEMENT_NODE if self.0.space(node).as_deref() == Some(XHTML) => {
                View::Element(self.0.name(node))
            }
            Node::ELEMENT_NODE => View::Foreign(self.0.name(node)),
            Node::TEXT_NODE => View::Text(self.0.value(node).unwrap_or_default()),
            _ => View::Other,
        }
    }

    fn first_child(&self, node: &Node) -> Option<Node> {
        self.0.first(node)
    }

    fn next_sibling(&self, node: &Node) -> Option<Node> {
        self.0.next(node)
    }

    fn attribute(&self, node: &Node, name: &str) -> Option<String> {
        self.0.attribute(node, name)
    }
}

/// Builds the nodes that readers see.
struct Builder<'a> {
    dom: &'a Dom,
    texts: &'a Texts,
    address: &'a str,
    /// The container and the elements open inside it.
    open: Vec<Element>,
    images: Vec<Image>,
    copies: Vec<Copied>,
    record: &'a Reading,
    mode: Images,
}

impl Builder<'_> {
    fn add(&self, node: &Node) {
        if let Some(parent) = self.open.last() {
            append(parent, node);
        }
    }

    fn link(&self, element: &Element, link: &Link) {
        match link {
            Link::Inside(id) => {
                let _ = element.set_attribute("href", self.address);
                let _ = element.set_attribute("data-anchor", id);
            }
            Link::Outside(address) => lead_outside(element, address, self.texts),
            Link::Post(slug) => {
                let _ = element.set_attribute("href", &Route::Post(slug.clone()).hash());
                let _ = element.set_attribute("data-go", "");
            }
        }
    }
}

/// Makes `a` lead to another site without telling it where the reader comes from.
pub(super) fn lead_outside(element: &Element, address: &str, texts: &Texts) {
    for (name, value) in [
        ("href", address),
        ("rel", "noopener noreferrer"),
        ("target", "_blank"),
    ] {
        let _ = element.set_attribute(name, value);
    }
    if let Some(host) = host(address) {
        let mut title = texts.fill("external", &[("host", host)]);
        if let Some(own) = element.get_attribute("title") {
            title = [&own, " · ", &title].concat();
        }
        let _ = element.set_attribute("title", &title);
    }
}

impl Sink for Builder<'_> {
    fn open(&mut self, allowed: &Allowed) {
        let element = self.dom.element(allowed.name);
        for (name, value) in &allowed.attributes {
            let _ = element.set_attribute(name, value);
        }
        if let Some(link) = &allowed.link {
            self.link(&element, link);
        }
        self.add(&element);
        self.open.push(element);
    }

    fn close(&mut self, allowed: &Allowed) {
        let Some(element) = self.open.pop() else {
            return;
        };
        if allowed.name == "table" || allowed.name == "pre" {
            // Wide ones scroll by themselves, also by keyboard, and never the page.
            let frame = self.dom.element("div;class=wide;tabindex=0;role=group");
            if let Some(parent) = element.parent_node() {
                let _ = parent.replace_child(&frame, &element);
                let _ = frame.with(element);
            }
        }
    }

    fn text(&mut self, text: &str) {
        self.add(&self.dom.characters(text));
    }

    fn line_break(&mut self) {
        self.add(&self.dom.element("br"));
    }

    fn word_break(&mut self) {
        self.add(&self.dom.element("wbr"));
    }

    fn rule(&mut self) {
        self.add(&self.dom.element("hr"));
    }

    fn image(&mut self, image: &Image) {
        let copy = image
            .copy
            .and_then(|copy| self.record.pictures.get(copy as usize));
        if let Some(picture) = copy {
            let shown = empty_image(image, self.dom);
            self.add(&shown);
            self.copies.push(Copied {
                shown,
                picture: picture.clone(),
            });
            return;
        }
        let label = match &image.address {
            Some(address) if address.starts_with("data:") => {
                let shown = empty_image(image, self.dom);
                shown.set_src(address);
                self.add(&shown);
                return;
            }
            Some(address) if self.mode != Images::None => {
                let placeholder =
                    placeholder(self.dom, self.texts, image, address, self.images.len());
                self.images.push(image.clone());
                self.add(&placeholder);
                return;
            }
            Some(address) => host(address).unwrap_or_default().to_owned(),
            None => self.texts.get("image.none"),
        };
        self.add(
            &self
                .dom
                .text("span;class=image-missing", &labelled(&image.alt, &label)),
        );
    }

    fn embed(&mut self, embed: &Embed) {
        let host = host(&embed.address).unwrap_or_default();
        let title = if embed.title.is_empty() {
            host
        } else {
            &embed.title
        };
        let opens = self.texts.fill("embed", &[("host", host)]);
        let card = self
            .dom
            .element("a;class=embed")
            .with(self.dom.text("span;class=embed-title;dir=auto", title))
            .with(self.dom.text("span;class=embed-host", &opens));
        lead_outside(&card, &embed.address, self.texts);
        self.add(&card);
    }

    fn task(&mut self, done: bool) {
        let mark = if done { "☑ " } else { "☐ " };
        self.add(&self.dom.text("span;class=task", mark));
    }
}

/// A button in place of a picture: nothing is requested before it is pressed.
fn placeholder(dom: &Dom, texts: &Texts, image: &Image, address: &str, number: usize) -> Element {
    let number = number.to_string();
    let mut button = dom
        .element("button;type=button;class=image-ask;part=image")
        .set("data-image", &number);
    button = button.with(dom.word("span;class=image-load", texts, "image.load"));
    if !image.alt.is_empty() {
        button = button.with(dom.text("span;class=image-alt;dir=auto", &image.alt));
    }
    button = button.with(dom.text("span;class=image-host", host(address).unwrap_or_default()));
    if let (Some((width, height)), Some(html)) =
        (image.size, button.dyn_ref::<web_sys::HtmlElement>())
    {
        let style = html.style();
        let _ = style.set_property(
            "aspect-ratio",
            &[&width.to_string(), " / ", &height.to_string()].concat(),
        );
        let _ = style.set_property("width", &[&width.to_string(), "px"].concat());
    }
    button
}

/// What stands in place of a picture: its own words first.
pub(super) fn labelled(alt: &str, why: &str) -> String {
    if alt.is_empty() {
        why.to_owned()
    } else {
        [alt, " (", why, ")"].concat()
    }
}

/// A picture that loads nothing yet, and will not tell where the reader comes from.
fn empty_image(image: &Image, dom: &Dom) -> HtmlImageElement {
    let mut shown = dom
        .element("img;referrerpolicy=no-referrer;decoding=async;tabindex=-1")
        .set("alt", &image.alt);
    if let Some((width, height)) = image.size {
        shown = shown
            .set("width", &width.to_string())
            .set("height", &height.to_string());
    }
    shown.unchecked_into()
}

/// Says in place of a picture why it is not shown.
pub(super) fn refuse_image(picture: &Element, why: &str, dom: &Dom) {
    let note = dom.text("span;class=image-missing;role=status", why);
    if let Some(parent) = picture.parent_node() {
        let _ = parent.replace_child(&note, picture);
    }
}

/// Puts the picture in place of its button, without telling its host where the reader comes from;
/// gives the picture, which can take the focus of the button.
pub(super) fn show_image(
    button: &Element,
    image: &Image,
    dom: &Dom,
    texts: &Texts,
) -> Option<HtmlImageElement> {
    let address = image.address.as_ref()?;
    let shown = empty_image(image, dom);
    let message = [
        &texts.get("image.failed"),
        ": ",
        host(address).unwrap_or_default(),
    ]
    .concat();
    let message = labelled(&image.alt, &message);
    let (dom, picture) = (dom.clone(), shown.clone());
    let on_error = Closure::once_into_js(move || refuse_image(&picture, &message, &dom));
    shown.set_onerror(Some(on_error.unchecked_ref()));
    if let Some(parent) = button.parent_node() {
        let _ = parent.replace_child(&shown, button);
    }
    shown.set_src(address);
    Some(shown)
}
