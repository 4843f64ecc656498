//! Pagefind in the page that its manual describes, and what it finds.

use std::collections::HashMap;
use std::fs;
use std::io::Read as _;
use std::path::Path;

use flate2::read::GzDecoder;
use rayon::prelude::*;
use serde_json::Value;

use super::chromium::Chromium;
use super::server::Server;
use crate::quality::{Found, TOP};
use crate::queries::Case;
use crate::{Result, pages};

/// The page, beside the posts' own.
const NAME: &str = "search.html";
const HTML: &str = include_str!("pagefind.html");

/// A page with Pagefind's program in it.
#[derive(Debug)]
pub(super) struct Page {
    version: String,
}

impl Page {
    /// Writes it into the folder of pages that Pagefind has indexed.
    pub(super) fn write(folder: &Path) -> Result<Self> {
        fs::write(folder.join(NAME), HTML)?;
        let entry = fs::read(folder.join("pagefind/pagefind-entry.json"))?;
        let entry: Value = serde_json::from_slice(&entry)?;
        Ok(Self {
            version: entry["version"].as_str().unwrap_or_default().to_owned(),
        })
    }
}

impl super::Page for Page {
    fn name(&self) -> String {
        format!("Pagefind {}", self.version)
    }

    fn address(&self, query: Option<&str>) -> Option<String> {
        Some(format!("{NAME}#{}", super::escaped(query?)))
    }

    fn shown(&self) -> &'static str {
        "#results li"
    }

    fn is_page(&self, path: &str) -> bool {
        path == NAME || path.ends_with(".js")
    }

    fn search(&self) -> &'static str {
        "(query) => window.search(query)"
    }
}

/// Asks Pagefind all queries of a list, with quotes around them when so asked, in a page of its own.
pub(crate) struct Asker {
    chromium: Chromium,
    server: Server,
    /// Ids of the posts by the names of their fragments.
    ids: HashMap<String, u32>,
}

impl Asker {
    /// Opens the page.
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        Page::write(folder)?;
        Ok(Self {
            chromium: Chromium::start()?,
            server: Server::start(folder)?,
            ids: ids(&folder.join("pagefind/fragment"))?,
        })
    }

    /// What it finds, from a state in which nothing is loaded yet.
    pub(crate) fn ask(&self, cases: &[Case], quoted: bool) -> Result<Vec<Found>> {
        self.chromium.forget(&self.server.address(""))?;
        self.chromium.open(&self.server.address(NAME), "#results")?;
        self.chromium.wait("return !!window.search")?;
        cases
            .iter()
            .map(|case| self.found(&case.query, quoted))
            .collect()
    }

    fn found(&self, query: &str, quoted: bool) -> Result<Found> {
        let query = if quoted {
            format!("\"{query}\"")
        } else {
            query.to_owned()
        };
        let script = "return (await search(given[0])).results.map((result) => result.id);";
        let find = "(query) => window.pagefind.search(query)";
        let names = self.chromium.call(find, script, &query)?;
        let names = names.as_array().ok_or("no list of results")?;
        let all = names.iter().map(|name| {
            let name = name.as_str().unwrap_or_default();
            let id = self.ids.get(name).copied();
            id.ok_or_else(|| format!("an unknown fragment: {name}").into())
        });
        let all: Vec<u32> = all.collect::<Result<_>>()?;
        Ok(Found {
            exact: true,
            hits: all.iter().take(TOP).copied().collect(),
            all,
        })
    }
}

/// Reads which fragment is of which page.
fn ids(folder: &Path) -> Result<HashMap<String, u32>> {
    let paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    let paths: Vec<_> = paths.collect::<Result<_>>()?;
    let read = |path: &std::path::PathBuf| -> Result<(String, u32)> {
        let mut text = Vec::new();
        GzDecoder::new(fs::File::open(path)?).read_to_end(&mut text)?;
        let json = text.strip_prefix(b"pagefind_dcd").ok_or("no fragment")?;
        let json: Value = serde_json::from_slice(json)?;
        let id = json["url"].as_str().and_then(pages::id);
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        Ok((name.into_owned(), id.ok_or("a fragment of no post")?))
    };
    paths.par_iter().map(read).collect()
}
