//! Every damaged byte of a bundle is found.

use std::fs;

use crate::support::Bench;

/// A site and the names of its bundle's files.
fn site() -> (Bench, Vec<String>) {
    let bench = Bench::with_posts();
    bench.build();
    bench.ok("verify site");
    let names = bench.names("site/bundle");
    (bench, names)
}

fn first<'a>(names: &'a [String], kind: &str) -> &'a str {
    let found = names.iter().find(|name| name.starts_with(kind));
    found.unwrap_or_else(|| panic!("no {kind} in {names:?}"))
}

const KINDS: [&str; 5] = ["list-", "body-", "slugs-", "facets-", "text-"];

#[test]
fn one_flipped_byte_is_found_in_every_kind_of_file() {
    let (bench, names) = site();
    for kind in KINDS {
        let name = first(&names, kind);
        let path = bench.path("site/bundle").join(name);
        let good = fs::read(&path).unwrap();
        for at in [0, 4, good.len() / 2, good.len() - 1] {
            let mut bad = good.clone();
            bad[at] ^= 0x10;
            fs::write(&path, bad).unwrap();
            let answer = bench.run("verify site");
            assert_eq!(answer.code, 1, "{name} byte {at}: {answer:?}");
            assert!(answer.stderr.contains(name), "{answer:?}");
        }
        fs::write(&path, good).unwrap();
    }
    bench.ok("verify site");
}

#[test]
fn missing_and_cut_files_are_found() {
    let (bench, names) = site();
    for kind in KINDS {
        let name = first(&names, kind);
        let path = bench.path("site/bundle").join(name);
        let good = fs::read(&path).unwrap();
        fs::write(&path, &good[..good.len() - 1]).unwrap();
        assert_eq!(bench.run("verify site").code, 1, "{name} cut");
        fs::write(&path, [&good[..], b"x"].concat()).unwrap();
        assert_eq!(bench.run("verify site").code, 1, "{name} longer");
        fs::remove_file(&path).unwrap();
        let answer = bench.run("verify site");
        assert_eq!(answer.code, 1);
        assert!(
            answer.stderr.contains(&format!("{name}: is missing")),
            "{answer:?}"
        );
        fs::write(&path, good).unwrap();
    }
}

#[test]
fn a_manifest_that_does_not_fit_its_posts_is_found() {
    let (bench, names) = site();
    let path = bench.path("site/bundle/archive.json");
    let good = fs::read_to_string(&path).unwrap();
    let list = &first(&names, "list-")[5..21];
    let lie = |from: &str, to: &str| {
        assert!(good.contains(from), "{from} in {good}");
        fs::write(&path, good.replacen(from, to, 1)).unwrap();
        let answer = bench.run("verify site");
        assert_eq!(answer.code, 1, "{from} became {to}: {answer:?}");
        assert!(!answer.stderr.is_empty(), "{answer:?}");
    };
    lie(list, &list.chars().rev().collect::<String>());
    lie("\"posts\":3", "\"posts\":4");
    lie("\"undated\":0", "\"undated\":1");
    lie("\"from\":\"2024", "\"from\":\"2023");
    lie("\"count\":2", "\"count\":1");
    lie("\"name\":\"b\"", "\"name\":\"x\"");
    lie("\"authors\":1", "\"authors\":2");
    lie("\"format\":1", "\"format\":0");
    lie("{", "[");
}

#[test]
fn a_newer_format_is_named() {
    let (bench, _) = site();
    let path = bench.path("site/bundle/archive.json");
    let newer = fs::read_to_string(&path)
        .unwrap()
        .replacen("\"format\":1", "\"format\":99", 1);
    fs::write(&path, newer).unwrap();
    for line in ["verify site", "list site", "extract site --out out"] {
        let answer = bench.run(line);
        assert_eq!(answer.code, 1);
        assert!(
            answer.stderr.contains("99") && answer.stderr.contains("newer reader"),
            "{answer:?}"
        );
        assert!(
            answer.stderr.contains("help: use a newer `shelfmark`"),
            "{answer:?}"
        );
    }
    fs::write(&path, "{").unwrap();
    let answer = bench.run("verify site");
    assert!(answer.stderr.contains("help: get the site"), "{answer:?}");
    assert!(!answer.stderr.contains("shelfmark verify"), "{answer:?}");
}

