//! The plain pages, read as a browser without scripts would: from link to link, by a parser.

mod crawl;
mod hostile;

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::support::{Bench, repository};
use crawl::{Crawl, Page};

/// A folder with the page as it is shipped.
fn bench() -> Bench {
    let bench = Bench::with_posts();
    let page = fs::read(repository().join("www/index.html")).unwrap();
    bench.write("viewer/index.html", page);
    // What the page loads when scripts run.
    bench.write("viewer/page.css", "");
    bench.write("viewer/icon.svg", "<svg/>");
    bench
}

/// Titles as the archive lists them.
fn titles(bench: &Bench) -> Vec<String> {
    let listed = bench.ok("list site --format json").stdout;
    let title = |line: &str| {
        let row: Value = serde_json::from_str(line).unwrap();
        row["title"].as_str().unwrap().to_owned()
    };
    let mut titles: Vec<String> = listed.lines().map(title).collect();
    titles.sort();
    titles
}

/// Titles of all articles that links lead to.
fn reached(crawl: &Crawl) -> Vec<String> {
    let headings = |page: &Page| page.texts("article > header > h1, article > header > h2");
    let mut titles: Vec<String> = crawl.pages.values().flat_map(headings).collect();
    titles.sort();
    titles
}

#[test]
fn every_post_of_the_sample_is_reached_by_links() {
    let bench = bench();
    let posts = repository().join("posts");
    let out = bench.path("site");
    let viewer = bench.path("viewer");
    let args = [
        "build".as_ref(),
        posts.as_os_str(),
        "--out".as_ref(),
        out.as_os_str(),
        "--viewer".as_ref(),
        viewer.as_os_str(),
    ];
    assert!(bench.command(args).output().unwrap().status.success());
    let crawl = Crawl::of(&out);
    assert_eq!(reached(&crawl), titles(&bench));
    let pages = bench.names("site/pages/posts");
    assert_eq!(pages.len(), titles(&bench).len(), "a page a post");
    for name in pages {
        let path = format!("pages/posts/{name}");
        assert!(crawl.pages.contains_key(&path), "{path} is reached");
    }
}

#[test]
fn a_post_says_who_wrote_it_when_and_where() {
    let bench = bench();
    bench.write(
        "posts/2024-02-03-full.md",
        "---\ntitle: \"A <b> & 'c'\"\nauthor: Ann & Bob\ntags: [News, \"100% 真的\"]\n\
         from: https://a.example/x?a=1&b=2\nlang: fa\n---\n\
         # [A <b> & 'c'](https://a.example/x?a=1&b=2)\n\nThe *body*, see [there](../y).\n",
    );
    bench.ok("build posts --out site --viewer viewer --title T --description D");
    let page = Crawl::of(&bench.path("site")).page("pages/posts/2024-02-03-full.html");
    assert_eq!(page.texts("h1"), ["A <b> & 'c'"]);
    assert_eq!(page.texts("title"), ["A <b> & 'c' · T"]);
    assert_eq!(page.values("article", "dir"), ["rtl"]);
    assert_eq!(page.values("article", "lang"), ["fa"]);
    assert_eq!(page.values("time", "datetime"), ["2024-02-03"]);
    assert_eq!(page.texts("time"), ["3 February 2024"]);
    assert_eq!(page.texts(".author"), ["Ann & Bob"]);
    assert_eq!(page.texts(".tag"), ["News", "100% 真的"]);
    assert_eq!(
        page.values("link[rel=canonical]", "href"),
        ["https://a.example/x?a=1&b=2"]
    );
    assert_eq!(
        page.values("meta[name=description]", "content"),
        ["The body, see there."]
    );
    assert_eq!(page.texts("section"), ["\n\nThe body, see there.\n"]);
    assert_eq!(page.values("section a", "href"), ["https://a.example/y"]);
    assert_eq!(page.values("section a", "rel"), ["noopener noreferrer"]);
    assert_eq!(
        page.values("nav.neighbours a", "rel"),
        ["next"],
        "the newest has none before"
    );
}

