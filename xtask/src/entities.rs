//! Packs HTML's entities, which `pulldown-cmark` has as a table of 2125 pairs of strings.
//!
//! That table is 12 kB of the module after brotli; packed, it is 6.3 kB. Entities are in the order of
//! what they stand for, for `bigcap`, `Intersection` and `xcap` are the same character, and its
//! neighbours have similar names. Before each name is the step from the value before: one byte below
//! `/`, or `/` and a LEB128 number. A value is a character's number, and 2^17 times that of the second
//! one if there are two.
//!
//! The names are read from the crate's own source, so a new version brings its own table. A version
//! whose source looks different fails the build. What reads the packed table is `replaced/entities.rs`.

use crate::util::failure::{Failure, Result};

/// The unpacking half, which is compiled into `pulldown-cmark`.
const READER: &str = include_str!("../replaced/entities.rs");

/// What `pulldown-cmark` calls.
const ENTRY: &str = "
pub(crate) fn get_entity(name: &[u8]) -> Option<String> {
    static TABLE: std::sync::OnceLock<Table<'static>> = std::sync::OnceLock::new();
    let unpack = || Table::unpack(include_bytes!(\"entities.bin\"));
    TABLE.get_or_init(unpack).get(name)
}
";

/// The function that [`ENTRY`] stands in for.
const REPLACED: &str = "pub(crate) fn get_entity(bytes: &[u8]) -> Option<&'static str> {";

/// One bit more than the last character with an entity of its own has.
const FIRST_BITS: u32 = 17;

/// Files of `src/` that replace the one whose text is `source`.
pub(crate) fn replace(source: &str) -> Result<[(&'static str, Vec<u8>); 2]> {
    let packed = entities(source)
        .and_then(|entities| pack(&entities))
        .ok_or_else(|| {
            Failure::new(
                "src/entities.rs of pulldown-cmark is not what xtask/src/entities.rs reads",
            )
            .help("adapt it to the new version")
        })?;
    let reader = format!("{READER}{ENTRY}").into_bytes();
    Ok([("entities.rs", reader), ("entities.bin", packed)])
}

/// Reads names and values from the source.
fn entities(source: &str) -> Option<Vec<(&str, String)>> {
    let (_, table) = source.split_once("const ENTITIES: [(&[u8], &str); ")?;
    let (count, rest) = table.split_once("] = [\n")?;
    let (lines, rest) = rest.split_once("];")?;
    let entities: Vec<_> = lines.lines().map(entity).collect::<Option<_>>()?;
    let as_expected = rest.contains(REPLACED) && count.parse() == Ok(entities.len());
    as_expected.then_some(entities)
}

/// Reads one line, such as `(b"nbsp", "\u{00A0}"),`.
fn entity(line: &str) -> Option<(&str, String)> {
    let (name, value) = line
        .trim()
        .strip_prefix("(b\"")?
        .strip_suffix("\"),")?
        .split_once("\", \"")?;
    let value = value
        .split_terminator('}')
        .map(|c| u32::from_str_radix(c.strip_prefix("\\u{")?, 16).ok())
        .map(|c| c.and_then(char::from_u32))
        .collect::<Option<_>>()?;
    Some((name, value))
}

/// Packs entities; `None` if one does not fit.
fn pack(entities: &[(&str, String)]) -> Option<Vec<u8>> {
    let mut sorted = entities
        .iter()
        .map(|(name, value)| {
            let alphanumeric = name.bytes().all(|byte| byte.is_ascii_alphanumeric());
            alphanumeric.then_some((number(value)?, *name))
        })
        .collect::<Option<Vec<_>>>()?;
    // Of the names for one value the longer ones come first: that compresses best.
    sorted.sort_by_key(|&(value, name)| (value, std::cmp::Reverse(name.len()), name));
    let mut packed = Vec::new();
    let mut last = 0;
    for (value, name) in sorted {
        let mut step = value - last;
        last = value;
        if step >= u64::from(b'/') {
            packed.push(b'/');
            while step > 0x7F {
                packed.push(step as u8 | 0x80);
                step >>= 7;
            }
        }
        packed.push(step as u8);
        packed.extend(name.bytes());
    }
    Some(packed)
}

/// The value of an entity as a number.
fn number(value: &str) -> Option<u64> {
    let mut chars = value.chars().map(u64::from);
    let (first, second) = (chars.next()?, chars.next().unwrap_or(0));
    let fits = first >> FIRST_BITS == 0 && chars.next().is_none();
    fits.then_some(second << FIRST_BITS | first)
}

#[cfg(test)]
#[path = "../replaced/entities.rs"]
mod replaced;

#[cfg(test)]
mod tests {
    use super::*;

    /// The source of the crate that the native program is built with.
    fn source() -> String {
        let project = crate::config::Project::open().unwrap_or_else(|failure| panic!("{failure}"));
        let package = crate::slim::package(&project, crate::slim::MARKDOWN);
        let (folder, _) = package.unwrap_or_else(|failure| panic!("{failure}"));
        std::fs::read_to_string(folder.join("src/entities.rs")).expect("the source")
    }

    /// What the original crate makes of `markdown`.
    fn rendered(markdown: &str) -> String {
        let mut html = String::new();
        pulldown_cmark::html::push_html(&mut html, pulldown_cmark::Parser::new(markdown));
        html
    }

    fn escaped(text: &str) -> String {
        let mut html = String::new();
        pulldown_cmark::html::push_html(
            &mut html,
            std::iter::once(pulldown_cmark::Event::Text(text.into())),
        );
        html
    }

    #[test]
    fn every_entity_stands_for_what_the_original_crate_says() {
        let source = source();
        let entities = entities(&source).expect("a table");
        assert_eq!(entities.len(), 2125);
        let packed = pack(&entities).expect("a table that fits");
        let table = replaced::Table::unpack(&packed);
        for (name, value) in &entities {
            assert_eq!(table.get(name.as_bytes()).as_ref(), Some(value), "{name}");
            let paragraph = rendered(&format!("x&{name};x"));
            assert_eq!(
                paragraph,
                format!("<p>x{}x</p>\n", escaped(value)),
                "{name}"
            );
        }
    }

    #[test]
    fn what_is_no_name_stands_for_nothing() {
        let source = source();
        let entities = entities(&source).expect("a table");
        let packed = pack(&entities).expect("a table that fits");
        let table = replaced::Table::unpack(&packed);
        let names: std::collections::HashSet<&[u8]> =
            entities.iter().map(|(name, _)| name.as_bytes()).collect();
        for (name, _) in &entities {
            let longer = format!("{name}x");
            let other_case = name.to_ascii_uppercase();
            for other in [&name[1..], &name[..name.len() - 1], &longer, &other_case] {
                let known = names.contains(other.as_bytes());
                assert_eq!(table.get(other.as_bytes()).is_some(), known, "{other}");
            }
        }
        assert_eq!(table.get(b""), None);
    }

    #[test]
    fn another_source_is_an_error() {
        let entry = format!("{REPLACED} }}");
        let good =
            format!("const ENTITIES: [(&[u8], &str); 1] = [\n(b\"a\", \"\\u{{41}}\"),\n];{entry}");
        assert!(replace(&good).is_ok());
        for (from, to) in [
            ("; 1]", "; 2]"),
            ("\\u{41}", "A"),
            ("\\u{41}", "\\u{20000}"),
            ("\\u{41}", "\\u{41}\\u{41}\\u{41}"),
            ("b\"a\"", "b\"a;\""),
            ("&'static str", "&str"),
        ] {
            let bad = good.replace(from, to);
            assert_ne!(bad, good, "{from}");
            assert!(replace(&bad).is_err(), "{to}");
        }
    }
}
