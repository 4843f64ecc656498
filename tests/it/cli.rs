//! Words, exit statuses and messages.

use crate::support::Bench;

#[test]
fn help_tells_what_there_is() {
    let bench = Bench::new();
    let help = bench.ok("--help").stdout;
    for command in [
        "build",
        "pack",
        "serve",
        "check",
        "extract",
        "list",
        "verify",
        "keygen",
        "completions",
        "man",
    ] {
        assert!(
            help.contains(&format!("\n  {command} ")),
            "{command} in {help}"
        );
        assert!(
            bench
                .ok(&format!("{command} --help"))
                .stdout
                .contains("Usage")
        );
    }
    assert!(!help.contains("--viewer"), "for work on the viewer: {help}");
}

#[test]
fn shells_and_manuals_know_every_command() {
    let bench = Bench::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = bench.ok(&format!("completions {shell}")).stdout;
        for word in ["build", "verify", "--explain", "--drafts"] {
            let word = word.trim_start_matches('-');
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    let page = bench.ok("man").stdout;
    assert!(
        page.starts_with(".ie") && page.contains(".TH shelfmark 1"),
        "{page}"
    );
    bench.ok("man --out pages");
    let pages = bench.names("pages");
    for command in ["build", "serve", "check", "extract", "list", "verify"] {
        assert!(
            pages.contains(&format!("shelfmark-{command}.1")),
            "{pages:?}"
        );
    }
    assert_eq!(bench.run("completions tcsh").code, 2);
}

#[test]
fn the_version_names_the_format() {
    let version = Bench::new().ok("--version").stdout;
    let format = format!("(bundle format {})", shelfmark_bundle::FORMAT_VERSION);
    assert!(
        version.starts_with("shelfmark ") && version.contains(&format),
        "{version}"
    );
}

#[test]
fn wrong_usage_is_2() {
    let bench = Bench::with_posts();
    for line in [
        "nonsense",
        "build",
        "build posts",
        "build --out site",
        "build posts --out site --nonsense",
        "check posts --format xml",
        "serve posts --port many",
        "build posts --out site --language zz_ZZ!!",
        "build posts --out site --url ftp://x",
        "pack posts --out site.html --url x",
        "serve posts --language english!",
        "verify site --key garbage",
        "verify site --key posts",
        "extract site",
    ] {
        let answer = bench.run(line);
        assert_eq!(answer.code, 2, "{line}: {answer:?}");
        assert!(answer.stderr.contains("--help"), "{line}: {answer:?}");
    }
    assert_eq!(bench.names("."), ["posts", "viewer"]);
}

#[test]
fn what_is_not_there_is_1_and_named() {
    let bench = Bench::with_posts();
    for (line, named) in [
        ("build nowhere --out site --viewer viewer", "nowhere"),
        ("check nowhere", "nowhere"),
        ("serve nowhere --viewer viewer", "nowhere"),
        ("extract nowhere --out out", "nowhere"),
        ("list posts", "not a site made by Shelfmark"),
        ("verify nowhere", "nowhere"),
        (
            "build viewer/locales --out site --viewer viewer",
            "no posts found in `viewer/locales`",
        ),
    ] {
        let answer = bench.run(line);
        assert_eq!(answer.code, 1, "{line}: {answer:?}");
        assert!(answer.stderr.contains(named), "{line}: {answer:?}");
        assert!(answer.stderr.contains("help: "), "{line}: {answer:?}");
        assert_eq!(answer.stdout, "", "{line}");
    }
    assert_eq!(bench.names("."), ["posts", "viewer"]);
}

#[test]
fn a_program_without_its_viewer_says_so() {
    let bench = Bench::with_posts();
    std::fs::create_dir(bench.path("empty")).unwrap();
    for line in [
        "build posts --out site --viewer empty",
        "serve posts --viewer empty",
    ] {
        let answer = bench.run(line);
        assert_eq!(answer.code, 1);
        assert!(
            answer
                .stderr
                .contains("without its viewer; build it with `cargo xtask build`")
        );
    }
}

const BROKEN: &str = "---\ntitle: Broken\ndate: yesterday\n---\nbody\n";

#[test]
fn check_names_file_line_and_column() {
    let bench = Bench::with_posts();
    assert_eq!(bench.run("check posts").code, 0);
    bench.write("posts/broken.md", BROKEN);
    let answer = bench.run("check posts");
    assert_eq!(answer.code, 1, "{answer:?}");
    assert!(answer.stderr.contains("posts/broken.md:3:"), "{answer:?}");
    assert!(
        answer.stderr.contains("date: yesterday"),
        "the line is shown: {answer:?}"
    );
    assert_eq!(answer.stdout, "");
    assert_eq!(bench.names("."), ["posts", "viewer"], "writes nothing");
}

#[test]
fn check_speaks_json() {
    let bench = Bench::with_posts();
    bench.write("posts/broken.md", BROKEN);
    let answer = bench.run("check posts --format json --quiet");
    assert_eq!((answer.code, answer.stderr.as_str()), (1, ""));
    let mut places = 0;
    for line in answer.stdout.lines() {
        let problem: serde_json::Value = serde_json::from_str(line).unwrap();
        let keys: Vec<&String> = problem.as_object().unwrap().keys().collect();
        assert_eq!(keys.len(), 7, "{line}");
        assert_eq!(problem["file"], "posts/broken.md");
        assert_eq!(problem["severity"], "warning");
        assert!(problem["code"].is_string() && problem["message"].is_string());
        places += usize::from(problem["line"] == 3 && problem["column"].is_u64());
    }
    assert!(places > 0, "{answer:?}");
}

#[test]
fn a_build_warns_counts_and_succeeds() {
    let bench = Bench::with_posts();
    for number in 0..30 {
        bench.write(&format!("posts/broken-{number}.md"), BROKEN);
    }
    let answer = bench.build();
    assert!(answer.stderr.contains("posts/broken-0.md:3:"), "{answer:?}");
    assert!(answer.stderr.contains("more: ") && answer.stderr.contains("run `shelfmark check`"));
    assert!(
        answer
            .stdout
            .contains("33 posts published, 1 draft left out"),
        "{answer:?}"
    );
    assert!(answer.stdout.contains("warnings"), "{answer:?}");
}

#[test]
fn quiet_is_quiet() {
    let bench = Bench::with_posts();
    bench.write("posts/broken.md", BROKEN);
    let answer = bench.ok("build posts --out site --viewer viewer --quiet");
    assert_eq!((answer.stdout.as_str(), answer.stderr.as_str()), ("", ""));
    let answer = bench.run("build nowhere --out site --viewer viewer --quiet");
    assert!(!answer.stderr.is_empty(), "errors are always shown");
}

#[test]
fn no_colours_outside_a_terminal() {
    let bench = Bench::with_posts();
    bench.write(
        "posts/broken.md",
        "---\ntitle: \"\u{1b}[31mred\"\ndate: x\n---\n",
    );
    let answer = bench.run("check posts");
    assert!(!answer.stderr.contains('\u{1b}'), "{answer:?}");
    bench.build();
    for line in ["list site", "list site --format json"] {
        assert!(!bench.ok(line).stdout.contains('\u{1b}'));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn what_can_not_be_written_out_is_an_error() {
    let bench = Bench::with_posts();
    bench.write("posts/broken.md", BROKEN);
    bench.build();
    for line in [
        "list site",
        "list site --format json",
        "check posts --explain",
        "check posts --format json",
        "verify site",
        "keygen --out new.key",
        "build posts --out site --viewer viewer",
        "pack posts --out packed.html --viewer viewer",
        "extract site --out back",
        "completions bash",
        "man",
        "--help",
        "--version",
    ] {
        let full = std::fs::File::create("/dev/full").unwrap();
        let mut command = bench.command(line.split(' '));
        let answer = command.stdout(full).output().unwrap();
        let told = String::from_utf8_lossy(&answer.stderr);
        assert_eq!(answer.status.code(), Some(1), "{line}: {told}");
        assert!(told.contains("standard output"), "{line}: {told}");
    }
    assert!(bench.path("new.key.pub").exists() && bench.path("packed.html").exists());
}

#[cfg(unix)]
#[test]
fn readers_may_leave_early() {
    let bench = Bench::with_posts();
    bench.build();
    for line in ["list site", "check posts --explain", "verify site", "man"] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = bench.command(line.split(' ').chain(["--quiet"]));
        let answer = command.stdout(writer).output().unwrap();
        let told = String::from_utf8_lossy(&answer.stderr);
        assert_eq!((answer.status.code(), &*told), (Some(0), ""), "{line}");
    }
}

#[test]
fn strict_turns_warnings_into_failure_and_keeps_the_old_site() {
    let bench = Bench::with_posts();
    bench.ok("build posts --out site --viewer viewer --strict");
    let before = crate::support::hashes(&bench.path("site"));
    bench.write("posts/broken.md", BROKEN);
    let answer = bench.run("build posts --out site --viewer viewer --strict");
    assert_eq!(answer.code, 1);
    assert!(answer.stderr.contains("posts/broken.md:3:"), "{answer:?}");
    assert!(
        answer.stderr.contains("nothing was published"),
        "{answer:?}"
    );
    assert_eq!(crate::support::hashes(&bench.path("site")), before);
    assert_eq!(bench.names("."), ["posts", "site", "viewer"]);
}

#[test]
fn a_draft_that_is_left_out_may_be_broken() {
    let bench = Bench::with_posts();
    bench.write("posts/_drafts/undated.md", "---\ntitle: Some day\n---\n");
    bench.ok("check posts");
    bench.write("posts/_drafts/broken.md", BROKEN);
    bench.ok("build posts --out site --viewer viewer --strict");
    assert_eq!(bench.run("check posts").code, 1);
    let answer = bench.run("build posts --out site --viewer viewer --strict --drafts");
    assert_eq!(answer.code, 1, "{answer:?}");
    assert!(answer.stderr.contains("_drafts/broken.md:3:"), "{answer:?}");
}

/// What no user can read, also not one to whom every file is open.
#[cfg(unix)]
fn unreadable(bench: &Bench) {
    std::os::unix::fs::symlink("nowhere", bench.path("posts/gone.md")).unwrap();
    let pipe = std::process::Command::new("mkfifo")
        .arg(bench.path("posts/pipe.md"))
        .status();
    assert!(pipe.unwrap().success());
}

#[cfg(unix)]
#[test]
fn unreadable_files_are_counted_and_the_rest_is_published() {
    let bench = Bench::with_posts();
    unreadable(&bench);
    for line in [
        "build posts --out site --viewer viewer",
        // With nothing kept, and with what the build before kept.
        "build posts --out cached --viewer viewer --cache cache",
        "build posts --out cached --viewer viewer --cache cache",
    ] {
        let answer = bench.run(line);
        assert_eq!(answer.code, 1, "{line}: {answer:?}");
        assert!(answer.stdout.contains("3 posts published"), "{answer:?}");
        assert!(answer.stdout.contains("2 files not readable"), "{answer:?}");
        for part in [
            "posts/gone.md",
            "posts/pipe.md",
            "missing from the archive: 2 errors",
        ] {
            assert!(answer.stderr.contains(part), "{part}: {answer:?}");
        }
        assert_eq!(answer.stderr.matches("help: ").count(), 3, "{answer:?}");
    }
    bench.ok("verify site");
    bench.ok("verify cached");
    let answer = bench.run("build posts --out other --viewer viewer --strict");
    assert_eq!(answer.code, 1, "{answer:?}");
    assert!(!bench.path("other").exists());
}

#[cfg(unix)]
#[test]
fn quiet_is_not_quiet_about_posts_that_are_missing() {
    let bench = Bench::with_posts();
    bench.write("posts/broken.md", BROKEN);
    unreadable(&bench);
    for line in [
        "build posts --out site --viewer viewer -q",
        "build posts --out cached --viewer viewer -q --cache cache",
        "build posts --out cached --viewer viewer -q --cache cache",
        "pack posts --out packed.html --viewer viewer -q",
    ] {
        let answer = bench.run(line);
        assert_eq!(
            (answer.code, &*answer.stdout),
            (1, ""),
            "{line}: {answer:?}"
        );
        for part in ["posts/gone.md", "posts/pipe.md", "help: "] {
            assert!(answer.stderr.contains(part), "{part}: {answer:?}");
        }
        assert!(!answer.stderr.contains("broken.md"), "{answer:?}");
    }
    assert_eq!(bench.ok("list site").stdout.lines().count(), 4);
    assert!(bench.path("packed.html").exists());
}

#[cfg(unix)]
#[test]
fn an_archive_is_not_replaced_by_one_of_no_posts() {
    let bench = Bench::with_posts();
    bench.build();
    std::fs::create_dir(bench.path("empty")).unwrap();
    std::os::unix::fs::symlink("nowhere", bench.path("empty/gone.md")).unwrap();
    let before = crate::support::hashes(&bench.path("site"));
    let answer = bench.run("build empty --out site --viewer viewer -q");
    assert_eq!(answer.code, 1, "{answer:?}");
    for part in ["empty/gone.md", "nothing was published", "help: "] {
        assert!(answer.stderr.contains(part), "{part}: {answer:?}");
    }
    assert_eq!(crate::support::hashes(&bench.path("site")), before);
}

#[test]
fn settings_stand_beside_the_posts_and_the_command_line_wins() {
    let bench = Bench::with_posts();
    bench.write(
        "posts/shelfmark.toml",
        "title = \"From <file>\"\ndescription = \"d\"\nlanguage = \"zh-Hans\"\ndrafts = true\n",
    );
    let answer = bench.build();
    assert!(answer.stdout.contains("4 posts published"), "{answer:?}");
    let page = std::fs::read_to_string(bench.path("site/index.html")).unwrap();
    assert!(page.contains("<title>From &lt;file&gt;</title>"), "{page}");
    assert!(
        page.contains("lang=\"zh-Hans\"") && page.contains("content=\"d\""),
        "{page}"
    );
    bench.ok("build posts --out site --viewer viewer --title Line");
    let page = std::fs::read_to_string(bench.path("site/index.html")).unwrap();
    assert!(
        page.contains("<title>Line</title>") && page.contains("content=\"d\""),
        "{page}"
    );
}

#[test]
fn a_misspelt_setting_is_named_with_its_line() {
    let bench = Bench::with_posts();
    bench.write("posts/shelfmark.toml", "# mine\ntitel = \"x\"\n");
    for line in [
        "build posts --out site --viewer viewer",
        "check posts",
        "serve posts --viewer viewer",
    ] {
        let answer = bench.run(line);
        assert_eq!(answer.code, 1, "{answer:?}");
        assert!(
            answer.stderr.contains("posts/shelfmark.toml:2:1"),
            "{answer:?}"
        );
        assert!(answer.stderr.contains("unknown key `titel`"), "{answer:?}");
    }
    let answer = bench.run("build viewer --out site --viewer viewer --language x_y");
    assert_eq!(answer.code, 2);
    assert!(answer.stderr.contains("give one like `en`"), "{answer:?}");
    assert!(!bench.path("site").exists());
    // The same value in the file is no wrong usage.
    for (text, named) in [
        ("language = \"x_y\"", "`x_y` is not a language tag"),
        (
            "url = \"ftp://x\"",
            "`ftp://x` is not the address of a site",
        ),
        ("port = 80", "`port` is an option of the command line"),
    ] {
        bench.write("posts/shelfmark.toml", format!("# mine\n{text}\n"));
        let answer = bench.run("build posts --out site --viewer viewer");
        assert_eq!(answer.code, 1, "{answer:?}");
        for part in ["posts/shelfmark.toml:2:", named, "help: "] {
            assert!(answer.stderr.contains(part), "{part}: {answer:?}");
        }
    }
}

#[test]
fn files_with_options_that_are_not_read_are_told() {
    let bench = Bench::with_posts();
    bench.write("more/2024-02-01-a.md", "---\ntitle: A\n---\nA.\n");
    bench.write("more/2024-02-02-b.md", "---\ntitle: B\n---\nB.\n");
    bench.write("more/shelfmark.toml", "title = \"More\"\n");
    for line in [
        "build posts more --out site --viewer viewer",
        "check posts more",
        "build posts more/2024-02-01-a.md more/2024-02-02-b.md --out site --viewer viewer",
    ] {
        let answer = bench.run(line);
        let told = answer.stderr.matches("settings-unread").count();
        assert_eq!(told, 1, "{line}: {answer:?}");
        for part in ["more/shelfmark.toml", "`posts/shelfmark.toml`"] {
            assert!(answer.stderr.contains(part), "{part}: {answer:?}");
        }
    }
    for line in [
        "build more posts --out site --viewer viewer",
        "build more/2024-02-01-a.md more/2024-02-02-b.md --out site --viewer viewer",
    ] {
        let answer = bench.ok(line);
        assert!(!answer.stderr.contains("settings"), "{line}: {answer:?}");
    }
}

#[test]
fn list_shows_every_post() {
    let bench = Bench::with_posts();
    bench.build();
    let answer = bench.ok("list site");
    assert_eq!(answer.stdout.lines().count(), 3);
    assert!(answer.stdout.starts_with("2024-01-02  "), "{answer:?}");
    let posts: Vec<serde_json::Value> = bench
        .ok("list site --format json")
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(posts[0]["id"], 0);
    assert_eq!(posts[0]["title"], "One");
    assert_eq!(posts[0]["path"], "2024-01-02-one.md");
    assert_eq!(posts[0]["tags"], serde_json::json!(["a", "b"]));
    assert_eq!(posts[1]["title"], "第二篇");
    assert_eq!(posts[2]["path"], "sub/2024-01-04-three.markdown");
    assert!(
        posts[2]["date"]
            .as_str()
            .unwrap()
            .starts_with("2024-01-04T01:02:03")
    );
}
