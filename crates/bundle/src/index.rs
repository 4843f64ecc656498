//! Index shards: which posts hold which term.
//!
//! A shard holds some consecutive terms of the sorted dictionary with their whole posting lists,
//! as one stream of arithmetic-coded numbers (`docs/format.md`). Decoding gives everything at
//! once: models learn from one list to the next.

use serde::Serialize;

use crate::FormatError;
use crate::base64;
use crate::json::{decode, from_json};
use crate::keys::Keys;
use crate::postings::{self, Models, Posting, as_told};
use crate::range::{Bit, Coder, GAMMA, Reader, Writer, models};
use crate::scale::Scale;

/// A term of the dictionary and the posts that hold it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Term {
    /// The folded term: a character or two adjacent ones of a script written without spaces, a
    /// word, or the beginning of words followed by `*`.
    pub key: String,
    /// Other words of the same stem, ascending.
    pub forms: Vec<String>,
    /// The posts, ascending.
    pub postings: Vec<Posting>,
}

/// Some consecutive terms.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IndexShard {
    /// The terms, ascending by the bytes of their keys.
    pub terms: Vec<Term>,
}

/// What stands in the file.
#[derive(Debug, Default, Serialize)]
struct Packed {
    terms: String,
}

from_json!(Packed { terms });

/// Most terms of one shard; a reader refuses more.
const MAX_TERMS: usize = 1 << 20;
/// Most postings of one shard of an archive of `posts` posts: lists of what is in all posts take
/// next to no bytes, but they do take memory.
fn most_postings(posts: u32) -> usize {
    posts as usize * 4 + (1 << 16)
}

/// Most forms of one term.
const MAX_FORMS: u32 = 1 << 10;

/// Everything that is adaptive.
#[derive(Debug, Clone)]
struct State {
    more: Bit,
    keys: Keys,
    /// Number of forms, and number of postings by the kind of the term.
    numbers: Vec<Bit>,
    lists: [Models; 3],
}

impl State {
    fn new() -> Self {
        Self {
            more: Bit::new(0xFFFF),
            keys: Keys::default(),
            numbers: models(4 * GAMMA),
            lists: [Models::new(), Models::new(), Models::new()],
        }
    }

    /// Codes one term; `None` when what is read can't be.
    fn term<C: Coder>(
        &mut self,
        coder: &mut C,
        scale: &Scale,
        last: &str,
        wanted: &Term,
    ) -> Option<Term> {
        let key = self.keys.code(coder, last, &wanted.key, true)?;
        let kind = kind(&key);
        let mut forms = Vec::new();
        if kind == WORD {
            let count = coder.gamma(&mut self.numbers, wanted.forms.len() as u32 + 1) - 1;
            if count > MAX_FORMS {
                return None;
            }
            for place in 0..count as usize {
                let form = wanted.forms.get(place).map_or("", String::as_str);
                forms.push(self.keys.code(coder, &key, form, false)?);
            }
        }
        let count = coder.gamma(
            &mut self.numbers[(1 + kind) * GAMMA..],
            wanted.postings.len() as u32,
        );
        if coder.is_spent() {
            return None;
        }
        let postings = postings::code(
            coder,
            &mut self.lists[kind],
            scale,
            count,
            kind != CHARACTER,
            &wanted.postings,
        )?;
        Some(Term {
            key,
            forms,
            postings,
        })
    }
}

const CHARACTER: usize = 0;
const PAIR: usize = 1;
const WORD: usize = 2;

/// Which models fit a term: a character, two, or a word.
fn kind(key: &str) -> usize {
    let mut chars = key.chars();
    match (chars.next(), chars.next(), chars.next()) {
        (Some('\u{E00}'..), None, _) => CHARACTER,
        (Some('\u{E00}'..), Some('\u{E00}'..), None) => PAIR,
        _ => WORD,
    }
}

/// Writes a shard term by term.
#[derive(Debug)]
pub struct IndexWriter<'a> {
    scale: &'a Scale,
    state: State,
    coder: Writer,
    last: String,
    postings: usize,
}

impl<'a> IndexWriter<'a> {
    /// A writer of a shard of an archive with this scale.
    #[must_use]
    pub fn new(scale: &'a Scale) -> Self {
        Self {
            scale,
            state: State::new(),
            coder: Writer::new(),
            last: String::new(),
            postings: 0,
        }
    }

    /// Whether a term may be added: a shard holds only so many postings.
    #[must_use]
    pub fn has_room(&self, term: &Term) -> bool {
        self.postings + term.postings.len() <= most_postings(self.scale.posts())
    }

    /// Adds a term: its key is greater than the last one's, its postings ascend and are not none.
    pub fn push(&mut self, term: &Term) {
        self.coder.bit(&mut self.state.more, true);
        self.state
            .term(&mut self.coder, self.scale, &self.last, term);
        self.last.clone_from(&term.key);
        self.postings += term.postings.len();
    }

    /// About how many bytes the shard has so far, before base64.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.coder.len()
    }

    /// JSON of the shard.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        self.coder.bit(&mut self.state.more, false);
        let packed = Packed {
            terms: base64::encode(&self.coder.finish()),
        };
        serde_json::to_vec(&packed).unwrap_or_default()
    }
}

impl Term {
    /// The term as a shard holds it: see [`LONG_LIST`](crate::LONG_LIST); characters alone have
    /// no levels.
    #[must_use]
    pub fn as_told(self) -> Self {
        let levels = kind(&self.key) != CHARACTER;
        Self {
            postings: as_told(&self.postings, levels),
            ..self
        }
    }
}

impl IndexShard {
    /// Decodes a shard of an archive with this scale.
    ///
    /// # Errors
    /// When it is not one.
    pub fn decode(json: &[u8], scale: &Scale) -> Result<Self, FormatError> {
        let packed: Packed = decode(json)?;
        let bytes = base64::decode(&packed.terms)?;
        let mut coder = Reader::new(&bytes);
        let mut state = State::new();
        let mut terms: Vec<Term> = Vec::new();
        let mut room = most_postings(scale.posts());
        while coder.bit(&mut state.more, false) {
            let last = terms.last().map_or("", |term| &term.key);
            let term = state.term(&mut coder, scale, last, &Term::default());
            let fits = |term: &Term| {
                let postings = term.postings.len();
                term.key.as_str() > last && terms.len() < MAX_TERMS && postings <= room
            };
            let term = term.filter(fits).ok_or_else(|| {
                FormatError::Malformed("an index shard holds what is no term".into())
            })?;
            room -= term.postings.len();
            terms.push(term);
        }
        coder.end()?;
        Ok(Self { terms })
    }

    /// The term with this key.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<&Term> {
        let place = self.terms.partition_point(|term| term.key.as_str() < key);
        self.terms.get(place).filter(|term| term.key == key)
    }

    /// The terms that begin with `prefix`.
    #[must_use]
    pub fn beginning_with(&self, prefix: &str) -> &[Term] {
        let first = self
            .terms
            .partition_point(|term| term.key.as_str() < prefix);
        let rest = &self.terms[first..];
        let count = rest
            .iter()
            .take_while(|term| term.key.starts_with(prefix))
            .count();
        &rest[..count]
    }
}
