//! The posts of a built site, read back from its bundle, so that their ids are the search's own.
//!
//! Their visible text is rendered again from their sources: no index and no text shard is looked at.

use flate2::{Compress, Compression, FlushCompress, Status};
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
    fn new(deflate: &mut Compress, record: PostRecord) -> Self {
        let mut text = visible_text(
            record.markdown(),
            &record.entry.title,
            record.entry.source.as_deref(),
        );
        text.shrink_to_fit();
        let entry = record.entry;
        let labels = core::iter::once(&entry.title)
            .chain(&entry.tags)
            .chain(&entry.authors);
        Self {
            labels: labels.map(|label| fold(label)).collect(),
            folded: fold(&text),
            compressed: compressed(record.text.as_bytes(), deflate),
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

/// Bytes after gzip -9. The compressor is one that is used again: its tables are large, and a million
/// of them between texts that stay would leave the memory in pieces.
fn compressed(source: &[u8], deflate: &mut Compress) -> u64 {
    /// Head and tail of a gzip file.
    const FRAME: u64 = 18;
    let mut piece = [0; 4_096];
    deflate.reset();
    loop {
        let rest = source
            .get(deflate.total_in() as usize..)
            .unwrap_or_default();
        match deflate.compress(rest, &mut piece, FlushCompress::Finish) {
            Ok(Status::StreamEnd) | Err(_) => return deflate.total_out() + FRAME,
            Ok(_) => {}
        }
    }
}

/// Reads all posts of a site, by id.
pub(crate) fn read(archive: &Archive) -> Result<Vec<Post>> {
    every(archive, 1)
}

/// Reads about `number` of the posts, evenly taken.
pub(crate) fn sample(archive: &Archive, number: usize) -> Result<Vec<Post>> {
    let posts = archive.manifest().posts as usize;
    every(archive, (posts / number.max(1)).max(1))
}

/// Reads every `step`th post.
fn every(archive: &Archive, step: usize) -> Result<Vec<Post>> {
    let deflate = || Compress::new(Compression::best(), false);
    let mut posts = Vec::new();
    let mut waiting = Vec::new();
    let mut seen = 0_usize;
    let problems = list(archive, |row| {
        if seen.is_multiple_of(step) {
            waiting.push(row.record().clone());
        }
        seen += 1;
        if waiting.len() == BATCH {
            posts.par_extend(waiting.par_drain(..).map_init(deflate, Post::new));
        }
        true
    });
    posts.par_extend(waiting.into_par_iter().map_init(deflate, Post::new));
    let expected = archive.manifest().posts as usize;
    match problems.first() {
        Some(problem) => Err(format!("{} {}", problem.what, problem.why).into()),
        None if seen != expected => Err(format!("{seen} posts instead of {expected}").into()),
        None => Ok(posts),
    }
}
