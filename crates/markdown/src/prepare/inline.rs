//! Within lines: Liquid, formulas, span attributes, emphasis beside Han characters, bare addresses.
//!
//! Code spans, tags and comments are stepped over. Where this pass and the parser disagree about
//! what is code, the parser is right: it gets the source back ([`crate::marks`]).

use super::{Pass, attributes};
use crate::ascii::{Ascii, SPACE};
use crate::marks::{CLOSE, OPEN};
use crate::{autolink, tags};

mod formula;

/// What was met in the paragraph.
#[derive(Debug, Default)]
pub(super) struct State {
    /// Runs of one to three `*`, and of `~`, that are open.
    open: [bool; 5],
    /// Where the bare address ends that is being read.
    address_end: usize,
    /// For each length of a run of backticks: up to where it is known that none closes it.
    unclosed: [usize; 32],
}

impl<'a> Pass<'a> {
    /// Finds out how far inline constructs may reach from this line on.
    pub(super) fn begin_paragraph(&mut self, line: &str, rest: &str) {
        self.inline.open = [false; 5];
        self.paragraph_end = self.at + line.len();
        if rest.starts("#>|") {
            return;
        }
        loop {
            let line = self.line_at(self.paragraph_end);
            let rest = line.skip(SPACE);
            if rest.is_empty()
                || rest.starts("#>|")
                || tags::list_marker(rest) > 0
                || tags::fence(line).is_some()
            {
                return;
            }
            self.paragraph_end += line.len();
        }
    }

    /// Copies up to the end of the line, or to byte `until` in it; constructs that reach into a
    /// further line take that line along.
    pub(super) fn inline(&mut self, until: usize) {
        let text = self.text;
        let bytes = text.as_bytes();
        while self.at < bytes.len() && self.at != until {
            let stop = if self.at < until {
                until.min(bytes.len())
            } else {
                bytes.len()
            };
            let special = |byte: &u8| b"\\`<${*~_hHwW\n".contains(byte);
            let next = bytes[self.at..stop].iter().position(special);
            let at = next.map_or(stop, |next| self.at + next);
            self.out.push_str(text.cut(self.at, at));
            self.at = at;
            if at == stop {
                continue;
            }
            let address = at < self.inline.address_end;
            let taken = match bytes[at] {
                b'\n' => {
                    self.out.push('\n');
                    self.at += 1;
                    return;
                }
                b'\\' => self.formula() || self.escape(),
                b'`' => self.code_span(),
                b'<' => self.tag(),
                b'*' | b'~' | b'_' if address => self.keep(),
                b'*' | b'~' => self.run(),
                b'$' if !address => self.formula(),
                b'{' => self.braces(),
                b'h' | b'H' | b'w' | b'W' if !address => {
                    if let Some(end) = autolink::at(text, at) {
                        self.inline.address_end = at + target_length(text.cut(at, end));
                    }
                    false
                }
                _ => false,
            };
            if !taken {
                self.out.push_str(&text[at..=at]);
                self.at += 1;
            }
        }
    }

    /// Puts a mark in place of the source up to byte `end`.
    fn replace(&mut self, end: usize, html: String, plain: String) -> bool {
        let source = self.text.cut(self.at, end);
        self.add(source, Some(html), plain);
        self.at = end;
        true
    }

