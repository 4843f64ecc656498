//! What was loaded of the archive: the engine, the shards on their way to it, the bodies.
//!
//! Whoever needs a shard waits for the same request. A shard that failed is asked for again the
//! next time somebody needs it.

use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use shelfmark_bundle::{
    BodyGroup, BodyPlace, Manifest, Picture, Reading, ShardKind, ShardRef, SlugShard, slug_hash,
};
use shelfmark_search::{Engine, Need, Request};
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::Options;
use super::failure::Failure;
use super::load::{Loader, sha256};

/// Posts as far as the viewer reads them.
pub(super) type BodyShard = shelfmark_bundle::BodyShard<Reading>;

/// Decoded body shards kept once nothing is under way: those of a page of results, and for going back
/// and forth.
const BODIES: usize = 64;
/// Tables of body shards kept.
const GROUPS: usize = 256;

/// Gives the visible text of a Markdown body, of which the source is known or not.
pub(super) type TextOf = Box<dyn Fn(&Reading) -> String>;

/// Something that is brought once for all who wait for it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Job {
    /// What the engine needs.
    Need(Need),
    /// The body shard that begins with this post.
    Body(u32),
}

/// An archive, as far as it is here.
pub(super) struct Archive {
    loader: Loader,
    options: Options,
    engine: RefCell<Option<Engine>>,
    text_of: TextOf,
    groups: RefCell<Vec<(ShardRef, Rc<BodyGroup>)>>,
    /// By the id of the first post inside.
    bodies: RefCell<Vec<(u32, Rc<BodyShard>)>>,
    under_way: RefCell<Vec<Job>>,
    /// Those who wait for anything that is under way.
    waiting: RefCell<Vec<Waker>>,
    failures: RefCell<Vec<(Job, Failure)>>,
    /// Paths of the posts' source files, by ascending ids, as far as bodies told them.
    paths: RefCell<Vec<(u32, String)>>,
    /// The manifest's request that was started before the module was here.
    early: RefCell<Option<js_sys::Promise>>,
}

impl Archive {
    /// An archive of which nothing is known but the manifest's address and its first request.
    pub(super) fn new(options: Options, text_of: TextOf) -> Self {
        let early = options.manifest();
        Self {
            loader: Loader::new(options.clone().unchecked_into()),
            paths: RefCell::default(),
            options,
            engine: RefCell::default(),
            text_of,
            groups: RefCell::default(),
            bodies: RefCell::default(),
            under_way: RefCell::default(),
            waiting: RefCell::default(),
            failures: RefCell::default(),
            early: RefCell::new(Some(early)),
        }
    }

    /// Reads the manifest, once.
    pub(super) async fn open(&self) -> Result<(), Failure> {
        if self.engine.borrow().is_some() {
            return Ok(());
        }
        let file = || "archive.json".into();
        let mut early = self.early.borrow_mut().take();
        let manifest = loop {
            // The first one may come from a cache on the way; a new request asks the host.
            let last = early.is_none();
            let bytes = self.loader.manifest(early.take()).await?;
            let manifest = Manifest::decode(&bytes).map_err(|error| Failure::Format {
                file: file(),
                error,
            })?;
            if self.is_allowed(&bytes, &manifest).await {
                break manifest;
            }
            if last {
                return Err(Failure::Integrity { file: file() });
            }
        };
        self.engine
            .borrow_mut()
            .get_or_insert_with(|| Engine::new(manifest));
        Ok(())
    }

    /// Whether what is asked of the archive's signer lets the manifest be used.
    async fn is_allowed(&self, bytes: &[u8], manifest: &Manifest) -> bool {
        let (key, time) = match &manifest.signed {
            Some(signed) => (&*signed.0, signed.1 as f64),
            None => ("", 0.0),
        };
        let refused = JsFuture::from(self.options.judge(&sha256(bytes), key, time)).await;
        refused.is_ok_and(|refused| refused.is_falsy())
    }

