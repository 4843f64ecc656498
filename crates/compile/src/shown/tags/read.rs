//! Tags as they are written: found, taken apart, and paired.

use std::collections::HashMap;

use crate::dialect::Dialect;
use crate::shown::code;

/// Longest tag that is looked for, in bytes.
const LONGEST: usize = 1000;

/// A tag, taken apart.
#[derive(Debug)]
pub(super) struct Tag<'a> {
    /// Where it begins.
    pub(super) at: usize,
    /// Where it ends.
    pub(super) end: usize,
    /// The brackets that it begins with.
    pub(super) open: &'a str,
    /// Without what says that it closes another.
    pub(super) name: &'a str,
    closing: bool,
    /// Arguments without a name, unquoted.
    pub(super) words: Vec<&'a str>,
    named: Vec<(&'a str, &'a str)>,
    /// Of one that is closed, where in the list its end is; of an end, where its beginning is.
    pub(super) pair: Option<usize>,
}

impl<'a> Tag<'a> {
    pub(super) fn word(&self, index: usize) -> Option<&'a str> {
        self.words.get(index).copied()
    }

    /// The argument that has one of these names.
    pub(super) fn named(&self, names: &[&str]) -> Option<&'a str> {
        let find = |name: &&str| self.named.iter().find(|(key, _)| key == name);
        let found = names.iter().find_map(find)?;
        Some(found.1).filter(|value| !value.is_empty())
    }

    /// All that the arguments say.
    pub(super) fn values(&self) -> impl Iterator<Item = &'a str> {
        let named = self.named.iter().map(|(_, value)| *value);
        self.words.iter().copied().chain(named)
    }

    pub(super) fn is_end(&self) -> bool {
        self.closing
    }
}

/// All tags of a body outside code, in order.
pub(super) fn all(body: &str, dialect: Dialect) -> Vec<Tag<'_>> {
    let mut tags: Vec<Tag<'_>> = Vec::new();
    // Name of the tag up to whose end nothing is a tag.
    let mut until: Option<&str> = None;
    // Names whose end was looked for in vain.
    let mut vain: Vec<&str> = Vec::new();
    let mut next = 0;
    code::parts(body, &mut |range, is_prose| {
        let mut at = range.start.max(next);
        while is_prose
            && at < range.end
            && let Some(found) = body[at..range.end].find(['{', '<'])
        {
            at += found;
            let Some(tag) = tag(&body[..range.end], at, dialect) else {
                at += 1;
                continue;
            };
            next = tag.end;
            at = tag.end;
            match until {
                Some(name) if tag.closing && tag.name == name => until = None,
                Some(_) => continue,
                None if is_verbatim(&tag, dialect) && !vain.contains(&tag.name) => {
                    if is_closed(&body[at..], tag.name, dialect) {
                        until = Some(tag.name);
                    } else {
                        vain.push(tag.name);
                    }
                }
                None => {}
            }
            tags.push(tag);
        }
    });
    pair(&mut tags, dialect);
    tags
}

/// Whether nothing within it is a tag.
fn is_verbatim(tag: &Tag<'_>, dialect: Dialect) -> bool {
    let names: &[&str] = match dialect {
        Dialect::Hugo => &["highlight", "comment", "mermaid", "katex"],
        Dialect::Hexo => &["raw", "codeblock", "code"],
        _ => &["raw", "comment", "highlight"],
    };
    !tag.closing && names.contains(&tag.name)
}

fn is_closed(rest: &str, name: &str, dialect: Dialect) -> bool {
    let end = if dialect == Dialect::Hugo { "/" } else { "end" };
    // The end of raw text must be seen even where there is none: nothing in it is a tag.
    name == "raw" || rest.contains(&format!("{end}{name}"))
}

