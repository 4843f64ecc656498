//! The terms of one post, counted.

use serde::{Deserialize, Serialize};
use shelfmark_text::{Term, cut_key, fold, terms};

/// How often a post holds a term, and where: one byte a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Held(pub(crate) u8);

impl Held {
    const TITLE: u8 = 1 << 7;
    const LABEL: u8 = 1 << 6;
    /// Most occurrences that are counted.
    const MOST: u8 = Self::LABEL - 1;
    /// Once in the text and nowhere else, as most are.
    pub(crate) const ONCE: Self = Self(1);

    pub(crate) const fn in_title(self) -> bool {
        self.0 & Self::TITLE != 0
    }

    pub(crate) const fn in_labels(self) -> bool {
        self.0 & Self::LABEL != 0
    }

    /// Occurrences in the text, up to a bound.
    pub(crate) const fn count(self) -> u8 {
        self.0 & Self::MOST
    }

    /// Both together.
    fn and(self, other: Self) -> Self {
        let flags = (self.0 | other.0) & !Self::MOST;
        Self(flags | (self.count() + other.count()).min(Self::MOST))
    }

    /// Puts terms in order and makes each one of all its occurrences.
    pub(super) fn gather<K: Ord + Copy>(terms: &mut Vec<(K, Self)>) {
        terms.sort_unstable();
        terms.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 = kept.1.and(next.1);
            }
            same
        });
    }
}

/// A character or a pair as a number, in the order of their keys.
pub(crate) fn pack(first: char, second: Option<char>) -> u64 {
    u64::from(u32::from(first)) << 22 | second.map_or(0, |c| u64::from(u32::from(c)) + 1)
}

/// The key of a packed character or pair.
pub(crate) fn unpack(packed: u64) -> String {
    let mut key = String::new();
    key.extend(char::from_u32((packed >> 22) as u32));
    let second = (packed & ((1 << 22) - 1)) as u32;
    key.extend(second.checked_sub(1).and_then(char::from_u32));
    key
}

/// The terms of one post, each once.
#[derive(Debug, Clone, Default)]
pub(crate) struct PostTerms {
    /// Characters and pairs, packed, ascending.
    pub(crate) chars: Vec<(u64, Held)>,
    /// Keys of words, ascending.
    pub(crate) words: Vec<(String, Held)>,
}

impl PostTerms {
    /// How many terms there are.
    pub(crate) fn count(&self) -> usize {
        self.chars.len() + self.words.len()
    }

    /// The terms of a post.
    pub(crate) fn of(post: &Folded) -> Self {
        let mut all = Self::default();
        let mut words: Vec<(&str, Held)> = Vec::new();
        for (folded, held) in post.fields() {
            for term in terms(folded) {
                match term {
                    Term::Char(c) => all.chars.push((pack(c, None), held)),
                    Term::Pair(a, b) => all.chars.push((pack(a, Some(b)), held)),
                    Term::Word(word) => words.push((cut_key(word), held)),
                }
            }
        }
        Held::gather(&mut all.chars);
        Held::gather(&mut words);
        all.words = words
            .into_iter()
            .map(|(word, held)| (word.to_owned(), held))
            .collect();
        all
    }
}

/// What is searched of a post, folded.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Folded {
    title: String,
    labels: Vec<String>,
    text: String,
}

impl Folded {
    /// Folds a post's title, its tags and authors, and its visible text.
    pub(crate) fn of<'a>(title: &str, labels: impl Iterator<Item = &'a str>, text: &str) -> Self {
        Self {
            title: fold(title),
            labels: labels.map(fold).collect(),
            text: fold(text),
        }
    }

    /// Bytes of all fields.
    pub(super) fn bytes(&self) -> usize {
        self.fields().map(|(field, _)| field.len()).sum()
    }

    /// Each field, and how the post holds a term that stands there once.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&str, Held)> {
        let labels = self
            .labels
            .iter()
            .map(|label| (label.as_str(), Held(Held::LABEL)));
        core::iter::once((self.title.as_str(), Held(Held::TITLE)))
            .chain(labels)
            .chain([(self.text.as_str(), Held::ONCE)])
    }
}
