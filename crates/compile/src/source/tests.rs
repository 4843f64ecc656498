//! Folders as they are found on disks.

use std::collections::BTreeMap;
use std::sync::Mutex;

use super::*;
use crate::diagnostic::Severity;
use tempfile::TempDir;

/// Makes a folder with files of these paths, each holding its own path.
fn folder(paths: &[&str]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for path in paths {
        let full = dir.path().join(path);
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        fs::write(full, path).unwrap();
    }
    dir
}

fn paths(files: &[SourceFile]) -> Vec<String> {
    files
        .iter()
        .map(|file| format!("{}:{}", file.root, file.path.to_string_lossy()))
        .collect()
}

fn all(roots: &[PathBuf]) -> (Vec<SourceFile>, Vec<Diagnostic>) {
    collect(&Listing::of(roots, None), &Found::read, &|_| {})
}

#[test]
fn posts_are_found_by_their_endings_in_the_order_of_bytes() {
    let dir = folder(&[
        "b.md",
        "B.MD",
        "a/c.markdown",
        "a.md",
        "a/b/d.Rmd",
        "x.mkd",
        "x.txt",
        "md",
        "日.md",
        ".md",
        "._b.md",
        ".git/a.md",
        "node_modules/x/readme.md",
        "_drafts/e.md",
        ".hidden.md",
        "a-b.md",
    ]);
    let (files, list) = all(&[dir.path().to_owned()]);
    let expected = [
        "0:.hidden.md",
        "0:.md",
        "0:B.MD",
        "0:_drafts/e.md",
        "0:a-b.md",
        "0:a.md",
        "0:a/b/d.Rmd",
        "0:a/c.markdown",
        "0:b.md",
        "0:x.mkd",
        "0:日.md",
    ];
    assert_eq!(paths(&files), expected);
    assert_eq!(list, []);
    for file in &files {
        assert_eq!(file.bytes, file.path.to_string_lossy().as_bytes());
        assert_eq!(Path::new(&file.shown), dir.path().join(&file.path));
    }
}

#[test]
fn what_a_program_keeps_beside_its_posts_is_none() {
    let dir = folder(&[
        "blog/hugo.toml",
        "blog/archetypes/default.md",
        "blog/themes/x/exampleSite/content/a.md",
        "blog/content/themes/b.md",
        "blog/README.md",
        "themes/c.md",
    ]);
    let listing = Listing::of(&[dir.path().to_owned()], None);
    let found: Vec<String> = (listing.found.iter())
        .map(|file| file.path.to_string_lossy().into_owned())
        .collect();
    assert_eq!(
        found,
        ["blog/README.md", "blog/content/themes/b.md", "themes/c.md"]
    );
    assert_eq!(listing.others.len(), 3);
}

#[test]
fn several_roots_keep_their_order_and_a_root_may_be_a_file() {
    let one = folder(&["b.md"]);
    let two = folder(&["a.md", "notes.txt", "b.md"]);
    let roots = [
        two.path().join("notes.txt"),
        one.path().to_owned(),
        two.path().join("b.md"),
    ];
    let (files, list) = all(&roots);
    assert_eq!(paths(&files), ["0:notes.txt", "1:b.md", "2:b.md"]);
    assert_eq!(list, []);
}

