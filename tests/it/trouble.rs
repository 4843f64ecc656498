//! What can go wrong around a build: disks that are full or may not be written to, posts that are
//! huge, files that go away. A clear error or a right result, and never a panic.

#![cfg(unix)]

use std::fs;
use std::process::Command;

use crate::support::{Answer, Bench, hashes};

/// A small file system on a folder of the bench, where the machine lets us; unmounted when dropped.
struct Small(String);

impl Small {
    fn on(bench: &Bench, name: &str, options: &str) -> Option<Self> {
        let path = bench.path(name);
        fs::create_dir_all(&path).unwrap();
        let path = path.display().to_string();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", options, "tmpfs", &path])
            .output();
        if mounted.is_ok_and(|mounted| mounted.status.success()) {
            return Some(Self(path));
        }
        #[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
        {
            eprintln!("skipped: nothing can be mounted here");
        }
        None
    }

    fn again(&self, options: &str) {
        let options = format!("remount,{options}");
        let status = Command::new("mount")
            .args(["-o", &options, &self.0])
            .status();
        assert!(status.unwrap().success());
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[track_caller]
fn failed(answer: &Answer, said: &str) {
    assert_eq!(answer.code, 1, "{answer:?}");
    assert!(answer.stderr.contains(said), "{answer:?}");
    assert!(!answer.stderr.contains("panicked"), "{answer:?}");
}

#[test]
fn a_full_disk_leaves_the_site_as_it_was() {
    let bench = Bench::with_posts();
    let Some(_disk) = Small::on(&bench, "disk", "size=600k") else {
        return;
    };
    bench.ok("build posts --out disk/site --viewer viewer");
    let before = hashes(&bench.path("disk/site"));
    // Words that do not compress.
    let mut random = 1_u64;
    let mut noise = String::new();
    for _ in 0..200_000 {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        noise.push(char::from(b'a' + (random >> 33) as u8 % 26));
    }
    bench.write(
        "posts/2024-09-09-large.md",
        format!("---\ntitle: Large\n---\n{noise} {noise}"),
    );
    bench.write(
        "posts/2024-09-10-large.md",
        format!("---\ntitle: Large\n---\nx {noise}"),
    );
    let answer = bench.run("build posts --out disk/site --viewer viewer");
    failed(&answer, "No space left on device");
    assert!(answer.stderr.contains("make room"), "{answer:?}");
    assert_eq!(before, hashes(&bench.path("disk/site")));
    assert_eq!(bench.names("disk"), ["site"]);
    let answer = bench.run("extract disk/site --out disk/back");
    assert_eq!(answer.code, 0, "what was there is whole: {answer:?}");
}

#[test]
fn a_cache_that_does_not_fit_is_no_failure() {
    let bench = Bench::with_posts();
    let Some(_disk) = Small::on(&bench, "disk", "size=40k,nr_inodes=20") else {
        return;
    };
    for number in 0..300 {
        bench.write(&format!("posts/{number}.md"), format!("Post {number}."));
    }
    let answer = bench.ok("build posts --out site --viewer viewer --cache disk/cache");
    for said in ["note: the cache", "No space left on device", "disk/cache"] {
        assert!(answer.stderr.contains(said), "{said}: {answer:?}");
    }
    assert_eq!(bench.names("disk/cache"), ["shelfmark.lock"]);
    bench.ok("verify site");
}

#[test]
fn a_disk_that_is_read_only_is_named() {
    let bench = Bench::with_posts();
    let Some(disk) = Small::on(&bench, "disk", "size=2m") else {
        return;
    };
    bench.ok("build posts --out disk/site --viewer viewer");
    let before = hashes(&bench.path("disk/site"));
    disk.again("ro");
    for out in ["disk/site", "disk/new", "disk/a/b"] {
        let answer = bench.run(&format!("build posts --out {out} --viewer viewer"));
        failed(&answer, "Read-only file system");
        assert!(answer.stderr.contains("disk"), "{answer:?}");
    }
    failed(
        &bench.run("extract disk/site --out disk/back"),
        "Read-only file system",
    );
    assert_eq!(before, hashes(&bench.path("disk/site")));
    bench.ok("verify disk/site");
}

#[test]
fn an_extraction_stops_where_nothing_more_can_be_written() {
    let bench = Bench::new();
    for number in 0..40 {
        let text = format!("{number}").repeat(4_000);
        bench.write(&format!("posts/{number:02}.md"), text);
    }
    bench.build();
    let Some(disk) = Small::on(&bench, "disk", "size=100k") else {
        return;
    };
    let answer = bench.run("extract site --out disk/out");
    failed(&answer, "No space left on device");
    failed(&answer, "can't write into `disk/out`");
    failed(&answer, "help: make room");
    assert_eq!(answer.stderr.matches("error: ").count(), 1, "{answer:?}");
    let whole = hashes(&bench.path("posts"));
    let found = hashes(&bench.path("disk/out"));
    assert!(!found.is_empty() && found.len() < whole.len());
    assert!(found.iter().all(|(path, hash)| whole[path] == *hash));

    fs::remove_file(bench.path("disk/out/00.md")).unwrap();
    disk.again("ro");
    let answer = bench.run("extract site --out disk/out");
    failed(&answer, "Read-only file system");
    failed(&answer, "help: choose a place that can be written to");
    assert_eq!(answer.stderr.matches("error: ").count(), 1, "{answer:?}");
    // What runs out in the middle is the site's disk as its owner knows it.
    let answer = bench.run("build posts --out disk/new --viewer viewer");
    failed(&answer, "help: choose a place that can be written to");
    assert!(!answer.stderr.contains(".shelfmark-"), "{answer:?}");
    disk.again("rw,size=200k");
    let answer = bench.run("build posts --out disk/new --viewer viewer");
    failed(&answer, "disk/new/");
    assert!(!answer.stderr.contains(".shelfmark-"), "{answer:?}");
    // Not even one page is left.
    let filled = (0..).find(|number| {
        let path = format!("disk/fill{number}");
        fs::write(bench.path(&path), [0_u8; 4096]).is_err()
    });
    let answer = bench.run("keygen --out disk/key");
    assert!(filled.is_some() && answer.code == 1, "{answer:?}");
    let left = bench.names("disk");
    assert!(left.iter().all(|name| !name.contains("key")), "{left:?}");
}

#[test]
fn paths_that_lead_nowhere_are_told() {
    use std::os::unix::fs::symlink;
    let bench = Bench::with_posts();
    bench.build();
    bench.write("file", "");
    symlink("b", bench.path("a")).unwrap();
    symlink("a", bench.path("b")).unwrap();
    failed(&bench.run("extract site --out file"), "is a file");
    for line in [
        "build posts --out a --viewer viewer",
        "build posts --out a/site --viewer viewer",
        "pack posts --out a --viewer viewer",
        "extract site --out a",
        "verify a",
    ] {
        let answer = bench.run(line);
        failed(&answer, "links lead in a circle");
    }
}

#[test]
fn links_in_circles_and_to_nowhere_are_told_and_the_rest_is_published() {
    use std::os::unix::fs::symlink;
    let bench = Bench::with_posts();
    symlink(bench.path("posts"), bench.path("posts/sub/again")).unwrap();
    symlink(bench.path("posts/me.md"), bench.path("posts/me.md")).unwrap();
    symlink(
        bench.path("gone.md"),
        bench.path("posts/2024-02-02-vanished.md"),
    )
    .unwrap();
    let answer = bench.run("build posts --out site --viewer viewer");
    assert_eq!(answer.code, 1, "{answer:?}");
    assert!(answer.stdout.contains("3 posts published"), "{answer:?}");
    for part in ["link-loop", "2024-02-02-vanished.md", "me.md"] {
        assert!(answer.stderr.contains(part), "{part}: {answer:?}");
    }
    assert_eq!(bench.run("check posts").code, 1);
}

#[test]
fn a_post_of_many_tags_and_one_of_long_front_matter_are_published() {
    let bench = Bench::new();
    let tags: Vec<String> = (0..5_000).map(|number| format!("tag{number}")).collect();
    bench.write(
        "posts/2024-01-01-tags.md",
        format!("---\ntitle: Tags\ntags: [{}]\n---\nx\n", tags.join(", ")),
    );
    let long: String = (0..60_000)
        .map(|number| format!("key{number}: value {number}\n"))
        .collect();
    assert!(long.len() > 1 << 20);
    bench.write(
        "posts/2024-01-02-long.md",
        format!("---\ntitle: Long\n{long}tags: [last]\n---\nbody\n"),
    );
    bench.build();
    bench.ok("verify site");
    let list = bench.ok("list site --format json").stdout;
    let posts: Vec<serde_json::Value> = list
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(posts[0]["tags"].as_array().unwrap().len(), 5_000);
    assert_eq!(posts[1]["title"], "Long");
    assert_eq!(posts[1]["tags"][0], "last");
}

#[test]
fn a_large_post_is_published_whole() {
    let bench = Bench::new();
    let body = "这是一句话，说了很多遍。 And a sentence of words.\n\n".repeat(40_000);
    bench.write(
        "posts/2024-01-01-large.md",
        format!("---\ntitle: Large\n---\n{body}"),
    );
    bench.build();
    bench.ok("extract site --out back");
    assert_eq!(hashes(&bench.path("posts")), hashes(&bench.path("back")));
}

#[test]
fn posts_that_are_too_large_are_told_by_builds_and_checks_alike() {
    let bench = Bench::with_posts();
    let large = bench.path("posts/2024-01-01-large.md");
    fs::File::create(&large).unwrap().set_len(40 << 20).unwrap();
    let check = bench.run("check posts");
    failed(&check, "posts/2024-01-01-large.md");
    failed(&check, "larger than 32 MiB");
    failed(&check, "help: cut it into several posts");
    // The others are published.
    for _ in 0..2 {
        let answer = bench.run("build posts --out site --viewer viewer --cache cache");
        assert!(answer.stdout.contains("3 posts published"), "{answer:?}");
        failed(&answer, "larger than 32 MiB");
    }

    // One that is as large as that only when it is written down.
    fs::write(&large, "\n".repeat(17 << 20)).unwrap();
    let check = bench.run("check posts --format json");
    assert_eq!(check.code, 1);
    let line = check.stdout.lines().find(|line| line.contains("too-large"));
    let line = line.unwrap_or_else(|| panic!("{check:?}"));
    assert!(
        line.contains("\"file\":\"posts/2024-01-01-large.md\"")
            && line.contains("cut it into several posts"),
        "{line}"
    );
    let before = hashes(&bench.path("site"));
    for more in ["", " --cache cache"] {
        let answer = bench.run(&format!("build posts --out site --viewer viewer{more}"));
        failed(&answer, "`posts/2024-01-01-large.md` would take more than");
        assert!(
            answer.stderr.contains("cut it into several posts"),
            "{answer:?}"
        );
        assert!(!answer.stderr.contains("writing"), "at once: {answer:?}");
    }
    assert_eq!(hashes(&bench.path("site")), before);
}
