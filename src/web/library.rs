//! The JavaScript library: the archive as a program reads it, with no view and no document.
//!
//! `www/library.js` wraps this: it checks signals, measures time and gives failures their messages.

use std::rc::Rc;

use js_sys::{Array, Promise, Reflect, Uint32Array};
use serde::Serialize;
use shelfmark_bundle::{Entry, FacetCount, Manifest, Reading, day_number};
use shelfmark_search::{FacetsWanted, Query, Request, Sort};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use super::archive::Archive;
use super::failure::Failure;
use super::{Options, body, markup};
use crate::api::{Asked, Count, Facets, Found, Hit, Info, Neighbour, Piece, Post};
use crate::route::sort_named;

#[wasm_bindgen]
extern "C" {
    /// Tells whether anybody waits for an answer.
    pub type Signal;
    #[wasm_bindgen(method, getter)]
    fn aborted(this: &Signal) -> bool;
}

/// An archive without a view. Promises reject with `[code, file, detail]`.
#[wasm_bindgen]
pub struct Library {
    archive: Rc<Archive>,
}

impl std::fmt::Debug for Library {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Library")
    }
}

impl Library {
    /// The archive of a viewer.
    pub(super) fn of(archive: &Rc<Archive>) -> Self {
        Self {
            archive: Rc::clone(archive),
        }
    }
}

#[wasm_bindgen]
impl Library {
    /// An archive of which nothing is known yet.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(options: Options) -> Self {
        let reading: Options = options.clone().unchecked_into();
        let text_of = Box::new(move |record: &Reading| body::text(record, &reading));
        Self {
            archive: Rc::new(Archive::new(options, text_of)),
        }
    }

    /// Reads the manifest and the names of the authors; gives `info`.
    pub fn open(&self) -> Promise {
        let archive = Rc::clone(&self.archive);
        promise(async move {
            archive.open().await?;
            bring(&archive, &authors(), None).await?;
            Ok(Some(Self { archive }.info()))
        })
    }

    /// What is known by now; `undefined` before the manifest is here.
    #[must_use]
    pub fn info(&self) -> JsValue {
        self.archive.with(|engine| {
            let authors = engine.answer(&authors()).facets.authors;
            value(&info(engine.manifest(), authors))
        })
    }

    /// Searches; takes the JSON of a request.
    pub fn search(&self, asked: String, signal: Signal) -> Promise {
        let archive = Rc::clone(&self.archive);
        promise(async move { search(&archive, &asked, &signal).await.map(Some) })
    }

    /// Gives a post.
    pub fn post(&self, slug: String) -> Promise {
        let archive = Rc::clone(&self.archive);
        promise(async move { Ok(post(&archive, &slug).await?.map(|post| value(&post))) })
    }
}

fn promise(work: impl Future<Output = Result<Option<JsValue>, Failure>> + 'static) -> Promise {
    future_to_promise(async {
        let done = work.await.and_then(|value| value.ok_or(Failure::NotFound));
        done.map_err(|failure| {
            let detail = failure.detail();
            let told = [Some(failure.code()), failure.file(), detail.as_deref()];
            told.into_iter()
                .map(JsValue::from)
                .collect::<Array>()
                .into()
        })
    })
}

fn value(value: &impl Serialize) -> JsValue {
    let plain = serde_wasm_bindgen::Serializer::new().serialize_missing_as_null(true);
    value.serialize(&plain).unwrap_or_default()
}

/// Brings all that a request needs; `false` when nobody waits for it any more.
async fn bring(
    archive: &Rc<Archive>,
    request: &Request,
    signal: Option<&Signal>,
) -> Result<bool, Failure> {
    while signal.is_none_or(|signal| !signal.aborted()) {
        let needs = archive.needs(request);
        if needs.is_empty() {
            return Ok(true);
        }
        archive.provide(needs, &|_, _| {}).await?;
    }
    Ok(false)
}

