//! Decides at build what `pulldown-cmark` asks at run time: which extensions are on.
//!
//! The project always parses with the same options, so each question has one answer; with the answers in
//! the source, the compiler leaves out what no post can reach (wiki links, metadata blocks, "smart"
//! punctuation, ...). Some of it is told at a distance: a first pass makes items of a kind only where an
//! option is on, and a second one has an arm for them all the same. Such arms are closed by name. The
//! options are read from the project's own source, where they are chosen.

use crate::util::failure::{Failure, Result};

/// Where the project chooses the options.
pub(crate) const CHOSEN: &str = "crates/markdown/src/html.rs";

/// The files of the crate that ask.
pub(crate) const ASKING: [&str; 3] = ["src/firstpass.rs", "src/lib.rs", "src/parse.rs"];

/// How a question ends, up to the option's name.
const QUESTION: &str = "contains(Options::";

/// Arms that are reached only where an option is on: the option, the file, and how the arm begins.
const ARMS: [(&str, &str, &str); 8] = [
    ("MATH", "src/firstpass.rs", "b'$'"),
    ("MATH", "src/firstpass.rs", "b'{'"),
    ("MATH", "src/firstpass.rs", "b'}'"),
    (
        "MATH",
        "src/parse.rs",
        "ItemBody::MaybeMath(can_open, _can_close, brace_context)",
    ),
    ("SMART_PUNCTUATION", "src/firstpass.rs", "b'.'"),
    ("SMART_PUNCTUATION", "src/firstpass.rs", "b'-'"),
    (
        "SMART_PUNCTUATION",
        "src/firstpass.rs",
        r#"c @ b'\'' | c @ b'"'"#,
    ),
    (
        "SMART_PUNCTUATION",
        "src/parse.rs",
        "ItemBody::MaybeSmartQuote(c, can_open, can_close)",
    ),
];

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

/// Closes the arms of file `name` of the crate that only options which are off lead to.
pub(crate) fn close(name: &str, source: &str, chosen: &[&str]) -> Result<String> {
    let mut out = source.to_owned();
    for (option, file, arm) in ARMS {
        if file != name || chosen.contains(&option) {
            continue;
        }
        let open = format!("{arm} => {{");
        if out.matches(&open).count() != 1 {
            return Err(Failure::new(format!(
                "pulldown-cmark's {name} has not the one arm `{open}` that xtask/src/options.rs closes"
            ))
            .help("adapt it to the new version"));
        }
        out = out.replace(&open, &format!("{arm} if false => {{"));
    }
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
    fn arms_are_closed_unless_their_option_is_on() {
        let quote = "ItemBody::MaybeSmartQuote(c, can_open, can_close)";
        let maths = "ItemBody::MaybeMath(can_open, _can_close, brace_context)";
        let source = format!("{quote} => {{ a }} {maths} => {{ b }}");
        assert_eq!(
            close("src/parse.rs", &source, &["MATH"]).unwrap(),
            format!("{quote} if false => {{ a }} {maths} => {{ b }}")
        );
        assert_eq!(close("src/lib.rs", &source, &[]).unwrap(), source);
        assert!(close("src/parse.rs", quote, &["MATH"]).is_err());
        assert!(close("src/parse.rs", &source.repeat(2), &[]).is_err());
    }

    #[test]
    fn a_question_to_somebody_else_is_an_error() {
        let source = "if other.contains(Options::ENABLE_TABLES) {}";
        assert!(answer(source, &[]).is_err());
    }
}
