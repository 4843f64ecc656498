//! The odd posts that are kept beside the project: `../shared/hostile` from the workspace.
//!
//! The folder is not part of the project. Without it these tests say so and pass.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::read;
use crate::post::{Post, SourceFile};
use crate::read::read_post;

#[expect(clippy::print_stderr, reason = "a test that checks nothing says so")]
fn cases(name: &str) -> Option<Vec<Value>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/hostile")
        .join(name);
    let Ok(text) = std::fs::read_to_string(&file) else {
        eprintln!("skipped: there is no {}", file.display());
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

fn bytes(value: &Value) -> Vec<u8> {
    STANDARD.decode(value.as_str().unwrap()).unwrap()
}

#[cfg(unix)]
fn path(bytes: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt as _;
    std::ffi::OsString::from_vec(bytes).into()
}

#[cfg(not(unix))]
fn path(bytes: Vec<u8>) -> PathBuf {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

#[test]
fn odd_posts() {
    let Some(cases) = cases("edge.json") else {
        return;
    };
    let mut posts = Vec::new();
    for case in &cases {
        let path = path(bytes(&case["path_b64"]));
        let file = SourceFile {
            root: 0,
            shown: path.to_string_lossy().into_owned(),
            path,
            bytes: bytes(&case["bytes_b64"]),
        };
        let (post, list) = read_post(&file);
        let id = case["id"].as_str().unwrap();
        let raw = post.raw.as_deref().unwrap_or(post.text.as_bytes());
        assert_eq!(raw, file.bytes, "{id}");
        expect(id, &post, list.iter().map(|d| d.code).collect());
        posts.push(post);
    }
    assert!(posts.len() >= 118);
    crate::slug::assign(&mut posts);
    let mut slugs: Vec<&str> = posts.iter().map(|post| post.slug.as_str()).collect();
    slugs.sort_unstable();
    slugs.dedup();
    assert_eq!(slugs.len(), posts.len());
}

/// What can be checked of what is expected of a case; a file's name and day are `2024-01-02-{id}`.
#[track_caller]
fn expect(id: &str, post: &Post, codes: Vec<&str>) {
    let body = &post.text[post.body..];
    let title = match id {
        "bom" => "BOM",
        "utf16le" => "UTF16",
        "big5" => "中文標題",
        "latin1" => "café",
        "nfd" => "cafe\u{301}",
        "bidi" => "evil.md",
        "crlf" => "crlf",
        "cr-only" => "cr",
        "mixed-eol" => "mixed",
        "nel-ls" => "a b c",
        "only-dashes" => "only dashes",
        "empty-fm" => "empty fm",
        "dots-close" => "dots",
        "trailing-space-fence" => "tsf",
        "leading-space" => "ls",
        "hr-in-body" => "hr",
        "second-block" => "first",
        "toml" => "Toml",
        "json-fm" => "Json",
        "title-00" => "2024",
        "title-02" => "yes",
        "title-03" => "title 03",
        "title-06" => "0x10",
        "title-08" => "1_000",
        "title-10" => ".inf",
        "title-13" | "title-15" => "a: b",
        "title-14" => "it's",
        "title-16" => "@at",
        "title-19" => "*star",
        "title-21" => "!bang",
        "title-22" => "a, b",
        "title-23" => "title 23",
        "title-25" => "folded text",
        "title-26" => "unclosed",
        "title-27" => "bad \\q escape",
        "dup-keys" => "second",
        "two-docs" => "a",
        "key-case" => "Upper",
        _ => &post.title,
    };
    assert_eq!(post.title, title, "{id}");

    let body_is = match id {
        "bom" | "utf16le" | "big5" | "latin1" | "lone-surrogate-escape" => "Body text.\n",
        "nul" => "a\0b\n",
        "crlf" => "one\r\n\r\ntwo\r\n",
        "cr-only" => "Body text.\r",
        "unclosed" => "---\ntitle: u\nbody without end\n",
        "hr-in-body" => "a\n\n---\n\nb\n\n---\n",
        "second-block" => "---\ntitle: second\n---\n",
        "semicolons" => ";;;\n{\"title\":\"x\"}\n;;;\nbody\n",
        "toml" | "json-fm" | "empty-fm" | "dots-close" | "two-docs" => "body\n",
        "bad-byte-body" => "Body text.\nok \u{fffd}\u{fffd}\u{fffd}\u{fffd} end\n",
        _ => body,
    };
    assert_eq!(body, body_is, "{id}");
    assert!(!body.contains("<script>"), "{id}");

    let date = match id {
        "date-04" => Some("9999-12-31"),
        "date-07" => Some("1969-12-31T23:59:59Z"),
        "date-08" => Some("2038-01-19T03:14:08Z"),
        "date-11" => Some("2024-01-01T13:04:05Z"),
        "date-13" => Some("2024-01-01T19:04:05Z"),
        "date-14" | "date-22" | "toml" => Some("2024-01-02T03:04:05Z"),
        "date-15" => Some("2024-01-02T03:04:05.123456789Z"),
        "date-conflict" => Some("2020-05-05"),
        "date-nowhere" | "name-06" | "name-37" => None,
        _ => Some("2024-01-02"),
    };
    assert_eq!(
        post.date.as_ref().map(|date| date.iso.as_str()),
        date,
        "{id}"
    );

    let tags: &[&str] = match id {
        "crlf" => &["a", "b"],
        "toml" => &["a", "b", "c"],
        "dup-keys" => &["b"],
        "key-case" => &["A"],
        "merge-key" => &["m"],
        "tags-08" => &["1", "2.50", "true", "2024-01-02"],
        "tags-09" => &["a", "b", "c"],
        "tags-12" => &["x", "y"],
        "tags-13" => &[
            "C++", "C#", ".NET", "a/b", "a&b", "<b>", "a%20b", "?x=1", "hash",
        ],
        "tags-14" => &[
            "__proto__",
            "constructor",
            "toString",
            "hasOwnProperty",
            "valueOf",
        ],
        "tags-15" => &["ﬁ", "fi", "Ｆｉ", "FI"],
        "tags-20" => &["标签1", "标签2", "标签3"],
        "tags-24" => &["a\"b"],
        _ => &[],
    };
    assert_eq!(post.tags, tags, "{id}");
    assert_eq!(post.draft, id == "draft", "{id}");

    let code = match id {
        "utf16le" | "big5" | "latin1" => "encoding",
        "bad-byte-body" | "overlong" => "encoding-lossy",
        "unclosed" | "only-dashes" => "front-matter-unclosed",
        "leading-space" => "front-matter-late",
        "dup-keys" => "front-matter-duplicate",
        "tags-19" => "front-matter-comment",
        "date-00" | "date-02" | "date-05" | "date-06" | "date-29" => "date-unreadable",
        "date-14" => "date-zone",
        "date-nowhere" | "name-06" | "name-37" => "date-missing",
        "lone-surrogate-escape"
        | "title-12"
        | "title-15"
        | "title-16"
        | "title-17"
        | "title-18"
        | "title-19"
        | "title-26"
        | "title-27"
        | "title-28"
        | "title-35"
        | "tags-24"
        | "two-docs" => "front-matter-yaml",
        "empty-fm" | "semicolons" | "multimarkdown" | "title-03" | "title-23" => "title-missing",
        _ => {
            assert!(codes.is_empty(), "{id}: {codes:?}");
            return;
        }
    };
    assert_eq!(codes.first(), Some(&code), "{id}");
}

#[test]
fn yaml_documents() {
    let Some(cases) = cases("yaml.json") else {
        return;
    };
    for case in &cases {
        let yaml = case["yaml"].as_str().unwrap();
        for text in [
            format!("---\n{yaml}\n---\nbody\n"),
            format!("---\ntitle: t\n{yaml}\n---\nbody\n"),
        ] {
            let (post, list) = read("2024-01-02-a.md", text.as_bytes());
            assert!(post.text.is_char_boundary(post.body));
            for diagnostic in list {
                assert!(
                    !diagnostic.message.is_empty() && diagnostic.help.is_some(),
                    "{text:?} {diagnostic:?}"
                );
                assert!(diagnostic.place.is_some() || diagnostic.code == "title-missing");
            }
        }
    }
}

/// Maps that the suite says are right are read without complaint, with the values it states.
#[test]
fn yaml_maps_have_their_values() {
    let Some(cases) = cases("yaml.json") else {
        return;
    };
    let mut maps = 0;
    for case in &cases {
        let yaml = case["yaml"].as_str().unwrap();
        let json = case["json"].as_str().map(serde_json::from_str::<Value>);
        let Some(Ok(Value::Object(expected))) = json else {
            continue;
        };
        if case["fail"] == true
            || yaml
                .lines()
                .any(|l| l.starts_with("---") || l.starts_with("..."))
        {
            continue;
        }
        maps += 1;
        let end = if yaml.ends_with('\n') { "" } else { "\n" };
        let (post, _) = read(
            "2024-01-02-a.md",
            format!("---\n{yaml}{end}---\n").as_bytes(),
        );
        assert_eq!(post.extra, expected, "{yaml}");
    }
    assert!(maps > 80, "{maps}");
}
