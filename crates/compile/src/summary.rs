//! What a build did, in a few lines for people.

use std::fmt::{self, Write as _};
use std::path::PathBuf;

use shelfmark_bundle::ShardKind;

use crate::diagnostic::{Diagnostic, Severity};
use crate::error::count;
use crate::writer::Tally;

/// What a build did.
#[derive(Debug)]
pub struct Summary {
    /// Folder of the site, as given.
    pub out: PathBuf,
    /// Posts published.
    pub posts: usize,
    /// How many of them carry no date.
    pub undated: usize,
    /// Drafts left out.
    pub drafts: usize,
    /// Problems of the posts.
    pub diagnostics: Vec<Diagnostic>,
    /// Posts of which everything was known from an earlier build; nothing without a cache.
    pub unchanged: Option<usize>,
    /// Files of the bundle by kind.
    pub shards: Vec<(ShardKind, Tally)>,
    /// The plain pages, with the feed; nothing when they are left out.
    pub pages: Option<Tally>,
    /// Pictures that have no file and no other address, or, with folders of pictures, no file.
    pub missing_pictures: usize,
    /// Bytes of the manifest.
    pub manifest_bytes: u64,
    /// The files beside it: the table of the viewer's files, the signature.
    pub beside: Tally,
    /// Whose signature the archive bears, and of when.
    pub signed: Option<String>,
    /// Files of the viewer.
    pub viewer_files: usize,
    /// Their bytes.
    pub viewer_bytes: u64,
    /// How long it took.
    pub seconds: f64,
}

impl Summary {
    /// Files that could not be read and are not in the archive.
    #[must_use]
    pub fn unreadable(&self) -> usize {
        self.of(Severity::Error)
    }

    /// Warnings about posts that are in the archive.
    #[must_use]
    pub fn warnings(&self) -> usize {
        self.of(Severity::Warning)
    }

    fn of(&self, severity: Severity) -> usize {
        self.diagnostics
            .iter()
            .filter(|problem| problem.severity == severity)
            .count()
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} published", count(self.posts, "post"))?;
        let mut aside = Vec::new();
        if self.drafts > 0 {
            aside.push(format!("{} left out", count(self.drafts, "draft")));
        }
        if self.unreadable() > 0 {
            aside.push(format!("{} not readable", count(self.unreadable(), "file")));
        }
        if self.undated > 0 {
            aside.push(format!("{} without a date", count(self.undated, "post")));
        }
        if self.missing_pictures > 0 {
            aside.push(format!(
                "{} not found",
                count(self.missing_pictures, "picture")
            ));
        }
        if self.warnings() > 0 {
            aside.push(count(self.warnings(), "warning"));
        }
        for note in aside {
            write!(f, ", {note}")?;
        }
        writeln!(f)?;

        let mut files = self.viewer_files + self.beside.files + 1;
        let mut bytes = self.viewer_bytes + self.beside.bytes + self.manifest_bytes;
        let mut kinds = String::new();
        for (kind, tally) in &self.shards {
            files += tally.files;
            bytes += tally.bytes;
            let _ = write!(
                kinds,
                "{} {} in {}, ",
                kind.name(),
                size(tally.bytes),
                count(tally.files, "file")
            );
        }
        let mut pages = String::new();
        if let Some(tally) = self.pages {
            files += tally.files;
            bytes += tally.bytes;
            pages = format!(
                ", plain pages {} in {}",
                size(tally.bytes),
                count(tally.files, "file")
            );
        }
        writeln!(
            f,
            "{} in {}: {kinds}manifest {}, viewer {} in {}{pages}",
            size(bytes),
            count(files, "file"),
            size(self.manifest_bytes),
            size(self.viewer_bytes),
            count(self.viewer_files, "file"),
        )?;
        if let Some(unchanged) = self.unchanged {
            writeln!(f, "{} unchanged", count(unchanged, "post"))?;
        }
        if let Some(signed) = &self.signed {
            writeln!(f, "signed by {signed}")?;
        }
        write!(
            f,
            "`{}` is ready after {:.1} s",
            self.out.display(),
            self.seconds
        )
    }
}

/// A size for people: `812 B`, `4.2 kB`, `61.0 MB`.
fn size(bytes: u64) -> String {
    /// `f64` holds every size that occurs exactly enough for one digit.
    #[expect(clippy::cast_precision_loss, reason = "shown with one digit")]
    fn per(bytes: u64, unit: u64) -> f64 {
        bytes as f64 / unit as f64
    }
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", per(bytes, 1_000)),
        _ => format!("{:.1} MB", per(bytes, 1_000_000)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(count(1, "post"), "1 post");
        assert_eq!(count(44_862, "post"), "44,862 posts");
        assert_eq!(count(1_000_000, "post"), "1,000,000 posts");
        assert_eq!(size(999), "999 B");
        assert_eq!(size(61_040_000), "61.0 MB");
    }
}
