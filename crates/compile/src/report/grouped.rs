//! Many problems in few lines: by kind, counted, with examples of each.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Shown, escaped, human};
use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::error::count;

/// So many problems are shown whole, with their lines.
const FEW: usize = 6;

/// Examples of each kind otherwise.
const EXAMPLES: usize = 2;

/// Lines within which the examples show their lines of source: about two screens.
const LINES: usize = 100;

/// Characters of one line of an example.
const WIDTH: usize = 110;

/// Renders problems for a terminal: a few as they are, many by kind. Errors come first, notes last.
/// Where there are so many kinds that it gets long, only the first example of each shows its line of
/// source, or none does.
#[must_use]
pub fn grouped(diagnostics: &[Diagnostic], colour: bool) -> String {
    if diagnostics.len() <= FEW {
        return human(diagnostics, colour, FEW);
    }
    let mut kinds: BTreeMap<(core::cmp::Reverse<Severity>, &str), Vec<&Diagnostic>> =
        BTreeMap::new();
    for diagnostic in diagnostics {
        let key = (core::cmp::Reverse(diagnostic.severity), diagnostic.code);
        kinds.entry(key).or_default().push(diagnostic);
    }
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    kinds.sort_by_key(|((severity, _), found)| (*severity, core::cmp::Reverse(found.len())));
    let with_lines = |lines: usize| {
        let mut out = String::new();
        for ((severity, code), found) in &kinds {
            one_kind(severity.0, code, found, lines, colour, &mut out);
        }
        out
    };
    (0..=EXAMPLES)
        .rev()
        .map(with_lines)
        .find(|out| out.lines().count() <= LINES)
        .unwrap_or_else(|| with_lines(0))
}

/// Renders problems of one kind; the first `lines` examples show their lines of source.
fn one_kind(
    severity: Severity,
    code: &str,
    found: &[&Diagnostic],
    lines: usize,
    colour: bool,
    out: &mut String,
) {
    let (name, paint) = match severity {
        Severity::Error => ("error", "\x1b[1;31m"),
        Severity::Warning => ("warning", "\x1b[1;33m"),
        Severity::Note => ("note", "\x1b[1;36m"),
    };
    let (paint, bold, dim, plain) = if colour {
        (paint, "\x1b[1m", "\x1b[2m", "\x1b[0m")
    } else {
        ("", "", "", "")
    };
    // Problems of one kind lie in the order of files.
    let mut files: Vec<&str> = found.iter().map(|problem| problem.file.as_str()).collect();
    files.dedup();
    let _ = write!(out, "{paint}{name}[{code}]{plain}: ");
    let _ = writeln!(
        out,
        "{bold}{} in {}{plain}",
        count(found.len(), "time"),
        count(files.len(), "file")
    );
    for (number, example) in examples(found).into_iter().enumerate() {
        let mut line = escaped(&example.file);
        if let Some(place) = &example.place {
            let _ = write!(line, ":{}:{}", place.line, place.column);
        }
        let _ = writeln!(out, "  {dim}{}{plain}", tail(&line));
        let _ = writeln!(out, "    {}", head(&escaped(&example.message)));
        if let Some(place) = &example.place
            && number < lines
            && !place.source.trim().is_empty()
        {
            let _ = writeln!(out, "    {}", source(place, bold, dim, plain));
        }
    }
    if let Some(help) = found.iter().find_map(|problem| problem.help.as_deref()) {
        let _ = writeln!(out, "  = help: {}", escaped(help));
    }
    out.push('\n');
}

/// A line of source with its number; the marked part is bold where there are colours.
fn source(place: &Place, bold: &str, dim: &str, plain: &str) -> String {
    let Shown { source, span } = Shown::new(place);
    let (before, marked, after) = (
        &source[..span.start],
        &source[span.clone()],
        &source[span.end..],
    );
    let line = place.line;
    format!("{dim}{line} | {before}{plain}{bold}{marked}{plain}{dim}{after}{plain}")
}

/// The first problem, and the next one of which other words are said.
fn examples<'a>(found: &[&'a Diagnostic]) -> Vec<&'a Diagnostic> {
    let mut shown: Vec<&Diagnostic> = found.iter().copied().take(1).collect();
    for problem in found {
        if shown.len() == EXAMPLES {
            break;
        }
        if shown.iter().all(|other| other.message != problem.message) {
            shown.push(problem);
        }
    }
    shown
}

fn head(text: &str) -> String {
    let mut letters = text.chars();
    let mut out: String = letters.by_ref().take(WIDTH).collect();
    if letters.next().is_some() {
        out.push('…');
    }
    out
}

/// The end of a path, which tells more than its beginning.
fn tail(text: &str) -> String {
    let length = text.chars().count();
    if length <= WIDTH {
        return text.to_owned();
    }
    let end: String = text.chars().skip(length - WIDTH).collect();
    format!("…{end}")
}
