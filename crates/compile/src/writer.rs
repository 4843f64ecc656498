//! Writes shards: gzip'd, hashed, named after their content; bodies after that of their group. Shards
//! that are to stand in a pack are kept until the table that names them is known.
//!
//! The gzip header carries no time, name or system, and the level is fixed, so that the same JSON
//! gives the same file everywhere. Identical content is written once.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use flate2::{Compression, Crc, GzBuilder};
use sha2::{Digest as _, Sha256};
use shelfmark_bundle::{BodyGroup, MAX_SHARD, ShardKind, ShardRef, numbered};
use zlib_rs::{DeflateConfig, ReturnCode, Strategy};

use crate::cache::{Key, Reference, Reuse, SpanEntry, Stat};
use crate::error::Error;
use crate::pictures::Copied;
use crate::progress::Progress;
use crate::publish::write_new;
use crate::shard::PACKED;

/// Level of compression; 9 makes Chinese posts 3 % smaller than 6, for a sixth more CPU.
const LEVEL: u32 = 9;

/// The level for readers on the same machine.
const QUICK: u32 = 1;

/// Writes the shards of one bundle.
#[derive(Debug)]
pub(crate) struct Writer<'a> {
    folder: PathBuf,
    /// Whether files of bodies stay as they are.
    plain_bodies: bool,
    progress: &'a Progress,
    /// What is taken from the bundle before.
    reuse: Option<&'a Reuse<'a>>,
    level: u32,
    /// Whether body and index shards stand in packs.
    packing: bool,
    written: Mutex<BTreeMap<String, (ShardKind, ShardRef)>>,
    /// Names of what is written, while somebody wants to know.
    heard: Mutex<Option<Vec<String>>>,
}

/// A shard that is not written yet.
struct Packed<'a> {
    /// What it is made of.
    json: &'a [u8],
    /// Its bytes; nothing when they are those of a file of the bundle before.
    gz: Option<Vec<u8>>,
    shard: ShardRef,
}

/// A shard that is to stand in a pack.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) bytes: Vec<u8>,
    pub(crate) shard: ShardRef,
}

/// Files of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Number of files.
    pub files: usize,
    /// Their bytes together.
    pub bytes: u64,
}

impl<'a> Writer<'a> {
    /// A writer into an existing folder.
    pub(crate) fn new(
        folder: PathBuf,
        plain_bodies: bool,
        progress: &'a Progress,
        reuse: Option<&'a Reuse<'a>>,
    ) -> Self {
        Self {
            folder,
            plain_bodies,
            progress,
            reuse,
            level: LEVEL,
            packing: false,
            written: Mutex::default(),
            heard: Mutex::default(),
        }
    }

    /// The same, for readers who wait for it.
    pub(crate) fn quick(self, quick: bool) -> Self {
        Self {
            level: if quick { QUICK } else { self.level },
            ..self
        }
    }

    /// The same, with packs or without.
    pub(crate) fn packing(self, packing: bool) -> Self {
        Self { packing, ..self }
    }

    /// Whether body and index shards stand in packs.
    pub(crate) fn is_packing(&self) -> bool {
        self.packing
    }

    /// Makes a shard that is to stand in a pack.
    pub(crate) fn member(&self, kind: ShardKind, json: &[u8]) -> Result<Member, Error> {
        self.progress.go_on()?;
        let bytes = self.compress(kind, json);
        let shard = reference(&bytes, json);
        check_size(kind, &shard)?;
        Ok(Member { bytes, shard })
    }

    /// Writes one of the packs of the shards that `table` names: `bytes` are theirs, in its order.
    pub(crate) fn put_pack(
        &self,
        kind: ShardKind,
        table: &ShardRef,
        place: usize,
        bytes: Vec<u8>,
    ) -> Result<(), Error> {
        let shard = reference(&bytes, &bytes);
        check_size(kind, &shard)?;
        let packed = Packed {
            json: &[],
            gz: Some(bytes),
            shard,
        };
        let name = numbered(kind, table, &[PACKED, place]);
        self.put(kind, name, packed).map(drop)
    }

    /// Writes the table of some body shards, and their packs.
    pub(crate) fn packed_group(&self, bodies: &[Member]) -> Result<ShardRef, Error> {
        let table = BodyGroup {
            bodies: bodies.iter().map(|body| body.shard.clone()).collect(),
        };
        let table = self.shard(ShardKind::Group, &table.encode())?;
        for (place, pack) in bodies.chunks(PACKED).enumerate() {
            let bytes: Vec<&[u8]> = pack.iter().map(|body| &body.bytes[..]).collect();
            self.put_pack(ShardKind::Body, &table, place, bytes.concat())?;
        }
        Ok(table)
    }

