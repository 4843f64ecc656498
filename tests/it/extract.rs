//! Every post comes back byte for byte, and nothing is written anywhere else.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use shelfmark_compile::archive::Archive;
use shelfmark_compile::build::build;
use shelfmark_compile::extract::extract;
use shelfmark_compile::options::{BuildOptions, Settings};
use shelfmark_compile::progress::Progress;
use shelfmark_compile::source::EXTENSIONS;

use crate::support::{Bench, answer, forge, hashes, shared};

/// The posts below a folder, as a build finds them.
fn posts(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut posts = hashes(folder);
    posts.retain(|path, _| {
        let name = path
            .file_name()
            .unwrap()
            .to_string_lossy()
            .to_ascii_lowercase();
        EXTENSIONS
            .iter()
            .any(|ending| name.ends_with(&format!(".{ending}")))
    });
    posts
}

/// Builds a folder, drafts and all, takes it out again and compares.
fn round_trip(bench: &Bench, folder: &Path) {
    let expected = posts(folder);
    let mut build = bench.command([
        "build", "--quiet", "--drafts", "--viewer", "viewer", "--out", "site",
    ]);
    let built = answer(build.arg(folder));
    assert_eq!(built.code, 0, "{built:?}");
    let out = bench.ok("extract site --out out");
    assert!(out.stdout.contains(" written to `out`"), "{out:?}");
    let found = hashes(&bench.path("out"));
    let differ: Vec<_> = expected
        .iter()
        .filter(|(path, hash)| found.get(*path) != Some(hash))
        .collect();
    assert!(
        differ.is_empty(),
        "{} lost or changed: {:?}",
        differ.len(),
        &differ[..differ.len().min(5)]
    );
    assert_eq!(found.len(), expected.len(), "nothing is made up");
    fs::remove_dir_all(bench.path("out")).unwrap();
}

#[test]
fn posts_come_back_byte_for_byte() {
    let bench = Bench::with_posts();
    bench.write("posts/empty.md", "");
    bench.write("posts/bom.md", b"\xef\xbb\xbf---\r\ntitle: x\r\n---\r\n");
    bench.write(
        "posts/gbk.md",
        b"---\ntitle: \xd6\xd0\xce\xc4\xb2\xe2\xca\xd4\n---\n\xce\xc4\n",
    );
    bench.write("posts/broken.md", b"---\ntitle: [\n\xff\0\r\r\n");
    bench.write("posts/a b/#?%&'\" .md", "x");
    round_trip(&bench, &bench.path("posts"));
}

#[cfg(target_os = "linux")]
#[test]
fn odd_names_come_back() {
    use std::os::unix::ffi::OsStrExt as _;

    let bench = Bench::new();
    for name in [
        &b"\xff\xfe.md"[..],
        b"line\nbreak.md",
        b"\x08\x1b[31m.md",
        b"back\\slash\\..\\.md",
        b"C:.md",
        b"con.md",
        b"case.md",
        b"Case.md",
        "e\u{301}.md".as_bytes(),
        "\u{e9}.md".as_bytes(),
        b"-rf.md",
        b"...md",
    ] {
        let path = bench.path("posts").join(std::ffi::OsStr::from_bytes(name));
        fs::write(path, name).unwrap();
    }
    round_trip(&bench, &bench.path("posts"));
}

#[test]
fn hostile_posts_come_back() {
    let Some(list) = shared("hostile/edge.json") else {
        return;
    };
    let bench = Bench::new();
    let cases: serde_json::Value = serde_json::from_slice(&fs::read(list).unwrap()).unwrap();
    for case in cases.as_array().unwrap() {
        let field = |name: &str| STANDARD.decode(case[name].as_str().unwrap()).unwrap();
        #[cfg(unix)]
        let path = {
            use std::os::unix::ffi::OsStrExt as _;
            PathBuf::from(std::ffi::OsStr::from_bytes(&field("path_b64")))
        };
        #[cfg(not(unix))]
        let path = PathBuf::from(String::from_utf8_lossy(&field("path_b64")).into_owned());
        let path = bench.path("posts").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, field("bytes_b64")).unwrap();
    }
    round_trip(&bench, &bench.path("posts"));
    bench.ok("verify site");
}

