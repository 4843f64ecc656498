//! Shows diagnostics: to people with the source line, to programs as JSON lines.
//!
//! Posts and file names are written by others: control characters, which could write over the
//! terminal, are shown escaped. Nothing here prints.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};
use serde_json::json;

use crate::diagnostic::{Diagnostic, Place, Severity};

mod grouped;

pub use grouped::grouped;

/// Characters of a source line that are shown at most.
const MAX_SHOWN: usize = 100;

/// Renders diagnostics for a terminal: errors first, at most `most` of them, then how many more
/// there are of each code. Ends with a line end unless empty.
#[must_use]
pub fn human(diagnostics: &[Diagnostic], colour: bool, most: usize) -> String {
    let mut order: Vec<&Diagnostic> = diagnostics.iter().collect();
    order.sort_by_key(|diagnostic| core::cmp::Reverse(diagnostic.severity));
    let (shown, hidden) = order.split_at(most.min(order.len()));
    let renderer = if colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let mut out = String::new();
    for diagnostic in shown {
        out.push_str(&one(diagnostic, &renderer));
        out.push_str("\n\n");
    }
    if !hidden.is_empty() {
        let kinds: Vec<String> = counted(hidden.iter().copied())
            .into_iter()
            .map(|(code, count)| format!("{count} {code}"))
            .collect();
        let _ = writeln!(out, "... and {} more: {}", hidden.len(), kinds.join(", "));
    }
    out
}

/// Renders one diagnostic as a JSON object on one line, without a line end.
#[must_use]
pub fn json_line(diagnostic: &Diagnostic) -> String {
    let place = diagnostic.place.as_ref();
    // Put together by hand so that the fields keep the contract's order.
    let fields = [
        ("file", json!(diagnostic.file)),
        ("line", json!(place.map(|place| place.line))),
        ("column", json!(place.map(|place| place.column))),
        (
            "severity",
            json!(match diagnostic.severity {
                Severity::Note => "note",
                Severity::Warning => "warning",
                Severity::Error => "error",
            }),
        ),
        ("code", json!(diagnostic.code)),
        ("message", json!(diagnostic.message)),
        ("help", json!(diagnostic.help)),
    ];
    let fields: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("\"{name}\":{value}"))
        .collect();
    format!("{{{}}}", fields.join(","))
}

fn counted<'a>(diagnostics: impl Iterator<Item = &'a Diagnostic>) -> Vec<(&'static str, usize)> {
    let mut counts = BTreeMap::new();
    for diagnostic in diagnostics {
        *counts.entry(diagnostic.code).or_insert(0_usize) += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|&(_, count)| core::cmp::Reverse(count));
    counts
}

fn one(diagnostic: &Diagnostic, renderer: &Renderer) -> String {
    let level = match diagnostic.severity {
        Severity::Note => Level::NOTE,
        Severity::Warning => Level::WARNING,
        Severity::Error => Level::ERROR,
    };
    let file = escaped(&diagnostic.file);
    let title = level
        .primary_title(escaped(&diagnostic.message))
        .id(diagnostic.code);
    let help = diagnostic
        .help
        .as_deref()
        .map(|help| Level::HELP.message(escaped(help)));
    let Some(place) = &diagnostic.place else {
        let group = title.element(Origin::path(file)).elements(help);
        return renderer.render(&[group]);
    };
    let shown = Shown::new(place);
    // The renderer counts columns in what is shown, which is escaped and cut.
    let counted = shown.source[..shown.span.start].chars().count() + 1;
    let from = format!("{file}:{}:{counted}", place.line);
    let to = format!("{file}:{}:{}", place.line, place.column);
    let snippet = Snippet::source(shown.source)
        .path(file)
        .line_start(place.line)
        .annotation(AnnotationKind::Primary.span(shown.span));
    let group = title.element(snippet).elements(help);
    renderer.render(&[group]).replacen(&from, &to, 1)
}

/// A source line as it is shown: escaped, and cut around the marked part.
struct Shown {
    source: String,
    span: core::ops::Range<usize>,
}

impl Shown {
    fn new(place: &Place) -> Self {
        let source = &place.source;
        let start = source.floor_char_boundary(place.span.start);
        let end = source.floor_char_boundary(place.span.end).max(start);
        let before: Vec<char> = source[..start].chars().collect();
        let lead = before.len().saturating_sub(MAX_SHOWN * 2 / 3);
        let mut shown = String::new();
        if lead > 0 {
            shown.push('…');
        }
        push_escaped(&mut shown, before[lead..].iter().copied());
        let from = shown.len();
        let mut room = MAX_SHOWN.saturating_sub(before.len() - lead).max(20);
        let mut marked = source[start..end].chars();
        push_escaped(&mut shown, marked.by_ref().take(room));
        let to = shown.len();
        room = room.saturating_sub(source[start..end].chars().count());
        let mut after = source[end..].chars();
        push_escaped(&mut shown, after.by_ref().take(room));
        if marked.next().is_some() || after.next().is_some() {
            shown.push('…');
        }
        Self {
            source: shown,
            span: from..to,
        }
    }
}

/// Makes control characters, line separators and direction overrides visible.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_escaped(&mut out, text.chars());
    out
}

fn push_escaped(out: &mut String, characters: impl Iterator<Item = char>) {
    for c in characters {
        match c {
            '\t' => out.push(' '),
            '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            '\u{200e}' | '\u{200f}' | '\u{feff}' => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c if c.is_control() => {
                let _ = write!(out, "{}", c.escape_default());
            }
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests;
