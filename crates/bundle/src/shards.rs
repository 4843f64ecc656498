//! Shards: JSON files, gzip'd by the compiler, named after their content.

use core::fmt;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::json::{FromJson, Reader, decode, from_json};
use crate::{FormatError, LIST_SPAN, MAX_SHARD};

/// Kinds of shards; the kind is part of the file name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ShardKind {
    /// [`ListShard`]
    List,
    /// [`BodyShard`]
    Body,
    /// [`SlugShard`]
    Slugs,
    /// [`FacetShard`]
    Facets,
    /// [`TextShard`]
    Text,
    /// [`BodyPage`](crate::BodyPage)
    Bodies,
    /// [`BodyGroup`](crate::BodyGroup)
    Group,
    /// [`TermTable`](crate::TermTable)
    Terms,
    /// [`IndexShard`](crate::IndexShard)
    Index,
    /// [`TraitsShard`](crate::TraitsShard)
    Traits,
    /// [`DaysShard`](crate::DaysShard)
    Days,
    /// [`FormsShard`](crate::FormsShard)
    Forms,
    /// [`PagesShard`]
    Pages,
    /// A picture as it is, neither JSON nor gzip'd; see [`Picture`].
    Image,
}

impl ShardKind {
    /// The first part of the file name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Body => "body",
            Self::Slugs => "slugs",
            Self::Facets => "facets",
            Self::Text => "text",
            Self::Bodies => "bodies",
            Self::Group => "group",
            Self::Terms => "terms",
            Self::Index => "index",
            Self::Traits => "traits",
            Self::Days => "days",
            Self::Forms => "forms",
            Self::Pages => "pages",
            Self::Image => "image",
        }
    }
}

/// Points to a shard: its hash, which is also its name, and its sizes.
///
/// On the wire an array `[sha256, bytes, size]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct ShardRef(
    /// SHA-256 of the file's bytes (gzip'd), 64 lower-case hexadecimal digits.
    pub String,
    /// Length of the file in bytes.
    pub u64,
    /// Length of the JSON inside in bytes.
    pub u64,
);

impl ShardRef {
    /// SHA-256 of the file, in hexadecimal.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.0
    }

    /// Length of the file in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.1
    }

    /// Length of the JSON inside in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.2
    }

    /// Name of the file beside the manifest, e.g. `list-0123456789abcdef.bin`.
    ///
    /// The ending is one that hosts send as it is, never with a `Content-Encoding` of their own.
    #[must_use]
    pub fn file_name(&self, kind: ShardKind) -> String {
        let digits = self.0.get(..16).unwrap_or_default();
        format!("{}-{digits}.bin", kind.name())
    }

    pub(crate) fn check(&self) -> Result<(), FormatError> {
        let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if self.0.len() != 64 || !self.0.bytes().all(hex) {
            return Err(FormatError::Invalid("a shard's hash is not one".into()));
        }
        if self.1 > MAX_SHARD || self.2 > MAX_SHARD {
            return Err(FormatError::Invalid(
                "a shard is larger than the format allows".into(),
            ));
        }
        Ok(())
    }
}

impl fmt::Display for ShardRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.get(..16).unwrap_or_default())
    }
}

/// What a list shows of a post.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Stable, unique name.
    pub slug: String,
    /// Title, one line of plain text.
    pub title: String,
    /// ISO 8601 in UTC: `2024-07-02` or `2024-07-02T01:43:08Z`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Authors.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<String>,
    /// Tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Categories, when they differ from the tags.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub categories: Option<Vec<String>>,
    /// Address of the original.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Language of the post (BCP 47), stated or detected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
}

impl Entry {
    /// The categories, which are the tags when nothing else is said.
    #[must_use]
    pub fn categories(&self) -> &[String] {
        self.categories.as_deref().unwrap_or(&self.tags)
    }
}

/// Entries of [`LIST_SPAN`] consecutive posts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ListShard {
    /// Id of the first entry.
    pub first: u32,
    /// Entries in id order.
    pub posts: Vec<Entry>,
}

impl ListShard {
    /// Entry of post `id`.
    #[must_use]
    pub fn entry(&self, id: u32) -> Option<&Entry> {
        self.posts.get(id.checked_sub(self.first)? as usize)
    }
}

