//! What any index of the archive's Han bigrams must take: the information in the lists themselves.

use std::collections::HashMap;

use rayon::prelude::*;

use crate::archive::Post;
use crate::han;

/// Steps of the term frequency: 1, 2, 3 or 4, 5 to 8, more.
const STEPS: usize = 5;

/// How many posts hold a bigram, and how often.
#[derive(Debug, Clone, Copy, Default)]
struct Term {
    posts: u32,
    /// Posts by the step of their term frequency.
    steps: [u32; STEPS],
}

type Terms = HashMap<[char; 2], Term>;

/// Facts about the bigrams, and the floors.
#[derive(Debug)]
pub(crate) struct Floors {
    /// Different bigrams.
    pub(crate) bigrams: usize,
    /// Pairs of a bigram and a post that holds it.
    pub(crate) pairs: u64,
    /// Han characters in all texts.
    pub(crate) characters: u64,
    /// Bytes for the posts of every bigram: log2 of the number of such sets.
    pub(crate) ids: f64,
    /// Bytes for the term frequencies: the entropy of their step, times the pairs.
    pub(crate) frequencies: f64,
    /// Pairs by the step of their term frequency.
    pub(crate) steps: [u64; STEPS],
    /// Numbers of posts of each bigram, descending.
    pub(crate) counts: Vec<u32>,
    /// The most frequent bigrams.
    pub(crate) frequent: Vec<String>,
}

/// Counts the bigrams of all that is searched, folded.
pub(crate) fn measure(posts: &[Post]) -> Floors {
    let (terms, characters) = posts
        .par_iter()
        .fold(
            || (Terms::new(), 0_u64),
            |(mut terms, mut characters), post| {
                characters += count(post.fields(), &mut terms);
                (terms, characters)
            },
        )
        .reduce(|| (Terms::new(), 0), merge);
    sum_up(terms, characters, posts.len())
}

/// Counts the bigrams of one post, none across fields, and returns the number of its Han characters.
fn count<'a>(fields: impl Iterator<Item = &'a str>, terms: &mut Terms) -> u64 {
    let mut bigrams = Vec::new();
    let mut characters = 0;
    for field in fields {
        let mut last = None;
        for c in field.chars() {
            let c = Some(c).filter(|c| han(*c));
            characters += u64::from(c.is_some());
            if let (Some(last), Some(c)) = (last, c) {
                bigrams.push([last, c]);
            }
            last = c;
        }
    }
    bigrams.sort_unstable();
    for same in bigrams.chunk_by(|a, b| a == b) {
        let step = match same.len() {
            1 => 0,
            2 => 1,
            3..=4 => 2,
            5..=8 => 3,
            _ => 4,
        };
        let term = terms.entry(same[0]).or_default();
        term.posts += 1;
        term.steps[step] += 1;
    }
    characters
}

fn merge(a: (Terms, u64), b: (Terms, u64)) -> (Terms, u64) {
    let characters = a.1 + b.1;
    let (mut into, from) = if a.0.len() < b.0.len() {
        (b.0, a.0)
    } else {
        (a.0, b.0)
    };
    #[expect(
        clippy::iter_over_hash_type,
        reason = "sums do not depend on the order"
    )]
    for (bigram, term) in from {
        let sum = into.entry(bigram).or_default();
        sum.posts += term.posts;
        for (sum, step) in sum.steps.iter_mut().zip(term.steps) {
            *sum += step;
        }
    }
    (into, characters)
}

fn sum_up(terms: Terms, characters: u64, posts: usize) -> Floors {
    let mut terms: Vec<([char; 2], Term)> = terms.into_iter().collect();
    terms.sort_unstable_by_key(|(bigram, term)| (core::cmp::Reverse(term.posts), *bigram));
    let logs: Vec<f64> = core::iter::once(0.0)
        .chain((1..=posts).scan(0.0, |sum, n| {
            *sum += (n as f64).log2();
            Some(*sum)
        }))
        .collect();
    let choose = |few: u32| logs[posts] - logs[few as usize] - logs[posts - few as usize];
    let bits: f64 = terms.iter().map(|(_, term)| choose(term.posts)).sum();
    let mut steps = [0_u64; STEPS];
    for (_, term) in &terms {
        for (sum, step) in steps.iter_mut().zip(term.steps) {
            *sum += u64::from(step);
        }
    }
    let pairs: u64 = steps.iter().sum();
    let entropy: f64 = steps
        .iter()
        .filter(|step| **step > 0)
        .map(|step| *step as f64 * (pairs as f64 / *step as f64).log2())
        .sum();
    Floors {
        bigrams: terms.len(),
        pairs,
        characters,
        ids: bits / 8.0,
        frequencies: entropy / 8.0,
        steps,
        frequent: terms
            .iter()
            .take(20)
            .map(|(bigram, _)| bigram.iter().collect())
            .collect(),
        counts: terms.iter().map(|(_, term)| term.posts).collect(),
    }
}
