//! How far what is JavaScript reaches: tags with their attributes, expressions, statements.

/// Longest of them, in bytes.
const LONGEST: usize = 20_000;

/// A tag of JSX.
#[derive(Debug)]
pub(super) struct Tag<'a> {
    pub(super) name: &'a str,
    pub(super) closing: bool,
    /// Whether it is closed at once.
    pub(super) alone: bool,
    attributes: Vec<Attribute<'a>>,
    pub(super) length: usize,
}

#[derive(Debug)]
struct Attribute<'a> {
    name: &'a str,
    /// With its quotes or braces.
    value: &'a str,
}

impl<'a> Tag<'a> {
    /// Takes the tag apart that begins here.
    pub(super) fn read(text: &'a str, fuel: &mut usize) -> Option<Self> {
        let text = &text[..text.floor_char_boundary(LONGEST)];
        let read = Self::read_within(text, fuel);
        if read.is_none() {
            *fuel = fuel.saturating_sub(text.len());
        }
        read
    }

    fn read_within(text: &'a str, fuel: &mut usize) -> Option<Self> {
        let inside = text.strip_prefix('<')?;
        let closing = inside.starts_with('/');
        let inside = inside.strip_prefix('/').unwrap_or(inside);
        let part_of = |c: char| c.is_ascii_alphanumeric() || "._-:".contains(c);
        let name = &inside[..inside.find(|c| !part_of(c)).unwrap_or(inside.len())];
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let mut tag = Self {
            name,
            closing,
            alone: false,
            attributes: Vec::new(),
            length: 0,
        };
        let mut rest = &inside[name.len()..];
        loop {
            let next = rest.trim_start();
            // A blank line ends what was no tag.
            if rest[..rest.len() - next.len()].matches('\n').count() > 1 {
                return None;
            }
            rest = next;
            if let Some(after) = rest.strip_prefix('>') {
                tag.length = text.len() - after.len();
                return Some(tag);
            }
            if let Some(after) = rest.strip_prefix('/') {
                tag.alone = true;
                rest = after;
                continue;
            }
            if rest.starts_with('{') {
                let end = braces(rest, fuel)?;
                tag.attributes.push(Attribute {
                    name: "",
                    value: &rest[..end],
                });
                rest = &rest[end..];
                continue;
            }
            let part_of = |c: char| !c.is_whitespace() && !"=/>{<\"'`".contains(c);
            let name = &rest[..rest.find(|c| !part_of(c))?];
            if name.is_empty() {
                return None;
            }
            rest = &rest[name.len()..];
            let mut value = "";
            if let Some(after) = rest.trim_start().strip_prefix('=') {
                let after = after.trim_start();
                let length = match after.chars().next()? {
                    '{' => braces(after, fuel)?,
                    quote @ ('"' | '\'') => after[1..].find(quote)? + 2,
                    _ => after.find(|c: char| c.is_whitespace() || c == '>')?,
                };
                value = &after[..length];
                rest = &after[length..];
            }
            tag.attributes.push(Attribute { name, value });
        }
    }

    /// Whether it says anything that HTML does not.
    pub(super) fn has_expressions(&self) -> bool {
        self.attributes.iter().any(|a| a.value.starts_with('{'))
    }

    /// An attribute without its braces.
    fn value(&self, name: &str) -> Option<&'a str> {
        let value = self.attributes.iter().find(|a| a.name == name)?.value;
        let inside = value.strip_prefix('{').and_then(|v| v.strip_suffix('}'));
        Some(inside.unwrap_or(value).trim())
    }

    /// What an attribute says, without its quotes or braces.
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        let value = self.value(name)?;
        Some(literal(value).unwrap_or(value))
    }

    /// What an attribute says, where it is text.
    pub(super) fn text(&self, names: &[&str]) -> Option<&'a str> {
        let texts = names.iter().filter_map(|name| literal(self.value(name)?));
        texts.map(str::trim).find(|text| !text.is_empty())
    }

    /// The tag as HTML: without what are expressions.
    pub(super) fn html(&self) -> String {
        let mut out = String::from(if self.closing { "</" } else { "<" });
        out.push_str(self.name);
        for attribute in &self.attributes {
            if attribute.value.starts_with('{') {
                continue;
            }
            out.push(' ');
            out.push_str(attribute.name);
            if !attribute.value.is_empty() {
                out.push('=');
                out.push_str(attribute.value);
            }
        }
        out.push_str(if self.alone { " />" } else { ">" });
        out
    }
}

/// The text that a literal means.
pub(super) fn literal(value: &str) -> Option<&str> {
    let quote = value.chars().next().filter(|c| "\"'`".contains(*c))?;
    let inside = value[1..].strip_suffix(quote)?;
    let plain = !inside.contains(quote) && !inside.contains("${");
    plain.then_some(inside)
}

/// Length of what begins with a brace, up to the brace that closes it.
pub(super) fn braces(text: &str, fuel: &mut usize) -> Option<usize> {
    reach(text, false, fuel)
}

/// Length of the statement that begins here, with the end of its last line.
pub(super) fn statement(text: &str, fuel: &mut usize) -> Option<usize> {
    reach(text, true, fuel)
}

fn reach(text: &str, statement: bool, fuel: &mut usize) -> Option<usize> {
    if *fuel == 0 {
        return None;
    }
    let text = &text[..text.floor_char_boundary(LONGEST)];
    let found = reach_within(text, statement);
    // What was found may be looked into again.
    *fuel = fuel.saturating_sub(found.unwrap_or(text.len()));
    found
}

fn reach_within(text: &str, statement: bool) -> Option<usize> {
    let bytes = text.as_bytes();
    // Brackets and templates that are open.
    let mut open: Vec<u8> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        at += 1;
        if open.last() == Some(&b'`') {
            match byte {
                b'\\' => at += 1,
                b'`' => drop(open.pop()),
                b'$' if bytes.get(at) == Some(&b'{') => {
                    open.push(b'{');
                    at += 1;
                }
                _ => {}
            }
            continue;
        }
        match byte {
            b'{' | b'(' | b'[' | b'`' => open.push(byte),
            b'}' | b')' | b']' => {
                open.pop();
                if open.is_empty() && !statement {
                    return (byte == b'}').then_some(at);
                }
            }
            b'"' | b'\'' => {
                // An apostrophe ends no line.
                let line = bytes[at..].iter().take_while(|b| **b != b'\n');
                if let Some(end) = line.clone().position(|b| *b == byte) {
                    at += end + 1;
                }
            }
            b'/' if bytes.get(at) == Some(&b'*') => {
                at = text[at..]
                    .find("*/")
                    .map_or(bytes.len(), |end| at + end + 2);
            }
            b'\n' if statement && open.is_empty() => {
                let line = text[..at].trim_end();
                if !line.ends_with(['=', ',', '+', '|', '&', '?', ':', '.'])
                    && !line.ends_with("=>")
                {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    (statement && open.is_empty() && text.len() < LONGEST).then_some(at)
}
