//! Packs the case folding that `unicase` has as a `match` with an arm for each run of characters.
//!
//! `pulldown-cmark` compares the labels of links with it. The `match` is 7 kB of the module before
//! compression; packed, table and reader are 1.3 kB.
//!
//! The table is a row of LEB128 numbers. A run is: the step from the end of the run before; a shape; and
//!
//! - shape 0: two characters, 1: three, that one character folds to;
//! - otherwise twice the count, and one more if the run has every second character: the difference, zigzag,
//!   between a character and what it folds to.
//!
//! The mapping is asked of the crate itself, so a new version brings its own. What reads the packed table
//! is `replaced/folding.rs`.

use unicase::UniCase;

use crate::util::failure::{Failure, Result};

/// The unpacking half, which is compiled into `unicase`.
const READER: &str = include_str!("../replaced/folding.rs");

/// What `unicase` calls.
const ENTRY: &str = "
use super::fold::Fold;

pub fn lookup(original: char) -> Fold {
    find(include_bytes!(\"folding.bin\"), original)
}
";

/// The function that [`ENTRY`] stands in for.
const REPLACED: &str = "pub fn lookup(orig: char) -> Fold {";

/// Files of `src/unicode/` that replace the one whose text is `source`.
pub(crate) fn replace(source: &str) -> Result<[(&'static str, Vec<u8>); 2]> {
    if !source.contains(REPLACED) {
        return Err(Failure::new(
            "src/unicode/map.rs of unicase is not what xtask/src/folding.rs reads",
        )
        .help("adapt it to the new version"));
    }
    let reader = format!("{READER}{ENTRY}").into_bytes();
    Ok([("map.rs", reader), ("folding.bin", packed())])
}

/// What the crate folds `c` to.
fn folded(c: char) -> Vec<char> {
    UniCase::unicode(c.to_string())
        .to_folded_case()
        .chars()
        .collect()
}

/// Characters that fold in the same way: the first one's number, the step, how many, the difference.
struct Run {
    first: u32,
    step: u32,
    count: u32,
    difference: i32,
}

impl Run {
    /// Whether the character `number` goes on with the run.
    fn takes(&mut self, number: u32, difference: i32) -> bool {
        let gap = number - (self.first + self.step * (self.count - 1));
        let fits = difference == self.difference
            && (if self.count == 1 {
                gap <= 2
            } else {
                gap == self.step
            });
        if fits {
            self.step = gap;
            self.count += 1;
        }
        fits
    }

    /// Count and step as one number above 1.
    fn shape(&self) -> u32 {
        2 * self.count + u32::from(self.step == 2)
    }
}

/// The table.
fn packed() -> Vec<u8> {
    let mut runs: Vec<Run> = Vec::new();
    let mut out = Vec::new();
    let mut end = 0;
    for c in '\0'..=char::MAX {
        let folded = folded(c);
        match folded[..] {
            [to] if to == c => {}
            [to] => {
                let (number, difference) = (c as u32, to as i32 - c as i32);
                if !runs
                    .last_mut()
                    .is_some_and(|run| run.takes(number, difference))
                {
                    flush(&mut runs, &mut out, &mut end);
                    runs.push(Run {
                        first: number,
                        step: 1,
                        count: 1,
                        difference,
                    });
                }
            }
            _ => {
                flush(&mut runs, &mut out, &mut end);
                number(&mut out, c as u32 - end);
                end = c as u32;
                number(&mut out, folded.len() as u32 - 2);
                folded.iter().for_each(|&to| number(&mut out, to as u32));
            }
        }
    }
    flush(&mut runs, &mut out, &mut end);
    out
}

/// Writes the run that is open, if one is.
fn flush(runs: &mut Vec<Run>, out: &mut Vec<u8>, end: &mut u32) {
    for run in runs.drain(..) {
        number(out, run.first - *end);
        number(out, run.shape());
        number(out, (run.difference << 1 ^ run.difference >> 31) as u32);
        *end = run.first + run.step * (run.count - 1);
    }
}

/// Writes a LEB128 number.
fn number(out: &mut Vec<u8>, mut number: u32) {
    while number > 0x7F {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy)]
    enum Fold {
        One(char),
        Two(char, char),
        Three(char, char, char),
    }

    #[allow(unreachable_pub, reason = "in the crate it is a public item")]
    mod replaced {
        use super::Fold;

        include!("../replaced/folding.rs");
    }
    use replaced::find;

    #[test]
    fn every_character_folds_as_in_the_original_crate() {
        let table = packed();
        for c in '\0'..=char::MAX {
            let found = match find(&table, c) {
                Fold::One(a) => vec![a],
                Fold::Two(a, b) => vec![a, b],
                Fold::Three(a, b, c) => vec![a, b, c],
            };
            assert_eq!(found, folded(c), "{c:?}");
        }
    }

    #[test]
    fn another_source_is_an_error() {
        assert!(replace(REPLACED).is_ok());
        assert!(replace("pub fn lookup(c: char) -> char {").is_err());
    }
}
