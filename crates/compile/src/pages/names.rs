//! Names of files and anchors: safe on every file system and in every address.

use crate::writer::sha256;

/// Longest text that is a name as it is.
const MOST: usize = 80;

/// Characters that are kept of a text that is no name as it is.
const KEPT: usize = 40;

/// Hexadecimal digits of the hash that then tells it from all others: 80 bits.
const DIGITS: usize = 20;

/// Names that mean something else: to hosts, and to Windows whatever ending follows.
const RESERVED: &[&str] = &["aux", "con", "index", "nul", "prn"];

/// A name for a text, e.g. a post's slug or a tag: a function of that text alone.
///
/// Lower-case ASCII letters, digits and single `-` are a name as they are. Of anything else those
/// parts are kept, and `_` and a hash follow, so that no two differ by case or Unicode form only.
pub(super) fn name(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    let mut name = String::new();
    for character in text.chars() {
        if name.len() >= KEPT {
            break;
        }
        match character.to_ascii_lowercase() {
            plain @ ('a'..='z' | '0'..='9') => name.push(plain),
            _ if name.ends_with('-') || name.is_empty() => {}
            _ => name.push('-'),
        }
    }
    name.truncate(name.trim_end_matches('-').len());
    name.push('_');
    name.extend(sha256(text.as_bytes()).chars().take(DIGITS));
    name
}

/// Tells whether a text is a name as it is.
fn is_plain(text: &str) -> bool {
    let letters = text
        .bytes()
        .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    let numbered = |device: &str| {
        let number = text.strip_prefix(device);
        number.is_some_and(|number| matches!(number.as_bytes(), [b'0'..=b'9']))
    };
    letters
        && (1..=MOST).contains(&text.len())
        && !text.starts_with('-')
        && !text.ends_with('-')
        && !text.contains("--")
        && !RESERVED.contains(&text)
        && !numbered("com")
        && !numbered("lpt")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn plain_texts_stay() {
        assert_eq!(name("2024-07-02-hello"), "2024-07-02-hello");
        assert_eq!(name("2024-07-02"), "2024-07-02");
    }

    #[test]
    fn others_are_told_apart_by_a_hash() {
        assert_eq!(name("2024-07-02-夜市"), "2024-07-02_fb63e60a1d2d2f67c790");
        let names = [
            "News", "news", "NEWS", "é", "e\u{301}", "", "_", "a--b", "con", "com1",
        ]
        .map(name);
        for (index, one) in names.iter().enumerate() {
            assert!(names[..index].iter().all(|other| other != one), "{one}");
        }
        assert!(names[8].starts_with("con_") && names[9].starts_with("com1_"));
    }

    proptest! {
        #[test]
        fn every_name_is_safe(text in "\\PC{0,100}") {
            let name = name(&text);
            prop_assert!(!name.is_empty() && name.len() <= MOST);
            let safe = name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'));
            prop_assert!(safe, "{}", name);
            // What is made of another text is never a plain name of its own.
            prop_assert_eq!(name == text, !name.contains('_'));
        }
    }
}
