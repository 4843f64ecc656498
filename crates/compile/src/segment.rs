//! Segments of the index: which posts each is of, and how one is written.
//!
//! Where new posts come last, an index that is one changes in nearly every file: most terms have
//! another post. Made of segments it is one of the oldest posts, one of newer ones and one of the
//! newest, and only the last changes from day to day: a log-structured merge (O'Neil and others: "The
//! log-structured merge-tree", 1996), whose cuts are a function of the number of posts alone, as the
//! same posts give the same bytes. No segment depends on another.

use shelfmark_bundle::{Scale, ShardKind, ShardRef};

use crate::error::Error;
use crate::index::{Grain, Indexer, Texts};
use crate::searched::Searched;
use crate::traits::Traits;
use crate::writer::Writer;

/// The first segment holds a multiple of so many posts: it is written anew once in so many.
const OLDEST: u32 = 4096;

/// The first two hold a multiple of so many posts; the third holds the rest, so fewer.
const OLDER: u32 = 256;

/// How many posts each segment holds, of an archive of `posts` posts, and how finely it is cut.
pub(crate) fn sizes(posts: u32) -> Vec<(u32, Grain)> {
    let oldest = posts - posts % OLDEST;
    let older = posts - posts % OLDER;
    let mut sizes = vec![
        (oldest, Grain::COARSE),
        (older - oldest, Grain::FINE),
        (posts - older, Grain::FINE),
    ];
    sizes.retain(|(posts, _)| *posts > 0);
    sizes
}

/// Collects what is searched of the posts of one segment.
#[derive(Debug)]
pub(crate) struct Builder {
    /// Number of posts that it is to hold.
    size: u32,
    grain: Grain,
    /// Whether traits are stored: see [`MAX_TRAITS`](shelfmark_bundle::MAX_TRAITS).
    told: bool,
    traits: Traits,
    /// What was searched for terms, to be searched for threes.
    texts: Texts,
    index: Indexer,
}

/// A segment that was written.
#[derive(Debug, Clone, Default)]
pub(crate) struct Segment {
    /// Number of posts.
    pub(crate) posts: u32,
    /// What is known of each.
    pub(crate) traits: Option<ShardRef>,
    /// Three characters in a row are terms when both their pairs are in more posts than this.
    pub(crate) triples: u32,
    /// Its tables of terms, each with the first key of its first shard.
    pub(crate) tables: Vec<(String, ShardRef)>,
}

impl Builder {
    /// A builder of a segment of `size` posts.
    pub(crate) fn new((size, grain): (u32, Grain), told: bool) -> Self {
        Self {
            size,
            grain,
            told,
            traits: Traits::default(),
            texts: Texts::new(),
            index: Indexer::new(),
        }
    }

    /// Whether it holds all of its posts.
    pub(crate) fn is_full(&self) -> bool {
        self.index.posts() >= self.size
    }

    /// Adds the next post.
    pub(crate) fn add(&mut self, post: Searched) -> Result<(), Error> {
        self.index.add(&post.terms, post.language)?;
        if self.told {
            self.traits
                .add(post.terms.count(), post.script, post.likeness);
        }
        self.texts.push(post.folded)
    }

    /// Writes the segment.
    pub(crate) fn write(self, writer: &Writer<'_>) -> Result<Segment, Error> {
        let posts = self.index.posts();
        let (scale, traits) = if self.told {
            let traits = self.traits.finish();
            let shard = writer.shard(ShardKind::Traits, &traits.encode())?;
            (Scale::new(&traits.posts), Some(shard))
        } else {
            (Scale::even(posts), None)
        };
        let index = self.index.write(self.texts, &scale, self.grain, writer)?;
        Ok(Segment {
            posts,
            traits,
            triples: index.triples,
            tables: index.tables,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_are_multiples_and_stay_while_posts_come() {
        let posts = |count| -> Vec<u32> {
            let sizes = sizes(count).into_iter();
            sizes.map(|(posts, _)| posts).collect()
        };
        assert_eq!(posts(44_862), [40_960, 3_840, 62]);
        assert_eq!(posts(44_842), [40_960, 3_840, 42]);
        assert_eq!(posts(45_055), [40_960, 3_840, 255]);
        assert_eq!(posts(45_056), [45_056]);
        assert_eq!(posts(4_096 + 256), [4_096, 256]);
        assert_eq!(posts(4_100), [4_096, 4]);
        assert_eq!(posts(300), [256, 44]);
        assert_eq!(posts(255), [255]);
        assert!(posts(0).is_empty());
        for count in 0..10_000 {
            assert_eq!(posts(count).iter().sum::<u32>(), count);
        }
        // What stays has to be cut alike.
        assert_eq!(sizes(45_056)[0].1, sizes(45_057)[0].1);
    }
}
