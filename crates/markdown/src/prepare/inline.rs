//! Within lines: Liquid, formulas, span attributes, emphasis beside Han characters, bare addresses.
//!
//! Code spans, tags and comments are stepped over. Where this pass and the parser disagree about
//! what is code, the parser is right: it gets the source back ([`crate::marks`]).

use super::{Pass, attributes};
use crate::marks::Marks;
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
        if rest.starts_with(['#', '>', '|']) {
            return;
        }
        for line in self.text[self.paragraph_end..].split_inclusive('\n') {
            let rest = line.trim_ascii_start();
            if rest.is_empty()
                || rest.starts_with(['#', '>', '|'])
                || tags::list_marker(rest) > 0
                || tags::fence(line.trim_ascii_end()).is_some()
            {
                break;
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
            self.out.push_str(&text[self.at..at]);
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
                        self.inline.address_end = at + target_length(&text[at..end]);
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
        let source = &self.text[self.at..end];
        self.marks
            .add(&mut self.out, source, html.into(), plain.into(), false);
        self.at = end;
        true
    }

    fn paragraph(&self) -> &'a str {
        &self.text[self.at..self.paragraph_end.max(self.at)]
    }

    fn escape(&mut self) -> bool {
        let rest = &self.text[self.at..];
        // kramdown's line break.
        let after = rest
            .strip_prefix("\\\\")
            .map(|rest| rest.trim_start_matches('\r'));
        if after.is_some_and(|after| after.starts_with('\n')) {
            return self.replace(self.at + 2, "<br>".into(), "\\".into());
        }
        let escapes = rest[1..].starts_with(|c: char| c.is_ascii_punctuation());
        let length = 1 + usize::from(escapes);
        self.out.push_str(&rest[..length]);
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
            while let Some(next) = rest.get(at..).and_then(|rest| rest.find('`')) {
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
                let head = &text[self.at + 1..limit];
                let end = head.find(|c: char| c <= ' ' || c == '<' || c == '>')?;
                let address = autolink::at(head, 0).is_some() && head[end..].starts_with('>');
                address.then_some(self.at + end + 2)
            });
        let Some(end) = end else { return false };
        let mut at = if text[self.at..].starts_with("<!--") {
            end
        } else {
            self.at
        };
        self.out.push_str(&text[self.at..at]);
        while let Some(next) = text[at..end].find('{') {
            self.out.push_str(&text[at..at + next]);
            at += next;
            let Some(found) = self.liquid.find(&text[..end], at, &mut self.fuel) else {
                self.out.push('{');
                at += 1;
                continue;
            };
            let (source, plain) = (&text[at..found.end], found.plain);
            self.marks.add(
                &mut self.out,
                source,
                plain.clone().into(),
                plain.into(),
                false,
            );
            at = found.end;
        }
        self.out.push_str(&text[at..end]);
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
        let rest = &self.text[self.at..];
        let byte = rest.as_bytes()[0];
        let length = rest.bytes().take_while(|b| *b == byte).count();
        let source = &rest[..length];
        let before = self.text[..self.at].chars().next_back().unwrap_or(' ');
        let after = rest[length..].chars().next().unwrap_or(' ');
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
            Marks::add_space(&mut self.out, false);
            self.inline.open[kind] = true;
        } else if (open && closes) || (!open && opens) {
            self.inline.open[kind] = !open;
        }
        self.out.push_str(source);
        if open && !closes && wide && left != Side::Space {
            Marks::add_space(&mut self.out, true);
            self.inline.open[kind] = false;
        }
        true
    }

    fn braces(&mut self) -> bool {
        let rest = &self.text[self.at..];
        if rest.starts_with("{{") || rest.starts_with("{%") {
            let Some(found) = self.liquid.find(self.text, self.at, &mut self.fuel) else {
                return false;
            };
            let begins = line_so_far(&self.out).is_some_and(|line| line.is_empty());
            if !(begins && found.html.starts_with("<pre")) {
                return self.replace(found.end, found.html, found.plain);
            }
            // A block of its own.
            let source = &rest[..found.end - self.at];
            self.marks
                .add(&mut self.out, source, found.html.into(), "".into(), true);
            self.at = found.end;
            let after = self.text[self.at..].trim_start_matches([' ', '\t', '\r']);
            if !after.starts_with('\n') {
                self.out.push('\n');
            }
            return true;
        }
        if rest.starts_with("{::") {
            return self.extension();
        }
        // Attributes of what stands before them, or of the list item that begins with them.
        let before = &self.text[..self.at];
        let attached = before.ends_with(['*', '_', ')', '`', ']', '>', '~'])
            || line_so_far(before)
                .is_some_and(|line| !line.is_empty() && tags::list_marker(line) == line.len());
        let list = attributes::attribute_list(rest).filter(|_| attached);
        let Some(length) = list else { return false };
        let anchor = attributes::anchor(&rest[..length]).unwrap_or_default();
        self.replace(self.at + length, anchor, String::new())
    }

    /// kramdown's extensions: `{::comment}`, `{::nomarkdown}`, `{::options /}`.
    fn extension(&mut self) -> bool {
        let rest = &self.text[self.at..];
        let Some(close) = rest.bytes().take(1000).position(|byte| byte == b'}') else {
            return false;
        };
        let tag = &rest[3..close];
        let end = self.at + close + 1;
        if tag.ends_with('/') {
            return self.replace(end, String::new(), String::new());
        }
        let name = tag.split_ascii_whitespace().next().unwrap_or_default();
        if !matches!(name, "comment" | "nomarkdown") || self.fuel == 0 {
            return false;
        }
        let inside = &rest[close + 1..];
        let closing = inside.match_indices("{:/").find_map(|(at, start)| {
            let tail = &inside[at + start.len()..];
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
            &inside[..length]
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
    Some(text[start..].trim_ascii())
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
