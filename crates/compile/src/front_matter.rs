//! The block of metadata at the top of a post: where it is, and its values as written.
//!
//! YAML between `---` lines is the main form; TOML between `+++` and a JSON object are read too, and what
//! Hexo and Eleventy have beside these: keys that only a line `---` or `;;;` ends, fences with a name.
//! Whatever the form, the result is one small tree whose scalars keep the text of the file:
//! a title `2022-03-13` or `yes` is no date and no truth value. What the keys mean is decided in
//! `read.rs`. A block that is broken is read as far as it goes (`recover.rs`), and a file whose
//! beginning only looks like front matter is all body: nothing is lost either way.

mod fence;
mod json;
mod recover;
mod toml;
mod tree;
mod yaml;

use core::ops::Range;

use crate::diagnostic::Diagnostic;
pub(crate) use tree::{Entry, Node, Value};

/// Longest block that is read as front matter, in bytes.
const MAX_BLOCK: usize = 8 << 20;

/// Problems kept of one file; a block of a million broken lines is one problem to its author.
const MAX_PROBLEMS: usize = 20;

/// What stands before the body.
#[derive(Debug, Default)]
pub(crate) struct FrontMatter {
    /// The keys of the top level in their order, each once.
    pub(crate) entries: Vec<Entry>,
    /// Offset in the text where the body begins.
    pub(crate) body: usize,
}

/// Collects the problems of one file.
pub(crate) struct Problems<'a> {
    file: &'a str,
    text: &'a str,
    list: &'a mut Vec<Diagnostic>,
}

impl<'a> Problems<'a> {
    /// Starts collecting for `file`, whose decoded text is `text`.
    pub(crate) fn new(file: &'a str, text: &'a str, list: &'a mut Vec<Diagnostic>) -> Self {
        Self { file, text, list }
    }

    /// Adds a warning about a place in the text.
    pub(crate) fn at(
        &mut self,
        code: &'static str,
        range: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        if self.list.len() < MAX_PROBLEMS {
            self.list.push(
                Diagnostic::warning(code, self.file, message)
                    .help(help)
                    .at(self.text, range),
            );
        }
    }

    /// Says that a value is empty because YAML takes it for a comment: `tags: #one`.
    ///
    /// `after` is where the key ends.
    pub(crate) fn say_comment(&mut self, key: &str, after: usize) {
        let line = self.text.get(after..).unwrap_or_default();
        let line = line.split(['\n', '\r']).next().unwrap_or_default();
        let Some((before, comment)) = line.split_once('#') else {
            return;
        };
        if before.trim_matches(['"', '\'', ' ', '\t']) == ":" && !comment.starts_with([' ', '#']) {
            let start = after + before.len();
            self.at(
                "front-matter-comment",
                start..after + line.trim_end().len(),
                format!("a comment to YAML; `{key}` is empty"),
                "put the value in quotes",
            );
        }
    }

    /// Adds a warning about the file as a whole.
    pub(crate) fn whole(
        &mut self,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        if self.list.len() < MAX_PROBLEMS {
            self.list
                .push(Diagnostic::warning(code, self.file, message).help(help));
        }
    }
}

/// Reads the front matter of `text`, which begins at `start` (after a byte order mark).
pub(crate) fn read(text: &str, start: usize, problems: &mut Problems<'_>) -> FrontMatter {
    let none = FrontMatter {
        entries: Vec::new(),
        body: start,
    };
    let block = fence::find(text, start).or_else(|| fence::find_unopened(text, start));
    let Some(block) = block else {
        return match json::read(text, start) {
            Some((entries, body)) => FrontMatter {
                entries: unique(entries, problems),
                body,
            },
            None => none,
        };
    };
    let fence = block.fence.clone();
    let Some(end) = block.end else {
        return unclosed(text, block, problems).unwrap_or(none);
    };
    if block.late && !recover::begins_with_key(&text[block.inner.clone()], block.form) {
        return none;
    }
    if block.inner.len() > MAX_BLOCK {
        problems.at(
            "front-matter-long",
            fence,
            "a front matter of more than 8 MiB; the file is all body",
            "close the front matter with a line `---`",
        );
        return none;
    }
    if runs_into_body(text, &block)
        && let Some(found) = unclosed(text, block.clone(), problems)
    {
        return found;
    }
    match parse(text, block.inner.clone(), block.form, problems) {
        Some(entries) => {
            if block.late {
                problems.at(
                    "front-matter-late",
                    fence,
                    "the front matter does not begin on the first line",
                    "take away the white space before it",
                );
            }
            FrontMatter {
                entries: unique(entries, problems),
                body: end,
            }
        }
        None => {
            problems.at(
                "front-matter-none",
                fence,
                "what stands between these lines is no front matter; the file is all body",
                "write `key: value` lines, or a blank line before a rule at the very top",
            );
            none
        }
    }
}

