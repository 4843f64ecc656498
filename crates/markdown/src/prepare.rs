//! The pass over a post's lines before CommonMark's rules are applied to it.
//!
//! Posts are written for kramdown, Jekyll and Hugo too. What these read differently from
//! CommonMark is taken out and marked ([`crate::marks`]): HTML elements as a whole, attribute
//! lists, Liquid, formulas. Here lines are looked at; [`inline`] looks within them.
//!
//! Nothing recurses. Whatever may look ahead in vain takes from `fuel`, and once that is used up
//! nothing more is recognised: the time is linear in the length of the post.

use crate::ascii::Ascii;
use crate::liquid::Liquid;
use crate::marks::{BEGIN, END, Piece};
use crate::tags::{self, Elements};

mod attributes;
mod containers;
mod inline;

pub(crate) use attributes::ANCHOR;
pub(crate) use inline::is_mark;

/// A post as the parser shall see it.
#[derive(Debug)]
pub(crate) struct Prepared<'a> {
    pub(crate) text: String,
    pub(crate) pieces: Vec<Piece<'a>>,
    /// Abbreviations and what they stand for.
    pub(crate) abbreviations: Vec<(&'a str, &'a str)>,
    /// Whether a table of contents is asked for.
    pub(crate) has_contents: bool,
}

/// Stands where the table of contents goes; in no post, which hold no marks by then.
pub(crate) const CONTENTS: &str = "<!--\u{FDD0}contents-->";

/// Prepares a post; see [`crate::marks::without_marks`] for what it must not hold.
pub(crate) fn prepare(text: &str) -> Prepared<'_> {
    let mut fuel = text.len() * 64 + 1_000_000;
    let elements = if text.place("</").is_some() {
        Elements::find(text, &mut fuel)
    } else {
        Elements::default()
    };
    let mut pass = Pass {
        text,
        at: 0,
        out: String::with_capacity(text.len() + 64),
        pieces: Vec::new(),
        abbreviations: Vec::new(),
        has_contents: false,
        fuel,
        elements,
        liquid: Liquid::default(),
        fence: None,
        containers: Vec::new(),
        list: 0,
        before: Before::Blank,
        after_html: false,
        markdown_until: 0,
        paragraph_end: 0,
        inline: inline::State::default(),
    };
    while pass.at < text.len() {
        pass.line();
    }
    Prepared {
        text: pass.out,
        pieces: pass.pieces,
        abbreviations: pass.abbreviations,
        has_contents: pass.has_contents,
    }
}

/// What the line before was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    Blank,
    Code,
    Text,
}

/// Fenced code that is open.
#[derive(Debug, Clone, Copy)]
struct Fence {
    mark: (u8, usize),
    /// Column of the list item that holds it: a line further left ends both.
    indent: usize,
}

struct Pass<'a> {
    text: &'a str,
    /// What was read so far; lines begin here.
    at: usize,
    out: String,
    pieces: Vec<Piece<'a>>,
    abbreviations: Vec<(&'a str, &'a str)>,
    has_contents: bool,
    fuel: usize,
    elements: Elements,
    liquid: Liquid,
    fence: Option<Fence>,
    /// Elements of the containers that are open.
    containers: Vec<&'static str>,
    /// Column at which the content of the list item stands, 0 outside lists.
    list: usize,
    before: Before,
    /// Whether the last line that was not blank was HTML.
    after_html: bool,
    /// Where the last of the elements ends whose content is Markdown.
    markdown_until: usize,
    /// How far inline constructs may reach.
    paragraph_end: usize,
    inline: inline::State,
}

