//! Fetches files of the bundle, checks them, and unpacks them.
//!
//! A file is used only when its length and SHA-256 are those of the manifest, and is unpacked
//! by the browser's own `DecompressionStream` to no more bytes than the manifest says.

use sha2::{Digest as _, Sha256};
use shelfmark_bundle::{FormatError, MAX_MANIFEST, Picture, ShardKind, ShardRef};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    ReadableStreamDefaultReader, ReadableWritablePair, ReferrerPolicy, RequestInit, Response,
};

use super::failure::Failure;

#[wasm_bindgen]
extern "C" {
    /// The browser's own inflater; `web-sys` has it among its unstable parts only.
    type DecompressionStream;
    #[wasm_bindgen(constructor, catch)]
    fn new(format: &str) -> Result<DecompressionStream, JsValue>;
}

/// Where the files are.
#[derive(Debug)]
pub(super) struct Loader {
    /// Address of the manifest.
    manifest: String,
}

impl Loader {
    pub(super) fn new(manifest: String) -> Self {
        Self { manifest }
    }

    /// Bytes of the manifest, from a request that is already under way or a new one.
    pub(super) async fn manifest(
        &self,
        early: Option<js_sys::Promise>,
    ) -> Result<Vec<u8>, Failure> {
        let name = file_name(&self.manifest);
        let response = match early {
            Some(promise) => Some(JsFuture::from(promise)),
            None => fetch(&self.manifest),
        };
        match body(response, MAX_MANIFEST as u64).await {
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
        let file = shard.file_name(kind);
        let response = self.request(&file);
        self.unpack(file, response, shard).await
    }

    /// Bytes of a picture.
    pub(super) async fn picture(&self, picture: &Picture) -> Result<Vec<u8>, Failure> {
        let file = picture.1.file_name(ShardKind::Image);
        let response = self.request(&file);
        checked(response, &picture.1)
            .await
            .map_err(|damaged| failure(file, damaged))
    }

    /// Asks for a file of the bundle, at once.
    pub(super) fn request(&self, file: &str) -> Option<JsFuture> {
        fetch(&beside(&self.manifest, file))
    }

    /// JSON of a shard from the response for its file.
    pub(super) async fn unpack(
        &self,
        file: String,
        response: Option<JsFuture>,
        shard: &ShardRef,
    ) -> Result<Vec<u8>, Failure> {
        unpacked(response, shard)
            .await
            .map_err(|damaged| failure(file, damaged))
    }
}

fn failure(file: String, damaged: bool) -> Failure {
    if damaged {
        Failure::Integrity { file }
    } else {
        Failure::Network { file }
    }
}

/// JSON of a shard; `Err(true)` when it is not what it should be, `Err(false)` when it could not
/// be read.
async fn unpacked(response: Option<JsFuture>, shard: &ShardRef) -> Result<Vec<u8>, bool> {
    let bytes = checked(response, shard).await?;
    let unpacked = inflate(&bytes).ok_or(true)?;
    let json = read(&unpacked, shard.size()).await.map_err(|_| true)?;
    if json.len() as u64 == shard.size() {
        Ok(json)
    } else {
        Err(true)
    }
}

/// Bytes of a file, likewise.
async fn checked(response: Option<JsFuture>, file: &ShardRef) -> Result<Vec<u8>, bool> {
    let bytes = body(response, file.bytes()).await?;
    if bytes.len() as u64 == file.bytes() && has_hash(&bytes, file.sha256()) {
        Ok(bytes)
    } else {
        Err(true)
    }
}

/// Address of a file in the folder of another.
fn beside(address: &str, file: &str) -> String {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let folder = path.rfind('/').map_or("", |end| &path[..=end]);
    format!("{folder}{file}")
}

fn file_name(address: &str) -> String {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    path.rsplit('/').next().unwrap_or(path).to_owned()
}

/// Asks for a response, at once.
fn fetch(address: &str) -> Option<JsFuture> {
    let options = RequestInit::new();
    options.set_referrer_policy(ReferrerPolicy::NoReferrer);
    let promise = web_sys::window()?.fetch_with_str_and_init(address, &options);
    Some(JsFuture::from(promise))
}

/// The body of a good response; `Err(true)` when it is longer than `most` bytes, `Err(false)`
/// when it could not be read.
async fn body(response: Option<JsFuture>, most: u64) -> Result<Vec<u8>, bool> {
    let response = response.ok_or(false)?.await.map_err(|_| false)?;
    let response: Response = response.dyn_into().map_err(|_| false)?;
    if !response.ok() {
        return Err(false);
    }
    read(&response, most).await
}

async fn read(response: &Response, most: u64) -> Result<Vec<u8>, bool> {
    let stream = response.body().ok_or(false)?;
    let reader: ReadableStreamDefaultReader = stream.get_reader().dyn_into().map_err(|_| false)?;
    let mut bytes = Vec::new();
    loop {
        let step = JsFuture::from(reader.read()).await.map_err(|_| false)?;
        let done = js_sys::Reflect::get(&step, &"done".into()).is_ok_and(|done| done.is_truthy());
        if done {
            return Ok(bytes);
        }
        let chunk = js_sys::Reflect::get(&step, &"value".into()).map_err(|_| false)?;
        let chunk: js_sys::Uint8Array = chunk.dyn_into().map_err(|_| false)?;
        if bytes.len() as u64 + u64::from(chunk.length()) > most {
            let _ = reader.cancel();
            return Err(true);
        }
        let start = bytes.len();
        bytes.resize(start + chunk.length() as usize, 0);
        chunk.copy_to(&mut bytes[start..]);
    }
}

/// A response with the unpacked bytes.
fn inflate(bytes: &[u8]) -> Option<Response> {
    let packed = Response::new_with_opt_js_u8_array(Some(&js_sys::Uint8Array::from(bytes))).ok()?;
    let gzip = DecompressionStream::new("gzip").ok()?;
    let stream = packed
        .body()?
        .pipe_through(gzip.unchecked_ref::<ReadableWritablePair>());
    Response::new_with_opt_readable_stream(Some(&stream)).ok()
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
