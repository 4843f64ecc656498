//! Posts in, a bundle out: bodies, lists, tables, texts and the manifest that names them.
//!
//! Works list shard by list shard, in parallel, and lets go of each post once it is written: the
//! JSON of an archive is never in memory as a whole. What is written depends on the posts alone.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;
use shelfmark_bundle::{
    BodyShard, FORMAT_VERSION, LIST_SPAN, ListShard, MARK, MAX_POSTS, MAX_SHARD, Manifest,
    ShardKind, ShardRef, TextShard,
};

use crate::archive::MANIFEST;
use crate::error::Error;
use crate::options::{DEFAULT_TITLE, SCAN_LIMIT, Settings};
use crate::post::Post;
use crate::progress::Progress;
use crate::render::visible_text;
use crate::shard;
use crate::tables::{Tables, ranked};
use crate::writer::{Tally, Writer};

/// What was written.
#[derive(Debug)]
pub(crate) struct Written {
    /// The manifest.
    pub(crate) manifest: Manifest,
    /// Its size in bytes.
    pub(crate) manifest_bytes: u64,
    /// The shards by kind.
    pub(crate) shards: Vec<(ShardKind, Tally)>,
}

/// Writes the bundle of `posts`, which are in id order, into the empty folder `folder`.
pub(crate) fn write(
    posts: Vec<Post>,
    settings: &Settings,
    folder: &Path,
    progress: &Progress,
) -> Result<Written, Error> {
    if posts.len() > MAX_POSTS {
        return Err(Error::refused(
            format!("{} posts are more than a bundle can hold", posts.len()),
            "split them into several archives",
        ));
    }
    fs::create_dir_all(folder).map_err(Error::file("create", folder))?;
    progress.step("writing posts", posts.len());
    let writer = Writer::new(folder.to_owned(), progress);
    let count = u32::try_from(posts.len()).unwrap_or(u32::MAX);
    let tables = Tables::of(&posts);

    let text_bytes = AtomicU64::new(0);
    let spans: Vec<Span> = shard::spans(posts, LIST_SPAN)
        .into_par_iter()
        .enumerate()
        .map(|(index, posts)| {
            let first = u32::try_from(index * LIST_SPAN).unwrap_or(u32::MAX);
            span(first, posts, &writer, &text_bytes, progress)
        })
        .collect::<Result<_, _>>()?;
    let text_bytes = text_bytes.into_inner();

    progress.step("writing tables", 0);
    let mut lists = Vec::with_capacity(spans.len());
    let mut languages = Vec::new();
    let mut texts = Vec::new();
    for span in spans {
        lists.push(span.list);
        languages.extend(span.languages);
        texts.extend(span.texts);
    }
    let texts = if text_bytes <= SCAN_LIMIT {
        write_texts(texts, &writer)?
    } else {
        Vec::new()
    };
    let slugs = tables.write_slugs(&writer)?;
    let undated = tables.undated;
    let (from, to) = tables.days.clone().unzip();
    let facets = tables.write_facets(&writer)?;

    let manifest = Manifest {
        shelfmark: MARK.into(),
        format: FORMAT_VERSION,
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
        lists,
        slugs,
        facets: facets.shards,
        texts,
    };
    let bytes = manifest.encode();
    let path = folder.join(MANIFEST);
    fs::write(&path, &bytes).map_err(Error::file("write", &path))?;
    Ok(Written {
        manifest,
        manifest_bytes: bytes.len() as u64,
        shards: writer.tally(),
    })
}

/// The archive's title.
pub(crate) fn title(settings: &Settings) -> &str {
    settings.title.as_deref().unwrap_or(DEFAULT_TITLE)
}

/// What is known after the posts of one list shard were written.
struct Span {
    list: ShardRef,
    languages: Vec<String>,
    /// Visible texts; empty once the archive is known to be too large to be scanned.
    texts: Vec<String>,
}

fn span(
    first: u32,
    posts: Vec<Post>,
    writer: &Writer<'_>,
    text_bytes: &AtomicU64,
    progress: &Progress,
) -> Result<Span, Error> {
    let (records, mut texts): (Vec<_>, Vec<_>) = posts
        .into_par_iter()
        .map(|post| {
            let body = post.text.get(post.body..).unwrap_or(&post.text);
            let text = visible_text(body, post.source.as_deref());
            let lang = language(&post, &text);
            progress.add(1);
            (shard::record(post, lang), text)
        })
        .unzip();
    let more: usize = texts.iter().map(String::len).sum();
    let sum = text_bytes.fetch_add(more as u64, Ordering::Relaxed) + more as u64;
    if sum > SCAN_LIMIT {
        texts = Vec::new();
    }
    let entries: Vec<_> = records.iter().map(|record| record.entry.clone()).collect();
    let languages = entries
        .iter()
        .filter_map(|entry| entry.lang.clone())
        .collect();

    let size = |record: &shelfmark_bundle::PostRecord| {
        record.text.len() + record.bytes.as_ref().map_or(0, String::len)
    };
    let runs = shard::cut(records, shard::BODY, size);
    let starts: Vec<u32> = runs
        .iter()
        .scan(first, |next, run| {
            let start = *next;
            *next += u32::try_from(run.len()).unwrap_or(u32::MAX);
            Some(start)
        })
        .collect();
    let bodies = runs
        .into_par_iter()
        .zip(starts)
        .map(|(posts, first)| {
            let shard = BodyShard { first, posts };
            let json = shard.encode();
            if json.len() as u64 > MAX_SHARD {
                return Err(too_large(&shard));
            }
            Ok((first, writer.shard(ShardKind::Body, &json)?))
        })
        .collect::<Result<_, Error>>()?;
    let list = ListShard {
        first,
        posts: entries,
        bodies,
    };
    Ok(Span {
        list: writer.shard(ShardKind::List, &list.encode())?,
        languages,
        texts,
    })
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
    if post.lang.is_some() {
        return post.lang.clone();
    }
    let found = if text.len() < SHORT {
        shelfmark_text::detect_language(&format!("{}\n{text}", post.title))
    } else {
        shelfmark_text::detect_language(text)
    };
    found.map(str::to_owned)
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
