//! What makes a site one that browsers install: the service worker, which must know every file of its
//! version, and the web manifest.

use std::fs;
use std::io;
use std::path::Path;

use std::collections::BTreeMap;

use serde_json::json;
use shelfmark_bundle::{MAX_MANIFEST, Manifest, PagesShard, ShardKind, signature_name};

use crate::archive::{Archive, MANIFEST, Problem, read_whole};
use crate::error::Error;
use crate::site;
use crate::writer::sha256;

/// The service worker's file.
const WORKER: &str = "sw.js";
/// What the worker knows of its version, in the bundle's folder: the manifest names the worker itself,
/// which can't name the manifest.
pub(crate) const VERSION: &str = "version.js";
/// The web manifest's file.
pub(crate) const WEB_MANIFEST: &str = "shelfmark.webmanifest";

/// Files of the viewer that no page asks for.
const UNASKED: [&str; 2] = [WORKER, "shelfmark.d.ts"];

/// The script that tells the worker the files of a version, each with its SHA-256; `bundle` is the folder
/// with the manifest.
fn script<'a>(
    viewer: impl Iterator<Item = (&'a str, &'a str)>,
    bundle: &Path,
) -> std::io::Result<String> {
    let mut files = BTreeMap::new();
    for (name, hash) in viewer.filter(|(name, _)| !UNASKED.contains(name)) {
        files.insert(name.to_owned(), hash.to_owned());
    }
    let manifest = sha256(&fs::read(bundle.join(MANIFEST))?);
    let signature = signature_name(&manifest);
    if let Ok(bytes) = fs::read(bundle.join(&signature)) {
        files.insert(format!("bundle/{signature}"), sha256(&bytes));
    }
    files.insert(format!("bundle/{MANIFEST}"), manifest);
    let files = serde_json::to_string(&files).unwrap_or_default();
    let version = sha256(files.as_bytes());
    let version = &version[..16];
    Ok(format!(
        "self.shelfmark={{\"version\":\"{version}\",\"files\":{files}}}\n"
    ))
}

/// Writes what the service worker must know, when the viewer has one; everything else of the site is
/// there.
pub(crate) fn write(viewer: &[site::ViewerFile], folder: &Path) -> Result<(), Error> {
    if !viewer.iter().any(|(name, ..)| name == WORKER) {
        return Ok(());
    }
    let bundle = folder.join("bundle");
    let path = bundle.join(VERSION);
    let files = viewer
        .iter()
        .map(|(name, _, hash)| (name.as_str(), hash.as_str()));
    let script = script(files, &bundle).map_err(Error::file("read", &bundle))?;
    fs::write(&path, script).map_err(Error::file("write", &path))
}

/// Whether the service worker was told something else than what the manifest says, or nothing.
pub(crate) fn check(archive: &Archive) -> Option<Problem> {
    let bundle = archive.folder();
    let shard = archive.manifest().viewer.as_ref()?;
    // A damaged table is named by whoever checks the tables.
    let json = archive.shard(ShardKind::Pages, shard).ok()?;
    let table = PagesShard::decode(&json).ok()?;
    let told = match read_whole(&bundle.join(VERSION), MAX_MANIFEST) {
        Ok(told) => told,
        // There is no worker to tell.
        Err(_) if !table.paths.iter().any(|name| name == WORKER) => return None,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Some(Problem::new(VERSION, "is missing"));
        }
        Err(error) => return Some(Problem::new(VERSION, format!("can't be read: {error}"))),
    };
    let files = table.files().map(|(name, _, hash)| (name, hash));
    let same = script(files, bundle).is_ok_and(|script| script.as_bytes() == told);
    let why = "does not hold the files that the manifest names";
    (!same).then(|| Problem::new(VERSION, why))
}

/// The web manifest of an archive.
pub(crate) fn web_manifest(manifest: &Manifest) -> Vec<u8> {
    let icon = |size: u32, purpose: &str| {
        json!({
            "src": format!("icon-{size}.png"), "sizes": format!("{size}x{size}"),
            "type": "image/png", "purpose": purpose,
        })
    };
    let value = json!({
        "name": manifest.title, "short_name": manifest.title, "description": manifest.description,
        "lang": site::language(manifest), "dir": "auto",
        "id": "./", "start_url": "./", "scope": "./", "display": "standalone",
        "background_color": "#fbfaf6", "theme_color": "#fbfaf6",
        "icons": [icon(192, "any"), icon(512, "any"), icon(512, "maskable")],
    });
    serde_json::to_vec_pretty(&value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_file_or_manifest_makes_another_version() {
        let folder = tempfile::tempdir().unwrap();
        let of = |hash: &str, manifest: &str| {
            fs::write(folder.path().join(MANIFEST), manifest).unwrap();
            script(
                [("index.html", hash), (WORKER, "w")].into_iter(),
                folder.path(),
            )
            .unwrap()
        };
        let one = of("a", "{}");
        assert!(
            one.contains("\"index.html\":\"a\"") && one.contains("bundle/archive.json"),
            "{one}"
        );
        assert!(!one.contains(WORKER), "{one}");
        assert_ne!(one, of("b", "{}"));
        assert_ne!(one, of("a", "[]"));
        assert_eq!(one, of("a", "{}"));
    }
}
