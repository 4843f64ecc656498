//! Tags that name other posts and files (Jekyll, Hexo, Hugo), and Hexo's blocks.
//!
//! Only these: what a tag means that names nothing is told from the post alone, when it is rendered.

use super::{Around, address, code, escaped};
use crate::dialect::Dialect;

/// Longest tag that is looked for, in bytes.
const LONGEST: usize = 1000;

/// A tag, taken apart.
struct Tag<'a> {
    name: &'a str,
    arguments: Vec<&'a str>,
    /// Bytes of the tag.
    length: usize,
}

/// Translates the tags of a body.
pub(super) fn markdown(body: &str, around: &Around<'_>) -> String {
    let mut out = String::with_capacity(body.len() + 64);
    let mut until: Option<&str> = None;
    code::parts(body, &mut |range, is_prose| {
        let part = &body[range.clone()];
        if !is_prose {
            out.push_str(part);
            return;
        }
        let mut at = 0;
        while let Some(found) = part[at..].find('{') {
            let begin = at + found;
            out.push_str(&part[at..begin]);
            let rest = &part[begin..];
            let tag = tag(rest);
            if let Some(name) = until {
                // In raw text nothing is a tag but its end.
                if tag.as_ref().is_some_and(|tag| tag.name == name) {
                    until = None;
                }
            } else if let Some(tag) = &tag {
                if tag.name == "raw" && rest.starts_with("{%") {
                    until = Some("endraw");
                } else {
                    let place = range.start + begin;
                    if let Some((shown, length)) = translated(tag, rest, place, around) {
                        out.push_str(&shown);
                        at = begin + length;
                        continue;
                    }
                }
            }
            out.push('{');
            at = begin + 1;
        }
        out.push_str(&part[at..]);
    });
    out
}

/// What a tag shows, and how much of the text it takes.
fn translated(
    tag: &Tag<'_>,
    rest: &str,
    place: usize,
    around: &Around<'_>,
) -> Option<(String, usize)> {
    let shortcode = rest.starts_with("{{");
    let argument = |index: usize| tag.arguments.get(index).copied();
    let post = |name: &str| around.address(place, name);
    let one = |shown: String| Some((shown, tag.length));
    match (around.post.dialect, tag.name) {
        (Dialect::Hugo, "ref" | "relref") if shortcode => {
            // `ref "page"`, or `ref path="page" lang="en"`.
            let name = tag
                .arguments
                .iter()
                .find_map(|argument| argument.strip_prefix("path=").map(unquoted))
                .or(argument(0))?;
            one(post(name))
        }
        (Dialect::Jekyll, "post_url" | "link") if !shortcode => one(post(argument(0)?)),
        (Dialect::Hexo, "post_path") if !shortcode => one(post(argument(0)?)),
        (Dialect::Hexo, "post_link") if !shortcode => {
            let name = argument(0)?;
            let title = tag.arguments[1..]
                .iter()
                .copied()
                .filter(|word| !matches!(*word, "true" | "false"))
                .collect::<Vec<_>>()
                .join(" ");
            let title = if title.is_empty() {
                around
                    .links
                    .title(around.post, name, around.asked)
                    .unwrap_or(name)
                    .to_owned()
            } else {
                title
            };
            one(format!("[{}]({})", escaped(&title), post(name)))
        }
        (Dialect::Hexo, "asset_path") if !shortcode => one(argument(0)?.replace(' ', "%20")),
        (Dialect::Hexo, "asset_link") if !shortcode => {
            let name = argument(0)?;
            let title = tag.arguments[1..].join(" ");
            let title = if title.is_empty() { name } else { &title };
            one(format!("[{}](<{name}>)", escaped(title)))
        }
        (Dialect::Hexo, "asset_img" | "img") if !shortcode => one(picture(&tag.arguments)?),
        (Dialect::Hexo, "codeblock" | "code") if !shortcode => {
            let (inner, length) = block(tag, rest)?;
            let language = tag
                .arguments
                .iter()
                .find_map(|word| word.strip_prefix("lang:"));
            let fence = fence(inner);
            let shown = format!(
                "\n{fence}{}\n{}\n{fence}\n",
                language.unwrap_or_default(),
                inner.trim_matches(['\n', '\r'])
            );
            Some((shown, length))
        }
        (Dialect::Hexo, "blockquote" | "quote" | "note" | "pullquote") if !shortcode => {
            let (inner, length) = block(tag, rest)?;
            let mut shown = String::from("\n");
            for line in inner.trim().lines() {
                shown.push_str("> ");
                shown.push_str(line);
                shown.push('\n');
            }
            let by = tag.arguments.join(" ");
            if !by.is_empty() && matches!(tag.name, "blockquote" | "quote") {
                shown.push_str(&format!(">\n> — {by}\n"));
            }
            shown.push('\n');
            Some((shown, length))
        }
        _ => None,
    }
}

