//! Posts as people write them, and what is read of them.
//!
//! `tests/posts.txt` holds the cases: input and expected output as text. After a change of
//! behaviour, `SHELFMARK_UPDATE=1 cargo test` writes what is read now into the file; look at the
//! difference before keeping it.

mod bytes;
mod hostile;

use std::fmt::Write as _;
use std::path::Path;

use super::*;
use crate::diagnostic::Diagnostic;

/// Begins a case: a name and the path of its post follow.
const CASE: &str = "#### ";

/// Begins what is expected of the case.
const EXPECT: &str = "####>";

pub(super) fn read(path: &str, bytes: &[u8]) -> (Post, Vec<Diagnostic>) {
    read_post(&SourceFile {
        root: 0,
        path: path.into(),
        shown: format!("posts/{path}"),
        bytes: bytes.to_vec(),
    })
}

/// Shows what was read, without what follows from the path.
fn shown(post: &Post, list: &[Diagnostic]) -> String {
    let mut out = String::new();
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(out, "{name}: {value}");
    };
    line("title", &post.title);
    line("date", post.date.as_ref().map_or("none", |date| &date.iso));
    for (name, values) in [
        ("authors", &post.authors),
        ("tags", &post.tags),
        ("categories", &post.categories),
    ] {
        if !values.is_empty() {
            line(name, &values.join(" | "));
        }
    }
    for (name, value) in [("source", &post.source), ("lang", &post.lang)] {
        if let Some(value) = value {
            line(name, value);
        }
    }
    if post.draft {
        line("draft", "yes");
    }
    if !post.extra.is_empty() {
        line(
            "extra",
            &serde_json::Value::Object(post.extra.clone()).to_string(),
        );
    }
    let body: String = post.text[post.body..].chars().take(50).collect();
    line("body", &format!("{body:?}"));
    for diagnostic in list {
        let place = diagnostic.place.as_ref();
        let place = place.map_or_else(String::new, |p| format!("{}:{} ", p.line, p.column));
        let _ = writeln!(out, "! {place}{}: {}", diagnostic.code, diagnostic.message);
    }
    out
}

#[test]
fn posts() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/read/tests/posts.txt");
    let text = std::fs::read_to_string(&file).unwrap();
    let (head, cases) = text.split_once(CASE).unwrap();
    let mut renewed = head.to_owned();
    let mut wrong = Vec::new();
    for case in cases.split(&format!("\n{CASE}")) {
        let (name, rest) = case.split_once('\n').unwrap();
        let (input, expected) = rest.split_once(&format!("{EXPECT}\n")).unwrap();
        let path = name.rsplit_once(" @ ").unwrap().1;
        let (post, list) = read(path, input.as_bytes());
        let found = shown(&post, &list);
        if found.trim_end() != expected.trim_end() {
            wrong.push(format!("{name}\nexpected:\n{expected}\nfound:\n{found}"));
        }
        let _ = writeln!(renewed, "{CASE}{name}\n{input}{EXPECT}\n{found}");
    }
    if std::env::var_os("SHELFMARK_UPDATE").is_some() {
        std::fs::write(&file, renewed.trim_end().to_owned() + "\n").unwrap();
        return;
    }
    assert!(
        wrong.is_empty(),
        "{}\nhelp: SHELFMARK_UPDATE=1 writes what was found into {}",
        wrong.join("\n"),
        file.display()
    );
}
