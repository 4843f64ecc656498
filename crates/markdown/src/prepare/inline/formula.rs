//! Formulas: shown as their source, which Markdown must not touch.

use super::Pass;
use crate::ascii::Ascii;
use crate::marks::escape;

/// What stands around formulas. kramdown's authors write two backslashes.
const AROUND: &[(&str, &str)] = &[
    ("$$", "$$"),
    ("$", "$"),
    ("\\\\(", "\\\\)"),
    ("\\\\[", "\\\\]"),
    ("\\(", "\\)"),
    ("\\[", "\\]"),
];

/// Longest formula with blank lines, in bytes.
const LONGEST: usize = 4000;

impl Pass<'_> {
    /// Reads a formula.
    pub(super) fn formula(&mut self) -> bool {
        let mut rest = self.paragraph();
        if rest.starts_with("$$\n") && !rest.after(2).contains("$$") {
            // A block, which may hold blank lines.
            let end = self
                .text
                .after(self.at + 2)
                .place("$$")
                .filter(|end| *end < LONGEST);
            let block = end.map_or(rest, |end| self.text.cut(self.at, self.at + end + 4));
            rest = if block.place("\\begin").is_some() {
                block
            } else {
                rest
            };
            self.fuel = self
                .fuel
                .saturating_sub(end.unwrap_or(self.text.len() - self.at));
        }
        let around = AROUND.iter().find(|(open, _)| rest.starts_with(open));
        let Some((open, close)) = around.filter(|_| self.fuel > 0) else {
            return false;
        };
        let inside = rest.after(open.len());
        let Some(length) = inside.place(close) else {
            self.fuel = self.fuel.saturating_sub(inside.len());
            return false;
        };
        self.fuel = self.fuel.saturating_sub(length);
        let body = inside.upto(length);
        let after = inside.as_bytes().get(length + close.len());
        let before = self.text.as_bytes()[..self.at].last();
        let word = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        let fits = match *open {
            "$$" => !body.trimmed().is_empty(),
            // Prices and variables of shells are none.
            "$" => {
                let tight = body.place("\n").is_none() && body.trimmed() == body;
                tight && !word(after) && !word(before) && is_tex(body)
            }
            // Often only brackets that shall be no link.
            _ => is_tex(body) && (body.len() > 1 || open.ends("(")),
        };
        if !fits {
            return false;
        }
        let source = rest.upto(open.len() + length + close.len());
        let mut html = String::from("<code class=\"math\">");
        escape(source, &mut html);
        html.push_str("</code>");
        self.replace(self.at + source.len(), html, source.into())
    }
}

/// Whether something looks like a formula.
fn is_tex(body: &str) -> bool {
    let bytes = body.as_bytes();
    let signs = bytes.iter().enumerate().any(|(at, byte)| {
        // What is escaped is meant as a character.
        let free = at == 0 || bytes[at - 1] != b'\\';
        let command = || bytes.get(at + 1).is_some_and(u8::is_ascii_alphabetic);
        free && (matches!(byte, b'^' | b'_') || (*byte == b'\\' && command()))
    });
    let letter = bytes.len() == 1 && bytes[0].is_ascii_alphabetic();
    (signs || letter) && body.place("](").is_none() && body.place("://").is_none()
}
