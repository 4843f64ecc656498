//! HTML elements in Markdown: which opening tag belongs to which closing tag.
//!
//! Found in one pass before lines are looked at. Only elements that kramdown takes for blocks
//! count. An element without its closing tag is no element here: CommonMark's rule (up to the next
//! blank line) then holds, so that it can't swallow the post.

use crate::ascii::{Ascii, SPACE};

/// Elements that make a block, sorted.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "audio",
    "blockquote",
    "button",
    "center",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "iframe",
    "legend",
    "li",
    "main",
    "map",
    "menu",
    "nav",
    "noscript",
    "object",
    "ol",
    "p",
    "picture",
    "pre",
    "script",
    "section",
    "select",
    "style",
    "summary",
    "svg",
    "table",
    "tbody",
    "td",
    "template",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
    "video",
];

/// Elements whose content is neither Markdown nor anything to look into.
const RAW: &[&str] = &["pre", "script", "style", "textarea"];

/// A tag.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tag<'a> {
    /// The element's name as written.
    pub(crate) name: &'a str,
    /// Its place in the list of block elements.
    pub(crate) block: Option<usize>,
    pub(crate) closing: bool,
    /// Where it ends, behind its `>`.
    pub(crate) end: usize,
}

/// Reads the tag that begins with the `<` at byte `at`.
///
/// `fuel` bounds what failing costs altogether: each unclosed tag is looked for up to `limit`.
pub(crate) fn tag<'a>(text: &'a str, at: usize, limit: usize, fuel: &mut usize) -> Option<Tag<'a>> {
    if *fuel == 0 {
        return None;
    }
    let bytes = &text.as_bytes()[..limit];
    let closing = bytes.get(at + 1) == Some(&b'/');
    let start = at + 1 + usize::from(closing);
    if !bytes.get(start).is_some_and(u8::is_ascii_alphabetic) {
        return None;
    }
    let length = bytes[start..]
        .iter()
        .position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b':')))?;
    let name = text.cut(start, start + length);
    let mut end = start + length;
    // A name ends with white space or the tag; `<http://a.b>` and `<a@b.c>` are no tags.
    if !(bytes[end].is_ascii_whitespace() || matches!(bytes[end], b'/' | b'>')) || name.ends(":") {
        return None;
    }
    let mut quote = 0;
    let mut value = false;
    loop {
        let Some(&byte) = bytes.get(end) else {
            *fuel = fuel.saturating_sub(end - at);
            return None;
        };
        end += 1;
        if quote != 0 {
            quote = if byte == quote { 0 } else { quote };
            continue;
        }
        match byte {
            b'>' => break,
            // Only a value is quoted.
            b'"' | b'\'' if value => quote = byte,
            _ => {}
        }
        value = byte == b'=' || (value && byte.is_ascii_whitespace());
    }
    let block = BLOCKS
        .binary_search_by(|known| {
            known
                .bytes()
                .cmp(name.bytes().map(|b| b.to_ascii_lowercase()))
        })
        .ok();
    Some(Tag {
        name,
        block,
        closing,
        end,
    })
}

/// Where the comment ends that begins at byte `at`.
pub(crate) fn comment(text: &str, at: usize, limit: usize, fuel: &mut usize) -> Option<usize> {
    let inside = text.upto(limit).get(at..)?.strip_prefix("<!--")?;
    if *fuel == 0 {
        return None;
    }
    let found = inside.place("-->");
    if found.is_none() {
        *fuel = fuel.saturating_sub(inside.len());
    }
    Some(at + 4 + found? + 3)
}

/// The elements of a post.
#[derive(Debug, Default)]
pub(crate) struct Elements {
    /// Where they begin and end, in order of their beginnings; no end when there is none.
    pairs: Vec<(usize, Option<usize>)>,
    /// Where Markdown begins inside, in order.
    markdown: Vec<usize>,
}

impl Elements {
    /// Finds all, outside fenced code.
    pub(crate) fn find(text: &str, fuel: &mut usize) -> Self {
        let bytes = text.as_bytes();
        let mut found = Self::default();
        let mut open = vec![Vec::new(); BLOCKS.len()];
        let mut at = 0;
        // Where the tag ends after which a blank line turns Markdown on.
        let mut opened = 0;
        loop {
            if at == 0 || bytes[at - 1] == b'\n' {
                at = after_fenced(text, at);
            }
            let Some(next) = bytes[at..]
                .iter()
                .position(|byte| matches!(byte, b'<' | b'\n'))
            else {
                return found;
            };
            let start = at + next;
            at = start + 1;
            if bytes[start] == b'\n' {
                if opened > 0 && text.cut(opened, start).strip(SPACE).is_empty() {
                    found.markdown.extend(text_after_blank(text, start, fuel));
                }
                opened = 0;
                continue;
            }
            if *fuel == 0 {
                continue;
            }
            if let Some(end) = comment(text, start, text.len(), fuel) {
                at = end;
                continue;
            }
            let Some(tag) = tag(text, start, text.len(), fuel) else {
                continue;
            };
            at = tag.end;
            let Some(kind) = tag.block else { continue };
            let pairs = &mut found.pairs;
            if tag.closing {
                opened = if tag.name == "summary" { at } else { 0 };
                if let Some(pair) = open[kind].pop() {
                    let pair: &mut (usize, Option<usize>) = &mut pairs[pair];
                    pair.1 = Some(tag.end);
                }
                continue;
            }
            opened = at;
            if has_markdown(text.cut(start, tag.end)) {
                found.markdown.push(start);
            }
            open[kind].push(pairs.len());
            pairs.push((start, None));
            if RAW.contains(&BLOCKS[kind]) {
                at = raw_end(text, tag, fuel).unwrap_or(at);
            }
        }
    }

