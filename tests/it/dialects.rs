//! Folders of other programs, through the program: what comes out is what goes in, and what is
//! read of it is translated.

use serde_json::Value;

use crate::support::{Bench, hashes};

fn vault() -> Bench {
    let bench = Bench::new();
    for (name, text) in [
        (
            "Cards/原子化.md",
            "---\ndate created: 2022-06-17\n---\nSee [[卡片|here]] and [[nothing]]. #方法\n\n![[灯.svg]]\n",
        ),
        ("Cards/卡片.md", "> [!note] 提示\n> 内容 %%hidden%%\n"),
        (
            "files/灯.svg",
            "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
        ),
    ] {
        bench.write(&format!("posts/{name}"), text);
    }
    bench
}

#[test]
fn a_vault_is_shown_as_it_was_meant_and_given_back_as_it_was() {
    let bench = vault();
    bench.build();
    bench.ok("verify site");
    bench.ok("extract site --out back");
    let mut posts = hashes(&bench.path("posts"));
    // Pictures come back under the paths that the posts call them by.
    posts.retain(|path, _| path.extension().is_some_and(|end| end == "md"));
    let mut back = hashes(&bench.path("back"));
    back.retain(|path, _| path.extension().is_some_and(|end| end == "md"));
    assert_eq!(posts, back);

    let pages: String = bench
        .names("site/pages/posts")
        .iter()
        .map(|name| {
            std::fs::read_to_string(bench.path(&format!("site/pages/posts/{name}"))).unwrap()
        })
        .collect();
    assert!(pages.contains("<strong>提示</strong>"), "{pages}");
    assert!(pages.contains(">here</a>"), "{pages}");
    assert!(
        !pages.contains("[[") && !pages.contains("hidden"),
        "{pages}"
    );
}

#[test]
fn explain_tells_how_a_post_was_understood() {
    let bench = vault();
    let answer = bench.ok("check posts --explain --quiet");
    for part in [
        "2 posts read as Obsidian",
        "posts/Cards/原子化.md",
        "read as    Markdown of Obsidian, its own words translated",
        "title      原子化 (from file name)",
        "date       2022-06-17 (from front matter)",
        "tags       方法",
        "pictures   1 of the archive",
        "not found  nothing",
    ] {
        assert!(answer.stdout.contains(part), "{part}: {}", answer.stdout);
    }
    let answer = bench.ok("check posts --explain --format json --quiet");
    let posts: Vec<Value> = answer
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(posts.len(), 2);
    assert_eq!(posts[0]["dialect"], "Obsidian");
    assert_eq!(posts[1]["leads_to"][0], posts[0]["slug"]);
}

#[test]
fn a_dialect_may_be_stated() {
    let bench = vault();
    bench.write("posts/shelfmark.toml", "dialect = \"plain\"\n");
    let answer = bench.ok("check posts --explain --quiet");
    assert!(
        answer
            .stdout
            .contains("read as plain files: shelfmark.toml says so"),
        "{answer:?}"
    );
    bench.write("posts/shelfmark.toml", "dialect = \"wordstar\"\n");
    let answer = bench.run("check posts");
    assert_eq!(answer.code, 1);
    assert!(answer.stderr.contains("shelfmark.toml:1:11"), "{answer:?}");
}
