//! What is searched of all posts, to be gone through a second time.

use std::io;
use std::vec;

use super::post::Folded;
use super::run::failed;
use super::spool::{Spool, Spooled};
use crate::error::Error;

/// Bytes that are held in memory: those of some seventy thousand posts.
const IN_MEMORY: usize = 256 << 20;

/// Takes what is searched of one post after the other: into memory, and onto the disk when it is much.
#[derive(Debug)]
pub(crate) struct Texts {
    in_memory: usize,
    bytes: usize,
    kept: Vec<Folded>,
    /// What came after those that are kept, and the length of each.
    spool: Option<Spool>,
    lengths: Vec<u64>,
}

/// Gives it back, in the same order.
#[derive(Debug)]
pub(super) struct Again {
    kept: vec::IntoIter<Folded>,
    spooled: Option<Spooled>,
    lengths: vec::IntoIter<u64>,
}

impl Texts {
    /// Of no posts.
    pub(crate) fn new() -> Self {
        Self::with_memory(IN_MEMORY)
    }

    pub(super) fn with_memory(in_memory: usize) -> Self {
        Self {
            in_memory,
            bytes: 0,
            kept: Vec::new(),
            spool: None,
            lengths: Vec::new(),
        }
    }

    /// Adds the next post.
    pub(crate) fn push(&mut self, post: Folded) -> Result<(), Error> {
        self.bytes += post.bytes();
        if self.bytes <= self.in_memory {
            self.kept.push(post);
            return Ok(());
        }
        let bytes = postcard::to_stdvec(&post).map_err(|error| unusable("write", error))?;
        let spool = match &mut self.spool {
            Some(spool) => spool,
            None => self.spool.insert(Spool::new()?),
        };
        self.lengths.push(bytes.len() as u64);
        spool.push(&bytes)
    }

    /// Goes back to the first post.
    pub(super) fn open(self) -> Result<Again, Error> {
        Ok(Again {
            kept: self.kept.into_iter(),
            spooled: self.spool.map(Spool::open).transpose()?,
            lengths: self.lengths.into_iter(),
        })
    }
}

impl Again {
    /// The next posts, so many as long as there are; none after the last.
    pub(super) fn next(&mut self, most: usize) -> Result<Vec<Folded>, Error> {
        let mut posts: Vec<Folded> = self.kept.by_ref().take(most).collect();
        if let Some(spooled) = &mut self.spooled {
            let left = most - posts.len();
            for length in self.lengths.by_ref().take(left) {
                let bytes = spooled.next(length)?;
                let post = postcard::from_bytes(&bytes);
                posts.push(post.map_err(|error| unusable("read", error))?);
            }
        }
        Ok(posts)
    }
}

fn unusable(what: &'static str, error: postcard::Error) -> Error {
    failed(what)(io::Error::other(error))
}
