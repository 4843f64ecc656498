//! Characters that stand for pieces of the source while it is parsed.
//!
//! What CommonMark would misread (a formula, a Liquid tag, a whole HTML block) is taken out of the
//! source and a *mark* put in its place: a number between two noncharacters, which no post can hold
//! by then. Afterwards the parser has decided what each place is, and the piece is put back as that
//! place wants it ([`crate::finish`]): as HTML in running text, as plain text in an address, and in
//! code as the very source it was. So taking out too much costs nothing.

use std::borrow::Cow;

/// Begins a mark; not in any post, see [`without_marks`].
pub(crate) const BEGIN: &str = "\u{FDD0}";
/// Ends it.
pub(crate) const END: &str = "\u{FDD1}";
/// Beside a run of `*`, a space, which lets the run close emphasis.
pub(crate) const CLOSE: &str = "\u{1680}\u{FDD0}\u{FDD1}";
/// As before, lets a run open it.
pub(crate) const OPEN: &str = "\u{FDD0}\u{FDD1}\u{1680}";

/// A piece of the source.
#[derive(Debug)]
pub(crate) struct Piece<'a> {
    pub(crate) source: &'a str,
    /// What is shown of it, if not the source as it is.
    pub(crate) html: Option<String>,
    /// What it stands for in attributes.
    pub(crate) plain: String,
}

/// The source without characters that could be taken for marks.
pub(crate) fn without_marks(source: &str) -> Cow<'_, str> {
    if source.contains(BEGIN) || source.contains(END) {
        source
            .replace(BEGIN, "\u{FFFD}")
            .replace(END, "\u{FFFD}")
            .into()
    } else {
        source.into()
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
