//! The kinds of values that keys may have: names, labels, language tags.

use core::ops::Range;
use std::collections::HashSet;

use super::clean::{one_line, without_links};
use crate::front_matter::{Node, Value};

/// Names in their order, without empty ones and duplicates.
#[derive(Default)]
pub(super) struct Names {
    pub(super) list: Vec<String>,
    seen: HashSet<String>,
}

impl Names {
    fn add(&mut self, name: &str) {
        let name = one_line(name);
        if !name.is_empty() && self.seen.insert(name.clone()) {
            self.list.push(name);
        }
    }

    fn add_label(&mut self, label: &str) {
        let label = label.trim();
        let bare = label.trim_start_matches('#');
        self.add(if bare.is_empty() { label } else { bare });
    }
}

/// Returns a scalar, also when it is the only item of a list.
pub(super) fn only_scalar(node: &Node) -> Option<&str> {
    match &node.value {
        Value::List(items) => match items.as_slice() {
            [item] => item.scalar(),
            _ => None,
        },
        _ => node.scalar(),
    }
}

/// Adds the names of a value: a string is one name, a map is known by its `name`.
pub(super) fn author(node: &Node, into: &mut Names) -> Result<(), Range<usize>> {
    match &node.value {
        Value::List(items) => items.iter().try_for_each(|item| author(item, into)),
        Value::Map(entries) => {
            let name = entries
                .iter()
                .find(|entry| entry.key.eq_ignore_ascii_case("name"))
                .and_then(|entry| entry.node.scalar())
                .ok_or_else(|| node.place.clone())?;
            into.add(&without_links(name));
            Ok(())
        }
        _ => {
            into.add(&without_links(node.scalar().unwrap_or_default()));
            Ok(())
        }
    }
}

/// Adds the labels of a value; an item of a list is one label, with the spaces it has.
pub(super) fn labels(node: &Node, words: bool, into: &mut Names) -> Result<(), Range<usize>> {
    match &node.value {
        Value::List(items) => items.iter().try_for_each(|item| match item.value {
            Value::List(_) | Value::Map(_) => labels(item, words, into),
            _ => {
                into.add_label(item.scalar().unwrap_or_default());
                Ok(())
            }
        }),
        Value::Map(_) => Err(node.place.clone()),
        _ => {
            let text = node.scalar().unwrap_or_default();
            let commas = [',', '，', '、'];
            if text.contains(commas) {
                text.split(commas).for_each(|label| into.add_label(label));
            } else if words {
                text.split_whitespace()
                    .for_each(|label| into.add_label(label));
            } else {
                into.add_label(text);
            }
            Ok(())
        }
    }
}

/// The labels in a text that has commas between them.
pub(super) fn split_labels(text: &str) -> Vec<String> {
    let mut names = Names::default();
    text.split([',', '，', '、', ';'])
        .for_each(|label| names.add_label(label));
    names.list
}

/// Returns a BCP 47 tag in its usual case, when the text has the form of one.
pub(super) fn language_tag(text: &str) -> Option<String> {
    let text = text.trim();
    // `zh_CN.UTF-8`, as systems write it.
    let text = text.split_once('.').map_or(text, |(tag, _)| tag);
    let mut tag = String::with_capacity(text.len());
    for (index, part) in text.split(['-', '_']).enumerate() {
        let letters = part.bytes().all(|b| b.is_ascii_alphabetic());
        if !part.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return None;
        }
        match (index, part.len()) {
            (0, 2..=3) if letters => tag.push_str(&part.to_ascii_lowercase()),
            (0, _) | (_, 0 | 9..) => return None,
            (1, 4) if letters => {
                tag.push('-');
                tag.push_str(&part[..1].to_ascii_uppercase());
                tag.push_str(&part[1..].to_ascii_lowercase());
            }
            (_, 2) if letters => {
                tag.push('-');
                tag.push_str(&part.to_ascii_uppercase());
            }
            _ => {
                tag.push('-');
                tag.push_str(&part.to_ascii_lowercase());
            }
        }
    }
    Some(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_tags_get_their_usual_case() {
        for (text, tag) in [
            ("en", Some("en")),
            ("zh-cn", Some("zh-CN")),
            ("ZH_hant_tw", Some("zh-Hant-TW")),
            ("zh_CN.UTF-8", Some("zh-CN")),
            ("de-1996", Some("de-1996")),
            ("fil", Some("fil")),
            ("english", None),
            ("汉语普通话", None),
            ("en US", None),
            ("", None),
            ("en-", None),
        ] {
            assert_eq!(language_tag(text).as_deref(), tag, "{text}");
        }
    }
}
