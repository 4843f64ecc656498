//! How long a writer waits: from saving a post until the open page of `shelfmark serve` shows it.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use shelfmark_compile::archive::Archive;
use shelfmark_compile::list::list;
use walkdir::WalkDir;

use super::chromium::Chromium;
use crate::Result;
use crate::cost::rank;
use crate::table::{self, Table};

/// Posts that are written, from the oldest to the newest.
const POSTS: usize = 5;
/// How often each is saved.
const SAVES: usize = 8;
/// What a writer does between two saves, at the least.
const PAUSE: Duration = Duration::from_millis(700);

/// The server, ended when dropped.
struct Serving {
    program: Child,
    address: String,
}

impl Serving {
    /// What a killed server leaves stays in `scratch`.
    fn start(program: &Path, folders: &[PathBuf], scratch: &Path) -> Result<Self> {
        let mut program = Command::new(program)
            .args(["serve", "--quiet"])
            .args(folders)
            .env("TMPDIR", scratch)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("can't start {}: {error}", program.display()))?;
        let mut address = String::new();
        if let Some(out) = program.stdout.take() {
            // The address is all that is printed.
            BufReader::new(out).read_line(&mut address)?;
        }
        let address = address.trim().to_owned();
        Ok(Self { program, address })
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// Serves a copy of the posts of which the site was built, and writes some of them.
pub(crate) fn measure(site: &Path, program: &Path, folders: &[PathBuf]) -> Result<String> {
    let scratch = tempfile::tempdir()?;
    let mut copies = Vec::new();
    for (root, folder) in folders.iter().enumerate() {
        let copy = scratch.path().join(root.to_string());
        copy_all(folder, &copy)?;
        copies.push(copy);
    }
    let mut posts = Vec::new();
    let problems = list(&Archive::open(site)?, |row| {
        let record = row.record();
        let root = copies.get(record.root as usize);
        posts.extend(root.map(|root| (record.entry.slug.clone(), root.join(&record.path))));
        true
    });
    if let Some(problem) = problems.first() {
        return Err(format!("{} {}", problem.what, problem.why).into());
    }
    let serving = Serving::start(program, &copies, scratch.path())?;
    let chromium = Chromium::start()?;
    chromium.always(include_str!("serving.js"))?;
    let (mut told, mut shown) = (Vec::new(), Vec::new());
    let mut times = 0_u64;
    for place in 0..POSTS {
        let (slug, path) = &posts[place * (posts.len() - 1) / (POSTS - 1)];
        let source = fs::read_to_string(path)?;
        let address = format!("{}#/post/{}", serving.address, super::escaped(slug));
        chromium.open(&address, "article")?;
        chromium.wait(
            "return !!document.querySelector('shelfmark-archive')?.shadowRoot?.querySelector('article')",
        )?;
        for _ in 0..SAVES {
            thread::sleep(PAUSE);
            times += 1;
            // By the browser's clock, which answers a moment before the file is written.
            let start = chromium.wait("return performance.timeOrigin + performance.now()")?;
            fs::write(path, format!("{source}\n\nsaved {times} times\n"))?;
            let seen = chromium.wait(&format!(
                "return window.saved?.times === {times} ? window.saved : null"
            ))?;
            let since = |moment: &Value| {
                let passed = moment.as_f64().unwrap_or(0.0) - start.as_f64().unwrap_or(0.0);
                Duration::from_secs_f64(passed.max(0.0) / 1e3)
            };
            told.push(since(&seen["told"]));
            shown.push(since(&seen["shown"]));
        }
        fs::write(path, source)?;
    }
    let mut table = Table::new(&["from saving a post", "median", "90th percentile", "most"]);
    for (name, times) in [
        ("until the open page is told", &told),
        ("until it shows the post as it is now", &shown),
    ] {
        let cells = [0.5, 0.9, 1.0].map(|part| table::time(rank(times, part)));
        table.row([name.to_owned()].into_iter().chain(cells));
    }
    let heading = format!(
        "Serving {} posts, {} saves of {POSTS} of them",
        posts.len(),
        shown.len()
    );
    Ok(table.under(&heading))
}

/// Copies a folder: what is written must not be the original.
fn copy_all(from: &Path, to: &Path) -> Result<()> {
    for entry in WalkDir::new(from) {
        let entry = entry?;
        let place = to.join(entry.path().strip_prefix(from)?);
        if entry.file_type().is_dir() {
            fs::create_dir_all(&place)?;
        } else {
            fs::copy(entry.path(), &place)?;
        }
    }
    Ok(())
}