async fn search(archive: &Rc<Archive>, json: &str, signal: &Signal) -> Result<JsValue, Failure> {
    archive.open().await?;
    let (asked, request) = request(archive, json)?;
    if !bring(archive, &request, Some(signal)).await? {
        return Ok(JsValue::UNDEFINED);
    }
    // Nothing else may come between the last look at what is missing and the answer.
    let outcome = archive.with(|engine| Some(engine.answer(&request)));
    let mut outcome = outcome.unwrap_or_default();
    if asked.ids && request.is_plain() {
        outcome.ids = (0..outcome.total as u32).collect();
        if request.sort != Sort::Oldest {
            outcome.ids.reverse();
        }
    }
    let ids: Vec<u32> = outcome.hits.iter().map(|hit| hit.id).collect();
    archive.bring_paths(&ids).await;
    let mut hits = Vec::with_capacity(ids.len());
    for hit in outcome.hits {
        let entry = hit.entry;
        let mut snippet = Vec::new();
        if asked.snippets {
            snippet.extend(hit.snippet.into_iter().map(|piece| Piece {
                text: piece.text,
                mark: piece.mark,
            }));
        }
        hits.push(Hit {
            id: hit.id,
            path: archive.path(hit.id),
            author: author(&entry),
            slug: entry.slug,
            title: entry.title,
            date: entry.date,
            tags: entry.tags,
            source: entry.source,
            score: hit.score,
            snippet,
        });
    }
    let facets = outcome.facets;
    let found = value(&Found {
        total: outcome.total,
        exact: outcome.exact,
        hits,
        facets: Facets {
            tags: counts(facets.tags),
            categories: counts(facets.categories),
            authors: counts(facets.authors),
            months: counts(facets.months),
        },
    });
    if asked.ids {
        let ids = Uint32Array::from(&*outcome.ids);
        let _ = Reflect::set(&found, &"ids".into(), &ids);
    }
    Ok(found)
}

/// What a program asks for, as the engine takes it.
fn request(archive: &Archive, json: &str) -> Result<(Asked, Request), Failure> {
    let mut asked = Asked::decode(json).ok_or(Failure::Options)?;
    let query = Query::parse(&asked.query, true).map_err(|error| Failure::Query {
        query: asked.query.clone(),
        error,
    })?;
    let day = |day: &mut String| match core::mem::take(day) {
        day if day.is_empty() => Ok(None),
        day if day_number(&day).is_some() => Ok(Some(day)),
        _ => Err(Failure::Options),
    };
    let request = Request {
        query,
        tags: core::mem::take(&mut asked.tags),
        any_tags: core::mem::take(&mut asked.any_tags),
        categories: core::mem::take(&mut asked.categories),
        authors: core::mem::take(&mut asked.authors),
        from: day(&mut asked.from)?,
        to: day(&mut asked.to)?,
        on_day: None,
        sort: sort_named(&asked.sort),
        offset: asked.offset as usize,
        limit: asked.limit as usize,
        facets: if asked.facets {
            FacetsWanted::ALL
        } else {
            FacetsWanted::default()
        },
        read: if asked.exact {
            archive.with(|engine| engine.manifest().posts as usize)
        } else {
            0
        },
    };
    Ok((asked, request))
}

async fn post(archive: &Rc<Archive>, slug: &str) -> Result<Option<Post>, Failure> {
    archive.open().await?;
    let id = archive.find(slug).await?;
    let shard = archive.body_of(id).await?;
    let record = shard.post(id).filter(|record| record.entry.slug == slug);
    let Some(record) = record else {
        return Ok(None);
    };
    let mut around = [None, None];
    for (beside, id) in around
        .iter_mut()
        .zip([id.checked_sub(1), id.checked_add(1)])
    {
        let Some(id) = id else { continue };
        // A missing neighbour is no reason not to give the post.
        let _ = archive.entry(id).await;
        let entry = archive.with(|engine| engine.entry(id).cloned());
        *beside = entry.map(|entry| Neighbour {
            slug: entry.slug,
            title: entry.title,
        });
    }
    let [previous, next] = around;
    let entry = record.entry.clone();
    Ok(Some(Post {
        html: markup::html(record, archive),
        path: record.path.clone(),
        markdown: record.markdown().to_owned(),
        author: author(&entry),
        categories: entry.categories().to_vec(),
        slug: entry.slug,
        title: entry.title,
        date: entry.date,
        tags: entry.tags,
        source: entry.source,
        previous,
        next,
    }))
}

/// Asks for the names of all authors.
fn authors() -> Request {
    Request {
        facets: FacetsWanted {
            authors: true,
            ..FacetsWanted::default()
        },
        ..Request::default()
    }
}

fn author(entry: &Entry) -> Option<String> {
    (!entry.authors.is_empty()).then(|| entry.authors.join(", "))
}

fn counts(counts: Vec<shelfmark_bundle::Count>) -> Vec<Count> {
    let api = |count: shelfmark_bundle::Count| Count {
        name: count.name,
        count: count.count,
    };
    counts.into_iter().map(api).collect()
}

fn info(manifest: &Manifest, authors: Vec<shelfmark_bundle::Count>) -> Info {
    let named = |facets: &[FacetCount]| counts(facets.iter().map(FacetCount::as_count).collect());
    Info {
        title: manifest.title.clone(),
        description: manifest.description.clone(),
        posts: manifest.posts,
        tags: named(&manifest.tags),
        categories: named(manifest.categories()),
        authors: counts(authors),
        from: manifest.from.clone(),
        to: manifest.to.clone(),
        languages: manifest
            .languages
            .iter()
            .map(|language| language.name.clone())
            .collect(),
    }
}