impl<'a> Pass<'a> {
    /// The line at byte `at`, with its end.
    fn line_at(&self, at: usize) -> &'a str {
        self.text.after(at).line()
    }

    /// Takes a piece out, within a line.
    fn add(&mut self, source: &'a str, html: Option<String>, plain: String) {
        self.out.push_str(BEGIN);
        self.out.push_str(&self.pieces.len().to_string());
        self.out.push_str(END);
        self.pieces.push(Piece {
            source,
            html,
            plain,
        });
    }

    /// Takes a piece out that is a block: comments are, and end where they are closed.
    fn add_block(&mut self, source: &'a str, html: Option<String>) {
        self.out.push_str("<!--");
        self.add(source, html, String::new());
        self.out.push_str("-->");
    }

    /// Reads a line, or several that belong together.
    fn line(&mut self) {
        let line = self.line_at(self.at);
        let body = line.strip("\n\r");
        let rest = body.skip(" \t");
        let lead = body.len() - rest.len();
        let mut indent = columns(body.upto(lead));
        if let Some(fence) = self.fence {
            if rest.is_empty() || indent >= fence.indent {
                self.code(line);
                if tags::closes(body, fence.mark) {
                    self.fence = None;
                    self.before = Before::Text;
                }
                return;
            }
            self.fence = None;
        }
        if rest.is_empty() {
            self.out.push_str(line);
            self.at += line.len();
            if self.before != Before::Code {
                self.before = Before::Blank;
            }
            return;
        }
        if self.before != Before::Text {
            self.paragraph_end = 0;
            if indent < self.list {
                self.list = 0;
            }
        }
        if indent >= self.list + 4 && self.before != Before::Text {
            if self.continues_html(rest) {
                indent = self.list;
            } else {
                self.code(line);
                self.before = Before::Code;
                self.after_html = false;
                return;
            }
        }
        if let Some(mark) = tags::fence(body) {
            // Of a quote or list item that begins in this line the column is not known.
            let alone = tags::without_containers(body).len() == rest.len();
            let indent = if alone && indent >= self.list {
                self.list
            } else {
                0
            };
            self.fence = Some(Fence { mark, indent });
            self.out.push_str(line);
            self.at += line.len();
            self.after_html = false;
            return;
        }
        if self.attribute_line(body)
            || self.contents_line(line, rest)
            || self.abbreviation(line, rest)
            || self.container_line(line, body)
        {
            return;
        }
        if rest.starts("<") && indent < self.list + 4 && self.html(lead, indent) {
            return;
        }
        let marker = tags::list_marker(rest);
        if marker > 0 && indent < self.list + 4 {
            let inside = rest.after(marker);
            let spaces = inside.len() - inside.skip(" ").len();
            self.list = indent + marker + if (1..=4).contains(&spaces) { spaces } else { 1 };
        }
        if self.at >= self.paragraph_end || marker > 0 {
            self.begin_paragraph(line, rest);
        }
        self.after_html = false;
        self.before = Before::Text;
        let cut = self.heading_cut(line, rest);
        let term = rest.skip("> ");
        let ruler = |byte: u8| b":-| \t".contains(&byte);
        if term.starts(":")
            && !term[1..].starts(" \t")
            && !(term.bytes().all(ruler) && term.place("-").is_some())
        {
            // The parser would take it for a definition.
            let until = self.at + body.len() - term.len();
            self.out.push_str(self.text.cut(self.at, until));
            self.at = until + 1;
            self.add(":", None, ":".into());
        }
        self.inline(cut.unwrap_or(usize::MAX));
        if cut.is_some_and(|cut| self.at == cut) {
            self.heading_attributes();
        }
    }

    /// Copies a line of code.
    fn code(&mut self, line: &str) {
        let end = self.at + line.len();
        let reach = self.code_end(end);
        self.code_until(end, reach);
    }

    /// Copies code up to byte `end`, which goes on up to `reach`.
    fn code_until(&mut self, end: usize, reach: usize) {
        let place = self.at..end;
        let fuel = &mut self.fuel;
        self.liquid
            .copy_code(self.text, place, reach, &mut self.out, fuel);
        self.at = end;
    }

    /// How far from byte `from` on the same code may reach.
    fn code_end(&mut self, from: usize) -> usize {
        let Some(fence) = self.fence else { return from };
        if !self.text.cut(self.at, from).contains("{%") || self.fuel == 0 {
            return from;
        }
        let mut end = from;
        while end < self.text.len() && !tags::closes(self.line_at(end), fence.mark) {
            end += self.line_at(end).len();
        }
        self.fuel = self.fuel.saturating_sub(end - from);
        end
    }

    /// Whether an indented line goes on with HTML rather than being code.
    fn continues_html(&mut self, rest: &str) -> bool {
        if !(self.after_html || self.at < self.markdown_until) || !rest.starts("<") {
            return false;
        }
        let at = self.at + self.line_at(self.at).place("<").unwrap_or_default();
        rest.starts_with("<!--")
            || tags::tag(self.text, at, self.text.len(), &mut self.fuel)
                .is_some_and(|tag| tag.block.is_some())
    }

    /// Reads elements that begin in this line; tells whether there were any.
    fn html(&mut self, lead: usize, indent: usize) -> bool {
        let start = self.at + lead;
        if self.fuel == 0 {
            return false;
        }
        if let Some(end) = tags::comment(self.text, start, self.text.len(), &mut self.fuel) {
            let end = end + self.line_at(end).len();
            self.out.push_str(self.text.cut(self.at, end));
            self.at = end;
            self.before = Before::Text;
            self.paragraph_end = 0;
            return true;
        }
        let Some(tag) = tags::tag(self.text, start, self.text.len(), &mut self.fuel) else {
            return false;
        };
        if tag.block.is_none() {
            return false;
        }
        let mut end = tag.end;
        let mut markdown = false;
        if !tag.closing {
            let Some(close) = self.elements.end(start) else {
                return false;
            };
            if self.elements.hold_markdown(start, close) {
                markdown = tags::has_markdown(self.text.cut(start, tag.end));
                let next = self.text.after(end).skip(" \t\r");
                if !markdown && !next.starts("\n<") {
                    return false;
                }
                self.markdown_until = self.markdown_until.max(close);
            } else {
                end = self.whole(close);
            }
        }
        if !self.out.is_empty() && !self.out.ends("\n") {
            self.out.push('\n');
        }
        if indent >= self.list {
            self.out.extend(core::iter::repeat_n(' ', self.list));
        }
        let html = self.resolved(start, end);
        let source = self.text.cut(start, end);
        self.add_block(source, html);
        self.out.push('\n');
        if markdown {
            self.out.push('\n');
        }
        self.at = end;
        let spaces = self.text.after(end).skip(" \t\r");
        if let Some(next) = spaces.strip_prefix('\n') {
            self.at = self.text.len() - next.len();
        } else {
            self.at = self.text.len() - spaces.len();
        }
        self.before = Before::Blank;
        self.after_html = true;
        self.paragraph_end = 0;
        true
    }

    /// Where raw HTML ends that reaches up to byte `end` at least: what follows in its last line
    /// belongs to it if it is HTML too.
    fn whole(&mut self, mut end: usize) -> usize {
        loop {
            let next = self.text.after(end).skip(" \t");
            if !next.starts("<") {
                return end;
            }
            let at = self.text.len() - next.len();
            let tag = tags::tag(self.text, at, self.text.len(), &mut self.fuel);
            let close = match tag {
                Some(tag) if tag.block.is_some() && !tag.closing => self
                    .elements
                    .end(at)
                    .filter(|close| !self.elements.hold_markdown(at, *close)),
                _ => None,
            };
            if let Some(close) = close {
                end = close;
                continue;
            }
            return end + self.line_at(end).strip("\n\r").len();
        }
    }

    /// HTML with its Liquid resolved, except in its code.
    fn resolved(&mut self, start: usize, end: usize) -> Option<String> {
        let text = self.text;
        let html = text.cut(start, end);
        if html.place("{{").is_none() && html.place("{%").is_none() {
            return None;
        }
        let mut out = String::with_capacity(html.len());
        let mut at = start;
        let mut code = 0_usize;
        let mut in_tag = false;
        while let Some(next) = text.cut(at, end).find(['<', '>', '{']) {
            out.push_str(text.cut(at, at + next));
            at += next;
            let rest = text.cut(at, end);
            match rest.as_bytes()[0] {
                b'{' if code == 0 || (in_tag && code < 2) => {
                    if let Some(found) = self.liquid.find(text.upto(end), at, &mut self.fuel) {
                        out.push_str(if in_tag { &found.plain } else { &found.html });
                        at = found.end;
                        continue;
                    }
                }
                b'<' => {
                    let begins = |name: &str| {
                        rest.get(1..=name.len())
                            .is_some_and(|start| start.eq_ignore_ascii_case(name))
                    };
                    in_tag = true;
                    if begins("pre") || begins("code") || begins("script") || begins("style") {
                        code += 1;
                    } else if begins("/pre")
                        || begins("/code")
                        || begins("/script")
                        || begins("/style")
                    {
                        code = code.saturating_sub(1);
                    }
                }
                b'>' => in_tag = false,
                _ => {}
            }
            out.push_str(rest.upto(1));
            at += 1;
        }
        out.push_str(text.cut(at, end));
        Some(out)
    }
}

/// How many columns white space takes.
fn columns(space: &str) -> usize {
    space.bytes().fold(0, |column, byte| {
        if byte == b'\t' {
            column / 4 * 4 + 4
        } else {
            column + 1
        }
    })
}
