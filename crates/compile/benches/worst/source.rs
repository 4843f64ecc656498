//! The text of a source, told without the product's own parsers: tags are cut out of it as they
//! stand, and what Markdown writes between them stays.
//!
//! Only letters and digits count, so that markup need not be understood to be left aside.

use shelfmark_markdown::policy;

/// The letters and digits of a source, each with what it stands in.
#[derive(Debug, Default)]
pub(crate) struct SourceText {
    pub(crate) letters: Vec<char>,
    /// For each letter an index into `owners`.
    pub(crate) owned: Vec<u16>,
    /// Names of what letters stand in: the element around them, or one further out that says more.
    pub(crate) owners: Vec<String>,
}

/// Elements without an end tag.
const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
];
/// Elements whose content holds no tags.
const RAW: &[&str] = &["script", "style", "textarea", "title", "xmp"];
/// Elements that explain why everything inside them is not shown, nearest to the root first.
const TELLING: &[&str] = &[
    "applet", "audio", "button", "canvas", "datalist", "dialog", "embed", "iframe", "map", "math",
    "meter", "noframes", "noscript", "object", "progress", "script", "select", "style", "svg",
    "template", "textarea", "title", "video",
];

impl SourceText {
    /// Reads the body of a post; `source` is the address of its original.
    pub(crate) fn of(body: &str, source: Option<&str>) -> Self {
        let mut text = Self::default();
        let rest = text.title(body, source);
        text.read(rest);
        text
    }

    /// A first heading that links to the original repeats the title. Gives what follows it.
    fn title<'a>(&mut self, body: &'a str, source: Option<&str>) -> &'a str {
        let mut start = body.trim_start();
        while let Some((_, after)) = start
            .strip_prefix("<!--")
            .and_then(|comment| comment.split_once("-->"))
        {
            start = after.trim_start();
        }
        let end = start.find("\n\n").unwrap_or(start.len());
        let (heading, rest) = start.split_at(end);
        let lines: Vec<&str> = heading.lines().collect();
        let underlined = lines.last().is_some_and(|line| {
            let line = line.trim();
            line.len() > 1 && (line.bytes().all(|b| b == b'=') || line.bytes().all(|b| b == b'-'))
        });
        let links = source.is_some_and(|source| heading.contains(source));
        if !links || !(underlined || heading.starts_with('#')) {
            return body;
        }
        self.push(
            heading.rsplit_once("](").map_or(heading, |(name, _)| name),
            "repeated title",
        );
        rest
    }

    fn read(&mut self, body: &str) {
        let mut open: Vec<String> = Vec::new();
        let mut rest = body;
        while let Some(at) = rest.find(['<', '`']) {
            let (text, tag) = rest.split_at(at);
            self.push(text, &owner(&open));
            if let Some(length) = code(tag) {
                // What stands in code is no tag.
                self.push(&tag[..length].replace('&', " "), &owner(&open));
                rest = &tag[length..];
                continue;
            }
            if let Some(comment) = tag.strip_prefix("<!--") {
                let Some((_, after)) = comment.split_once("-->") else {
                    return self.push(comment, "comment without an end");
                };
                rest = after;
                continue;
            }
            let Some((name, closes, length)) = read_tag(tag).filter(|tag| is_known(&tag.0)) else {
                rest = &tag[1..];
                continue;
            };
            rest = &tag[length..];
            if closes {
                if let Some(place) = open.iter().rposition(|other| *other == name) {
                    open.truncate(place);
                }
            } else if RAW.contains(&name.as_str()) {
                let content = rest.find(&format!("</{name}")).unwrap_or(rest.len());
                self.push(&rest[..content], &name);
                rest = &rest[content..];
            } else if !VOID.contains(&name.as_str()) && !tag[..length].ends_with("/>") {
                open.push(name);
            }
        }
        self.push(rest, &owner(&open));
    }

    /// Adds text between tags.
    fn push(&mut self, text: &str, owner: &str) {
        let place = self.owners.iter().position(|other| other == owner);
        let place = place.unwrap_or_else(|| {
            self.owners.push(owner.to_owned());
            self.owners.len() - 1
        });
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            rest = &rest[c.len_utf8()..];
            if let Some(skipped) = skipped(c, rest) {
                rest = &rest[skipped..];
            } else if c.is_alphanumeric() {
                self.letters.push(c);
                self.owned.push(place as u16);
            }
        }
    }
}

/// Bytes after a character that are no text: a named character, what Markdown says of a link, the
/// words in place of a picture, attributes, the number of an item.
fn skipped(c: char, after: &str) -> Option<usize> {
    let line = after.split('\n').next().unwrap_or_default();
    match c {
        '&' => {
            let end = after.bytes().take(32).position(|b| b == b';')?;
            let named = |b: u8| b.is_ascii_alphanumeric() || b == b'#';
            after.bytes().take(end).all(named).then_some(end + 1)
        }
        ']' if line.starts_with('(') => line.find(')'),
        ']' if line.starts_with('[') => line.find(']'),
        ']' if line.starts_with(": ") => Some(line.len()),
        '!' if line.starts_with('[') => line.find(']'),
        '{' if line.starts_with(':') => line.find('}'),
        '\n' => {
            let number = line.trim_start_matches(|c: char| c.is_ascii_digit());
            number
                .starts_with(". ")
                .then_some(line.len() - number.len())
        }
        _ => None,
    }
}

/// Length of the code that a text begins with.
fn code(text: &str) -> Option<usize> {
    let mark = &text[..text.len() - text.trim_start_matches('`').len()];
    let within = &text[mark.len()..];
    let within = match mark.len() {
        0 => return None,
        1 | 2 => within.split('\n').next()?,
        _ => within,
    };
    Some(mark.len() + within.find(mark)? + mark.len())
}

/// Whether an element has a name that pages have; names with a hyphen are their own.
fn is_known(name: &str) -> bool {
    policy::find(name).is_some()
        || policy::is_dropped(name)
        || policy::EMBEDS.contains(&name)
        || [VOID, RAW, TELLING]
            .iter()
            .any(|names| names.contains(&name))
        || ["body", "col", "colgroup", "html", "label", "picture"].contains(&name)
        || name.contains('-')
}

/// Name, whether it is an end tag, and length of a tag at the start of a text.
fn read_tag(text: &str) -> Option<(String, bool, usize)> {
    let inner = text.strip_prefix('<')?;
    let closes = inner.starts_with('/');
    let inner = inner.strip_prefix('/').unwrap_or(inner);
    if !inner.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let named = |c: char| !c.is_ascii_whitespace() && c != '>' && c != '/';
    let name: String = inner.chars().take_while(|c| named(*c)).collect();
    let mut quote = None;
    for (place, byte) in text.bytes().enumerate() {
        match (byte, quote) {
            (b'"' | b'\'', None) if text.as_bytes()[place - 1] == b'=' => quote = Some(byte),
            (b'>', None) => return Some((name.to_ascii_lowercase(), closes, place + 1)),
            (_, Some(open)) if byte == open => quote = None,
            _ => {}
        }
    }
    None
}

/// What letters stand in, given the elements that are open.
fn owner(open: &[String]) -> String {
    let telling = open.iter().find(|name| TELLING.contains(&name.as_str()));
    telling
        .or(open.last())
        .cloned()
        .unwrap_or_else(|| "no element".into())
}
