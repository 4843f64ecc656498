//! The tree that front matter of every form becomes.

use core::ops::Range;

use serde_json::{Map, Number, Value as Json};

/// A key with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The key's text.
    pub(crate) key: String,
    /// Where the key stands, in bytes of the file's text.
    pub(crate) place: Range<usize>,
    /// What it is set to.
    pub(crate) node: Node,
}

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    /// Bytes of the file's text.
    pub(crate) place: Range<usize>,
    /// The value.
    pub(crate) value: Value,
}

/// A value, its scalars as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// A scalar that stood without quotes: it may mean a number, a truth value or nothing.
    Plain(String),
    /// A scalar that is text whatever it looks like.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A mapping, keys in their order and perhaps more than once.
    Map(Vec<Entry>),
}

impl Node {
    /// Tells whether nothing is stated: an empty value, `~` or `null`.
    pub(crate) fn is_null(&self) -> bool {
        matches!(&self.value, Value::Plain(text) if is_null(text))
    }

    /// Returns the text of a scalar; an unstated value has none.
    pub(crate) fn scalar(&self) -> Option<&str> {
        match &self.value {
            Value::Plain(text) if is_null(text) => None,
            Value::Plain(text) | Value::Text(text) => Some(text),
            Value::List(_) | Value::Map(_) => None,
        }
    }

    /// Converts to JSON; plain scalars by YAML's core schema, but only where JSON writes a number
    /// as it was written, so that `007` and `1.50` stay what they are.
    pub(crate) fn into_json(self) -> Json {
        match self.value {
            Value::Text(text) => Json::String(text),
            Value::Plain(text) => plain(text),
            Value::List(items) => Json::Array(items.into_iter().map(Self::into_json).collect()),
            Value::Map(entries) => Json::Object(object(entries)),
        }
    }
}

fn object(entries: Vec<Entry>) -> Map<String, Json> {
    entries
        .into_iter()
        .map(|entry| (entry.key, entry.node.into_json()))
        .collect()
}

fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

fn plain(text: String) -> Json {
    match text.as_str() {
        text if is_null(text) => Json::Null,
        "true" | "True" | "TRUE" => Json::Bool(true),
        "false" | "False" | "FALSE" => Json::Bool(false),
        _ => number(&text).map_or(Json::String(text), Json::Number),
    }
}

/// Largest integer that JavaScript holds exactly.
const MAX_SAFE: i64 = (1 << 53) - 1;

fn number(text: &str) -> Option<Number> {
    if !text.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
        return None;
    }
    let number = match text.parse::<i64>() {
        Ok(number) if (-MAX_SAFE..=MAX_SAFE).contains(&number) => Number::from(number),
        Ok(_) => return None,
        Err(_) => Number::from_f64(text.parse().ok()?)?,
    };
    (number.to_string() == text).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn plain_scalars_follow_the_core_schema_where_json_writes_them_alike() {
        for (text, value) in [
            ("", json!(null)),
            ("~", json!(null)),
            ("True", json!(true)),
            ("false", json!(false)),
            ("yes", json!("yes")),
            ("42", json!(42)),
            ("-7", json!(-7)),
            ("2.5", json!(2.5)),
            ("1e400", json!("1e400")),
            ("007", json!("007")),
            ("1.50", json!("1.50")),
            ("0x10", json!("0x10")),
            ("+5", json!("+5")),
            ("1_000", json!("1_000")),
            (".inf", json!(".inf")),
            ("inf", json!("inf")),
            ("-infinity", json!("-infinity")),
            ("9787020002207", json!(9_787_020_002_207_i64)),
            ("9007199254740993", json!("9007199254740993")),
            ("-9223372036854775808", json!("-9223372036854775808")),
            ("2024-07-02", json!("2024-07-02")),
        ] {
            assert_eq!(plain(text.to_owned()), value, "{text}");
        }
    }
}
