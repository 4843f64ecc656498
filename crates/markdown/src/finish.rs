//! The pass over the HTML that the parser made: puts marked pieces back, names headings, explains
//! abbreviations.

use std::collections::HashMap;

use pulldown_cmark::CowStr;

use crate::ascii::Ascii;
use crate::marks::{BEGIN, CLOSE, END, OPEN, Piece, escape};
use crate::prepare::{ANCHOR, CONTENTS, Prepared, is_mark};
use crate::tags::{self, Tag};

/// Longest piece that an attribute may repeat, in bytes: a reference is used many times.
const LONGEST: usize = 500;

/// Finishes the HTML of a prepared post.
pub(crate) fn finish(html: &str, post: &Prepared<'_>) -> String {
    let mut pass = Finish {
        post,
        out: String::with_capacity(html.len() + html.len() / 8),
        code: 0,
        heading: None,
        linked: post.has_contents || html.place("href=\"#").is_some(),
        names: HashMap::new(),
        contents: String::new(),
        levels: Vec::new(),
    };
    pass.run(html);
    let mut out = pass.out;
    if post.has_contents {
        for _ in pass.levels {
            pass.contents.push_str("</ul>");
        }
        out = out.replacen(CONTENTS, &pass.contents, 1);
    }
    if out.place(BEGIN).is_some() {
        out = out.replace(CLOSE, "").replace(OPEN, "");
    }
    out
}

struct Finish<'a> {
    post: &'a Prepared<'a>,
    out: String,
    /// How many elements are open that hold code.
    code: usize,
    /// Where the content of the heading begins that is open.
    heading: Option<usize>,
    /// Whether the post has links to its headings: no others need names.
    linked: bool,
    /// How often each name was given to a heading.
    names: HashMap<CowStr<'a>, usize>,
    /// The table of contents so far, and the levels that are open in it.
    contents: String,
    levels: Vec<u8>,
}

impl<'a> Finish<'a> {
    fn run(&mut self, html: &str) {
        let bytes = html.as_bytes();
        let mut fuel = html.len() * 8;
        let mut at = 0;
        while at < bytes.len() {
            // The first byte of marks begins few other characters.
            let next = bytes[at..].iter().position(|b| matches!(b, b'<' | 0xEF));
            let next = next.map_or(bytes.len(), |next| at + next);
            self.text(html.cut(at, next));
            let rest = html.after(next);
            at = next;
            let mut end = rest.chars().next().map_or(0, char::len_utf8);
            let mut mark = "";
            if rest.starts_with(BEGIN) {
                end = rest.place(END).unwrap_or(0) + END.len();
                mark = rest.upto(end);
            } else if rest.starts_with("<!--") {
                let close = tags::comment(html, at, html.len(), &mut fuel);
                let inside = close.map_or(BEGIN, |close| html.cut(at + 4, close - 3));
                if self.piece(inside).is_none() && inside.place(BEGIN).is_some() {
                    // Nothing closes it but what stands in a comment of its own, or nothing at
                    // all: it must not hide the rest of the post.
                    self.out.push_str("&lt;");
                    at += 1;
                    continue;
                }
                end = inside.len() + 7;
                mark = inside;
            } else if let Some(tag) = tags::tag(html, at, html.len(), &mut fuel) {
                self.tag(html.cut(at, tag.end), tag);
                at = tag.end;
                continue;
            }
            at += end;
            match self.piece(mark) {
                Some(piece) if self.code > 0 => escape(piece.source, &mut self.out),
                Some(piece) => {
                    let html = piece.html.as_deref();
                    self.out.push_str(html.unwrap_or(piece.source));
                }
                None => self.out.push_str(rest.upto(end)),
            }
        }
    }

    /// The piece that a mark stands for.
    fn piece(&self, mark: &str) -> Option<&'a Piece<'a>> {
        let number = mark.strip_prefix(BEGIN)?.strip_suffix(END)?;
        self.post.pieces.get(number.parse::<usize>().ok()?)
    }

