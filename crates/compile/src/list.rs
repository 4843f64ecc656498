//! One line a post: what an archive holds.

use core::fmt::Write as _;

use serde_json::json;
use shelfmark_bundle::PostRecord;

use crate::archive::{Archive, Problem};
use crate::report::escaped;

/// A post as `list` shows it.
#[derive(Debug)]
pub struct Row {
    id: u32,
    record: PostRecord,
}

impl Row {
    /// All that the bundle holds of it.
    #[must_use]
    pub fn record(&self) -> &PostRecord {
        &self.record
    }

    /// One line for people, without a line end.
    #[must_use]
    pub fn human(&self) -> String {
        let entry = &self.record.entry;
        let day = entry
            .date
            .as_deref()
            .and_then(|date| date.split('T').next());
        let mut line = format!(
            "{:10}  {}  {}",
            escaped(day.unwrap_or_default()),
            escaped(&entry.slug),
            escaped(&entry.title)
        );
        if !entry.tags.is_empty() {
            let _ = write!(line, "  [{}]", escaped(&entry.tags.join(", ")));
        }
        line
    }

    /// One JSON object, without a line end.
    #[must_use]
    pub fn json(&self) -> String {
        let entry = &self.record.entry;
        // Put together by hand so that the fields keep the contract's order.
        let fields = [
            ("id", json!(self.id)),
            ("slug", json!(entry.slug)),
            ("path", json!(self.record.path)),
            ("title", json!(entry.title)),
            ("date", json!(entry.date)),
            ("tags", json!(entry.tags)),
        ];
        let fields: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("\"{name}\":{value}"))
            .collect();
        format!("{{{}}}", fields.join(","))
    }
}

/// Hands every post to `show`, in id order, until it returns false; returns what could not be
/// read.
pub fn list(archive: &Archive, mut show: impl FnMut(&Row) -> bool) -> Vec<Problem> {
    let mut problems = Vec::new();
    for index in archive.spans() {
        let span = archive.span(index);
        problems.extend(span.problems);
        for (id, record) in span.records {
            if !show(&Row { id, record }) {
                return problems;
            }
        }
    }
    problems
}
