//! The terms of one post, counted.

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
#[derive(Debug, Default)]
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

    /// The terms of a post from what is searched of it.
    pub(crate) fn of<'a>(
        title: &str,
        labels: impl Iterator<Item = &'a str>,
        text: &str,
    ) -> Self {
        let title = fold(title);
        let labels: Vec<String> = labels.map(fold).collect();
        let text = fold(text);
        let mut all = Self::default();
        let mut words: Vec<(&str, Held)> = Vec::new();
        let mut fields = vec![(title.as_str(), Held(Held::TITLE))];
        fields.extend(labels.iter().map(|label| (label.as_str(), Held(Held::LABEL))));
        fields.push((text.as_str(), Held::ONCE));
        for (folded, held) in fields {
            for term in terms(folded) {
                match term {
                    Term::Char(c) => all.chars.push((pack(c, None), held)),
                    Term::Pair(a, b) => all.chars.push((pack(a, Some(b)), held)),
                    Term::Word(word) => words.push((cut_key(word), held)),
                }
            }
        }
        all.chars.sort_unstable();
        words.sort_unstable();
        all.chars.dedup_by(same);
        words.dedup_by(same);
        all.words = words
            .into_iter()
            .map(|(word, held)| (word.to_owned(), held))
            .collect();
        all
    }
}

fn same<K: PartialEq>(next: &mut (K, Held), kept: &mut (K, Held)) -> bool {
    let same = next.0 == kept.0;
    if same {
        kept.1 = kept.1.and(next.1);
    }
    same
}
