//! The subject as the project has it: the search of a site, over its files.

use std::path::{Path, PathBuf};

use shelfmark_compile::reader::Reader;
use shelfmark_search::{Query, Request};

use crate::Result;
use crate::subject::{Answer, Subject};

/// Reads files where the viewer would fetch them.
pub(crate) struct Files {
    site: PathBuf,
    reader: Option<Reader>,
}

impl Files {
    /// The search of a site; nothing is read yet.
    pub(crate) fn new(site: &Path) -> Self {
        Self {
            site: site.to_owned(),
            reader: None,
        }
    }
}

impl Subject for Files {
    fn search(&mut self, query: &str, limit: usize, ids: bool) -> Result<Answer> {
        let mut request = Request {
            query: Query::parse(query, false).map_err(|error| format!("{query}: {error}"))?,
            limit,
            ..Request::default()
        };
        let mut answer = Answer::default();
        if self.reader.is_none() {
            let reader = Reader::open(&self.site)?;
            answer.bytes = reader.manifest_bytes()?;
            answer.requests = 1;
            answer.round_trips = 1;
            self.reader = Some(reader);
        }
        let reader = self.reader.as_mut().ok_or("no reader")?;
        let failed = |problem: shelfmark_compile::archive::Problem| {
            format!("{query}: {} {}", problem.what, problem.why)
        };
        let outcome = reader.search(&request).map_err(failed)?;
        let traffic = reader.traffic();
        answer.bytes += traffic.bytes;
        answer.requests += traffic.requests as u64;
        answer.round_trips += traffic.rounds as u64;
        answer.total = outcome.total;
        answer.exact = outcome.exact;
        answer.hits = outcome.hits.iter().map(|hit| hit.id).collect();
        if ids {
            // What is not shown is read too, which costs what nobody pays who only looks.
            request.read = usize::MAX;
            let outcome = reader.search(&request).map_err(failed)?;
            reader.traffic();
            answer.total = outcome.total;
            answer.all = outcome.ids;
        }
        Ok(answer)
    }

    fn forget(&mut self) {
        self.reader = None;
    }
}
