//! The posts of a built site, read back from its bundle, so that their ids are the search's own.
//!
//! Their visible text is rendered again from their sources: no index and no text shard is looked at.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::read::{GzDecoder, GzEncoder};
use rayon::prelude::*;
use shelfmark_bundle::{BodyShard, ListShard, Manifest, PostRecord, ShardKind, ShardRef};
use shelfmark_compile::render::visible_text;
use shelfmark_text::fold;

use crate::Result;

/// A post as it is searched.
#[derive(Debug)]
pub(crate) struct Post {
    pub(crate) title: String,
    pub(crate) authors: Vec<String>,
    pub(crate) tags: Vec<String>,
    /// The visible text.
    pub(crate) text: String,
    /// Title, tags and authors, folded.
    pub(crate) labels: Vec<String>,
    /// The visible text, folded.
    pub(crate) folded: String,
    /// Bytes of the source, compressed by itself.
    pub(crate) compressed: u64,
}

impl Post {
    fn new(record: PostRecord) -> Self {
        let text = visible_text(record.markdown(), record.entry.source.as_deref());
        let entry = record.entry;
        let labels = core::iter::once(&entry.title)
            .chain(&entry.tags)
            .chain(&entry.authors);
        Self {
            labels: labels.map(|label| fold(label)).collect(),
            folded: fold(&text),
            compressed: compressed(record.text.as_bytes()),
            title: entry.title,
            authors: entry.authors,
            tags: entry.tags,
            text,
        }
    }

    /// All that is searched of it, folded.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &str> {
        self.labels
            .iter()
            .map(String::as_str)
            .chain([self.folded.as_str()])
    }
}

/// Bytes after gzip -9.
fn compressed(source: &[u8]) -> u64 {
    let mut gzip = Vec::new();
    let read = GzEncoder::new(source, Compression::best()).read_to_end(&mut gzip);
    read.map_or(0, |bytes| bytes as u64)
}

/// A bundle on disk.
#[derive(Debug)]
pub(crate) struct Bundle {
    folder: PathBuf,
    pub(crate) manifest: Manifest,
    /// Length of the manifest's file in bytes.
    pub(crate) manifest_bytes: u64,
}

impl Bundle {
    /// Opens the bundle of a site.
    pub(crate) fn open(site: &Path) -> Result<Self> {
        let folder = site.join("bundle");
        let path = folder.join("archive.json");
        let bytes = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let manifest = Manifest::decode(&bytes)?;
        Ok(Self {
            folder,
            manifest,
            manifest_bytes: bytes.len() as u64,
        })
    }

    /// The JSON of a shard.
    pub(crate) fn shard(&self, kind: ShardKind, shard: &ShardRef) -> Result<Vec<u8>> {
        let path = self.folder.join(shard.file_name(kind));
        let file = fs::File::open(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let mut json = Vec::new();
        GzDecoder::new(file).read_to_end(&mut json)?;
        Ok(json)
    }

    /// All posts, by id.
    pub(crate) fn posts(&self) -> Result<Vec<Post>> {
        let lists = self.manifest.lists.par_iter().enumerate();
        let posts: Vec<Vec<Post>> = lists
            .map(|(index, list)| self.list(index, list))
            .collect::<Result<_>>()?;
        Ok(posts.into_iter().flatten().collect())
    }

    fn list(&self, index: usize, list: &ShardRef) -> Result<Vec<Post>> {
        let json = self.shard(ShardKind::List, list)?;
        let list = ListShard::decode(&json, index, self.manifest.posts)?;
        let mut posts = Vec::with_capacity(list.posts.len());
        for (_, body) in &list.bodies {
            let body: BodyShard = BodyShard::decode(&self.shard(ShardKind::Body, body)?)?;
            posts.extend(body.posts.into_iter().map(Post::new));
        }
        Ok(posts)
    }
}
