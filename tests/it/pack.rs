//! Archives without a host: one file, and a folder that opens from disk. What browsers make of them is
//! in `tests/web/files.rs`.

use std::fs;

use crate::support::{Bench, answer};

#[test]
fn one_file_holds_everything_and_asks_for_nothing() {
    let bench = Bench::with_posts();
    let out = bench
        .ok("pack posts --viewer viewer --out a/archive.html --title Shelf")
        .stdout;
    assert!(out.contains("packed into `a/archive.html`"), "{out}");
    let page = fs::read_to_string(bench.path("a/archive.html")).unwrap();
    assert!(page.contains("<title>Shelf</title>"));
    for text in [
        "各国代表出席了会议",
        "<p>First body.",
        "bundle/archive.json",
        "locales/en.json",
    ] {
        assert!(page.contains(text), "{text} in {page}");
    }
    // Nothing is loaded by an address of its own.
    let loads = [
        "<link rel=\"stylesheet\"",
        "preload",
        " src=\"shelfmark",
        "@import",
    ];
    assert!(!loads.iter().any(|load| page.contains(load)), "{page}");
    let policy = page.split("Content-Security-Policy\" content=\"").nth(1);
    let policy = policy.and_then(|rest| rest.split('"').next()).unwrap();
    assert!(
        policy.starts_with("default-src 'none'; script-src 'sha256-"),
        "{policy}"
    );
    assert!(
        !policy.contains("unsafe-inline") && !policy.contains("'self'"),
        "{policy}"
    );
    // The text is there once: nowhere compressed a second time.
    assert_eq!(page.matches("data-parts=").count(), 1);

    bench.ok("pack posts --viewer viewer --out b.html --title Shelf");
    let again = fs::read_to_string(bench.path("b.html")).unwrap();
    assert!(page == again, "the same posts give the same file");
}

#[test]
fn a_file_that_would_be_too_large_is_refused_and_the_old_one_stays() {
    let bench = Bench::with_posts();
    bench.ok("pack posts --viewer viewer --out archive.html");
    let old = fs::read_to_string(bench.path("archive.html")).unwrap();
    let noise: String = (0..400_000_u32)
        .map(|n| char::from(b'a' + (n.wrapping_mul(2_654_435_761) >> 27) as u8 % 26))
        .collect();
    bench.write(
        "posts/2024-02-01-long.md",
        format!("{noise}\n\n{noise}\n\n{noise}\n"),
    );
    let refused = bench.run("pack posts --viewer viewer --out archive.html --limit 1");
    assert_eq!(refused.code, 1, "{}", refused.stderr);
    assert!(
        refused.stderr.contains("more than 1 MB"),
        "{}",
        refused.stderr
    );
    assert!(
        refused.stderr.contains("build --file-urls"),
        "{}",
        refused.stderr
    );
    let new = fs::read_to_string(bench.path("archive.html")).unwrap();
    assert!(new == old, "the old one stays");
    let folder = bench.run("pack posts --viewer viewer --out viewer");
    assert_eq!(folder.code, 1);
    assert!(folder.stderr.contains("is a folder"), "{}", folder.stderr);
}

#[test]
fn scripts_for_disks_are_written_when_asked_for_and_checked() {
    let bench = Bench::with_posts();
    bench.ok("build posts --viewer viewer --out site");
    assert!(!bench.path("site/bundle/disk").exists());
    bench.ok("build posts --viewer viewer --out site --file-urls");
    let folder = bench.path("site/bundle");
    let mut scripts = 0;
    for file in fs::read_dir(&folder).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        if name != "disk" {
            let script = fs::read_to_string(folder.join(format!("disk/bundle/{name}.js"))).unwrap();
            assert!(script.starts_with(&format!("shelfmarkFile(\"bundle/{name}\",\"")));
            scripts += 1;
        }
    }
    assert!(scripts > 5);
    bench.ok("verify site");
    let script = folder.join("disk/bundle/archive.json.js");
    fs::write(&script, "shelfmarkFile(\"bundle/archive.json\",\"e30=\")\n").unwrap();
    let found = bench.run("verify site");
    assert_eq!(found.code, 1);
    assert!(
        found.stderr.contains("disk/bundle/archive.json.js"),
        "{}",
        found.stderr
    );
    // Without them, none stay.
    bench.ok("build posts --viewer viewer --out site");
    assert!(!bench.path("site/bundle/disk").exists());
}

#[test]
fn scripts_for_disks_that_were_tampered_with_are_found() {
    let bench = Bench::with_posts();
    bench.write("viewer/parser/parser_bg.wasm", "\0asm");
    bench.write(
        "viewer/index.html",
        "<!doctype html><html lang={{language}}><head>{{disk}}<title>{{title}}</title></head></html>",
    );
    let key = bench.ok("keygen --out key").stdout;
    bench.ok("build posts --viewer viewer --out site --file-urls --sign key");
    let verify = format!("verify site --key {}", key.trim());
    bench.ok(&verify);
    let body = bench.names("site/bundle");
    let body = body.iter().find(|name| name.starts_with("body-")).unwrap();
    let scripts = [
        "start.js",
        "viewer.js",
        "shelfmark_bg.wasm.js",
        "locales/en.json.js",
        "parser/parser_bg.wasm.js",
        "bundle/archive.json.js",
        &format!("bundle/{body}.js"),
    ];
    for name in scripts {
        let path = bench.path("site/bundle/disk").join(name);
        let good = fs::read(&path).unwrap();
        let found = |what: &str, why: &str| {
            let answer = bench.run(&verify);
            assert_eq!(answer.code, 1, "{name} {what}: {answer:?}");
            let said = answer.stderr.contains(&format!("disk/{name}: {why}"));
            assert!(said, "{name} {what}: {answer:?}");
        };
        fs::write(&path, [&good[..], b"alert()\n"].concat()).unwrap();
        found("with more", "");
        fs::write(&path, "").unwrap();
        found("emptied", "");
        fs::remove_file(&path).unwrap();
        found("gone", "is missing");
        fs::write(&path, good).unwrap();
    }
    bench.ok(&verify);
    bench.write("site/bundle/disk/evil.js", "alert()");
    let answer = bench.ok(&verify);
    assert!(answer.stderr.contains("bundle/disk/evil.js"), "{answer:?}");
    // The page asks for them.
    fs::remove_dir_all(bench.path("site/bundle/disk")).unwrap();
    let answer = bench.run(&verify);
    assert_eq!(answer.code, 1);
    assert!(
        answer.stderr.contains("disk/start.js: is missing"),
        "{answer:?}"
    );
}

