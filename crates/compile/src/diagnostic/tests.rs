//! Places: lines, columns and what is kept of a line.

use super::*;

#[track_caller]
fn check(text: &str, range: Range<usize>, line: usize, column: usize, marked: &str) -> Place {
    let place = Place::new(text, range);
    assert_eq!((place.line, place.column), (line, column));
    assert_eq!(&place.source[place.span.clone()], marked);
    place
}

#[test]
fn lines_and_columns_count_from_one_in_characters() {
    check("a: b", 0..1, 1, 1, "a");
    check("---\n标题: 水平\n", 12..15, 2, 5, "水");
    check("one\r\ntwo\r\nthree", 10..15, 3, 1, "three");
    check("one\rtwo\rthree", 8..9, 3, 1, "t");
    check("", 0..0, 1, 1, "");
    check("a\n", 2..2, 2, 1, "");
    check("a\n", 90..99, 2, 1, "");
    check("\u{feff}---\n", 3..6, 1, 1, "---");
}

#[test]
fn only_the_first_line_of_a_range_is_marked() {
    let place = check("title: \"a\nb\"\n", 7..12, 1, 8, "\"a");
    assert_eq!(place.source, "title: \"a");
}

#[test]
fn offsets_inside_a_character_or_outside_the_text_do_not_panic() {
    for start in 0..12 {
        for end in 0..12 {
            let _ = Place::new("水\r\n平a", start..end);
        }
    }
}

#[test]
fn long_lines_are_cut_around_the_place() {
    let text = format!("{}X{}", "水".repeat(40_000), "平".repeat(40_000));
    let place = check(&text, 120_000..120_001, 1, 40_001, "X");
    assert!(place.source.len() <= MAX_SOURCE + 6);
    assert!(place.source.starts_with("…水") && place.source.ends_with("平…"));
}

#[test]
fn every_code_is_told_of() {
    let text = include_str!("../diagnostic.rs");
    let rows = text.lines().filter_map(|line| line.strip_prefix("//! | "));
    let names = rows.filter_map(|row| row.split(" | ").next());
    let names = names.filter(|names| names.starts_with('`'));
    let mut told: Vec<&str> = names
        .flat_map(|names| names.split(['`', ',', ' ']))
        .filter(|name| !name.is_empty())
        .collect();
    told.sort_unstable();
    let mut known: Vec<&str> = codes().collect();
    known.sort_unstable();
    assert_eq!(told, known);
}
