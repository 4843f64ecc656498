//! What an index holds of a text: its words, and its characters alone and in pairs.
//!
//! A run of [`CharClass::Word`] characters is a word. Where words are not parted by spaces, every
//! character is a term and so is every pair of neighbours: whatever run is looked for, its terms
//! are those of each text that holds it. Where the one meets the other (`APEC峰会`), the last
//! letter and the first character are a pair too, and the reverse. Other characters (punctuation, symbols, emoji) are terms
//! alone. White space is no term.

use crate::class::{CharClass, class};

/// A term of a folded text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Term<'a> {
    /// A character that is no part of a word.
    Char(char),
    /// Two neighbours, one of which at least is of a script that is written without spaces.
    Pair(char, char),
    /// A whole word.
    Word(&'a str),
}

/// The terms of a text, from [`terms`].
#[derive(Clone, Debug)]
pub struct Terms<'a> {
    rest: &'a str,
    /// The character before, when its pair with the next one may be a term.
    last: Option<char>,
    /// What comes next, as its pair with the character before it was given.
    waiting: Option<Term<'a>>,
}

/// Cuts `folded`, a text as [`fold`](crate::fold) returns it, into its terms, in their order; a
/// pair stands before its second character.
///
/// ```
/// use shelfmark_text::{Term, terms};
/// let found: Vec<_> = terms("apec峰会").collect();
/// assert_eq!(found, [
///     Term::Word("apec"), Term::Pair('c', '峰'), Term::Char('峰'), Term::Pair('峰', '会'),
///     Term::Char('会'),
/// ]);
/// ```
#[must_use]
pub fn terms(folded: &str) -> Terms<'_> {
    Terms {
        rest: folded,
        last: None,
        waiting: None,
    }
}

/// Whether three neighbours in a folded text may be a term: characters of scripts written without
/// spaces, of which the first or the last may be a word's instead. Their two pairs are terms.
///
/// ```
/// use shelfmark_text::is_triple;
/// assert!(is_triple(&['峰', '会', '上']) && is_triple(&['c', '峰', '会']));
/// assert!(!is_triple(&['c', '峰', 'c']) && !is_triple(&['峰', 'c', '会']));
/// ```
#[must_use]
pub fn is_triple(three: &[char]) -> bool {
    use CharClass::{Unspaced, Word};
    let [a, b, c] = three else { return false };
    matches!(
        (class(*a), class(*b), class(*c)),
        (Unspaced | Word, Unspaced, Unspaced) | (Unspaced, Unspaced, Word)
    )
}

impl<'a> Iterator for Terms<'a> {
    type Item = Term<'a>;

    fn next(&mut self) -> Option<Term<'a>> {
        if let Some(waiting) = self.waiting.take() {
            return Some(waiting);
        }
        loop {
            let c = self.rest.chars().next()?;
            match class(c) {
                CharClass::Space => {
                    self.rest = &self.rest[c.len_utf8()..];
                    self.last = None;
                }
                CharClass::Word => {
                    let other = |c: char| class(c) != CharClass::Word;
                    let end = self.rest.find(other).unwrap_or(self.rest.len());
                    let (word, rest) = self.rest.split_at(end);
                    self.rest = rest;
                    let before = core::mem::replace(&mut self.last, word.chars().next_back());
                    return Some(self.after(before, c, Term::Word(word)));
                }
                CharClass::Other => {
                    self.rest = &self.rest[c.len_utf8()..];
                    self.last = None;
                    return Some(Term::Char(c));
                }
                CharClass::Unspaced => {
                    self.rest = &self.rest[c.len_utf8()..];
                    let before = self.last.replace(c);
                    return Some(self.after(before, c, Term::Char(c)));
                }
            }
        }
    }
}

impl<'a> Terms<'a> {
    /// The pair of `c` with the character before it, after which comes `term`; or `term` alone.
    fn after(&mut self, before: Option<char>, c: char, term: Term<'a>) -> Term<'a> {
        match before {
            Some(before) => {
                self.waiting = Some(term);
                Term::Pair(before, c)
            }
            None => term,
        }
    }
}

impl core::iter::FusedIterator for Terms<'_> {}

/// Longest key of a word, in characters: longer words share the key of their beginning.
pub const KEY_CHARS: usize = 24;

impl Term<'_> {
    /// The term's key in the dictionary of an index.
    ///
    /// Keys of different terms differ, but for words of which only the first [`KEY_CHARS`]
    /// characters count.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Char(c) => String::from(*c),
            Self::Pair(a, b) => [*a, *b].iter().collect(),
            Self::Word(word) => cut_key(word).to_owned(),
        }
    }
}

/// The part of a word that is its key.
#[must_use]
pub fn cut_key(word: &str) -> &str {
    match word.char_indices().nth(KEY_CHARS) {
        Some((end, _)) => &word[..end],
        None => word,
    }
}
