//! What makes an archive searchable: the texts of a small one, the index of any other.

use rayon::prelude::*;
use shelfmark_bundle::{FormsShard, MAX_TRAITS, Script, Segments, ShardKind, ShardRef, TextShard};

use crate::error::Error;
use crate::forms::Language;
use crate::index::{Folded, Grain, Indexer, PostTerms};
use crate::options::{SCAN_LIMIT, SearchKind};
use crate::post::Post;
use crate::segment::{self, Builder, Segment};
use crate::shard;
use crate::traits::{Likeness, script};
use crate::writer::Writer;

/// What is searched of one post.
#[derive(Debug, Clone)]
pub(crate) struct Searched {
    pub(crate) terms: PostTerms,
    pub(crate) folded: Folded,
    text: String,
    pub(crate) language: Language,
    pub(crate) script: Script,
    pub(crate) likeness: Likeness,
}

impl Searched {
    /// What is searched of a post with this visible text and language.
    pub(crate) fn of(post: &Post, text: String, lang: Option<&str>) -> Self {
        let labels = post.tags.iter().chain(&post.authors).map(String::as_str);
        let folded = Folded::of(&post.title, labels, &text);
        Self {
            terms: PostTerms::of(&folded),
            folded,
            likeness: Likeness::of(post, &text),
            language: Language::of(lang.unwrap_or_default()),
            script: script(lang),
            text,
        }
    }
}

/// Collects what is searched, post by post.
#[derive(Debug)]
pub(crate) struct Search {
    /// Bytes of visible text.
    pub(crate) bytes: u64,
    /// All posts, as long as they are few enough to be read.
    few: Vec<Searched>,
    /// Visible texts, when all are read however many they are.
    texts: Vec<String>,
    segments: Vec<Builder>,
    /// Read all texts, however many they are.
    scan: bool,
}

/// Shards by which the archive is searched: texts, or traits and index.
#[derive(Debug, Default)]
pub(crate) struct Searchable {
    pub(crate) texts: Vec<ShardRef>,
    pub(crate) forms: Option<ShardRef>,
    pub(crate) traits: Option<ShardRef>,
    pub(crate) index: Vec<(String, ShardRef)>,
    pub(crate) triples: Option<u32>,
    /// Nothing when there is one alone.
    pub(crate) segments: Segments,
}

impl Search {
    /// Of `posts` posts; the index may be made of `segments`.
    pub(crate) fn new(posts: u32, segments: bool, scan: bool) -> Self {
        // Of the posts of all segments as much is known, or they would not be ranked alike.
        let told = posts as usize <= MAX_TRAITS;
        let sizes = if segments && posts > 0 {
            segment::sizes(posts)
        } else {
            vec![(posts, Grain::COARSE)]
        };
        let builders = sizes.into_iter().map(|sizes| Builder::new(sizes, told));
        Self {
            bytes: 0,
            few: Vec::new(),
            texts: Vec::new(),
            segments: builders.collect(),
            scan,
        }
    }

    /// Adds the next posts.
    pub(crate) fn add(&mut self, posts: Vec<Searched>) -> Result<(), Error> {
        for post in posts {
            self.bytes += post.text.len() as u64;
            self.few.push(post);
            if self.bytes > SCAN_LIMIT {
                self.pass_on()?;
            }
        }
        Ok(())
    }

    /// Puts the posts where those of a larger archive belong.
    fn pass_on(&mut self) -> Result<(), Error> {
        for post in self.few.drain(..) {
            if self.scan {
                self.texts.push(post.text);
            } else if let Some(open) = self.segments.iter_mut().find(|it| !it.is_full()) {
                open.add(post)?;
            }
        }
        Ok(())
    }

    /// Writes what the archive is searched by.
    pub(crate) fn write(
        mut self,
        kind: SearchKind,
        writer: &Writer<'_>,
    ) -> Result<Searchable, Error> {
        if self.bytes <= SCAN_LIMIT && kind == SearchKind::Auto {
            return write_few(self.few, writer);
        }
        self.pass_on()?;
        if self.scan {
            // Words have no forms: they are found out while indexing.
            return Ok(Searchable {
                texts: write_texts(self.texts, writer)?,
                ..Searchable::default()
            });
        }
        let segments = self.segments.into_iter();
        let segments = segments.map(|segment| segment.write(writer));
        Ok(of_segments(segments.collect::<Result<_, _>>()?))
    }
}

/// What the manifest says of segments.
fn of_segments(mut written: Vec<Segment>) -> Searchable {
    let mut found = Searchable::default();
    if let [alone] = &mut written[..] {
        found.traits = alone.traits.take();
        found.triples = alone.triples;
        found.index = core::mem::take(&mut alone.tables);
        return found;
    }
    for segment in written {
        let tables = u32::try_from(segment.tables.len());
        found.segments.posts.push(segment.posts);
        found.segments.tables.push(tables.unwrap_or(u32::MAX));
        found.segments.traits.extend(segment.traits);
        // No pair is in more posts than all: there are no threes then.
        let triples = segment.triples.unwrap_or(segment.posts);
        found.segments.triples.push(triples);
        found.index.extend(segment.tables);
    }
    found
}

/// Writes the texts of few posts, and the forms of their words.
fn write_few(posts: Vec<Searched>, writer: &Writer<'_>) -> Result<Searchable, Error> {
    let mut index = Indexer::new();
    for post in &posts {
        index.add(&post.terms, post.language)?;
    }
    let forms: FormsShard = index.words()?.shard();
    let forms = (!forms.words.is_empty()).then(|| writer.shard(ShardKind::Forms, &forms.encode()));
    Ok(Searchable {
        forms: forms.transpose()?,
        texts: write_texts(posts.into_iter().map(|post| post.text).collect(), writer)?,
        ..Searchable::default()
    })
}

fn write_texts(texts: Vec<String>, writer: &Writer<'_>) -> Result<Vec<ShardRef>, Error> {
    let mut first = 0;
    let shards: Vec<TextShard> = shard::cut(texts, shard::TEXT, String::len)
        .into_iter()
        .map(|texts| {
            let shard = TextShard { first, texts };
            first += u32::try_from(shard.texts.len()).unwrap_or(u32::MAX);
            shard
        })
        .collect();
    shards
        .into_par_iter()
        .map(|shard| writer.shard(ShardKind::Text, &shard.encode()))
        .collect()
}