/// A picture of which the archive has a copy.
///
/// On the wire an array `[address, reference, kind]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Picture(
    /// Its address as the post writes it, without white space at its ends.
    pub String,
    /// The file; both of its lengths are that of the file.
    pub ShardRef,
    /// What it is, one of [`Picture::KINDS`].
    pub String,
);

impl Picture {
    /// What pictures may be: names of media types after `image/`.
    pub const KINDS: [&'static str; 6] = ["png", "jpeg", "gif", "webp", "avif", "svg+xml"];

    /// Most bytes of one.
    pub const MOST: u64 = 32 << 20;

    /// Whether it is something that a reader may load.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        Self::KINDS.contains(&&*self.2) && self.1.check().is_ok() && self.1.bytes() <= Self::MOST
    }
}

/// Everything about a few consecutive posts, or as much of it as the reader `P` asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct BodyShard<P = PostRecord> {
    /// Id of the first post.
    pub first: u32,
    /// Posts in id order.
    pub posts: Vec<P>,
}

/// What is read of a [`PostRecord`] to show the post.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// What lists show.
    pub entry: Entry,
    /// See [`PostRecord::path`].
    pub path: String,
    /// The whole source file as text.
    pub text: String,
    /// Byte offset in `text` at which the body begins.
    pub body: u32,
    /// See [`PostRecord::html`].
    pub html: Option<String>,
    /// See [`PostRecord::shown`].
    pub shown: Option<String>,
    /// See [`PostRecord::links`].
    pub links: Vec<(String, String)>,
    /// See [`PostRecord::pictures`].
    pub pictures: Vec<Picture>,
}

impl Reading {
    /// The Markdown that is shown.
    #[must_use]
    pub fn markdown(&self) -> &str {
        shown(self.shown.as_deref(), &self.text, self.body)
    }
}

fn shown<'a>(shown: Option<&'a str>, text: &'a str, body: u32) -> &'a str {
    shown.unwrap_or_else(|| text.get(body as usize..).unwrap_or(text))
}

/// One post: what lists show, the source file, and the rest of its front matter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PostRecord {
    /// What lists show.
    pub entry: Entry,
    /// Path of the source file inside its posts folder, `/` between folders. When the file
    /// system's bytes are not UTF-8, a lossy rendering; see `path_bytes`.
    pub path: String,
    /// The path's bytes in base64, when they are not UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path_bytes: Option<String>,
    /// Which posts folder it came from; 0 for the first or only one.
    #[serde(skip_serializing_if = "is_zero")]
    pub root: u32,
    /// The whole source file as text.
    pub text: String,
    /// Byte offset in `text` at which the body begins.
    pub body: u32,
    /// The body as HTML that is not sanitised, when it is not what CommonMark makes of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
    /// What is rendered in place of the body, as Markdown: for posts that say things in a way of
    /// their own (wikilinks, shortcodes, a page of HTML, plain text).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shown: Option<String>,
    /// Addresses in the body that lead to posts of this archive, as written there without white
    /// space at their ends, and the slugs of these posts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<(String, String)>,
    /// Pictures of the body of which the archive has copies.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pictures: Vec<Picture>,
    /// The file's bytes in base64, when `text` is not exactly them (other encodings).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<String>,
    /// Front matter keys without a meaning of their own, as they were.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub extra: Map<String, Value>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature serde asks for"
)]
pub(crate) fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl PostRecord {
    /// The Markdown that is shown.
    #[must_use]
    pub fn markdown(&self) -> &str {
        shown(self.shown.as_deref(), &self.text, self.body)
    }
}

/// Part of the table from slugs to ids.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SlugShard {
    /// The first 24 bits of each slug's [`slug_hash`], ascending, each as the distance from the
    /// one before it: few digits.
    pub gaps: Vec<u32>,
    /// The post's id for each; a reader compares the entry's slug, as hashes may collide.
    pub ids: Vec<u32>,
}

/// Bits of a [`slug_hash`] that a slug shard does not tell.
const UNTOLD: u32 = 8;

impl SlugShard {
    /// The shard of these posts, each with the [`slug_hash`] of its slug.
    #[must_use]
    pub fn new(mut posts: Vec<(u32, u32)>) -> Self {
        posts.sort_unstable();
        let mut shard = Self::default();
        let mut before = 0;
        for (hash, id) in posts {
            let told = hash >> UNTOLD;
            shard.gaps.push(told - before);
            shard.ids.push(id);
            before = told;
        }
        shard
    }