    /// Looks something up in the engine; the default before there is one.
    pub(super) fn with<T: Default>(&self, read: impl FnOnce(&Engine) -> T) -> T {
        self.engine.borrow().as_ref().map(read).unwrap_or_default()
    }

    /// What a request needs that is not here.
    pub(super) fn needs(&self, request: &Request) -> Vec<Need> {
        let mut engine = self.engine.borrow_mut();
        engine
            .as_mut()
            .map(|engine| engine.needs(request))
            .unwrap_or_default()
    }

    /// See [`Engine::settle`].
    pub(super) fn settle(&self) -> bool {
        self.engine
            .borrow_mut()
            .as_mut()
            .is_some_and(Engine::settle)
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
            self.entry(id).await?;
            if self.with(|engine| engine.entry(id).is_some_and(|entry| entry.slug == slug)) {
                return Ok(id);
            }
        }
        Err(Failure::NotFound)
    }

    /// Brings the list entry of a post.
    pub(super) async fn entry(self: &Rc<Self>, id: u32) -> Result<(), Failure> {
        while let Some(need) = self.with(|engine| engine.entry_need(id)) {
            self.provide(vec![need], &|_, _| {}).await?;
        }
        Ok(())
    }

    /// The body shard that holds post `id`.
    pub(super) async fn body_of(self: &Rc<Self>, id: u32) -> Result<Rc<BodyShard>, Failure> {
        let page = self.with(|engine| engine.place_need(id));
        self.provide(page.into_iter().collect(), &|_, _| {}).await?;
        let place = self.with(|engine| engine.place(id));
        self.body(&place.ok_or(Failure::NotFound)?).await
    }

    /// What JavaScript gave along.
    pub(super) fn options(&self) -> &Options {
        &self.options
    }

    /// Address of a file of the bundle.
    pub(super) fn address(&self, file: &str) -> String {
        self.loader.address(file)
    }

    /// Path of a post's source file, when its body was here.
    pub(super) fn path(&self, id: u32) -> Option<String> {
        let paths = self.paths.borrow();
        let place = paths.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        paths.get(place).map(|(_, path)| path.clone())
    }

    /// Brings the paths of posts, all at once and as far as they can be had.
    pub(super) async fn bring_paths(self: &Rc<Self>, ids: &[u32]) {
        let mut pages = Vec::new();
        for id in ids {
            pages.extend(self.with(|engine| engine.place_need(*id)));
        }
        let _ = self.provide(pages, &|_, _| {}).await;
        let mut jobs = Vec::new();
        for id in ids {
            if self.path(*id).is_none()
                && let Some(place) = self.with(|engine| engine.place(*id))
            {
                let job = Job::Body(place.first);
                jobs.push((job, 0));
                self.start(job);
            }
        }
        let _ = self.wait(&jobs, &|_, _| {}).await;
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
        let job = Job::Body(place.first);
        self.start(job);
        self.wait(&[(job, 0)], &|_, _| {}).await?;
        kept().ok_or(Failure::NotFound)
    }

    /// Bytes of a picture.
    pub(super) async fn picture(&self, picture: &Picture) -> Result<Vec<u8>, Failure> {
        self.loader.picture(picture).await
    }

    /// Brings shards to the engine, all at once; `progress` hears of bytes done and in all.
    pub(super) async fn provide(
        self: &Rc<Self>,
        needs: Vec<Need>,
        progress: &dyn Fn(u64, u64),
    ) -> Result<(), Failure> {
        let jobs = self.start_all(&needs);
        self.wait(&jobs, progress).await
    }

    /// Starts whatever of it is not under way; gives the sizes in bytes.
    pub(super) fn start_all(self: &Rc<Self>, needs: &[Need]) -> Vec<(Job, u64)> {
        let mut jobs = Vec::with_capacity(needs.len());
        for need in needs {
            let size = |engine: &Engine| engine.shard(*need).map_or(0, |(_, shard)| shard.bytes());
            let job = Job::Need(*need);
            jobs.push((job, self.with(size)));
            self.start(job);
        }
        jobs
    }

    fn start(self: &Rc<Self>, job: Job) {
        if self.under_way.borrow().contains(&job) {
            return;
        }
        self.under_way.borrow_mut().push(job);
        let archive = Rc::clone(self);
        spawn_local(async move {
            let result = match job {
                Job::Body(first) => archive.fetch_body(first).await,
                Job::Need(Need::Post(id)) => archive.read_post(id).await,
                Job::Need(need) => archive.fetch_shard(need).await,
            };
            archive.finish(job, result);
        });
    }

    fn finish(&self, job: Job, result: Result<(), Failure>) {
        let idle = {
            let mut under_way = self.under_way.borrow_mut();
            under_way.retain(|other| *other != job);
            under_way.is_empty()
        };
        // While posts are being read, whoever asked for a body may not have looked at it yet.
        if idle {
            let mut bodies = self.bodies.borrow_mut();
            let most = bodies.len().saturating_sub(BODIES);
            bodies.drain(..most);
        }
        let mut failures = self.failures.borrow_mut();
        failures.retain(|(other, _)| *other != job);
        failures.extend(result.err().map(|failure| (job, failure)));
        for waker in self.waiting.take() {
            waker.wake();
        }
    }

    /// Waits until nothing of it is under way any more.
    pub(super) async fn wait(
        &self,
        jobs: &[(Job, u64)],
        progress: &dyn Fn(u64, u64),
    ) -> Result<(), Failure> {
        poll_fn(|context| {
            let under_way = self.under_way.borrow();
            let (mut part, mut whole, mut ready) = (0, 0, true);
            for (job, size) in jobs {
                let done = !under_way.contains(job);
                whole += size;
                part += if done { *size } else { 0 };
                ready &= done;
            }
            if part > 0 {
                progress(part, whole);
            }
            if ready {
                return Poll::Ready(());
            }
            self.waiting.borrow_mut().push(context.waker().clone());
            Poll::Pending
        })
        .await;
        let failures = self.failures.borrow();
        let of = |(job, _): &(Job, u64)| failures.iter().find(|(other, _)| other == job);
        match jobs.iter().find_map(of) {
            Some((_, failure)) => Err(failure.clone()),
            None => Ok(()),
        }
    }

    /// Brings the text of a post to the engine.
    async fn read_post(self: &Rc<Self>, id: u32) -> Result<(), Failure> {
        let body = self.body_of(id).await?;
        let record = body.post(id).ok_or(Failure::NotFound)?;
        let text = (self.text_of)(record);
        if let Some(engine) = self.engine.borrow_mut().as_mut() {
            engine.provide_post(id, record.entry.clone(), text);
        }
        Ok(())
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
        let place = self
            .with(|engine| engine.place(id))
            .ok_or(Failure::NotFound)?;
        let file = place.file_name();
        let response = self.loader.request(&file);
        let group = self.group(&place.group).await?;
        let shard = group.bodies.get(place.place).ok_or(Failure::Integrity {
            file: place.group.file_name(ShardKind::Group),
        })?;
        let json = self.loader.unpack(file, response, shard).await?;
        let body: BodyShard = BodyShard::decode(&json).map_err(|error| Failure::Format {
            file: place.file_name(),
            error,
        })?;
        let mut paths = self.paths.borrow_mut();
        for (id, post) in (body.first..).zip(&body.posts) {
            if let Err(at) = paths.binary_search_by_key(&id, |(id, _)| *id) {
                paths.insert(at, (id, post.path.clone()));
            }
        }
        let mut bodies = self.bodies.borrow_mut();
        bodies.push((place.first, Rc::new(body)));
        Ok(())
    }

    async fn group(&self, shard: &ShardRef) -> Result<Rc<BodyGroup>, Failure> {
        let kept = |(other, _): &&(ShardRef, Rc<BodyGroup>)| other == shard;
        if let Some((_, group)) = self.groups.borrow().iter().find(kept) {
            return Ok(Rc::clone(group));
        }
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