#[test]
fn only_a_page_that_was_packed_is_replaced() {
    let bench = Bench::with_posts();
    let long = "long ".repeat(60_000);
    bench.write(
        "posts/shelfmark.toml",
        format!("description = \"{long}\"\n"),
    );
    bench.ok("pack posts --viewer viewer --out archive.html --title One");
    bench.ok("pack posts --viewer viewer --out archive.html --title Two");
    let page = fs::read_to_string(bench.path("archive.html")).unwrap();
    assert!(page.contains("<title>Two</title>"));
    // One that was cut off by a full disk, too, and one that is nothing yet.
    bench.write("archive.html", &page[..page.len() / 2]);
    bench.ok("pack posts --viewer viewer --out archive.html");
    bench.write("empty.html", "");
    bench.ok("pack posts --viewer viewer --out empty.html");

    bench.build();
    bench.write("notes.md", "mine");
    bench.write(
        "page.html",
        "<!doctype html><shelfmark-archive src=\"bundle/archive.json\">",
    );
    let refused = |out: &str, why: &str| {
        let answer = bench.run(&format!("pack posts --viewer viewer --out {out}"));
        assert_eq!(answer.code, 1, "{out}: {answer:?}");
        assert!(answer.stderr.contains(why), "{out}: {answer:?}");
        assert!(answer.stderr.contains("help: "), "{out}: {answer:?}");
    };
    for name in ["notes.md", "page.html", "site/index.html"] {
        let before = fs::read(bench.path(name)).unwrap();
        refused(name, "no page packed by Shelfmark");
        assert_eq!(fs::read(bench.path(name)).unwrap(), before);
    }
    let posts = bench.names("posts");
    for name in ["2024-01-02-one.md", "new.html", "new/new.html"] {
        refused(&format!("posts/{name}"), "inside the posts folder");
    }
    assert_eq!(bench.names("posts"), posts);
    refused("site", "is a folder");
}

#[cfg(unix)]
#[test]
fn pipes_stay_and_links_are_followed() {
    use std::os::unix::fs::{FileTypeExt as _, symlink};
    let bench = Bench::with_posts();
    let pipe = bench.path("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    bench.write("notes.md", "mine");
    symlink("notes.md", bench.path("link.html")).unwrap();
    symlink("gone.html", bench.path("dangling.html")).unwrap();
    for name in ["pipe", "link.html", "dangling.html"] {
        let answer = bench.run(&format!("pack posts --viewer viewer --out {name}"));
        assert_eq!(answer.code, 1, "{name}: {answer:?}");
    }
    assert!(fs::metadata(&pipe).unwrap().file_type().is_fifo());
    assert_eq!(fs::read(bench.path("notes.md")).unwrap(), b"mine");
    fs::remove_file(bench.path("notes.md")).unwrap();
    bench.ok("pack posts --viewer viewer --out notes.md");
    bench.ok("pack posts --viewer viewer --out link.html --title New");
    assert!(bench.path("link.html").is_symlink());
    let page = fs::read_to_string(bench.path("notes.md")).unwrap();
    assert!(page.contains("<title>New</title>"));
}

#[cfg(unix)]
#[test]
fn what_a_kill_leaves_is_removed_by_the_next_run() {
    let bench = Bench::with_posts();
    let mut child = std::process::Command::new("true").spawn().unwrap();
    child.wait().unwrap();
    let dead = child.id();
    bench.write(&format!("tmp/shelfmark-pack-{dead}-abc/site/half"), "");
    bench.write("tmp/shelfmark-pack-1-abc/site/half", "");
    bench.write("tmp/else", "");
    bench.write(&format!("out/.a.html.shelfmark-{dead}-abc-tmp"), "half");
    bench.write("out/.a.html.shelfmark-1-abc-tmp", "half");
    bench.write(&format!("out/.b.html.shelfmark-{dead}-abc-tmp"), "half");
    let mut pack = bench.command("pack posts --viewer viewer --out out/a.html".split(' '));
    let packed = answer(pack.env("TMPDIR", bench.path("tmp")));
    assert_eq!(packed.code, 0, "{packed:?}");
    assert_eq!(bench.names("tmp"), ["else", "shelfmark-pack-1-abc"]);
    let left = [
        ".a.html.shelfmark-1-abc-tmp".to_owned(),
        format!(".b.html.shelfmark-{dead}-abc-tmp"),
        "a.html".to_owned(),
    ];
    assert_eq!(bench.names("out"), left);

    let mut pack = bench.command("pack posts --viewer viewer --out out/a.html".split(' '));
    let packed = answer(pack.env("TMPDIR", bench.path("gone")));
    assert_eq!(packed.code, 1);
    for said in ["gone`", "help: have the variable TMPDIR name a folder"] {
        assert!(packed.stderr.contains(said), "{packed:?}");
    }
    assert!(!packed.stderr.contains("shelfmark-pack"), "{packed:?}");
}