    fn paragraph(&self) -> &'a str {
        self.text.cut(self.at, self.paragraph_end.max(self.at))
    }

    fn escape(&mut self) -> bool {
        let rest = self.text.after(self.at);
        // kramdown's line break.
        let after = rest.strip_prefix("\\\\").map(|rest| rest.skip("\r"));
        if after.is_some_and(|after| after.starts("\n")) {
            return self.replace(self.at + 2, "<br>".into(), "\\".into());
        }
        let escapes = rest
            .after(1)
            .starts_with(|c: char| c.is_ascii_punctuation());
        let length = 1 + usize::from(escapes);
        self.out.push_str(rest.upto(length));
        self.at += length;
        true
    }

    fn code_span(&mut self) -> bool {
        let rest = self.paragraph();
        let bytes = rest.as_bytes();
        let run = |from: usize| {
            bytes[from..]
                .iter()
                .take_while(|byte| **byte == b'`')
                .count()
        };
        let length = run(0).max(1);
        let mut end = None;
        let mut at = length;
        let known = self.inline.unclosed.get(length);
        if self.fuel > 0 && known.is_some_and(|known| *known <= self.at) {
            while let Some(next) = rest.get(at..).and_then(|rest| rest.place("`")) {
                at += next;
                let found = run(at);
                at += found;
                if found == length {
                    end = Some(self.at + at);
                    break;
                }
            }
            if end.is_none() {
                self.inline.unclosed[length] = self.paragraph_end;
                self.fuel = self.fuel.saturating_sub(rest.len());
            }
        }
        let end = end.unwrap_or(self.at + length);
        self.code_until(end, end);
        true
    }

    /// Copies a tag, comment or `<address>`, with its Liquid resolved.
    fn tag(&mut self) -> bool {
        let (text, limit) = (self.text, self.paragraph_end);
        if self.fuel == 0 || limit <= self.at {
            return false;
        }
        let end = tags::comment(text, self.at, limit, &mut self.fuel)
            .or_else(|| tags::tag(text, self.at, limit, &mut self.fuel).map(|tag| tag.end))
            .or_else(|| {
                let head = text.cut(self.at + 1, limit);
                let end = head.until(" \t\n<>");
                let address = autolink::at(head, 0).is_some() && head.after(end).starts(">");
                address.then_some(self.at + end + 2)
            });
        let Some(end) = end else { return false };
        let mut at = if text.after(self.at).starts_with("<!--") {
            end
        } else {
            self.at
        };
        self.out.push_str(text.cut(self.at, at));
        while let Some(next) = text.cut(at, end).place("{") {
            self.out.push_str(text.cut(at, at + next));
            at += next;
            let Some(found) = self.liquid.find(text.upto(end), at, &mut self.fuel) else {
                self.out.push('{');
                at += 1;
                continue;
            };
            let (source, plain) = (text.cut(at, found.end), found.plain);
            self.add(source, Some(plain.clone()), plain);
            at = found.end;
        }
        self.out.push_str(text.cut(at, end));
        self.at = end;
        true
    }

    /// A character of a bare address that is no Markdown there.
    fn keep(&mut self) -> bool {
        let bytes = self.text.as_bytes();
        let c = &self.text[self.at..=self.at];
        let beside = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
        if c == "_" && beside(self.at - 1) && beside(self.at + 1) {
            return false;
        }
        self.replace(self.at + 1, c.into(), c.into())
    }

    /// A run of `*` or `~`. CommonMark takes `**中文。**中文` for no emphasis, because the closing run
    /// stands between a mark and a letter. Where scripts have no spaces, that says nothing.
    fn run(&mut self) -> bool {
        let rest = self.text.after(self.at);
        let byte = rest.as_bytes()[0];
        let length = rest.bytes().take_while(|b| *b == byte).count();
        let source = rest.upto(length);
        let before = self.text.upto(self.at).chars().next_back().unwrap_or(' ');
        let after = rest.after(length).chars().next().unwrap_or(' ');
        self.at += length;
        let kind = match (byte, length) {
            (b'*', 1..=3) => length,
            (b'~', 2) => 4,
            _ => {
                self.out.push_str(source);
                return true;
            }
        };
        let (left, right) = (Side::of(before), Side::of(after));
        let opens = right != Side::Space && (right == Side::Letter || left != Side::Letter);
        let closes = left != Side::Space && (left == Side::Letter || right != Side::Letter);
        let wide = kind > 1 && (before >= '\u{2000}' || after >= '\u{2000}');
        let open = self.inline.open[kind];
        if !open && !opens && wide && right != Side::Space {
            self.out.push_str(OPEN);
            self.inline.open[kind] = true;
        } else if (open && closes) || (!open && opens) {
            self.inline.open[kind] = !open;
        }
        self.out.push_str(source);
        if open && !closes && wide && left != Side::Space {
            self.out.push_str(CLOSE);
            self.inline.open[kind] = false;
        }
        true
    }

    fn braces(&mut self) -> bool {
        let rest = self.text.after(self.at);
        if rest.starts_with("{{") || rest.starts_with("{%") {
            let Some(found) = self.liquid.find(self.text, self.at, &mut self.fuel) else {
                return false;
            };
            let begins = line_so_far(&self.out).is_some_and(|line| line.is_empty());
            if !(begins && found.html.starts_with("<pre")) {
                return self.replace(found.end, found.html, found.plain);
            }
            // A block of its own.
            let source = rest.upto(found.end - self.at);
            self.add_block(source, Some(found.html));
            self.at = found.end;
            let after = self.text.after(self.at).skip(" \t\r");
            if !after.starts("\n") {
                self.out.push('\n');
            }
            return true;
        }
        if rest.starts_with("{::") {
            return self.extension();
        }
        // Attributes of what stands before them, or of the list item that begins with them.
        let before = self.text.upto(self.at);
        let attached = before.ends("*_)`]>~")
            || line_so_far(before)
                .is_some_and(|line| !line.is_empty() && tags::list_marker(line) == line.len());
        let list = attributes::attribute_list(rest).filter(|_| attached);
        let Some(length) = list else { return false };
        let anchor = attributes::anchor(rest.upto(length)).unwrap_or_default();
        // What ends before it ends all the same: `_a_{: .b}`.
        self.out.push_str(CLOSE);
        self.replace(self.at + length, anchor, String::new())
    }

    /// kramdown's extensions: `{::comment}`, `{::nomarkdown}`, `{::options /}`.
    fn extension(&mut self) -> bool {
        let rest = self.text.after(self.at);
        let Some(close) = rest.bytes().take(1000).position(|byte| byte == b'}') else {
            return false;
        };
        let tag = rest.cut(3, close);
        let end = self.at + close + 1;
        if tag.ends("/") {
            return self.replace(end, String::new(), String::new());
        }
        let name = tag.word();
        if !name.is_any(&["comment", "nomarkdown"]) || self.fuel == 0 {
            return false;
        }
        let inside = rest.after(close + 1);
        let closing = inside.match_indices("{:/").find_map(|(at, start)| {
            let tail = inside.after(at + start.len());
            let after = tail.strip_prefix(name).unwrap_or(tail).strip_prefix('}')?;
            Some((at, self.text.len() - after.len()))
        });
        let Some((length, last)) = closing else {
            self.fuel = self.fuel.saturating_sub(inside.len());
            return false;
        };
        let html = if name == "comment" {
            ""
        } else {
            inside.upto(length)
        };
        self.replace(last, html.into(), html.into())
    }
}

