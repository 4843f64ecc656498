//! `archive.json`: what an archive holds and where its tables are.

use serde::Serialize;

use crate::json::{FromJson, Reader, decode, from_json};
use crate::shards::is_zero;
use crate::{
    BODY_PAGE, FORMAT_VERSION, FormatError, LIST_SPAN, MAX_POSTS, MAX_SHARD, Segments, ShardKind,
    ShardRef,
};

/// First field of every manifest: tells a bundle from another JSON file.
pub const MARK: &str = "archive";

/// The manifest of an archive.
///
/// Posts are numbered by `id` from 0, oldest first (undated ones before all), so that a date
/// range is an interval of ids and the newest posts are the last ones.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Manifest {
    /// Always [`MARK`].
    pub shelfmark: String,
    /// Format version.
    pub format: u32,
    /// The archive's title.
    pub title: String,
    /// One paragraph about it; empty when there is none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Language of title and description (BCP 47); empty when not stated.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub language: String,
    /// Number of posts.
    pub posts: u32,
    /// How many of the first ids carry no date.
    pub undated: u32,
    /// Day of the oldest dated post, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Day of the newest post.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Bytes of visible text in the whole archive, as UTF-8.
    pub text_bytes: u64,
    /// Tags, most frequent first, then by name.
    pub tags: Vec<FacetCount>,
    /// Categories, likewise; missing when those of every post are its tags: see
    /// [`Manifest::categories`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub categories: Option<Vec<FacetCount>>,
    /// Number of different authors; their names stand in the facet shards.
    pub authors: u32,
    /// Languages of the posts (BCP 47), most frequent first.
    pub languages: Vec<Count>,
    /// The newest list shards, in id order; pages of bodies name all of them. Shard `i` holds the
    /// entries of ids `i * LIST_SPAN ..`.
    pub lists: Vec<ShardRef>,
    /// Slug shards: a slug is looked up in shard `slug_hash(slug) % slugs.len()`.
    pub slugs: Vec<ShardRef>,
    /// Facet shards: which posts carry which tag, category, author.
    pub facets: Vec<ShardRef>,
    /// Posts of each day; missing when none is dated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<ShardRef>,
    /// Pages of bodies: page `i` tells where the bodies of [`Manifest::page_ids`] are.
    pub bodies: Vec<ShardRef>,
    /// How many posts a page of bodies is of; 0 when these are [`BODY_PAGE`].
    #[serde(skip_serializing_if = "is_zero")]
    pub body_page: u32,
    /// Text shards: the visible text of all posts, in id order; empty when the archive is
    /// searched by its index.
    pub texts: Vec<ShardRef>,
    /// Forms of words, for an archive that has no index; missing when no word has any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forms: Option<ShardRef>,
    /// What is known of every post before its body is here; missing when the archive has no
    /// index, or more than [`MAX_TRAITS`](crate::MAX_TRAITS) posts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub traits: Option<ShardRef>,
    /// Tables of index shards, each with the first key of its first shard, ascending, those of one
    /// segment after those of another; empty when the archive is searched by reading its texts.
    pub index: Vec<(String, ShardRef)>,
    /// Three characters of scripts written without spaces, in a row, are terms of the index when
    /// both pairs that they make are in more posts than this; missing when no threes are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub triples: Option<u32>,
    /// Segments of the index, when it is made of several, with the traits and triples of each.
    #[serde(skip_serializing_if = "Segments::is_empty")]
    pub segments: Segments,
    /// How many body or index shards stand in a pack; 0 when each is a file. See
    /// [`Location`](crate::Location).
    #[serde(skip_serializing_if = "is_zero")]
    pub packed: u32,
    /// The plain HTML pages of the site, for checking them; missing when there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pages: Option<ShardRef>,
    /// The viewer's own files, likewise; missing when nothing is known of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub viewer: Option<ShardRef>,
    /// Who signed the archive; missing when nobody did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed: Option<Signed>,
}

