//! `check` as an archivist's friend: what it finds, how it tells it, and when it fails.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::Bench;

/// Long enough to be a text that is not the same by chance.
const LONG: &str = "This is a text of some length, which nobody would write twice in the same way \
                    unless one of the two was copied from the other, letter by letter.\n";

/// Codes of the problems that `check` tells of posts, with how often.
fn codes(bench: &Bench) -> BTreeMap<String, usize> {
    let answer = bench.run("check posts --format json --quiet");
    let mut codes = BTreeMap::new();
    for line in answer.stdout.lines() {
        let problem: Value = serde_json::from_str(line).unwrap();
        let code = problem["code"].as_str().unwrap();
        *codes.entry(code.to_owned()).or_default() += 1;
    }
    codes
}

fn with(files: &[(&str, &str)]) -> Bench {
    let bench = Bench::new();
    for (name, text) in files {
        bench.write(&format!("posts/{name}"), text);
    }
    bench
}

#[test]
fn dead_links_and_lost_pictures_are_found() {
    let bench = with(&[
        (
            "2024-01-01-a.md",
            "---\ntitle: A\n---\n[b](2024-01-02-b.md) [gone](gone.md) [out](https://a.example/) \
             [part](#x) [mail](mailto:a@a.example) ![lamp](lamp.svg) ![gone](gone.png) [paper](paper.pdf)\n",
        ),
        (
            "2024-01-02-b.md",
            "---\ntitle: B\nfrom: https://a.example/b\n---\n[of the site](/about) ![too](/x.png)\n",
        ),
        ("paper.pdf", "%PDF-1.7"),
        ("lamp.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
    ]);
    let found = codes(&bench);
    let expected = [
        ("file-left-out", 1),
        ("link-broken", 1),
        ("picture-missing", 1),
    ];
    let expected = expected.map(|(code, count)| (code.to_owned(), count));
    assert_eq!(found, expected.into());
    assert_eq!(bench.run("check posts --only mojibake").code, 0);
    let answer = bench.run("check posts --only link-borken");
    assert!(
        answer.code == 2 && answer.stderr.contains("link-broken"),
        "{answer:?}"
    );
    let answer = bench.run("check posts");
    assert_eq!(answer.code, 1);
    assert!(
        answer.stderr.contains("posts/2024-01-01-a.md:4:"),
        "{answer:?}"
    );
}

#[test]
fn damage_is_found_and_writing_is_not_taken_for_it() {
    let bench = with(&[
        (
            "2024-01-01-latin.md",
            "# T\n\nLe cafÃ© est fermÃ©, itâ€™s late.\n",
        ),
        (
            "2024-01-02-gbk.md",
            "# T\n\n锛屾垜浠殑銆傝繖鏄竴涓鐨勩€傛槸鐨勶紒鏄\n",
        ),
        ("2024-01-03-lost.md", "# T\n\nlost \u{fffd}\u{fffd} here\n"),
        (
            "2024-01-04-fine.md",
            "# T\n\nCafé, “naïve”, CAFÉ… Ünlü, Ção, à « la » carte, Ä, Â.\n",
        ),
        (
            "2024-01-05-fine.md",
            "# T\n\n这是一篇正常的文章，没有乱码。涓涓细流，绗缝。\n",
        ),
        ("2024-01-06-control.md", "# T\n\na\u{8}b\u{202d}c\n"),
        (
            "2024-01-07-persian.md",
            "# T\n\n\u{202b}متن فارسی\u{202c}\n",
        ),
    ]);
    let expected = [("control", 1), ("mojibake", 2), ("replacement", 1)];
    let expected = expected.map(|(code, count)| (code.to_owned(), count));
    assert_eq!(codes(&bench), expected.into());
    let answer = bench.run("check posts --only mojibake");
    assert!(answer.stderr.contains("`Ã©` is `é`"), "{answer:?}");
    assert!(!answer.stderr.contains("replacement"), "{answer:?}");
}

#[test]
fn unclosed_html_is_found_outside_code() {
    let bench = with(&[
        ("2024-01-01-open.md", "# T\n\n<div>\n<p>a\n<span>b</span>\n"),
        ("2024-01-02-stray.md", "# T\n\na</div>\n"),
        (
            "2024-01-03-fine.md",
            "# T\n\n<div>a<br><p>b</div>\n\n`<div>` 1 < 2 <!-- <div> -->\n\n```\n<div>\n```\n\
             <script>\"<div>\"</script> <a href=\"#>\">x</a> <b\n",
        ),
    ]);
    assert_eq!(codes(&bench), [("html-unclosed".to_owned(), 2)].into());
}

#[test]
fn dates_that_are_hard_to_believe_are_told() {
    let bench = with(&[
        (
            "2024-01-01-far.md",
            "---\ntitle: T\ndate: 2924-01-01\n---\n",
        ),
        ("old.md", "---\ntitle: T\ndate: 1924-01-01\n---\n"),
        (
            "2024-01-02-other.md",
            "---\ntitle: T\ndate: 2023-01-02\n---\n",
        ),
        (
            "2024-01-03-zone.md",
            "---\ntitle: T\ndate: 2024-01-02T20:00:00-05:00\n---\n",
        ),
    ]);
    let expected = [("date-differs", 2), ("date-suspicious", 2)];
    let expected = expected.map(|(code, count)| (code.to_owned(), count));
    assert_eq!(codes(&bench), expected.into());
}

#[test]
fn copies_are_notes_and_no_failure() {
    let head = |source: &str| format!("---\ntitle: T\nfrom: {source}\n---\n{LONG}");
    let bench = with(&[
        ("2024-01-01-a.md", &head("https://a.example/1")),
        ("2024-01-02-b.md", &head("https://a.example/2")),
        (
            "2024-01-03-c.md",
            "---\ntitle: T\nfrom: https://a.example/1\n---\nother\n",
        ),
        ("2024-01-04-d.md", "---\ntitle: T\n---\nshort\n"),
        ("2024-01-05-e.md", "---\ntitle: T\n---\nshort\n"),
    ]);
    let expected = [("copy-source", 1), ("copy-text", 1)];
    let expected = expected.map(|(code, count)| (code.to_owned(), count));
    assert_eq!(codes(&bench), expected.into());
    let answer = bench.ok("check posts");
    assert!(answer.stderr.contains("`2024-01-01-a.md`"), "{answer:?}");
    assert!(answer.stderr.contains("2 notes"), "{answer:?}");
}

#[test]
fn many_problems_fit_a_screen_unless_all_are_asked_for() {
    let bench = Bench::new();
    for number in 0..300 {
        let text = format!("---\ntitle: T\ndate: never-{number}\n---\n[x](gone-{number}.md) <b>\n");
        bench.write(&format!("posts/{number}.md"), text);
    }
    let answer = bench.run("check posts");
    let lines = answer.stderr.lines().count();
    assert!(lines < 40, "{lines}: {answer:?}");
    assert!(
        answer.stderr.contains("300 times in 300 files"),
        "{answer:?}"
    );
    assert!(answer.stderr.contains("1,200 warnings"), "{answer:?}");
    assert!(
        answer.stderr.contains("    3 | date: never-0\n"),
        "the line is shown: {answer:?}"
    );
    let all = bench.run("check posts --all");
    assert_eq!(all.stderr.matches("`gone-").count(), 300);
    assert_eq!((answer.code, all.code), (1, 1));
}
