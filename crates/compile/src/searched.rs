//! What makes an archive searchable: the texts of a small one, the index of any other.

use core::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;
use shelfmark_bundle::{FormsShard, MAX_TRAITS, Script, Segments, ShardKind, ShardRef, TextShard};

use crate::cache::{Key, Reference, Reuse, SearchEntry};
use crate::error::Error;
use crate::forms::Language;
use crate::index::{Folded, Grain, Indexer, PostTerms};
use crate::options::{SCAN_LIMIT, SearchKind};
use crate::post::Post;
use crate::segment::{self, Builder, Segment};
use crate::shard;
use crate::traits::{Likeness, script};
use crate::work::{Fate, prints};
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
    /// The visible text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

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
    bytes: u64,
    kind: SearchKind,
    /// All posts, as long as they are few enough to be read.
    few: Vec<Arc<Searched>>,
    /// Visible texts, when all are read however many they are.
    texts: Vec<String>,
    segments: Vec<Part>,
    /// Of the posts of all segments as much is known, or they would not be ranked alike.
    told: bool,
    /// Read all texts, however many they are.
    scan: bool,
    /// What of it was written before.
    taken: Taken,
}

/// A segment of the index.
#[derive(Debug)]
struct Part {
    /// Number of posts that it is to hold.
    size: usize,
    grain: Grain,
    /// What collects them; nothing when the segment was written before.
    builder: Option<Builder>,
}

/// What was written before of what is searched.
#[derive(Debug, Default)]
pub(crate) enum Taken {
    /// Nothing.
    #[default]
    Nothing,
    /// All of it.
    Whole(SearchEntry),
    /// Some of the segments, which hold so many posts each.
    Segments(Vec<(usize, Option<SearchEntry>)>),
}

impl Taken {
    /// The ids of posts that belong together, and whether what is searched of them was written.
    pub(crate) fn parts(&self, posts: usize) -> Vec<(Range<usize>, bool)> {
        match self {
            Self::Nothing => vec![(0..posts, false)],
            Self::Whole(_) => vec![(0..posts, true)],
            Self::Segments(segments) => {
                let mut end = 0;
                let ids = |(size, taken): &(usize, Option<SearchEntry>)| {
                    end += size;
                    (end - size..end, taken.is_some())
                };
                segments.iter().map(ids).collect()
            }
        }
    }
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
    pub(crate) fn new(posts: u32, kind: SearchKind, segments: bool, scan: bool) -> Self {
        let told = posts as usize <= MAX_TRAITS;
        let sizes = if segments && posts > 0 {
            segment::sizes(posts)
        } else {
            vec![(posts, Grain::COARSE)]
        };
        let parts = sizes.into_iter().map(|sizes| Part {
            size: sizes.0 as usize,
            grain: sizes.1,
            builder: Some(Builder::new(sizes, told)),
        });
        Self {
            bytes: 0,
            kind,
            few: Vec::new(),
            texts: Vec::new(),
            segments: parts.collect(),
            told,
            scan,
            taken: Taken::Nothing,
        }
    }

    /// What of it was written before, as far as that can be told from what is known of the posts.
    pub(crate) fn known(&self, fates: &[Option<Fate>], reuse: &Reuse<'_>) -> Taken {
        let known = |ids: &Range<usize>, grain: Option<Grain>| -> Option<SearchEntry> {
            let key = self.key(ids, grain, &prints(fates.get(ids.clone())?)?);
            reuse.search(&key).cloned()
        };
        let bytes: u64 = fates.iter().flatten().map(|fate| fate.text).sum();
        if !self.scan && (bytes > SCAN_LIMIT || self.kind == SearchKind::Index) {
            let ids = self.ids().into_iter();
            let segments = ids.map(|(ids, grain)| (ids.len(), known(&ids, Some(grain))));
            return Taken::Segments(segments.collect());
        }
        known(&(0..fates.len()), None).map_or(Taken::Nothing, Taken::Whole)
    }