    /// Writes one shard, named after its content.
    pub(crate) fn shard(&self, kind: ShardKind, json: &[u8]) -> Result<ShardRef, Error> {
        let packed = self.pack(kind, json)?;
        let name = packed.shard.file_name(kind);
        self.put(kind, name, packed)
    }

    /// Writes a picture as it is, named after its content.
    pub(crate) fn picture(&self, bytes: Vec<u8>) -> Result<ShardRef, Error> {
        self.progress.go_on()?;
        let shard = ShardRef(sha256(&bytes), bytes.len() as u64, bytes.len() as u64);
        let name = shard.file_name(ShardKind::Image);
        let packed = Packed {
            json: &[],
            gz: Some(bytes),
            shard,
        };
        self.put(ShardKind::Image, name, packed)
    }

    /// What a picture on disk was found to be in the build before, if it is as it was then; the
    /// inner nothing is that it is none. Its copy is taken over.
    pub(crate) fn known_picture(
        &self,
        path: &Path,
        stat: &Stat,
    ) -> Result<Option<Option<Copied>>, Error> {
        match self.reuse.and_then(|reuse| reuse.picture(path, stat)) {
            Some(Some(copy)) => {
                let name = copy.0.file_name(ShardKind::Image);
                let taken = self.take(ShardKind::Image, name)?;
                Ok(taken.is_some().then_some(Some(copy)))
            }
            known => Ok(known),
        }
    }

    /// Keeps what a picture on disk was found to be.
    pub(crate) fn found_picture(&self, path: &Path, stat: Stat, copy: Option<&Copied>) {
        if let Some(reuse) = self.reuse {
            let copy = copy.map(|(shard, kind)| (shard, *kind));
            reuse.keep_picture(path, stat, copy);
        }
    }

    /// Removes the pictures that are not among these: they were looked at for posts that turned
    /// out to show them no longer.
    pub(crate) fn keep_pictures(&self, shown: &HashSet<Reference>) -> Result<(), Error> {
        let mut written = self.written();
        let lost: Vec<String> = written
            .iter()
            .filter(|(_, (kind, shard))| {
                *kind == ShardKind::Image && !shown.contains(&Reference::from(shard))
            })
            .map(|(name, _)| name.clone())
            .collect();
        for name in lost {
            let path = self.folder.join(&name);
            fs::remove_file(&path).map_err(Error::file("remove", &path))?;
            if let Some(reuse) = self.reuse {
                reuse.removed_shard(&name);
            }
            written.remove(&name);
        }
        Ok(())
    }

    /// Writes body shards and the table that names them, after which they are named.
    pub(crate) fn group(&self, bodies: &[Vec<u8>]) -> Result<ShardRef, Error> {
        let packed = bodies
            .iter()
            .map(|json| self.pack(ShardKind::Body, json))
            .collect::<Result<Vec<_>, _>>()?;
        let table = BodyGroup {
            bodies: packed.iter().map(|packed| packed.shard.clone()).collect(),
        };
        let table = self.shard(ShardKind::Group, &table.encode())?;
        for (place, packed) in packed.into_iter().enumerate() {
            let name = numbered(ShardKind::Body, &table, &[place]);
            self.put(ShardKind::Body, name, packed)?;
        }
        Ok(table)
    }

    /// Takes everything that was written of some posts over from the bundle before.
    ///
    /// # Errors
    /// When it is no longer there.
    pub(crate) fn take_span(&self, span: &SpanEntry) -> Result<(), Error> {
        span.files()
            .try_for_each(|name| self.must_take(name).map(drop))
    }

    /// Takes a file over from the bundle before.
    ///
    /// # Errors
    /// When it is no longer there.
    pub(crate) fn must_take(&self, name: String) -> Result<ShardRef, Error> {
        let path = self.folder.join(&name);
        let kind = KINDS.into_iter().find(|kind| is_of(&name, *kind));
        let taken = match kind {
            Some(kind) => self.take(kind, name)?,
            None => None,
        };
        taken.ok_or(Error::Changed { path })
    }

