//! Pictures that lie on the archivist's disk: found by what posts call them, checked by their
//! bytes, and copied into the bundle.
//!
//! Posts are not trusted to name files: nothing outside the posts folders and the folders of
//! pictures is read, whatever a path or a link in them says.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use shelfmark_bundle::{Picture, ShardRef};
use shelfmark_markdown::{percent_decoded, resolve};

use crate::cache::Stat;
use crate::error::Error;
use crate::post::Post;
use crate::slug::split_extension;
use crate::writer::Writer;

/// A file of the bundle and what kind of picture it is.
pub(crate) type Copied = (ShardRef, &'static str);

/// Where pictures may lie.
#[derive(Debug)]
pub(crate) struct Pictures {
    /// The posts folders.
    roots: Vec<PathBuf>,
    folders: Vec<PathBuf>,
    /// What was read before, by canonical path; nothing where it is no picture.
    read: Mutex<HashMap<PathBuf, Option<Copied>>>,
}

/// Folders whose files sites serve as if they lay at their top.
const SERVED: &[&str] = &["static", "public", "source", "src", "assets"];

impl Pictures {
    /// Looks at the folders.
    ///
    /// # Errors
    /// When a folder of pictures is none.
    pub(crate) fn new(posts: &[PathBuf], folders: &[PathBuf]) -> Result<Self, Error> {
        let roots = posts.iter().map(|root| {
            let folder = if root.is_file() { root.parent() } else { None };
            let folder = folder.unwrap_or(root);
            let named = folder.as_os_str().is_empty();
            let folder = if named { Path::new(".") } else { folder };
            folder.canonicalize().map_err(Error::file("open", folder))
        });
        let folders = folders.iter().map(|folder| {
            let found = folder.canonicalize().map_err(Error::file("open", folder))?;
            if !found.is_dir() {
                return Err(Error::refused(
                    format!("`{}` is not a folder", folder.display()),
                    "give the folder that holds the posts' pictures",
                ));
            }
            Ok(found)
        });
        Ok(Self {
            roots: roots.collect::<Result<_, _>>()?,
            folders: folders.collect::<Result<_, _>>()?,
            read: Mutex::default(),
        })
    }

    /// Whether pictures of other sites are looked for too.
    pub(crate) fn has_mirrors(&self) -> bool {
        !self.folders.is_empty()
    }

    /// Copies the picture that a post calls `address` into the bundle, if there is one.
    ///
    /// # Errors
    /// When the bundle can't be written.
    pub(crate) fn find(
        &self,
        post: &Post,
        address: &str,
        writer: &Writer<'_>,
    ) -> Result<Option<Copied>, Error> {
        for path in self.candidates(post, address) {
            let Ok(path) = path.canonicalize() else {
                continue;
            };
            let allowed = self.roots.get(post.root).into_iter().chain(&self.folders);
            if !allowed.into_iter().any(|folder| path.starts_with(folder)) {
                continue;
            }
            if let Some(copy) = self.copy(path, writer)? {
                return Ok(Some(copy));
            }
        }
        Ok(None)
    }

    /// Whether there is a place on disk where a picture that a post calls `address` may lie.
    pub(crate) fn may_have(&self, post: &Post, address: &str) -> bool {
        !self.candidates(post, address).is_empty()
    }

    /// Whether there is a file that a post may call `address`.
    pub(crate) fn has(&self, post: &Post, address: &str) -> bool {
        self.candidates(post, address)
            .iter()
            .any(|path| path.is_file())
    }

    fn copy(&self, path: PathBuf, writer: &Writer<'_>) -> Result<Option<Copied>, Error> {
        let known = || self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(copy) = known().get(&path) {
            return Ok(copy.clone());
        }
        let copy = match fs::metadata(&path) {
            Ok(data) if data.is_file() && (1..=Picture::MOST).contains(&data.len()) => {
                let stat = Stat::of(&data);
                match writer.known_picture(&path, &stat)? {
                    Some(copy) => copy,
                    None => {
                        let copy = read(&path, writer)?;
                        writer.found_picture(&path, stat, copy.as_ref());
                        copy
                    }
                }
            }
            _ => None,
        };
        known().insert(path, copy.clone());
        Ok(copy)
    }

    /// Files that may be meant, the likeliest first.
    fn candidates(&self, post: &Post, address: &str) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let scheme = address.split(['/', '?', '#']).next().unwrap_or_default();
        if !address.starts_with("//") && !scheme.contains(':') {
            let page = address.split(['?', '#']).next().unwrap_or_default();
            let page = percent_decoded(page);
            if page.trim_matches(['/', '.']).is_empty() {
                return found;
            }
            if let Some(root) = self.roots.get(post.root) {
                let own = String::from_utf8_lossy(&post.path);
                if let (Some((folder, _)), false) = (own.rsplit_once('/'), page.starts_with('/')) {
                    found.push(root.join(folder).join(&page));
                }
                let page = page.trim_start_matches('/');
                found.push(root.join(page));
                // Hexo's folder of a post's own files; what sites serve from their top.
                let (stem, _) = split_extension(own.as_bytes());
                if let Ok(stem) = core::str::from_utf8(stem) {
                    found.push(root.join(stem).join(page));
                }
                found.extend(SERVED.iter().map(|folder| root.join(folder).join(page)));
            }
            let below = inside(&page);
            found.extend(self.folders.iter().map(|folder| folder.join(&below)));
        }
        if self.has_mirrors()
            && let Some(address) = mirrored(post.source.as_deref(), address)
        {
            for path in mirror_paths(&address) {
                found.extend(self.folders.iter().map(|folder| folder.join(&path)));
            }
        }
        found
    }
}

