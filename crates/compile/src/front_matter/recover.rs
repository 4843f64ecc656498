//! Reads front matter that is broken, key by key.
//!
//! The block is cut where a line begins with a key. Each piece is tried as YAML of its own; only
//! the piece that holds the error is then read by simple rules: quotes are taken off, brackets
//! make a list, and a backslash is a backslash.

use core::ops::Range;

use super::fence::Lines;
use super::{Entry, Form, Node, Problems, Value, yaml};

/// Longest key that is believed, in bytes: sentences also hold colons.
const MAX_KEY: usize = 60;

/// Code of everything wrong with YAML.
const CODE: &str = "front-matter-yaml";

/// Keys that are known even when the space after the colon is missing.
const KNOWN: &[&str] = &[
    "title",
    "date",
    "author",
    "authors",
    "tags",
    "tag",
    "categories",
    "category",
    "from",
    "layout",
    "draft",
    "lang",
    "slug",
    "published",
    "description",
    "comments",
];

/// Reads the pieces of a block that is no valid YAML as a whole, and reports what is wrong.
pub(super) fn yaml(
    text: &str,
    inner: Range<usize>,
    error: yaml::Error,
    problems: &mut Problems<'_>,
) -> Option<Vec<Entry>> {
    if !begins_with_key(&text[inner.clone()], Form::Yaml) {
        return None;
    }
    let mut entries = Vec::new();
    let mut errors = Vec::new();
    for (key, piece) in pieces(text, inner) {
        let spaced = text[key.colon + 1..].starts_with([' ', '\t', '\n', '\r']);
        match yaml::parse(text, piece.clone()) {
            Ok(found) if spaced => entries.extend(found.entries),
            result => {
                if let Err(mut error) = result
                    && spaced
                    && !error.is_no_map()
                {
                    // What is missing at the end is missed where it was opened.
                    if error.place.start >= text[..piece.end].trim_end().len() {
                        let value = &text[key.colon + 1..piece.end];
                        let start = piece.end - value.trim_start().len();
                        let length = value.trim_start().chars().next().map_or(0, char::len_utf8);
                        error.place = start..start + length;
                    }
                    errors.push(error);
                } else if !spaced {
                    let name = &text[key.name.clone()];
                    errors.push(yaml::Error {
                        place: key.colon..key.colon + 1,
                        message: format!("no space after `{name}:`"),
                        help: format!("write `{name}: ` before the value"),
                        limit: false,
                    });
                }
                entries.push(simple(text, &key, piece));
            }
        }
    }
    // An anchor of another piece is not missing, and a limit says more than what follows from it.
    errors.retain(|other| !other.message.starts_with("no anchor"));
    if errors.is_empty() || error.limit {
        errors = vec![error];
    }
    if let [error] = errors.as_mut_slice()
        && error.is_no_map()
    {
        "a text that is no `key: value`".clone_into(&mut error.message);
        "write one `key: value` on each line".clone_into(&mut error.help);
    }
    for error in errors {
        problems.at(CODE, error.place, error.message, error.help);
    }
    Some(entries)
}

/// Tells whether the first line that is not blank and no comment begins with a key.
pub(super) fn begins_with_key(block: &str, form: Form) -> bool {
    Lines { text: block, at: 0 }
        .map(|line| &block[line.whole])
        .find(|line| !is_filler(line))
        .is_some_and(|line| key(line, form).is_some() || is_table(line, form))
}

/// Tells whether a block begins with a key and holds nothing but keys and what belongs to them.
pub(super) fn is_all_keys(block: &str, form: Form) -> bool {
    begins_with_key(block, form)
        && Lines { text: block, at: 0 }
            .map(|line| &block[line.whole])
            .all(|line| {
                is_filler(line)
                    || line.starts_with([' ', '\t', ']', '}'])
                    || is_item(line)
                    || is_table(line, form)
                    || key(line, form).is_some()
            })
}

fn is_filler(line: &str) -> bool {
    let line = line.trim_start();
    line.is_empty() || line.starts_with('#')
}

fn is_item(line: &str) -> bool {
    line == "-" || line.starts_with("- ")
}

fn is_table(line: &str, form: Form) -> bool {
    form == Form::Toml && line.starts_with('[')
}

/// A key at the beginning of a line, in bytes of the text.
struct Key {
    name: Range<usize>,
    colon: usize,
}

/// Finds the key a line begins with.
fn key(line: &str, form: Form) -> Option<Key> {
    let separator = form.separator();
    let first = line.chars().next()?;
    if matches!(first, '"' | '\'') {
        let close = 1 + line[1..].find(first)?;
        let rest = &line[close + 1..];
        let colon = close + 1 + (rest.len() - rest.trim_start().len());
        return line[colon..].starts_with(separator).then_some(Key {
            name: 1..close,
            colon,
        });
    }
    if first.is_whitespace() || is_item(line) || "#[]{}|>&*!%@`,?:=".contains(first) {
        return None;
    }
    for (colon, _) in line.match_indices(separator) {
        let name = line[..colon].trim_end();
        if name.is_empty() || colon > MAX_KEY {
            return None;
        }
        let after = &line[colon + 1..];
        let known = || KNOWN.iter().any(|known| name.eq_ignore_ascii_case(known));
        if form == Form::Toml
            || after.is_empty()
            || after.starts_with([' ', '\t'])
            || (known() && !after.starts_with("//"))
        {
            return Some(Key {
                name: 0..name.len(),
                colon,
            });
        }
    }
    None
}