#[test]
fn real_posts_come_back() {
    let Some(corpora) = shared("corpora") else {
        return;
    };
    for entry in fs::read_dir(corpora).unwrap() {
        let folder = entry.unwrap().path();
        if folder.is_dir() {
            let bench = Bench::new();
            round_trip(&bench, &folder);
            bench.ok("verify site --quiet");
        }
    }
}

#[test]
fn several_folders_stay_apart() {
    let bench = Bench::with_posts();
    bench.write("more/2024-01-02-one.md", "another");
    bench.ok("build posts more --out site --viewer viewer --drafts");
    bench.ok("extract site --out out");
    assert_eq!(hashes(&bench.path("out/1")), hashes(&bench.path("posts")));
    assert_eq!(hashes(&bench.path("out/2")), hashes(&bench.path("more")));
}

#[test]
fn nothing_is_overwritten_unless_forced() {
    let bench = Bench::with_posts();
    bench.build();
    bench.write("out/2024-01-02-one.md", "mine");
    bench.write("out/other.txt", "mine too");
    let answer = bench.run("extract site --out out");
    assert_eq!(answer.code, 1, "{answer:?}");
    assert!(
        answer.stderr.contains("2024-01-02-one.md") && answer.stderr.contains("--force"),
        "{answer:?}"
    );
    assert!(
        answer.stdout.contains("2 posts written"),
        "the rest goes on: {answer:?}"
    );
    assert_eq!(
        fs::read(bench.path("out/2024-01-02-one.md")).unwrap(),
        b"mine"
    );
    let answer = bench.ok("extract site --out out --force");
    assert!(
        answer.stdout.contains("1 post written") && answer.stdout.contains("2 posts there already"),
        "{answer:?}"
    );
    assert_eq!(hashes(&bench.path("out")).len(), 4);
    bench.ok("extract site --out out");
}

