//! What makes a site one that browsers install: the service worker, which must know every file of its
//! version, and the web manifest.

use std::collections::BTreeMap;

use serde_json::json;
use shelfmark_bundle::Manifest;

use crate::site;
use crate::writer::sha256;

/// The service worker's file.
pub(crate) const WORKER: &str = "sw.js";
/// The web manifest's file.
pub(crate) const WEB_MANIFEST: &str = "shelfmark.webmanifest";

/// Files of the viewer that no page asks for.
const UNASKED: [&str; 2] = [WORKER, "shelfmark.d.ts"];

/// Files of a version, each with its SHA-256.
#[derive(Debug, Default)]
pub(crate) struct Version(BTreeMap<String, String>);

impl Version {
    /// Adds a file.
    pub(crate) fn add(&mut self, name: &str, bytes: &[u8]) {
        if !UNASKED.contains(&name) {
            self.0.insert(name.to_owned(), sha256(bytes));
        }
    }

    /// The service worker for these files: other files make it another one.
    pub(crate) fn worker(&self, template: &[u8]) -> Vec<u8> {
        let files = serde_json::to_string(&self.0).unwrap_or_default();
        let version = sha256(files.as_bytes());
        String::from_utf8_lossy(template)
            .replacen("{{version}}", &version[..16], 1)
            .replacen("\"{{files}}\"", &files, 1)
            .into_bytes()
    }
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
    fn another_file_makes_another_worker() {
        let template = b"const FILES = \"{{files}}\"; const VERSION = \"{{version}}\";";
        let of = |bytes: &[u8]| {
            let mut version = Version::default();
            version.add("index.html", bytes);
            version.add(WORKER, b"itself");
            String::from_utf8(version.worker(template)).unwrap()
        };
        let one = of(b"a");
        assert!(one.contains("{\"index.html\":\"ca978112ca1bbdca"), "{one}");
        assert!(!one.contains(WORKER) && !one.contains("{{"), "{one}");
        assert_ne!(one, of(b"b"));
        assert_eq!(one, of(b"a"));
    }
}
