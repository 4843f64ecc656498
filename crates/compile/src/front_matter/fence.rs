//! Finds the lines that open and close front matter.

use core::ops::Range;

use super::Form;

/// A block of front matter, as its fences show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) form: Form,
    /// The opening fence.
    pub(super) fence: Range<usize>,
    /// What stands between the fences, or after the opening one.
    pub(super) inner: Range<usize>,
    /// Where the body begins; nothing when no fence closes the block.
    pub(super) end: Option<usize>,
    /// White space stands before the opening fence.
    pub(super) late: bool,
}

/// Finds the block that opens on the first line that is not blank.
pub(super) fn find(text: &str, start: usize) -> Option<Block> {
    let rest = &text[start..];
    let open = start + (rest.len() - rest.trim_start().len());
    let line = Lines { text, at: open }.next()?;
    let form = match text[line.whole.clone()].trim_end() {
        "---" => Form::Yaml,
        "+++" => Form::Toml,
        _ => return None,
    };
    let fence = open..open + 3;
    let inner = line.next;
    let close = Lines { text, at: inner }.find(|line| {
        let line = text[line.whole.clone()].trim_end();
        line == form.fence() || (form == Form::Yaml && line == "...")
    });
    let (inner, end) = match close {
        Some(close) => (inner..close.whole.start, Some(close.next)),
        None => (inner..text.len(), None),
    };
    Some(Block {
        form,
        fence,
        inner,
        end,
        late: open > start,
    })
}

/// Returns where the first blank line at or after `start` begins, or the end of the text.
pub(super) fn first_blank_line(text: &str, start: usize) -> usize {
    Lines { text, at: start }
        .find(|line| text[line.whole.clone()].trim().is_empty())
        .map_or(text.len(), |line| line.whole.start)
}

/// A line of a text, in bytes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// The line without its end.
    pub(super) whole: Range<usize>,
    /// Where the next line begins.
    pub(super) next: usize,
}

/// The lines of `text` from `at` on; they end with LF, CR LF or CR.
pub(super) struct Lines<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
}

impl Iterator for Lines<'_> {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let length = rest
            .bytes()
            .position(|b| b == b'\n' || b == b'\r')
            .unwrap_or(rest.len());
        let end = match rest.as_bytes().get(length..) {
            Some([b'\r', b'\n', ..]) => 2,
            Some([_, ..]) => 1,
            _ => 0,
        };
        let line = Line {
            whole: self.at..self.at + length,
            next: self.at + length + end,
        };
        self.at = line.next;
        Some(line)
    }
}
