//! Posts that were read: their texts, to verify candidates and to show passages.

use shelfmark_bundle::Entry;

use crate::scan::{Labels, Post};
use crate::text::Text;

/// Most bytes of texts that are kept, folded and not.
const KEPT: usize = 32 << 20;

/// A post whose text is here.
#[derive(Debug)]
struct Read {
    entry: Entry,
    labels: Labels,
    text: Text,
}

impl Read {
    fn bytes(&self) -> usize {
        self.text.original.len() + self.text.folded.len() + 1_000
    }
}

/// Posts that were read, the last ones last.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    posts: Vec<Option<Box<Read>>>,
    /// How many were let go before the first that is here.
    gone: usize,
    /// By id, how many had been read with the post: its place among all that ever were, plus one.
    places: Vec<u32>,
    bytes: usize,
    /// How many are kept however large they are: as many as are shown together.
    pub(crate) least: usize,
}

impl Reading {
    /// Takes in a post.
    pub(crate) fn add(&mut self, id: u32, entry: Entry, original: String) {
        let read = Read {
            labels: Labels::new(&entry),
            text: Text::new(original),
            entry,
        };
        self.bytes += read.bytes();
        self.posts.push(Some(Box::new(read)));
        let least = id as usize + 1;
        if self.places.len() < least {
            self.places.resize(least, 0);
        }
        self.places[id as usize] = (self.gone + self.posts.len()) as u32;
        let mut gone = 0;
        while self.bytes > KEPT && self.posts.len() - gone > self.least {
            let read = self.posts.get(gone).and_then(Option::as_ref);
            self.bytes -= read.map_or(0, |read| read.bytes());
            gone += 1;
        }
        self.posts.drain(..gone);
        self.gone += gone;
    }

    /// Lets a post go that is not shown: others stay for longer.
    pub(crate) fn forget(&mut self, id: u32) {
        let slot = self.place(id).and_then(|place| self.posts.get_mut(place));
        if let Some(read) = slot.and_then(Option::take) {
            self.bytes -= read.bytes();
        }
    }

    fn place(&self, id: u32) -> Option<usize> {
        let place = *self.places.get(id as usize)? as usize;
        place.checked_sub(self.gone + 1)
    }

    /// A post that is here.
    pub(crate) fn get(&self, id: u32) -> Option<Post<'_>> {
        let read = self.posts.get(self.place(id)?)?.as_ref()?;
        Some(Post {
            entry: &read.entry,
            labels: &read.labels,
            text: Some(&read.text),
        })
    }
}
