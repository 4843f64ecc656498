//! Posts in, a bundle out: bodies, lists, tables, what is searched, plain pages. The manifest that
//! names them is written last, when the viewer's files are known too (`seal.rs`).
//!
//! Works list shard by list shard, in parallel, and lets go of each post once it is written: the
//! JSON of an archive is never in memory as a whole. What is written depends on the posts alone.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use rayon::prelude::*;
use shelfmark_bundle::{
    BODY_PAGE, BodyPage, BodyShard, LIST_SPAN, ListShard, MARK, MAX_POSTS, MAX_SHARD, Manifest,
    PostRecord, ShardKind, ShardRef,
};

use crate::cache::{self, Cache};
use crate::error::Error;
use crate::links::Links;
use crate::options::{DEFAULT_TITLE, SearchKind, Settings};
use crate::pages::{Article, Made, Pages, Plan, Site};
use crate::pictures::Pictures;
use crate::post::Post;
use crate::progress::Progress;
use crate::render::Document;
use crate::searched::{Search, Searched};
use crate::shard;
use crate::shown::Others;
use crate::surroundings::{Rendered, Surroundings};
use crate::tables::{Tables, ranked};
use crate::writer::{Tally, Writer};

/// What was written.
#[derive(Debug)]
pub(crate) struct Written {
    /// The manifest.
    pub(crate) manifest: Manifest,
    /// The shards by kind.
    pub(crate) shards: Vec<(ShardKind, Tally)>,
    /// The plain pages, with the feed; nothing when they are left out.
    pub(crate) pages: Option<Tally>,
    /// Pictures that were looked for and not found.
    pub(crate) missing_pictures: usize,
}

/// Writes the bundle and the pages of `posts`, which are in id order, into the empty folder of a
/// site.
pub(crate) fn write(
    posts: Vec<Post>,
    others: Others,
    settings: &Settings,
    pictures: Pictures,
    site: &Path,
    cache: Option<&Cache>,
    progress: &Progress,
) -> Result<Written, Error> {
    if posts.len() > MAX_POSTS {
        return Err(Error::refused(
            format!("{} posts are more than a bundle can hold", posts.len()),
            "split them into several archives",
        ));
    }
    let folder = site.join("bundle");
    fs::create_dir_all(&folder).map_err(Error::file("create", &folder))?;
    progress.step("writing posts", posts.len());
    let posts_bytes: usize = posts.iter().map(|post| post.text.len()).sum();
    let writer = Writer::new(folder, settings.plain_bodies, progress, cache);
    let epoch = cache.map(|cache| (cache, cache::epoch(&posts, &others, settings)));
    let count = u32::try_from(posts.len()).unwrap_or(u32::MAX);
    let tables = Tables::of(&posts);
    let around = Surroundings {
        links: Links::of(&posts),
        others,
        pictures,
        writer: &writer,
        missing: AtomicUsize::new(0),
    };
    let plain = Site::of(settings);
    let plan = settings
        .static_pages()
        .then(|| Plan::of(&posts, tables.tags()));
    let begin = |plan| Pages::begin(&plain, plan, site, count, cache);
    let mut pages = plan.as_ref().map(begin).transpose()?;
    let making = Making {
        around: &around,
        pages: plan.as_ref().map(|plan| (&plain, plan)),
        cache: epoch,
        progress,
    };

    let mut lists = Vec::new();
    let mut languages = Vec::new();
    let mut bodies = Bodies::default();
    let quick = cache.is_some() && settings.search == SearchKind::Auto;
    let mut search = Search::new(
        count,
        settings.segments,
        quick && posts_bytes <= QUICK_LIMIT,
    );
    let mut batches = shard::spans(shard::spans(posts, LIST_SPAN), BATCH)
        .into_iter()
        .enumerate();
    let write_batch = |(batch, spans): (usize, Vec<Vec<Post>>)| -> Result<Vec<Span>, Error> {
        spans
            .into_par_iter()
            .enumerate()
            .map(|(place, posts)| {
                let first = (batch * BATCH + place) * LIST_SPAN;
                span(u32::try_from(first).unwrap_or(u32::MAX), posts, making)
            })
            .collect()
    };
    let mut next = batches.next().map(write_batch).transpose()?;
    while let Some(spans) = next.take() {
        let take = || -> Result<(), Error> {
            for span in spans {
                lists.push(span.list);
                languages.extend(span.languages);
                bodies.groups.extend(span.groups);
                search.add(span.texts)?;
                if let Some(pages) = &mut pages {
                    pages.add(span.articles)?;
                }
            }
            Ok(())
        };
        // Terms are put in order while the next posts are rendered.
        let (taken, written) = rayon::join(take, || batches.next().map(write_batch).transpose());
        taken?;
        next = written?;
    }
    let bodies = bodies.write(&lists, &writer)?;

    progress.step("writing the index", 0);
    let text_bytes = search.bytes;
    let searchable = search.write(settings.search, &writer)?;

    let pages = match pages {
        Some(pages) => {
            progress.step("writing pages", 0);
            let (table, tally) = pages.finish()?;
            let table = writer.shard(ShardKind::Pages, &table.encode())?;
            Some((table, tally))
        }
        None => None,
    };
    let (pages, page_files) = pages.unzip();
    drop(plan);

    progress.step("writing tables", 0);
    let slugs = tables.write_slugs(&writer)?;
    let undated = tables.undated;
    let (from, to) = tables.days.clone().unzip();
    let days = tables.write_days(&writer)?;
    let facets = tables.write_facets(&writer)?;

    let mut manifest = Manifest {
        shelfmark: MARK.into(),
        format: 0,
        title: title(settings).to_owned(),
        description: settings.description.clone().unwrap_or_default(),
        language: settings.language.clone().unwrap_or_default(),
        posts: count,
        undated,
        from,
        to,
        text_bytes,
        tags: facets.tags,
        categories: facets.categories,
        authors: facets.authors,
        languages: ranked(languages.iter().map(String::as_str)),
        lists: lists.split_off(lists.len().saturating_sub(NEWEST)),
        slugs,
        facets: facets.shards,
        days,
        bodies,
        texts: searchable.texts,
        forms: searchable.forms,
        traits: searchable.traits,
        index: searchable.index,
        triples: searchable.triples,
        segments: searchable.segments,
        pages,
        viewer: None,
        signed: None,
    };
    manifest.format = manifest.needed_format();
    Ok(Written {
        manifest,
        shards: writer.tally(),
        pages: page_files,
        missing_pictures: around.missing.into_inner(),
    })
}