/// `[class names] address [width [height]] [title [text]]` as Markdown.
fn picture(arguments: &[&str]) -> Option<String> {
    let is_file = |word: &&str| {
        let name = word.split(['?', '#']).next().unwrap_or_default();
        word.contains("://")
            || name
                .rsplit_once('.')
                .is_some_and(|(_, end)| (2..=5).contains(&end.len()))
    };
    let place = arguments.iter().position(is_file)?;
    let is_size = |word: &&str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit());
    let rest: Vec<&str> = arguments[place + 1..]
        .iter()
        .copied()
        .filter(|w| !is_size(w))
        .collect();
    // The tag may hold both as one: "title text" 'text'.
    let text = rest.last().copied().unwrap_or_default().trim_matches('\'');
    Some(format!("![{}](<{}>)", escaped(text), arguments[place]))
}

/// What stands between a tag and its end, and how long all of it is.
fn block<'a>(tag: &Tag<'_>, rest: &'a str) -> Option<(&'a str, usize)> {
    let mut at = tag.length;
    loop {
        at += rest[at..].find("{%")?;
        let end = self::tag(&rest[at..]);
        match end {
            Some(end) if end.name.strip_prefix("end") == Some(tag.name) => {
                return Some((&rest[tag.length..at], at + end.length));
            }
            _ => at += 2,
        }
    }
}

fn fence(inner: &str) -> String {
    let mut longest = 2;
    let mut run = 0;
    for c in inner.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    "`".repeat(longest + 1)
}

/// Takes the tag apart that stands at the beginning.
fn tag(text: &str) -> Option<Tag<'_>> {
    let (open, close) = [("{%", "%}"), ("{{<", ">}}"), ("{{%", "%}}")]
        .into_iter()
        .find(|(open, _)| text.starts_with(open))?;
    let inside = &text[open.len()..];
    let inside = &inside[..inside.floor_char_boundary(LONGEST)];
    let end = inside.find(close)?;
    let words = inside[..end].trim_matches('-').trim();
    // Hugo's way to write a shortcode without meaning it.
    if words.starts_with("/*") || words.contains(open) {
        return None;
    }
    let (name, mut rest) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
    let mut arguments = Vec::new();
    loop {
        rest = rest.trim_start();
        let Some(first) = rest.chars().next() else {
            break;
        };
        let length = if matches!(first, '"' | '\'' | '`') {
            rest[1..].find(first).map_or(rest.len(), |end| end + 2)
        } else {
            rest.find(char::is_whitespace).unwrap_or(rest.len())
        };
        arguments.push(unquoted(&rest[..length]));
        rest = &rest[length..];
    }
    Some(Tag {
        name,
        arguments,
        length: open.len() + end + close.len(),
    })
}

fn unquoted(word: &str) -> &str {
    let quote = word
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\'' | '`'));
    match quote {
        Some(quote) => word[1..].strip_suffix(quote).unwrap_or(&word[1..]),
        None => word,
    }
}

impl Around<'_> {
    /// The address of the post that is called so; what it is called when there is none.
    fn address(&self, place: usize, name: &str) -> String {
        let page = name.split('#').next().unwrap_or_default();
        if let Some(path) = self.links.path(self.post, page, self.asked) {
            return address(path);
        }
        if let Some(path) = self.others.find(self.post, page, self.asked) {
            return address(path);
        }
        if !page.is_empty() {
            self.lose(place, name, false);
        }
        name.replace([' ', '(', ')', '<', '>'], "-")
    }
}
