//! A post's body as HTML text, element by element as the sanitising walk allows it.
//!
//! Everything the walk gives is escaped; its decisions are all there is. As this text is parsed
//! again by browsers, what may move about then must not leave the post: a post can't make any of
//! the elements that stand around it (`section`, `article`, `main`), and of its own all are closed.

use shelfmark_bundle::{Picture, ShardKind};
use shelfmark_markdown::{Element, Embed, Image, Link, Sink, host};

use super::html::{push_attribute, push_element, push_text};
use super::plan::Plan;
use super::texts::Texts;

/// Writes a body.
#[derive(Debug)]
pub(super) struct Body<'a> {
    texts: &'a Texts,
    out: String,
    /// Stands before ids where several posts share a page.
    prefix: &'a str,
    /// The names under which elements were opened.
    open: Vec<&'static str>,
    plan: &'a Plan<'a>,
    /// The archive's own copies of what the post shows.
    pictures: &'a [Picture],
    /// How many links are open: one inside another would end it.
    links: usize,
}

/// The frame of what may be wider than the page: it scrolls by itself, also by keyboard.
const FRAME: &str = "<div class=\"wide\" tabindex=\"0\" role=\"group\">";

impl<'a> Body<'a> {
    /// An empty body; `prefix` is empty when the post has a page of its own.
    pub(super) fn new(
        texts: &'a Texts,
        prefix: &'a str,
        plan: &'a Plan<'a>,
        pictures: &'a [Picture],
    ) -> Self {
        Self {
            texts,
            out: String::new(),
            prefix,
            open: Vec::new(),
            plan,
            pictures,
            links: 0,
        }
    }

    /// What was written.
    pub(super) fn finish(self) -> String {
        self.out
    }

    /// The name an element gets here.
    fn name(&self, element: &Element) -> &'static str {
        match element.name {
            "a" if self.links > 0 => "span",
            // Below the post's own heading, which is one of several.
            "h2" if !self.prefix.is_empty() => "h3",
            "h3" if !self.prefix.is_empty() => "h4",
            "h4" if !self.prefix.is_empty() => "h5",
            "h5" if !self.prefix.is_empty() => "h6",
            name => name,
        }
    }

    /// A card that leads elsewhere; words when a link is open already.
    fn card(&mut self, class: &str, address: &str, title: &str, note: &str) {
        let name = if self.links > 0 { "span" } else { "a" };
        self.out.push('<');
        self.out.push_str(name);
        push_attribute(&mut self.out, "class", class);
        if self.links == 0 {
            self.lead_outside(address);
        }
        self.out.push('>');
        let title_attributes = [("class", "card-title"), ("dir", "auto")];
        push_element(&mut self.out, "span", &title_attributes, title);
        self.out.push(' ');
        push_element(&mut self.out, "span", &[("class", "card-note")], note);
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    /// A picture that no other site hears of.
    fn show(&mut self, address: &str, image: &Image) {
        self.out.push_str("<img");
        push_attribute(&mut self.out, "src", address);
        push_attribute(&mut self.out, "alt", &image.alt);
        if let Some((width, height)) = image.size {
            push_attribute(&mut self.out, "width", &width.to_string());
            push_attribute(&mut self.out, "height", &height.to_string());
        }
        self.out.push('>');
    }

    fn lead_outside(&mut self, address: &str) {
        push_attribute(&mut self.out, "href", address);
        push_attribute(&mut self.out, "rel", "noopener noreferrer");
    }
}

