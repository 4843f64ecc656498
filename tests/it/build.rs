//! What a build writes, and what it refuses to.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::support::{Bench, answer, hashes, repository};

#[test]
fn the_sample_posts_are_all_published() {
    let posts = repository().join("posts");
    let bench = Bench::new();
    let line = ["check", "--quiet"];
    let files = hashes(&posts)
        .keys()
        .filter(|path| {
            path.extension()
                .is_some_and(|end| end == "md" || end == "markdown")
        })
        .count();
    if files == 0 {
        return;
    }
    let checked = answer(bench.command(line).arg(&posts));
    // One post shows what becomes of markup that is broken.
    assert_eq!(checked.code, 1, "{checked:?}");
    let problems = checked.stderr.matches("warning[").count();
    assert_eq!(problems, 1, "{checked:?}");
    assert!(
        checked.stderr.contains("`<em>` is never closed"),
        "{checked:?}"
    );
    let mut build = bench.command(["build", "--out", "site", "--viewer", "viewer", "--drafts"]);
    let built = answer(build.arg(&posts));
    assert_eq!(built.code, 0, "{built:?}");
    assert_eq!(bench.ok("list site").stdout.lines().count(), files);
    bench.ok("verify site");
}

#[test]
fn a_site_holds_the_page_the_viewer_and_the_bundle() {
    let bench = Bench::with_posts();
    bench.build();
    assert_eq!(
        bench.names("site"),
        [
            "bundle",
            "feed.xml",
            "index.html",
            "locales",
            "pages",
            "shelfmark.d.ts",
            "shelfmark.js",
            "shelfmark.webmanifest",
            "shelfmark_bg.wasm"
        ]
    );
    assert_eq!(bench.names("site/locales"), ["en.json"]);
    assert_eq!(
        bench.names("."),
        ["posts", "site", "viewer"],
        "nothing is left over"
    );
    let manifest = fs::read(bench.path("site/bundle/archive.json")).unwrap();
    let manifest = shelfmark_bundle::Manifest::decode(&manifest).unwrap();
    assert_eq!(manifest.posts, 3);
    assert_eq!(manifest.title, "Archive");
    let tags: Vec<_> = manifest
        .tags
        .iter()
        .map(|tag| (&*tag.name, tag.count))
        .collect();
    assert_eq!(tags, [("a", 2), ("b", 1)]);
    let categories: Vec<_> = manifest
        .categories()
        .iter()
        .map(|tag| (&*tag.name, tag.count))
        .collect();
    assert_eq!(categories, [("a", 1), ("c", 1)]);
    assert_eq!(
        (manifest.from.as_deref(), manifest.to.as_deref()),
        (Some("2024-01-02"), Some("2024-01-04"))
    );
    assert_eq!((manifest.undated, manifest.authors), (0, 1));
    assert_eq!(manifest.texts.len(), 1);
}

/// Enough posts for several shards of every kind.
fn many(bench: &Bench) {
    for number in 0..700 {
        let tags = format!("tag{}, tag{}", number % 7, number % 300);
        let body =
            format!("正文第{number}篇。 Some words, {}.\n\n", number * 7919).repeat(number % 90);
        let date = if number % 50 == 0 {
            String::new()
        } else {
            format!("date: 2020-01-{:02}\n", number % 28 + 1)
        };
        bench.write(
            &format!("posts/{}/{number}.md", number % 5),
            format!(
                "---\ntitle: Post {number}\n{date}tags: [{tags}]\nauthor: Writer {}\n---\n{body}",
                number % 40
            ),
        );
    }
}

#[test]
fn same_posts_same_bytes() {
    let bench = Bench::with_posts();
    many(&bench);
    let mut sites: Vec<BTreeMap<_, _>> = Vec::new();
    let mut note = |site: &Path| sites.push(hashes(site));

    bench.build();
    note(&bench.path("site"));
    // From elsewhere, by another spelling, in one thread, over a site that is there.
    let mut other = bench.command(["build", "--quiet", "--viewer"]);
    other
        .current_dir(std::env::temp_dir())
        .env("RAYON_NUM_THREADS", "1");
    other
        .arg(bench.path("viewer"))
        .arg(bench.path("posts/../posts"));
    let built = answer(other.arg("--out").arg(bench.path("site")));
    assert_eq!(built.code, 0, "{built:?}");
    note(&bench.path("site"));
    // Copied, so that times and the order in the folder differ.
    for path in hashes(&bench.path("posts")).keys().rev() {
        let content = fs::read(bench.path("posts").join(path)).unwrap();
        bench.write(&format!("copy/{}", path.display()), content);
    }
    bench.ok("build copy --out elsewhere/site --viewer viewer --quiet");
    note(&bench.path("elsewhere/site"));

    assert!(sites[0].len() > 20, "several shards of each kind");
    assert_eq!(sites[0], sites[1]);
    assert_eq!(sites[0], sites[2]);
    bench.ok("verify site");
}

