//! What makes an archive searchable: the texts of a small one, the index of any other.

use rayon::prelude::*;
use shelfmark_bundle::{FormsShard, MAX_TRAITS, Scale, Script, ShardKind, ShardRef, TextShard};

use crate::error::Error;
use crate::forms::Language;
use crate::index::{Folded, Indexer, PostTerms};
use crate::options::{SCAN_LIMIT, SearchKind};
use crate::post::Post;
use crate::shard;
use crate::traits::{Likeness, Traits, script};
use crate::writer::Writer;

/// What is searched of one post.
#[derive(Debug, Clone)]
pub(crate) struct Searched {
    terms: PostTerms,
    folded: Folded,
    text: String,
    language: Language,
    script: Script,
    likeness: Likeness,
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
    /// Visible texts; no longer kept once there are too many.
    texts: Vec<String>,
    /// What was searched for terms; no longer kept once there are too many.
    folded: Vec<Folded>,
    traits: Traits,
    index: Indexer,
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
}

impl Search {
    pub(crate) fn new(scan: bool) -> Self {
        Self {
            scan,
            bytes: 0,
            texts: Vec::new(),
            folded: Vec::new(),
            traits: Traits::default(),
            index: Indexer::new(),
        }
    }

    /// Adds the next posts.
    pub(crate) fn add(&mut self, posts: Vec<Searched>) -> Result<(), Error> {
        for post in posts {
            self.bytes += post.text.len() as u64;
            if self.scan {
                self.texts.push(post.text);
                if self.bytes > SCAN_LIMIT {
                    continue;
                }
            } else if self.bytes <= SCAN_LIMIT {
                self.texts.push(post.text);
            } else {
                self.texts = Vec::new();
            }
            self.traits
                .add(post.terms.count(), post.script, post.likeness);
            self.index.add(&post.terms, post.language)?;
            self.folded.push(post.folded);
            if self.folded.len() < self.index.posts() as usize || self.folded.len() > MAX_TRAITS {
                self.folded = Vec::new();
            }
        }
        Ok(())
    }

    /// Writes what the archive is searched by.
    pub(crate) fn write(self, kind: SearchKind, writer: &Writer<'_>) -> Result<Searchable, Error> {
        if self.scan || (self.bytes <= SCAN_LIMIT && kind == SearchKind::Auto) {
            // Of more texts than these, words have no forms: they are found out while indexing.
            let whole = self.bytes <= SCAN_LIMIT;
            let forms = if whole {
                self.index.words()?.shard()
            } else {
                FormsShard::default()
            };
            let forms =
                (!forms.words.is_empty()).then(|| writer.shard(ShardKind::Forms, &forms.encode()));
            return Ok(Searchable {
                forms: forms.transpose()?,
                texts: write_texts(self.texts, writer)?,
                ..Searchable::default()
            });
        }
        let posts = self.index.posts();
        let traits = self.traits.finish();
        let scale = match &traits {
            Some(traits) => Scale::new(&traits.posts),
            None => Scale::even(posts),
        };
        let traits = traits.map(|traits| writer.shard(ShardKind::Traits, &traits.encode()));
        let index = self.index.write(&self.folded, &scale, writer)?;
        Ok(Searchable {
            texts: Vec::new(),
            forms: None,
            traits: traits.transpose()?,
            index: index.tables,
            triples: index.triples,
        })
    }
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
