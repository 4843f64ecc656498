//! Searching in text, by sets of ASCII characters and by words.
//!
//! Nothing here panics: between places that are none stands nothing.

/// Sets are given as the characters they hold, all of them ASCII.
pub(crate) trait Ascii {
    /// What follows the characters of a set at the beginning.
    fn skip(&self, set: &str) -> &str;
    /// What stands before the characters of a set at the end.
    fn strip(&self, set: &str) -> &str;
    /// Whether it begins with a character of a set.
    fn starts(&self, set: &str) -> bool;
    /// Whether it ends with a character of a set.
    fn ends(&self, set: &str) -> bool;
    /// Where a word stands first.
    fn place(&self, word: &str) -> Option<usize>;
    /// Where a character of a set stands first, or the end.
    fn until(&self, set: &str) -> usize;
    /// Without white space at its ends.
    fn trimmed(&self) -> &str;
    /// What stands between two places; nothing if these are no places in it.
    fn cut(&self, start: usize, end: usize) -> &str;
    /// What follows a place.
    fn after(&self, start: usize) -> &str;
    /// What stands before a place.
    fn upto(&self, end: usize) -> &str;
    /// Its first word, up to white space.
    fn word(&self) -> &str;
    /// Its first line, with what ends it.
    fn line(&self) -> &str;
    /// Whether it is one of these words.
    fn is_any(&self, words: &[&str]) -> bool;
}

/// White space.
pub(crate) const SPACE: &str = " \t\n\r\u{C}";

impl Ascii for str {
    fn skip(&self, set: &str) -> &str {
        let mut rest = self;
        while rest.starts(set) {
            rest = &rest[1..];
        }
        rest
    }

    fn strip(&self, set: &str) -> &str {
        let mut rest = self;
        while rest.ends(set) {
            rest = &rest[..rest.len() - 1];
        }
        rest
    }

    fn starts(&self, set: &str) -> bool {
        let first = self.as_bytes().first();
        first.is_some_and(|byte| set.as_bytes().contains(byte))
    }

    fn ends(&self, set: &str) -> bool {
        let last = self.as_bytes().last();
        last.is_some_and(|byte| set.as_bytes().contains(byte))
    }

    fn place(&self, word: &str) -> Option<usize> {
        self.find(word)
    }

    fn until(&self, set: &str) -> usize {
        let mut bytes = self.bytes();
        bytes
            .position(|byte| set.as_bytes().contains(&byte))
            .unwrap_or(self.len())
    }

    fn trimmed(&self) -> &str {
        self.skip(SPACE).strip(SPACE)
    }

    fn cut(&self, start: usize, end: usize) -> &str {
        self.get(start..end).unwrap_or_default()
    }

    fn after(&self, start: usize) -> &str {
        self.cut(start, self.len())
    }

    fn upto(&self, end: usize) -> &str {
        self.cut(0, end)
    }

    fn word(&self) -> &str {
        &self[..self.until(SPACE)]
    }

    fn line(&self) -> &str {
        let end = self.until("\n") + 1;
        &self[..end.min(self.len())]
    }

    fn is_any(&self, words: &[&str]) -> bool {
        words.contains(&self)
    }
}
