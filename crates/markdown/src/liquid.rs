//! Liquid and Hugo's shortcodes: resolved where a post alone tells what they stand for.
//!
//! What can't be resolved is shown as it stands, in a `code` element: nothing is lost, and nobody
//! takes it for the author's words. Inside code nothing is touched but the pairs of `raw` tags.

use core::ops::Range;

use crate::ascii::{Ascii, SPACE};
use crate::marks::escape;

/// What a tag stands for.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Where it ends in the source.
    pub(crate) end: usize,
    /// What is shown.
    pub(crate) html: String,
    /// What it stands for within an address.
    pub(crate) plain: String,
}

/// What was met so far.
#[derive(Debug, Default)]
pub(crate) struct Liquid {
    /// Where the tag stands that ends text in which Liquid means nothing; 0 outside.
    pub(crate) raw_until: usize,
    /// Tags that are open and were shown.
    opened: usize,
}

/// Longest tag that is looked for, in bytes.
const LONGEST: usize = 4096;

/// Tags that something closes.
const OPENING: &[&str] = &["if", "unless", "for", "case", "capture", "tablerow"];

/// Filters that leave an address what it is.
const PLAIN: &[&str] = &[
    "",
    "relative_url",
    "absolute_url",
    "escape",
    "uri_escape",
    "strip",
    "safeURL",
    "relURL",
    "absURL",
];

/// What stands for the address under which a site is served: addresses in posts resolve against
/// their own source.
const BASES: &[&str] = &[
    "site.baseurl",
    "site.url",
    "site.github.url",
    "site.base_url",
    "BASE_PATH",
    "base_path",
    ".Site.BaseURL",
];

/// A tag as it is written.
struct Tag<'a> {
    end: usize,
    /// `{`, `%` or `<`: which kind.
    kind: u8,
    body: &'a str,
}

impl<'a> Tag<'a> {
    fn read(text: &'a str, at: usize) -> Option<Self> {
        let rest = text.after(at);
        let (kind, open, close) = [
            (b'<', "{{<", ">}}"),
            (b'<', "{{%", "%}}"),
            (b'{', "{{", "}}"),
            (b'%', "{%", "%}"),
        ]
        .into_iter()
        .find(|(_, open, _)| rest.starts_with(open))?;
        let inside = &rest.as_bytes()[open.len()..];
        let inside = &inside[..inside.len().min(LONGEST)];
        let end = inside
            .windows(close.len())
            .position(|part| part == close.as_bytes())?;
        let body = rest.cut(open.len(), open.len() + end);
        let fits = match kind {
            b'{' => !body.contains(['\n', '{']) || body.skip(SPACE).starts("\"'"),
            b'%' => body.place("{%").is_none(),
            _ => true,
        };
        if !fits || body.place("\n\n").is_some() {
            return None;
        }
        let ends = if kind == b'<' { SPACE } else { "- \t\n\r" };
        Some(Self {
            end: at + open.len() + end + close.len(),
            kind,
            body: body.skip(ends).strip(ends),
        })
    }

    fn name(&self) -> &'a str {
        self.body.word()
    }
}

impl Liquid {
    /// Reads the tag that begins with the `{` at byte `at`. `fuel` bounds what failing costs.
    pub(crate) fn find(&mut self, text: &str, at: usize, fuel: &mut usize) -> Option<Found> {
        if self.raw_until > at || *fuel == 0 {
            return None;
        }
        let Some(tag) = Tag::read(text, at) else {
            *fuel = fuel.saturating_sub(LONGEST.min(text.len() - at));
            return None;
        };
        let source = text.cut(at, tag.end);
        let mut found = Found {
            end: tag.end,
            ..Found::default()
        };
        if self.raw_until == at && at > 0 {
            self.raw_until = 0;
            if tag.name() == "endraw" {
                return Some(found);
            }
        }
        if tag.kind == b'{' {
            match output(tag.body) {
                Some(value) => {
                    escape(value, &mut found.html);
                    found.plain = value.into();
                }
                None => note(source, &mut found),
            }
            return Some(found);
        }
        let name = tag.name();
        let arguments = tag.body.after(name.len()).skip(SPACE);
        match tag.kind {
            _ if name.is_any(&["raw", "comment", "highlight"]) => {
                if let Some((inside, end)) = self.closing(text, &tag, name, fuel) {
                    match name {
                        "raw" => self.raw_until = inside,
                        "comment" => found.end = end,
                        _ => {
                            let language = arguments.word();
                            code(language, text.cut(tag.end, inside), &mut found);
                            found.end = end;
                        }
                    }
                    return Some(found);
                }
                note(source, &mut found);
            }
            _ if name.is_any(&["post_url", "link", "ref", "relref"]) => {
                // Leads to a post by its file; the walk knows the archive's posts.
                let file = arguments.skip("\"'").strip("\"'");
                if file.place("://").is_none() {
                    found.plain.push_str("post:");
                }
                found.plain.push_str(file);
                escape(file, &mut found.html);
            }
            _ if name.is_any(&["assign", "toc"]) => {}
            _ if name.starts_with("end") || name.starts("/") => {
                if self.opened == 0 {
                    note(source, &mut found);
                }
                self.opened = self.opened.saturating_sub(1);
            }
            _ => {
                let resource = crate::include::resolve(name, arguments);
                match resource {
                    Some(html) => found.html = html,
                    None => {
                        let opens = name.is_any(OPENING);
                        self.opened += usize::from(opens || tag.kind == b'<');
                        note(source, &mut found);
                    }
                }
            }
        }
        Some(found)
    }

