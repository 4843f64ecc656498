//! What was loaded of the archive: the engine, the shards on their way to it, the bodies.
//!
//! Whoever needs a shard waits for the same request. A shard that failed is asked for again the
//! next time somebody needs it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use shelfmark_bundle::{Manifest, Reading, ShardKind, ShardRef, SlugShard, slug_hash};
use shelfmark_search::{Engine, Need};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use super::failure::Failure;
use super::load::Loader;
use super::task;

/// Posts as far as the viewer reads them.
pub(super) type BodyShard = shelfmark_bundle::BodyShard<Reading>;

/// Decoded body shards kept for going back and forth.
const BODIES: usize = 8;

/// An archive, as far as it is here.
pub(super) struct Archive {
    loader: Loader,
    engine: RefCell<Option<Engine>>,
    bodies: RefCell<Vec<(ShardRef, Rc<BodyShard>)>>,
    under_way: RefCell<Vec<(Need, js_sys::Promise)>>,
    failures: RefCell<Vec<(Need, Failure)>>,
    /// The manifest's request that was started before the module was here.
    early: RefCell<Option<js_sys::Promise>>,
}

impl Archive {
    /// An archive of which nothing is known but the manifest's address and its first request.
    pub(super) fn new(manifest: String, early: js_sys::Promise) -> Self {
        Self {
            loader: Loader::new(manifest),
            engine: RefCell::default(),
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

    /// The posts of a body shard.
    pub(super) async fn body(&self, shard: &ShardRef) -> Result<Rc<BodyShard>, Failure> {
        let kept = self
            .bodies
            .borrow()
            .iter()
            .find(|(other, _)| other == shard)
            .map(|(_, body)| Rc::clone(body));
        if let Some(body) = kept {
            return Ok(body);
        }
        let json = self.loader.shard(ShardKind::Body, shard).await?;
        let body = BodyShard::decode(&json).map_err(|error| Failure::Format {
            file: shard.file_name(ShardKind::Body),
            error,
        })?;
        let body = Rc::new(body);
        let mut bodies = self.bodies.borrow_mut();
        if bodies.len() >= BODIES {
            bodies.remove(0);
        }
        bodies.push((shard.clone(), Rc::clone(&body)));
        Ok(body)
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
            self.provide_one(*need).await?;
            part.set(part.get() + size);
            progress(part.get(), whole);
            Ok(())
        });
        task::all(loads.collect()).await.into_iter().collect()
    }

    async fn provide_one(self: &Rc<Self>, need: Need) -> Result<(), Failure> {
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
        let shard = self.with(|engine| {
            engine
                .shard(need)
                .map(|(kind, shard)| (kind, shard.clone()))
        });
        let Some((kind, shard)) = shard else { return };
        let result = match self.loader.shard(kind, &shard).await {
            Ok(json) => match self.engine.borrow_mut().as_mut() {
                Some(engine) => engine
                    .provide(need, &json)
                    .map_err(|error| Failure::Format {
                        file: shard.file_name(kind),
                        error,
                    }),
                None => Ok(()),
            },
            Err(failure) => Err(failure),
        };
        let mut failures = self.failures.borrow_mut();
        failures.retain(|(other, _)| *other != need);
        if let Err(failure) = result {
            failures.push((need, failure));
        }
    }
}