    /// Leaves out what was written before.
    pub(crate) fn take(&mut self, taken: Taken) {
        if let Taken::Segments(segments) = &taken {
            for (part, (_, known)) in self.segments.iter_mut().zip(segments) {
                if known.is_some() {
                    part.builder = None;
                }
            }
        }
        self.taken = taken;
    }

    /// What is searched of consecutive posts is made of this; texts have no grain.
    fn key(&self, ids: &Range<usize>, grain: Option<Grain>, prints: &[Key]) -> Key {
        // Whether all is read or indexed follows from the posts when these are all there are.
        let whole = self.segments.len() < 2;
        let how = (self.told, self.scan, whole, grain);
        Key::of(&("search", how, ids.start, prints))
    }

    /// Ids of the posts of each segment, and how finely it is cut.
    fn ids(&self) -> Vec<(Range<usize>, Grain)> {
        let mut end = 0;
        let parts = self.segments.iter();
        parts
            .map(|part| {
                end += part.size;
                (end - part.size..end, part.grain)
            })
            .collect()
    }

    /// Adds the next posts, but for those that were written before.
    pub(crate) fn add(&mut self, posts: Vec<Arc<Searched>>) -> Result<(), Error> {
        for post in posts {
            self.bytes += post.text.len() as u64;
            self.few.push(post);
            if self.bytes > SCAN_LIMIT || matches!(self.taken, Taken::Segments(_)) {
                self.pass_on()?;
            }
        }
        Ok(())
    }

    /// Puts the posts where those of a larger archive belong.
    fn pass_on(&mut self) -> Result<(), Error> {
        for post in self.few.drain(..) {
            if self.scan {
                self.texts.push(text_of(post));
                continue;
            }
            let mut open = self
                .segments
                .iter_mut()
                .filter_map(|it| it.builder.as_mut());
            if let Some(open) = open.find(|it| !it.is_full()) {
                open.add(Arc::unwrap_or_clone(post))?;
            }
        }
        Ok(())
    }

    /// Writes what the archive is searched by; `prints` are those of all posts, when something is
    /// kept for later builds.
    pub(crate) fn write(
        mut self,
        prints: &[Key],
        writer: &Writer<'_>,
        reuse: Option<&Reuse<'_>>,
    ) -> Result<Searchable, Error> {
        let whole = self.key(&(0..prints.len()), None, prints);
        let known = match core::mem::take(&mut self.taken) {
            Taken::Nothing => Vec::new(),
            Taken::Whole(entry) => {
                take_files(&entry, writer)?;
                let found = Searchable {
                    texts: entry.texts.iter().map(ShardRef::from).collect(),
                    forms: entry.forms.as_ref().map(ShardRef::from),
                    ..Searchable::default()
                };
                keep(reuse, Some(whole), || entry);
                return Ok(found);
            }
            Taken::Segments(known) => known,
        };
        let certain = !known.is_empty() || self.kind == SearchKind::Index;
        if self.scan || (self.bytes <= SCAN_LIMIT && !certain) {
            let (found, files) = writer.listen(|| self.write_texts(writer));
            let found = found?;
            keep(reuse, Some(whole), || SearchEntry::of_texts(&found, files));
            return Ok(found);
        }
        self.pass_on()?;
        let ids = self.ids();
        let keys = ids.iter().map(|(ids, grain)| {
            let prints = prints.get(ids.clone())?;
            Some(self.key(ids, Some(*grain), prints))
        });
        let keys: Vec<Option<Key>> = keys.collect();
        let mut known = known.into_iter().map(|(_, entry)| entry);
        let mut segments = Vec::new();
        for ((part, (ids, _)), key) in self.segments.into_iter().zip(ids).zip(keys) {
            let known = known.next().flatten();
            let Some(builder) = part.builder else {
                if let Some(entry) = known {
                    take_files(&entry, writer)?;
                    segments.push(entry.segment(ids.len()));
                    keep(reuse, key, || entry);
                }
                continue;
            };
            let (segment, files) = writer.listen(|| builder.write(writer));
            let segment = segment?;
            keep(reuse, key, || SearchEntry::of_segment(&segment, files));
            segments.push(segment);
        }
        Ok(of_segments(segments))
    }