impl Sink for Body<'_> {
    fn open(&mut self, element: &Element) {
        let name = self.name(element);
        if matches!(name, "table" | "pre") {
            self.out.push_str(FRAME);
        }
        self.out.push('<');
        self.out.push_str(name);
        for (attribute, value) in &element.attributes {
            if *attribute == "id" && !self.prefix.is_empty() {
                push_attribute(&mut self.out, "id", &format!("{}{value}", self.prefix));
            } else {
                push_attribute(&mut self.out, attribute, value);
            }
        }
        if name == "a" {
            self.links += 1;
            match &element.link {
                Some(Link::Outside(address)) => self.lead_outside(address),
                Some(Link::Inside(id)) => {
                    push_attribute(&mut self.out, "href", &format!("#{}{id}", self.prefix));
                }
                Some(Link::Post(slug)) => {
                    if let Some(file) = self.plan.post(slug) {
                        push_attribute(&mut self.out, "href", &file);
                    }
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
        let Some(name) = self.open.pop() else { return };
        self.links -= usize::from(name == "a");
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
        if matches!(name, "table" | "pre") {
            self.out.push_str("</div>");
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
        let texts = self.texts;
        let copy = image.copy.and_then(|copy| self.pictures.get(copy as usize));
        // Hosts do not tell what the file is: of most kinds browsers see it for themselves.
        if let Some(Picture(_, file, kind)) = copy
            && kind != "svg+xml"
        {
            let file = file.file_name(ShardKind::Image);
            self.show(&format!("../../bundle/{file}"), image);
            return;
        }
        match &image.address {
            Some(address) if address.starts_with("data:") => self.show(address, image),
            // Not loaded by itself: that would tell another site who reads here.
            Some(address) => {
                let title = match image.alt.as_str() {
                    "" => texts.get("picture"),
                    alt => alt,
                };
                let host = host(address).unwrap_or_default();
                let note = texts.fill("picture.on", &[("host", host)]);
                self.card("picture", address, title, &note);
            }
            None => {
                let label = format!("{} ({})", image.alt, texts.get("image.none"));
                push_element(&mut self.out, "span", &[("class", "missing")], &label);
            }
        }
    }

    fn embed(&mut self, embed: &Embed) {
        let host = host(&embed.address).unwrap_or_default();
        let title = match embed.title.as_str() {
            "" => host,
            title => title,
        };
        let note = self.texts.fill("embed", &[("host", host)]);
        self.card("embed", &embed.address, title, &note);
    }

    fn task(&mut self, done: bool) {
        let mark = if done { "☑ " } else { "☐ " };
        push_element(&mut self.out, "span", &[("class", "task")], mark);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use shelfmark_markdown::Context;

    use super::*;
    use crate::render::Document;

    fn check_shared(markdown: &str, prefix: &str, expected: &str) {
        let texts = Texts::of(None);
        let tags = BTreeMap::new();
        let plan = Plan::of(&[], &tags);
        let mut body = Body::new(&texts, prefix, &plan, &[]);
        let context = Context {
            title: "",
            source: Some("https://a.example/b/"),
            known: None,
        };
        Document::parse(markdown).walk(context, &mut body);
        assert_eq!(body.finish().trim_end(), expected, "{markdown}");
    }

    fn check(markdown: &str, expected: &str) {
        check_shared(markdown, "", expected);
    }

    #[test]
    fn text_and_addresses_are_escaped() {
        check(
            "a & b &lt;script> [x](y?a=1&b=\"2\")",
            "<p>a &amp; b &lt;script&gt; \
             <a href=\"https://a.example/b/y?a=1&amp;b=%222%22\" rel=\"noopener noreferrer\">x</a></p>",
        );
    }

    #[test]
    fn pictures_and_players_are_links() {
        check(
            "![A cat](c.jpg)",
            "<p><a class=\"picture\" href=\"https://a.example/b/c.jpg\" rel=\"noopener noreferrer\">\
             <span class=\"card-title\" dir=\"auto\">A cat</span> \
             <span class=\"card-note\">on a.example</span></a></p>",
        );
        check(
            "[![](c.jpg)](d)",
            "<p><a href=\"https://a.example/b/d\" rel=\"noopener noreferrer\"><span class=\"picture\">\
             <span class=\"card-title\" dir=\"auto\">Picture</span> \
             <span class=\"card-note\">on a.example</span></span></a></p>",
        );
    }

    #[test]
    fn posts_that_share_a_page_share_no_id() {
        let markdown = "<h2 id=\"x\">T</h2>\n\n[t](#x)";
        check(
            markdown,
            "<h2 id=\"post-x\">T</h2>\n<p><a href=\"#post-x\">t</a></p>",
        );
        check_shared(
            markdown,
            "3.",
            "<h3 id=\"3.post-x\">T</h3>\n<p><a href=\"#3.post-x\">t</a></p>",
        );
    }

    #[test]
    fn the_first_line_of_code_is_kept() {
        let frame = "<div class=\"wide\" tabindex=\"0\" role=\"group\">";
        check(
            "<pre>\n\n  a\n</pre>",
            &format!("{frame}<pre>\n\n  a\n</pre></div>"),
        );
    }
}
