//! The subject as the project has it: `shelfmark_search::Engine` over the files of a bundle.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use shelfmark_bundle::Manifest;
use shelfmark_search::{Engine, Query, Request};

use crate::Result;
use crate::subject::{Answer, Subject};

/// Reads files where the viewer would fetch them.
pub(crate) struct Files {
    folder: PathBuf,
    engine: Option<Engine>,
}

impl Files {
    /// The engine of a site; nothing is read yet.
    pub(crate) fn new(site: &Path) -> Self {
        Self {
            folder: site.join("bundle"),
            engine: None,
        }
    }
}

impl Subject for Files {
    fn search(&mut self, query: &str, limit: usize, ids: bool) -> Result<Answer> {
        let request = Request {
            query: Query::parse(query, false).map_err(|error| format!("{query}: {error}"))?,
            limit: if ids { usize::MAX } else { limit },
            ..Request::default()
        };
        let mut answer = Answer::default();
        if self.engine.is_none() {
            let manifest = fs::read(self.folder.join("archive.json"))?;
            answer.bytes = manifest.len() as u64;
            answer.requests = 1;
            answer.round_trips = 1;
            self.engine = Some(Engine::new(Manifest::decode(&manifest)?));
        }
        let engine = self.engine.as_mut().ok_or("no engine")?;
        loop {
            let needs = engine.needs(&request);
            if needs.is_empty() {
                break;
            }
            answer.round_trips += 1;
            for need in needs {
                let (kind, shard) = engine.shard(need).ok_or("a shard that does not exist")?;
                answer.bytes += shard.bytes();
                answer.requests += 1;
                let mut json = Vec::new();
                let file = fs::File::open(self.folder.join(shard.file_name(kind)))?;
                GzDecoder::new(file).read_to_end(&mut json)?;
                engine.provide(need, &json)?;
            }
        }
        let outcome = engine.answer(&request);
        answer.total = outcome.total;
        answer.exact = outcome.exact && !outcome.titles_only;
        answer.hits = outcome.hits.iter().map(|hit| hit.id).collect();
        if ids {
            answer.all.clone_from(&answer.hits);
            answer.hits.truncate(limit);
        }
        Ok(answer)
    }

    fn forget(&mut self) {
        self.engine = None;
    }
}
