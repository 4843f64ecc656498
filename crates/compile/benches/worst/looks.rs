//! What readers see that they should not, and what looks wrong though nothing is missing.

use std::collections::BTreeMap;

use shelfmark_markdown::{Element, Embed, Image, Sink};

/// Characters in one block, without a break, from which on it is a wall.
const WALL: usize = 3_000;

/// What is counted while a post is walked.
#[derive(Debug, Default)]
pub(crate) struct Looks {
    /// Kinds of trouble, with how much of it there is.
    pub(crate) found: BTreeMap<&'static str, usize>,
    pub(crate) examples: BTreeMap<&'static str, String>,
    block: String,
    verbatim: usize,
    /// Address of the picture before, if nothing was shown since.
    picture: Option<String>,
}

/// Remains of markup in text.
const LITTER: &[(&str, &str)] = &[
    ("a tag as text", "</"),
    ("a tag as text", "<div"),
    ("a tag as text", "<span"),
    ("a tag as text", "<p>"),
    ("a tag as text", "<br"),
    ("a tag as text", "<img"),
    ("a tag as text", "<a "),
    ("an entity as text", "&nbsp;"),
    ("an entity as text", "&amp;"),
    ("an entity as text", "&quot;"),
    ("an entity as text", "&lt;"),
    ("a Markdown link as text", "]("),
    ("a Markdown picture as text", "!["),
    ("a heading's mark as text", "##"),
    ("stars as text", "**"),
    ("a template as text", "{{"),
    ("a template as text", "{%"),
    ("kramdown as text", "{:"),
    ("a script as text", "function("),
    ("a script as text", "document."),
    ("a style as text", "px;"),
    ("a style as text", "!important"),
    ("JSON as text", "{\""),
    ("a backslash as text", "\\_"),
    ("a backslash as text", "\\*"),
    ("a lost character", "\u{fffd}"),
];

impl Looks {
    fn count(&mut self, what: &'static str, much: usize, example: &str) {
        *self.found.entry(what).or_default() += much;
        self.examples
            .entry(what)
            .or_insert_with(|| example.chars().take(60).collect());
    }

    fn end_block(&mut self) {
        let block = std::mem::take(&mut self.block);
        let length = block.chars().count();
        if self.verbatim == 0 && length > WALL {
            self.count("a wall of text", length, &block);
        }
        let block = block.trim();
        if self.verbatim > 0 {
            let han = block
                .chars()
                .filter(|c| ('\u{4e00}'..'\u{9fff}').contains(c))
                .count();
            if han > 40 && han * 2 > length {
                self.count("prose as code", length, block);
            }
            if block.starts_with('<') && block.contains("</") {
                self.count("tags as code", length, block);
            }
            return;
        }
        for (what, mark) in LITTER {
            if let Some(at) = block.find(mark) {
                let from = block[..at]
                    .char_indices()
                    .rev()
                    .nth(15)
                    .map_or(0, |(at, _)| at);
                self.count(what, block.matches(mark).count(), &block[from..]);
            }
        }
    }

    /// Ends the last block.
    pub(crate) fn finish(mut self) -> Self {
        self.end_block();
        self
    }
}

fn is_block(element: &Element) -> bool {
    element.flow != shelfmark_markdown::policy::Flow::Inline
}

impl Sink for Looks {
    fn open(&mut self, element: &Element) {
        if is_block(element) {
            self.end_block();
        }
        self.verbatim += usize::from(matches!(element.name, "pre" | "code"));
    }

    fn close(&mut self, element: &Element) {
        if is_block(element) {
            self.end_block();
        }
        self.verbatim -= usize::from(matches!(element.name, "pre" | "code"));
    }

    fn text(&mut self, text: &str) {
        if !text.trim().is_empty() {
            self.picture = None;
        }
        self.block.push_str(text);
    }

    fn line_break(&mut self) {
        self.end_block();
    }

    fn rule(&mut self) {
        self.end_block();
    }

    fn image(&mut self, image: &Image) {
        let address = image.address.clone().unwrap_or_default();
        let again = !address.is_empty() && self.picture.as_deref() == Some(&address);
        if again {
            self.count("a picture twice", 1, &address);
        }
        if image.address.is_none() && image.copy.is_none() {
            self.count("a picture that leads nowhere", 1, &image.alt);
        }
        self.picture = Some(address);
    }

    fn embed(&mut self, _: &Embed) {
        self.picture = None;
    }

    fn task(&mut self, _: bool) {}
}
