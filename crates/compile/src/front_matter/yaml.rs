//! YAML front matter: `saphyr-parser`'s events become the small tree.
//!
//! Depth, size and aliases are bounded, and a panic of the parser is an error like any other, so
//! that one post can't take the others down.

mod explain;

use core::ops::Range;
use std::borrow::Cow;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span, StrInput, Tag};

use super::{Entry, Node, Value};

/// Deepest nesting of lists and maps.
const MAX_DEPTH: usize = 32;

/// Most that aliases may add to the tree, in bytes of text and nodes; a few hundred bytes of
/// nested aliases would otherwise fill the memory.
const MAX_EXPANSION: usize = 1 << 18;

/// Why a block is not a map of keys and values.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Error {
    /// Where, in bytes of the file's text.
    pub(super) place: Range<usize>,
    /// What was found; empty when the block is well-formed but no map.
    pub(super) message: String,
    /// What would mend it.
    pub(super) help: String,
    /// A bound was crossed: parts of the block are no better than the whole.
    pub(super) limit: bool,
}

impl Error {
    pub(super) fn is_no_map(&self) -> bool {
        self.message.is_empty()
    }
}

/// The first document of a block.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Document {
    pub(super) entries: Vec<Entry>,
    /// Where another document begins.
    pub(super) next: Option<Range<usize>>,
}

/// Reads the first document of `text[inner]`; it must be a map or empty.
pub(super) fn parse(text: &str, inner: Range<usize>) -> Result<Document, Error> {
    let source = &text[inner.clone()];
    // To the parser NUL is the end. Characters are counted, so the places stay right.
    let source = if source.contains('\0') {
        Cow::Owned(source.replace('\0', "\u{fffd}"))
    } else {
        Cow::Borrowed(source)
    };
    let build = || Builder::new(text, inner.start).run(Parser::new_from_str(&source));
    catch_unwind(AssertUnwindSafe(build)).unwrap_or_else(|_| {
        Err(Error {
            place: inner.start..inner.start,
            message: "the YAML reader gave up on this front matter".to_owned(),
            help: "write it more simply".to_owned(),
            limit: true,
        })
    })
}

/// A list or map that is not closed yet.
enum Open {
    List(Vec<Node>),
    Map(Vec<Entry>, Option<(String, Range<usize>)>),
}

/// Builds the tree from events.
struct Builder<'a> {
    text: &'a str,
    offsets: Offsets<'a>,
    open: Vec<(Open, Range<usize>, usize)>,
    anchors: HashMap<usize, Node>,
    expanded: usize,
    root: Option<Node>,
}

impl<'a> Builder<'a> {
    fn new(text: &'a str, start: usize) -> Self {
        Self {
            text,
            offsets: Offsets {
                text,
                start,
                character: 0,
                byte: start,
            },
            open: Vec::new(),
            anchors: HashMap::new(),
            expanded: 0,
            root: None,
        }
    }

