//! Front matter that is one JSON object, as Hugo reads it.

use serde_json::Value as Json;

use super::{Entry, Node, Value};

/// Reads an object at the very start of the text; nothing when there is none, for then a `{` is
/// the body's own. Returns the entries and where the body begins.
pub(super) fn read(text: &str, start: usize) -> Option<(Vec<Entry>, usize)> {
    let rest = &text[start..];
    // `{{` and `{%` begin posts of template languages.
    if !rest.strip_prefix('{')?.trim_start().starts_with('"') {
        return None;
    }
    let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Json>();
    let Some(Ok(Json::Object(object))) = values.next() else {
        return None;
    };
    let end = start + values.byte_offset();
    let known = |key: &String| matches!(key.to_ascii_lowercase().as_str(), "title" | "date");
    if !object.keys().any(known) {
        return None;
    }
    let line = super::fence::Lines { text, at: end }.next();
    let body = match line {
        Some(line) if !text[line.whole.clone()].trim().is_empty() => return None,
        Some(line) => line.next,
        None => end,
    };
    let place = start..end;
    let entries = object
        .into_iter()
        .map(|(key, value)| entry(key, value, &place))
        .collect();
    Some((entries, body))
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
