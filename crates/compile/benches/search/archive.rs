//! The posts of a built site, read back from its bundle, so that their ids are the search's own.
//!
//! Their visible text is rendered again from their sources: no index and no text shard is looked at.

use std::io::Read as _;

use flate2::Compression;
use flate2::read::GzEncoder;
use rayon::prelude::*;
use shelfmark_bundle::PostRecord;
use shelfmark_compile::archive::Archive;
use shelfmark_compile::list::list;
use shelfmark_compile::render::visible_text;
use shelfmark_text::fold;

use crate::Result;

/// Posts that are rendered together, by all processors.
const BATCH: usize = 4_096;

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

/// Reads all posts of a site, by id.
pub(crate) fn read(archive: &Archive) -> Result<Vec<Post>> {
    let mut posts = Vec::new();
    let mut waiting = Vec::new();
    let problems = list(archive, |row| {
        waiting.push(row.record().clone());
        if waiting.len() == BATCH {
            posts.par_extend(waiting.par_drain(..).map(Post::new));
        }
        true
    });
    posts.par_extend(waiting.into_par_iter().map(Post::new));
    let expected = archive.manifest().posts as usize;
    match problems.first() {
        Some(problem) => Err(format!("{} {}", problem.what, problem.why).into()),
        None if posts.len() != expected => {
            Err(format!("{} posts instead of {expected}", posts.len()).into())
        }
        None => Ok(posts),
    }
}
