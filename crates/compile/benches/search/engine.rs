//! The subject as the project has it: `shelfmark_search::Engine` over the files of a bundle.

use shelfmark_search::{Engine, Query, Request};

use crate::Result;
use crate::archive::Bundle;
use crate::subject::{Answer, Subject};

/// Reads files where the viewer would fetch them.
pub(crate) struct Files<'a> {
    bundle: &'a Bundle,
    engine: Option<Engine>,
}

impl<'a> Files<'a> {
    /// Nothing is read yet.
    pub(crate) fn new(bundle: &'a Bundle) -> Self {
        Self {
            bundle,
            engine: None,
        }
    }
}

impl Subject for Files<'_> {
    fn search(&mut self, query: &str, limit: usize, ids: bool) -> Result<Answer> {
        let request = Request {
            query: Query::parse(query, false).map_err(|error| format!("{query}: {error}"))?,
            limit: if ids { usize::MAX } else { limit },
            ..Request::default()
        };
        let mut answer = Answer::default();
        let engine = self.engine.get_or_insert_with(|| {
            answer.bytes = self.bundle.manifest_bytes;
            answer.requests = 1;
            answer.round_trips = 1;
            Engine::new(self.bundle.manifest.clone())
        });
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
                let json = self.bundle.shard(kind, &shard.clone())?;
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
