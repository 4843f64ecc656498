//! Front matter that is one JSON object, as Hugo reads it.

use serde_json::{Map, Value as Json};

use super::{Entry, Node, Value};

/// Reads an object at the very start of the text; nothing when there is none, for then a `{` is
/// the body's own. Returns the entries and where the body begins.
pub(super) fn read(text: &str, start: usize) -> Option<(Vec<Entry>, usize)> {
    let rest = &text[start..];
    if let Some(found) = read_ended(text, start) {
        return Some(found);
    }
    // `{{` and `{%` begin posts of template languages.
    if !rest.strip_prefix('{')?.trim_start().starts_with('"') {
        return None;
    }
    let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Json>();
    let Some(Ok(Json::Object(object))) = values.next() else {
        return None;
    };
    let end = start + values.byte_offset();
    if !is_of_post(&object) {
        return None;
    }
    let line = super::fence::Lines { text, at: end }.next();
    let body = match line {
        Some(line) if !text[line.whole.clone()].trim().is_empty() => return None,
        Some(line) => line.next,
        None => end,
    };
    Some((entries(object, &(start..end)), body))
}

/// Reads an object that a line `;;;` ends, with its braces or without, as Hexo has it.
fn read_ended(text: &str, start: usize) -> Option<(Vec<Entry>, usize)> {
    if !text[start..].starts_with(['"', '{']) {
        return None;
    }
    let mut lines = super::fence::Lines { text, at: start }.take(100);
    let end = lines.find(|line| text[line.whole.clone()].trim_end() == ";;;")?;
    let inner = text[start..end.whole.start].trim();
    let object: Map<String, Json> = if inner.starts_with('{') {
        serde_json::from_str(inner).ok()?
    } else {
        serde_json::from_str(&format!("{{{}}}", inner.trim_end_matches(','))).ok()?
    };
    is_of_post(&object).then(|| (entries(object, &(start..end.whole.start)), end.next))
}

fn is_of_post(object: &Map<String, Json>) -> bool {
    let known = |key: &String| matches!(key.to_ascii_lowercase().as_str(), "title" | "date");
    object.keys().any(known)
}

fn entries(object: Map<String, Json>, place: &core::ops::Range<usize>) -> Vec<Entry> {
    let object = object.into_iter();
    object
        .map(|(key, value)| entry(key, value, place))
        .collect()
}

fn entry(key: String, value: Json, place: &core::ops::Range<usize>) -> Entry {
    Entry {
        key,
        place: place.clone(),
        node: node(value, place),
    }
}

fn node(value: Json, place: &core::ops::Range<usize>) -> Node {
    let value = match value {
        Json::Null => Value::Plain(String::new()),
        Json::Bool(value) => Value::Plain(value.to_string()),
        Json::Number(value) => Value::Plain(value.to_string()),
        Json::String(value) => Value::Text(value),
        Json::Array(items) => {
            Value::List(items.into_iter().map(|item| node(item, place)).collect())
        }
        Json::Object(object) => Value::Map(
            object
                .into_iter()
                .map(|(key, value)| entry(key, value, place))
                .collect(),
        ),
    };
    Node {
        place: place.clone(),
        value,
    }
}
