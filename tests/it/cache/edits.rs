//! Whatever is done to the posts: the site is the one that a build without a cache makes.

use std::fs;

use super::{SETTLED, check, touch, write_posts};
use crate::support::Bench;

/// Numbers that are the same in each run.
struct Random(u32);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as usize % end
    }
}

const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n";

fn picture(number: usize) -> Vec<u8> {
    [PICTURE, number.to_string().as_bytes()].concat()
}

/// Writes a post that may lead to others, show pictures and say things in the way of a dialect.
fn write_post(bench: &Bench, name: &str, random: &mut Random) {
    let number = random.below(1_000);
    let date = match random.below(8) {
        0 => String::new(),
        _ => format!(
            "date: 2024-{:02}-{:02}\n",
            random.below(12) + 1,
            random.below(28) + 1
        ),
    };
    let draft = if random.below(9) == 0 {
        "draft: true\n"
    } else {
        ""
    };
    let alias = match random.below(6) {
        0 => format!("permalink: /old/{}/\n", random.below(12)),
        _ => String::new(),
    };
    let other = random.below(14);
    let body = match random.below(6) {
        0 => format!("[a](p{other}.md) and [b](/old/{other}/)"),
        1 => format!("![x](pictures/{}.png) 第{number}篇", random.below(4)),
        2 => format!("[[p{other}]] ![[{}.png]]", random.below(4)),
        3 => format!("[c](https://a.example/{other}) words {number}"),
        4 => format!("{{% post_url p{other} %}} <b>bold</b> {number}"),
        _ => format!("plain words {number}, 言论自由"),
    };
    let text = format!(
        "---\ntitle: \"Title {}\"\n{date}{draft}{alias}from: https://a.example/{}\n\
         tags: [t{}, t{}]\n---\n{body}\n",
        random.below(40),
        random.below(14),
        random.below(5),
        random.below(9),
    );
    bench.write(name, text);
}

/// Does one thing to the posts.
fn edit(bench: &Bench, random: &mut Random) {
    let folder = ["posts", "posts/_posts", "posts/notes"][random.below(3)];
    let name = format!("{folder}/p{}.md", random.below(14));
    let path = bench.path(&name);
    match random.below(10) {
        0 | 1 if path.exists() => fs::remove_file(path).unwrap(),
        2 if path.exists() => {
            let other = bench.path(&format!("posts/p{}.md", random.below(14)));
            fs::rename(path, other).unwrap();
        }
        3 if path.exists() => touch(bench, &name, 1_000_000 + random.below(1_000) as u64),
        4 => bench.write(
            &format!("posts/pictures/{}.png", random.below(4)),
            picture(random.below(5)),
        ),
        5 => {
            // It need not be there.
            let _ = fs::remove_file(bench.path(&format!("posts/pictures/{}.png", random.below(4))));
        }
        6 => bench.write(
            "posts/shelfmark.toml",
            format!("title = \"Archive {}\"\n", random.below(3)),
        ),
        7 if random.below(3) == 0 => {
            let dialect = ["obsidian", "jekyll", "plain"][random.below(3)];
            bench.write("posts/shelfmark.toml", format!("dialect = \"{dialect}\"\n"));
        }
        _ => write_post(bench, &name, random),
    }
}

fn check_edits(seed: u32, arguments: &str) {
    let bench = Bench::new();
    let mut random = Random(seed);
    for number in 0..12 {
        write_post(&bench, &format!("posts/p{number}.md"), &mut random);
        bench.write(
            &format!("posts/pictures/{}.png", number % 4),
            picture(number),
        );
    }
    let mut unchanged = 0;
    for step in 0..16 {
        // The archive is never empty.
        bench.write("posts/always.md", "---\ntitle: A\ndate: 2024-05-05\n---\nb");
        unchanged += check(&bench, arguments);
        if step % 6 == 0 {
            unchanged += check(&bench, arguments);
        }
        for _ in 0..=random.below(3) {
            edit(&bench, &mut random);
        }
    }
    assert!(unchanged > 30, "something is reused: {unchanged}");
}

#[test]
fn random_edits_of_an_archive_that_is_read() {
    check_edits(1, "");
    check_edits(2, " --drafts");
}

#[test]
fn random_edits_of_an_archive_with_an_index() {
    check_edits(3, " --search index");
    check_edits(4, " --search index --no-static-pages");
}

#[test]
fn random_edits_of_an_archive_with_packs() {
    check_edits(5, " --search index --pack-shards");
    check_edits(6, " --pack-shards --no-static-pages");
}

#[test]
fn posts_come_and_go_in_an_archive_of_segments() {
    come_and_go(" --search index --segments");
}

#[test]
fn posts_come_and_go_in_an_archive_of_segments_and_packs() {
    come_and_go(" --search index --segments --pack-shards");
}

