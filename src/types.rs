//! Writes `www/shelfmark.d.ts` and `docs/api.md` of the types and comments of `api.rs`, and of
//! `types.d.ts`, which holds what only JavaScript knows.
//!
//! A test compares what is kept with what is made; `SHELFMARK_WRITE=1 cargo test -p shelfmark --lib
//! types` writes it anew.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use ts_rs::{Config, TS};

use super::{Asked, Count, Facets, Found, Hit, Info, Neighbour, Piece, Post};

const BY_HAND: &str = include_str!("types.d.ts");

/// An interface: its comment, its name, and its fields with theirs.
struct Interface {
    name: String,
    comment: String,
    fields: Vec<(String, String, String)>,
}

fn interface<T: TS>(config: &Config) -> Interface {
    let inline = T::inline(config);
    let inside = inline.trim().trim_start_matches('{').trim_end_matches('}');
    let mut fields = Vec::new();
    let mut rest = inside.trim();
    while !rest.is_empty() {
        let mut comment = String::new();
        if let Some(after) = rest.strip_prefix("/**") {
            let (told, after) = after.split_once("*/").expect("the end of a comment");
            comment = plain(told);
            rest = after.trim_start();
        }
        let (name, after) = rest.split_once(':').expect("a field");
        let end = after.find(", \n").or_else(|| after.find(",\n"));
        let end = end.or_else(|| after.rfind(',')).unwrap_or(after.len());
        fields.push((
            name.trim().to_owned(),
            after[..end].trim().replace("Array<string>", "string[]"),
            comment,
        ));
        rest = after[end..].trim_start_matches(',').trim();
    }
    Interface {
        name: T::name(config),
        comment: plain(&T::docs().unwrap_or_default()),
        fields,
    }
}

/// A comment without its frame, on one line.
fn plain(comment: &str) -> String {
    let lines = comment.lines().map(|line| {
        let line = line.trim().trim_start_matches("/**").trim_end_matches("*/");
        line.trim().trim_start_matches('*').trim()
    });
    let words: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    words.join(" ")
}

fn interfaces() -> Vec<Interface> {
    let config = Config::default();
    vec![
        interface::<Info>(&config),
        interface::<Count>(&config),
        interface::<Asked>(&config),
        interface::<Found>(&config),
        interface::<Hit>(&config),
        interface::<Piece>(&config),
        interface::<Facets>(&config),
        interface::<Post>(&config),
        interface::<Neighbour>(&config),
    ]
}

fn declarations(interfaces: &[Interface]) -> String {
    let mut out = String::from(
        "// Made of src/api.rs and src/types.d.ts by `SHELFMARK_WRITE=1 cargo test -p shelfmark --lib types`.\n\n",
    );
    for interface in interfaces {
        let _ = writeln!(
            out,
            "/** {} */\nexport interface {} {{",
            interface.comment, interface.name
        );
        for (name, kind, comment) in &interface.fields {
            let _ = writeln!(out, "  /** {comment} */\n  {name}: {kind};");
        }
        out.push_str("}\n\n");
    }
    out.push_str(BY_HAND);
    out
}

fn reference(interfaces: &[Interface]) -> String {
    let mut out = String::from(
        "# The JavaScript library\n\n<!-- Made by `SHELFMARK_WRITE=1 cargo test -p shelfmark --lib types`; \
         edit src/api.rs and src/types.d.ts. -->\n\n\
         How to put an archive into a page is in [embedding.md](embedding.md). All of this is typed in \
         `shelfmark.d.ts`.\n\n## Functions and classes\n\n```ts\n",
    );
    out.push_str(BY_HAND.trim());
    out.push_str("\n```\n\n## Values\n");
    for interface in interfaces {
        let _ = write!(
            out,
            "\n### `{}`\n\n{}\n\n| field | type | |\n| --- | --- | --- |\n",
            interface.name, interface.comment
        );
        for (name, kind, comment) in &interface.fields {
            let kind = kind.replace('|', "\\|");
            let comment = comment.replace('|', "\\|");
            let _ = writeln!(out, "| `{name}` | `{kind}` | {comment} |");
        }
    }
    out
}

/// Compares a file with what it should hold, or writes it when asked to.
fn check(path: &str, wanted: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("SHELFMARK_WRITE").is_some() {
        fs::write(&path, wanted).expect("a file of the project");
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        kept,
        wanted,
        "{}: run SHELFMARK_WRITE=1 cargo test -p shelfmark --lib types",
        path.display()
    );
}

#[test]
fn types_and_reference_are_those_of_the_code() {
    let interfaces = interfaces();
    let fields = |name: &str| {
        let found = interfaces.iter().find(|interface| interface.name == name);
        found.map_or(0, |interface| interface.fields.len())
    };
    assert_eq!((fields("SearchRequest"), fields("Hit")), (14, 10));
    let uncommented = interfaces.iter().flat_map(|interface| &interface.fields);
    assert_eq!(uncommented.filter(|field| field.2.is_empty()).count(), 0);
    check("www/shelfmark.d.ts", &declarations(&interfaces));
    check("docs/api.md", &reference(&interfaces));
}