#[test]
fn slugs_do_not_depend_on_drafts() {
    let bench = Bench::with_posts();
    bench.write(
        "posts/a/2024-01-02-same.md",
        "---\ntitle: Same\ndraft: true\n---\n",
    );
    bench.write("posts/b/2024-01-02-same.md", "---\ntitle: Same\n---\n");
    let slugs = |line: &str| -> BTreeMap<String, String> {
        bench.ok(line);
        bench
            .ok("list site --format json")
            .stdout
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
            .map(|post| (post["path"].to_string(), post["slug"].to_string()))
            .collect()
    };
    let without = slugs("build posts --out site --viewer viewer");
    let with = slugs("build posts --out site --viewer viewer --drafts");
    assert_eq!((without.len(), with.len()), (4, 6));
    for (path, slug) in without {
        assert_eq!(with[&path], slug);
    }
}

#[test]
fn no_post_is_published_twice() {
    let bench = Bench::with_posts();
    bench.write("posts/.hidden/a.md", "Hidden.\n");
    bench.write("posts/notes.txt", "Notes.\n");
    bench.write("posts2/a.md", "Another.\n");
    for (posts, why) in [
        ("posts posts", "`posts` is given twice"),
        ("posts posts2 posts/../posts", "lie in `posts`"),
        ("posts posts/sub", "the posts `posts/sub` lie in `posts`"),
        ("posts/sub posts", "the posts `posts/sub` lie in `posts`"),
        ("posts posts/2024-01-02-one.md", "lie in `posts`"),
    ] {
        for line in ["check", "build --out site --viewer viewer"] {
            let answer = bench.run(&format!("{line} {posts}"));
            assert_eq!(answer.code, 1, "{posts}: {answer:?}");
            assert!(answer.stderr.contains(why), "{posts}: {answer:?}");
            assert!(answer.stderr.contains("twice"), "{posts}: {answer:?}");
        }
    }
    let line = "build posts posts2 posts/.hidden posts/notes.txt --out site --viewer viewer";
    let answer = bench.ok(line);
    assert!(answer.stdout.contains("6 posts published"), "{answer:?}");
}

#[test]
fn drafts_alone_make_an_empty_site() {
    let bench = Bench::new();
    bench.write("posts/a.md", "---\ntitle: A\ndraft: true\n---\n");
    let answer = bench.build();
    assert!(
        answer
            .stdout
            .contains("0 posts published, 1 draft left out"),
        "{answer:?}"
    );
    bench.ok("verify site");
    assert_eq!(bench.ok("list site").stdout, "");
}

#[test]
fn what_is_not_ours_is_not_replaced() {
    let bench = Bench::with_posts();
    bench.write("mine/letter.txt", "dear");
    bench.write("file", "");
    for (out, why) in [
        ("mine", "not empty"),
        ("file", "not a folder"),
        ("posts/site", "inside the posts folder"),
        (".", "which the site would replace"),
    ] {
        let answer = bench.run(&format!("build posts --out {out} --viewer viewer"));
        assert_eq!(answer.code, 1, "{out}: {answer:?}");
        assert!(answer.stderr.contains(why), "{out}: {answer:?}");
    }
    assert_eq!(bench.names("."), ["file", "mine", "posts", "viewer"]);
    assert_eq!(bench.names("mine"), ["letter.txt"]);
}

#[test]
fn what_lies_beside_the_site_files_stays() {
    let bench = Bench::with_posts();
    bench.build();
    bench.write("site/CNAME", "archive.example");
    bench.write("site/.nojekyll", "");
    bench.write("site/.git/HEAD", "ref: refs/heads/pages");
    bench.write("site/bundle/old-0123.bin", "");
    bench.build();
    for (name, content) in [
        ("CNAME", "archive.example"),
        (".nojekyll", ""),
        (".git/HEAD", "ref: refs/heads/pages"),
    ] {
        assert_eq!(
            fs::read_to_string(bench.path("site").join(name)).unwrap(),
            content
        );
    }
    assert!(!bench.path("site/bundle/old-0123.bin").exists());
    assert_eq!(bench.names("."), ["posts", "site", "viewer"]);
}

#[test]
fn a_folder_that_looks_like_a_site_is_not_replaced() {
    let bench = Bench::with_posts();
    bench.write("mine/index.html", "mine");
    for manifest in [
        "{}",
        "",
        "{\"format\":1}",
        "{\"shelfmark\":\"else\"}",
        "[\"shelfmark\"]",
    ] {
        bench.write("mine/bundle/archive.json", manifest);
        bench.write("mine/bundle/app.js", "mine");
        let answer = bench.run("build posts --out mine --viewer viewer");
        assert_eq!(answer.code, 1, "{manifest}: {answer:?}");
        assert!(
            answer
                .stderr
                .contains("its bundle/archive.json is none of Shelfmark's"),
            "{answer:?}"
        );
        assert_eq!(bench.names("mine"), ["bundle", "index.html"]);
        assert_eq!(bench.names("mine/bundle"), ["app.js", "archive.json"]);
    }
}