    /// Takes a file over from the bundle before, if it has one of this name.
    fn take(&self, kind: ShardKind, name: String) -> Result<Option<ShardRef>, Error> {
        if let Some((_, shard)) = self.written().get(&name) {
            return Ok(Some(shard.clone()));
        }
        let Some(reuse) = self.reuse else {
            return Ok(None);
        };
        let taken = reuse.take_shard(&name, &self.folder.join(&name))?;
        if let Some(shard) = &taken {
            self.written().insert(name, (kind, shard.clone()));
        }
        Ok(taken)
    }

    fn pack<'b>(&self, kind: ShardKind, json: &'b [u8]) -> Result<Packed<'b>, Error> {
        self.progress.go_on()?;
        let key = self.reuse.map(|reuse| (reuse, Key::of_bytes(json)));
        let known = key.and_then(|(reuse, key)| reuse.shard(&key));
        let packed = match known {
            Some(shard) => Packed {
                json,
                gz: None,
                shard,
            },
            None => {
                let gz = self.compress(kind, json);
                let shard = reference(&gz, json);
                if let Some((reuse, key)) = key {
                    reuse.keep_shard(key, &shard);
                }
                Packed {
                    json,
                    gz: Some(gz),
                    shard,
                }
            }
        };
        check_size(kind, &packed.shard)?;
        Ok(packed)
    }

    fn compress(&self, kind: ShardKind, json: &[u8]) -> Vec<u8> {
        match kind {
            ShardKind::Body if self.plain_bodies => json.to_vec(),
            ShardKind::Index => gzip_of_base64(json),
            _ => gzip_at(json, self.level),
        }
    }

    fn put(&self, kind: ShardKind, name: String, packed: Packed<'_>) -> Result<ShardRef, Error> {
        let Packed { json, gz, shard } = packed;
        if let Some(heard) = &mut *self.heard.lock().unwrap_or_else(PoisonError::into_inner) {
            heard.push(name.clone());
        }
        let path = self.folder.join(&name);
        match self.written().entry(name.clone()) {
            Entry::Vacant(vacant) => {
                vacant.insert((kind, shard.clone()));
            }
            Entry::Occupied(same) if same.get().1 == shard => return Ok(shard),
            Entry::Occupied(other) => {
                return Err(Error::Refused {
                    message: format!("two files of the bundle share the name {}", other.key()),
                    help: None,
                });
            }
        }
        if let Some(reuse) = self.reuse {
            if reuse.take_shard(&name, &path)?.is_some() {
                return Ok(shard);
            }
            reuse.wrote_shard(&name, &shard);
        }
        let gz = gz.unwrap_or_else(|| self.compress(kind, json));
        write_new(&path, &gz)?;
        Ok(shard)
    }

    /// Does some work, one such at a time, and gives the names of all files that it wrote.
    pub(crate) fn listen<T>(&self, work: impl FnOnce() -> T) -> (T, Vec<String>) {
        let heard = || self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        *heard() = Some(Vec::new());
        let done = work();
        let names = heard().take().unwrap_or_default();
        (done, names)
    }

    fn written(&self) -> MutexGuard<'_, BTreeMap<String, (ShardKind, ShardRef)>> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was written, by kind, in the order of [`ShardKind`].
    pub(crate) fn tally(&self) -> Vec<(ShardKind, Tally)> {
        let mut tally = BTreeMap::<ShardKind, Tally>::new();
        for (kind, shard) in self.written().values() {
            let of_kind = tally.entry(*kind).or_default();
            of_kind.files += 1;
            of_kind.bytes += shard.bytes();
        }
        tally.into_iter().collect()
    }
}

/// Refuses what no reader would accept.
fn check_size(kind: ShardKind, shard: &ShardRef) -> Result<(), Error> {
    if shard.bytes() <= MAX_SHARD && shard.size() <= MAX_SHARD {
        return Ok(());
    }
    Err(Error::Refused {
        message: format!(
            "a {} file of the bundle would be larger than {} MB",
            kind.name(),
            MAX_SHARD >> 20
        ),
        help: None,
    })
}

/// Kinds of files that are taken over together.
const KINDS: [ShardKind; 8] = [
    ShardKind::List,
    ShardKind::Group,
    ShardKind::Body,
    ShardKind::Index,
    ShardKind::Terms,
    ShardKind::Traits,
    ShardKind::Text,
    ShardKind::Forms,
];

