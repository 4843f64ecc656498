//! A cache makes a build take less time, and nothing else.

mod damage;
mod edits;
mod meanwhile;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use crate::support::{Bench, hashes};

/// How long a file must have been left alone until it is known by its times alone.
const SETTLED: Duration = Duration::from_millis(3_200);

/// Builds with the cache, and asks for the site that a build without one makes; returns how many
/// posts were as they were.
fn check(bench: &Bench, arguments: &str) -> usize {
    let answer = bench.ok(&format!(
        "build posts --out site --cache cache --viewer viewer{arguments}"
    ));
    let cached = hashes(&bench.path("site"));
    assert_same(&cached, &clean(bench, arguments));
    let told = answer
        .stdout
        .lines()
        .find(|line| line.contains("unchanged"));
    let told = told.unwrap_or_else(|| panic!("{answer:?}"));
    let number = told.split_whitespace().next().unwrap();
    number.replace(',', "").parse().unwrap()
}

/// What a build without a cache makes.
fn clean(bench: &Bench, arguments: &str) -> BTreeMap<PathBuf, String> {
    if bench.path("clean").exists() {
        fs::remove_dir_all(bench.path("clean")).unwrap();
    }
    bench.ok(&format!(
        "build posts --out clean --viewer viewer{arguments}"
    ));
    hashes(&bench.path("clean"))
}

fn assert_same(cached: &BTreeMap<PathBuf, String>, clean: &BTreeMap<PathBuf, String>) {
    let differing: Vec<_> = cached
        .iter()
        .chain(clean)
        .filter(|(path, _)| cached.get(*path) != clean.get(*path))
        .map(|(path, _)| path)
        .collect();
    assert!(differing.is_empty(), "{differing:?}");
}

/// So many dated posts, some of which lead to others.
fn write_posts(bench: &Bench, posts: usize) {
    for number in 0..posts {
        let text = format!(
            "---\ntitle: Post {number}\ndate: 2024-{:02}-{:02}\ntags: [t{}]\n---\n\
             Words of post {number}, 第{number}篇文章。 [next](p{}.md)\n",
            number / 28 % 12 + 1,
            number % 28 + 1,
            number % 5,
            number + 7,
        );
        bench.write(&format!("posts/p{number}.md"), text);
    }
}

/// Gives a file another time, as copying and unpacking do.
fn touch(bench: &Bench, name: &str, seconds: u64) {
    let file = fs::File::options()
        .append(true)
        .open(bench.path(name))
        .unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
        .unwrap();
}

#[cfg(unix)]
fn inode(bench: &Bench, name: &str) -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata(bench.path(name)).unwrap().ino()
}

#[cfg(unix)]
#[test]
fn nothing_behind_a_link_is_touched() {
    use std::os::unix::fs::symlink;
    let bench = Bench::with_posts();
    bench.write("mine/bundle/letter.bin", "dear");
    bench.write("mine/bundle/other.txt", "dear");
    bench.write("mine/pages/letter.txt", "dear");
    let before = hashes(&bench.path("mine"));
    fs::create_dir(bench.path("cache")).unwrap();
    let spare = bench.path("cache/shelfmark.spare");
    symlink("../mine", &spare).unwrap();
    let build = "build posts --out site --cache cache --viewer viewer";
    for _ in 0..3 {
        bench.ok(build);
        assert_eq!(hashes(&bench.path("mine")), before);
        assert!(spare.is_symlink());
    }
    // A tree with links in it.
    fs::remove_file(&spare).unwrap();
    fs::create_dir(&spare).unwrap();
    for name in ["bundle", "pages"] {
        symlink(bench.path("mine").join(name), spare.join(name)).unwrap();
    }
    for _ in 0..3 {
        bench.ok(build);
        assert_eq!(hashes(&bench.path("mine")), before);
    }
    assert_same(&hashes(&bench.path("site")), &clean(&bench, ""));
}

#[test]
fn cache_and_site_stay_apart() {
    let bench = Bench::with_posts();
    bench.write("file", "");
    let refused = |arguments: &str, why: &str| {
        let answer = bench.run(&format!("build posts --viewer viewer {arguments}"));
        assert_eq!(answer.code, 1, "{arguments}: {answer:?}");
        assert!(answer.stderr.contains(why), "{arguments}: {answer:?}");
    };
    refused("--out site --cache site/cache", "inside the site");
    refused("--out c/shelfmark.spare --cache c", "keeps what is its own");
    refused(
        "--out c/shelfmark.spare/site --cache c",
        "keeps what is its own",
    );
    refused("--out site --cache file", "is a file");
    #[cfg(unix)]
    {
        fs::create_dir(bench.path("there")).unwrap();
        std::os::unix::fs::symlink("there", bench.path("link")).unwrap();
        refused("--out link --cache link/cache", "inside the site");
        refused("--out link --cache there/a/cache", "inside the site");
        refused("--out there --cache link/cache", "inside the site");
    }
    assert!(!bench.path("c").exists() && !bench.path("site").exists());
}
