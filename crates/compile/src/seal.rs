//! The last files of a bundle: the table of the viewer's files, the manifest, and its signature.
//!
//! An archive that was signed before and has not changed keeps its time and its signature: the same
//! posts give the same bytes here too. One that has changed must bear a later time, by which
//! readers notice that an older one is put in its place.

use std::fs;
use std::path::Path;

use shelfmark_bundle::{Manifest, PagesShard, ShardKind, ShardRef, Signed, signature_name};

use crate::archive::MANIFEST;
use crate::error::Error;
use crate::options::SignedAt;
use crate::sign::{self, SecretKey};
use crate::writer::{Tally, gzip, reference, sha256};

/// A file of the viewer as it was written: its path in the site, its size and SHA-256.
pub(crate) type ViewerFile = (String, u64, String);

/// What signs a build.
#[derive(Debug)]
pub(crate) struct Seal {
    key: SecretKey,
    time: SignedAt,
    /// The manifest that stands where the new one will.
    before: Option<Manifest>,
}

impl Seal {
    /// Reads the key, and what was signed before in the place of the site.
    pub(crate) fn begin(key: &Path, time: SignedAt, site: &Path) -> Result<Self, Error> {
        let key = SecretKey::read(key)?;
        let public = key.public().to_string();
        let before = fs::read(site.join("bundle").join(MANIFEST)).ok();
        let before = before.and_then(|bytes| Manifest::decode(&bytes).ok());
        let ours = |manifest: &Manifest| {
            let signed = manifest.signed.as_ref();
            signed.is_some_and(|signed| signed.0 == public)
        };
        Ok(Self {
            key,
            time,
            before: before.filter(ours),
        })
    }

    /// Who signs this manifest, and when.
    fn sign(&self, manifest: &mut Manifest) -> Result<(), Error> {
        let key = self.key.public().to_string();
        let before = self.before.as_ref();
        let last = before.and_then(|before| before.signed.as_ref());
        manifest.signed = last.cloned();
        let last = last.map(|signed| signed.1);
        let kept = match self.time {
            SignedAt::Exactly(time) => last == Some(time),
            SignedAt::Now(_) => true,
        };
        if kept && before == Some(manifest) {
            return Ok(());
        }
        let time = match (self.time, last) {
            (SignedAt::Exactly(time), Some(last)) if time <= last => {
                return Err(Error::refused(
                    format!(
                        "the archive in this place was signed at {}, not before {}",
                        sign::time(last),
                        sign::time(time)
                    ),
                    "give a later time: readers are warned of an archive older than the one they had",
                ));
            }
            (SignedAt::Exactly(time), _) => time,
            // The clock may have been put back.
            (SignedAt::Now(now), last) => now.max(last.map_or(0, |last| last + 1)),
        };
        manifest.signed = Some(Signed(key, time));
        Ok(())
    }
}

/// What was written.
#[derive(Debug, Default)]
pub(crate) struct Sealed {
    /// Bytes of the manifest.
    pub(crate) manifest: u64,
    /// The files beside it.
    pub(crate) beside: Tally,
}

/// Writes what is left to write into the folder of a site.
pub(crate) fn write(
    manifest: &mut Manifest,
    viewer: Vec<ViewerFile>,
    seal: Option<&Seal>,
    site: &Path,
) -> Result<Sealed, Error> {
    let folder = site.join("bundle");
    let mut sealed = Sealed::default();
    let put = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        fs::write(&path, bytes).map_err(Error::file("write", &path))
    };
    let mut beside = |name: String, bytes: &[u8]| {
        sealed.beside.files += 1;
        sealed.beside.bytes += bytes.len() as u64;
        put(&name, bytes)
    };
    let (table, gz) = table(viewer);
    beside(table.file_name(ShardKind::Pages), &gz)?;
    manifest.viewer = Some(table);
    if let Some(seal) = seal {
        seal.sign(manifest)?;
    }
    let bytes = manifest.encode();
    if let Some(seal) = seal {
        let hash = sha256(&bytes);
        beside(signature_name(&hash), &seal.key.sign(&hash))?;
    }
    put(MANIFEST, &bytes)?;
    sealed.manifest = bytes.len() as u64;
    Ok(sealed)
}

/// The table of the viewer's files, as bytes and as the manifest names it.
fn table(mut viewer: Vec<ViewerFile>) -> (ShardRef, Vec<u8>) {
    viewer.sort();
    let mut table = PagesShard::default();
    for (path, bytes, hash) in viewer {
        table.paths.push(path);
        table.bytes.push(bytes);
        table.hashes.push(hash);
    }
    let json = table.encode();
    let gz = gzip(&json);
    (reference(&gz, &json), gz)
}
