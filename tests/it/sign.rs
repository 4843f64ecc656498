//! Signed archives: keys, builds, and what `verify` says.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::support::Bench;

/// A key, and a site that it signed at noon.
fn signed() -> (Bench, String) {
    let bench = Bench::with_posts();
    let public = bench.ok("keygen --out our.key").stdout.trim().to_owned();
    bench.ok(
        "build posts --out site --viewer viewer --sign our.key --signed-at 2026-01-31T12:00:00Z",
    );
    (bench, public)
}

/// Every file of a folder.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.path().is_dir() {
            let inside = files(&entry.path());
            found.extend(
                inside
                    .into_iter()
                    .map(|(file, b)| (format!("{name}/{file}"), b)),
            );
        } else {
            found.insert(name, fs::read(entry.path()).unwrap());
        }
    }
    found
}

fn signature(bench: &Bench) -> String {
    let names = bench.names("site/bundle");
    let mut found = names
        .into_iter()
        .filter(|name| name.starts_with("signature-"));
    let name = found.next().expect("a signature");
    assert_eq!(found.next(), None);
    name
}

#[test]
fn a_signed_archive_names_its_key_and_time() {
    let (bench, public) = signed();
    let answer = bench.ok(&format!("verify site --key {public}"));
    assert!(
        answer.stdout.contains("unchanged since signed by")
            && answer.stdout.contains("2026-01-31T12:00:00Z"),
        "{answer:?}"
    );
    bench.ok("verify site --key our.key.pub");
    bench.ok("verify site");
    let manifest = fs::read_to_string(bench.path("site/bundle/archive.json")).unwrap();
    assert!(
        manifest.contains(&format!("\"signed\":[\"{public}\",1769860800]")),
        "{manifest}"
    );
}

#[test]
fn another_key_or_none_is_not_this_one() {
    let (bench, public) = signed();
    let other = bench.ok("keygen --out other.key").stdout;
    let answer = bench.run(&format!("verify site --key {}", other.trim()));
    assert_eq!(answer.code, 1);
    assert!(answer.stderr.contains("not by"), "{answer:?}");
    bench.ok("build posts --out plain --viewer viewer");
    bench.ok("verify plain");
    let answer = bench.run(&format!("verify plain --key {public}"));
    assert_eq!(answer.code, 1);
    assert!(answer.stderr.contains("signed by nobody"), "{answer:?}");
    for bad in ["site/index.html", "our.key"] {
        let answer = bench.run(&format!("verify site --key {bad}"));
        assert_eq!(answer.code, 1, "{bad}");
        assert!(answer.stderr.contains("help:"), "{answer:?}");
    }
}

#[test]
fn any_change_of_manifest_or_signature_is_found() {
    let (bench, _) = signed();
    let manifest = bench.path("site/bundle/archive.json");
    let good = fs::read(&manifest).unwrap();
    let text = String::from_utf8(good.clone()).unwrap();
    // Nothing else would notice these.
    for (from, to) in [
        ("\"title\":\"Archive\"", "\"title\":\"Brchive\""),
        ("1769860800", "1769860801"),
    ] {
        assert!(text.contains(from), "{text}");
        fs::write(&manifest, text.replacen(from, to, 1)).unwrap();
        let answer = bench.run("verify site");
        assert_eq!(answer.code, 1, "{to}: {answer:?}");
        assert!(answer.stderr.contains("archive.json"), "{answer:?}");
    }
    fs::write(&manifest, &good).unwrap();
    let name = signature(&bench);
    let path = bench.path("site/bundle").join(&name);
    let good = fs::read(&path).unwrap();
    for at in [0, 20, 50, good.len() - 3] {
        let mut bad = good.clone();
        bad[at] ^= 2;
        fs::write(&path, bad).unwrap();
        let answer = bench.run("verify site");
        assert_eq!(answer.code, 1, "byte {at}: {answer:?}");
        assert!(answer.stderr.contains(&name), "{answer:?}");
    }
    fs::remove_file(&path).unwrap();
    assert_eq!(bench.run("verify site").code, 1);
    fs::write(&path, good).unwrap();
    bench.ok("verify site");
}

