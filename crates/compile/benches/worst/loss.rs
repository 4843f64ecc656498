//! What of a source's text readers do not see.

use std::collections::{BTreeMap, HashMap};

use crate::source::SourceText;

/// Letters that are compared at once: what stands anywhere in the visible text in one run of so
/// many is there, wherever it was moved to.
const WINDOW: usize = 6;

/// The letters of one post that are not shown.
#[derive(Debug, Default)]
pub(crate) struct Loss {
    /// Letters and digits of the source.
    pub(crate) source: usize,
    /// Those that are not in the visible text.
    pub(crate) lost: usize,
    /// The same, by what they stand in.
    pub(crate) by_owner: BTreeMap<String, usize>,
    /// The longest run of them for each owner.
    pub(crate) examples: BTreeMap<String, String>,
}

impl Loss {
    /// Compares a source with what is shown of it.
    pub(crate) fn between(source: &SourceText, visible: &str) -> Self {
        let shown: Vec<char> = visible.chars().filter(|c| c.is_alphanumeric()).collect();
        let mut left: HashMap<&[char], usize> = HashMap::new();
        for window in shown.windows(WINDOW) {
            *left.entry(window).or_default() += 1;
        }
        let mut kept = vec![false; source.letters.len()];
        for (place, window) in source.letters.windows(WINDOW).enumerate() {
            if let Some(left) = left.get_mut(window).filter(|left| **left > 0) {
                *left -= 1;
                kept[place..place + WINDOW].fill(true);
            }
        }
        let mut loss = Self {
            source: source.letters.len(),
            ..Self::default()
        };
        let mut at = 0;
        for run in kept.chunk_by(|a, b| a == b) {
            // Runs shorter than a window may be what the comparison can't see.
            if !run[0] && run.len() >= WINDOW {
                loss.add(source, at..at + run.len());
            }
            at += run.len();
        }
        loss
    }

    fn add(&mut self, source: &SourceText, run: std::ops::Range<usize>) {
        let mut at = run.start;
        for part in source.owned[run].chunk_by(|a, b| a == b) {
            let owner = &source.owners[usize::from(part[0])];
            *self.by_owner.entry(owner.clone()).or_default() += part.len();
            self.lost += part.len();
            let example = self.examples.entry(owner.clone()).or_default();
            if example.chars().count() < part.len().min(60) {
                *example = source.letters[at..at + part.len().min(60)].iter().collect();
            }
            at += part.len();
        }
    }
}
