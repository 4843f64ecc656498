//! The visible text of a post: what search finds and snippets show.

use crate::clean::{Element, Embed, Image, Sink};
use crate::policy::Flow;

/// Collects visible text: white space collapsed, one line feed between blocks.
///
/// Ruby annotations follow the whole word they explain, so that the word itself stays
/// contiguous. What pictures and players show in their place is not part of the text.
#[derive(Debug, Default)]
pub struct VisibleText {
    text: String,
    /// What must stand before the next character.
    gap: Gap,
    /// Annotations of the ruby element that is open.
    annotations: String,
    annotating: bool,
    /// How many ruby elements are open.
    words: usize,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    #[default]
    None,
    Space,
    Line,
}

impl VisibleText {
    /// An empty text.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The text collected, without white space at its ends.
    #[must_use]
    pub fn finish(self) -> String {
        self.text
    }

    fn separate(&mut self, gap: Gap) {
        self.gap = self.gap.max(gap);
    }
}

impl Sink for VisibleText {
    fn open(&mut self, element: &Element) {
        match element.flow {
            Flow::Inline => self.words += usize::from(element.name == "ruby"),
            Flow::Block => self.separate(Gap::Line),
            Flow::Cell => self.separate(Gap::Space),
            // Without a word that it explains it is text like any other.
            Flow::Annotation => self.annotating = self.words > 0,
        }
    }

    fn close(&mut self, element: &Element) {
        match element.flow {
            Flow::Inline => {
                if element.name != "ruby" {
                    return;
                }
                self.words = self.words.saturating_sub(1);
                if self.words == 0 && !self.annotations.is_empty() {
                    self.annotating = false;
                    let annotations = core::mem::take(&mut self.annotations);
                    self.separate(Gap::Space);
                    self.text(&annotations);
                    self.separate(Gap::Space);
                }
            }
            Flow::Block => self.separate(Gap::Line),
            Flow::Cell => self.separate(Gap::Space),
            Flow::Annotation => self.annotating = false,
        }
    }

    fn text(&mut self, text: &str) {
        if self.annotating {
            self.annotations.push_str(text);
            return;
        }
        for (index, part) in text.split(char::is_whitespace).enumerate() {
            if index > 0 {
                self.separate(Gap::Space);
            }
            if part.is_empty() {
                continue;
            }
            if !self.text.is_empty() {
                match self.gap {
                    Gap::None => {}
                    Gap::Space => self.text.push(' '),
                    Gap::Line => self.text.push('\n'),
                }
            }
            self.gap = Gap::None;
            self.text.push_str(part);
        }
    }

    fn line_break(&mut self) {
        self.separate(Gap::Line);
    }

    fn rule(&mut self) {
        self.separate(Gap::Line);
    }

    fn image(&mut self, _: &Image) {
        self.separate(Gap::Line);
    }

    fn embed(&mut self, _: &Embed) {
        self.separate(Gap::Line);
    }

    fn task(&mut self, _: bool) {
        self.separate(Gap::Space);
    }
}