    fn run(mut self, mut parser: Parser<'_, StrInput<'_>>) -> Result<Document, Error> {
        let mut next = None;
        while let Some(event) = parser.next_event() {
            let (event, span) = event.map_err(|error| self.syntax(&error))?;
            if matches!(event, Event::DocumentEnd) {
                if let Some(Ok((Event::DocumentStart(_), span))) = parser.next_event() {
                    next = Some(self.place(span));
                }
                break;
            }
            self.take(event, span)?;
        }
        let document = |entries| Ok(Document { entries, next });
        match self.root {
            None => document(Vec::new()),
            Some(node) if node.is_null() => document(Vec::new()),
            Some(Node {
                value: Value::Map(entries),
                ..
            }) => document(entries),
            Some(node) => Err(Error {
                place: node.place,
                message: String::new(),
                help: String::new(),
                limit: false,
            }),
        }
    }

    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Error> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let place = self.place(span);
                let value = scalar(text, style, tag.as_deref());
                self.node(Node { place, value }, anchor)
            }
            Event::Alias(anchor) => {
                let place = self.place(span);
                let node = self.anchors.get(&anchor).cloned();
                let node = node.unwrap_or_else(|| Node {
                    place: place.clone(),
                    value: Value::Text(self.text[place.clone()].to_owned()),
                });
                self.expanded += weight(&node);
                if self.expanded > MAX_EXPANSION {
                    return Err(limit(place, "the aliases grow to more than 256 KiB"));
                }
                self.node(
                    Node {
                        place,
                        value: node.value,
                    },
                    0,
                )
            }
            Event::SequenceStart(anchor, _) => self.enter(Open::List(Vec::new()), span, anchor),
            Event::MappingStart(anchor, _) => self.enter(Open::Map(Vec::new(), None), span, anchor),
            Event::SequenceEnd | Event::MappingEnd => {
                let Some((open, place, anchor)) = self.open.pop() else {
                    return Ok(());
                };
                let place = place.start..self.offsets.of(span.end).max(place.start);
                let value = match open {
                    Open::List(items) => Value::List(items),
                    Open::Map(entries, _) => Value::Map(merged(entries)),
                };
                self.node(Node { place, value }, anchor)
            }
            _ => Ok(()),
        }
    }

    fn enter(&mut self, open: Open, span: Span, anchor: usize) -> Result<(), Error> {
        let place = self.place(span);
        if self.open.len() >= MAX_DEPTH {
            return Err(limit(place, "the front matter is nested too deeply"));
        }
        self.open.push((open, place, anchor));
        Ok(())
    }

    fn node(&mut self, node: Node, anchor: usize) -> Result<(), Error> {
        if anchor != 0 {
            self.expanded += weight(&node);
            if self.expanded > 4 * MAX_EXPANSION {
                return Err(limit(node.place, "the anchors hold more than 1 MiB"));
            }
            self.anchors.insert(anchor, node.clone());
        }
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some((Open::List(items), ..)) => items.push(node),
            Some((Open::Map(entries, key), ..)) => match key.take() {
                Some((key, place)) => entries.push(Entry { key, place, node }),
                None => {
                    let name = match node.value {
                        Value::Plain(text) | Value::Text(text) => text,
                        // A list or map as a key: what was written will do.
                        _ => self.text[node.place.clone()].trim().to_owned(),
                    };
                    *key = Some((name, node.place));
                }
            },
        }
        Ok(())
    }

    fn place(&mut self, span: Span) -> Range<usize> {
        let start = self.offsets.of(span.start);
        start..self.offsets.of(span.end).max(start)
    }

    fn syntax(&mut self, error: &ScanError) -> Error {
        let at = self.offsets.of(*error.marker());
        let (place, message, help) = explain::explain(self.text, at, error.info());
        Error {
            place,
            message,
            help,
            limit: false,
        }
    }
}

fn limit(place: Range<usize>, message: &str) -> Error {
    Error {
        place,
        message: message.to_owned(),
        help: "write it more simply".to_owned(),
        limit: true,
    }
}

fn scalar(text: Cow<'_, str>, style: ScalarStyle, tag: Option<&Tag>) -> Value {
    let text = text.into_owned();
    match (style, tag) {
        (ScalarStyle::Plain, None) => Value::Plain(text),
        // `title: !important` was meant as text.
        (ScalarStyle::Plain, Some(tag)) if text.is_empty() && tag.handle == "!" => {
            Value::Text(format!("!{}", tag.suffix))
        }
        (ScalarStyle::Plain, Some(tag)) if tag.is_yaml_core_schema() && tag.suffix != "str" => {
            Value::Plain(text)
        }
        _ => Value::Text(text),
    }
}

/// Puts the keys of `<<: *other` beside a map's own, which win.
fn merged(entries: Vec<Entry>) -> Vec<Entry> {
    if !entries.iter().any(|entry| entry.key == "<<") {
        return entries;
    }
    let (others, mut own): (Vec<_>, Vec<_>) = entries.into_iter().partition(|e| e.key == "<<");
    let mut known: std::collections::HashSet<String> = own.iter().map(|e| e.key.clone()).collect();
    for other in others {
        let maps = match other.node.value {
            Value::Map(entries) => vec![entries],
            Value::List(items) => items
                .into_iter()
                .filter_map(|item| match item.value {
                    Value::Map(entries) => Some(entries),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        };
        for entry in maps.into_iter().flatten() {
            if known.insert(entry.key.clone()) {
                own.push(entry);
            }
        }
    }
    own
}

fn weight(node: &Node) -> usize {
    let inside = match &node.value {
        Value::Plain(text) | Value::Text(text) => text.len(),
        Value::List(items) => items.iter().map(weight).sum(),
        Value::Map(entries) => entries.iter().map(|e| e.key.len() + weight(&e.node)).sum(),
    };
    inside + 32
}

/// Turns the parser's character positions into bytes of the text; cheap when they only grow.
struct Offsets<'a> {
    text: &'a str,
    start: usize,
    character: usize,
    byte: usize,
}

impl Offsets<'_> {
    fn of(&mut self, marker: Marker) -> usize {
        let target = marker.index();
        if target < self.character {
            (self.character, self.byte) = (0, self.start);
        }
        let rest = &self.text[self.byte..];
        let steps = target - self.character;
        let forward = rest
            .char_indices()
            .nth(steps)
            .map_or(rest.len(), |(offset, _)| offset);
        self.character = target;
        self.byte += forward;
        self.byte
    }
}
