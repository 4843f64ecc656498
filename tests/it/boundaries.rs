//! What must never reach the browser module, and what must never stand in the code.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::repository;

/// Crates that belong to the compiler alone.
const NATIVE: &[&str] = &[
    "axum",
    "brotli",
    "chardetng",
    "clap",
    "curve25519",
    "ed25519",
    "encoding_rs",
    "flate2",
    "html5ever",
    "indicatif",
    "jiff",
    "notify",
    "rayon",
    "rustix",
    "saphyr",
    "shelfmark-compile",
    "snowball_stemmers_rs",
    "tempfile",
    "tokio",
    "toml",
    "tower",
    "walkdir",
];

/// Ways by which text becomes live HTML; nodes are built one by one instead.
const FORBIDDEN: &[&str] = &[
    "innerHTML",
    "insertAdjacentHTML",
    "outerHTML",
    "document.write",
    "set_inner_html",
];

/// The native crates in what `cargo tree --prefix none` printed.
fn native(tree: &str) -> Vec<&str> {
    let crates = tree.lines().filter_map(|line| line.split(' ').next());
    let is_native = |name: &&str| {
        NATIVE.iter().any(|native| {
            name.strip_prefix(native)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        })
    };
    crates.filter(is_native).collect()
}

#[test]
fn the_browser_module_holds_no_native_crate() {
    let tree = |target: &str| {
        let output = Command::new(env!("CARGO"))
            .current_dir(repository())
            .args([
                "tree",
                "--prefix",
                "none",
                "-e",
                "normal",
                "-p",
                "shelfmark",
                "--target",
                target,
            ])
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    };
    let web = tree("wasm32-unknown-unknown");
    assert!(web.contains("wasm-bindgen"), "{web}");
    assert_eq!(
        native(&web),
        [""; 0],
        "help: move the dependency to `cfg(not(target_arch = \"wasm32\"))`"
    );

    // The check is seen to fail.
    let found = native("shelfmark v0.1.0\nclap v4\nclap_builder v4\nclap-x v1\nsaphyr-parser v0\n");
    assert_eq!(found, ["clap", "clap-x", "saphyr-parser"]);
    let here = tree("x86_64-unknown-linux-gnu");
    assert!(native(&here).contains(&"rayon"));
}

/// Places in a source text where something forbidden stands outside comments.
fn forbidden(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (line, text) in (1..).zip(source.lines()) {
        let text = text.trim_start();
        if text.starts_with("//") || text.starts_with('*') || text.starts_with("/*") {
            continue;
        }
        for word in FORBIDDEN.iter().filter(|word| text.contains(**word)) {
            found.push(format!("{line}: {word}"));
        }
    }
    found
}

/// Endings of files with code.
const CODE: &[&str] = &["rs", "js", "mjs", "ts", "html"];

fn files(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, endings, found);
        } else if path
            .extension()
            .is_some_and(|end| endings.iter().any(|known| end == *known))
        {
            found.push(path);
        }
    }
}

#[test]
fn html_becomes_nodes_one_by_one() {
    let mut sources = Vec::new();
    for folder in ["src", "www"] {
        files(&repository().join(folder), CODE, &mut sources);
    }
    assert!(sources.len() > 10);
    for path in sources {
        let found = forbidden(&fs::read_to_string(&path).unwrap());
        assert!(
            found.is_empty(),
            "{}: {found:?}\nhelp: build nodes, see `src/web/body.rs`",
            path.display()
        );
    }
    // The check is seen to fail.
    assert_eq!(
        forbidden("// innerHTML\nnode.innerHTML = x;\n"),
        ["2: innerHTML"]
    );
}

#[test]
fn no_test_file_is_forgotten() {
    let folder = repository().join("tests/it");
    let main = fs::read_to_string(folder.join("main.rs")).unwrap();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(
            name == "main" || main.contains(&format!("\nmod {name};")),
            "{}\nhelp: add `mod {name};` to tests/it/main.rs",
            path.display()
        );
    }
}

/// What a text names of the documentation: links to files ending in `.md`, and `docs/....md`.
fn named(text: &str) -> Vec<String> {
    let links = text.split("](").skip(1).filter_map(|rest| {
        let to = rest.split([')', '#', ' ']).next()?;
        (to.ends_with(".md") && !to.contains(':')).then(|| to.to_owned())
    });
    let plain = text.split("`docs/").skip(1).filter_map(|rest| {
        let (name, _) = rest.split_once(".md")?;
        let plain = |c: char| c.is_ascii_lowercase() || c == '-';
        name.chars().all(plain).then(|| format!("/docs/{name}.md"))
    });
    links.chain(plain).collect()
}

#[test]
fn documents_that_are_named_are_there() {
    assert_eq!(
        named("[a](b.md#c) (`docs/d-e.md`) [f](https://g/h.md)"),
        ["b.md", "/docs/d-e.md"]
    );
    let top = repository();
    let mut sources = Vec::new();
    for folder in ["docs", "examples", "src", "www", "npm", "crates"] {
        files(&top.join(folder), &["md", "rs", "ts", "js"], &mut sources);
    }
    sources.extend(["README.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(|name| top.join(name)));
    let mut found = 0;
    for source in sources {
        let text = fs::read_to_string(&source).unwrap();
        let is_page = source.extension().is_some_and(|ending| ending == "md");
        for name in named(&text) {
            let target = match name.strip_prefix('/') {
                Some(name) => top.join(name),
                None if is_page => source.parent().unwrap().join(&name),
                None => continue,
            };
            found += 1;
            let source = source.display();
            assert!(
                target.is_file(),
                "{source} names {name}, which is not there"
            );
        }
    }
    assert!(found > 50, "{found}");
}
