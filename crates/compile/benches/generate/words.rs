//! Vocabularies: words by rank, drawn by their frequency.

use crate::random::Random;

/// Frequencies of a Zipf-Mandelbrot law: the word of rank r (from 1) is as frequent as
/// 1 / (r + `shift`) ^ `exponent`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Law {
    pub(crate) ranks: usize,
    pub(crate) shift: f64,
    pub(crate) exponent: f64,
}

/// Draws ranks by a law.
#[derive(Debug)]
pub(crate) struct Ranks {
    /// Sums of the frequencies up to and including each rank.
    sums: Vec<f64>,
}

impl Ranks {
    pub(crate) fn new(law: Law) -> Self {
        let weights = (1..=law.ranks).map(|rank| (rank as f64 + law.shift).powf(-law.exponent));
        let sums = weights.scan(0.0, |sum, weight| {
            *sum += weight;
            Some(*sum)
        });
        Self {
            sums: sums.collect(),
        }
    }

    /// A rank, from 0.
    pub(crate) fn draw(&self, random: &mut Random) -> usize {
        let last = self.sums.len().saturating_sub(1);
        let whole = self.sums.last().copied().unwrap_or_default();
        let wanted = random.unit() * whole;
        self.sums.partition_point(|sum| *sum <= wanted).min(last)
    }
}

/// Words by rank.
#[derive(Debug)]
pub(crate) struct Vocabulary {
    ranks: Ranks,
    words: Vec<String>,
}

impl Vocabulary {
    /// `make` makes a word; it is called once for each rank.
    pub(crate) fn new(law: Law, mut make: impl FnMut(usize) -> String) -> Self {
        Self {
            ranks: Ranks::new(law),
            words: (0..law.ranks).map(&mut make).collect(),
        }
    }

    pub(crate) fn draw(&self, random: &mut Random) -> &str {
        &self.words[self.ranks.draw(random)]
    }
}
