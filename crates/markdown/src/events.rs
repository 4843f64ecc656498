//! Between the parser and the HTML: puts marked pieces back, names headings, explains abbreviations.

use std::collections::BTreeMap;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, Tag, TagEnd};

use crate::marks::{self, Marks, Place, escape};
use crate::prepare::{ANCHOR, Prepared, is_mark};

/// Takes the parser's events and collects those to be shown.
pub(crate) struct Filter<'a> {
    pub(crate) events: Vec<Event<'a>>,
    marks: &'a Marks<'a>,
    abbreviations: BTreeMap<&'a str, &'a str>,
    /// How often each name was given to a heading.
    names: BTreeMap<String, usize>,
    headings: Vec<Heading>,
    /// Where the heading stands that is open.
    heading: Option<usize>,
    /// Whether code is open, and how many pictures.
    code: bool,
    pictures: usize,
}

struct Heading {
    level: usize,
    id: String,
    text: String,
}

impl<'a> Filter<'a> {
    pub(crate) fn new(prepared: &'a Prepared<'a>) -> Self {
        Self {
            events: Vec::new(),
            marks: &prepared.marks,
            abbreviations: prepared.abbreviations.iter().copied().collect(),
            names: BTreeMap::new(),
            headings: Vec::new(),
            heading: None,
            code: false,
            pictures: 0,
        }
    }

    pub(crate) fn push(&mut self, event: Event<'a>) {
        let event = match event {
            Event::Text(text) if !self.code => return self.text(text),
            Event::Text(text) => Event::Text(self.restored(text, Place::Code)),
            Event::Code(text) => Event::Code(self.restored(text, Place::Code)),
            Event::Html(text) => Event::Html(self.restored(text, Place::Html)),
            Event::InlineHtml(text) => Event::InlineHtml(self.restored(text, Place::Html)),
            Event::Start(tag) => {
                self.start(&tag);
                Event::Start(self.tag(tag))
            }
            Event::End(tag) => {
                match tag {
                    TagEnd::Heading(_) => self.name_heading(),
                    TagEnd::CodeBlock => self.code = false,
                    TagEnd::Image => self.pictures = self.pictures.saturating_sub(1),
                    _ => {}
                }
                Event::End(tag)
            }
            Event::FootnoteReference(label) => {
                Event::FootnoteReference(self.restored(label, Place::Plain))
            }
            event => event,
        };
        self.events.push(event);
    }

    fn start(&mut self, tag: &Tag<'a>) {
        match tag {
            Tag::Heading { .. } => self.heading = Some(self.events.len()),
            Tag::CodeBlock(_) => self.code = true,
            Tag::Image { .. } => self.pictures += 1,
            _ => {}
        }
    }

    /// A tag with what was taken out of its addresses and titles.
    fn tag(&self, tag: Tag<'a>) -> Tag<'a> {
        let address = |text: CowStr<'a>| {
            let text = self.restored(text, Place::Plain);
            // Nobody knows where it leads.
            if text.contains("{{") || text.contains("{%") {
                "liquid:".into()
            } else {
                text
            }
        };
        match tag {
            Tag::Link {
                link_type,
                dest_url,
                title,
                id,
            } => Tag::Link {
                link_type,
                dest_url: address(dest_url),
                title: self.restored(title, Place::Plain),
                id,
            },
            Tag::Image {
                link_type,
                dest_url,
                title,
                id,
            } => Tag::Image {
                link_type,
                dest_url: address(dest_url),
                title: self.restored(title, Place::Plain),
                id,
            },
            Tag::CodeBlock(CodeBlockKind::Fenced(info)) => {
                Tag::CodeBlock(CodeBlockKind::Fenced(self.restored(info, Place::Code)))
            }
            Tag::FootnoteDefinition(label) => {
                Tag::FootnoteDefinition(self.restored(label, Place::Plain))
            }
            tag => tag,
        }
    }