/// Whether a file of this name is of a kind.
fn is_of(name: &str, kind: ShardKind) -> bool {
    name.strip_prefix(kind.name())
        .is_some_and(|rest| rest.starts_with('-'))
}

/// Compresses with a header that says nothing.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    gzip_at(bytes, LEVEL)
}

fn gzip_at(bytes: &[u8], level: u32) -> Vec<u8> {
    /// What RFC 1952 calls "unknown".
    const NO_SYSTEM: u8 = 255;
    let mut encoder = GzBuilder::new()
        .mtime(0)
        .operating_system(NO_SYSTEM)
        .write(Vec::with_capacity(bytes.len() / 3), Compression::new(level));
    // Writing into memory does not fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

/// Compresses what is nearly all base64 of bytes that are compressed already: nothing repeats in it but
/// by chance, and what repeats by chance is told in more bits than its characters.
fn gzip_of_base64(json: &[u8]) -> Vec<u8> {
    const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let config = DeflateConfig {
        window_bits: -15,
        strategy: Strategy::HuffmanOnly,
        ..DeflateConfig::default()
    };
    let mut deflated = vec![0; zlib_rs::compress_bound(json.len())];
    let (deflated, code) = zlib_rs::compress_slice(&mut deflated, json, config);
    if code != ReturnCode::Ok {
        return gzip(json);
    }
    let mut sum = Crc::new();
    sum.update(json);
    let ends = [sum.sum(), sum.amount()].map(u32::to_le_bytes);
    [&HEADER[..], deflated, &ends[0], &ends[1]].concat()
}

/// What names a file that holds `gz`, of which `json` was made.
pub(crate) fn reference(gz: &[u8], json: &[u8]) -> ShardRef {
    ShardRef(sha256(gz), gz.len() as u64, json.len() as u64)
}

/// SHA-256 in lower-case hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut digits = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            digits.push(char::from(DIGITS[usize::from(digit)]));
        }
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gzip_header_is_fixed() {
        assert_eq!(gzip(b"x")[..10], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255]);
    }

    #[test]
    fn base64_is_compressed_and_comes_back() {
        use base64::prelude::*;
        use std::io::Read as _;
        for length in [0, 1, 100, 5_000] {
            let bytes: Vec<u8> = (0..length)
                .flat_map(|n: u32| Sha256::digest(n.to_le_bytes()))
                .collect();
            let json = BASE64_STANDARD.encode(&bytes);
            let gz = gzip_of_base64(json.as_bytes());
            let mut read = String::new();
            let decoder = flate2::read::GzDecoder::new(&gz[..]);
            decoder.take(1 << 30).read_to_string(&mut read).unwrap();
            assert!(read == json, "{length}");
            assert!(gz.len() < bytes.len() + bytes.len() / 100 + 200, "{length}");
        }
    }

    /// The longest lists are those that say least about each post: of terms in half of all posts.
    #[test]
    fn a_list_of_an_archive_of_a_million_posts_is_at_most_130_kb() {
        use shelfmark_bundle::{IndexWriter, Posting, Scale, Term};
        let posts = 1_000_000;
        let scale = Scale::even(posts);
        for (in_text, in_title) in [(128, 128), (110, 90)] {
            let postings = (0..posts).filter_map(|id| {
                let hash = Sha256::digest(id.to_le_bytes());
                let (title, label) = (hash[1] < in_title, hash[2] < 32);
                (hash[0] < in_text).then(|| Posting::new(id, hash[3] % 5, title, label))
            });
            let term = Term {
                key: "武汉".into(),
                forms: Vec::new(),
                postings: postings.collect(),
            };
            let mut writer = IndexWriter::new(&scale);
            writer.push(&term.as_told());
            let bytes = gzip_of_base64(&writer.finish()).len();
            assert!(bytes < 130_000, "{bytes} bytes of {in_text} {in_title}");
        }
    }

    #[test]
    fn hashes_are_lower_case_hexadecimal() {
        assert_eq!(
            sha256(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn identical_content_is_written_once() {
        let folder = tempfile::tempdir().unwrap();
        let progress = Progress::silent();
        let writer = Writer::new(folder.path().into(), false, &progress, None);
        let first = writer.shard(ShardKind::Text, b"{}").unwrap();
        let second = writer.shard(ShardKind::Text, b"{}").unwrap();
        assert_eq!(first, second);
        let bytes = first.bytes();
        assert_eq!(
            writer.tally(),
            [(ShardKind::Text, Tally { files: 1, bytes })]
        );
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