    /// Ids whose slug may be the one with this hash.
    pub fn candidates(&self, hash: u32) -> impl Iterator<Item = u32> + '_ {
        let mut told = 0_u32;
        self.gaps
            .iter()
            .zip(&self.ids)
            .filter(move |(gap, _)| {
                told = told.wrapping_add(**gap);
                told == hash >> UNTOLD
            })
            .map(|(_, id)| *id)
    }
}

/// The plain HTML pages of the site: what `verify` holds them against. No viewer needs it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PagesShard {
    /// Paths within the site, `/` between folders, ascending.
    pub paths: Vec<String>,
    /// The size of each in bytes.
    pub bytes: Vec<u64>,
    /// The SHA-256 of each, 64 lower-case hexadecimal digits.
    pub hashes: Vec<String>,
}

impl PagesShard {
    /// Reads the table and checks that it is one.
    ///
    /// # Errors
    /// When it is malformed, or a path leads out of the site.
    pub fn decode(json: &[u8]) -> Result<Self, FormatError> {
        let table: Self = decode(json)?;
        let count = table.paths.len();
        if table.bytes.len() != count || table.hashes.len() != count {
            return invalid("the table of pages is uneven");
        }
        let inside = |path: &String| {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte);
            path.bytes().all(plain) && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
        };
        if !table.paths.iter().all(inside) || !table.paths.is_sorted_by(|a, b| a < b) {
            return invalid("a page has a name that pages don't have");
        }
        Ok(table)
    }

    /// The JSON of the table.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        encode(self)
    }

    /// Path, size and hash of each file.
    pub fn files(&self) -> impl Iterator<Item = (&str, u64, &str)> {
        let sizes = self.bytes.iter().copied();
        let paths = self.paths.iter().map(String::as_str);
        let hashes = self.hashes.iter().map(String::as_str);
        paths
            .zip(sizes)
            .zip(hashes)
            .map(|((path, size), hash)| (path, size, hash))
    }
}

/// 32-bit FNV-1a hash of a slug's UTF-8 bytes
/// (Fowler, Noll, Vo; offset basis 2166136261, prime 16777619).
#[must_use]
pub fn slug_hash(slug: &str) -> u32 {
    slug.bytes().fold(2_166_136_261, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(16_777_619)
    })
}

/// What a facet is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FacetKind {
    /// A tag.
    #[default]
    Tag,
    /// A category.
    Category,
    /// An author.
    Author,
}

/// Posting lists of some tags, categories or authors.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FacetShard {
    /// The facets of this shard.
    pub facets: Vec<Facet>,
}

/// The posts that carry one tag, category or author.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Facet {
    /// What it is.
    pub kind: FacetKind,
    /// Its name.
    pub name: String,
    /// Ids, ascending: the first as it is, each other as the distance to the one before.
    pub gaps: Vec<u32>,
}

impl Facet {
    /// Encodes ascending ids.
    #[must_use]
    pub fn new(kind: FacetKind, name: String, ids: &[u32]) -> Self {
        let mut last = 0;
        let gaps = ids
            .iter()
            .map(|id| id - core::mem::replace(&mut last, *id))
            .collect();
        Self { kind, name, gaps }
    }

    /// The ids, ascending.
    ///
    /// # Errors
    /// When the list is not ascending or leaves the archive.
    pub fn ids(&self, posts: u32) -> Result<Vec<u32>, FormatError> {
        let mut ids = Vec::with_capacity(self.gaps.len());
        let mut last = 0_u32;
        for (index, gap) in self.gaps.iter().enumerate() {
            let id = last
                .checked_add(*gap)
                .filter(|id| *id < posts && (index == 0 || *gap > 0));
            last = id.ok_or_else(|| {
                FormatError::Invalid(format!(
                    "the posts of {:?} are not ascending ids",
                    self.name
                ))
            })?;
            ids.push(last);
        }
        Ok(ids)
    }
}

/// Visible text of some consecutive posts, white space collapsed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TextShard {
    /// Id of the first post.
    pub first: u32,
    /// One text a post, in id order. Blocks are separated by a line feed.
    pub texts: Vec<String>,
}

