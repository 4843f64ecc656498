//! Reads a site's bundle from disk, believing nothing: every file is checked against its hash.
//!
//! Damage of one file is a [`Problem`]; the rest of the archive stays readable.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use rayon::prelude::*;
use shelfmark_bundle::{
    BodyGroup, BodyPage, BodyPlace, BodyShard, FormatError, ListShard, Location, MAX_MANIFEST,
    MAX_SHARD, Manifest, Picture, PostRecord, ShardKind, ShardRef, numbered,
};

use crate::error::Error;
use crate::pictures;
use crate::writer::sha256;

/// The manifest's file name.
pub(crate) const MANIFEST: &str = "archive.json";

/// An archive on disk.
#[derive(Debug)]
pub struct Archive {
    folder: PathBuf,
    manifest: Manifest,
    /// SHA-256 of the manifest.
    hash: String,
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
    /// Names of the files that hold the list and the bodies.
    pub(crate) names: Vec<String>,
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
        let mut file = open_regular(&path).map_err(|source| match source.kind() {
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
        let (hash, manifest) = bytes
            .and_then(|bytes| Ok((sha256(&bytes), Manifest::decode(&bytes)?)))
            .map_err(|source| Error::Bundle { path, source })?;
        Ok(Self {
            folder,
            manifest,
            hash,
        })
    }

    /// The manifest.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// SHA-256 of the manifest, in hexadecimal.
    #[must_use]
    pub fn manifest_hash(&self) -> &str {
        &self.hash
    }

    /// The bundle's folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The JSON of a shard whose bytes are the ones the bundle names.
    pub(crate) fn shard(&self, kind: ShardKind, shard: &ShardRef) -> Result<Vec<u8>, Problem> {
        self.shard_at(&Location::file(shard.file_name(kind)), shard)
    }

    /// The JSON of a shard whose bytes are at a place.
    pub(crate) fn shard_at(&self, place: &Location, shard: &ShardRef) -> Result<Vec<u8>, Problem> {
        let name = place.file.as_str();
        let bytes = self.bytes(place, shard)?;
        if bytes.first() == Some(&b'{') && bytes.len() as u64 == shard.size() {
            return Ok(bytes);
        }
        let json = read_at_most(&mut GzDecoder::new(&*bytes), shard.size().min(MAX_SHARD))
            .map_err(|error| Problem::new(name, format!("is not gzip: {error}")))?;
        json.filter(|json| json.len() as u64 == shard.size())
            .ok_or_else(|| Problem::new(name, "holds more or less than the bundle names"))
    }

    /// A picture whose bytes are the ones the bundle names.
    pub(crate) fn picture(&self, picture: &Picture) -> Result<Vec<u8>, Problem> {
        let name = picture.1.file_name(ShardKind::Image);
        if !picture.is_sound() {
            return Err(Problem::new(name, "is not a picture that may be loaded"));
        }
        let bytes = self.bytes(&Location::file(name.clone()), &picture.1)?;
        if pictures::kind_of(&bytes) != Some(&picture.2) {
            return Err(Problem::new(
                name,
                format!("is not a picture of the kind `{}`", picture.2),
            ));
        }
        Ok(bytes)
    }

    /// The bytes at a place, which are the ones that the bundle names.
    fn bytes(&self, place: &Location, shard: &ShardRef) -> Result<Vec<u8>, Problem> {
        let path = self.folder.join(&place.file);
        let read = match place.offset {
            None => read_named(&path, shard.bytes(), shard.sha256()),
            Some(offset) => read_part(&path, offset, shard),
        };
        read.map_err(|why| Problem::new(&place.file, why))
    }

    /// What is wrong with the lengths of the packs of the shards that `table` names; nothing where
    /// there are none.
    pub(crate) fn check_packs(
        &self,
        kind: ShardKind,
        table: &ShardRef,
        shards: &[ShardRef],
    ) -> Vec<Problem> {
        let packed = self.manifest.packed as usize;
        let wrong = |(place, shards): (usize, &[ShardRef])| {
            let name = numbered(kind, table, &[packed, place]);
            let bytes: u64 = shards.iter().map(ShardRef::bytes).sum();
            if bytes > MAX_SHARD {
                return Some(Problem::new(name, "is larger than the format allows"));
            }
            // What is not there is found when a shard is read.
            let there = std::fs::metadata(self.folder.join(&name)).ok()?.len();
            let why = "is longer or shorter than the shards that its table names";
            (there != bytes).then(|| Problem::new(name, why))
        };
        let packs = (packed > 0).then(|| shards.chunks(packed).enumerate());
        packs.into_iter().flatten().filter_map(wrong).collect()
    }

    /// What is wrong with a page of the site, if anything; `path` is within the site.
    pub(crate) fn check_page(&self, path: &str, bytes: u64, hash: &str) -> Option<Problem> {
        let site = self.folder.parent()?;
        let read = read_named(&site.join(path), bytes, hash);
        read.err().map(|why| Problem::new(path, why))
    }

    /// Numbers of the list shards.
    pub(crate) fn spans(&self) -> Range<usize> {
        0..self.manifest.list_count()
    }

    /// Reads list shard `index` and the bodies it names.
    pub(crate) fn span(&self, index: usize) -> Span {
        let damaged = |problem| Span {
            list: None,
            records: Vec::new(),
            names: Vec::new(),
            problems: vec![problem],
        };
        let (shard, places) = match self.places(index) {
            Ok(places) => places,
            Err(problem) => return damaged(problem),
        };
        let list = self.shard(ShardKind::List, &shard).and_then(|json| {
            ListShard::decode(&json, index, self.manifest.posts)
                .map_err(|error| Problem::new(shard.file_name(ShardKind::List), error))
        });
        let list = match list {
            Ok(list) => list,
            Err(problem) => return damaged(problem),
        };
        let mut span = Span {
            list: Some(list),
            records: Vec::new(),
            names: vec![shard.file_name(ShardKind::List)],
            problems: Vec::new(),
        };
        let read: Vec<_> = places
            .chunk_by(|a, b| a.group == b.group)
            .collect::<Vec<_>>()
            .into_par_iter()
            .map(|places| self.group(places))
            .collect();
        for (names, bodies) in read {
            span.names.extend(names);
            for body in bodies {
                match body {
                    Ok(posts) => span.records.extend(posts),
                    Err(problem) => span.problems.push(problem),
                }
            }
        }
        span
    }

    /// The entries of list shard `index`.
    pub(crate) fn list(&self, index: usize) -> Result<ListShard, Problem> {
        let (shard, _) = self.places(index)?;
        let json = self.shard(ShardKind::List, &shard)?;
        ListShard::decode(&json, index, self.manifest.posts)
            .map_err(|error| Problem::new(shard.file_name(ShardKind::List), error))
    }

    /// List shard `index`, and where its bodies are.
    pub(crate) fn places(&self, index: usize) -> Result<(ShardRef, Vec<BodyPlace>), Problem> {
        let ids = self.manifest.list_ids(index);
        let page = ids.start as usize / self.manifest.page_span();
        let missing = || Problem::new(MANIFEST, format!("names no page of bodies {page}"));
        let shard = self.manifest.bodies.get(page).ok_or_else(missing)?;
        let json = self.shard(ShardKind::Bodies, shard)?;
        let name = || shard.file_name(ShardKind::Bodies);
        let page = BodyPage::decode(&json, self.manifest.page_ids(page))
            .map_err(|error| Problem::new(name(), error))?;
        let list = page.list(index).cloned();
        let newest = self.manifest.newest_list(index);
        let list = list.filter(|list| newest.is_none_or(|newest| newest == list));
        let list = list.ok_or_else(|| Problem::new(name(), "does not fit the list shards"))?;
        if page.bytes.is_empty() != (self.manifest.packed == 0) {
            return Err(Problem::new(
                name(),
                "and the manifest disagree about packs",
            ));
        }
        let places: Vec<BodyPlace> = page
            .places(self.manifest.packed)
            .filter(|place| ids.contains(&place.first))
            .collect();
        let posts: u32 = places.iter().map(|place| place.posts).sum();
        if posts as usize != ids.len() || places.first().is_some_and(|p| p.first != ids.start) {
            return Err(Problem::new(name(), "does not fit the list shards"));
        }
        Ok((list, places))
    }

    /// Reads the bodies of a group; also gives the names of the files.
    #[expect(clippy::type_complexity, reason = "names, and what each body gave")]
    fn group(
        &self,
        places: &[BodyPlace],
    ) -> (Vec<String>, Vec<Result<Vec<(u32, PostRecord)>, Problem>>) {
        let Some(group) = places.first().map(|place| &place.group) else {
            return Default::default();
        };
        let mut names: Vec<String> = places.iter().map(BodyPlace::file_name).collect();
        names.push(group.file_name(ShardKind::Group));
        let table = self.shard(ShardKind::Group, group).and_then(|json| {
            BodyGroup::decode(&json)
                .map_err(|error| Problem::new(group.file_name(ShardKind::Group), error))
        });
        let bodies = match table {
            Ok(table) => {
                let bodies = places
                    .iter()
                    .map(|place| self.body(place, table.bodies.get(place.place)));
                let lengths = self.check_packs(ShardKind::Body, group, &table.bodies);
                bodies.chain(lengths.into_iter().map(Err)).collect()
            }
            Err(problem) => vec![Err(problem)],
        };
        (names, bodies)
    }

    fn body(
        &self,
        place: &BodyPlace,
        shard: Option<&ShardRef>,
    ) -> Result<Vec<(u32, PostRecord)>, Problem> {
        let location = place.location();
        let missing = || Problem::new(&location.file, "is not named by its group");
        let shard = shard.ok_or_else(missing)?;
        if place
            .part
            .is_some_and(|(_, bytes)| u64::from(bytes) != shard.bytes())
        {
            let why = "has other shards than its page says";
            return Err(Problem::new(location.file, why));
        }
        let json = self.shard_at(&location, shard)?;
        let name = location.file;
        let body = BodyShard::decode(&json).map_err(|error| Problem::new(&name, error))?;
        if body.first != place.first || body.posts.len() != place.posts as usize {
            return Err(Problem::new(name, "holds other posts than its page says"));
        }
        Ok((place.first..).zip(body.posts).collect())
    }
}

/// Reads a file that must have this size and SHA-256; else says what is wrong with it.
fn read_named(path: &Path, size: u64, hash: &str) -> Result<Vec<u8>, String> {
    let mut file = open(path)?;
    let bytes = read_at_most(&mut file, size).map_err(|error| format!("can't be read: {error}"))?;
    let bytes = bytes
        .filter(|bytes| bytes.len() as u64 == size)
        .ok_or("has not the size that the bundle names")?;
    if sha256(&bytes) == hash {
        Ok(bytes)
    } else {
        Err("is damaged: its SHA-256 is not the one that the bundle names".to_owned())
    }
}

/// Reads a shard's bytes within a pack, likewise.
fn read_part(path: &Path, offset: u64, shard: &ShardRef) -> Result<Vec<u8>, String> {
    let mut file = open(path)?;
    let mut bytes = Vec::new();
    let read = file
        .seek(SeekFrom::Start(offset))
        .and_then(|_| file.take(shard.bytes()).read_to_end(&mut bytes));
    read.map_err(|error| format!("can't be read: {error}"))?;
    let end = offset.saturating_add(shard.bytes());
    if bytes.len() as u64 != shard.bytes() {
        return Err(format!("ends before byte {end}"));
    }
    if sha256(&bytes) == shard.sha256() {
        Ok(bytes)
    } else {
        Err(format!(
            "is damaged: the SHA-256 of its bytes {offset} to {end} is not the one that the bundle \
             names"
        ))
    }
}

/// Opens a file that is one: opening a pipe would wait for somebody to write into it.
pub(crate) fn open_regular(path: &Path) -> io::Result<File> {
    let data = std::fs::metadata(path)?;
    if data.is_file() {
        return File::open(path);
    }
    let what = if data.is_dir() {
        "it is a folder"
    } else {
        "it is no regular file (a pipe, socket or device)"
    };
    Err(io::Error::other(what))
}

/// Reads a regular file of at most so many bytes.
pub(crate) fn read_whole(path: &Path, most: usize) -> io::Result<Vec<u8>> {
    let most = u64::try_from(most).unwrap_or(u64::MAX);
    let read = read_at_most(&mut open_regular(path)?, most)?;
    read.ok_or_else(|| io::Error::other("it is larger than it may be"))
}

fn open(path: &Path) -> Result<File, String> {
    open_regular(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => "is missing".to_owned(),
        _ => format!("can't be opened: {error}"),
    })
}

/// Reads to the end, or nothing when there are more than `most` bytes.
fn read_at_most(from: &mut impl io::Read, most: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    from.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= most).then_some(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_read_beyond_what_was_promised() {
        // Without an end, as what a few bytes of gzip unpack to.
        assert_eq!(read_at_most(&mut io::repeat(0), 1000).unwrap(), None);
        assert_eq!(read_at_most(&mut io::empty(), 0).unwrap(), Some(vec![]));
        let exactly = read_at_most(&mut io::repeat(7).take(3), 3).unwrap();
        assert_eq!(exactly, Some(vec![7; 3]));
    }
}
