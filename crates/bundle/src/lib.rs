//! The wire format: the manifest and its shards, their names, hashes and version.
//!
//! This crate alone writes and reads the bundle's JSON and holds [`FORMAT_VERSION`]; the
//! compiler encodes with it and the browser decodes with it, so that there is no second copy of
//! the format. It does not compress, hash, fetch or write: bytes in, bytes out. The format is
//! described for other readers in `docs/format.md`.

mod base64;
mod days;
mod error;
mod forms;
mod index;
mod json;
mod keys;
mod manifest;
mod packs;
mod places;
mod postings;
mod range;
mod scale;
mod segments;
mod shards;

pub use days::{DaysShard, YEAR, day_number};
pub use error::FormatError;
pub use forms::FormsShard;
pub use index::{IndexShard, IndexWriter, Term};
pub use json::{FromJson, Reader};
pub use manifest::{Count, FacetCount, MARK, Manifest, Signed, signature_name, signed_message};
pub use packs::{Location, Part};
pub use places::{BODY_PAGE, BodyGroup, BodyPage, BodyPlace, PAGES_AHEAD, TermTable, numbered};
pub use postings::{LONG_LIST, MAX_LEVEL, Posting, VERY_LONG_LIST, fields_told};
pub use scale::{MAX_TRAITS, PostTraits, Scale, Script, TraitsShard};
pub use segments::{MAX_SEGMENTS, Segment, Segments};
pub use shards::{
    BodyShard, Entry, Facet, FacetKind, FacetShard, ListShard, PagesShard, Picture, PostRecord,
    Reading, ShardKind, ShardRef, SlugShard, TextShard, slug_hash,
};

/// Newest version of the bundle format; all versions up to this one are read. A manifest states the
/// oldest version that says all of it, see [`Manifest::needed_format`].
pub const FORMAT_VERSION: u32 = 4;

/// Posts of one list shard: entry `id` stands in list shard `id / LIST_SPAN`.
pub const LIST_SPAN: usize = 256;

/// Most posts a bundle may hold: ids fit comfortably in 32 bits.
pub const MAX_POSTS: usize = 4_000_000;

/// Most bytes of a manifest that a reader accepts.
pub const MAX_MANIFEST: usize = 32 << 20;

/// Most bytes of one decoded shard, or of a pack of shards, that a reader accepts; a post of this size
/// does not exist.
pub const MAX_SHARD: u64 = 32 << 20;
