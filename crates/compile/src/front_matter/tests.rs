//! Where front matter begins and ends; what it holds is tested with `read.rs`.

use super::*;

/// Reads and shows the keys, where the body begins, and the codes of what was said.
#[track_caller]
fn check(text: &str, keys: &[&str], body: &str, codes: &[&str]) {
    let mut list = Vec::new();
    let found = read(text, 0, &mut Problems::new("a.md", text, &mut list));
    let found_keys: Vec<&str> = found.entries.iter().map(|e| e.key.as_str()).collect();
    assert_eq!(found_keys, keys, "{text:?}");
    assert_eq!(&text[found.body..], body, "{text:?}");
    let found_codes: Vec<&str> = list.iter().map(|d| d.code).collect();
    assert_eq!(found_codes, codes, "{text:?}");
    for entry in &found.entries {
        if !text.starts_with(['{', '"']) {
            assert!(text[entry.place.clone()].contains(&entry.key), "{text:?}");
        }
    }
}

#[test]
fn fences() {
    check("---\na: 1\n---\nx", &["a"], "x", &[]);
    check("---\na: 1\n...\nx", &["a"], "x", &[]);
    check("--- \t\na: 1\n---  \nx", &["a"], "x", &[]);
    check("---\na: 1\n---", &["a"], "", &[]);
    check("---\n---\nx", &[], "x", &[]);
    check("---\n# nothing yet\n---\nx", &[], "x", &[]);
    check("+++\na = 1\n+++\nx", &["a"], "x", &[]);
    check("+++\n+++\nx", &[], "x", &[]);
    check("---\na: |\n  ---\n  b\n---\nx", &["a"], "x", &[]);
    check(
        "---\na: 1\n----\nb: 2\n---\nx",
        &["a", "b"],
        "x",
        &["front-matter-yaml"],
    );
}

#[test]
fn fences_with_a_name_and_without_a_beginning() {
    check("---json\n{\"a\": 1}\n---\nx", &["a"], "x", &[]);
    check(
        "---js\n{\n  a: 'b',\n  c: [1, 2],\n}\n---\nx",
        &["a", "c"],
        "x",
        &[],
    );
    check("---toml\na = 1\n---\nx", &["a"], "x", &[]);
    check("---yaml\na: 1\n---\nx", &["a"], "x", &[]);
    check(
        "title: a\ndate: 2024-07-02\ntags:\n- b\n---\nx",
        &["title", "date", "tags"],
        "x",
        &[],
    );
    check(
        "\"title\": \"a\",\n\"date\": \"2024\"\n;;;\nx",
        &["date", "title"],
        "x",
        &[],
    );
    check("{\"title\": \"a\"}\n;;;\nx", &["title"], "x", &[]);
    for text in [
        "title: a\n---\nx",
        "a title: b\ndate: c\n---\n",
        "title: a\ndate: b\nprose\n---\n",
        "title: a\ndate: b\n",
        "\"title\" is\n;;;\n",
    ] {
        check(text, &[], text, &[]);
    }
}

#[test]
fn what_is_no_front_matter_stays_in_the_body() {
    for text in [
        "",
        "text",
        "----\na: 1\n---\n",
        "-- -\n",
        "a: 1\n---\nb",
        "\n\n---\n\ntext\n\n---\n",
        "+++",
    ] {
        let codes: &[&str] = if text == "+++" {
            &["front-matter-unclosed"]
        } else {
            &[]
        };
        check(text, &[], text, codes);
    }
    check(
        "---\n- a\n---\nx",
        &[],
        "---\n- a\n---\nx",
        &["front-matter-none"],
    );
    check(
        "---\ntext\n---\nx",
        &[],
        "---\ntext\n---\nx",
        &["front-matter-none"],
    );
    check(
        "+++\ntext\n+++\nx",
        &[],
        "+++\ntext\n+++\nx",
        &["front-matter-none"],
    );
}

#[test]
fn objects_of_json() {
    check("{\"title\": \"a\"}\nx", &["title"], "x", &[]);
    check("{\"title\": \"a\"}", &["title"], "", &[]);
    for text in [
        "{\"title\": \"a\"} x",
        "{\"a\": 1}\nx",
        "{{ x }}",
        "{\"title\"",
        "{\"title\": {\n",
    ] {
        check(text, &[], text, &[]);
    }
}

#[test]
fn the_last_of_two_keys_counts_in_the_place_of_the_first() {
    let text = "---\na: 1\nb: 2\na: 3\n---\n";
    check(text, &["a", "b"], "", &["front-matter-duplicate"]);
}

#[test]
fn a_block_that_is_too_long_is_all_body() {
    let text = format!("---\na: {}\n---\n", "x".repeat(MAX_BLOCK));
    check(&text, &[], &text, &["front-matter-long"]);
}
