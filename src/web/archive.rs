//! What was loaded of the archive: the engine, the shards on their way to it, the bodies.
//!
//! Whoever needs a shard waits for the same request. A shard that failed is asked for again the
//! next time somebody needs it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use shelfmark_bundle::{
    BodyGroup, BodyPlace, Manifest, Reading, ShardKind, ShardRef, SlugShard, slug_hash,
};
use shelfmark_search::{Engine, Need, Request};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use super::failure::Failure;
use super::load::Loader;
use super::task;

/// Posts as far as the viewer reads them.
pub(super) type BodyShard = shelfmark_bundle::BodyShard<Reading>;

/// Decoded body shards kept: those of a page of results, and for going back and forth.
const BODIES: usize = 24;
/// Tables of body shards kept.
const GROUPS: usize = 64;

/// Gives the visible text of a Markdown body, of which the source is known or not.
pub(super) type TextOf = Box<dyn Fn(&str, Option<&str>) -> String>;

/// An archive, as far as it is here.
pub(super) struct Archive {
    loader: Loader,
    engine: RefCell<Option<Engine>>,
    text_of: TextOf,
    groups: RefCell<Vec<(ShardRef, Rc<BodyGroup>)>>,
    /// By the id of the first post inside.
    bodies: RefCell<Vec<(u32, Rc<BodyShard>)>>,
    under_way: RefCell<Vec<(Need, js_sys::Promise)>>,
    failures: RefCell<Vec<(Need, Failure)>>,
    /// The manifest's request that was started before the module was here.
    early: RefCell<Option<js_sys::Promise>>,
}

impl Archive {
    /// An archive of which nothing is known but the manifest's address and its first request.
    pub(super) fn new(manifest: String, early: js_sys::Promise, text_of: TextOf) -> Self {
        Self {
            loader: Loader::new(manifest),
            engine: RefCell::default(),
            text_of,
            groups: RefCell::default(),
            bodies: RefCell::default(),
            under_way: RefCell::default(),
            failures: RefCell::default(),
            early: RefCell::new(Some(early)),
        }
    }

    /// Reads the manifest, once.
    pub(super) async fn open(&self) -> Result<(), Failure> {
        if self.engine.borrow().is_some() {
            return Ok(());
        }
        let early = self.early.borrow_mut().take();
        let bytes = self.loader.manifest(early).await?;
        let manifest = Manifest::decode(&bytes).map_err(|error| Failure::Format {
            file: "archive.json".into(),
            error,
        })?;
        self.engine
            .borrow_mut()
            .get_or_insert_with(|| Engine::new(manifest));
        Ok(())
    }

    /// Looks something up in the engine; the default before there is one.
    pub(super) fn with<T: Default>(&self, read: impl FnOnce(&Engine) -> T) -> T {
        self.engine.borrow().as_ref().map(read).unwrap_or_default()
    }

    /// What a request needs that is not here.
    pub(super) fn needs(&self, request: &Request) -> Vec<Need> {
        let mut engine = self.engine.borrow_mut();
        engine.as_mut().map(|engine| engine.needs(request)).unwrap_or_default()
    }

    /// Id of a slug.
    pub(super) async fn find(self: &Rc<Self>, slug: &str) -> Result<u32, Failure> {
        if let Some(id) = self.with(|engine| engine.find(slug)) {
            return Ok(id);
        }
        let hash = slug_hash(slug);
        let (shard, posts) = self.with(|engine| {
            let manifest = engine.manifest();
            let place = (hash as usize).checked_rem(manifest.slugs.len());
            (
                place.and_then(|place| manifest.slugs.get(place).cloned()),
                manifest.posts,
            )
        });
        let shard = shard.ok_or(Failure::NotFound)?;
        let json = self.loader.shard(ShardKind::Slugs, &shard).await?;
        let table = SlugShard::decode(&json, posts).map_err(|error| Failure::Format {
            file: shard.file_name(ShardKind::Slugs),
            error,
        })?;
        for id in table.candidates(hash) {
            let need = self.with(|engine| engine.entry_need(id));
            self.provide(need.into_iter().collect(), &|_, _| {}).await?;
            if self.with(|engine| engine.entry(id).is_some_and(|entry| entry.slug == slug)) {
                return Ok(id);
            }
        }
        Err(Failure::NotFound)
    }

    /// The body shard that holds post `id`.
    pub(super) async fn body_of(self: &Rc<Self>, id: u32) -> Result<Rc<BodyShard>, Failure> {
        let page = self.with(|engine| engine.place_need(id));
        self.provide(page.into_iter().collect(), &|_, _| {}).await?;
        let place = self.with(|engine| engine.place(id));
        self.body(&place.ok_or(Failure::NotFound)?).await
    }

    /// The posts of a body shard.
    async fn body(self: &Rc<Self>, place: &BodyPlace) -> Result<Rc<BodyShard>, Failure> {
        let kept = || {
            let bodies = self.bodies.borrow();
            let kept = bodies.iter().find(|(first, _)| *first == place.first);
            kept.map(|(_, body)| Rc::clone(body))
        };
        if let Some(body) = kept() {
            return Ok(body);
        }
        self.once(Need::Post(place.first)).await?;
        kept().ok_or(Failure::NotFound)
    }

