//! Brings files of the bundle, checks them, and unpacks them.
//!
//! A file is used only when its length and SHA-256 are those of the manifest, and is unpacked
//! by the browser's own `DecompressionStream` to no more bytes than the manifest says. One that
//! differs is asked for once more, past every cache. Of a pack only the shard's own bytes are asked
//! for. Requests, time limits and repetitions are JavaScript's (`www/files.js`), as are the files of a
//! page that was packed or opened from disk.

use js_sys::{Promise, Uint8Array};
use sha2::{Digest as _, Sha256};
use shelfmark_bundle::{
    BodyPlace, FormatError, Location, MAX_MANIFEST, Picture, ShardKind, ShardRef,
};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::Options;
use super::failure::Failure;

/// Most bytes taken of a file whose length is not known yet.
const EARLY: u64 = 16 << 20;

/// For an offset: the whole file.
const WHOLE: f64 = -1.0;

/// Where the files are.
pub(super) struct Loader {
    /// Address of the manifest.
    manifest: String,
    options: Options,
}

impl Loader {
    pub(super) fn new(options: Options) -> Self {
        Self {
            manifest: options.src(),
            options,
        }
    }

    /// Bytes of the manifest, from a request that is already under way or a new one.
    pub(super) async fn manifest(&self, early: Option<Promise>) -> Result<Vec<u8>, Failure> {
        let name = file_name(&self.manifest);
        let most = MAX_MANIFEST as f64;
        let asked = early.unwrap_or_else(|| self.options.get(&self.manifest, most, true, WHOLE));
        match body(asked).await {
            Ok(bytes) => Ok(bytes),
            Err(true) => Err(Failure::Format {
                file: name,
                error: FormatError::Invalid("the manifest is larger than the format allows".into()),
            }),
            Err(false) => Err(Failure::Network { file: name }),
        }
    }

    /// JSON of a shard.
    pub(super) async fn shard(
        &self,
        kind: ShardKind,
        shard: &ShardRef,
    ) -> Result<Vec<u8>, Failure> {
        self.shard_at(Location::file(shard.file_name(kind)), shard)
            .await
    }

    /// JSON of a shard whose bytes are at a place.
    pub(super) async fn shard_at(
        &self,
        place: Location,
        shard: &ShardRef,
    ) -> Result<Vec<u8>, Failure> {
        let asked = self.ask(&place, shard.bytes(), false);
        self.unpack(place, asked, shard).await
    }

    /// Bytes of a picture.
    pub(super) async fn picture(&self, picture: &Picture) -> Result<Vec<u8>, Failure> {
        let place = Location::file(picture.1.file_name(ShardKind::Image));
        let asked = self.ask(&place, picture.1.bytes(), false);
        self.checked(&place, asked, &picture.1)
            .await
            .map_err(|damaged| failure(place, damaged))
    }

    /// Asks for a body shard, at once; should a file turn out to be longer than most ever are, it is
    /// asked for again when its length is known.
    pub(super) fn request(&self, body: &BodyPlace) -> Promise {
        let bytes = body
            .part
            .map_or(EARLY, |(_, bytes)| EARLY.min(bytes.into()));
        self.ask(&body.location(), bytes, false)
    }

    /// Address of a file of the bundle.
    pub(super) fn address(&self, file: &str) -> String {
        beside(&self.manifest, file)
    }

    fn ask(&self, place: &Location, most: u64, fresh: bool) -> Promise {
        let address = self.address(&place.file);
        let offset = place.offset.map_or(WHOLE, |offset| offset as f64);
        self.options.get(&address, most as f64, fresh, offset)
    }

    /// JSON of a shard from what was asked for its bytes.
    pub(super) async fn unpack(
        &self,
        place: Location,
        asked: Promise,
        shard: &ShardRef,
    ) -> Result<Vec<u8>, Failure> {
        self.unpacked(&place, asked, shard)
            .await
            .map_err(|damaged| failure(place, damaged))
    }

    /// JSON of a shard; `Err(true)` when it is not what it should be, `Err(false)` when it could
    /// not be read.
    async fn unpacked(
        &self,
        place: &Location,
        asked: Promise,
        shard: &ShardRef,
    ) -> Result<Vec<u8>, bool> {
        let mut json = self.checked(place, asked, shard).await?;
        // In a page that was packed, bodies are not compressed one by one.
        if json.first() != Some(&b'{') {
            let unpacked = self.options.inflate(&json, shard.size() as f64);
            json = body(unpacked).await.map_err(|_| true)?;
        }
        if json.len() as u64 == shard.size() {
            Ok(json)
        } else {
            Err(true)
        }
    }

    /// Bytes of a file or of a part of one, likewise.
    async fn checked(
        &self,
        place: &Location,
        asked: Promise,
        file: &ShardRef,
    ) -> Result<Vec<u8>, bool> {
        let mut read = body(asked).await;
        for last in [false, true] {
            match read {
                Ok(bytes)
                    if bytes.len() as u64 == file.bytes() && has_hash(&bytes, file.sha256()) =>
                {
                    return Ok(bytes);
                }
                Err(false) => return Err(false),
                _ if last => break,
                // What lies in a cache, here or on the way, may be what is wrong.
                _ => read = body(self.ask(place, file.bytes(), true)).await,
            }
        }
        Err(true)
    }
}

fn failure(place: Location, damaged: bool) -> Failure {
    let file = place.file;
    if damaged {
        Failure::Integrity { file }
    } else {
        Failure::Network { file }
    }
}

/// Address of a file in the folder of another.
fn beside(address: &str, file: &str) -> String {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let folder = path.rfind('/').map_or("", |end| &path[..=end]);
    [folder, file].concat()
}

fn file_name(address: &str) -> String {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    path.rsplit('/').next().unwrap_or(path).to_owned()
}

/// What was asked for; `Err(true)` when it is longer than it may be, `Err(false)` when it could not
/// be read.
async fn body(asked: Promise) -> Result<Vec<u8>, bool> {
    let bytes = JsFuture::from(asked).await.map_err(|_| false)?;
    let bytes: Uint8Array = bytes.dyn_into().map_err(|_| true)?;
    Ok(bytes.to_vec())
}

fn has_hash(bytes: &[u8], expected: &str) -> bool {
    sha256(bytes) == expected
}

/// SHA-256 in hexadecimal.
pub(super) fn sha256(bytes: &[u8]) -> String {
    let hex = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    let digest = Sha256::digest(bytes);
    let digits = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(hex).collect()
}
