//! Which words are forms of the same word, for archives that are searched without an index.

use serde::Serialize;

use crate::FormatError;
use crate::json::{decode, from_json};
use crate::shards::invalid;

/// Words that have other forms, and these.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FormsShard {
    /// Folded words, ascending.
    pub words: Vec<String>,
    /// Of each, the places of its other forms in `words`, ascending.
    pub forms: Vec<Vec<u32>>,
}

from_json!(FormsShard { words, forms });

impl FormsShard {
    /// Decodes a shard.
    ///
    /// # Errors
    /// When its lists don't fit.
    pub fn decode(json: &[u8]) -> Result<Self, FormatError> {
        let shard: Self = decode(json)?;
        let places = shard.words.len();
        let mut all = shard.forms.iter().flatten();
        if shard.forms.len() != places
            || !shard.words.is_sorted()
            || !all.all(|place| (*place as usize) < places)
        {
            return invalid("the forms of words do not fit");
        }
        Ok(shard)
    }

    /// The other forms of a word.
    #[must_use]
    pub fn of(&self, word: &str) -> Vec<String> {
        let found = self
            .words
            .binary_search_by(|other| other.as_str().cmp(word));
        let forms = found.ok().and_then(|place| self.forms.get(place));
        let words = forms.into_iter().flatten();
        words
            .filter_map(|place| self.words.get(*place as usize).cloned())
            .collect()
    }

    /// JSON of the shard.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}
