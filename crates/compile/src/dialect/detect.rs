//! Tells what folders of posts were written for.
//!
//! In this order: what `shelfmark.toml` states; the nearest configuration file above the post
//! within the posts folder; what the posts of its top folder look like, where they look like
//! anything; what all posts of the posts folder look like. Nothing outside the posts folders is
//! looked at: the same posts are read the same way wherever they lie.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{Dialect, Site};
use crate::post::SourceFile;
use crate::source::path_bytes;

mod marks;

/// What each post may have been written for.
#[derive(Debug, Default)]
pub(crate) struct Dialects {
    stated: Option<Dialect>,
    /// Folders as `shelfmark.toml` names them; the longest first.
    folders: Vec<(PathBuf, Dialect)>,
    sites: Vec<Site>,
    /// By posts folder and top folder in it.
    looks: BTreeMap<(usize, Vec<u8>), Evidence>,
    /// By posts folder.
    roots: BTreeMap<usize, Evidence>,
}

/// What the looks of some posts say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Evidence {
    /// Posts that were looked at.
    posts: u32,
    /// Points by dialect, in the order of [`Dialect::ALL`].
    points: [u32; 8],
    /// How often each mark was met.
    marks: BTreeMap<&'static str, u32>,
}

/// A post as it is looked at.
pub(crate) trait Looks {
    /// Index of its posts folder.
    fn root(&self) -> usize;
    /// Its path in it.
    fn path(&self) -> &Path;
    /// What it looks like: see [`look`].
    fn looks(&self) -> Vec<u8>;
}

impl Looks for SourceFile {
    fn root(&self) -> usize {
        self.root
    }

    fn path(&self) -> &Path {
        &self.path
    }

    fn looks(&self) -> Vec<u8> {
        look(&path_bytes(&self.path), &self.bytes)
    }
}

/// What a post looks like, as one byte a mark: they mean something to this program alone.
pub(crate) fn look(path: &[u8], bytes: &[u8]) -> Vec<u8> {
    marks::encode(&marks::of(path, bytes))
}

/// Posts of one folder that are looked at one by one; of more, one in so many.
const MOST: usize = 300;
const ONE_IN: usize = 16;

impl Dialects {
    /// Looks at all posts.
    pub(crate) fn of(
        files: &[impl Looks],
        sites: Vec<Site>,
        stated: Option<Dialect>,
        folders: &BTreeMap<String, Dialect>,
    ) -> Self {
        let mut found = Self {
            stated,
            folders: folders
                .iter()
                .map(|(folder, dialect)| (PathBuf::from(folder.trim_matches('/')), *dialect))
                .collect(),
            sites,
            ..Self::default()
        };
        let depth = |path: &Path| path.components().count();
        found
            .folders
            .sort_by_key(|(folder, _)| core::cmp::Reverse(depth(folder)));
        found
            .sites
            .sort_by_key(|site| core::cmp::Reverse(depth(&site.folder)));
        if found.stated.is_some() {
            return found;
        }
        let mut seen: BTreeMap<(usize, Vec<u8>), usize> = BTreeMap::new();
        for file in files {
            let key = (file.root(), top(file.path()));
            let count = seen.entry(key.clone()).or_default();
            *count += 1;
            if *count > MOST && !count.is_multiple_of(ONE_IN) {
                continue;
            }
            let marks = marks::decode(&file.looks()).unwrap_or_default();
            found.looks.entry(key).or_default().add(&marks);
            found.roots.entry(file.root()).or_default().add(&marks);
        }
        found
    }

    /// What a post was written for.
    pub(crate) fn find(&self, root: usize, path: &Path) -> Dialect {
        self.reason(root, path).0
    }

    /// The same, and why.
    pub(crate) fn reason(&self, root: usize, path: &Path) -> (Dialect, String) {
        if let Some((folder, dialect)) = self
            .folders
            .iter()
            .find(|(folder, _)| path.starts_with(folder))
        {
            let why = format!("shelfmark.toml says so of `{}`", folder.display());
            return (*dialect, why);
        }
        if let Some(dialect) = self.stated {
            return (dialect, "shelfmark.toml says so".to_owned());
        }
        let above = |site: &&Site| site.root == root && path.starts_with(&site.folder);
        if let Some(site) = self.sites.iter().find(above) {
            let place = site.folder.join(site.file);
            return (site.dialect, format!("`{}` is there", place.display()));
        }
        let own = self.looks.get(&(root, top(path)));
        if let Some((dialect, evidence)) = own.and_then(|look| Some((look.clear()?, look))) {
            return (dialect, evidence.told());
        }
        match self.roots.get(&root) {
            Some(evidence) => (evidence.likeliest(), evidence.told()),
            None => (Dialect::Plain, "nothing tells".to_owned()),
        }
    }
}

impl Evidence {
    fn add(&mut self, marks: &[&'static marks::Mark]) {
        self.posts += 1;
        for mark in marks {
            *self.marks.entry(mark.name).or_default() += 1;
            for (dialect, points) in mark.points {
                let place = Dialect::ALL.iter().position(|known| known == dialect);
                self.points[place.unwrap_or_default()] += points;
            }
        }
    }

    /// The dialect with the most points; `Plain` where there are next to none.
    fn likeliest(&self) -> Dialect {
        let mut best = (self.posts / 8, Dialect::Plain);
        for (points, dialect) in self.points.iter().zip(Dialect::ALL) {
            if *points > best.0 {
                best = (*points, dialect);
            }
        }
        best.1
    }

    /// The dialect, when the posts leave little doubt.
    fn clear(&self) -> Option<Dialect> {
        let dialect = self.likeliest();
        let place = Dialect::ALL.iter().position(|known| *known == dialect)?;
        let points = self.points[place];
        let next = self
            .points
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != place)
            .map(|(_, points)| *points)
            .max()?;
        (points >= self.posts.max(2) && points >= next * 2).then_some(dialect)
    }

    fn told(&self) -> String {
        let mut marks: Vec<_> = self.marks.iter().collect();
        marks.sort_by_key(|(name, count)| (core::cmp::Reverse(**count), **name));
        if marks.is_empty() {
            return format!("no mark of any program in {} posts", self.posts);
        }
        let marks: Vec<String> = marks
            .iter()
            .take(4)
            .map(|(name, count)| format!("{name} in {count}"))
            .collect();
        format!("of {} posts: {}", self.posts, marks.join(", "))
    }
}

/// The first folder of a path; nothing for a file at the top.
fn top(path: &Path) -> Vec<u8> {
    let mut parts = path.components();
    let first = parts.next();
    let first = parts.next().and(first);
    first.map_or_else(Vec::new, |part| {
        part.as_os_str().as_encoded_bytes().to_vec()
    })
}
