//! `cargo xtask bench --daily`: an archive that is published every day.
//!
//! The oldest posts are built with a cache; then the next ones are added, a few a day, and what each
//! build takes and writes is counted. With `--sample`, the same queries are asked of the site
//! before the first of these days and after the last.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, SystemTime};

use super::posts::{self, is_post, put};
use super::sizes::shown;
use super::usage;
use super::{Options, cannot, measuring_program};
use crate::config::Project;
use crate::util::failure::{Failure, Result};
use crate::util::files;

/// Posts that are added a day.
const POSTS: usize = 20;

/// How long files must be left alone until a build trusts their times.
const SETTLED: Duration = Duration::from_secs(4);

/// What one day took.
#[derive(Debug, Default)]
struct Day {
    posts: usize,
    /// Bytes of files that are new in the bundle.
    bundle: u64,
    /// Bytes of everything that is new in the site.
    site: u64,
    elapsed: Duration,
    cpu: Duration,
}

/// Length and time of each file of a site.
type Site = BTreeMap<PathBuf, (u64, Option<SystemTime>)>;

/// Builds day by day, and prints what that takes.
pub(super) fn run(project: &Project, options: &Options, place: &Path, days: usize) -> Result<()> {
    let place = place.join("daily");
    posts::remove(&place)?;
    let (folder, site, cache) = (place.join("posts"), place.join("site"), place.join("cache"));
    let kept = place.join("site-before");
    let mut posts = by_date(&options.folders)?.into_iter();
    let first = options.posts.unwrap_or(posts.len() / 2);
    let first = first.min(posts.len().saturating_sub(days * POSTS));
    let mut add = |number: usize| -> Result<usize> {
        let mut added = 0;
        for (from, to) in posts.by_ref().take(number) {
            put(&from, &folder.join(to))?;
            added += 1;
        }
        Ok(added)
    };
    let mut count = add(first)?;
    thread::sleep(SETTLED);
    let build = || {
        let mut build = Command::new(project.program());
        build.arg("build").arg(&folder);
        build.arg("--out").arg(&site).arg("--cache").arg(&cache);
        if options.segments {
            build.arg("--segments");
        }
        usage::measure(&mut build)
    };
    build()?;
    let mut before = look(&site)?;
    if options.sample.is_some() {
        for path in before.keys() {
            copy(&site.join(path), &kept.join(path))?;
        }
    }
    let mut all = Vec::with_capacity(days);
    for _ in 0..days {
        count += add(POSTS)?;
        let used = build()?;
        let now = look(&site)?;
        let mut day = Day {
            posts: count,
            elapsed: used.elapsed,
            cpu: used.cpu.unwrap_or_default(),
            ..Day::default()
        };
        for (path, file) in &now {
            if before.get(path) != Some(file) {
                day.site += file.0;
                if path.starts_with("bundle") {
                    day.bundle += file.0;
                }
            }
        }
        eprintln!(
            "{} posts: {} of the bundle, {} of the site, {:.2} s, {:.2} s of CPU",
            day.posts,
            shown(day.bundle),
            shown(day.site),
            day.elapsed.as_secs_f64(),
            day.cpu.as_secs_f64()
        );
        before = now;
        all.push(day);
    }
    print(&all, &before);
    if options.sample.is_none() {
        return Ok(());
    }
    let sites = [("--site", kept), ("--beside", site)];
    let sites = sites
        .into_iter()
        .flat_map(|(name, site)| [name.into(), site.into_os_string()]);
    measuring_program(project, "search", sites.chain(options.of_search()))
}

/// A copy of its own: a build may write into a file that is there.
fn copy(from: &Path, to: &Path) -> Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).map_err(|error| cannot("create", folder, &error))?;
    }
    let copied = fs::copy(from, to);
    copied
        .map(drop)
        .map_err(|error| cannot("copy", from, &error))
}

/// Posts and where they lie in one folder of all, the oldest first.
fn by_date(folders: &[PathBuf]) -> Result<Vec<(PathBuf, PathBuf)>> {
    let mut posts = Vec::new();
    for (root, folder) in folders.iter().enumerate() {
        for path in files::list(folder)?
            .into_iter()
            .filter(|path| is_post(path))
        {
            let from = folder.join(&path);
            let bytes = fs::read(&from).map_err(|error| cannot("read", &from, &error))?;
            let to = PathBuf::from(root.to_string()).join(path);
            posts.push((date(&String::from_utf8_lossy(&bytes)), from, to));
        }
    }
    posts.sort();
    Ok(posts.into_iter().map(|(_, from, to)| (from, to)).collect())
}

/// What the front matter calls the date, which ISO dates are in order by.
fn date(text: &str) -> String {
    let mut lines = text.lines().take(40);
    let date = lines.find_map(|line| line.strip_prefix("date:"));
    date.unwrap_or_default()
        .trim()
        .trim_matches(['"', '\''])
        .to_owned()
}

fn look(site: &Path) -> Result<Site> {
    let mut found = Site::new();
    for path in files::list(site)? {
        let whole = site.join(&path);
        let data = fs::metadata(&whole).map_err(|error| cannot("look at", &whole, &error))?;
        found.insert(path, (data.len(), data.modified().ok()));
    }
    if found.is_empty() {
        return Err(Failure::new(format!("{} is empty", site.display())));
    }
    Ok(found)
}

fn print(days: &[Day], site: &Site) {
    let total = |bundle: bool| {
        let files = site
            .iter()
            .filter(|(path, _)| !bundle || path.starts_with("bundle"));
        files.map(|(_, (bytes, _))| bytes).sum::<u64>()
    };
    println!("\n### {} days of {POSTS} posts\n", days.len());
    println!(
        "| what | median | 90th percentile | 99th | most | average | of, at the end |\n\
         | --- | --- | --- | --- | --- | --- | --- |"
    );
    row(
        "new bytes of the bundle",
        days.iter().map(|day| day.bundle),
        shown,
        &shown(total(true)),
    );
    row(
        "new bytes of the whole site",
        days.iter().map(|day| day.site),
        shown,
        &shown(total(false)),
    );
    row(
        "elapsed",
        days.iter().map(|day| millis(day.elapsed)),
        seconds,
        "",
    );
    row(
        "CPU time",
        days.iter().map(|day| millis(day.cpu)),
        seconds,
        "",
    );
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn seconds(millis: u64) -> String {
    format!("{:.2} s", millis as f64 / 1e3)
}

fn row(what: &str, values: impl Iterator<Item = u64>, show: fn(u64) -> String, of: &str) {
    let mut values: Vec<u64> = values.collect();
    values.sort_unstable();
    let at = |share: usize| {
        let place = (values.len() * share).div_ceil(100).max(1) - 1;
        show(values.get(place).copied().unwrap_or_default())
    };
    let average = values.iter().sum::<u64>() / (values.len() as u64).max(1);
    let [middle, most_days, nearly_all, most] = [50, 90, 99, 100].map(at);
    let average = show(average);
    println!("| {what} | {middle} | {most_days} | {nearly_all} | {most} | {average} | {of} |");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_posts() {
        assert_eq!(
            date("---\ntitle: x\ndate: \"2024-01-02\"\n---\n"),
            "2024-01-02"
        );
        assert_eq!(date("no date"), "");
    }
}
