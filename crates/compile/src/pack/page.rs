//! What stands around the files in a packed page: its policy, styles and scripts.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use shelfmark_bundle::Manifest;

use crate::error::Error;
use crate::pages::{Texts, escaped};
use crate::site::{self, Viewer};

const FILES: &str = include_str!("pack.js");
const STYLE: &str = include_str!("pack.css");

/// How every packed page begins, whatever it holds.
const BEGINNING: &str = "<!doctype html>\n<html lang=\"";

/// What stands in the head of every packed page, and of no other.
const POLICY: &str = "<meta http-equiv=\"Content-Security-Policy\" \
                      content=\"default-src 'none'; script-src 'sha256-";

/// What follows the head.
const ELEMENT: &str = "<shelfmark-archive src=\"bundle/archive.json\" routing=\"hash\" shortcuts \
                       loading=\"eager\">\n";

/// Most bytes in which these are looked for: titles and descriptions may be long.
const MOST: u64 = 4 << 20;

/// Whether a file is a page that was packed; it need not be whole.
pub(super) fn is_packed(path: &Path) -> bool {
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MOST).read_to_end(&mut head));
    let head = String::from_utf8_lossy(&head);
    let Some((before, rest)) = head.split_once(POLICY) else {
        return false;
    };
    read.is_ok() && before.starts_with(BEGINNING) && before.len() < 256 && rest.contains(ELEMENT)
}

/// The beginning and the end of the page.
pub(super) struct Page {
    pub(super) head: String,
    pub(super) foot: String,
}

impl Page {
    /// The page of an archive.
    pub(super) fn of(viewer: Viewer<'_>, manifest: &Manifest) -> Result<Self, Error> {
        let text = |wanted: &str| {
            let found = viewer.iter().find(|(name, _)| *name == wanted);
            let text = found.and_then(|(_, bytes)| core::str::from_utf8(bytes).ok());
            text.ok_or(Error::NoViewer)
        };
        let style = format!("{}{STYLE}", text("page.css").unwrap_or_default());
        let viewer_script = site::classic(text("shelfmark.js")?)?;
        let icon = STANDARD.encode(text("icon.svg").unwrap_or_default());
        let language = site::language(manifest);
        let texts = Texts::of(Some(language));
        let (title, description) = (escaped(&manifest.title), escaped(&manifest.description));
        let policy = format!(
            "default-src 'none'; script-src {} {} 'wasm-unsafe-eval'; style-src {}; \
             img-src data: blob: https: http:; base-uri 'none'; form-action 'none'; \
             require-trusted-types-for 'script'; trusted-types shelfmark",
            hash(FILES),
            hash(&viewer_script),
            hash(&style)
        );
        let noscript = escaped(texts.get("scripts.packed"));
        let head = format!(
            "{BEGINNING}{}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
             <meta name=\"referrer\" content=\"no-referrer\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <title>{title}</title>\n<meta name=\"description\" content=\"{description}\">\n\
             <link rel=\"icon\" href=\"data:image/svg+xml;base64,{icon}\">\n\
             <style>{style}</style>\n</head>\n<body>\n\
             {ELEMENT}\
             <main class=\"shell\">\n<h1>{title}</h1>\n<p class=\"shell-note\">{description}</p>\n\
             <noscript><p class=\"shell-note\" lang=\"{}\">{noscript}</p></noscript>\n\
             </main>\n</shelfmark-archive>\n",
            escaped(language),
            texts.language
        );
        let foot = format!(
            "<script>{FILES}</script>\n<script>{viewer_script}</script>\n</body>\n</html>\n"
        );
        Ok(Self { head, foot })
    }
}

/// How the policy names an inline script or style.
fn hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}
