//! What is known of every post before its body is: its size, whether it repeats another, and
//! which Chinese script it is in.

use serde::Serialize;

use crate::FormatError;
use crate::base64;
use crate::json::{decode, from_json};
use crate::range::{Bit, Coder, Reader, Writer, models};
use crate::shards::invalid;

/// Number of sizes.
pub(crate) const SIZES: usize = 9;

/// Most posts of which anything is known: of more, the table would be too much to fetch.
pub const MAX_TRAITS: usize = 1 << 17;

/// Which Chinese characters a post is written in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Script {
    /// It is not Chinese, or can't be told.
    #[default]
    Other,
    /// Simplified.
    Simplified,
    /// Traditional.
    Traditional,
}

/// What is known of a post.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PostTraits {
    /// How much text it has, from 0 to 8: about the logarithm to base 4 of its words and
    /// characters.
    pub size: u8,
    /// Whether a newer post has the same title and the same source, or the same text.
    pub copy: bool,
    /// The script.
    pub script: Script,
}

impl PostTraits {
    /// The size of a post of `length` words and characters.
    #[must_use]
    pub fn size_of(length: u32) -> u8 {
        // Half a step more: to the nearest power of four, not to the one below.
        (((u64::from(length) + 1) * 2).ilog2() / 2).min(SIZES as u32 - 1) as u8
    }
}

/// Traits of all posts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TraitsShard {
    /// By id.
    pub posts: Vec<PostTraits>,
}

#[derive(Debug, Default, Serialize)]
struct Packed {
    traits: String,
}

from_json!(Packed { traits });

/// The size, by that of the post before.
const SIZE: usize = 0;
/// Whether it is a copy, by the size.
const COPY: usize = SIZE + SIZES * 16;
/// The script, by that of the post before.
const SCRIPT: usize = COPY + SIZES;
const ALL: usize = SCRIPT + 3 * 4;

fn code<C: Coder>(
    coder: &mut C,
    models: &mut [Bit],
    last: PostTraits,
    wanted: PostTraits,
) -> PostTraits {
    let sizes = &mut models[SIZE + usize::from(last.size) * 16..];
    let size = coder.tree(sizes, 4, u32::from(wanted.size));
    let size = (size as u8).min(SIZES as u8 - 1);
    let copy = coder.bit(&mut models[COPY + usize::from(size)], wanted.copy);
    let scripts = &mut models[SCRIPT + last.script as usize * 4..];
    let script = match coder.tree(scripts, 2, wanted.script as u32) {
        1 => Script::Simplified,
        2 => Script::Traditional,
        _ => Script::Other,
    };
    PostTraits { size, copy, script }
}

impl TraitsShard {
    /// Decodes the traits of `posts` posts.
    ///
    /// # Errors
    /// When they are not.
    pub fn decode(json: &[u8], posts: u32) -> Result<Self, FormatError> {
        let packed: Packed = decode(json)?;
        if posts as usize > MAX_TRAITS {
            return invalid("traits of more posts than the format allows");
        }
        let bytes = base64::decode(&packed.traits)?;
        let mut coder = Reader::new(&bytes);
        let mut models = models(ALL);
        let mut last = PostTraits::default();
        let mut all = Vec::with_capacity(posts as usize);
        for _ in 0..posts {
            last = code(&mut coder, &mut models, last, PostTraits::default());
            all.push(last);
        }
        coder.end()?;
        Ok(Self { posts: all })
    }

    /// JSON of the shard.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut coder = Writer::new();
        let mut models = models(ALL);
        let mut last = PostTraits::default();
        for post in &self.posts {
            last = code(&mut coder, &mut models, last, *post);
        }
        let traits = base64::encode(&coder.finish());
        serde_json::to_vec(&Packed { traits }).unwrap_or_default()
    }
}

/// How much text each post has, added up: posting lists are coded against it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scale {
    sizes: Vec<u8>,
    /// Sum of the weights of the posts before each, and of all at the end.
    sums: Vec<u32>,
}

impl Scale {
    /// The scale of an archive whose posts are known.
    #[must_use]
    pub fn new(posts: &[PostTraits]) -> Self {
        Self::of(posts.iter().map(|post| post.size).collect())
    }

    /// The scale of `posts` posts of which nothing is known.
    #[must_use]
    pub fn even(posts: u32) -> Self {
        Self::of(vec![0; posts as usize])
    }

    fn of(sizes: Vec<u8>) -> Self {
        let mut sums = Vec::with_capacity(sizes.len() + 1);
        let mut sum = 0_u32;
        sums.push(0);
        for size in &sizes {
            // At most 2^16 for each of 2^17 posts; the last one would not fit.
            sum = sum.saturating_add(1 << (2 * u32::from(*size)).min(14));
            sums.push(sum);
        }
        Self { sizes, sums }
    }

    /// Number of posts.
    #[must_use]
    pub fn posts(&self) -> u32 {
        self.sizes.len() as u32
    }

    /// Size of a post.
    pub(crate) fn size(&self, id: u32) -> usize {
        let size = self.sizes.get(id as usize).copied().unwrap_or_default();
        usize::from(size).min(SIZES - 1)
    }

    /// Weight of all posts before `id`.
    pub(crate) fn before(&self, id: u32) -> u32 {
        let last = self.sums.len() - 1;
        self.sums
            .get((id as usize).min(last))
            .copied()
            .unwrap_or_default()
    }

    /// Weight of all posts.
    pub(crate) fn whole(&self) -> u32 {
        self.sums.last().copied().unwrap_or_default()
    }

    /// First post from `next` on whose distance from `start`, plus one, is at least `distance`.
    pub(crate) fn first_from(&self, next: u32, start: u32, distance: u64) -> u32 {
        let end = self.sizes.len();
        let sums = self.sums.get(next as usize..end).unwrap_or_default();
        let near = |sum: &u32| u64::from(sum.saturating_sub(start)) + 1 < distance;
        next + sums.partition_point(near) as u32
    }
}
