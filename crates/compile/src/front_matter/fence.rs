//! Finds the lines that open and close front matter.

use core::ops::Range;

use super::Form;
use super::recover::is_all_keys;

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
    /// The line that closes it.
    pub(super) close: &'static str,
    /// White space stands before the opening fence.
    pub(super) late: bool,
}

/// Keys beside `title` of which one stands in every front matter without an opening fence.
const BESIDE: &[&str] = &[
    "date:",
    "tags:",
    "categories:",
    "layout:",
    "permalink:",
    "updated:",
    "author:",
    "comments:",
];

/// Finds the block that opens on the first line that is not blank.
pub(super) fn find(text: &str, start: usize) -> Option<Block> {
    let rest = &text[start..];
    let open = start + (rest.len() - rest.trim_start().len());
    let line = Lines { text, at: open }.next()?;
    // Eleventy's may name what they are written in: JSON, and an object of JavaScript without code in
    // it, are YAML.
    let (form, close) = match text[line.whole.clone()].trim_end() {
        "---" | "---yaml" | "---yml" | "---json" | "---js" | "---javascript" => (Form::Yaml, "---"),
        "---toml" => (Form::Toml, "---"),
        "+++" => (Form::Toml, "+++"),
        _ => return None,
    };
    let fence = open..line.whole.start + text[line.whole.clone()].trim_end().len();
    let inner = line.next;
    let end = Lines { text, at: inner }.find(|line| {
        let line = text[line.whole.clone()].trim_end();
        line == close || (form == Form::Yaml && line == "...")
    });
    let (inner, end) = match end {
        Some(end) => (inner..end.whole.start, Some(end.next)),
        None => (inner..text.len(), None),
    };
    Some(Block {
        form,
        fence,
        inner,
        end,
        close,
        late: open > start,
    })
}

/// Finds keys at the very start that only a line `---` after them tells to be front matter, as Hexo
/// has it.
///
/// A paragraph above such a line is a heading to Markdown, so that the keys must be those of a post.
pub(super) fn find_unopened(text: &str, start: usize) -> Option<Block> {
    let mut keys = (false, false);
    for line in (Lines { text, at: start }).take(100) {
        let shown = text[line.whole.clone()].trim_end();
        if shown == "---" {
            let inner = start..line.whole.start;
            let is_one = keys == (true, true) && is_all_keys(&text[inner.clone()], Form::Yaml);
            return is_one.then_some(Block {
                form: Form::Yaml,
                fence: line.whole.start..line.whole.start + 3,
                inner,
                end: Some(line.next),
                close: "---",
                late: false,
            });
        }
        keys.0 |= shown.starts_with("title:");
        keys.1 |= BESIDE.iter().any(|key| shown.starts_with(key));
    }
    None
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
