//! What the made-up text is made of.
//!
//! A post is a row of words. Words are Han (one to four characters) or Latin, and their frequency
//! follows a Zipf-Mandelbrot law; so does that of the characters that Han words are made of, which
//! decides how many bigrams arise where words meet. As in real posts, what was said is said again: a
//! word may begin to repeat a run of earlier words of the same post. Without that, too few bigrams
//! would stand more than once in a post. Lengths are log-normal.
//!
//! The constants were fitted by hand to a mirror of 44,862 Chinese news posts: as many posts were
//! generated and built, and the table `Posts` of the measuring program (`benches/search`) was compared.
//!
//! | what | real | made up |
//! | --- | --- | --- |
//! | Han characters | 20.68 M | 20.29 M |
//! | bytes of text, 50th, 90th, 99th percentile | 396, 4.5 k, 17.2 k | 426, 3.1 k, 16.8 k |
//! | different bigrams | 806,845 | 733,786 |
//! | pairs of a bigram and a post | 13.03 M | 12.77 M |
//! | floor of the posts of each bigram | 14.76 MB | 14.71 MB |
//! | floor of the term frequencies | 1.53 MB | 1.62 MB |
//! | posts of the 1st, 10th, 100th bigram | 18,948, 12,105, 5,253 | 17,917, 14,641, 5,617 |
//! | posts of the 1,000th, 10,000th, 100,000th | 1,525, 176, 14 | 1,033, 211, 16 |
//! | pairs of frequency 1, 2, 3 to 4, 5 to 8, more (%) | 82, 11, 5, 2, 1 | 79, 13, 6, 2, 1 |
//!
//! What is not modelled: subjects that come and go, so that a word's posts stand close together.
//! The lists of made-up posts are therefore somewhat harder to compress than real ones.

use crate::random::Random;
use crate::words::{Law, Ranks, Vocabulary};

/// Frequencies of Han words.
const HAN: Law = Law {
    ranks: 90_000,
    shift: 18.0,
    exponent: 1.0,
};
/// Frequencies of the characters of which Han words are made.
const CHARACTERS: Law = Law {
    ranks: 3_500,
    shift: 105.0,
    exponent: 2.1,
};
/// Part of the Han words that have at most 1, 2 and 3 characters; the others have 4.
const LENGTHS: [f64; 3] = [0.25, 0.8125, 0.925];
/// Frequencies of Latin words.
const LATIN: Law = Law {
    ranks: 30_000,
    shift: 2.0,
    exponent: 1.0,
};
/// Part of the new words that are Latin.
const LATIN_PART: f64 = 0.05;
/// How likely a run of earlier words begins.
const REPEAT: f64 = 0.11;
/// How likely such a run goes on.
const RUN: f64 = 0.65;
/// Han characters of a body: median, deviation of the logarithm, and the most.
const MEDIAN: f64 = 118.0;
const DEVIATION: f64 = 1.6;
const LONGEST: f64 = 100_000.0;
/// Frequencies of tags and of authors.
const TAGS: Law = Law {
    ranks: 40,
    shift: 2.0,
    exponent: 1.0,
};
const AUTHORS: Law = Law {
    ranks: 500,
    shift: 2.0,
    exponent: 1.2,
};

/// Vocabularies and lengths.
#[derive(Debug)]
pub(crate) struct Model {
    han: Vocabulary,
    latin: Vocabulary,
    pub(crate) tags: Vocabulary,
    pub(crate) authors: Vocabulary,
    /// Factor to the length of bodies.
    length: f64,
}

/// The words of a post so far.
#[derive(Debug, Default)]
pub(crate) struct Words<'a> {
    all: Vec<&'a str>,
    /// Place of the word that comes next if a run of earlier ones goes on.
    next: Option<usize>,
}

impl Model {
    /// The model of a seed; bodies are `length` times as long as real ones.
    pub(crate) fn new(seed: u64, length: f64) -> Self {
        // Posts have the streams from 0 on.
        let mut random = Random::new(seed, u64::MAX);
        let characters = characters(&mut random);
        let ranks = Ranks::new(CHARACTERS);
        let word = |length: usize, random: &mut Random| -> String {
            (0..length)
                .map(|_| characters[ranks.draw(random)])
                .collect()
        };
        let han = Vocabulary::new(HAN, |_| {
            let part = random.unit();
            let longer = LENGTHS.iter().filter(|most| **most <= part).count();
            word(1 + longer, &mut random)
        });
        let tags = Vocabulary::new(TAGS, |_| word(2, &mut random));
        let authors = Vocabulary::new(AUTHORS, |rank| format!("{}{rank}", word(3, &mut random)));
        Self {
            han,
            latin: Vocabulary::new(LATIN, |rank| latin(rank, &mut random)),
            tags,
            authors,
            length,
        }
    }

    /// Han characters of a body.
    pub(crate) fn length(&self, random: &mut Random) -> f64 {
        let length = (MEDIAN.ln() + DEVIATION * random.normal()).exp();
        (length * self.length).min(LONGEST)
    }

    /// The next word.
    pub(crate) fn word<'a>(&'a self, words: &mut Words<'a>, random: &mut Random) -> &'a str {
        let goes_on = words.next.filter(|_| random.unit() < RUN);
        let place = goes_on.or_else(|| {
            let begins = !words.all.is_empty() && random.unit() < REPEAT;
            begins.then(|| random.below(words.all.len()))
        });
        let word = match place {
            Some(place) => words.all[place],
            None if random.unit() < LATIN_PART => self.latin.draw(random),
            None => self.han.draw(random),
        };
        words.next = place.map(|place| place + 1);
        words.all.push(word);
        word
    }
}

/// Han characters in a random order, which becomes the order of their frequency.
fn characters(random: &mut Random) -> Vec<char> {
    let mut left: Vec<char> = ('\u{4E00}'..='\u{9FA5}').collect();
    (0..CHARACTERS.ranks)
        .map(|_| left.swap_remove(random.below(left.len())))
        .collect()
}

/// Syllables that could be a word; the frequent ones are shorter.
fn latin(rank: usize, random: &mut Random) -> String {
    const ONSETS: &[u8] = b"bcdfghklmnprstvw";
    const VOWELS: &[u8] = b"aeiou";
    let mut word = String::new();
    let syllables = 2 + (rank + 1).ilog10() as usize / 2 + random.below(2);
    for _ in 0..syllables {
        word.push(char::from(ONSETS[random.below(ONSETS.len())]));
        word.push(char::from(VOWELS[random.below(VOWELS.len())]));
    }
    if rank.is_multiple_of(7) {
        word.to_uppercase()
    } else {
        word
    }
}