/// More posts than have files of their own, more tags than have pages of their own.
#[test]
fn a_large_archive_has_few_files_and_everything_is_reached() {
    let bench = bench();
    fs::remove_dir_all(bench.path("posts")).unwrap();
    for n in 0..10_050_usize {
        let (month, day) = (n % 12 + 1, n / 12 % 28 + 1);
        let body = format!("<h2 id=\"part\">{n}</h2>\n\n[up](#part)\n");
        let often = if n < 150 { ", often" } else { "" };
        let tag = n % 1100;
        let front = format!("title: Post {n}\ntags: [\"名{tag}\"{often}]\n");
        bench.write(
            &format!("posts/2024-{month:02}-{day:02}-{n}.md"),
            format!("---\n{front}---\n{body}"),
        );
    }
    bench.write("posts/undated.md", "---\ntitle: Undated\n---\nText.\n");
    bench.build();
    let crawl = Crawl::of(&bench.path("site"));
    assert_eq!(reached(&crawl), titles(&bench));
    let posts = bench.names("site/pages/posts").len();
    assert!((300..=400).contains(&posts), "{posts} files");
    // Of 1101 tags 151 have ten posts or more, and one of them two pages.
    assert_eq!(bench.names("site/pages/tags").len(), 152 + 5 + 1);
    let page = crawl.page("pages/posts/2024-05-07.html");
    assert_eq!(page.texts("h1"), ["7 May 2024"]);
    assert_eq!(
        page.values("section h3", "id").len(),
        page.texts("section").len()
    );
    bench.ok("verify site");
}

#[test]
fn the_page_leads_there_without_scripts() {
    let bench = bench();
    bench.build();
    let page = Page::read(&bench.path("site/index.html"));
    assert_eq!(page.values("noscript a", "href"), ["pages/index.html"]);
    assert_eq!(page.values(".shell-late a", "href"), ["pages/index.html"]);
    assert_eq!(page.values("link[rel=alternate]", "href"), ["feed.xml"]);
    assert!(page.texts("noscript")[0].contains("allow JavaScript"));
}

#[test]
fn pages_can_be_left_out() {
    let bench = bench();
    bench.build();
    assert!(bench.path("site/pages/index.html").is_file());
    let check = || {
        assert!(
            !bench.path("site/pages").exists(),
            "pages of before are gone"
        );
        assert!(!bench.path("site/feed.xml").exists());
        let page = Page::read(&bench.path("site/index.html"));
        assert!(page.values("a", "href").is_empty());
        assert!(page.values("link[rel=alternate]", "href").is_empty());
        assert!(page.texts("noscript")[0].contains("allow JavaScript"));
        let manifest = fs::read_to_string(bench.path("site/bundle/archive.json")).unwrap();
        assert!(!manifest.contains("\"pages\""), "{manifest}");
        // The one table that is left is that of the viewer's files.
        let tables = bench.names("site/bundle");
        let tables = tables.iter().filter_map(|name| name.strip_prefix("pages-"));
        let tables: Vec<_> = tables
            .filter_map(|name| name.strip_suffix(".bin"))
            .collect();
        assert!(
            matches!(*tables, [hash] if manifest.contains(hash)),
            "{tables:?}"
        );
    };
    bench.ok("build posts --out site --viewer viewer --no-static-pages");
    check();
    bench.build();
    assert!(bench.path("site/pages/index.html").is_file());
    bench.write("posts/shelfmark.toml", "static_pages = false\n");
    bench.build();
    check();
}

#[test]
fn what_somebody_else_put_there_is_not_replaced() {
    let bench = bench();
    bench.ok("build posts --out site --viewer viewer --no-static-pages");
    for name in ["feed.xml", "pages/mine.html"] {
        bench.write(&format!("site/{name}"), "mine");
        let answer = bench.run("build posts --out site --viewer viewer");
        assert_eq!(answer.code, 1);
        assert!(answer.stderr.contains("--no-static-pages"), "{answer:?}");
        // Without pages, all that is not ours is carried over.
        bench.ok("build posts --out site --viewer viewer --no-static-pages");
        let path = bench.path("site").join(name);
        assert_eq!(fs::read(&path).unwrap(), b"mine", "{name}");
        fs::remove_file(&path).unwrap();
    }
    fs::remove_dir(bench.path("site/pages")).unwrap();
    bench.build();
    bench.write(
        "posts/2024-01-02-one.md",
        "---\ntitle: One\ndraft: true\n---\n",
    );
    bench.build();
    assert!(!bench.path("site/pages/posts/2024-01-02-one.html").exists());
}