/// Who signed an archive, and when. On the wire an array `[key, time]`; the signature over the
/// manifest stands in a file of its own: see [`signature_name`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Signed(
    /// Ed25519 public key, 32 bytes in base64 (RFC 4648, padded).
    pub String,
    /// Seconds since 1970 by the signer's clock; of two archives of a key, the later one has the
    /// greater number.
    pub u64,
);

impl FromJson for Signed {
    fn read(&mut self, reader: &mut Reader<'_>) -> Option<()> {
        reader.tuple(&mut [&mut self.0, &mut self.1])
    }
}

/// Name of the file with the signature over a manifest of this SHA-256 (hexadecimal).
#[must_use]
pub fn signature_name(sha256: &str) -> String {
    let name = sha256.get(..16).unwrap_or(sha256);
    ["signature-", name, ".bin"].concat()
}

/// What is signed: the SHA-256 (hexadecimal) of a manifest, after words that no other signature of
/// the same key begins with.
#[must_use]
pub fn signed_message(sha256: &str) -> String {
    ["shelfmark archive, format 1\n", sha256, "\n"].concat()
}

/// The two fields that are looked at before anything else.
#[derive(Default)]
struct Head {
    shelfmark: String,
    format: u32,
}

from_json!(Head { shelfmark, format });
from_json!(Count { name, count });
from_json!(FacetCount { name, count, shard });
from_json!(Manifest {
    shelfmark, format, title, posts, undated, text_bytes, tags, authors, languages, lists, slugs, facets,
    bodies, texts, index; categories, description, language, from, to, days, forms, traits, triples,
    segments, body_page, packed, pages, viewer, signed
});

/// A name and the number of posts that carry it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    /// The name as written in the posts.
    pub name: String,
    /// Number of posts.
    pub count: u32,
}

/// A tag or category, and where its posts are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FacetCount {
    /// The name as written in the posts.
    pub name: String,
    /// Number of posts.
    pub count: u32,
    /// Index into `Manifest::facets` of the shard that lists the posts.
    pub shard: u32,
}

impl Manifest {
    /// Categories, most frequent first: the tags when they are not told apart from them.
    #[must_use]
    pub fn categories(&self) -> &[FacetCount] {
        self.categories.as_deref().unwrap_or(&self.tags)
    }

    /// Reads a manifest and checks everything that later code relies on.
    ///
    /// # Errors
    /// When the bytes are not a manifest, come from a newer format, or contradict themselves.
    pub fn decode(bytes: &[u8]) -> Result<Self, FormatError> {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let head: Head = decode(bytes)?;
        if head.shelfmark != MARK || head.format == 0 {
            return Err(FormatError::Malformed(
                "the manifest does not begin as one of Shelfmark's".into(),
            ));
        }
        if head.format > FORMAT_VERSION {
            return Err(FormatError::NewerVersion {
                found: head.format,
                supported: FORMAT_VERSION,
            });
        }
        let manifest: Self = decode(bytes)?;
        manifest.check()?;
        Ok(manifest)
    }

    /// Writes the manifest: one line of JSON and a line end.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    /// All shards with their kinds, in the order of the manifest.
    pub fn shards(&self) -> impl Iterator<Item = (ShardKind, &ShardRef)> {
        [
            (ShardKind::List, &self.lists),
            (ShardKind::Slugs, &self.slugs),
            (ShardKind::Facets, &self.facets),
            (ShardKind::Bodies, &self.bodies),
            (ShardKind::Text, &self.texts),
            (ShardKind::Traits, &self.segments.traits),
        ]
        .into_iter()
        .flat_map(|(kind, shards)| shards.iter().map(move |shard| (kind, shard)))
        .chain(self.days.iter().map(|shard| (ShardKind::Days, shard)))
        .chain(self.forms.iter().map(|shard| (ShardKind::Forms, shard)))
        .chain(self.traits.iter().map(|shard| (ShardKind::Traits, shard)))
        .chain(self.pages.iter().map(|shard| (ShardKind::Pages, shard)))
        .chain(self.viewer.iter().map(|shard| (ShardKind::Pages, shard)))
        .chain(
            self.index
                .iter()
                .map(|(_, table)| (ShardKind::Terms, table)),
        )
    }

