//! Which terms of the index a pattern needs.

use shelfmark_text::{CharClass, KEY_CHARS, Term, class, is_triple, terms};

use crate::matcher::Pattern;
use crate::order;

/// Most keys that are looked up for one pattern: more of them narrow down no further what must
/// be read anyway.
const MOST: usize = 4;

/// What must be looked up for a pattern.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Parts {
    /// Keys of terms that a text must hold, all of them.
    pub(crate) keys: Vec<String>,
    /// The beginning of a word that it must hold too.
    pub(crate) prefix: Option<String>,
    /// Whether every text that holds them matches.
    pub(crate) exact: bool,
    /// Three neighbours that may be a term of the index.
    pub(crate) triples: Vec<Triple>,
}

/// Three neighbours.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Triple {
    pub(crate) key: String,
    /// The keys of its pairs.
    pub(crate) pairs: [String; 2],
    /// Whether it is a term wherever both pairs are frequent, and stands wherever it is found. Of
    /// those with a letter neither is said.
    pub(crate) plain: bool,
}

impl Parts {
    /// The parts of a pattern; there is one at least.
    pub(crate) fn of(pattern: &Pattern) -> Self {
        let folded = pattern.folded();
        let all: Vec<Term<'_>> = terms(folded).collect();
        let mut parts = Self::default();
        // Rank and key: the smaller the rank, the more a key says.
        let mut keys: Vec<(usize, String)> = Vec::new();
        let mut longest = 0;
        let (mut odd, mut pair_before) = (false, false);
        for (place, term) in all.iter().enumerate() {
            let key = term.key();
            let length = key.chars().count();
            longest = longest.max(length);
            match term {
                // A key that was cut stands for all words that begin so.
                Term::Word(word)
                    if place + 1 == all.len() && pattern.is_prefix() && length < KEY_CHARS =>
                {
                    parts.prefix = Some((*word).to_owned());
                }
                Term::Word(_) => keys.push((KEY_CHARS - length, key)),
                // Pairs side by side say the same of the character that they share.
                Term::Pair(..) => {
                    keys.push((KEY_CHARS + usize::from(odd), key));
                    odd = !odd;
                }
                Term::Char(_) => {}
            }
            // Every pair is followed by its second character.
            let begins = matches!(term, Term::Char(_)) && !pair_before;
            odd &= !begins;
            pair_before = matches!(term, Term::Pair(..));
        }
        // A character is a part of its own where no pair holds it and it may be rare:
        // punctuation is not, unless there is nothing else.
        let some = !keys.is_empty() || parts.prefix.is_some();
        let held: String = keys.iter().map(|(_, key)| key.as_str()).collect();
        for term in &all {
            if let Term::Char(c) = term
                && !held.contains(*c)
                && (class(*c) == CharClass::Unspaced || !some)
            {
                keys.push((KEY_CHARS + 2, term.key()));
            }
        }
        let rank = |(place, (rank, _)): (u32, &(usize, String))| (*rank as u64, place);
        let mut places: Vec<(u64, u32)> = (0..).zip(&keys).map(rank).collect();
        order::sort(&mut places);
        for (_, place) in places {
            let key = &mut keys[place as usize].1;
            if parts.keys.len() < MOST && !parts.keys.contains(key) {
                parts.keys.push(core::mem::take(key));
            }
        }
        let only = match (&parts.keys[..], &parts.prefix) {
            ([key], None) => Some(key),
            ([], prefix) => prefix.as_ref(),
            _ => None,
        };
        parts.exact = longest < KEY_CHARS && only.is_some_and(|key| key == folded);
        let chars: Vec<char> = folded.chars().collect();
        for window in chars.windows(3).filter(|window| is_triple(window)) {
            let triple = Triple {
                key: window.iter().collect(),
                pairs: [&window[..2], &window[1..]].map(|pair| pair.iter().collect()),
                plain: window.iter().all(|c| class(*c) == CharClass::Unspaced),
            };
            // Of longer runs not all pairs are looked up.
            if chars.len() <= MOST + 1 || parts.keys.contains(&triple.pairs[0]) {
                parts.triples.push(triple);
            }
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keys, the beginning with a star, and whether they say all.
    fn check(typed: &str, prefix: bool, expected: &str) {
        let parts = Parts::of(&Pattern::new(typed, prefix).unwrap());
        let begins = parts.prefix.map(|begins| format!("{begins}*"));
        let mut shown: Vec<String> = parts.keys.into_iter().chain(begins).collect();
        shown.extend(parts.exact.then(|| "exact".to_owned()));
        assert_eq!(shown.join(" "), expected, "{typed}");
    }

    #[test]
    fn what_a_term_says_needs_no_more() {
        check("国", false, "国 exact");
        check("武漢", true, "武汉 exact");
        check("Lab", false, "lab exact");
        check("Lab", true, "lab* exact");
        check("😀", false, "😀 exact");
    }

    #[test]
    fn runs_need_all_of_their_terms() {
        check("武汉封", false, "武汉 汉封");
        check("一二三四五六七八九", false, "一二 三四 五六 七八");
        check("一二三四五六", false, "一二 三四 五六 二三");
        check("APEC峰会", false, "apec c峰 峰会");
        check("在APEC", false, "apec 在a");
        check("2月", false, "2 2月");
        check("C++", false, "c");
        check("++", false, "+");
        check(
            "freedom of the press today now",
            false,
            "freedom press today the",
        );
        check("covid-19 vac", true, "covid 19 vac*");
        check(&"a".repeat(30), false, &"a".repeat(KEY_CHARS));
        check(&"a".repeat(30), true, &"a".repeat(KEY_CHARS));
    }

    #[test]
    fn threes_begin_with_the_pairs_that_are_looked_up() {
        let threes = |typed| -> String {
            let parts = Parts::of(&Pattern::new(typed, true).unwrap());
            let three = |triple: &Triple| {
                format!("{}{} ", triple.key, ["?", ""][usize::from(triple.plain)])
            };
            parts.triples.iter().map(three).collect()
        };
        assert_eq!(threes("武漢"), "");
        assert_eq!(threes("一二三四五"), "一二三 二三四 三四五 ");
        assert_eq!(threes("一二三四五六七八九"), "一二三 三四五 五六七 七八九 ");
        assert_eq!(threes("APEC峰会a"), "c峰会? 峰会a? ");
        assert_eq!(threes("a国b国，国"), "");
    }
}
