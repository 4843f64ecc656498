//! Changes a file of a bundle as an attacker or a bad disk would.

use serde_json::{Value, json};

/// A source of choices: the bytes of a fuzzer, or of proptest. After the end all are 0.
#[derive(Debug)]
pub(crate) struct Choices<'a>(pub(crate) &'a [u8]);

impl Choices<'_> {
    pub(crate) fn next(&mut self) -> usize {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        usize::from(*first)
    }

    fn below(&mut self, most: usize) -> usize {
        ((self.next() << 8) | self.next()) % most.max(1)
    }
}

/// The JSON with something changed: its bytes, or a value in it.
pub(crate) fn mutate(json: &[u8], choices: &mut Choices<'_>) -> Vec<u8> {
    let mut bytes = json.to_vec();
    let at = choices.below(bytes.len());
    match choices.next() % 8 {
        0 => bytes.truncate(at),
        1 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << (choices.next() % 8);
            }
        }
        2 => {
            let piece = bytes[at..(at + choices.next()).min(bytes.len())].to_vec();
            bytes.splice(at..at, piece);
        }
        3 => {
            bytes.splice(at..at, b"[".repeat(choices.next() * 40));
        }
        _ => {
            let Ok(mut value) = serde_json::from_slice::<Value>(json) else {
                return bytes;
            };
            let count = nodes(&mut value, &mut |_| {});
            let mut left = choices.below(count) + 1;
            nodes(&mut value, &mut |value| {
                left = left.wrapping_sub(1);
                if left == 0 {
                    change(value, choices);
                }
            });
            bytes = value.to_string().into_bytes();
        }
    }
    bytes
}

/// Visits every value; gives their number.
fn nodes(value: &mut Value, visit: &mut impl FnMut(&mut Value)) -> usize {
    let inside = match value {
        Value::Array(values) => values.iter_mut().map(|value| nodes(value, visit)).sum(),
        Value::Object(map) => map.values_mut().map(|value| nodes(value, visit)).sum(),
        _ => 0,
    };
    visit(value);
    inside + 1
}

fn change(value: &mut Value, choices: &mut Choices<'_>) {
    let kind = choices.next();
    match value {
        // Duplicate, dangling, out of order.
        Value::Array(values) if kind.is_multiple_of(2) && !values.is_empty() => {
            let at = choices.below(values.len());
            match choices.next() % 4 {
                0 => values.insert(at, values[at].clone()),
                1 => drop(values.remove(at)),
                2 => values.reverse(),
                _ => values.clear(),
            }
        }
        // Packed numbers and names.
        Value::String(text) if kind.is_multiple_of(2) => {
            let mut chars: Vec<char> = text.chars().collect();
            let at = choices.below(chars.len());
            match choices.next() % 4 {
                0 => chars.truncate(at),
                1 => chars
                    .splice(at..at, "A/+z".chars().cycle().take(choices.next()))
                    .for_each(drop),
                2 => chars.reverse(),
                _ => {
                    if let Some(char) = chars.get_mut(at) {
                        *char = ['A', '/', '9', '武', '\0', '*'][choices.next() % 6];
                    }
                }
            }
            *text = chars.into_iter().collect();
        }
        Value::Number(number) if kind.is_multiple_of(2) => {
            let old = number.as_u64().unwrap_or_default();
            *value = json!(
                [
                    0,
                    old + 1,
                    old.saturating_sub(1),
                    old * 2,
                    1 << choices.below(53)
                ][choices.next() % 5]
            );
        }
        _ => {
            *value = match choices.next() % 12 {
                0 => json!(null),
                1 => json!(true),
                2 => json!(-1),
                3 => json!(1.5),
                4 => json!(u32::MAX),
                5 => json!(u64::MAX),
                6 => json!((1_u64 << 53) - 1),
                7 => json!(""),
                8 => json!("../../../etc/passwd"),
                9 => json!("\u{0}\u{202E}\\..\\x".repeat(choices.next())),
                10 => json!([]),
                _ => json!({}),
            }
        }
    }
}