    fn restored(&self, text: CowStr<'a>, place: Place) -> CowStr<'a> {
        if text.contains(marks::BEGIN) {
            self.marks.restore(&text, place).into()
        } else {
            text
        }
    }

    /// Text outside code.
    fn text(&mut self, text: CowStr<'a>) {
        if !text.contains(marks::BEGIN) {
            return self.words(text);
        }
        if self.pictures > 0 {
            let text = self.restored(text, Place::Plain);
            self.events.push(Event::Text(text));
            return;
        }
        for part in Marks::split(&marks::without_spaces(&text)) {
            if part.is_empty() {
                continue;
            }
            match self.marks.html(part) {
                Some(html) => self.events.push(Event::InlineHtml(html.to_owned().into())),
                None => self.words(part.to_owned().into()),
            }
        }
    }

    /// Text without marks: explains abbreviations.
    fn words(&mut self, text: CowStr<'a>) {
        if self.abbreviations.is_empty() {
            self.events.push(Event::Text(text));
            return;
        }
        let is_word = |c: char| !is_mark(c) && !c.is_whitespace();
        let mut from = 0;
        let mut at = 0;
        while at < text.len() {
            let rest = &text[at..];
            let end = at + rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            if let Some(long) = self.abbreviations.get(&text[at..end]) {
                let mut html = String::from("<abbr title=\"");
                escape(long, &mut html);
                html.push_str("\">");
                self.events
                    .push(Event::Text(text[from..at].to_owned().into()));
                self.events.push(Event::InlineHtml(html.into()));
                self.events
                    .push(Event::Text(text[at..end].to_owned().into()));
                self.events.push(Event::InlineHtml("</abbr>".into()));
                from = end;
            }
            let rest = &text[end..];
            at = end + rest.find(is_word).unwrap_or(rest.len());
        }
        self.events
            .push(Event::Text(text[from..].to_owned().into()));
    }

    /// Gives the heading that ends an id: its own, or one made of its text as GitHub makes them.
    fn name_heading(&mut self) {
        let Some(start) = self.heading.take() else {
            return;
        };
        let mut text = String::new();
        let mut own = None;
        for event in &self.events[start..] {
            match event {
                Event::Text(part) | Event::Code(part) => text.push_str(part),
                Event::SoftBreak | Event::HardBreak => text.push(' '),
                Event::InlineHtml(html) => {
                    let id = html
                        .strip_prefix(ANCHOR)
                        .and_then(|id| id.split('"').next());
                    own = own.or(id.map(str::to_owned));
                }
                _ => {}
            }
        }
        let id = own.clone().unwrap_or_else(|| name(&text));
        if id.is_empty() {
            return;
        }
        let count = self.names.entry(id.clone()).or_default();
        let id = match *count {
            0 => id,
            count => format!("{id}-{count}"),
        };
        *count += 1;
        if let Some(Event::Start(Tag::Heading {
            level, id: stated, ..
        })) = self.events.get_mut(start)
        {
            *stated = Some(id.clone().into());
            let level = *level as usize;
            self.headings.push(Heading { level, id, text });
        }
        if own.is_some() {
            let is_anchor = |event: &Event<'_>| matches!(event, Event::InlineHtml(html) if html.starts_with(ANCHOR));
            if let Some(anchor) = self.events[start..].iter().position(is_anchor) {
                self.events.remove(start + anchor);
            }
        }
    }

    /// The table of contents.
    pub(crate) fn contents(&self) -> String {
        let mut out = String::new();
        let mut open: Vec<usize> = Vec::new();
        for heading in &self.headings {
            while open.len() > 1 && open.last().is_some_and(|level| *level > heading.level) {
                open.pop();
                out.push_str("</ul>");
            }
            if open.last().is_none_or(|level| *level < heading.level) {
                open.push(heading.level);
                out.push_str("<ul>");
            }
            out.push_str("<li><a href=\"#");
            escape(&heading.id, &mut out);
            out.push_str("\">");
            escape(heading.text.trim(), &mut out);
            out.push_str("</a></li>");
        }
        for _ in open {
            out.push_str("</ul>");
        }
        out
    }
}

/// What GitHub calls a heading: letters, digits, `-` and `_`, spaces as `-`.
fn name(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    for c in text.trim().chars() {
        match c {
            ' ' | '\t' | '\u{A0}' => name.push('-'),
            '-' | '_' => name.push(c),
            // The alphabets that have capitals, but for rare letters.
            'À'..='Þ' | 'Α'..='Ϋ' | 'А'..='Я' if c != '×' => {
                name.extend(char::from_u32(c as u32 + 32))
            }
            'Ѐ'..='Џ' => name.extend(char::from_u32(c as u32 + 80)),
            c if is_mark(c) || c.is_whitespace() || c.is_control() => {}
            c => name.push(c.to_ascii_lowercase()),
        }
    }
    name
}
