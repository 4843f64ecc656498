//! Whether and where a term stands in folded text.
//!
//! A term is one contiguous run of folded characters. In scripts that are written without spaces
//! it matches as a substring; where it begins or ends with a letter or digit of other scripts,
//! that end must be the edge of a word.

use core::fmt;
use core::ops::Range;

use shelfmark_text::{CharClass, class, fold};

/// A run of characters to be found in folded text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// As it was typed, to tell exact forms from folded ones.
    raw: String,
    /// Folded, trimmed, never empty.
    folded: String,
    /// The character before a match must not be part of a word.
    edge_before: bool,
    /// The character after a match must not be part of a word.
    edge_after: bool,
}

impl Pattern {
    /// A pattern for what was typed; `None` when nothing of it is visible. With `prefix`, a last
    /// word may go on.
    #[must_use]
    pub fn new(typed: &str, prefix: bool) -> Option<Self> {
        let folded = fold(typed).trim().to_owned();
        let is_word = |c: Option<char>| c.is_some_and(|c| class(c) == CharClass::Word);
        let edge_before = is_word(folded.chars().next());
        let edge_after = is_word(folded.chars().next_back()) && !prefix;
        (!folded.is_empty()).then(|| Self {
            raw: typed.trim().to_owned(),
            folded,
            edge_before,
            edge_after,
        })
    }

    /// The folded run.
    #[must_use]
    pub fn folded(&self) -> &str {
        &self.folded
    }

    /// What was typed.
    #[must_use]
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// Whether a last word may go on.
    #[must_use]
    pub fn is_prefix(&self) -> bool {
        !self.edge_after
            && self
                .folded
                .chars()
                .next_back()
                .is_some_and(|c| class(c) == CharClass::Word)
    }

    /// Whether it stands in `folded`.
    #[must_use]
    pub fn matches(&self, folded: &str) -> bool {
        self.find_from(folded, 0).is_some()
    }

    /// Whether `folded` is nothing but this, prefix or not.
    #[must_use]
    pub fn is(&self, folded: &str) -> bool {
        folded.trim() == self.folded
    }

    /// First match that begins at byte `from` or later; `from` lies on a character boundary.
    #[must_use]
    pub fn find_from(&self, folded: &str, from: usize) -> Option<Range<usize>> {
        self.find(&self.folded, folded, from)
    }

    /// Whether it stands in `original` in the very form that was typed.
    #[must_use]
    pub fn is_typed_in(&self, original: &str) -> bool {
        self.find(&self.raw, original, 0).is_some()
    }

    fn find(&self, run: &str, text: &str, from: usize) -> Option<Range<usize>> {
        let mut at = from;
        loop {
            let start = at + text.get(at..)?.find(run)?;
            let end = start + run.len();
            let is_word = |c: Option<char>| c.is_some_and(|c| class(c) == CharClass::Word);
            let free_before = !self.edge_before || !is_word(text[..start].chars().next_back());
            let free_after = !self.edge_after || !is_word(text[end..].chars().next());
            if free_before && free_after {
                return Some(start..end);
            }
            at = start + text[start..].chars().next().map_or(1, char::len_utf8);
        }
    }

    /// All matches, which do not overlap.
    pub fn find_all<'a>(&'a self, folded: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
        let mut at = 0;
        core::iter::from_fn(move || {
            let found = self.find_from(folded, at)?;
            at = found.end;
            Some(found)
        })
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.folded)?;
        if self.is_prefix() {
            f.write_str("*")
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(typed: &str, text: &str, expected: usize) {
        let pattern = Pattern::new(typed, false).unwrap();
        assert_eq!(
            pattern.find_all(&fold(text)).count(),
            expected,
            "{typed} in {text}"
        );
    }

    #[test]
    fn scripts_without_spaces_match_as_substrings() {
        check("武汉", "中國武漢發生", 1);
        check("国", "中国人民共和國", 2);
        check("ほん", "にほんご", 1);
        check("국어", "한국어를", 1);
        check("ไทย", "ภาษาไทยดี", 1);
    }

    #[test]
    fn other_scripts_match_whole_words() {
        check("art", "art, smart art-house ART", 3);
        check("café", "Cafe cafés", 1);
        check("19", "COVID-19 2019 19", 2);
    }

    #[test]
    fn script_boundaries_match_contiguously() {
        check("APEC峰会", "在APEC峰會上", 1);
        check("APEC峰会", "APEC 峰会", 0);
        check("COVID-19疫情", "ＣＯＶＩＤ－１９疫情", 1);
        check("pec峰会", "APEC峰会", 0);
    }

    #[test]
    fn the_form_that_was_typed_is_a_whole_word_too() {
        let typed = |typed: &str, text: &str| Pattern::new(typed, false).unwrap().is_typed_in(text);
        assert!(typed("Café", "Le Café!"));
        assert!(!typed("Café", "le café"));
        assert!(!typed("cafe", "cafes, café, cafe\u{301}"));
        assert!(typed("武漢", "在武漢的") && !typed("武漢", "在武汉的"));
    }

    #[test]
    fn prefixes_go_on() {
        let pattern = Pattern::new("wor", true).unwrap();
        assert!(pattern.matches("hello world"));
        assert!(!pattern.matches("sword"));
    }
}
