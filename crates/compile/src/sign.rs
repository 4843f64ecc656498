//! Keys and signatures: who says that an archive is as it should be.
//!
//! The manifest names the signer's key and the time; the signature is over the manifest's SHA-256
//! and stands in a file of its own, named after the manifest. The manifest names every other file
//! by its hash, so one signature is of them all.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey as _, DecodePublicKey as _, EncodePrivateKey as _};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shelfmark_bundle::{Signed, signed_message};

use crate::archive::open_regular;
use crate::error::Error;

/// Ending of the name of the public half of a key.
const PUBLIC: &str = "pub";

/// Most bytes that a file with a key or a signature may have.
const LARGEST: u64 = 16 << 10;

/// A key that signs.
#[derive(Debug)]
pub(crate) struct SecretKey(SigningKey);

/// A key that tells whether its other half signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

/// A new key.
#[derive(Debug)]
pub struct NewKey {
    /// The file with the secret half.
    pub secret: PathBuf,
    /// The file with the public half.
    pub file: PathBuf,
    /// The public half.
    pub public: PublicKey,
}

/// The file of a signature.
#[derive(Debug, Serialize, Deserialize)]
struct SignatureFile {
    /// 64 bytes in base64.
    signature: String,
}

/// Makes a key: the secret half in `path` (PKCS#8, readable by its owner alone), the public half
/// beside it.
///
/// # Errors
/// When one of the files is there already, or can't be written.
pub fn keygen(path: &Path) -> Result<NewKey, Error> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| {
        Error::refused(
            format!("this machine gives no random numbers: {error}"),
            "make the key on another one",
        )
    })?;
    let secret = SecretKey(SigningKey::from_bytes(&seed));
    let public = secret.public();
    let pem = secret
        .0
        .to_pkcs8_pem(LineEnding::LF)
        .map_err(|_| Error::refused("the key can't be written as PEM", "run the command again"))?;
    let file = path.with_added_extension(PUBLIC);
    if file.exists() {
        return Err(occupied(&file));
    }
    write_new(path, pem.as_bytes(), true)?;
    write_new(&file, format!("{public}\n").as_bytes(), false).inspect_err(|_| {
        // It was never shown, so nothing can be signed with it.
        let _ = fs::remove_file(path);
    })?;
    Ok(NewKey {
        secret: path.to_owned(),
        file,
        public,
    })
}

/// Writes a file that is not there yet.
fn write_new(path: &Path, bytes: &[u8], secret: bool) -> Result<(), Error> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(if secret { 0o600 } else { 0o644 });
    }
    #[cfg(not(unix))]
    let _ = secret;
    let mut file = options.open(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => occupied(path),
        _ => Error::file("create", path)(error),
    })?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    written.map_err(|error| {
        // Half a key is none.
        let _ = fs::remove_file(path);
        Error::file("write", path)(error)
    })
}

fn occupied(path: &Path) -> Error {
    Error::refused(
        format!("`{}` is there already", path.display()),
        "give another name: a key that archives were signed with can't be made again",
    )
}

impl SecretKey {
    /// Reads the secret half of a key.
    pub(crate) fn read(path: &Path) -> Result<Self, Error> {
        if !path.exists() {
            return Err(Error::refused(
                format!("there is no key `{}`", path.display()),
                "make one with `shelfmark keygen`, or give the file that it wrote",
            ));
        }
        let text = read_text(path)?;
        SigningKey::from_pkcs8_pem(text.trim())
            .map(Self)
            .map_err(|_| {
                Error::refused(
                    format!("`{}` is not a key that signs", path.display()),
                    "give the file that `shelfmark keygen` wrote, not the one that ends in `.pub`",
                )
            })
    }

    /// The public half.
    pub(crate) fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// The file with the signature over a manifest of this SHA-256.
    pub(crate) fn sign(&self, sha256: &str) -> Vec<u8> {
        let signature = self.0.sign(signed_message(sha256).as_bytes());
        let file = SignatureFile {
            signature: BASE64.encode(signature.to_bytes()),
        };
        let mut json = serde_json::to_vec(&file).unwrap_or_default();
        json.push(b'\n');
        json
    }
}

impl PublicKey {
    /// A key from its base64, or nothing.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 32] = BASE64.decode(text.trim()).ok()?.try_into().ok()?;
        let key = VerifyingKey::from_bytes(&bytes).ok()?;
        (!key.is_weak()).then_some(Self(key))
    }

    /// A key as the user gives it: its base64, or the name of a file with it (or with PEM).
    ///
    /// # Errors
    /// When it is neither.
    pub fn given(text: &str) -> Result<Self, Error> {
        if let Some(key) = Self::parse(text) {
            return Ok(key);
        }
        let path = Path::new(text);
        if !path.is_file() {
            return Err(Error::refused(
                format!("`{text}` is neither a public key nor a file"),
                "give the line that `shelfmark keygen` printed, or its `.pub` file",
            ));
        }
        let text = read_text(path)?;
        let pem = || {
            let key = VerifyingKey::from_public_key_pem(text.trim()).ok()?;
            (!key.is_weak()).then_some(Self(key))
        };
        Self::parse(&text).or_else(pem).ok_or_else(|| {
            Error::refused(
                format!("`{}` holds no public key", path.display()),
                "give the `.pub` file that `shelfmark keygen` wrote",
            )
        })
    }

    /// Whether `file` holds this key's signature over a manifest of this SHA-256.
    #[must_use]
    pub fn signed(&self, sha256: &str, file: &[u8]) -> bool {
        let read = || {
            let file: SignatureFile = serde_json::from_slice(file).ok()?;
            let bytes: [u8; 64] = BASE64.decode(file.signature).ok()?.try_into().ok()?;
            let signature = Signature::from_bytes(&bytes);
            let message = signed_message(sha256);
            self.0.verify_strict(message.as_bytes(), &signature).ok()
        };
        read().is_some()
    }

    /// What people compare: the key's first 16 bytes, in groups of four digits.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut text = String::with_capacity(39);
        for (place, byte) in self.0.as_bytes()[..16].iter().enumerate() {
            if place > 0 && place % 2 == 0 {
                text.push(' ');
            }
            text.push_str(&format!("{byte:02x}"));
        }
        text
    }
}

impl std::fmt::Display for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&BASE64.encode(self.0.as_bytes()))
    }
}

/// Who signed when, for people.
#[must_use]
pub fn signer(signed: &Signed) -> String {
    let key = PublicKey::parse(&signed.0);
    let fingerprint = key.map_or_else(|| "no key".to_owned(), |key| key.fingerprint());
    format!("{fingerprint}, {}", time(signed.1))
}

/// A time that an archive was signed at, for people.
pub(crate) fn time(seconds: u64) -> String {
    let stamp = i64::try_from(seconds)
        .ok()
        .and_then(|seconds| Timestamp::from_second(seconds).ok());
    stamp.map_or_else(|| seconds.to_string(), |stamp| stamp.to_string())
}

/// Reads a time from 1970 on, as seconds.
#[must_use]
pub fn parse_time(text: &str) -> Option<u64> {
    let stamp: Timestamp = text.parse().ok()?;
    u64::try_from(stamp.as_second()).ok()
}

/// The file with a signature; nothing when it can't be read.
pub(crate) fn read_signature(path: &Path) -> io::Result<Vec<u8>> {
    read(open_regular(path)?)
}

/// Keys may come out of a pipe.
fn read_text(path: &Path) -> Result<String, Error> {
    File::open(path)
        .and_then(read)
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .map_err(Error::file("read", path))
}

fn read(file: File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(LARGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests;