/// Reads a block that was found; nothing when it holds no keys and is not empty.
fn parse(
    text: &str,
    inner: Range<usize>,
    form: Form,
    problems: &mut Problems<'_>,
) -> Option<Vec<Entry>> {
    match form {
        Form::Yaml => match yaml::parse(text, inner.clone()) {
            Ok(document) => {
                if let Some(place) = document.next {
                    problems.at(
                        "front-matter-yaml",
                        place,
                        "a second document begins here; it is not read",
                        "write all keys between one pair of `---` lines",
                    );
                }
                Some(document.entries)
            }
            Err(error) => recover::yaml(text, inner, error, problems),
        },
        Form::Toml => toml::parse(text, inner, problems),
    }
}

/// Tells whether a block was never closed and the fence that was found is a rule in the body.
fn runs_into_body(text: &str, block: &fence::Block) -> bool {
    let blank = fence::first_blank_line(text, block.inner.start);
    let form = block.form;
    blank < block.inner.end
        && recover::is_all_keys(&text[block.inner.start..blank], form)
        && !recover::is_all_keys(&text[block.inner.clone()], form)
        && (form != Form::Yaml || yaml::parse(text, block.inner.clone()).is_err())
}

/// Reads a block without an end: it is front matter up to the first blank line when it is nothing
/// but keys and values up to there.
fn unclosed(text: &str, block: fence::Block, problems: &mut Problems<'_>) -> Option<FrontMatter> {
    let inner = block.inner.start..fence::first_blank_line(text, block.inner.start);
    let form = block.form;
    let (fence, close) = (block.fence, block.close);
    if !block.late
        && inner.len() <= MAX_BLOCK
        && recover::is_all_keys(&text[inner.clone()], form)
        && let Some(entries) = parse(text, inner.clone(), form, problems)
    {
        problems.at(
            "front-matter-unclosed",
            fence,
            "the front matter is never closed; it was read up to the first blank line",
            format!("add a line `{close}` after it"),
        );
        return Some(FrontMatter {
            entries: unique(entries, problems),
            body: inner.end,
        });
    }
    if !block.late {
        problems.at(
            "front-matter-unclosed",
            fence,
            format!("no line `{close}` closes this one; the file is all body"),
            format!("add a line `{close}` after the front matter"),
        );
    }
    None
}

/// Keeps one entry of each key: the last, as Jekyll does, in the place of the first.
fn unique(entries: Vec<Entry>, problems: &mut Problems<'_>) -> Vec<Entry> {
    let mut kept: Vec<Entry> = Vec::with_capacity(entries.len());
    let mut seen = std::collections::HashMap::with_capacity(entries.len());
    for entry in entries {
        match seen.get(&entry.key) {
            None => {
                seen.insert(entry.key.clone(), kept.len());
                kept.push(entry);
            }
            Some(&at) => {
                problems.at(
                    "front-matter-duplicate",
                    entry.place.clone(),
                    format!("the key `{}` stands twice; this one counts", entry.key),
                    "take one of them away",
                );
                kept[at] = entry;
            }
        }
    }
    kept
}

/// What the block is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Yaml,
    Toml,
}

impl Form {
    /// What stands between a key and its value.
    fn separator(self) -> char {
        match self {
            Self::Yaml => ':',
            Self::Toml => '=',
        }
    }
}

#[cfg(test)]
mod tests;