    /// Where the tag begins and ends that closes another.
    fn closing(
        &self,
        text: &str,
        open: &Tag<'_>,
        name: &str,
        fuel: &mut usize,
    ) -> Option<(usize, usize)> {
        let mut at = open.end;
        let start = if open.kind == b'<' { "{{" } else { "{%" };
        while let Some(next) = text.after(at).place(start) {
            at += next;
            if let Some(tag) = Tag::read(text, at) {
                let closes = tag
                    .name()
                    .strip_prefix(if open.kind == b'<' { "/" } else { "end" });
                if closes == Some(name) {
                    return Some((at, tag.end));
                }
            } else {
                *fuel = fuel.saturating_sub(LONGEST);
            }
            *fuel = fuel.saturating_sub(next + 2);
            if *fuel == 0 {
                return None;
            }
            at += 2;
        }
        *fuel = fuel.saturating_sub(text.len() - open.end);
        None
    }

    /// Copies code, in which nothing is resolved, without the `raw` tags that only its engine saw.
    /// It stands at `place` and goes on up to `reach`.
    pub(crate) fn copy_code(
        &mut self,
        text: &str,
        place: Range<usize>,
        reach: usize,
        out: &mut String,
        fuel: &mut usize,
    ) {
        let to = place.end;
        let mut copied = place.start;
        let mut at = copied;
        while let Some(next) = text.cut(at, to).place("{%").filter(|_| *fuel > 0) {
            at += next;
            let tag = Tag::read(text, at).filter(|tag| tag.end <= to);
            let goes = tag.as_ref().is_some_and(|tag| match tag.name() {
                "endraw" if at > 0 && self.raw_until == at => {
                    self.raw_until = 0;
                    true
                }
                "raw" if self.raw_until <= at && *fuel > 0 => {
                    let inside = self.closing(text.upto(reach), tag, "raw", fuel);
                    self.raw_until = inside.map_or(0, |(inside, _)| inside);
                    inside.is_some()
                }
                _ => false,
            });
            if let Some(tag) = tag.filter(|_| goes) {
                out.push_str(text.cut(copied, at));
                copied = tag.end;
                // A line of nothing but the tag goes as a whole.
                let alone = out.is_empty() || out.ends("\n");
                copied += usize::from(alone && text.cut(copied, to).starts("\n"));
                at = copied;
            } else {
                at += 2;
                *fuel = fuel.saturating_sub(LONGEST);
            }
        }
        out.push_str(text.cut(copied.min(to), to));
    }
}

/// The value of an output, when the post alone tells it.
fn output(body: &str) -> Option<&str> {
    // A quoted text may hold anything.
    let quoted = body
        .starts("\"'")
        .then(|| body.after(1).place(body.upto(1)));
    let end = match quoted {
        Some(close) => close? + 2,
        None => body.until("|"),
    };
    let (expression, filters) = body.split_at(end);
    for filter in filters.split('|') {
        let (name, argument) = filter.split_at(filter.until(":"));
        let base = name.trimmed() == "prepend" && argument.skip(": ").trimmed().is_any(BASES);
        if !base && !name.trimmed().is_any(PLAIN) {
            return None;
        }
    }
    let expression = expression.trimmed();
    if expression.is_any(BASES) {
        return Some("");
    }
    let inside = expression.len().checked_sub(1).filter(|end| *end > 0)?;
    expression.starts("\"'").then(|| expression.cut(1, inside))
}

/// A tag that can't be resolved, as it stands.
fn note(source: &str, found: &mut Found) {
    found.html = String::from("<code class=\"note\">");
    escape(source, &mut found.html);
    found.html.push_str("</code>");
    found.plain = source.into();
}

fn code(language: &str, inside: &str, found: &mut Found) {
    found.html = String::from("<pre><code class=\"language-");
    escape(language.skip("\"'").strip("\"'"), &mut found.html);
    found.html.push_str("\">");
    let inside = inside.strip_prefix('\r').unwrap_or(inside);
    let inside = inside.strip_prefix('\n').unwrap_or(inside);
    escape(inside, &mut found.html);
    found.html.push_str("</code></pre>");
}