from_json!(nested Entry { slug, title; date, authors, tags, categories, source, lang });
from_json!(ListShard { first, posts });
from_json!(PostRecord {
    entry, path, text, body;
    html, shown, path_bytes, root, links, pictures, bytes, extra
});
from_json!(Reading { entry, path, text, body; html, shown, links, pictures });
from_json!(SlugShard { gaps, ids });
from_json!(PagesShard {
    paths,
    bytes,
    hashes
});
from_json!(FacetShard { facets });
from_json!(Facet { kind, name, gaps });
from_json!(TextShard { first, texts });
from_json!(BodyShard<P> { first, posts });

impl FromJson for ShardRef {
    fn read(&mut self, reader: &mut Reader<'_>) -> Option<()> {
        reader.tuple(&mut [&mut self.0, &mut self.1, &mut self.2])
    }
}

impl FromJson for Picture {
    fn read(&mut self, reader: &mut Reader<'_>) -> Option<()> {
        reader.tuple(&mut [&mut self.0, &mut self.1, &mut self.2])
    }
}

impl FromJson for FacetKind {
    fn read(&mut self, reader: &mut Reader<'_>) -> Option<()> {
        *self = match reader.string()?.as_str() {
            "tag" => Self::Tag,
            "category" => Self::Category,
            "author" => Self::Author,
            _ => return reader.fail("a kind of facet"),
        };
        Some(())
    }
}

impl FromJson for Map<String, Value> {
    fn read(&mut self, reader: &mut Reader<'_>) -> Option<()> {
        match serde_json::from_str(reader.raw()?) {
            Ok(map) => *self = map,
            Err(_) => return reader.fail("before this, an object that can be kept"),
        }
        Some(())
    }
}

fn encode<T: Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

pub(crate) fn invalid<T>(why: &str) -> Result<T, FormatError> {
    Err(FormatError::Invalid(why.into()))
}

impl ListShard {
    /// Decodes list shard `index` of an archive of `posts` posts.
    ///
    /// # Errors
    /// When it is not that shard, whole.
    pub fn decode(json: &[u8], index: usize, posts: u32) -> Result<Self, FormatError> {
        let shard: Self = decode(json)?;
        let first = index * LIST_SPAN;
        let expected = (posts as usize).saturating_sub(first).min(LIST_SPAN);
        if shard.first as usize != first || shard.posts.len() != expected {
            return invalid("a list shard does not hold the posts it should");
        }
        Ok(shard)
    }

    /// JSON of the shard.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        encode(self)
    }
}

impl<P: FromJson + Default> BodyShard<P> {
    /// Decodes a body shard.
    ///
    /// # Errors
    /// When it is not one.
    pub fn decode(json: &[u8]) -> Result<Self, FormatError> {
        decode(json)
    }
}

impl<P> BodyShard<P> {
    /// The record of post `id`.
    #[must_use]
    pub fn post(&self, id: u32) -> Option<&P> {
        self.posts.get(id.checked_sub(self.first)? as usize)
    }
}

impl BodyShard {
    /// JSON of the shard.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        encode(self)
    }
}

impl SlugShard {
    /// Decodes a slug shard of an archive of `posts` posts.
    ///
    /// # Errors
    /// When its lists don't fit each other or the archive.
    pub fn decode(json: &[u8], posts: u32) -> Result<Self, FormatError> {
        let shard: Self = decode(json)?;
        if shard.gaps.len() != shard.ids.len() || shard.ids.iter().any(|id| *id >= posts) {
            return invalid("a slug shard's lists do not fit");
        }
        Ok(shard)
    }

    /// JSON of the shard.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        encode(self)
    }
}

impl FacetShard {
    /// Decodes a facet shard.
    ///
    /// # Errors
    /// When it is not one.
    pub fn decode(json: &[u8]) -> Result<Self, FormatError> {
        decode(json)
    }

    /// JSON of the shard.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        encode(self)
    }
}

impl TextShard {
    /// Decodes a text shard of an archive of `posts` posts.
    ///
    /// # Errors
    /// When it names posts outside the archive.
    pub fn decode(json: &[u8], posts: u32) -> Result<Self, FormatError> {
        let shard: Self = decode(json)?;
        let end = (shard.first as usize).checked_add(shard.texts.len());
        if end.is_none_or(|end| end > posts as usize) {
            return invalid("a text shard names posts outside the archive");
        }
        Ok(shard)
    }

    /// JSON of the shard.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        encode(self)
    }
}