/// Finds out which tag closes which.
fn pair(tags: &mut [Tag<'_>], dialect: Dialect) {
    let mut open: HashMap<&str, Vec<usize>> = HashMap::new();
    for index in 0..tags.len() {
        let tag = &tags[index];
        // Of Zola's tags any is closed by `end`, and those with arguments alone may be.
        let name = if dialect == Dialect::Zola {
            ""
        } else {
            tag.name
        };
        if !tag.closing {
            if dialect != Dialect::Zola || tag.open == "{%" {
                open.entry(name).or_default().push(index);
            }
        } else if let Some(begin) = open.get_mut(name).and_then(Vec::pop) {
            tags[begin].pair = Some(index);
            tags[index].pair = Some(begin);
        }
    }
}

/// Takes the tag apart that begins here.
fn tag(body: &str, at: usize, dialect: Dialect) -> Option<Tag<'_>> {
    let text = &body[at..];
    let forms: &[(&str, &str)] = match dialect {
        Dialect::Hugo => &[("{{<", ">}}"), ("{{%", "%}}")],
        Dialect::Zola => &[("{%", "%}"), ("{{", "}}")],
        Dialect::Hexo => &[("{%", "%}"), ("<!-- tab", "-->")],
        _ => &[("{%", "%}")],
    };
    let (open, close) = forms.iter().find(|(open, _)| text.starts_with(open))?;
    let inside = &text[open.len()..];
    let inside = &inside[..inside.floor_char_boundary(LONGEST)];
    let end = inside.find(close)?;
    let words = inside[..end].trim_matches('-').trim();
    // Hugo's way to write a shortcode without meaning it.
    if words.starts_with("/*") || words.contains(open) {
        return None;
    }
    let mut tag = Tag {
        at,
        end: at + open.len() + end + close.len(),
        open: &text[..open.len()],
        name: "",
        closing: false,
        words: Vec::new(),
        named: Vec::new(),
        pair: None,
    };
    if *open == "<!-- tab" {
        tag.name = open;
        tag.words.push(words);
        return Some(tag);
    }
    let mut words = words;
    if dialect == Dialect::Zola {
        if words == "end" {
            tag.closing = true;
            return Some(tag);
        }
        let (name, arguments) = words.strip_suffix(')')?.split_once('(')?;
        let is_name = |c: char| c.is_alphanumeric() || "_-:".contains(c);
        tag.name = name;
        arguments_of(arguments, &[','], &mut tag);
        return name.chars().all(is_name).then_some(tag);
    }
    if dialect == Dialect::Hugo {
        // `{{< name />}}` is closed at once: nobody looks for its end.
        let alone = words.strip_suffix('/');
        words = alone.unwrap_or(words);
        if let Some(name) = words.strip_prefix('/') {
            words = name.trim_start();
            tag.closing = true;
        }
    } else if let Some(name) = words.strip_prefix("end") {
        tag.closing = true;
        words = name;
    }
    let (name, arguments) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
    tag.name = name;
    if dialect == Dialect::Hugo {
        arguments_of(arguments, &[], &mut tag);
    } else {
        words_of(arguments, &mut tag);
    }
    Some(tag)
}

/// Takes `word "some words" 'others'` apart.
fn words_of<'a>(mut rest: &'a str, tag: &mut Tag<'a>) {
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return;
        }
        let (value, length) = value(rest, &[]);
        tag.words.push(value);
        rest = &rest[length..];
    }
}

/// Takes `word key="value" key=value` apart.
fn arguments_of<'a>(mut rest: &'a str, ends: &[char], tag: &mut Tag<'a>) {
    let space = |c: char| c.is_whitespace() || ends.contains(&c);
    loop {
        rest = rest.trim_start_matches(space);
        if rest.is_empty() {
            return;
        }
        let is_key = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
        let key = &rest[..rest.find(|c| !is_key(c)).unwrap_or(rest.len())];
        let after = rest[key.len()..].trim_start();
        match after.strip_prefix('=').filter(|_| !key.is_empty()) {
            Some(after) => {
                let after = after.trim_start();
                let (value, length) = value(after, ends);
                tag.named.push((key, value));
                rest = &after[length..];
            }
            None => {
                let (value, length) = value(rest, ends);
                tag.words.push(value);
                rest = &rest[length..];
            }
        }
    }
}

/// The value that a text begins with, and what it takes.
fn value<'a>(text: &'a str, ends: &[char]) -> (&'a str, usize) {
    let quote = text.chars().next().filter(|c| "\"'`".contains(*c));
    if let Some(quote) = quote {
        return match text[1..].find(quote) {
            Some(end) => (&text[1..=end], end + 2),
            None => (&text[1..], text.len()),
        };
    }
    let end = text.find(|c: char| c.is_whitespace() || ends.contains(&c));
    let end = end.unwrap_or(text.len());
    (&text[..end], end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_taken_apart() {
        for (body, dialect, expected) in [
            (
                r#"{{< a b c="d e" f=g "h i" />}}"#,
                Dialect::Hugo,
                r#"a ["b", "h i"] [("c", "d e"), ("f", "g")]"#,
            ),
            (
                r#"{{ a(b="c, d", e=1, f=[2]) }}"#,
                Dialect::Zola,
                r#"a [] [("b", "c, d"), ("e", "1"), ("f", "[2]")]"#,
            ),
            (
                "{%- a b=c 'd e' -%}",
                Dialect::Hexo,
                r#"a ["b=c", "d e"] []"#,
            ),
        ] {
            let tags = all(body, dialect);
            let [tag] = &tags[..] else { panic!("{tags:?}") };
            let found = format!("{} {:?} {:?}", tag.name, tag.words, tag.named);
            assert_eq!(found, expected, "{body}");
            assert_eq!((tag.at, tag.end), (0, body.len()));
        }
    }

    #[test]
    fn ends_belong_to_the_nearest_beginning() {
        let tags = all(
            "{{< a >}}{{< a >}}{{< b >}}{{< /a >}}{{< /a >}}",
            Dialect::Hugo,
        );
        let pairs: Vec<_> = tags.iter().map(|tag| tag.pair).collect();
        assert_eq!(pairs, [Some(4), Some(3), None, Some(1), Some(0)]);
    }

    #[test]
    fn many_openings_take_linear_time() {
        let body = "{% codeblock %} {% note %} <!-- tab ".repeat(50_000);
        assert!(!all(&body, Dialect::Hexo).is_empty());
    }
}
