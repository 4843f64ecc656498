//! Elements of HTML that are never closed: browsers mend them, and often not as they were meant.

use crate::diagnostic::Diagnostic;
use crate::dialect::Form;
use crate::post::Post;
use crate::shown::code;

/// Elements that must be closed.
const CLOSED: &[&str] = &[
    "a",
    "article",
    "aside",
    "audio",
    "b",
    "blockquote",
    "button",
    "center",
    "code",
    "details",
    "div",
    "dl",
    "em",
    "figcaption",
    "figure",
    "font",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "i",
    "iframe",
    "main",
    "nav",
    "noscript",
    "ol",
    "picture",
    "pre",
    "s",
    "script",
    "section",
    "small",
    "span",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "table",
    "u",
    "ul",
    "video",
];

pub(super) fn look(post: &Post, file: &str, found: &mut Vec<Diagnostic>) {
    let body = post.text.get(post.body..).unwrap_or_default();
    let mut scan = Scan {
        body,
        open: Vec::new(),
        unclosed: Vec::new(),
        stray: None,
        hidden: 0,
        markdown: post.form != Form::Html,
    };
    match post.form {
        Form::Text => return,
        Form::Html => scan.part(0, body.len()),
        Form::Markdown | Form::Mdx => code::parts(body, &mut |range, is_prose| {
            if is_prose {
                scan.part(range.start, range.end);
            }
        }),
    }
    let mut unclosed = scan.unclosed;
    unclosed.extend(scan.open);
    unclosed.sort_by_key(|(_, at)| *at);
    let what = match (unclosed.first(), &scan.stray) {
        (Some((name, at)), _) => {
            let more = match unclosed.len() {
                1 => String::new(),
                more => format!(", nor are {} others", more - 1),
            };
            Some((
                name,
                *at,
                format!("`<{name}>` is never closed{more}"),
                format!("add `</{name}>`"),
            ))
        }
        (None, Some((name, at))) => Some((
            name,
            *at,
            format!("`</{name}>` closes nothing"),
            "take it away, or add what it should close".to_owned(),
        )),
        (None, None) => None,
    };
    if let Some((name, at, message, help)) = what {
        let at = post.body + at;
        found.push(
            Diagnostic::warning("html-unclosed", file, message)
                .help(help)
                .at(&post.text, at..at + name.len() + 1),
        );
    }
}

struct Scan<'a> {
    body: &'a str,
    open: Vec<(&'static str, usize)>,
    unclosed: Vec<(&'static str, usize)>,
    stray: Option<(&'static str, usize)>,
    /// Up to where a comment or a script goes.
    hidden: usize,
    /// Whether a backslash takes a tag its meaning.
    markdown: bool,
}

impl Scan<'_> {
    fn part(&mut self, start: usize, end: usize) {
        let mut at = start.max(self.hidden);
        while at < end
            && let Some(next) = self.body[at..end].find('<')
        {
            at += next;
            at = self.tag(at, end);
        }
    }

    /// Reads what begins at a `<`; returns where to go on.
    fn tag(&mut self, at: usize, end: usize) -> usize {
        let rest = &self.body[at..];
        let before = &self.body[..at];
        let escapes = before.len() - before.trim_end_matches('\\').len();
        // In a block of HTML nothing is escaped.
        if self.markdown && self.open.is_empty() && escapes % 2 == 1 {
            return at + 1;
        }
        if rest.starts_with("<!--") {
            let close = rest.find("-->").map_or(rest.len(), |close| close + 3);
            self.hidden = at + close;
            return self.hidden;
        }
        let closing = rest[1..].starts_with('/');
        let name = &rest[1 + usize::from(closing)..];
        let length = name
            .find(|c: char| !c.is_ascii_alphanumeric())
            .unwrap_or(name.len());
        let after = &name[length..];
        let known = CLOSED
            .iter()
            .find(|known| name[..length].eq_ignore_ascii_case(known));
        let is_tag = after.starts_with(['>', '/', ' ', '\t', '\n', '\r']);
        let (Some(known), true) = (known, is_tag) else {
            return at + 1;
        };
        let Some(close) = end_of_tag(after) else {
            return at + 1;
        };
        let next = at + (rest.len() - after.len()) + close;
        if closing {
            match self.open.iter().rposition(|(name, _)| name == known) {
                Some(place) => {
                    self.unclosed.extend(self.open.drain(place + 1..));
                    self.open.pop();
                }
                None if self.stray.is_none() => self.stray = Some((known, at)),
                None => {}
            }
        } else if !after[..close].ends_with("/>") {
            self.open.push((known, at));
            if matches!(*known, "script" | "style") {
                let inside = &self.body[next..];
                let close = inside.find(&format!("</{known}")).unwrap_or(inside.len());
                self.hidden = next + close;
                return self.hidden;
            }
        }
        next.min(end.max(next))
    }
}

/// Where a tag ends, after its name; quoted values may hold anything.
fn end_of_tag(after: &str) -> Option<usize> {
    let mut quote = None;
    let mut before = b' ';
    for (at, byte) in after.bytes().enumerate().take(1 << 16) {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') if before == b'=' => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
        before = byte;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::post::SourceFile;
    use crate::read::read_post;

    #[test]
    fn escaped_tags_are_no_tags() {
        for (path, body, problems) in [
            ("a.md", "a \\<a> b \\</div>", 0),
            ("a.md", "a \\\\<a> b", 1),
            ("a.md", "a <a> b", 1),
            ("a.html", "<p>a \\<a> b", 1),
        ] {
            let (post, _) = read_post(&SourceFile {
                root: 0,
                path: path.into(),
                shown: path.into(),
                bytes: body.as_bytes().to_vec(),
            });
            let mut found = Vec::new();
            look(&post, path, &mut found);
            assert_eq!(found.len(), problems, "{body:?}: {found:?}");
        }
    }
}
