//! Counting what posts carry.

use std::collections::BTreeMap;

use shelfmark_bundle::Count;

/// Counts names: most frequent first, then in the order of their characters.
pub fn tally<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<Count> {
    let mut counts = BTreeMap::<&str, u32>::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    let mut counts: Vec<Count> = counts
        .into_iter()
        .map(|(name, count)| Count {
            name: name.to_owned(),
            count,
        })
        .collect();
    counts.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
    counts
}
