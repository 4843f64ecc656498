//! Writes the tables as bytes that compress well; `src/tables.rs` and `src/class.rs` read them.
//!
//! Numbers are LEB128. What is alike stands together, in columns, for brotli does the rest.

use super::classes::Range;
use super::unicode::Base;
use std::collections::BTreeMap;

/// Packs what folding needs. The columns, in order, each with its length in bytes before it:
///
/// 0. dropped characters: distance from the end of the last range, length of the range
/// 1. replaced characters: distance, length, kind; the kind is the number of characters in the
///    replacement, or 0 for one character of the block Arabic
/// 2. replacements of kind 1: distance from the one after the last, zigzag
/// 3. replacements of kind 0: the low byte
/// 4. the other replacements: high part of each character
/// 5. ... and low byte
/// 6. marks: distance, length, canonical combining class
/// 7. Traditional characters: distance
/// 8. their Simplified forms: distance of the high part from that of the Traditional one, zigzag
/// 9. ... and low byte
pub(super) fn fold(base: &Base, marks: &BTreeMap<char, u8>, han: &BTreeMap<char, char>) -> Vec<u8> {
    let mut columns: [Column; 10] = Default::default();
    let dropped = base
        .iter()
        .filter(|(_, to)| to.is_empty())
        .map(|(&from, _)| (from, ()));
    for (distance, length, ()) in ranges(dropped) {
        columns[0].numbers([distance, length]);
    }
    let replaced: Vec<(char, u32)> = base
        .iter()
        .filter(|(_, to)| !to.is_empty())
        .map(|(&from, to)| (from, kind(to)))
        .collect();
    for (distance, length, kind) in ranges(replaced.iter().copied()) {
        columns[1].numbers([distance, length, kind]);
    }
    let mut last = 0;
    for (from, kind) in replaced {
        for to in base[&from].chars().map(u32::from) {
            match kind {
                0 => columns[3].0.push(to as u8),
                1 => {
                    let distance = i64::from(to) - last - 1;
                    columns[2].number(zigzag(distance));
                    last = i64::from(to);
                }
                _ => {
                    columns[4].number(to >> 8);
                    columns[5].0.push(to as u8);
                }
            }
        }
    }
    for (distance, length, class) in ranges(marks.iter().map(|(&c, &class)| (c, u32::from(class))))
    {
        columns[6].numbers([distance, length, class]);
    }
    let mut next = 0;
    for (&from, &to) in han {
        columns[7].number(u32::from(from) - next);
        next = u32::from(from) + 1;
        columns[8].number(zigzag(
            i64::from(u32::from(to) >> 8) - i64::from(u32::from(from) >> 8),
        ));
        columns[9].0.push(u32::from(to) as u8);
    }
    let mut out = Column::default();
    for column in columns {
        out.number(u32::try_from(column.0.len()).expect("a small table"));
        out.0.extend(column.0);
    }
    out.0
}

/// Packs the classes: length of a range times four, plus its class.
pub(super) fn classes(ranges: &[Range]) -> Vec<u8> {
    let mut out = Column::default();
    for pair in ranges.windows(2) {
        out.number((pair[1].0 - pair[0].0) << 2 | u32::from(pair[0].1));
    }
    out.number(u32::from(ranges.last().expect("there are ranges").1));
    out.0
}

/// Returns how the replacement `text` is written.
fn kind(text: &str) -> u32 {
    match text.chars().count() {
        1 if text.chars().all(|c| matches!(c, '\u{600}'..='\u{6FF}')) => 0,
        count => u32::try_from(count).expect("a short text"),
    }
}

/// Returns a number without sign for `number`, small for a small one.
fn zigzag(number: i64) -> u32 {
    ((number << 1) ^ (number >> 63)) as u32
}

/// Joins neighbours of one value: distance from the end of the range before, length, value.
fn ranges<T: PartialEq>(items: impl Iterator<Item = (char, T)>) -> Vec<(u32, u32, T)> {
    let mut out: Vec<(u32, u32, T)> = Vec::new();
    let mut end = 0;
    for (c, value) in items {
        let c = u32::from(c);
        match out.last_mut() {
            Some((_, length, same)) if c == end && *same == value => *length += 1,
            _ => out.push((c - end, 1, value)),
        }
        end = c + 1;
    }
    out
}

/// Bytes of one kind.
#[derive(Default)]
struct Column(Vec<u8>);

impl Column {
    fn number(&mut self, mut number: u32) {
        while number > 0x7F {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    fn numbers<const N: usize>(&mut self, numbers: [u32; N]) {
        numbers.into_iter().for_each(|number| self.number(number));
    }
}