/// What stands in the last line of a text, white space at its ends aside, if it is short: long
/// lines are not looked through again and again.
fn line_so_far(text: &str) -> Option<&str> {
    let short = text.bytes().rev().take(40);
    let length = short.clone().position(|byte| byte == b'\n');
    let start = match length {
        Some(length) => text.len() - length,
        None if short.len() == text.len() => 0,
        None => return None,
    };
    Some(text.after(start).trimmed())
}

/// Where an address ends that may stand in the brackets of a link.
fn target_length(address: &str) -> usize {
    let mut open = 0_u32;
    let closes = |byte: u8| {
        open += u32::from(byte == b'(');
        let closes = byte == b']' || (byte == b')' && open == 0);
        open = open.saturating_sub(u32::from(byte == b')'));
        closes
    };
    address.bytes().position(closes).unwrap_or(address.len())
}

/// What stands beside a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Space,
    Mark,
    Letter,
}

impl Side {
    fn of(c: char) -> Self {
        if c.is_whitespace() {
            Self::Space
        } else if is_mark(c) {
            Self::Mark
        } else {
            Self::Letter
        }
    }
}

/// Whether a character is punctuation, nearly enough: the tables of all of them are large.
pub(crate) fn is_mark(c: char) -> bool {
    match c {
        '\0'..='\u{7F}' => c.is_ascii_punctuation(),
        '\u{A1}'..='\u{BF}' => !matches!(c, 'ª' | '²' | '³' | 'µ' | '¹' | 'º'),
        '\u{3001}'..='\u{3030}' => !matches!(c, '々'..='〇' | '〡'..='〩'),
        '\u{FF00}'..='\u{FF65}' => !matches!(c, '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ'),
        '×' | '÷' | '،' | '؛' | '؟' | '・' => true,
        '\u{2010}'..='\u{2BFF}' | '\u{FE10}'..='\u{FE6B}' => true,
        _ => false,
    }
}
