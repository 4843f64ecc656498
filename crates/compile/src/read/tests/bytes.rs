//! Files that text cases can't hold: line ends, control characters, encodings, any bytes.

use std::path::PathBuf;

use super::read;
use crate::post::SourceFile;
use crate::read::read_post;
use proptest::prelude::*;

#[track_caller]
fn check(bytes: &[u8], title: &str, body: &str) {
    let (post, list) = read("_posts/2024-01-02-x.md", bytes);
    assert_eq!(
        (post.title.as_str(), &post.text[post.body..]),
        (title, body)
    );
    assert_eq!(post.raw.as_deref().unwrap_or(post.text.as_bytes()), bytes);
    assert!(list.is_empty(), "{list:?}");
}

#[test]
fn line_ends_of_every_kind() {
    check(
        b"---\r\ntitle: a\r\ntags: [x]\r\n---\r\none\r\n",
        "a",
        "one\r\n",
    );
    check(b"---\rtitle: a\r\r---\rone\r", "a", "one\r");
    check(b"---\r\ntitle: a\n---\r\none", "a", "one");
    check(b"---\ntitle: a\n---", "a", "");
}

#[test]
fn control_characters_stay_in_the_text_and_leave_the_values() {
    check(b"---\ntitle: a\0b\n---\nc\0d", "a\u{fffd}b", "c\0d");
    check(
        "---\ntitle: \"a\u{85}b\u{2028}c\"\n---\n\u{80}\n".as_bytes(),
        "a b c",
        "\u{80}\n",
    );
    check(
        "---\ntitle: \"\u{202e}evil\u{202c}\"\n---\n".as_bytes(),
        "evil",
        "",
    );
    check(
        "---\ntitle: 👩\u{200d}💻\n---\n".as_bytes(),
        "👩\u{200d}💻",
        "",
    );
    check(b"---\ntitle: a\nx: \x1b[31m\x08\n---\n", "a", "");
}

#[test]
fn a_byte_order_mark_is_no_text_but_stays() {
    check("\u{feff}---\ntitle: a\n---\nbody".as_bytes(), "a", "body");
    let (post, _) = read("a.md", "\u{feff}# One\n".as_bytes());
    assert_eq!((post.title.as_str(), post.body), ("One", 3));
}

#[test]
fn other_encodings_are_read_and_kept() {
    let gbk = encoding_rs::GBK
        .encode("---\ntitle: 旧的编码\ntags: [一, 二]\n---\n正文。\n")
        .0;
    let (post, list) = read("a.md", &gbk);
    assert_eq!(post.title, "旧的编码");
    assert_eq!(post.tags, ["一", "二"]);
    assert_eq!(post.raw.as_deref(), Some(&*gbk));
    assert_eq!(list[0].code, "encoding");
}

#[test]
fn a_file_without_front_matter_or_anything_at_all() {
    let (post, list) = read("Notes/an-idea.md", b"");
    assert_eq!(
        (post.title.as_str(), post.body, post.date),
        ("an idea", 0, None)
    );
    let codes: Vec<&str> = list.iter().map(|d| d.code).collect();
    assert_eq!(codes, ["title-missing", "date-missing"]);
}

#[test]
fn the_drafts_folder_is_found_at_any_depth() {
    for (path, draft) in [
        ("_drafts/a.md", true),
        ("src/_drafts/b/a.md", true),
        ("_posts/a.md", false),
        ("_posts/_drafts.md", false),
    ] {
        assert_eq!(read(path, b"# a\n").0.draft, draft, "{path}");
    }
}