/// Cuts a block before each line that begins with a key.
fn pieces(text: &str, inner: Range<usize>) -> Vec<(Key, Range<usize>)> {
    let mut pieces: Vec<(Key, Range<usize>)> = Vec::new();
    let block = &text[..inner.end];
    for line in (Lines {
        text: block,
        at: inner.start,
    }) {
        let indent = match pieces.last() {
            Some((_, piece)) => wrong_indent(&block[line.whole.clone()], &block[piece.clone()]),
            None => 0,
        };
        let start = line.whole.start + indent;
        if let Some(key) = key(&block[start..line.whole.end], Form::Yaml) {
            let key = Key {
                name: key.name.start + start..key.name.end + start,
                colon: key.colon + start,
            };
            pieces.push((key, start..line.next));
        } else if let Some((_, piece)) = pieces.last_mut() {
            piece.end = line.next;
        }
    }
    pieces
}

/// Returns the indent of a line that is a key of its own all the same: a known one, after a key
/// whose value is complete.
fn wrong_indent(line: &str, before: &str) -> usize {
    let indent = line.len() - line.trim_start().len();
    let complete = || {
        let (_, value) = before.split_once(':')?;
        let value = value.trim();
        (!value.is_empty()
            && !value.starts_with(['|', '>', '[', '{', '"', '\''])
            && !value.contains('\n'))
        .then_some(())
    };
    let known = || {
        let name = line.split_once(": ")?.0.trim();
        KNOWN.iter().find(|known| name.eq_ignore_ascii_case(known))
    };
    if indent > 0 && known().is_some() && complete().is_some() {
        indent
    } else {
        0
    }
}

/// Reads one piece by simple rules.
fn simple(text: &str, key: &Key, piece: Range<usize>) -> Entry {
    let value = &text[key.colon + 1..piece.end];
    let mut lines = Lines { text: value, at: 0 }.map(|line| &value[line.whole]);
    let first = without_comment(lines.next().unwrap_or_default().trim());
    let rest: Vec<&str> = lines
        .filter(|line| line.starts_with([' ', '\t', '-', ']']) && !is_filler(line))
        .map(str::trim)
        .collect();
    let start = text[..piece.end].len() - value.trim_start().len();
    let place = start.min(piece.end)..(key.colon + 1 + value.trim_end().len()).max(start);
    let value = if let Some(items) = first.strip_prefix('[') {
        let whole = core::iter::once(items)
            .chain(rest)
            .collect::<Vec<_>>()
            .join(" ");
        list(
            whole
                .rsplit_once(']')
                .map_or(whole.as_str(), |(items, _)| items)
                .split(','),
            &place,
        )
    } else if first.is_empty() && rest.iter().all(|line| is_item(line)) && !rest.is_empty() {
        list(rest.iter().map(|line| line[1..].trim()), &place)
    } else if matches!(first, "|" | ">" | "|-" | ">-") {
        Value::Text(rest.join(" "))
    } else if rest.iter().any(|line| is_item(line)) {
        scalar(first)
    } else {
        scalar(
            &core::iter::once(first)
                .chain(rest)
                .collect::<Vec<_>>()
                .join(" "),
        )
    };
    Entry {
        key: text[key.name.clone()].to_owned(),
        place: key.name.clone(),
        node: Node { place, value },
    }
}

fn list<'a>(items: impl Iterator<Item = &'a str>, place: &Range<usize>) -> Value {
    Value::List(
        items
            .map(str::trim)
            .filter(|item| !item.is_empty())
            .map(|item| Node {
                place: place.clone(),
                value: scalar(item),
            })
            .collect(),
    )
}

/// Takes the quotes off a value; inside double quotes only `\"`, `\\` and `\/` are escapes.
fn scalar(text: &str) -> Value {
    let text = text.trim();
    if let Some(inside) = text.strip_prefix('"') {
        let inside = inside.strip_suffix('"').unwrap_or(inside);
        let mut out = String::with_capacity(inside.len());
        let mut characters = inside.chars().peekable();
        while let Some(c) = characters.next() {
            match (c, characters.peek()) {
                ('\\', Some(&next @ ('"' | '\\' | '/'))) => {
                    out.push(next);
                    characters.next();
                }
                _ => out.push(c),
            }
        }
        return Value::Text(out);
    }
    if let Some(inside) = text.strip_prefix('\'') {
        return Value::Text(
            inside
                .strip_suffix('\'')
                .unwrap_or(inside)
                .replace("''", "'"),
        );
    }
    Value::Plain(text.to_owned())
}

fn without_comment(line: &str) -> &str {
    if line.starts_with(['"', '\'']) {
        return line;
    }
    if line.starts_with('#') {
        return "";
    }
    line.find(" #").map_or(line, |at| line[..at].trim_end())
}