    /// Adds a tag.
    fn tag(&mut self, text: &str, tag: Tag<'_>) {
        let heading = matches!(tag.name.as_bytes(), [b'h' | b'H', b'1'..=b'6']);
        if heading && tag.closing {
            self.name_heading(tag.name.as_bytes()[1]);
        }
        if tag
            .name
            .is_any(&["code", "pre", "script", "style", "textarea"])
        {
            self.code = if tag.closing {
                self.code.saturating_sub(1)
            } else {
                self.code + 1
            };
        }
        // Addresses were escaped since.
        let text = text.replace("%EF%B7%90", BEGIN).replace("%EF%B7%91", END);
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once(BEGIN) {
            self.out.push_str(before);
            let (number, after) = after.split_once(END).unwrap_or(("", ""));
            let number = number.parse::<usize>().ok();
            let piece = number.and_then(|number| self.post.pieces.get(number));
            // Nobody knows where it leads.
            let leads = before.ends_with("href=\"") || before.ends_with("src=\"");
            if leads && piece.is_some_and(|piece| piece.plain.starts("{")) {
                self.out.push_str("liquid:");
            }
            if let Some(piece) = piece.filter(|piece| piece.plain.len() < LONGEST) {
                escape(&piece.plain, &mut self.out);
            }
            rest = after;
        }
        self.out.push_str(rest);
        if heading && !tag.closing {
            self.heading = (text.len() == 4).then_some(self.out.len());
        }
    }

    /// Adds text, with its abbreviations explained.
    fn text(&mut self, text: &str) {
        let known = &self.post.abbreviations;
        if known.is_empty() || self.code > 0 {
            return self.out.push_str(text);
        }
        for word in text.split_inclusive(|c| is_mark(c) || c == ' ' || c == '\n') {
            let short = word.trim_end_matches(|c| is_mark(c) || c == ' ' || c == '\n');
            match known.iter().find(|(known, _)| *known == short) {
                Some((_, long)) => {
                    self.out.push_str("<abbr title=\"");
                    escape(long, &mut self.out);
                    self.out.push_str("\">");
                    self.out.push_str(short);
                    self.out.push_str("</abbr>");
                    self.out.push_str(word.after(short.len()));
                }
                None => self.out.push_str(word),
            }
        }
    }

    /// Gives the heading that ends an id: its own, or one made of its text as GitHub makes them.
    fn name_heading(&mut self, level: u8) {
        let Some(start) = self.heading.take() else {
            return;
        };
        let mut own = String::new();
        if let Some(at) = self.out.after(start).place(ANCHOR) {
            let tail = self.out.after(start + at + ANCHOR.len());
            own.push_str(tail.upto(tail.until("\"")));
            let end = start + at + ANCHOR.len() + own.len() + "\"></a>".len();
            self.out.replace_range(start + at..end, "");
        }
        if !self.linked {
            return;
        }
        let mut text = String::new();
        for part in self.out.after(start).split('<') {
            // What stands before the first tag has none.
            text.push_str(part.split_once('>').map_or(part, |(_, text)| text));
        }
        let mut id = if own.is_empty() { name(&text) } else { own };
        if id.is_empty() {
            return;
        }
        let count = self.names.entry(id.clone().into()).or_default();
        *count += 1;
        if *count > 1 {
            id.push('-');
            id.push_str(&(*count - 1).to_string());
        }
        // Behind the name in the tag, which is a plain `<h2>`.
        self.out
            .insert_str(start - 1, &[" id=\"", &id, "\""].concat());
        if !self.post.has_contents {
            return;
        }
        let out = &mut self.contents;
        while self.levels.len() > 1 && self.levels.last().is_some_and(|open| *open > level) {
            self.levels.pop();
            out.push_str("</ul>");
        }
        if self.levels.last().is_none_or(|open| *open < level) {
            self.levels.push(level);
            out.push_str("<ul>");
        }
        for part in ["<li><a href=\"#", &id, "\">", text.trimmed(), "</a></li>"] {
            out.push_str(part);
        }
    }
}

/// What GitHub calls a heading: letters, digits, `-` and `_`, spaces as `-`.
fn name(html: &str) -> String {
    let text = html
        .replace("&amp;", "")
        .replace("&lt;", "")
        .replace("&gt;", "");
    let mut name = String::with_capacity(text.len());
    for c in text.replace("&quot;", "").trimmed().chars() {
        match c {
            ' ' | '\n' | '\t' | '\u{A0}' => name.push('-'),
            '-' | '_' => name.push(c),
            // The alphabets that have capitals, but for rare letters.
            'À'..='Þ' | 'Α'..='Ϋ' | 'А'..='Я' => name.extend(char::from_u32(c as u32 + 32)),
            'Ѐ'..='Џ' => name.extend(char::from_u32(c as u32 + 80)),
            c if is_mark(c) || c < ' ' => {}
            c => name.push(c.to_ascii_lowercase()),
        }
    }
    name
}