/// Nested aliases would make 3,486,784,401 items of 500 bytes.
#[test]
fn alias_bombs_stay_small() {
    let mut text = "---\ntitle: bomb\na: &a [x,x,x,x,x,x,x,x,x]\n".to_owned();
    for (name, of) in ('b'..='j').zip('a'..='i') {
        text += &format!(
            "{name}: &{name} [{}]\n",
            vec![format!("*{of}"); 9].join(",")
        );
    }
    text += "---\nbody";
    let (post, list) = read("a.md", text.as_bytes());
    assert_eq!(
        (post.title.as_str(), &post.text[post.body..]),
        ("bomb", "body")
    );
    assert_eq!(list[0].code, "front-matter-yaml");
    assert!(serde_json::to_string(&post.extra).unwrap().len() < 10_000);
}

#[test]
fn deep_nesting_is_an_error_and_no_overflow() {
    for block in [
        "a: ".to_owned() + &"[".repeat(100_000),
        "- ".repeat(100_000),
        "? ".repeat(100_000),
    ] {
        let (_, list) = read(
            "a.md",
            format!("---\ntitle: deep\n{block}\n---\n").as_bytes(),
        );
        assert!(list.len() < 5, "{list:?}");
    }
    let toml = format!("+++\ntitle = 'deep'\na = {}\n+++\n", "[".repeat(100_000));
    assert_eq!(read("a.md", toml.as_bytes()).0.title, "deep");
}

#[test]
fn a_million_problems_are_twenty() {
    let text = format!("---\n{}---\n", "a: @b\n".repeat(100_000));
    assert_eq!(read("a.md", text.as_bytes()).1.len(), 20);
}

/// Pieces from which most of what front matter can be is put together.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "---\n",
        "+++\n",
        "---",
        "...\n",
        "title: ",
        "date: ",
        "tags: ",
        "- ",
        "[",
        "]",
        "{",
        "}",
        "\"",
        "'",
        "\\",
        "\n",
        "\r",
        "\r\n",
        "\0",
        " ",
        "  ",
        ": ",
        ", ",
        "#",
        "&a ",
        "*a",
        "!x ",
        "<<: ",
        "|\n",
        ">\n",
        "水",
        "\u{feff}",
        "2024-01-02",
        "T03:04",
        "true",
        "a",
        "\u{85}",
        "? ",
        "=",
        "[[",
        "😀",
        "\t",
        "# ",
        "===\n",
        "<!--",
        "-->",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn holds(path: PathBuf, bytes: &[u8]) -> Result<(), TestCaseError> {
    let file = SourceFile {
        root: 0,
        shown: path.to_string_lossy().into_owned(),
        path,
        bytes: bytes.to_vec(),
    };
    let (post, list) = read_post(&file);
    prop_assert!(post.text.is_char_boundary(post.body));
    prop_assert_eq!(post.raw.as_deref().unwrap_or(post.text.as_bytes()), bytes);
    prop_assert_eq!(post.raw.is_some(), post.text.as_bytes() != bytes);
    prop_assert!(!post.title.trim().is_empty() && !post.title.contains(char::is_control));
    for value in post
        .tags
        .iter()
        .chain(&post.authors)
        .chain(&post.categories)
    {
        prop_assert!(!value.is_empty() && !value.contains(char::is_control));
    }
    for diagnostic in &list {
        if let Some(place) = &diagnostic.place {
            prop_assert!(place.source.get(place.span.clone()).is_some());
        }
    }
    let shown = crate::report::human(&list, false, usize::MAX);
    prop_assert!(!shown.replace('\n', "").contains(char::is_control));
    prop_assert_eq!(&read_post(&file).1, &list);
    Ok(())
}

proptest! {
    #[test]
    fn any_bytes_make_a_post(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        holds("a.md".into(), &bytes)?;
    }

    #[test]
    fn any_front_matter_makes_a_post(text in pieces()) {
        holds("_posts/2024-01-02-a.md".into(), text.as_bytes())?;
        holds("b.md".into(), format!("---\ntitle: x\n{text}\n---\nbody").as_bytes())?;
        holds("c.md".into(), format!("+++\ntitle = 'x'\n{text}\n+++\nbody").as_bytes())?;
    }
}
