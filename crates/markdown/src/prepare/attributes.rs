//! Lines that only say something about others: attribute lists, tables of contents, abbreviations.

use super::{Before, CONTENTS, Pass};
use crate::ascii::{Ascii, SPACE};
use crate::marks::escape;
use crate::tags;

/// How anchors begin.
pub(crate) const ANCHOR: &str = "<a id=\"";

/// An anchor for links, which is all that is kept of an attribute list.
pub(super) fn anchor(list: &str) -> Option<String> {
    let start = list.place("#")? + 1;
    let id = list.after(start);
    let id = &id[..id.until(" \t}")];
    let mut html = String::from(ANCHOR);
    escape(id, &mut html);
    html.push_str("\"></a>");
    Some(html)
}

/// Length of the attribute list that `text` begins with: `{: .class #id key="value"}`.
pub(super) fn attribute_list(text: &str) -> Option<usize> {
    let inside = text.strip_prefix("{:")?;
    let mut bytes = inside.bytes().take(1000);
    let end = bytes.position(|byte| matches!(byte, b'}' | b'\n'))?;
    let mut quoted = 0;
    let mut fits = inside.after(end).starts("}");
    let list = inside.upto(end).skip(" :\t").strip(" :\t");
    for byte in list.bytes() {
        match byte {
            b'"' | b'\'' if quoted == 0 => quoted = byte,
            _ if quoted == byte => quoted = 0,
            _ if quoted != 0 || byte >= 0x80 || byte.is_ascii_alphanumeric() => {}
            byte => fits &= b" \t.#=-_:/%".contains(&byte),
        }
    }
    let begins = list.starts(".#") || list.as_bytes().first().is_some_and(u8::is_ascii_alphabetic);
    (fits && begins).then_some(2 + end + 1)
}

impl<'a> Pass<'a> {
    /// Reads a line that is an attribute list of the block before or after it.
    pub(super) fn attribute_line(&mut self, body: &'a str) -> bool {
        let content = body.skip(" \t>").strip(SPACE);
        if attribute_list(content) != Some(content.len()) {
            return false;
        }
        let line = self.line_at(self.at);
        self.at += line.len();
        let last = self.out.strip(SPACE).rfind('\n').map_or(0, |end| end + 1);
        let previous = self.out.after(last).trimmed();
        let contents = content.after(2).skip(SPACE).starts_with("toc");
        if contents && tags::list_marker(previous) > 0 {
            self.out.truncate(last);
            self.add_contents(body);
        } else if let Some(anchor) = anchor(content) {
            let heading = previous.starts("#") && self.before == Before::Text;
            if heading {
                self.out.truncate(self.out.strip(SPACE).len());
            }
            if heading {
                self.add(body, Some(anchor), String::new());
            } else {
                self.add_block(body, Some(anchor));
            }
            self.out.push('\n');
        } else if tags::list_marker(self.line_at(self.at).skip(SPACE)) == 0 {
            // The block ends here, unless items of the same list follow.
            let quoted = body.skip(SPACE).starts(">");
            self.out.push_str(if quoted { ">\n" } else { "\n" });
        }
        self.before = Before::Blank;
        self.paragraph_end = 0;
        true
    }

    /// Reads a line that asks for a table of contents.
    pub(super) fn contents_line(&mut self, line: &'a str, rest: &str) -> bool {
        let known = ["[toc]", "[[toc]]", "[[_toc_]]"];
        let rest = rest.strip(SPACE);
        let asks = self.before == Before::Blank
            && known.iter().any(|known| rest.eq_ignore_ascii_case(known))
            && self.line_at(self.at + line.len()).trimmed().is_empty();
        if asks {
            self.at += line.len();
            self.add_contents(line);
        }
        asks
    }

    /// Asks for a table of contents: once, however often a post does, for it may be long.
    fn add_contents(&mut self, source: &'a str) {
        let html = if self.has_contents { "" } else { CONTENTS };
        self.has_contents = true;
        self.add_block(source, Some(html.into()));
        self.out.push('\n');
    }

    /// Reads `*[HTML]: Hypertext Markup Language`.
    pub(super) fn abbreviation(&mut self, line: &str, rest: &'a str) -> bool {
        let definition = rest
            .strip_prefix("*[")
            .and_then(|rest| rest.split_once("]:"));
        if let Some((short, long)) = definition {
            self.abbreviations.push((short.trimmed(), long.trimmed()));
            self.at += line.len();
        }
        definition.is_some()
    }

    /// Where the attribute list begins with which a heading ends.
    pub(super) fn heading_cut(&self, line: &str, rest: &str) -> Option<usize> {
        let body = line.strip(SPACE).strip_suffix('}')?;
        let (before, list) = body.rsplit_once('{')?;
        let list = list.skip(" ").strip(" ");
        let underlined = || {
            let next = self.line_at(self.at + line.len()).trimmed().as_bytes();
            next.len() > 1 && matches!(next[0], b'=' | b'-') && next.iter().all(|b| *b == next[0])
        };
        let shape = ["{:", list.skip(":"), "}"].concat();
        let fits = before.ends(" #")
            && list.starts("#:.-")
            // A mere `-` asks for no number (Pandoc).
            && (list == "-" || attribute_list(&shape).is_some())
            && (rest.starts("#") || underlined());
        fits.then(|| self.at + before.len())
    }

    /// Reads the rest of a heading from its attribute list on.
    pub(super) fn heading_attributes(&mut self) {
        let line = self.line_at(self.at);
        let anchor = anchor(line.trimmed()).unwrap_or_default();
        let list = line.strip("\n\r");
        self.add(list, Some(anchor), String::new());
        self.out.push('\n');
        self.at += line.len();
        self.paragraph_end = 0;
    }
}
