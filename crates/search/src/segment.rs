//! A segment of the index, as far as it is here.

use core::ops::Range;

use shelfmark_bundle::{FormatError, Manifest, PostTraits, Scale, ShardRef, TraitsShard};

/// The index of some consecutive posts, which it counts from 0.
#[derive(Debug)]
pub(crate) struct Segment {
    /// Id of its first post.
    pub(crate) first: u32,
    /// Number of posts.
    posts: u32,
    /// Its tables of terms, by their places in the manifest.
    pub(crate) tables: Range<usize>,
    /// Three characters are terms when both their pairs are in more of its posts than this.
    pub(crate) triples: Option<u32>,
    /// Where the traits of its posts are; nothing when there are none.
    pub(crate) traits: Option<ShardRef>,
    /// What its posting lists are read against, once the traits are here.
    pub(crate) scale: Option<Scale>,
}

impl Segment {
    /// The segments of an archive, in id order.
    pub(crate) fn all(manifest: &Manifest) -> Vec<Self> {
        let (mut first, mut table) = (0, 0);
        let mut all = Vec::new();
        for segment in manifest.segments() {
            let tables = table..table + segment.tables as usize;
            table = tables.end;
            let untold = segment.traits.is_none();
            all.push(Self {
                first,
                posts: segment.posts,
                tables,
                triples: segment.triples,
                traits: segment.traits,
                scale: untold.then(|| Scale::even(segment.posts)),
            });
            first += segment.posts;
        }
        all
    }

    /// Takes in the traits of its posts, and puts them among those of `all`.
    pub(crate) fn provide(
        &mut self,
        json: &[u8],
        all: &mut Vec<PostTraits>,
    ) -> Result<(), FormatError> {
        let traits = TraitsShard::decode(json, self.posts)?.posts;
        self.scale = Some(Scale::new(&traits));
        let first = self.first as usize;
        all.resize(all.len().max(first + traits.len()), PostTraits::default());
        all[first..first + traits.len()].copy_from_slice(&traits);
        Ok(())
    }
}
