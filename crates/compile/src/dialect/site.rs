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

impl Site {
    /// Whether a file, by its path in the posts folder, is the program's own and never published: what it
    /// made, its themes, the beginnings of new posts.
    pub(crate) fn is_machinery(&self, path: &Path) -> bool {
        let folders: &[&str] = match self.dialect {
            Dialect::Jekyll => &["_site", "_includes", "_layouts", "_sass", "vendor"],
            Dialect::Hugo => &["themes", "archetypes", "layouts", "public", "resources"],
            Dialect::Hexo => &["themes", "scaffolds", "public"],
            Dialect::Zola => &["themes", "templates", "public"],
            Dialect::Eleventy => &["_site", "_includes", "dist"],
            Dialect::Astro => &["dist"],
            Dialect::Plain | Dialect::Obsidian => &[],
        };
        let own = path.strip_prefix(&self.folder).ok();
        let mut own = own.into_iter().flat_map(Path::iter);
        let top = own.next().and_then(OsStr::to_str);
        own.next().is_some() && top.is_some_and(|top| folders.contains(&top))
    }
}

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

/// What a site's configuration says about it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Stated {
    /// Its title.
    pub(crate) title: Option<String>,
    /// Where it stands.
    pub(crate) address: Option<String>,
}

/// Largest configuration that is read, in bytes.
const MOST: u64 = 1 << 20;

/// What the configuration at the top of a posts folder says; nothing where there is none.
pub(crate) fn stated(folder: &Path) -> Stated {
    let (own, shared) = (
        OWN.iter().map(|(name, _)| name),
        SHARED.iter().map(|(name, _)| name),
    );
    for name in own.chain(shared) {
        let path = folder.join(name);
        if !fs::metadata(&path).is_ok_and(|data| data.is_file() && data.len() <= MOST) {
            continue;
        }
        if let Ok(text) = fs::read(&path) {
            return read(&String::from_utf8_lossy(&text));
        }
    }
    Stated::default()
}

/// Reads the lines that matter: their form is the same in YAML, TOML, JSON and objects of JavaScript.
fn read(text: &str) -> Stated {
    let mut stated = Stated::default();
    let text = text.trim_start_matches('\u{feff}');
    // In YAML and TOML, what is indented or below a table belongs to something else.
    let is_code = ["defineConfig", "export default", "module.exports"]
        .iter()
        .any(|word| text.contains(word));
    let nested = is_code || text.trim_start().starts_with('{');
    for line in text.lines() {
        if !nested && line.starts_with('[') {
            break;
        }
        let line = if nested { line.trim_start() } else { line };
        let Some((key, value)) = line.split_once([':', '=']) else {
            continue;
        };
        let Some(value) = plain(value) else { continue };
        match key.trim().trim_matches(['"', '\'']) {
            "title" if !is_code => stated.title.get_or_insert(value),
            "url" | "baseURL" | "baseurl" | "base_url" | "site" if is_address(&value) => {
                stated.address.get_or_insert(value)
            }
            _ => continue,
        };
    }
    stated
}

/// A value in quotes or without; nothing where it is empty or no text of one line.
fn plain(value: &str) -> Option<String> {
    let value = value.trim().trim_end_matches(',').trim_end();
    let value = match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].split_once(quote)?.0,
        '[' | '{' | '|' | '>' | '&' | '*' | '#' => return None,
        _ => value.split(" #").next().unwrap_or_default().trim_end(),
    };
    (!value.is_empty() && !value.contains('\\')).then(|| value.to_owned())
}

fn is_address(value: &str) -> bool {
    let own = !["example.com", "localhost", "127.0.0.1"]
        .iter()
        .any(|host| value.contains(host));
    own && ["http://", "https://"]
        .iter()
        .any(|scheme| value.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_tells_title_and_address() {
        let expected = |title: &str, address: &str| Stated {
            title: Some(title.to_owned()).filter(|text| !text.is_empty()),
            address: Some(address.to_owned()).filter(|text| !text.is_empty()),
        };
        for (text, title, address) in [
            (
                "# comment\ntitle: My blog # mine\nurl: \"https://a.example\"\nbaseurl: /b\nauthor:\n  title: x\n",
                "My blog",
                "https://a.example",
            ),
            (
                "baseURL = 'https://b.example/'\ntitle = \"雨\"\n[params]\ntitle = \"x\"\n",
                "雨",
                "https://b.example/",
            ),
            (
                "{\n  \"title\": \"J\",\n  \"baseURL\": \"https://c.example/\"\n}",
                "J",
                "https://c.example/",
            ),
            (
                "export default defineConfig({\n  site: 'https://d.example',\n});",
                "",
                "https://d.example",
            ),
            ("url: http://example.com\ntitle:\n", "", ""),
            ("[params]\ntitle = \"x\"\n", "", ""),
            ("", "", ""),
        ] {
            assert_eq!(read(text), expected(title, address), "{text}");
        }
    }
}
