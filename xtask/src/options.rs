//! Decides at build what `pulldown-cmark` asks at run time: which extensions are on.
//!
//! The project always parses with the same options, so each question has one answer; with the answers in
//! the source, the compiler leaves out what no post can reach (wiki links, metadata blocks, "smart"
//! punctuation, ...). The options are read from the project's own source, where they are chosen.

use crate::util::failure::{Failure, Result};

/// Where the project chooses the options.
pub(crate) const CHOSEN: &str = "crates/markdown/src/html.rs";

/// The files of the crate that ask.
pub(crate) const ASKING: [&str; 3] = ["src/firstpass.rs", "src/lib.rs", "src/parse.rs"];

/// How a question ends, up to the option's name.
const QUESTION: &str = "contains(Options::";

/// Names of the options that `source` (see [`CHOSEN`]) turns on.
pub(crate) fn chosen(source: &str) -> Vec<&str> {
    let code = source
        .lines()
        .map(|line| line.trim_start())
        .filter(|line| !line.starts_with("//"));
    code.flat_map(|line| line.split("Options::ENABLE_").skip(1))
        .map(|rest| {
            rest.split(|c: char| c != '_' && !c.is_ascii_uppercase())
                .next()
                .unwrap_or("")
        })
        .collect()
}

/// Answers every question of a source file of the crate.
pub(crate) fn answer(source: &str, chosen: &[&str]) -> Result<String> {
    // The crate's own tests, which stand last, are not built.
    let code = source.find("\n#[cfg(test)]\nmod ").unwrap_or(source.len());
    let mut out = String::with_capacity(source.len());
    let mut rest = &source[..code];
    while let Some(at) = rest.find(QUESTION) {
        let (before, after) = (&rest[..at], &rest[at + QUESTION.len()..]);
        let start = asker(before).map(str::len);
        let (Some(start), Some((name, tail))) = (start, after.split_once(')')) else {
            return Err(Failure::new(format!(
                "pulldown-cmark asks for an option in a way that xtask/src/options.rs does not know: \
                 `{}`",
                &before[before.rfind('\n').map_or(0, |line| line + 1)..]
            ))
            .help("adapt it to the new version"));
        };
        let on = name
            .strip_prefix("ENABLE_")
            .is_some_and(|name| chosen.contains(&name));
        out.push_str(&before[..start]);
        out.push_str(if on { "true" } else { "false" });
        rest = tail;
    }
    out.push_str(rest);
    out.push_str(&source[code..]);
    Ok(out)
}

/// What stands before `self.options.`, `options.` or `self.` at the end of `before`.
fn asker(before: &str) -> Option<&str> {
    let word = |text: &'_ str, word| -> Option<usize> {
        let rest = text.trim_end().strip_suffix(word)?;
        Some(rest.len())
    };
    let asked = &before[..word(before, ".")?];
    let start = match word(asked, "options") {
        Some(options) => word(&before[..options], ".")
            .and_then(|dot| word(&before[..dot], "self"))
            .unwrap_or(options),
        None => word(asked, "self")?,
    };
    let rest = &before[..start];
    let whole = !rest.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '.');
    whole.then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_options_are_those_that_the_project_chooses() {
        let source = "/// Not `Options::ENABLE_MATH`.\nfn options() -> Options {\n    \
                      Options::ENABLE_TABLES\n        | Options::ENABLE_GFM\n}\n";
        assert_eq!(chosen(source), ["TABLES", "GFM"]);
    }

    #[test]
    fn questions_are_answered_however_they_are_laid_out() {
        let source = "if self\n.options\n.contains(Options::ENABLE_TABLES) && !options\n    \
                      .contains(Options::ENABLE_MATH) || self.contains(Options::ENABLE_GFM) {}\n\
                      #[cfg(test)]\nmod tests { options.contains(Options::ENABLE_GFM) }";
        let answered = answer(source, &["TABLES", "GFM"]).unwrap();
        assert_eq!(
            answered,
            "if true && !false || true {}\n\
             #[cfg(test)]\nmod tests { options.contains(Options::ENABLE_GFM) }"
        );
    }

    #[test]
    fn a_question_to_somebody_else_is_an_error() {
        let source = "if other.contains(Options::ENABLE_TABLES) {}";
        assert!(answer(source, &[]).is_err());
    }
}
