//! What an index holds of a text: its words, and its characters alone and in pairs.
//!
//! A run of [`CharClass::Word`] characters is a word. Where words are not parted by spaces, every
//! character is a term and so is every pair of neighbours: whatever run is looked for, its terms
//! are those of each text that holds it. Other characters (punctuation, symbols, emoji) are terms
//! alone. White space is no term.

use crate::class::{CharClass, class};

/// A term of a folded text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Term<'a> {
    /// A character that is no part of a word.
    Char(char),
    /// Two neighbours of a script that is written without spaces.
    Pair(char, char),
    /// A whole word.
    Word(&'a str),
}

/// The terms of a text, from [`terms`].
#[derive(Clone, Debug)]
pub struct Terms<'a> {
    rest: &'a str,
    /// The character before, when its pair with the next one is a term.
    last: Option<char>,
    /// A character whose pair was given and that itself comes next.
    waiting: Option<char>,
}

/// Cuts `folded`, a text as [`fold`](crate::fold) returns it, into its terms, in their order; a
/// pair stands before its second character.
///
/// ```
/// use shelfmark_text::{Term, terms};
/// let found: Vec<_> = terms("apec峰会").collect();
/// assert_eq!(found, [
///     Term::Word("apec"), Term::Char('峰'), Term::Pair('峰', '会'), Term::Char('会'),
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

impl<'a> Iterator for Terms<'a> {
    type Item = Term<'a>;

    fn next(&mut self) -> Option<Term<'a>> {
        if let Some(c) = self.waiting.take() {
            return Some(Term::Char(c));
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
                    self.last = None;
                    return Some(Term::Word(word));
                }
                CharClass::Other => {
                    self.rest = &self.rest[c.len_utf8()..];
                    self.last = None;
                    return Some(Term::Char(c));
                }
                CharClass::Unspaced => {
                    self.rest = &self.rest[c.len_utf8()..];
                    return Some(match self.last.replace(c) {
                        Some(before) => {
                            self.waiting = Some(c);
                            Term::Pair(before, c)
                        }
                        None => Term::Char(c),
                    });
                }
            }
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
