//! Posts that were read: their texts, to verify candidates and to show passages.

use shelfmark_bundle::Entry;
use shelfmark_text::fold;

use crate::scan::{Labels, Post, Text};

/// Most bytes of texts that are kept, folded and not.
const KEPT: usize = 32 << 20;

/// A post whose text is here.
#[derive(Debug)]
struct Read {
    id: u32,
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
    posts: Vec<Read>,
    bytes: usize,
    /// How many are kept however large they are: as many as are shown together.
    pub(crate) least: usize,
}

impl Reading {
    /// Takes in a post.
    pub(crate) fn add(&mut self, id: u32, entry: Entry, original: String) {
        let read = Read {
            id,
            labels: Labels::new(&entry),
            text: Text {
                folded: fold(&original),
                original,
            },
            entry,
        };
        self.bytes += read.bytes();
        self.posts.push(read);
        let mut gone = 0;
        while self.bytes > KEPT && self.posts.len() - gone > self.least {
            self.bytes -= self.posts.get(gone).map_or(0, Read::bytes);
            gone += 1;
        }
        self.posts.drain(..gone);
    }

    /// A post that is here.
    pub(crate) fn get(&self, id: u32) -> Option<Post<'_>> {
        let read = self.posts.iter().find(|read| read.id == id)?;
        Some(Post {
            entry: &read.entry,
            labels: &read.labels,
            text: Some(&read.text),
        })
    }
}
