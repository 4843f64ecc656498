//! A cache, or a site, that is not what it was.

use std::fs;

use super::{check, touch, write_posts};
use crate::support::Bench;

#[test]
fn a_damaged_cache_is_no_cache() {
    let bench = Bench::new();
    write_posts(&bench, 30);
    check(&bench, "");
    let file = bench.path("cache/shelfmark.cache");
    let whole = fs::read(&file).unwrap();
    let mut cases = vec![
        Vec::new(),
        whole[..40].to_vec(),
        whole[..whole.len() - 1].to_vec(),
        b"x".repeat(5_000),
    ];
    for at in (0..whole.len()).step_by(whole.len() / 12) {
        let mut case = whole.clone();
        case[at] ^= 4;
        cases.push(case);
    }
    for case in cases {
        fs::write(&file, &case).unwrap();
        assert_eq!(check(&bench, ""), 0, "{} bytes", case.len());
    }
    assert_eq!(check(&bench, ""), 30, "the whole one is used");
}

#[test]
fn an_older_cache_is_as_good_as_it_can_be() {
    let bench = Bench::new();
    write_posts(&bench, 30);
    check(&bench, "");
    let file = bench.path("cache/shelfmark.cache");
    let older = fs::read(&file).unwrap();
    bench.write(
        "posts/p1.md",
        "---\ntitle: Other\ndate: 2024-01-02\n---\nOther words.",
    );
    bench.write("posts/p99.md", "---\ntitle: New\ndate: 2024-12-12\n---\nx");
    check(&bench, "");
    fs::write(&file, older).unwrap();
    assert!(check(&bench, "") > 20);
}

#[test]
fn a_cache_may_be_deleted_and_the_site_too() {
    let bench = Bench::new();
    write_posts(&bench, 30);
    check(&bench, "");
    fs::remove_dir_all(bench.path("cache")).unwrap();
    assert_eq!(check(&bench, ""), 0);
    fs::remove_dir_all(bench.path("site")).unwrap();
    check(&bench, "");
    assert_eq!(
        bench.names("."),
        ["cache", "clean", "posts", "site", "viewer"]
    );
}

#[test]
fn settings_are_part_of_what_is_known() {
    let bench = Bench::new();
    write_posts(&bench, 30);
    check(&bench, "");
    assert_eq!(check(&bench, " --title Other"), 0);
    assert_eq!(check(&bench, " --title Other"), 30);
    check(&bench, " --no-static-pages");
    check(&bench, "");
}

/// A file of each kind that the site holds more than one of.
fn files(bench: &Bench) -> Vec<String> {
    let mut files = vec!["feed.xml".to_owned(), "pages/index.html".into()];
    for (folder, begin) in [
        ("bundle", "body"),
        ("bundle", "group"),
        ("bundle", "list"),
        ("bundle", "index"),
        ("bundle", "terms"),
        ("bundle", "slugs"),
        ("pages/posts", "p"),
        ("pages/tags", "t"),
        ("pages/months", "2"),
    ] {
        let names = bench.names(&format!("site/{folder}"));
        let name = names.iter().find(|name| name.starts_with(begin));
        files.push(format!(
            "{folder}/{}",
            name.unwrap_or_else(|| panic!("{begin}"))
        ));
    }
    files
}

#[test]
fn a_damaged_site_is_mended() {
    let bench = Bench::new();
    let arguments = " --search index";
    write_posts(&bench, 30);
    check(&bench, arguments);
    for (number, file) in files(&bench).into_iter().enumerate() {
        let path = bench.path(&format!("site/{file}"));
        let mut bytes = fs::read(&path).unwrap();
        match number % 3 {
            0 => fs::remove_file(&path).unwrap(),
            1 => fs::write(&path, &bytes[1..]).unwrap(),
            _ => {
                // As long as it was.
                let middle = bytes.len() / 2;
                bytes[middle] ^= 1;
                fs::write(&path, bytes).unwrap();
            }
        }
        check(&bench, arguments);
    }
}

#[test]
#[cfg(unix)]
fn files_with_other_times_are_known_by_their_bytes() {
    let bench = Bench::new();
    write_posts(&bench, 30);
    check(&bench, "");
    let before: Vec<(String, u64)> = files_of_posts(&bench);
    for (file, _) in &before {
        touch(&bench, file, 1_600_000_000);
    }
    assert_eq!(check(&bench, ""), 30);
    for (file, inode) in before {
        assert_eq!(
            super::inode(&bench, &file),
            inode,
            "{file} was not written again"
        );
    }
}

#[cfg(unix)]
fn files_of_posts(bench: &Bench) -> Vec<(String, u64)> {
    let names = bench.names("site/bundle");
    let bodies = names.iter().filter(|name| name.starts_with("body"));
    let bodies = bodies.map(|name| format!("site/bundle/{name}"));
    let pages = bench.names("site/pages/posts");
    let pages = pages.iter().map(|name| format!("site/pages/posts/{name}"));
    bodies
        .chain(pages)
        .map(|file| {
            let inode = super::inode(bench, &file);
            (file, inode)
        })
        .collect()
}

#[test]
fn a_cache_is_no_part_of_the_site_or_the_posts() {
    let bench = Bench::new();
    write_posts(&bench, 3);
    let answer = bench.run("build posts --out site --cache site/cache --viewer viewer");
    assert_eq!(answer.code, 1);
    assert!(answer.stderr.contains("inside the site"), "{answer:?}");
    let answer = bench.run("build posts --out site --cache posts/cache --viewer viewer");
    assert_eq!(answer.code, 1);
    assert!(
        answer.stderr.contains("inside the posts folder"),
        "{answer:?}"
    );
    bench.ok("build posts --out site --cache posts/.cache --viewer viewer");
    bench.write("posts/shelfmark.toml", "cache = \"../kept\"\n");
    bench.build();
    assert_eq!(bench.names("."), ["kept", "posts", "site", "viewer"]);
}