#[test]
fn paths_that_lead_out_write_nothing() {
    let bench = Bench::new();
    let outside = bench.path("outside.md");
    let mut bad = vec![
        forge::record("../outside.md", "x"),
        forge::record("a/../../outside.md", "x"),
        forge::record(outside.to_str().unwrap(), "x"),
        forge::record("", "x"),
        forge::record(".", "x"),
        forge::record("nul\0.md", "x"),
        forge::record("good.md", "first"),
        forge::record("good.md", "second"),
        forge::record("good.md/below.md", "x"),
        forge::record("link/below.md", "x"),
        forge::record("not-base64.md", "x"),
        forge::record("not-base64-path.md", "x"),
        forge::record("fine/last.md", "last"),
    ];
    bad[10].bytes = Some("%%%".into());
    bad[11].path_bytes = Some("Li4vb3V0c2lkZS5tZA==".into());
    let failing = bad.len() - 2;
    forge::site(&bench.path("site"), bad);
    fs::create_dir(bench.path("out")).unwrap();
    fs::create_dir(bench.path("elsewhere")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("../elsewhere", bench.path("out/link")).unwrap();
    #[cfg(not(unix))]
    bench.write("out/link", "");
    for line in ["extract site --out out", "extract site --out out --force"] {
        let answer = bench.run(line);
        assert_eq!(answer.code, 1);
        assert_eq!(
            answer.stderr.matches("error: ").count(),
            failing,
            "{}",
            answer.stderr
        );
        assert_eq!(
            bench.names("."),
            ["elsewhere", "out", "posts", "site", "viewer"]
        );
        assert_eq!(bench.names("out"), ["fine", "good.md", "link"]);
        assert_eq!(bench.names("elsewhere"), [""; 0]);
        assert_eq!(fs::read(bench.path("out/good.md")).unwrap(), b"first");
        assert_eq!(fs::read(bench.path("out/fine/last.md")).unwrap(), b"last");
    }
}

#[test]
fn a_damaged_shard_costs_that_shard_only() {
    let bench = Bench::new();
    for number in 0..20 {
        bench.write(
            &format!("posts/{number:02}.md"),
            format!("{number} ").repeat(5_000),
        );
    }
    bench.build();
    let names = bench.names("site/bundle");
    let body = names.iter().find(|name| name.starts_with("body-")).unwrap();
    bench.write(&format!("site/bundle/{body}"), "damaged");
    let answer = bench.run("extract site --out out");
    assert_eq!(answer.code, 1);
    assert!(answer.stderr.contains(body.as_str()), "{answer:?}");
    let left = bench.names("out").len();
    assert!((1..20).contains(&left), "{left} files");
    let answer = bench.run("list site");
    assert_eq!((answer.code, answer.stdout.lines().count()), (1, left));
}

#[test]
fn no_hidden_files_are_written_but_posts() {
    let bench = Bench::new();
    let bad = [
        ".bashrc",
        ".git/hooks/post-checkout",
        "a/.git/config.md",
        ".gitlab-ci.yml",
    ];
    let good = [".md", "a/.draft.md", "b.md"];
    let records = bad.iter().chain(&good);
    let records = records.map(|path| forge::record(path, "x")).collect();
    forge::site(&bench.path("site"), records);
    for line in ["extract site --out out", "extract site --out out --force"] {
        let answer = bench.run(line);
        assert_eq!(answer.code, 1);
        for path in bad {
            assert!(
                answer.stderr.contains(&format!("{path}: is refused")),
                "{answer:?}"
            );
        }
        let found: Vec<_> = hashes(&bench.path("out")).into_keys().collect();
        assert_eq!(found, good.map(PathBuf::from));
    }
}

/// What is killed leaves whole files, and nothing that the next run stumbles over.
#[cfg(unix)]
#[test]
fn what_is_killed_can_be_run_again() {
    use std::os::unix::process::ExitStatusExt as _;
    let bench = Bench::new();
    for (name, length) in [("a", 100), ("b", 100), ("sub/large", 60_000), ("z", 100)] {
        bench.write(&format!("posts/{name}.md"), "word ".repeat(length));
    }
    bench.build();
    let whole = hashes(&bench.path("posts"));
    let extract = bench.command("extract site --out out".split(' '));
    // The system kills it in the middle of the large file.
    let mut limited = std::process::Command::new("sh");
    limited.args(["-c", "ulimit -c 0; ulimit -f 16; exec \"$0\" \"$@\""]);
    limited.arg(extract.get_program()).args(extract.get_args());
    let killed = limited.current_dir(bench.path("")).output().unwrap();
    assert!(killed.status.signal().is_some(), "{killed:?}");
    let found = hashes(&bench.path("out"));
    let is_whole = |path: &PathBuf, hash| whole.get(path).is_none_or(|whole| whole == hash);
    assert!(found.iter().all(|(path, hash)| is_whole(path, hash)));
    assert!(
        found.len()
            > whole
                .keys()
                .filter(|path| found.contains_key(*path))
                .count()
    );
    bench.ok("extract site --out out");
    assert_eq!(hashes(&bench.path("out")), whole);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn whatever_bytes_come_back(files in proptest::collection::vec(any::<Vec<u8>>(), 1..8), text in "\\PC*") {
        let bench = Bench::new();
        for (number, bytes) in files.iter().enumerate() {
            bench.write(&format!("posts/{number}.md"), bytes);
        }
        bench.write("posts/text.md", format!("---\ntitle: {text}\n---\n{text}"));
        let options = BuildOptions {
            posts: vec![bench.path("posts")],
            out: bench.path("site"),
            settings: Settings { drafts: true, ..Settings::default() },
            allow_empty: false,
        };
        let progress = Progress::silent();
        build(&options, &[("index.html", b"")], &progress).unwrap();
        let archive = Archive::open(&bench.path("site")).unwrap();
        let done = extract(&archive, &bench.path("out"), false, &progress).unwrap();
        prop_assert_eq!(done.problems, []);
        prop_assert_eq!(hashes(&bench.path("out")), hashes(&bench.path("posts")));
    }
}