    /// Brings shards to the engine, all at once; `progress` hears of bytes done and in all.
    pub(super) async fn provide(
        self: &Rc<Self>,
        needs: Vec<Need>,
        progress: &dyn Fn(u64, u64),
    ) -> Result<(), Failure> {
        let size = |need: &Need| {
            self.with(|engine| engine.shard(*need).map_or(0, |(_, shard)| shard.bytes()))
        };
        let sizes: Vec<u64> = needs.iter().map(size).collect();
        let whole: u64 = sizes.iter().sum();
        let part = Cell::new(0);
        let part = &part;
        let loads = needs.iter().zip(sizes).map(|(need, size)| async move {
            match need {
                Need::Post(id) => self.read_post(*id).await?,
                need => self.once(*need).await?,
            }
            part.set(part.get() + size);
            if whole > 0 {
                progress(part.get(), whole);
            }
            Ok(())
        });
        task::all(loads.collect()).await.into_iter().collect()
    }

    /// Brings the text of a post to the engine.
    async fn read_post(self: &Rc<Self>, id: u32) -> Result<(), Failure> {
        let body = self.body_of(id).await?;
        let record = body.post(id).ok_or(Failure::NotFound)?;
        let text = (self.text_of)(record.markdown(), record.entry.source.as_deref());
        if let Some(engine) = self.engine.borrow_mut().as_mut() {
            engine.provide_post(id, record.entry.clone(), text);
        }
        Ok(())
    }

    /// Fetches what is needed, unless that is under way. [`Need::Post`] stands for the body shard
    /// that begins with the post.
    async fn once(self: &Rc<Self>, need: Need) -> Result<(), Failure> {
        let promise = self.waiting_for(need).unwrap_or_else(|| {
            let archive = Rc::clone(self);
            let promise = future_to_promise(async move {
                archive.fetch(need).await;
                archive
                    .under_way
                    .borrow_mut()
                    .retain(|(other, _)| *other != need);
                Ok(JsValue::UNDEFINED)
            });
            self.under_way.borrow_mut().push((need, promise.clone()));
            promise
        });
        let _ = JsFuture::from(promise).await;
        let failures = self.failures.borrow();
        let failure = failures.iter().find(|(other, _)| *other == need);
        failure.map_or(Ok(()), |(_, failure)| Err(failure.clone()))
    }

    fn waiting_for(&self, need: Need) -> Option<js_sys::Promise> {
        let under_way = self.under_way.borrow();
        under_way
            .iter()
            .find(|(other, _)| *other == need)
            .map(|(_, promise)| promise.clone())
    }

    async fn fetch(&self, need: Need) {
        let result = match need {
            Need::Post(id) => self.fetch_body(id).await,
            need => self.fetch_shard(need).await,
        };
        let mut failures = self.failures.borrow_mut();
        failures.retain(|(other, _)| *other != need);
        if let Err(failure) = result {
            failures.push((need, failure));
        }
    }

    async fn fetch_shard(&self, need: Need) -> Result<(), Failure> {
        let shard = self.with(|engine| {
            engine
                .shard(need)
                .map(|(kind, shard)| (kind, shard.clone()))
        });
        let Some((kind, shard)) = shard else {
            return Ok(());
        };
        let json = self.loader.shard(kind, &shard).await?;
        let mut engine = self.engine.borrow_mut();
        let provided = engine.as_mut().map(|engine| engine.provide(need, &json));
        provided.unwrap_or(Ok(())).map_err(|error| Failure::Format {
            file: shard.file_name(kind),
            error,
        })
    }

    /// Fetches the body shard that begins with post `id`, at the same time as the table that tells
    /// its hash.
    async fn fetch_body(&self, id: u32) -> Result<(), Failure> {
        let place = self.with(|engine| engine.place(id)).ok_or(Failure::NotFound)?;
        let file = place.file_name();
        let (group, response) =
            task::both(self.group(&place.group), self.loader.request(&file)).await;
        let group = group?;
        let shard = group.bodies.get(place.place).ok_or(Failure::Integrity {
            file: place.group.file_name(ShardKind::Group),
        })?;
        let json = self.loader.unpack(&file, response, shard).await?;
        let body: BodyShard =
            BodyShard::decode(&json).map_err(|error| Failure::Format { file, error })?;
        let mut bodies = self.bodies.borrow_mut();
        if bodies.len() >= BODIES {
            bodies.remove(0);
        }
        bodies.push((place.first, Rc::new(body)));
        Ok(())
    }

    async fn group(&self, shard: &ShardRef) -> Result<Rc<BodyGroup>, Failure> {
        let groups = self.groups.borrow();
        let kept = groups.iter().find(|(other, _)| other == shard);
        if let Some((_, group)) = kept {
            return Ok(Rc::clone(group));
        }
        drop(groups);
        let json = self.loader.shard(ShardKind::Group, shard).await?;
        let group = BodyGroup::decode(&json).map_err(|error| Failure::Format {
            file: shard.file_name(ShardKind::Group),
            error,
        })?;
        let group = Rc::new(group);
        let mut groups = self.groups.borrow_mut();
        if groups.len() >= GROUPS {
            groups.remove(0);
        }
        groups.push((shard.clone(), Rc::clone(&group)));
        Ok(group)
    }
}
