//! What people and programs see.

use super::*;
use proptest::prelude::*;

fn at(text: &str, range: core::ops::Range<usize>) -> Diagnostic {
    Diagnostic::warning("front-matter-yaml", "posts/a.md", "a problem")
        .help("mend it")
        .at(text, range)
}

#[track_caller]
fn check(diagnostic: &Diagnostic, expected: &str) {
    assert_eq!(
        human(core::slice::from_ref(diagnostic), false, 9).trim_end(),
        expected.trim()
    );
}

#[test]
fn a_place_is_shown_with_its_line() {
    check(
        &at("---\ntitle: \"水\\智\"\n", 15..19),
        r#"
warning[front-matter-yaml]: a problem
 --> posts/a.md:2:10
  |
2 | title: "水\智"
  |           ^^^
  |
  = help: mend it"#,
    );
}

#[test]
fn a_file_is_shown_without_a_line() {
    check(
        &Diagnostic::error(
            "unreadable",
            "posts/a\n\u{1b}[31m\u{202e}.md",
            "can't be read",
        ),
        r"
error[unreadable]: can't be read
--> posts/a\n\u{1b}[31m\u{202e}.md",
    );
}

#[test]
fn control_characters_are_shown_and_do_not_move_the_column() {
    check(
        &at("a\u{8}\u{1b}\tb: \u{85}@", 9..10),
        r"
warning[front-matter-yaml]: a problem
 --> posts/a.md:1:9
  |
1 | a\u{8}\u{1b} b: \u{85}@
  |                       ^
  |
  = help: mend it",
    );
}

#[test]
fn long_lines_are_cut_around_the_place() {
    let text = format!("title: {}@{}", "水".repeat(40_000), "平".repeat(40_000));
    let shown = human(&[at(&text, 120_007..120_008)], false, 9);
    assert!(shown.contains("posts/a.md:1:40008\n"), "{shown}");
    assert!(shown.contains("水@平"), "{shown}");
    assert!(
        shown.lines().all(|line| line.chars().count() < 160),
        "{shown}"
    );
}

#[test]
fn errors_come_first_and_the_rest_is_counted() {
    let mut list = vec![at("x", 0..1); 5];
    list.push(Diagnostic::warning("date-missing", "b.md", "no date"));
    list.push(Diagnostic::error("unreadable", "c.md", "can't be read"));
    let shown = human(&list, false, 2);
    assert!(shown.starts_with("error[unreadable]"), "{shown}");
    assert!(
        shown.ends_with("... and 5 more: 4 front-matter-yaml, 1 date-missing\n"),
        "{shown}"
    );
    assert_eq!(human(&[], false, 2), "");
}

#[test]
fn many_problems_are_told_by_kind() {
    let mut list = vec![at("x", 0..1); 300];
    list.push(Diagnostic::note("copy-text", "b.md", "the same"));
    list.push(Diagnostic::error("unreadable", "c.md", "can't be read"));
    let shown = grouped(&list, false);
    let places: Vec<Option<usize>> = [
        "error[unreadable]: 1 time in 1 file",
        "warning[front-matter-yaml]: 300 times in 1 file",
        "note[copy-text]",
    ]
    .iter()
    .map(|part| shown.find(part))
    .collect();
    assert!(
        places.iter().all(Option::is_some) && places.is_sorted(),
        "{shown}"
    );
    assert!(shown.lines().count() < 20, "{shown}");
    assert!(
        shown.contains("= help: mend it") && !shown.contains('\u{1b}'),
        "{shown}"
    );
    assert!(grouped(&list, true).contains("\u{1b}[1;31m"));
    // A few are shown whole.
    assert!(grouped(&list[..3], false).contains("^"));
}

#[test]
fn examples_show_their_lines_where_it_fits() {
    let text = format!("---\ndate: {}\u{1b}soon\n---\n", "x".repeat(300));
    let start = text.find("soon").unwrap();
    let kinds = |number: usize| -> Vec<Diagnostic> {
        let codes = (0..number).map(|kind| format!("kind-{kind:02}").leak() as &str);
        let of = |code: &'static str| {
            [1, 2].map(|number| {
                let message = format!("problem {number}");
                Diagnostic::warning(code, "posts/a.md", message)
                    .help("mend it")
                    .at(&text, start..start + 4)
            })
        };
        codes.flat_map(of).collect()
    };
    let shown = grouped(&kinds(8), false);
    assert_eq!(shown.matches("    2 | …xxx").count(), 16, "{shown}");
    assert!(shown.contains("xxx\\u{1b}soon\n"), "{shown}");
    assert!(
        shown.lines().all(|line| line.chars().count() < 130),
        "{shown}"
    );
    assert!(grouped(&kinds(8), true).contains("\u{1b}[1msoon\u{1b}[0m"));
    // Of each kind one, then none.
    let shown = grouped(&kinds(12), false);
    assert_eq!(shown.matches("    2 | …xxx").count(), 12, "{shown}");
    assert!(shown.lines().count() <= 100, "{shown}");
    let shown = grouped(&kinds(30), false);
    assert_eq!(shown.matches("    2 | …xxx").count(), 0, "{shown}");
    assert_eq!(shown.matches("problem 2").count(), 30, "{shown}");
}

#[test]
fn colours_only_where_they_are_wanted() {
    let list = [at("a: @", 3..4)];
    assert!(human(&list, true, 1).contains("\u{1b}["));
    assert!(!human(&list, false, 1).contains('\u{1b}'));
}

#[test]
fn json_lines() {
    let line = json_line(&at("---\na: \"\u{1b}\n", 7..8));
    let expected = r#"{"file":"posts/a.md","line":2,"column":4,"severity":"warning","code":"front-matter-yaml","message":"a problem","help":"mend it"}"#;
    assert_eq!(line, expected);
    let line = json_line(&Diagnostic::error("unreadable", "a\n\u{1b}.md", "x"));
    let expected = r#"{"file":"a\n\u001b.md","line":null,"column":null,"severity":"error","code":"unreadable","message":"x","help":null}"#;
    assert_eq!(line, expected);
}

proptest! {
    #[test]
    fn any_line_and_range_is_shown(text in any::<String>(), start in 0_usize..300, length in 0_usize..300) {
        let list = [at(&text, start..start + length)];
        let shown = human(&list, false, 1);
        prop_assert!(!shown.replace('\n', "").contains(char::is_control));
        let place = list[0].place.as_ref().unwrap();
        let stated = format!("posts/a.md:{}:{}\n", place.line, place.column);
        prop_assert!(shown.contains(&stated), "{}", shown);
        let line = json_line(&list[0]);
        prop_assert!(!line.contains('\n'));
        prop_assert!(serde_json::from_str::<serde_json::Value>(&line).is_ok());
    }
}
