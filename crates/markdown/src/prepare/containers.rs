//! Containers: `::: name` and `:::` around blocks (Pandoc, markdown-it, Docusaurus, Quarto).
//!
//! Notes and warnings become quotations, all others plain boxes; what stands beside the name is
//! read as a paragraph.

use super::{Before, Pass};
use crate::ascii::{Ascii, SPACE};

/// Names of what is set apart from the text around it.
const APART: &[&str] = &[
    "caution",
    "danger",
    "important",
    "info",
    "note",
    "tip",
    "warning",
];

impl<'a> Pass<'a> {
    /// Reads a line that begins or ends a container.
    pub(super) fn container_line(&mut self, line: &'a str, body: &'a str) -> bool {
        let Some(rest) = after_colons(body) else {
            return false;
        };
        if rest.is_empty() {
            let Some(name) = self.containers.pop() else {
                return false;
            };
            self.out.push_str(&["\n</", name, ">\n\n"].concat());
        } else {
            let end = rest.until(" \t[{");
            let (name, title) = match rest.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
                Some(parts) => parts,
                None => rest.split_at(end),
            };
            let named = name.skip(".").as_bytes().first();
            if !named.is_some_and(u8::is_ascii_alphabetic) || !self.is_closed(line) {
                return false;
            }
            let name = name.to_ascii_lowercase();
            let apart = APART.iter().any(|apart| name.contains(apart));
            let element = if apart { "blockquote" } else { "div" };
            self.containers.push(element);
            self.out.push_str(&["\n<", element, ">\n\n"].concat());
            let title = title.split('{').next().unwrap_or_default();
            let title = title.skip(" \t[").strip(" \t]");
            if !title.is_empty() {
                self.out.push_str(&[title, "\n\n"].concat());
            }
        }
        self.at += line.len();
        self.before = Before::Blank;
        self.after_html = false;
        self.paragraph_end = 0;
        true
    }

    /// Whether a line of nothing but colons follows.
    fn is_closed(&mut self, line: &str) -> bool {
        let following = self.text.after(self.at + line.len());
        let mut looked_at = 0;
        let closed = following.split_inclusive('\n').any(|line| {
            looked_at += line.len();
            looked_at > self.fuel || after_colons(line.strip("\n\r")) == Some("")
        });
        self.fuel = self.fuel.saturating_sub(looked_at);
        closed && self.fuel > 0
    }
}

/// What follows three colons or more at the beginning of a line.
fn after_colons(line: &str) -> Option<&str> {
    line.starts_with(":::")
        .then(|| line.skip(":").skip(SPACE).strip(SPACE))
}