    fn write_texts(self, writer: &Writer<'_>) -> Result<Searchable, Error> {
        if self.bytes > SCAN_LIMIT {
            // Words have no forms: they are found out while indexing.
            let mut texts = self.texts;
            texts.extend(self.few.into_iter().map(text_of));
            return Ok(Searchable {
                texts: write_texts(texts, writer)?,
                ..Searchable::default()
            });
        }
        write_few(self.few, writer)
    }
}

/// Takes all files over from the bundle before.
fn take_files(entry: &SearchEntry, writer: &Writer<'_>) -> Result<(), Error> {
    entry
        .files
        .par_iter()
        .try_for_each(|name| writer.must_take(name.clone()).map(drop))
}

fn keep(reuse: Option<&Reuse<'_>>, key: Option<Key>, entry: impl FnOnce() -> SearchEntry) {
    if let (Some(reuse), Some(key)) = (reuse, key) {
        reuse.keep_search(key, entry());
    }
}

impl SearchEntry {
    /// Of an archive that is read.
    fn of_texts(found: &Searchable, files: Vec<String>) -> Self {
        Self {
            texts: found.texts.iter().map(Reference::from).collect(),
            forms: found.forms.as_ref().map(Reference::from),
            files,
            ..Self::default()
        }
    }

    fn of_segment(segment: &Segment, files: Vec<String>) -> Self {
        let tables = segment.tables.iter();
        Self {
            traits: segment.traits.as_ref().map(Reference::from),
            index: tables
                .map(|(key, table)| (key.clone(), table.into()))
                .collect(),
            triples: segment.triples,
            files,
            ..Self::default()
        }
    }

    /// The segment of so many posts.
    fn segment(&self, posts: usize) -> Segment {
        let tables = self.index.iter();
        Segment {
            posts: u32::try_from(posts).unwrap_or(u32::MAX),
            traits: self.traits.as_ref().map(ShardRef::from),
            triples: self.triples,
            tables: tables
                .map(|(key, table)| (key.clone(), table.into()))
                .collect(),
        }
    }
}

/// What the manifest says of segments.
fn of_segments(mut written: Vec<Segment>) -> Searchable {
    let mut found = Searchable::default();
    if let [alone] = &mut written[..] {
        found.traits = alone.traits.take();
        found.triples = Some(alone.triples);
        found.index = core::mem::take(&mut alone.tables);
        return found;
    }
    for segment in written {
        let tables = u32::try_from(segment.tables.len());
        found.segments.posts.push(segment.posts);
        found.segments.tables.push(tables.unwrap_or(u32::MAX));
        found.segments.traits.extend(segment.traits);
        found.segments.triples.push(segment.triples);
        found.index.extend(segment.tables);
    }
    found
}

/// The text of a post, of which nothing else is needed any more; others may hold it too.
fn text_of(post: Arc<Searched>) -> String {
    Arc::try_unwrap(post).map_or_else(|kept| kept.text.clone(), |post| post.text)
}

/// Writes the texts of few posts, and the forms of their words.
fn write_few(posts: Vec<Arc<Searched>>, writer: &Writer<'_>) -> Result<Searchable, Error> {
    let mut index = Indexer::new();
    for post in &posts {
        index.add(&post.terms, post.language)?;
    }
    let forms: FormsShard = index.words()?.shard();
    let forms = (!forms.words.is_empty()).then(|| writer.shard(ShardKind::Forms, &forms.encode()));
    Ok(Searchable {
        forms: forms.transpose()?,
        texts: write_texts(posts.into_iter().map(text_of).collect(), writer)?,
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
