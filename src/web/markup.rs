//! A post's body as HTML text, for programs: what the sanitising walk allows, and nothing else.
//!
//! Nothing in it loads from another site: pictures and players elsewhere are links. Whoever puts it
//! into a page has it parsed again, so all elements are closed and no link stands inside another.

use shelfmark_bundle::{Reading, ShardKind};
use shelfmark_markdown::markup::{push_attribute, push_text};
use shelfmark_markdown::{Element, Embed, Image, Link, Sink, host};

use super::archive::Archive;
use super::body;
use crate::route::Route;

/// The HTML of a post.
pub(super) fn html(record: &Reading, archive: &Archive) -> String {
    let mut markup = Markup {
        record,
        archive,
        out: String::new(),
        open: Vec::new(),
    };
    body::walk(record, archive.options(), &mut markup);
    markup.out
}

struct Markup<'a> {
    record: &'a Reading,
    archive: &'a Archive,
    out: String,
    /// The names under which elements were opened.
    open: Vec<&'static str>,
}

impl Markup<'_> {
    fn start(&mut self, name: &'static str) {
        self.out.push('<');
        self.out.push_str(name);
    }

    fn attribute(&mut self, name: &str, value: &str) {
        push_attribute(&mut self.out, name, value);
    }

    fn end(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    fn lead_outside(&mut self, address: &str) {
        self.attribute("href", address);
        self.attribute("rel", "noopener noreferrer");
    }

    /// Words that lead elsewhere, unless a link is open already.
    fn words(&mut self, class: &str, address: &str, words: &str) {
        let linked = self.open.contains(&"a");
        let name = if linked { "span" } else { "a" };
        self.start(name);
        self.attribute("class", class);
        if !linked && !address.is_empty() {
            self.lead_outside(address);
        }
        self.out.push('>');
        push_text(&mut self.out, words);
        self.end(name);
    }
}

impl Sink for Markup<'_> {
    fn open(&mut self, element: &Element) {
        let name = match element.name {
            "a" if self.open.contains(&"a") => "span",
            name => name,
        };
        self.start(name);
        for (attribute, value) in &element.attributes {
            self.attribute(attribute, value);
        }
        if name == "a" {
            match &element.link {
                Some(Link::Outside(address)) => self.lead_outside(address),
                Some(Link::Inside(id)) => {
                    let address = ["#", id].concat();
                    self.attribute("href", &address);
                }
                Some(Link::Post(slug)) => {
                    self.attribute("href", &Route::Post(slug.clone()).hash());
                }
                None => {}
            }
        }
        self.out.push('>');
        if name == "pre" {
            // Parsers take the first line end away: let it be this one.
            self.out.push('\n');
        }
        self.open.push(name);
    }

    fn close(&mut self, _: &Element) {
        if let Some(name) = self.open.pop() {
            self.end(name);
        }
    }

    fn text(&mut self, text: &str) {
        push_text(&mut self.out, text);
    }

    fn line_break(&mut self) {
        self.out.push_str("<br>");
    }

    fn word_break(&mut self) {
        self.out.push_str("<wbr>");
    }

    fn rule(&mut self) {
        self.out.push_str("<hr>");
    }

    fn image(&mut self, image: &Image) {
        let copy = image
            .copy
            .and_then(|copy| self.record.pictures.get(copy as usize));
        let address = image.address.as_deref().unwrap_or_default();
        // Hosts do not say what a file of the bundle is: of all kinds but drawings, browsers see it.
        let shown = match copy {
            Some(picture) if picture.2 != "svg+xml" => {
                Some(self.archive.address(&picture.1.file_name(ShardKind::Image)))
            }
            _ if address.starts_with("data:") => Some(address.to_owned()),
            _ => None,
        };
        let Some(shown) = shown else {
            let words = match (&*image.alt, host(address)) {
                ("", Some(host)) => host,
                (alt, _) => alt,
            };
            self.words("picture", address, words);
            return;
        };
        self.start("img");
        self.attribute("src", &shown);
        self.attribute("alt", &image.alt);
        if let Some((width, height)) = image.size {
            self.attribute("width", &width.to_string());
            self.attribute("height", &height.to_string());
        }
        self.out.push('>');
    }

    fn embed(&mut self, embed: &Embed) {
        let title = match &*embed.title {
            "" => host(&embed.address).unwrap_or_default(),
            title => title,
        };
        self.words("embed", &embed.address, title);
    }

    fn task(&mut self, done: bool) {
        self.out.push_str(if done { "☑ " } else { "☐ " });
    }
}