fn come_and_go(arguments: &str) {
    let bench = Bench::new();
    write_posts(&bench, 530);
    assert_eq!(check(&bench, arguments), 0);
    assert_eq!(check(&bench, arguments), 530);
    let last = "---\ntitle: Last\ndate: 2025-01-01\n---\nThe last words.\n";
    bench.write("posts/last.md", last);
    assert_eq!(
        check(&bench, arguments),
        530,
        "the new one alone is rendered"
    );
    fs::remove_file(bench.path("posts/p0.md")).unwrap();
    check(&bench, arguments);
    bench.write("posts/p300.md", last);
    check(&bench, arguments);
}

#[test]
fn what_was_deleted_leaves_no_trace() {
    delete("");
}

#[test]
fn what_was_deleted_leaves_no_trace_in_packs() {
    delete(" --search index --pack-shards");
}

fn delete(arguments: &str) {
    let bench = Bench::new();
    write_posts(&bench, 40);
    bench.write(
        "posts/secret.md",
        "---\ntitle: Secret\ndate: 2024-06-01\ntags: [hidden]\n---\nxyzzy",
    );
    check(&bench, arguments);
    assert!(
        !traces(&bench).is_empty(),
        "the search for traces finds them"
    );
    fs::remove_file(bench.path("posts/secret.md")).unwrap();
    check(&bench, arguments);
    assert_eq!(traces(&bench), [""; 0]);
}

/// Files of the site whose names or contents tell of the secret.
fn traces(bench: &Bench) -> Vec<String> {
    let mut found = Vec::new();
    for folder in [
        "site/pages/posts",
        "site/pages/tags",
        "site/pages/months",
        "site/bundle",
    ] {
        for name in bench.names(folder) {
            let path = format!("{folder}/{name}");
            let text = String::from_utf8_lossy(&fs::read(bench.path(&path)).unwrap()).into_owned();
            if [name, text].iter().any(|it| {
                ["secret", "Secret", "hidden", "xyzzy"]
                    .iter()
                    .any(|word| it.contains(word))
            }) {
                found.push(path);
            }
        }
    }
    found
}

#[test]
fn an_old_post_leads_to_a_new_one() {
    let bench = Bench::new();
    write_posts(&bench, 3);
    bench.write(
        "posts/old.md",
        "---\ntitle: Old\ndate: 2023-01-01\n---\n[to](https://b.example/new?utm_source=x)",
    );
    check(&bench, "");
    let page = || fs::read_to_string(bench.path("site/pages/posts/old.html")).unwrap();
    assert!(page().contains("https://b.example/new"));
    bench.write(
        "posts/new.md",
        "---\ntitle: New\ndate: 2024-09-01\nfrom: https://b.example/new\n---\nx",
    );
    assert_eq!(check(&bench, ""), 3, "the old post is rendered again");
    assert!(page().contains("href=\"new.html\""), "{}", page());
    fs::remove_file(bench.path("posts/new.md")).unwrap();
    check(&bench, "");
    assert!(page().contains("https://b.example/new"));
}

#[test]
fn a_picture_is_another_one() {
    let bench = Bench::new();
    write_posts(&bench, 3);
    bench.write(
        "posts/shows.md",
        "---\ntitle: S\ndate: 2023-01-01\n---\n![](a.png)",
    );
    assert_eq!(check(&bench, ""), 0);
    bench.write("posts/a.png", picture(1));
    assert_eq!(check(&bench, ""), 3);
    bench.write("posts/a.png", picture(2));
    assert_eq!(check(&bench, ""), 3);
    assert_eq!(check(&bench, ""), 4);
    fs::remove_file(bench.path("posts/a.png")).unwrap();
    assert_eq!(check(&bench, ""), 3);
}

#[test]
fn a_touched_post_is_read_and_found_to_be_the_same() {
    let bench = Bench::new();
    write_posts(&bench, 10);
    check(&bench, "");
    touch(&bench, "posts/p3.md", 1_700_000_000);
    assert_eq!(check(&bench, ""), 10);
}

#[test]
#[cfg(unix)]
fn a_change_that_hides_its_time_is_seen() {
    let bench = Bench::new();
    write_posts(&bench, 10);
    touch(&bench, "posts/p3.md", 1_700_000_000);
    std::thread::sleep(SETTLED);
    check(&bench, "");
    assert_eq!(check(&bench, ""), 10, "all are known by their times");
    let text = fs::read_to_string(bench.path("posts/p3.md")).unwrap();
    bench.write("posts/p3.md", text.replace("Words", "Birds"));
    touch(&bench, "posts/p3.md", 1_700_000_000);
    assert_eq!(check(&bench, ""), 9);
}