#[test]
fn progress_counts_every_file() {
    let names: Vec<String> = (0..50).map(|n| format!("{n}.md")).collect();
    let dir = folder(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let seen = Mutex::new(BTreeMap::new());
    let listing = Listing::of(&[dir.path().to_owned()], None);
    collect(&listing, &Found::read, &|count| {
        *seen.lock().unwrap().entry(count).or_insert(0) += 1;
    });
    let seen = seen.into_inner().unwrap();
    assert_eq!(
        seen.keys().copied().collect::<Vec<_>>(),
        (1..=50).collect::<Vec<_>>()
    );
    assert!(seen.values().all(|&count| count == 1));
}

#[test]
fn a_folder_with_the_name_of_a_post_is_entered_and_reported() {
    let dir = folder(&["x.md/inside.md"]);
    let (files, list) = all(&[dir.path().to_owned()]);
    assert_eq!(paths(&files), ["0:x.md/inside.md"]);
    assert_eq!((list.len(), list[0].severity), (1, Severity::Warning));
}

#[cfg(unix)]
#[test]
fn links_are_followed_and_broken_ones_reported() {
    use std::os::unix::fs::symlink;
    let dir = folder(&["real/a.md"]);
    let at = |name: &str| dir.path().join(name);
    symlink(at("real"), at("also")).unwrap();
    symlink(at("real/a.md"), at("link.md")).unwrap();
    symlink(dir.path(), at("real/back")).unwrap();
    symlink(at("nowhere"), at("gone.md")).unwrap();
    symlink(at("nowhere"), at("gone")).unwrap();
    symlink("user@host.1", at(".#a.md")).unwrap();
    symlink(at("self.md"), at("self.md")).unwrap();
    let (files, list) = all(&[dir.path().to_owned()]);
    assert_eq!(paths(&files), ["0:also/a.md", "0:link.md", "0:real/a.md"]);
    let mut said: Vec<_> = list
        .iter()
        .map(|d| {
            let name = Path::new(&d.file).strip_prefix(dir.path()).unwrap();
            (name.to_str().unwrap(), d.code, d.severity)
        })
        .collect();
    said.sort_unstable();
    assert_eq!(
        said,
        [
            ("also/back", "link-loop", Severity::Warning),
            ("gone", "unreadable", Severity::Warning),
            ("gone.md", "unreadable", Severity::Error),
            ("real/back", "link-loop", Severity::Warning),
            ("self.md", "unreadable", Severity::Error),
        ]
    );
}

#[cfg(unix)]
#[test]
fn a_pipe_is_not_waited_for() {
    let dir = folder(&["a.md"]);
    let pipe = dir.path().join("pipe.md");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    if !made.is_ok_and(|status| status.success()) {
        return;
    }
    let (files, list) = all(&[dir.path().to_owned()]);
    assert_eq!(paths(&files), ["0:a.md"]);
    assert_eq!(
        (list.len(), list[0].code, list[0].severity),
        (1, "unreadable", Severity::Error)
    );
}

#[cfg(unix)]
#[test]
fn names_that_are_no_text_are_kept() {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt as _;
    let dir = folder(&[]);
    let name = OsString::from_vec(b"2024-01-02-\xff\n.md".to_vec());
    if fs::write(dir.path().join(&name), "x").is_err() {
        return; // A file system that wants UTF-8.
    }
    let (files, _) = all(&[dir.path().to_owned()]);
    assert_eq!(path_bytes(&files[0].path), b"2024-01-02-\xff\n.md");
    assert!(files[0].shown.ends_with("2024-01-02-\u{fffd}\n.md"));
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read_is_an_error_and_the_rest_is_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = folder(&["a.md", "closed.md", "closed/b.md"]);
    let close = |name: &str, mode| {
        fs::set_permissions(dir.path().join(name), fs::Permissions::from_mode(mode)).unwrap();
    };
    close("closed.md", 0o000);
    close("closed", 0o000);
    let as_root = fs::read(dir.path().join("closed.md")).is_ok();
    let (files, list) = all(&[dir.path().to_owned()]);
    close("closed", 0o755);
    if as_root {
        return; // Nothing is closed to root.
    }
    assert_eq!(paths(&files), ["0:a.md"]);
    assert_eq!(list.len(), 2);
    assert!(
        list.iter()
            .all(|d| d.code == "unreadable" && d.severity == Severity::Error)
    );
    assert!(list.iter().all(|d| d.help.is_some()), "{list:?}");
}

#[test]
fn missing_roots_are_named() {
    let dir = folder(&["a.md"]);
    let missing = dir.path().join("nothing here");
    check_roots(&[dir.path().to_owned(), dir.path().join("a.md")]).unwrap();
    let error = check_roots(&[dir.path().to_owned(), missing]).unwrap_err();
    assert!(error.to_string().contains("nothing here`"), "{error}");
    assert!(error.help().is_some());
    assert!(check_roots(&[]).unwrap_err().help().is_some());
    let (files, list) = all(&[dir.path().join("gone")]);
    assert_eq!((files.len(), list.len()), (0, 1));
}

#[test]
fn a_listing_is_good_until_something_comes_or_goes() {
    let dir = folder(&["a.md", "b/c.md", "b/d.md", "b/lamp.svg", "_config.yml"]);
    let listing = Listing::of(&[dir.path().to_owned()], None);
    let outlasts =
        |paths: &[&str]| listing.outlasts(paths.iter().map(|path| dir.path().join(path)));
    assert!(listing.is_of(&[dir.path().to_owned()], None));
    assert!(!listing.is_of(&[dir.path().join("b")], None));
    assert!(!listing.is_of(&[dir.path().to_owned()], Some(&["md".to_owned()])));
    // What was written into, and what an editor made for a moment.
    assert!(outlasts(&[
        "a.md",
        "b/c.md",
        "b/lamp.svg",
        "b/.c.md.swp",
        "b/4913"
    ]));
    // Its words say what the posts were written for.
    assert!(!outlasts(&["_config.yml"]));
    assert!(!outlasts(&["b"]));
    assert!(!outlasts(&[".."]));

    fs::write(dir.path().join("b/e.md"), "").unwrap();
    assert!(!outlasts(&["b/e.md"]));
    assert!(!outlasts(&["a.md", "b/e.md"]));
    fs::remove_file(dir.path().join("a.md")).unwrap();
    assert!(!outlasts(&["a.md"]));
    fs::create_dir(dir.path().join("a.md")).unwrap();
    assert!(!outlasts(&["a.md"]));
    fs::rename(dir.path().join("b"), dir.path().join("f")).unwrap();
    assert!(!outlasts(&["b"]));
    assert!(!outlasts(&["f"]));
    assert!(outlasts(&["g"]));
}

#[cfg(unix)]
#[test]
fn a_listing_is_not_good_where_a_link_took_the_place_of_a_file() {
    let dir = folder(&["a.md", "b.md"]);
    let listing = Listing::of(&[dir.path().to_owned()], None);
    let path = dir.path().join("a.md");
    fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink(dir.path(), &path).unwrap();
    assert!(!listing.outlasts([path]));
}

/// What a link leads to may appear where nobody watches.
#[cfg(unix)]
#[test]
fn a_listing_is_not_good_while_something_could_not_be_looked_into() {
    let dir = folder(&["a.md"]);
    std::os::unix::fs::symlink("nowhere", dir.path().join("b.md")).unwrap();
    let listing = Listing::of(&[dir.path().to_owned()], None);
    assert!(!listing.outlasts([dir.path().join("a.md")]));
}