    /// Where the element ends that begins at byte `start`.
    pub(crate) fn end(&self, start: usize) -> Option<usize> {
        let index = self
            .pairs
            .binary_search_by_key(&start, |pair| pair.0)
            .ok()?;
        self.pairs[index].1
    }

    /// Whether Markdown begins somewhere between.
    pub(crate) fn hold_markdown(&self, start: usize, end: usize) -> bool {
        let next = self.markdown.partition_point(|place| *place < start);
        self.markdown.get(next).is_some_and(|place| *place < end)
    }
}

/// Whether a tag asks for Markdown inside.
pub(crate) fn has_markdown(tag: &str) -> bool {
    let value = tag
        .place("markdown=")
        .map(|at| tag.after(at + 9).skip("\"'").word());
    value.is_some_and(|value| {
        let value = value.upto(value.until("\"'>/"));
        value.is_any(&["1", "block", "span"])
    })
}

/// Where text stands that follows a blank line and is no HTML: what those who write for CommonMark
/// do to have Markdown inside an element. `line_end` is the end of the line before the blank one.
fn text_after_blank(text: &str, line_end: usize, fuel: &mut usize) -> Option<usize> {
    let mut at = line_end + 1;
    loop {
        let inside = text.after(at).skip(SPACE);
        let start = text.len() - inside.len();
        if inside.starts_with("<!--") && *fuel > 0 {
            at = comment(text, start, text.len(), fuel)?;
            *fuel = fuel.saturating_sub(at - start);
            continue;
        }
        let before = text.cut(line_end + 1, start);
        let indent = before.len() - before.rfind('\n')? - 1;
        return (indent < 4 && !inside.starts("<") && !inside.is_empty()).then_some(start);
    }
}

/// Where the content of an element ends that holds no HTML.
fn raw_end(text: &str, open: Tag<'_>, fuel: &mut usize) -> Option<usize> {
    let mut at = open.end;
    while let Some(next) = text.after(at).place("</") {
        at += next;
        let name = text.get(at + 2..at + 2 + open.name.len());
        if name.is_some_and(|name| name.eq_ignore_ascii_case(open.name)) {
            return Some(at);
        }
        at += 2;
    }
    *fuel = fuel.saturating_sub(text.len() - open.end);
    None
}

/// What stands in a line behind the marks of quotes and lists.
pub(crate) fn without_containers(line: &str) -> &str {
    let mut rest = line;
    loop {
        rest = rest.skip(" \t");
        let marker = if rest.starts(">") {
            1
        } else {
            list_marker(rest)
        };
        if marker == 0 {
            return rest;
        }
        rest = rest.after(marker);
    }
}

/// Length of the list marker that a line begins with, without the space behind it.
pub(crate) fn list_marker(line: &str) -> usize {
    let digits = line.bytes().take(9).take_while(u8::is_ascii_digit).count();
    let sign = line.as_bytes().get(digits);
    let fits = match sign {
        Some(b'.' | b')') => digits > 0,
        Some(b'-' | b'*' | b'+') => digits == 0,
        _ => false,
    };
    let spaced = matches!(
        line.as_bytes().get(digits + 1),
        Some(b' ' | b'\t' | b'\n' | b'\r') | None
    );
    if fits && spaced { digits + 1 } else { 0 }
}

/// The character of the fence that a line opens, and how often it stands there.
pub(crate) fn fence(line: &str) -> Option<(u8, usize)> {
    let rest = without_containers(line);
    let byte = *rest.as_bytes().first()?;
    let length = rest.bytes().take_while(|b| *b == byte).count();
    let opens = match byte {
        b'~' => true,
        b'`' => rest.after(length).place("`").is_none(),
        _ => false,
    };
    (opens && length >= 3).then_some((byte, length))
}

/// Whether a line closes a fence.
pub(crate) fn closes(line: &str, (byte, length): (u8, usize)) -> bool {
    let rest = line.skip(" \t>").strip(SPACE);
    rest.len() >= length && rest.bytes().all(|b| b == byte)
}

/// Steps over fenced code that begins in the line at byte `at`, and over what follows it.
fn after_fenced(text: &str, mut at: usize) -> usize {
    let mut open = None;
    while at < text.len() {
        let line = text.after(at).line();
        match open {
            Some(fence) if closes(line, fence) => open = None,
            Some(_) => {}
            None => {
                open = fence(line);
                if open.is_none() {
                    break;
                }
            }
        }
        at += line.len();
    }
    at
}