#[test]
fn verify_finds_a_changed_a_missing_and_a_strange_page() {
    let bench = bench();
    bench.build();
    bench.ok("verify site");
    for name in ["pages/index.html", "pages/pages.css", "feed.xml"] {
        let path = bench.path("site").join(name);
        let good = fs::read(&path).unwrap();
        let mut bad = good.clone();
        bad[good.len() / 2] ^= 1;
        let longer = [&good[..], b"x"].concat();
        for bytes in [bad, longer, good[1..].to_vec()] {
            fs::write(&path, bytes).unwrap();
            let answer = bench.run("verify site");
            assert_eq!(answer.code, 1, "{answer:?}");
            assert!(
                answer.stderr.contains(&format!("error: {name}: ")),
                "{answer:?}"
            );
        }
        fs::remove_file(&path).unwrap();
        let answer = bench.run("verify site");
        assert!(
            answer.stderr.contains(&format!("{name}: is missing")),
            "{answer:?}"
        );
        fs::write(&path, good).unwrap();
    }
    bench.write("site/pages/posts/more.html", "");
    let answer = bench.ok("verify site");
    let note = "that nothing names and nobody checked: pages/posts/more.html\n";
    assert!(answer.stderr.contains(note), "{answer:?}");
    let table = bench.names("site/bundle");
    let table = table
        .iter()
        .find(|name| name.starts_with("pages-"))
        .unwrap();
    bench.write(&format!("site/bundle/{table}"), "x");
    assert_eq!(bench.run("verify site").code, 1);
}

#[test]
fn they_speak_the_language_of_the_archive() {
    let bench = bench();
    bench.ok("build posts --out site --viewer viewer --language zh-TW");
    let page = Page::read(&bench.path("site/pages/index.html"));
    assert_eq!(page.values("html", "lang"), ["zh-Hant"]);
    assert_eq!(page.values("h1", "lang"), ["zh-TW"]);
    assert_eq!(page.texts("main time")[0], "2024年1月4日");
    let page = Page::read(&bench.path("site/index.html"));
    assert_eq!(page.values("noscript p", "lang"), ["zh-Hant", "zh-Hant"]);
}

#[test]
fn the_feed_holds_the_newest_posts() {
    let bench = bench();
    for n in 0..60 {
        let day = n % 28 + 1;
        bench.write(
            &format!("posts/2025-01-{day:02}-{n}.md"),
            format!("---\ntitle: \"N{n} & \u{7}\"\n---\n<script>x</script> <b>{n}</b>\n"),
        );
    }
    bench.build();
    let feed = fs::read_to_string(bench.path("site/feed.xml")).unwrap();
    assert_eq!(
        feed.matches("<entry>").count() + feed.matches("<entry ").count(),
        50
    );
    assert!(feed.contains("<updated>2025-01-28T00:00:00Z</updated>"));
    assert!(
        feed.contains("href=\"pages/posts/2025-01-28-27.html\""),
        "{feed}"
    );
    assert!(
        feed.contains("&lt;b&gt;27&lt;/b&gt;") && !feed.contains("script"),
        "{feed}"
    );
    assert!(!feed.contains('\u{7}'));
    let ids: BTreeSet<&str> = feed.split("<id>").skip(1).map(|rest| &rest[..45]).collect();
    assert_eq!(ids.len(), 51, "each has an id of its own");
    assert!(ids.iter().all(|id| id.starts_with("urn:uuid:")));

    bench.ok("build posts --out site --viewer viewer --url https://a.example/b");
    let whole = fs::read_to_string(bench.path("site/feed.xml")).unwrap();
    assert!(whole.contains("<id>https://a.example/b/</id>"));
    assert!(whole.contains(
        "rel=\"self\" type=\"application/atom+xml\" href=\"https://a.example/b/feed.xml\""
    ));
    assert!(whole.contains("href=\"https://a.example/b/pages/posts/2025-01-28-27.html\""));
    let page = Page::read(&bench.path("site/pages/posts/2025-01-28-27.html"));
    let canonical = page.values("link[rel=canonical]", "href");
    assert_eq!(
        canonical,
        ["https://a.example/b/pages/posts/2025-01-28-27.html"]
    );
    assert_eq!(
        bench
            .run("build posts --out x --viewer viewer --url a.example")
            .code,
        2
    );
}
