//! What was wrong with a post, where, and what would mend it.
//!
//! A problem in a post is a value, never a panic and never a reason to drop the post: readers of
//! posts return the best [`crate::post::Post`] and the list of complaints. How complaints are
//! shown (terminal, JSON lines) is decided in `report.rs`.
//!
//! | code | meaning |
//! | --- | --- |
//! | `unreadable` | error: a file could not be read; warning: something with the name of a post is none |
//! | `settings-unread` | a file with options in another folder than the first |
//! | `link-loop` | a link leads back to a folder it lies in |
//! | `encoding` | not UTF-8; the encoding that was found is named |
//! | `encoding-lossy` | bytes that are no text, shown as U+FFFD |
//! | `front-matter-yaml`, `front-matter-toml` | broken syntax; the rest of the front matter was read |
//! | `front-matter-unclosed` | no line closes the front matter |
//! | `front-matter-none` | what stands between the fences is no front matter, but body |
//! | `front-matter-late` | white space before the opening fence |
//! | `front-matter-long` | more than 8 MiB between the fences |
//! | `front-matter-duplicate` | a key stands twice; the last counts |
//! | `front-matter-comment` | `tags: #one` is a comment |
//! | `front-matter-value` | a value of the wrong kind, kept among the other keys |
//! | `title-missing` | the title was taken from the file's name |
//! | `date-missing` | no date in the front matter or the file's name |
//! | `date-unreadable` | a date that is not understood or does not exist |
//! | `date-zone` | an ambiguous or unknown time zone, taken as UTC |
//!
//! `check` looks further (`inspect.rs`):
//!
//! | code | meaning |
//! | --- | --- |
//! | `too-large` | error: a post that would take more room than a file of the archive may |
//! | `link-broken` | a link to a post or file that is not there |
//! | `file-left-out` | a link to a file beside the posts that is no post |
//! | `picture-missing` | a picture beside the posts that is not there |
//! | `mojibake` | text that was decoded by the wrong encoding before it was saved |
//! | `replacement` | U+FFFD outside code: characters that were lost before the file was saved |
//! | `html-unclosed` | an element that is never closed, or an end without its element |
//! | `date-suspicious` | in the future, or before there were such posts |
//! | `date-differs` | note: another day than that of the file's name |
//! | `control` | note: control characters |
//! | `copy-text`, `copy-source` | note: the same text, or the same address of the original, as another post |

use core::ops::Range;

/// Codes that reading posts gives.
const CODES: &[&str] = &[
    "encoding",
    "encoding-lossy",
    "front-matter-yaml",
    "front-matter-toml",
    "front-matter-unclosed",
    "front-matter-none",
    "front-matter-late",
    "front-matter-long",
    "front-matter-duplicate",
    "front-matter-comment",
    "front-matter-value",
    "title-missing",
    "date-missing",
    "date-unreadable",
    "date-zone",
];

/// Codes that are given elsewhere: when posts are looked for, and by `check`.
const OTHERS: &[&str] = &[
    "unreadable",
    "settings-unread",
    "link-loop",
    "too-large",
    "link-broken",
    "file-left-out",
    "picture-missing",
    "mojibake",
    "replacement",
    "html-unclosed",
    "date-suspicious",
    "date-differs",
    "control",
    "copy-text",
    "copy-source",
];

/// All codes.
pub fn codes() -> impl Iterator<Item = &'static str> {
    CODES.iter().chain(OTHERS).copied()
}

/// The code of this name, of those that reading posts gives.
pub(crate) fn code(name: &str) -> Option<&'static str> {
    CODES.iter().find(|code| **code == name).copied()
}

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is wrong with the post; its author may want to know.
    Note,
    /// The post is published, but something in it was guessed or could not be read.
    Warning,
    /// The file could not be read at all: it is not in the archive.
    Error,
}

/// One problem in one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// Stable, kebab-case name of the kind of problem, e.g. `front-matter-yaml`.
    pub code: &'static str,
    /// Path of the file as the user would type it (folder given on the command line joined with
    /// the path inside it), lossily decoded.
    pub file: String,
    /// What was found; lower case, no full stop.
    pub message: String,
    /// What to do about it, when there is something to do.
    pub help: Option<String>,
    /// Where, when there is a place.
    pub place: Option<Place>,
}

/// A place in the decoded text of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// 1-based line.
    pub line: usize,
    /// 1-based column, in characters.
    pub column: usize,
    /// The source line itself, without its line end (cut to a sane length when huge).
    pub source: String,
    /// The marked part of `source`, in bytes; empty ranges mark a point.
    pub span: Range<usize>,
}

/// Longest source line kept in a [`Place`], in bytes; real posts hold lines of 127 kB.
const MAX_SOURCE: usize = 400;

/// How much of a long line is kept before the marked part, in bytes.
const LEAD: usize = 100;

impl Diagnostic {
    /// Makes a warning without a place.
    #[must_use]
    pub fn warning(code: &'static str, file: &str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            code,
            file: file.to_owned(),
            message: message.into(),
            help: None,
            place: None,
        }
    }

    /// Makes a note without a place.
    #[must_use]
    pub fn note(code: &'static str, file: &str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Note,
            ..Self::warning(code, file, message)
        }
    }

    /// Makes an error without a place.
    #[must_use]
    pub fn error(code: &'static str, file: &str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            ..Self::warning(code, file, message)
        }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds where it is: a range of bytes in the decoded text of the file.
    #[must_use]
    pub fn at(mut self, text: &str, range: Range<usize>) -> Self {
        self.place = Some(Place::new(text, range));
        self
    }
}

impl Place {
    /// Finds line and column of a range of bytes in `text`; only the first line of it is marked.
    ///
    /// Any range is accepted: ends are moved to the nearest character boundary before them.
    #[must_use]
    pub fn new(text: &str, range: Range<usize>) -> Self {
        let start = text.floor_char_boundary(range.start);
        let end = text.floor_char_boundary(range.end).max(start);
        let (line, from) = line_of(text, start);
        let rest = &text[from..];
        let to = from + rest.find(['\n', '\r']).unwrap_or(rest.len());
        let (start, end) = (start.min(to), end.min(to));
        // A byte order mark is not a column of the first line.
        let from = if from == 0 && text.starts_with('\u{feff}') {
            '\u{feff}'.len_utf8().min(start)
        } else {
            from
        };
        let column = text[from..start].chars().count() + 1;

        let mut cut = from..to;
        if to - from > MAX_SOURCE {
            cut.start = text.ceil_char_boundary(start.saturating_sub(LEAD).max(from));
            cut.end = text.floor_char_boundary((cut.start + MAX_SOURCE).min(to));
        }
        let mut source = String::with_capacity(cut.len() + 6);
        if cut.start > from {
            source.push('…');
        }
        let shift = source.len();
        source.push_str(&text[cut.clone()]);
        let place = |offset: usize| offset.clamp(cut.start, cut.end) - cut.start + shift;
        let span = place(start)..place(end);
        if cut.end < to {
            source.push('…');
        }
        Self {
            line,
            column,
            source,
            span,
        }
    }
}

/// Returns the 1-based line of an offset, and where that line begins.
///
/// Lines end as in CommonMark: with LF, CR LF or CR.
fn line_of(text: &str, offset: usize) -> (usize, usize) {
    let bytes = text.as_bytes();
    let (mut line, mut from) = (1, 0);
    for at in 0..offset {
        let ends = match bytes[at] {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        if ends {
            line += 1;
            from = at + 1;
        }
    }
    (line, from)
}

#[cfg(test)]
mod tests;
