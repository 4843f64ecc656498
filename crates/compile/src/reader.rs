//! Searches a site on disk as a browser would over a network: shard by shard, each checked.
//!
//! For tests and figures: it counts what a browser would fetch, and how often it would have to
//! wait for an answer before it could ask for more.

use std::collections::BTreeSet;
use std::path::Path;

use shelfmark_bundle::{BodyGroup, BodyShard, Location, Manifest, ShardKind};
use shelfmark_search::{Engine, Need, Outcome, Request};

use crate::archive::{Archive, MANIFEST, Problem};
use crate::error::Error;
use crate::render::visible_text;

/// An archive that is being searched.
#[derive(Debug)]
pub struct Reader {
    archive: Archive,
    engine: Engine,
    /// Names of files, and where the bytes began.
    fetched: BTreeSet<(String, Option<u64>)>,
    traffic: Traffic,
}

/// What was fetched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Bytes of the files.
    pub bytes: u64,
    /// Bytes of tables, index shards and traits alone.
    pub index_bytes: u64,
    /// Number of files.
    pub requests: usize,
    /// Rounds of requests that were made together.
    pub rounds: usize,
}

impl Reader {
    /// Opens a site.
    ///
    /// # Errors
    /// When there is no manifest, or it can't be used.
    pub fn open(site: &Path) -> Result<Self, Error> {
        let archive = Archive::open(site)?;
        Ok(Self {
            engine: Engine::new(archive.manifest().clone()),
            archive,
            fetched: BTreeSet::new(),
            traffic: Traffic::default(),
        })
    }

    /// The manifest.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        self.archive.manifest()
    }

    /// What was fetched since the last call, without the manifest.
    pub fn traffic(&mut self) -> Traffic {
        core::mem::take(&mut self.traffic)
    }

    /// Bytes of the manifest.
    ///
    /// # Errors
    /// When it is gone.
    pub fn manifest_bytes(&self) -> Result<u64, Error> {
        let path = self.archive.folder().join(MANIFEST);
        let data = std::fs::metadata(&path).map_err(Error::file("read", &path))?;
        Ok(data.len())
    }

    /// Forgets everything but the manifest.
    pub fn forget(&mut self) {
        self.engine = Engine::new(self.archive.manifest().clone());
        self.fetched.clear();
        self.traffic = Traffic::default();
    }

    /// The engine.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Answers a request, fetching what it needs.
    ///
    /// # Errors
    /// When a file is damaged or missing.
    pub fn search(&mut self, request: &Request) -> Result<Outcome, Problem> {
        loop {
            let needs = self.engine.needs(request);
            if needs.is_empty() {
                return Ok(self.engine.answer(request));
            }
            self.traffic.rounds += 1;
            for need in needs {
                self.provide(need)?;
            }
        }
    }

    fn provide(&mut self, need: Need) -> Result<(), Problem> {
        if let Need::Post(id) = need {
            return self.read_post(id);
        }
        let missing = || Problem::new(MANIFEST, "names no such shard");
        let (kind, shard) = self.engine.shard(need).ok_or_else(missing)?;
        let shard = shard.clone();
        let place = self.engine.location(need).ok_or_else(missing)?;
        let json = self.archive.shard_at(&place, &shard)?;
        let index = matches!(
            kind,
            ShardKind::Terms | ShardKind::Index | ShardKind::Traits
        );
        self.count(&place, shard.bytes(), index);
        self.engine
            .provide(need, &json)
            .map_err(|error| Problem::new(place.file, error))
    }

    fn read_post(&mut self, id: u32) -> Result<(), Problem> {
        let missing = || Problem::new(MANIFEST, format!("tells no place of post {id}"));
        let place = self.engine.place(id).ok_or_else(missing)?;
        let group_name = place.group.file_name(ShardKind::Group);
        let group = self.archive.shard(ShardKind::Group, &place.group)?;
        let group = BodyGroup::decode(&group).map_err(|error| Problem::new(&group_name, error))?;
        let shard = group.bodies.get(place.place).ok_or_else(missing)?;
        let location = place.location();
        let json = self.archive.shard_at(&location, shard)?;
        let body: BodyShard =
            BodyShard::decode(&json).map_err(|error| Problem::new(&location.file, error))?;
        let record = body.post(id).ok_or_else(missing)?;
        let text = visible_text(
            record.markdown(),
            &record.entry.title,
            record.entry.source.as_deref(),
        );
        let entry = record.entry.clone();
        let group = Location::file(group_name);
        self.count(&group, place.group.bytes(), false);
        self.count(&location, shard.bytes(), false);
        self.engine.provide_post(id, entry, text);
        Ok(())
    }

    fn count(&mut self, place: &Location, bytes: u64, index: bool) {
        if self.fetched.insert((place.file.clone(), place.offset)) {
            self.traffic.requests += 1;
            self.traffic.bytes += bytes;
            self.traffic.index_bytes += if index { bytes } else { 0 };
        }
    }
}
