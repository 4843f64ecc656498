//! TOML front matter, by the `toml` crate, which goes on after an error.

use core::ops::Range;

use ::toml::Spanned;
use ::toml::de::{DeTable, DeValue};

use super::{Entry, Form, Node, Problems, Value, recover};

/// Reads a block; nothing when it holds no keys and is not empty.
pub(super) fn parse(
    text: &str,
    inner: Range<usize>,
    problems: &mut Problems<'_>,
) -> Option<Vec<Entry>> {
    let source = &text[inner.clone()];
    let (table, errors) = DeTable::parse_recoverable(source);
    if !errors.is_empty() && !recover::begins_with_key(source, Form::Toml) {
        return None;
    }
    for error in errors {
        let place = error.span().unwrap_or(0..0);
        let message = error.message().trim().replace('\n', ", ");
        problems.at(
            "front-matter-toml",
            place.start + inner.start..place.end + inner.start,
            message,
            "what could be read of the front matter was taken",
        );
    }
    Some(entries(table.into_inner(), inner.start))
}

fn entries(table: DeTable<'_>, base: usize) -> Vec<Entry> {
    let mut entries: Vec<Entry> = table
        .into_iter()
        .map(|(key, value)| Entry {
            place: shift(&key.span(), base),
            key: key.into_inner().into_owned(),
            node: node(value, base),
        })
        .collect();
    // The table is sorted by key; the file's own order is kept.
    entries.sort_by_key(|entry| entry.place.start);
    entries
}

fn node(value: Spanned<DeValue<'_>>, base: usize) -> Node {
    let place = shift(&value.span(), base);
    let value = match value.into_inner() {
        DeValue::String(text) => Value::Text(text.into_owned()),
        DeValue::Integer(number) => Value::Plain(match number.radix() {
            10 => number.as_str().to_owned(),
            16 => format!("0x{}", number.as_str()),
            8 => format!("0o{}", number.as_str()),
            _ => format!("0b{}", number.as_str()),
        }),
        DeValue::Float(number) => Value::Plain(number.as_str().to_owned()),
        DeValue::Boolean(value) => Value::Plain(value.to_string()),
        DeValue::Datetime(date) => Value::Plain(date.to_string()),
        DeValue::Array(items) => {
            Value::List(items.into_iter().map(|item| node(item, base)).collect())
        }
        DeValue::Table(table) => Value::Map(entries(table, base)),
    };
    Node { place, value }
}

fn shift(span: &Range<usize>, base: usize) -> Range<usize> {
    span.start + base..span.end + base
}