#[test]
fn a_damaged_site_is_built_again() {
    let bench = Bench::with_posts();
    bench.build();
    let whole = hashes(&bench.path("site"));
    let manifest = bench.path("site/bundle/archive.json");
    let good = fs::read(&manifest).unwrap();
    for bad in [&b""[..], b"garbage", &good[..good.len() / 2], b"{}"] {
        fs::write(&manifest, bad).unwrap();
        bench.build();
        assert_eq!(hashes(&bench.path("site")), whole);
    }
    fs::remove_file(&manifest).unwrap();
    bench.build();
    assert_eq!(hashes(&bench.path("site")), whole);

    // Nothing tells any more whose the feed is.
    fs::write(&manifest, "").unwrap();
    let tables = bench.names("site/bundle");
    for name in tables.iter().filter(|name| name.starts_with("pages-")) {
        bench.write(&format!("site/bundle/{name}"), "");
    }
    let answer = bench.run("build posts --out site --viewer viewer");
    assert_eq!(answer.code, 1, "{answer:?}");
    for said in ["archive.json` is damaged", "feed.xml", "build again"] {
        assert!(answer.stderr.contains(said), "{said}: {answer:?}");
    }
}

/// As files of another owner are, in a folder where their owner alone may remove them.
#[cfg(target_os = "linux")]
#[test]
fn what_can_not_be_removed_is_told_and_nothing_more() {
    let bench = Bench::with_posts();
    let mut child = std::process::Command::new("true").spawn().unwrap();
    child.wait().unwrap();
    let left = format!(".site.shelfmark-{}-tmp", child.id());
    fs::create_dir(bench.path(&left)).unwrap();
    // Nobody can remove a folder that something is mounted on.
    let mounted = std::process::Command::new("mount")
        .args(["-t", "tmpfs", "tmpfs"])
        .arg(bench.path(&left))
        .output();
    if !mounted.is_ok_and(|mounted| mounted.status.success()) {
        return;
    }
    let answers = [(); 2].map(|()| bench.run("build posts --out site --viewer viewer"));
    let status = std::process::Command::new("umount")
        .arg(bench.path(&left))
        .status();
    assert!(status.unwrap().success());
    for answer in answers {
        assert_eq!(answer.code, 0, "{answer:?}");
        for said in ["note: ", &left, "remove it by hand"] {
            assert!(answer.stderr.contains(said), "{answer:?}");
        }
    }
    let answer = bench.build();
    assert!(!answer.stderr.contains("earlier build"), "{answer:?}");
    assert_eq!(bench.names("."), ["posts", "site", "viewer"]);
}

#[test]
fn a_place_that_can_not_be_written_to_is_named() {
    let bench = Bench::with_posts();
    bench.write("file", "");
    let answer = bench.run("build posts --out file/site --viewer viewer");
    assert_eq!(answer.code, 1, "{answer:?}");
    assert!(answer.stderr.contains("file/site"), "{answer:?}");
    if cfg!(target_os = "linux") {
        // Where nobody can write, whoever runs the test.
        let answer = bench.run("build posts --out /proc/shelfmark-site --viewer viewer");
        assert_eq!(answer.code, 1, "{answer:?}");
        assert!(answer.stderr.contains("/proc/"), "{answer:?}");
    }
    assert_eq!(bench.names("."), ["file", "posts", "viewer"]);
}

/// Most archives of news say the same twice: it costs them nothing.
#[test]
fn categories_that_are_the_tags_are_written_once_and_still_found() {
    let bench = Bench::new();
    for (name, label) in [("one", "a"), ("two", "b")] {
        let post = format!("---\ntags: [{label}]\ncategories: [{label}]\n---\nText.\n");
        bench.write(
            &format!("posts/2024-01-0{}-{name}.md", name.len() % 3 + 1),
            &post,
        );
    }
    bench.build();
    bench.ok("verify site");
    let manifest = fs::read(bench.path("site/bundle/archive.json")).unwrap();
    let manifest = shelfmark_bundle::Manifest::decode(&manifest).unwrap();
    assert_eq!(manifest.categories, None);
    assert_eq!(manifest.categories(), manifest.tags);

    let mut reader = shelfmark_compile::reader::Reader::open(&bench.path("site")).unwrap();
    let request = shelfmark_search::Request {
        query: shelfmark_search::Query::parse("category:b", false).unwrap(),
        facets: shelfmark_search::FacetsWanted {
            categories: true,
            ..Default::default()
        },
        ..Default::default()
    };
    let outcome = reader.search(&request).unwrap();
    assert_eq!(outcome.ids.len(), 1);
    assert_eq!(outcome.facets.categories[0].name, "b");
}