#[test]
fn every_file_of_the_site_is_covered() {
    let (bench, _) = signed();
    let names: Vec<String> = files(&bench.path("site")).into_keys().collect();
    assert!(names.iter().any(|name| name == "index.html"));
    for name in names {
        let path = bench.path("site").join(&name);
        let good = fs::read(&path).unwrap();
        let mut bad = good.clone();
        let middle = bad.len() / 2;
        bad[middle] ^= 1;
        fs::write(&path, bad).unwrap();
        let answer = bench.run("verify site");
        assert_eq!(answer.code, 1, "{name} altered: {answer:?}");
        fs::remove_file(&path).unwrap();
        assert_eq!(bench.run("verify site").code, 1, "{name} missing");
        fs::write(&path, good).unwrap();
    }
    bench.ok("verify site");
}

#[test]
fn what_has_not_changed_keeps_its_signature() {
    let (bench, _) = signed();
    let before = files(&bench.path("site"));
    bench.ok("build posts --out site --viewer viewer --sign our.key");
    assert_eq!(files(&bench.path("site")), before);
    bench.ok(
        "build posts --out site --viewer viewer --sign our.key --signed-at 2026-01-31T12:00:00Z",
    );
    assert_eq!(files(&bench.path("site")), before);
    // An unsigned build is the same whether or not one was signed before.
    bench.ok("build posts --out site --viewer viewer");
    bench.ok("build posts --out plain --viewer viewer");
    assert_eq!(files(&bench.path("site")), files(&bench.path("plain")));
}

#[test]
fn a_changed_archive_bears_a_later_time() {
    let (bench, _) = signed();
    bench.write("posts/2024-02-01-new.md", "---\ntitle: New\n---\nNew.\n");
    let before = files(&bench.path("site"));
    let answer = bench.run(
        "build posts --out site --viewer viewer --sign our.key --signed-at 2026-01-31T12:00:00Z",
    );
    assert_eq!(answer.code, 1);
    assert!(answer.stderr.contains("2026-01-31T12:00:00Z"), "{answer:?}");
    assert_eq!(
        files(&bench.path("site")),
        before,
        "what stood there is still there"
    );
    // A clock that was put back.
    let line = "build posts --out site --viewer viewer --sign our.key";
    let mut command = bench.command(line.split(' '));
    let output = command.env("SOURCE_DATE_EPOCH", "1000000000").output();
    assert!(output.unwrap().status.success());
    let answer = bench.ok("verify site");
    assert!(answer.stdout.contains("2026-01-31T12:00:01Z"), "{answer:?}");
}

#[test]
fn keys_are_not_overwritten_and_not_for_others() {
    let (bench, _) = signed();
    let key = fs::read(bench.path("our.key")).unwrap();
    let answer = bench.run("keygen --out our.key");
    assert_eq!(answer.code, 1);
    assert!(answer.stderr.contains("there already"), "{answer:?}");
    assert_eq!(fs::read(bench.path("our.key")).unwrap(), key);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(bench.path("our.key"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    for bad in ["our.key.pub", "posts/2024-01-02-one.md", "missing.key"] {
        let answer = bench.run(&format!(
            "build posts --out new --viewer viewer --sign {bad}"
        ));
        assert_eq!(answer.code, 1, "{bad}");
        assert!(answer.stderr.contains(bad), "{answer:?}");
        assert!(answer.stderr.contains("help: "), "{answer:?}");
        assert!(!bench.path("new").exists());
    }
    assert_eq!(
        bench
            .run("build posts --out new --viewer viewer --signed-at noon")
            .code,
        2
    );
}

#[test]
fn the_key_may_stand_in_the_settings() {
    let (bench, public) = signed();
    bench.write("posts/shelfmark.toml", "sign = \"../our.key\"\n");
    bench.ok("build posts --out site --viewer viewer");
    bench.ok(&format!("verify site --key {public}"));
}