/// The archive's title.
pub(crate) fn title(settings: &Settings) -> &str {
    settings.title.as_deref().unwrap_or(DEFAULT_TITLE)
}

/// List shards that the manifest names: what most readers look at needs no page then.
const NEWEST: usize = 8;

/// Bytes of posts up to which a server has all texts read, as an index takes seconds.
const QUICK_LIMIT: usize = 128 << 20;

/// List shards rendered and written together.
const BATCH: usize = 16;

/// What is known after the posts of one list shard were written.
struct Span {
    list: ShardRef,
    languages: Vec<String>,
    groups: Vec<(ShardRef, Vec<u32>)>,
    /// What is searched of each post.
    texts: Vec<Searched>,
    /// Each post as it stands in its page; empty when there are none.
    articles: Vec<Article>,
}

/// What it takes to make anything of a post.
#[derive(Clone, Copy)]
struct Making<'a> {
    around: &'a Surroundings<'a>,
    pages: Option<(&'a Site, &'a Plan<'a>)>,
    /// What is kept between builds, and what all posts knew of each other in this one.
    cache: Option<(&'a Cache, u64)>,
    progress: &'a Progress,
}

/// What becomes of a post, but for what it states itself.
#[derive(Debug, Clone)]
pub(crate) struct Finished {
    rendered: Rendered,
    lang: Option<String>,
    searched: Searched,
    article: Option<Article>,
}

impl Making<'_> {
    /// What becomes of a post, from the cache if it is there.
    fn finished(&self, id: u32, post: &Post) -> Result<Arc<Finished>, Error> {
        let Some((cache, epoch)) = self.cache else {
            return self.make(id, post).map(Arc::new);
        };
        let key = cache::key(epoch, id, post);
        if let Some(known) = cache.post(&key) {
            let writer = self.around.writer;
            let mut pictures = known.rendered.pictures.iter();
            if pictures.all(|picture| writer.keep_picture(&picture.1)) {
                return Ok(known);
            }
        }
        let made = Arc::new(self.make(id, post)?);
        cache.keep(key, Arc::clone(&made));
        Ok(made)
    }

    fn make(&self, id: u32, post: &Post) -> Result<Finished, Error> {
        let shown = self.around.shown(post);
        let body = post.text.get(post.body..).unwrap_or(&post.text);
        let document = Document::parse(shown.as_deref().unwrap_or(body));
        let mut rendered = self.around.render(post, &document)?;
        rendered.shown = shown;
        let text = core::mem::take(&mut rendered.text);
        let lang = language(post, &text);
        let article = self.pages.and_then(|(site, plan)| {
            let made = Made {
                id,
                post,
                lang: lang.as_deref(),
                document: &document,
                text: &text,
                rendered: &rendered,
            };
            site.article(plan, made)
        });
        let searched = Searched::of(post, text, lang.as_deref());
        Ok(Finished {
            rendered,
            lang,
            searched,
            article,
        })
    }
}

