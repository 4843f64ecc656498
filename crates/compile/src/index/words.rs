//! All words of the archive, with the forms of each.

use std::collections::BTreeMap;

use shelfmark_bundle::FormsShard;
use shelfmark_text::{CharClass, KEY_CHARS, class};

use super::merge::{Merge, Merged};
use crate::error::Error;
use crate::forms::{Forms, Language, group};

/// Whether a key is that of a word: a pair may begin or end with a letter, but not both.
pub(super) fn is_word(key: &str) -> bool {
    let letter = |c: Option<char>| c.map(class) == Some(CharClass::Word);
    letter(key.chars().next()) && letter(key.chars().next_back())
}

/// Words in order, and the forms of each.
#[derive(Debug, Default)]
pub(crate) struct Words {
    words: Vec<String>,
    forms: Forms,
}

impl Words {
    /// Finds the words among all terms; `languages` are those of the posts.
    pub(super) fn of(mut terms: Merge<'_>, languages: &[Language]) -> Result<Self, Error> {
        let mut words = Vec::new();
        let mut posts: Vec<Vec<(Language, u32)>> = Vec::new();
        while let Some(term) = terms.next()? {
            // A key that was cut is no word.
            if is_word(&term.key) && term.key.chars().count() < KEY_CHARS {
                posts.push(count(&term, languages));
                words.push(term.key);
            }
        }
        let given = words.iter().map(String::as_str);
        let forms = group(given.zip(posts.iter().map(Vec::as_slice)));
        Ok(Self { words, forms })
    }

    /// The other forms of a word, ascending.
    pub(super) fn forms_of(&self, word: &str) -> Vec<String> {
        let place = self
            .words
            .binary_search_by(|other| other.as_str().cmp(word));
        let forms = place.map_or(&[][..], |place| self.forms.of(place));
        let words = forms.iter();
        words
            .filter_map(|place| self.words.get(*place as usize).cloned())
            .collect()
    }

    /// The words that have forms, by themselves.
    pub(crate) fn shard(self) -> FormsShard {
        let all = 0..self.words.len();
        let kept: Vec<usize> = all.filter(|at| !self.forms.of(*at).is_empty()).collect();
        let place = |old: &u32| kept.binary_search(&(*old as usize)).ok();
        let forms = kept.iter().map(|at| {
            let places = self.forms.of(*at).iter().filter_map(place);
            places.map(|place| place as u32).collect()
        });
        let forms = forms.collect();
        let words = kept
            .iter()
            .filter_map(|at| self.words.get(*at).cloned())
            .collect();
        FormsShard { words, forms }
    }
}

/// How many posts of each language hold a word.
fn count(term: &Merged, languages: &[Language]) -> Vec<(Language, u32)> {
    let mut counts = BTreeMap::new();
    term.postings(|posting| {
        if let Some(language) = languages.get(posting.id() as usize) {
            *counts.entry(*language).or_insert(0) += 1;
        }
    });
    counts.into_iter().collect()
}
