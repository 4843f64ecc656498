//! Configuration files that say which program a folder belongs to.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use super::Dialect;

/// A folder in a posts folder that says itself what it was written for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Site {
    /// Index of the posts folder.
    pub(crate) root: usize,
    /// The folder, as a path in the posts folder; empty for the posts folder itself.
    pub(crate) folder: PathBuf,
    /// What it was written for.
    pub(crate) dialect: Dialect,
    /// The file that says so.
    pub(crate) file: &'static str,
}

/// Files that no other program has.
const OWN: &[(&str, Dialect)] = &[
    (".obsidian", Dialect::Obsidian),
    ("hugo.toml", Dialect::Hugo),
    ("hugo.yaml", Dialect::Hugo),
    ("hugo.yml", Dialect::Hugo),
    ("hugo.json", Dialect::Hugo),
    ("zola.toml", Dialect::Zola),
    (".eleventy.js", Dialect::Eleventy),
    ("eleventy.config.js", Dialect::Eleventy),
    ("eleventy.config.mjs", Dialect::Eleventy),
    ("eleventy.config.cjs", Dialect::Eleventy),
    ("astro.config.mjs", Dialect::Astro),
    ("astro.config.js", Dialect::Astro),
    ("astro.config.ts", Dialect::Astro),
];

/// Files that several programs have, and words that tell them apart.
const SHARED: &[(&str, &[(&str, Dialect)])] = &[
    (
        "config.toml",
        &[("base_url", Dialect::Zola), ("baseURL", Dialect::Hugo)],
    ),
    ("config.yaml", &[("baseURL", Dialect::Hugo)]),
    (
        "_config.yml",
        &[
            ("source_dir:", Dialect::Hexo),
            ("new_post_name:", Dialect::Hexo),
            ("", Dialect::Jekyll),
        ],
    ),
];

/// Whether a file or folder of this name may say something about the folder that it lies in.
pub(crate) fn tells_dialect(name: &OsStr) -> bool {
    let own = OWN.iter().map(|(name, _)| *name);
    let shared = SHARED.iter().map(|(name, _)| *name);
    own.chain(shared).any(|known| name == known)
}

/// What the files of a folder say about it.
pub(crate) fn of_folder(folder: &Path) -> Option<(Dialect, &'static str)> {
    for (name, dialect) in OWN {
        if folder.join(name).exists() {
            return Some((*dialect, name));
        }
    }
    for (name, words) in SHARED {
        let Ok(text) = fs::read(folder.join(name)) else {
            continue;
        };
        let text = String::from_utf8_lossy(&text);
        for (word, dialect) in *words {
            if text.contains(word) {
                return Some((*dialect, name));
            }
        }
    }
    None
}