#[test]
fn a_file_that_nothing_names_is_no_damage() {
    let (bench, _) = site();
    bench.write("site/bundle/list-ffffffffffffffff.bin", "");
    let answer = bench.ok("verify site");
    let note = "note: 1 file in the archive's folders that nothing names and nobody checked: \
                bundle/list-ffffffffffffffff.bin\n";
    assert!(answer.stderr.contains(note), "{answer:?}");
}

#[test]
fn what_is_beside_the_archive_is_noted() {
    let (bench, _) = site();
    assert!(!bench.ok("verify site").stderr.contains("note: "));
    for name in ["CNAME", "evil.html", ".git/HEAD", ".git/objects/x"] {
        bench.write(&format!("site/{name}"), "");
    }
    let answer = bench.ok("verify site");
    let note = "note: 2 files and 1 folder beside the archive that nothing names and nobody \
                checked: .git/, CNAME, evil.html\n";
    assert!(answer.stderr.contains(note), "{answer:?}");
    for number in 0..20 {
        bench.write(&format!("site/pages/{number}.html"), "");
    }
    let answer = bench.ok("verify site");
    let note = "note: 20 files in the archive's folders that nothing names and nobody checked: \
                pages/0.html, pages/1.html, pages/10.html, pages/11.html, pages/12.html, and 15 \
                more\n";
    assert!(answer.stderr.contains(note), "{answer:?}");
    // Also with what else a build can write.
    for line in [
        "build posts --out whole --viewer viewer --file-urls --pack-shards --search index",
        "build posts --out whole --viewer viewer --file-urls --no-static-pages",
    ] {
        bench.write("viewer/sw.js", "");
        bench.ok(line);
        let answer = bench.ok("verify whole");
        assert!(!answer.stderr.contains("note: "), "{line}: {answer:?}");
        bench.write("whole/bundle/odd.bin", "");
        bench.write("whole/bundle/disk/bundle/odd.js", "");
        let answer = bench.ok("verify whole");
        assert!(answer.stderr.contains("note: 2 files in"), "{answer:?}");
    }
}

#[test]
fn what_the_service_worker_is_told_is_checked() {
    let bench = Bench::with_posts();
    bench.write("viewer/sw.js", "");
    bench.build();
    let path = bench.path("site/bundle/version.js");
    let good = fs::read(&path).unwrap();
    fs::write(&path, "self.shelfmark={}").unwrap();
    let answer = bench.run("verify site");
    assert_eq!(answer.code, 1, "{answer:?}");
    assert!(answer.stderr.contains("version.js: does not"), "{answer:?}");
    fs::remove_file(&path).unwrap();
    let answer = bench.run("verify site");
    assert_eq!(answer.code, 1, "{answer:?}");
    assert!(
        answer.stderr.contains("version.js: is missing"),
        "{answer:?}"
    );
    fs::write(&path, good).unwrap();
    bench.ok("verify site");
}

/// Opening a pipe waits for somebody to write into it.
#[cfg(unix)]
#[test]
fn a_pipe_in_the_place_of_a_file_is_damage() {
    let bench = Bench::with_posts();
    bench.ok("keygen --out key");
    bench.ok("build posts --out site --viewer viewer --file-urls --sign key");
    let pipe = |path: &std::path::Path| {
        fs::remove_file(path).unwrap();
        let made = std::process::Command::new("mkfifo").arg(path).status();
        assert!(made.unwrap().success());
    };
    let bundle = bench.path("site/bundle");
    for kind in ["list-", "body-", "bodies-", "slugs-", "signature-", "disk"] {
        let name = if kind == "disk" {
            "disk/start.js".to_owned()
        } else {
            first(&bench.names("site/bundle"), kind).to_owned()
        };
        let path = bundle.join(&name);
        let good = fs::read(&path).unwrap();
        pipe(&path);
        let answer = bench.run("verify site");
        assert_eq!(answer.code, 1, "{name}: {answer:?}");
        assert!(answer.stderr.contains(&name), "{name}: {answer:?}");
        fs::remove_file(&path).unwrap();
        fs::write(&path, good).unwrap();
    }
    bench.ok("verify site");
    pipe(&bench.path("site/pages/index.html"));
    assert_eq!(bench.run("verify site").code, 1);
    pipe(&bundle.join("archive.json"));
    for line in ["verify site", "list site", "extract site --out out"] {
        let answer = bench.run(line);
        assert_eq!(answer.code, 1, "{line}: {answer:?}");
        assert!(answer.stderr.contains("pipe"), "{line}: {answer:?}");
    }
}