    /// The oldest format version whose readers read this manifest.
    #[must_use]
    pub fn needed_format(&self) -> u32 {
        match (self.body_page, self.packed, self.segments.is_empty()) {
            (0, 0, true) => 1,
            (0, 0, false) => 2,
            (0, _, _) => 3,
            _ => 4,
        }
    }

    /// How many posts a page of bodies is of.
    #[must_use]
    pub fn page_span(&self) -> usize {
        match self.body_page {
            0 => BODY_PAGE,
            posts => posts as usize,
        }
    }

    /// Ids of page of bodies `index`.
    #[must_use]
    pub fn page_ids(&self, index: usize) -> core::ops::Range<u32> {
        self.ids(index, self.page_span())
    }

    /// Number of list shards.
    #[must_use]
    pub fn list_count(&self) -> usize {
        (self.posts as usize).div_ceil(LIST_SPAN)
    }

    /// List shard `index`, when it is one of the newest.
    #[must_use]
    pub fn newest_list(&self, index: usize) -> Option<&ShardRef> {
        let older = self.list_count().checked_sub(self.lists.len())?;
        self.lists.get(index.checked_sub(older)?)
    }

    /// Ids of list shard `index`.
    #[must_use]
    pub fn list_ids(&self, index: usize) -> core::ops::Range<u32> {
        self.ids(index, LIST_SPAN)
    }

    fn ids(&self, index: usize, span: usize) -> core::ops::Range<u32> {
        let first = (index * span).min(self.posts as usize);
        let end = (first + span).min(self.posts as usize);
        first as u32..end as u32
    }

    fn check(&self) -> Result<(), FormatError> {
        let fail = |why: &str| Err(FormatError::Invalid(format!("archive.json: {why}")));
        if self.posts as usize > MAX_POSTS {
            return fail("more posts than the format allows");
        }
        if self.undated > self.posts {
            return fail("more undated posts than posts");
        }
        let lists = self.list_count();
        if self.lists.len() > lists || (lists > 0 && self.lists.is_empty()) {
            return fail("the number of list shards does not fit the number of posts");
        }
        let span = self.page_span();
        if !span.is_multiple_of(LIST_SPAN)
            || self.bodies.len() != (self.posts as usize).div_ceil(span)
        {
            return fail("the number of pages of bodies does not fit the number of posts");
        }
        if self.segments().is_none() {
            return fail("the index is not that of the archive, or out of order");
        }
        if self.posts > 0 && self.slugs.is_empty() {
            return fail("no slug shard");
        }
        let facets = self.facets.len();
        for facet in self.tags.iter().chain(self.categories()) {
            if facet.shard as usize >= facets || facet.count > self.posts {
                return fail("a facet points outside the archive");
            }
        }
        // As `shards()` gives them, in loops that take less room than its iterator.
        for shards in [
            &self.lists,
            &self.slugs,
            &self.facets,
            &self.bodies,
            &self.texts,
            &self.segments.traits,
        ] {
            check_all(shards)?;
        }
        for shard in [
            &self.days,
            &self.forms,
            &self.traits,
            &self.pages,
            &self.viewer,
        ]
        .into_iter()
        .flatten()
        {
            shard.check()?;
        }
        for (_, table) in &self.index {
            table.check()?;
        }
        // All of them are read at once.
        let texts = self.texts.iter().map(ShardRef::size).sum::<u64>();
        if texts > MAX_SHARD {
            return fail("more text than can be read as a whole");
        }
        Ok(())
    }
}

/// Checks shards, each by itself.
#[inline(never)]
pub(crate) fn check_all(shards: &[ShardRef]) -> Result<(), FormatError> {
    for shard in shards {
        shard.check()?;
    }
    Ok(())
}

impl FacetCount {
    /// Name and count alone.
    #[must_use]
    pub fn as_count(&self) -> Count {
        Count {
            name: self.name.clone(),
            count: self.count,
        }
    }
}
