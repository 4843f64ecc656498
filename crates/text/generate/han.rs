//! Traditional to Simplified Chinese, one character to one character.

use super::unicode::Base;
use std::collections::BTreeMap;

/// OpenCC's table of characters. The first candidate is the usual one.
const OPENCC: &str = include_str!("../data/opencc-TSCharacters.txt");

/// What a search must bring together beyond that table.
const EXTRAS: &str = include_str!("../data/han-extras.txt");

/// Reads lines of a character, a tab and its replacement; `#` opens a comment.
pub(super) fn pairs(text: &'static str) -> impl Iterator<Item = (char, &'static str)> {
    text.lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| {
            let (from, to) = line.split_once('\t').expect("a line is a pair");
            let mut from = from.chars();
            match (from.next(), from.next()) {
                (Some(c), None) => (c, to),
                _ => panic!("not one character: {line:?}"),
            }
        })
}

/// Returns the Simplified form of every character that has another one.
pub(crate) fn simplified(base: &Base) -> BTreeMap<char, char> {
    let one = |text: &str| {
        let mut chars = text.chars();
        let c = chars.next().expect("a candidate");
        // A target is in the base form already, or folding twice would differ from folding once.
        base.get(&c)
            .map_or(c, |text| text.chars().next().expect("an ideograph"))
    };
    let mut table: BTreeMap<char, char> = pairs(OPENCC)
        .map(|(from, to)| (from, one(to)))
        .filter(|(from, to)| from != to)
        .collect();
    table.extend(pairs(EXTRAS).map(|(from, to)| (from, one(to))));
    table.retain(|from, _| !base.contains_key(from));
    let ends: BTreeMap<char, char> = table
        .keys()
        .map(|&from| {
            let mut to = table[&from];
            for _ in 0..table.len() {
                let Some(&next) = table.get(&to) else {
                    return (from, to);
                };
                to = next;
            }
            panic!("{from} runs in a circle");
        })
        .collect();
    ends
}
