//! Characters that stand for pieces of the source while it is parsed.
//!
//! What CommonMark would misread (a formula, a Liquid tag, a whole HTML block) is taken out of the
//! source and a *mark* put in its place: a number between two noncharacters, which no post can hold
//! by then. Afterwards the parser has decided what each place is, and the piece is put back as that
//! place wants it: as HTML in running text, as plain text in an address, and in code as the very
//! source it was. So taking out too much costs nothing.

use std::borrow::Cow;

/// Begins a mark; not in any post, see [`without_marks`].
pub(crate) const BEGIN: char = '\u{FDD0}';
/// Ends it.
const END: char = '\u{FDD1}';
/// Turns a run of `*` beside it into one that may open or close emphasis; goes away again.
const SPACE: char = '\u{1680}';

/// A piece of the source.
#[derive(Debug)]
struct Piece<'a> {
    source: &'a str,
    html: Cow<'a, str>,
    plain: Cow<'a, str>,
    /// Whether its mark stands in a comment, which makes a block of it.
    block: bool,
}

/// The pieces that marks stand for.
#[derive(Debug, Default)]
pub(crate) struct Marks<'a> {
    pieces: Vec<Piece<'a>>,
}

/// What the place of a mark is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// HTML, in which a mark may also stand inside a tag.
    Html,
    /// An attribute, or text that holds no elements.
    Plain,
    /// Code.
    Code,
}

/// The source without characters that could be taken for marks.
pub(crate) fn without_marks(source: &str) -> Cow<'_, str> {
    if source.contains([BEGIN, END]) {
        source.replace([BEGIN, END], "\u{FFFD}").into()
    } else {
        source.into()
    }
}

impl<'a> Marks<'a> {
    /// Adds a piece, and its mark to `out`: in a line of its own, or within a line.
    pub(crate) fn add(
        &mut self,
        out: &mut String,
        source: &'a str,
        html: Cow<'a, str>,
        plain: Cow<'a, str>,
        block: bool,
    ) {
        if block {
            out.push_str("<!--");
        }
        out.push(BEGIN);
        out.push_str(&self.pieces.len().to_string());
        out.push(END);
        if block {
            out.push_str("-->");
        }
        self.pieces.push(Piece {
            source,
            html,
            plain,
            block,
        });
    }

    /// Writes what lets `*` before it close, or `*` after it open.
    pub(crate) fn add_space(out: &mut String, closing: bool) {
        if closing {
            out.extend([SPACE, BEGIN, END]);
        } else {
            out.extend([BEGIN, END, SPACE]);
        }
    }

    /// The HTML of the only piece that `text` stands for.
    pub(crate) fn html(&self, text: &str) -> Option<&str> {
        let number = text.strip_prefix(BEGIN)?.strip_suffix(END)?;
        Some(&self.pieces.get(number.parse::<usize>().ok()?)?.html)
    }

    /// Cuts text into what stands between marks and, each on its own, the marks.
    pub(crate) fn split(text: &str) -> impl Iterator<Item = &str> {
        text.split_inclusive(END).flat_map(|part| {
            let at = part.find(BEGIN).unwrap_or(part.len());
            [&part[..at], &part[at..]]
        })
    }

    /// Puts the pieces back.
    pub(crate) fn restore(&self, text: &str, place: Place) -> String {
        let mut out = String::with_capacity(text.len());
        let mut in_tag = false;
        let mut block = false;
        for part in Self::split(text) {
            if !part.starts_with(BEGIN) {
                let part = if block {
                    part.strip_prefix("-->").unwrap_or(part)
                } else {
                    part
                };
                block &= part.is_empty();
                in_tag = match (part.rfind('<'), part.rfind('>')) {
                    (None, None) => in_tag,
                    (open, close) => open > close,
                };
                out.push_str(part);
                continue;
            }
            let number = part.trim_matches([BEGIN, END]);
            let piece = number
                .parse()
                .ok()
                .and_then(|at: usize| self.pieces.get(at));
            let Some(piece) = piece else {
                out.push_str(part);
                continue;
            };
            block = piece.block;
            if block {
                out.truncate(out.strip_suffix("<!--").unwrap_or(&out).len());
                in_tag = false;
            }
            out.push_str(match place {
                Place::Code => piece.source,
                Place::Html if !in_tag => &piece.html,
                _ => &piece.plain,
            });
        }
        without_spaces(&out).into_owned()
    }
}

/// Text without what [`Marks::add_space`] wrote.
pub(crate) fn without_spaces(text: &str) -> Cow<'_, str> {
    if text.contains("\u{FDD0}\u{FDD1}") {
        let text = text.replace("\u{1680}\u{FDD0}\u{FDD1}", "");
        text.replace("\u{FDD0}\u{FDD1}\u{1680}", "").into()
    } else {
        text.into()
    }
}

/// Adds text to HTML.
pub(crate) fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
}