/// Copies a file into the bundle, if it is a picture.
fn read(path: &Path, writer: &Writer<'_>) -> Result<Option<Copied>, Error> {
    match fs::read(path) {
        // It may have grown in the meantime.
        Ok(bytes) if bytes.len() as u64 <= Picture::MOST => match kind_of(&bytes) {
            Some(kind) => Ok(Some((writer.picture(bytes)?, kind))),
            None => Ok(None),
        },
        _ => Ok(None),
    }
}

/// A path without what leads out of its folder.
pub(crate) fn inside(path: &str) -> String {
    let parts = path
        .split('/')
        .filter(|part| !matches!(*part, "" | "." | ".."));
    parts.collect::<Vec<_>>().join("/")
}

/// The absolute address of a picture, if it has one.
fn mirrored(source: Option<&str>, address: &str) -> Option<String> {
    if address.starts_with("//") {
        return resolve("", &format!("https:{address}"));
    }
    resolve(source.unwrap_or_default(), address)
}

/// Names under which tools keep the answer for an address: `host/path`, with the query where
/// there is one (`wget -x`), or without.
pub(crate) fn mirror_paths(address: &str) -> Vec<String> {
    let address = address.split('#').next().unwrap_or_default();
    let Some((_, rest)) = address.split_once("://") else {
        return Vec::new();
    };
    let (page, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (host, path) = page.split_once('/').unwrap_or((page, ""));
    let host = host.to_lowercase();
    let mut found: Vec<String> = Vec::new();
    for path in [percent_decoded(path), path.to_owned()] {
        let path = inside(&path);
        if path.is_empty() {
            continue;
        }
        let mut add = |name: String| {
            if !found.contains(&name) {
                found.push(name);
            }
        };
        if !query.is_empty() {
            let query = query.replace('/', "%2F");
            add(format!("{host}/{path}?{query}"));
            add(format!("{host}/{path}@{query}"));
        }
        add(format!("{host}/{path}"));
    }
    found
}

/// What a picture is by its bytes: one of [`Picture::KINDS`].
pub(crate) fn kind_of(bytes: &[u8]) -> Option<&'static str> {
    let at =
        |start: usize, expected: &[u8]| bytes.get(start..start + expected.len()) == Some(expected);
    let kind = if at(0, b"\x89PNG\r\n\x1a\n") {
        "png"
    } else if at(0, b"\xff\xd8\xff") {
        "jpeg"
    } else if at(0, b"GIF87a") || at(0, b"GIF89a") {
        "gif"
    } else if at(0, b"RIFF") && at(8, b"WEBP") {
        "webp"
    } else if at(4, b"ftypavif") || at(4, b"ftypavis") || (at(4, b"ftypmif1") && has_avif(bytes)) {
        "avif"
    } else if is_svg(bytes) {
        "svg+xml"
    } else {
        return None;
    };
    Some(kind)
}

/// Whether AVIF is among the compatible brands.
fn has_avif(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(64)];
    head.windows(4).any(|brand| brand == b"avif")
}

/// Whether the first element of an XML document is `svg`.
fn is_svg(bytes: &[u8]) -> bool {
    /// Comments and a document type may stand before it.
    const HEAD: usize = 4096;
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]);
    let mut rest = head.trim_start_matches('\u{feff}').trim_start();
    loop {
        let end = if rest.starts_with("<!--") {
            "-->"
        } else if rest.starts_with("<?") {
            "?>"
        } else if rest.starts_with("<!DOCTYPE") {
            ">"
        } else {
            break;
        };
        let Some((_, after)) = rest.split_once(end) else {
            return false;
        };
        rest = after.trim_start();
    }
    rest.strip_prefix("<svg")
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_whitespace() || c == '>'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_by_bytes() {
        for (bytes, expected) in [
            (&b"\x89PNG\r\n\x1a\nrest"[..], Some("png")),
            (b"\xff\xd8\xff\xe0", Some("jpeg")),
            (b"GIF89a", Some("gif")),
            (b"RIFF\0\0\0\0WEBPVP8 ", Some("webp")),
            (b"\0\0\0\x1cftypavif", Some("avif")),
            (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avif", Some("avif")),
            (b"\0\0\0\x1cftypisom", None),
            (
                b"\xef\xbb\xbf<?xml version='1.0'?><!-- x --><!DOCTYPE svg>\n<svg xmlns=''>",
                Some("svg+xml"),
            ),
            (b"<svgx>", None),
            (b"<!-- <svg >", None),
            (b"<html><svg></svg>", None),
            (b"MZ", None),
            (b"", None),
        ] {
            assert_eq!(kind_of(bytes), expected, "{bytes:?}");
            if let Some(kind) = expected {
                assert!(Picture::KINDS.contains(&kind));
            }
        }
    }

    #[test]
    fn mirrors_keep_host_and_path() {
        assert_eq!(
            mirror_paths("https://A.example/x/%E4%B8%AD.jpg?w=1&h=a/b#c"),
            [
                "a.example/x/中.jpg?w=1&h=a%2Fb",
                "a.example/x/中.jpg@w=1&h=a%2Fb",
                "a.example/x/中.jpg",
                "a.example/x/%E4%B8%AD.jpg?w=1&h=a%2Fb",
                "a.example/x/%E4%B8%AD.jpg@w=1&h=a%2Fb",
                "a.example/x/%E4%B8%AD.jpg",
            ]
        );
        assert_eq!(
            mirror_paths("http://a.example/../../%2e%2e/etc/passwd"),
            ["a.example/etc/passwd", "a.example/%2e%2e/etc/passwd"]
        );
        assert!(mirror_paths("http://a.example/").is_empty());
    }
}
