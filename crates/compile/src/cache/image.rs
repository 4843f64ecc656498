//! What is kept of a build, as it lies in a file or in memory.
//!
//! Reading borrows from the bytes: of 45,000 posts only those are looked at that are asked for.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use shelfmark_bundle::ShardRef;

use super::key::Key;
use super::stat::{Stat, Time};

/// Everything that is kept.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Image<'a> {
    /// The files of posts, in the order of folders and paths.
    #[serde(borrow)]
    pub(super) posts: Vec<PostEntry<'a>>,
    /// Names that posts are known by; see [`crate::links`].
    pub(super) names: Vec<Names>,
    pub(super) spans: Vec<(Key, SpanEntry)>,
    pub(super) searches: Vec<(Key, SearchEntry)>,
    /// Shards by what they hold.
    pub(super) shards: Vec<(Key, Reference)>,
    /// The files of the site.
    #[serde(borrow)]
    pub(super) files: Vec<(&'a str, FileEntry)>,
    #[serde(borrow)]
    pub(super) pictures: Vec<(Bytes<'a>, PictureEntry)>,
}

/// Bytes that are not looked at one by one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Bytes<'a>(pub(crate) &'a [u8]);

impl Serialize for Bytes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Bytes<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <&[u8]>::deserialize(deserializer).map(Self)
    }
}

/// One file of a post.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct PostEntry<'a> {
    pub(super) root: usize,
    #[serde(borrow)]
    pub(super) path: Bytes<'a>,
    /// Nothing when the file was too new to be known by it.
    pub(super) stat: Option<Stat>,
    /// Of its bytes.
    pub(super) hash: Key,
    /// What it looks like it was written for, where that was asked.
    #[serde(borrow)]
    pub(super) marks: Option<Bytes<'a>>,
    /// A [`super::post::Read`].
    #[serde(borrow)]
    pub(super) read: Bytes<'a>,
    /// An [`Outcome`]; nothing for drafts that were left out.
    #[serde(borrow)]
    pub(super) outcome: Option<Bytes<'a>>,
}

/// What is kept of a post that was rendered.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Outcome<'a> {
    /// Of the post and of the names that it was rendered under.
    pub(crate) input: Key,
    /// Of everything that became of it.
    pub(crate) print: Key,
    pub(crate) lang: Option<&'a str>,
    /// Bytes of visible text.
    pub(crate) text: u64,
    /// Pictures that were looked for and not found.
    pub(crate) missing: u64,
    /// Names that were looked up, as their numbers: four bytes each, lowest first.
    #[serde(borrow)]
    pub(crate) asked: Bytes<'a>,
    /// Slugs of the posts that it leads to.
    #[serde(borrow)]
    pub(crate) links: Vec<&'a str>,
    /// Pictures that were looked up on disk, and what was found.
    #[serde(borrow)]
    pub(crate) pictures: Vec<(&'a str, Option<(Reference, u8)>)>,
}

/// The names of one post.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Names {
    /// Of everything that somebody learns who asks for one of them.
    pub(crate) key: Key,
    /// Their numbers.
    pub(crate) numbers: Vec<u32>,
}

/// What was written of the posts of one list shard.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SpanEntry {
    pub(crate) list: Reference,
    pub(crate) groups: Vec<GroupEntry>,
}

/// The table of a group of body shards.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct GroupEntry {
    pub(crate) table: Reference,
    /// How many posts each shard holds.
    pub(crate) posts: Vec<u32>,
    /// The length of each, when they stand in a pack.
    pub(crate) bytes: Vec<u32>,
}

/// What was written of posts for searching them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct SearchEntry {
    pub(crate) texts: Vec<Reference>,
    pub(crate) forms: Option<Reference>,
    pub(crate) traits: Option<Reference>,
    pub(crate) index: Vec<(String, Reference)>,
    pub(crate) triples: u32,
    /// Names of all files.
    pub(crate) files: Vec<String>,
}

/// A reference of a shard, in less room.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Reference {
    pub(crate) hash: [u8; 32],
    pub(crate) bytes: u64,
    pub(crate) size: u64,
}

/// A file of the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileEntry {
    pub(crate) shard: Reference,
    /// When it was written.
    pub(crate) modified: Time,
    /// What it was made of; nothing where the name tells.
    pub(crate) made_of: Option<Key>,
}

/// A picture on the archivist's disk.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct PictureEntry {
    pub(crate) stat: Stat,
    /// Its copy, and the place of its kind among [`shelfmark_bundle::Picture::KINDS`]; nothing
    /// where the file is none.
    pub(crate) copy: Option<(Reference, u8)>,
}

impl From<&ShardRef> for Reference {
    fn from(shard: &ShardRef) -> Self {
        let digit = |digit: u8| (digit as char).to_digit(16).unwrap_or_default() as u8;
        let mut hash = [0; 32];
        for (byte, pair) in hash.iter_mut().zip(shard.sha256().as_bytes().chunks(2)) {
            *byte = pair.iter().fold(0, |byte, next| byte << 4 | digit(*next));
        }
        Self {
            hash,
            bytes: shard.bytes(),
            size: shard.size(),
        }
    }
}

impl From<&Reference> for ShardRef {
    fn from(reference: &Reference) -> Self {
        Self(
            crate::writer::hexadecimal(&reference.hash),
            reference.bytes,
            reference.size,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_come_back() {
        let shard = ShardRef(crate::writer::sha256(b"abc"), 3, 4);
        assert_eq!(ShardRef::from(&Reference::from(&shard)), shard);
    }
}
