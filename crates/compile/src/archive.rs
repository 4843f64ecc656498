//! Reads a site's bundle from disk, believing nothing: every file is checked against its hash.
//!
//! Damage of one file is a [`Problem`]; the rest of the archive stays readable.

use std::fs::File;
use std::io::{self, Read as _};
use std::ops::Range;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use rayon::prelude::*;
use shelfmark_bundle::{
    BodyShard, FormatError, ListShard, MAX_MANIFEST, MAX_SHARD, Manifest, PostRecord, ShardKind,
    ShardRef,
};

use crate::error::Error;
use crate::writer::sha256;

/// The manifest's file name.
pub(crate) const MANIFEST: &str = "archive.json";

/// An archive on disk.
#[derive(Debug)]
pub struct Archive {
    folder: PathBuf,
    manifest: Manifest,
}

/// Something in an archive that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file or post.
    pub what: String,
    /// What is wrong with it; lower case, no full stop.
    pub why: String,
}

impl Problem {
    pub(crate) fn new(what: impl Into<String>, why: impl ToString) -> Self {
        Self {
            what: what.into(),
            why: why.to_string(),
        }
    }
}

/// The posts of one list shard, and what of them could not be read.
#[derive(Debug)]
pub(crate) struct Span {
    /// The list shard; nothing when it is damaged.
    pub(crate) list: Option<ListShard>,
    /// Records by id, ascending.
    pub(crate) records: Vec<(u32, PostRecord)>,
    pub(crate) problems: Vec<Problem>,
}

impl Archive {
    /// Opens the bundle of a site.
    ///
    /// # Errors
    /// When there is no manifest, or it can't be used.
    pub fn open(site: &Path) -> Result<Self, Error> {
        let folder = site.join("bundle");
        let path = folder.join(MANIFEST);
        let mut file = File::open(&path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Error::refused(
                format!(
                    "`{}` is not a site made by Shelfmark (it has no bundle/archive.json)",
                    site.display()
                ),
                "give the folder that `shelfmark build` wrote",
            ),
            _ => Error::file("read", &path)(source),
        })?;
        let bytes = read_at_most(&mut file, MAX_MANIFEST as u64)
            .map_err(Error::file("read", &path))?
            .ok_or_else(|| FormatError::Invalid("archive.json is too large".into()));
        let manifest = bytes
            .and_then(|bytes| Manifest::decode(&bytes))
            .map_err(|source| Error::Bundle { path, source })?;
        Ok(Self { folder, manifest })
    }

    /// The manifest.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The bundle's folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The JSON of a shard whose bytes are the ones the bundle names.
    pub(crate) fn shard(&self, kind: ShardKind, shard: &ShardRef) -> Result<Vec<u8>, Problem> {
        let name = shard.file_name(kind);
        let fail = |why: &str| Problem::new(&name, why);
        let mut file = File::open(self.folder.join(&name)).map_err(|error| {
            if error.kind() == io::ErrorKind::NotFound {
                fail("is missing")
            } else {
                Problem::new(&name, format!("can't be opened: {error}"))
            }
        })?;
        let unreadable = |error| Problem::new(&name, format!("can't be read: {error}"));
        let bytes = read_at_most(&mut file, shard.bytes()).map_err(unreadable)?;
        let Some(bytes) = bytes.filter(|bytes| bytes.len() as u64 == shard.bytes()) else {
            return Err(fail("has not the size that the bundle names"));
        };
        if sha256(&bytes) != shard.sha256() {
            return Err(fail(
                "is damaged: its SHA-256 is not the one that the bundle names",
            ));
        }
        let json = read_at_most(&mut GzDecoder::new(&*bytes), shard.size().min(MAX_SHARD))
            .map_err(|error| Problem::new(&name, format!("is not gzip: {error}")))?;
        json.filter(|json| json.len() as u64 == shard.size())
            .ok_or_else(|| fail("holds more or less than the bundle names"))
    }

    /// Numbers of the list shards.
    pub(crate) fn spans(&self) -> Range<usize> {
        0..self.manifest.lists.len()
    }

    /// Reads list shard `index` and the bodies it names.
    pub(crate) fn span(&self, index: usize) -> Span {
        let ids = self.manifest.list_ids(index);
        let damaged = |problem| Span {
            list: None,
            records: Vec::new(),
            problems: vec![problem],
        };
        let Some(shard) = self.manifest.lists.get(index) else {
            return damaged(Problem::new(
                MANIFEST,
                format!("names no list shard {index}"),
            ));
        };
        let list = self.shard(ShardKind::List, shard).and_then(|json| {
            ListShard::decode(&json, index, self.manifest.posts)
                .map_err(|error| Problem::new(shard.file_name(ShardKind::List), error))
        });
        let list = match list {
            Ok(list) => list,
            Err(problem) => return damaged(problem),
        };
        let ends = list.bodies.iter().skip(1).map(|(first, _)| *first);
        let bodies: Vec<(Range<u32>, &ShardRef)> = list
            .bodies
            .iter()
            .zip(ends.chain([ids.end]))
            .map(|((first, shard), end)| (*first..end, shard))
            .collect();
        let read: Vec<Result<Vec<(u32, PostRecord)>, Problem>> = bodies
            .into_par_iter()
            .map(|(ids, shard)| self.body(ids, shard))
            .collect();
        let mut records = Vec::new();
        let mut problems = Vec::new();
        for body in read {
            match body {
                Ok(posts) => records.extend(posts),
                Err(problem) => problems.push(problem),
            }
        }
        Span {
            list: Some(list),
            records,
            problems,
        }
    }

    fn body(&self, ids: Range<u32>, shard: &ShardRef) -> Result<Vec<(u32, PostRecord)>, Problem> {
        let json = self.shard(ShardKind::Body, shard)?;
        let name = || shard.file_name(ShardKind::Body);
        let body = BodyShard::decode(&json).map_err(|error| Problem::new(name(), error))?;
        if body.first != ids.start || body.posts.len() != ids.len() {
            return Err(Problem::new(name(), "holds other posts than its list says"));
        }
        Ok(ids.zip(body.posts).collect())
    }
}

/// Reads to the end, or nothing when there are more than `most` bytes.
fn read_at_most(from: &mut impl io::Read, most: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    from.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= most).then_some(bytes))
}