fn span(first: u32, posts: Vec<Post>, making: Making<'_>) -> Result<Span, Error> {
    let writer = making.around.writer;
    let rendered: Vec<_> = posts
        .into_par_iter()
        .enumerate()
        .map(|(place, post)| {
            let id = first.saturating_add(u32::try_from(place).unwrap_or(u32::MAX));
            let made = making.finished(id, &post)?;
            making.progress.add(1);
            let Finished {
                rendered,
                lang,
                searched,
                article,
            } = Arc::unwrap_or_clone(made);
            Ok((rendered.record(post, lang), (searched, article)))
        })
        .collect::<Result<_, Error>>()?;
    let (records, (texts, articles)): (Vec<_>, (Vec<_>, Vec<_>)) = rendered.into_iter().unzip();
    let entries: Vec<_> = records.iter().map(|record| record.entry.clone()).collect();
    let languages = entries
        .iter()
        .filter_map(|entry| entry.lang.clone())
        .collect();
    let list = ListShard {
        first,
        posts: entries,
    };
    Ok(Span {
        list: writer.shard(ShardKind::List, &list.encode())?,
        languages,
        groups: write_bodies(first, records, writer)?,
        texts,
        articles: articles.into_iter().flatten().collect(),
    })
}

/// Writes the bodies of consecutive posts, group by group.
fn write_bodies(
    first: u32,
    records: Vec<PostRecord>,
    writer: &Writer<'_>,
) -> Result<Vec<(ShardRef, Vec<u32>)>, Error> {
    let size = |record: &PostRecord| {
        let len = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        record.text.len() + len(&record.shown) + len(&record.bytes)
    };
    let mut next = first;
    let shards: Vec<BodyShard> = shard::cut(records, shard::BODY, size)
        .into_iter()
        .map(|posts| {
            let first = next;
            next += u32::try_from(posts.len()).unwrap_or(u32::MAX);
            BodyShard { first, posts }
        })
        .collect();
    shards
        .par_chunks(shard::GROUP)
        .map(|shards| {
            let json = shards
                .iter()
                .map(|shard| {
                    let json = shard.encode();
                    if json.len() as u64 > MAX_SHARD {
                        return Err(too_large(shard));
                    }
                    Ok(json)
                })
                .collect::<Result<Vec<_>, _>>()?;
            let counts = shards
                .iter()
                .map(|shard| u32::try_from(shard.posts.len()).unwrap_or(u32::MAX));
            Ok((writer.group(&json)?, counts.collect()))
        })
        .collect()
}

/// Where the bodies are, over all posts.
#[derive(Default)]
struct Bodies {
    groups: Vec<(ShardRef, Vec<u32>)>,
}

impl Bodies {
    /// Writes the pages; `lists` are all list shards.
    fn write(self, lists: &[ShardRef], writer: &Writer<'_>) -> Result<Vec<ShardRef>, Error> {
        let mut pages: Vec<BodyPage> = Vec::new();
        let mut next = 0_u32;
        for (group, counts) in self.groups {
            // A list shard's groups never lie on two pages.
            if (next as usize).is_multiple_of(BODY_PAGE) {
                let first = next as usize / LIST_SPAN;
                let of_page = lists.iter().skip(first).take(BODY_PAGE / LIST_SPAN);
                pages.push(BodyPage {
                    first: next,
                    groups: Vec::new(),
                    lists: of_page.cloned().collect(),
                });
            }
            next += counts.iter().sum::<u32>();
            if let Some(page) = pages.last_mut() {
                page.groups.push((group, counts));
            }
        }
        pages
            .iter()
            .map(|page| writer.shard(ShardKind::Bodies, &page.encode()))
            .collect()
    }
}

fn too_large(shard: &BodyShard) -> Error {
    let largest = shard.posts.iter().max_by_key(|post| post.text.len());
    Error::refused(
        format!(
            "`{}` would take more than the {} MB that a file of the bundle may hold",
            largest.map_or("", |post| &post.path),
            MAX_SHARD >> 20
        ),
        "leave the post out, or split it",
    )
}

/// The post's language: stated, else told from its text.
fn language(post: &Post, text: &str) -> Option<String> {
    /// Bytes below which the title is looked at too.
    const SHORT: usize = 256;
    // Which Chinese it is decides about fonts; a tag that does not say so is no better than none.
    let vague = |lang: &str| matches!(lang, "zh" | "zh-Hani");
    if post.lang.as_deref().is_some_and(|lang| !vague(lang)) {
        return post.lang.clone();
    }
    let found = if text.len() < SHORT {
        shelfmark_text::detect_language(&format!("{}\n{text}", post.title))
    } else {
        shelfmark_text::detect_language(text)
    };
    match &post.lang {
        Some(_) => Some(found.filter(|lang| lang.starts_with("zh")).unwrap_or("zh")),
        None => found,
    }
    .map(str::to_owned)
}
