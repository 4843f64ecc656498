//! Takes comments and idle white space out of our own styles and scripts, and nothing cleverer: no
//! renaming, no rewriting. What is compressed afterwards gains little from more, and what is read in a
//! browser's inspector should look like what was written.

use std::iter::Peekable;
use std::str::Chars;

use crate::util::failure::{Failure, Result};

/// Shortens a style sheet. Strings and bare `url(...)`s stay as they are.
pub(crate) fn css(source: &str) -> Result<String> {
    let mut out = String::with_capacity(source.len());
    let mut rest = source.chars().peekable();
    // White space that was read and not yet written: whether it is needed depends on what follows.
    let mut gap = false;
    while let Some(c) = rest.next() {
        if c.is_ascii_whitespace() {
            gap = true;
            continue;
        }
        if c == '/' && rest.peek() == Some(&'*') {
            rest.next();
            skip_comment(&mut rest).ok_or_else(|| unfinished("a comment"))?;
            // Between two words the comment was all that kept them apart.
            let apart = out.ends_with(['{', '}', ';', ',', '\n', ' ']) || out.is_empty();
            let next_apart = rest.peek().is_none_or(char::is_ascii_whitespace);
            if !gap && !apart && !next_apart {
                out.push_str("/**/");
            }
            continue;
        }
        if gap && !out.is_empty() && !out.ends_with(['{', '}', ';', ',']) && !matches!(c, '{' | '}')
        {
            out.push(' ');
        }
        gap = false;
        out.push(c);
        match c {
            '\\' => out.extend(rest.next()),
            '"' | '\'' => {
                copy_string(&mut rest, &mut out, c).ok_or_else(|| unfinished("a string"))?
            }
            '(' if ends_with_url(&out) && !next_is_quoted(rest.clone()) => {
                copy_url(&mut rest, &mut out).ok_or_else(|| unfinished("a url()"))?;
            }
            _ => {}
        }
    }
    Ok(out)
}

/// Takes comments, indentation and empty lines out of a script. A script that cannot be told apart
/// with certainty (is this `/` a division?) is returned as it is.
pub(crate) fn js(source: &str) -> String {
    strip_js(source).unwrap_or_else(|| source.to_owned())
}

fn strip_js(source: &str) -> Option<String> {
    let mut out = String::with_capacity(source.len());
    let mut rest = source.chars().peekable();
    // For each template literal around us, how many braces are open in its `${`.
    let mut templates: Vec<usize> = Vec::new();
    while let Some(c) = rest.next() {
        match c {
            '\n' => end_line(&mut out),
            c if c.is_whitespace() => {
                if !at_line_start(&out) {
                    out.push(c);
                }
            }
            '/' if rest.peek() == Some(&'/') => {
                while rest.peek().is_some_and(|c| *c != '\n') {
                    rest.next();
                }
            }
            '/' if rest.peek() == Some(&'*') => {
                rest.next();
                if skip_comment(&mut rest)? {
                    end_line(&mut out);
                } else if !at_line_start(&out) {
                    out.push(' ');
                }
            }
            '/' => {
                let regex = begins_regex(&out)?;
                out.push(c);
                if regex {
                    copy_regex(&mut rest, &mut out)?;
                }
            }
            '"' | '\'' => {
                out.push(c);
                copy_string(&mut rest, &mut out, c)?;
            }
            '`' => {
                out.push(c);
                if copy_template(&mut rest, &mut out)? {
                    templates.push(0);
                }
            }
            '{' => {
                out.push(c);
                if let Some(open) = templates.last_mut() {
                    *open += 1;
                }
            }
            '}' => {
                out.push(c);
                if let Some(open) = templates.last_mut() {
                    if *open > 0 {
                        *open -= 1;
                    } else if !copy_template(&mut rest, &mut out)? {
                        templates.pop();
                    }
                }
            }
            _ => out.push(c),
        }
    }
    end_line(&mut out);
    templates.is_empty().then_some(out)
}

type Rest<'a> = Peekable<Chars<'a>>;

/// Passes a comment whose `/*` is behind us; says whether it held a line end, `None` without an end.
fn skip_comment(rest: &mut Rest<'_>) -> Option<bool> {
    let mut lines = false;
    loop {
        match rest.next()? {
            '*' if rest.peek() == Some(&'/') => {
                rest.next();
                return Some(lines);
            }
            c => lines |= c == '\n',
        }
    }
}

/// Copies the rest of a string literal, its closing quote included.
fn copy_string(rest: &mut Rest<'_>, out: &mut String, quote: char) -> Option<()> {
    loop {
        let c = rest.next()?;
        out.push(c);
        match c {
            '\\' => out.push(rest.next()?),
            '\n' => return None,
            c if c == quote => return Some(()),
            _ => {}
        }
    }
}

/// Copies template text up to its end (`false`) or up to a `${` (`true`).
fn copy_template(rest: &mut Rest<'_>, out: &mut String) -> Option<bool> {
    loop {
        let c = rest.next()?;
        out.push(c);
        match c {
            '\\' => out.push(rest.next()?),
            '`' => return Some(false),
            '$' if rest.peek() == Some(&'{') => {
                out.extend(rest.next());
                return Some(true);
            }
            _ => {}
        }
    }
}

/// Copies the rest of a regular expression, its closing slash included.
fn copy_regex(rest: &mut Rest<'_>, out: &mut String) -> Option<()> {
    let mut in_class = false;
    loop {
        let c = rest.next()?;
        out.push(c);
        match c {
            '\n' => return None,
            '\\' => out.push(rest.next()?),
            '[' => in_class = true,
            ']' => in_class = false,
            '/' if !in_class => return Some(()),
            _ => {}
        }
    }
}

/// Whether a slash after this text begins a regular expression; `None` where that depends on more
/// than the last token.
fn begins_regex(before: &str) -> Option<bool> {
    const KEYWORDS: [&str; 12] = [
        "return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "do", "else",
        "await",
    ];
    let before = before.trim_end();
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    match before.chars().next_back() {
        None => Some(true),
        Some('}') => None,
        Some(')' | ']' | '"' | '\'' | '`') => Some(false),
        Some(c) if is_word(c) => {
            let word = before.rsplit(|c| !is_word(c)).next().unwrap_or_default();
            Some(KEYWORDS.contains(&word))
        }
        Some(_) => Some(true),
    }
}

fn at_line_start(out: &str) -> bool {
    out.is_empty() || out.ends_with('\n')
}

fn end_line(out: &mut String) {
    out.truncate(out.trim_end_matches([' ', '\t', '\r']).len());
    if !at_line_start(out) {
        out.push('\n');
    }
}

fn ends_with_url(out: &str) -> bool {
    let name = &out[..out.len() - 1];
    name.len() >= 3
        && name.is_char_boundary(name.len() - 3)
        && name[name.len() - 3..].eq_ignore_ascii_case("url")
}

fn next_is_quoted(mut rest: Rest<'_>) -> bool {
    rest.find(|c| !c.is_ascii_whitespace())
        .is_some_and(|c| matches!(c, '"' | '\''))
}

fn copy_url(rest: &mut Rest<'_>, out: &mut String) -> Option<()> {
    loop {
        let c = rest.next()?;
        out.push(c);
        match c {
            '\\' => out.push(rest.next()?),
            ')' => return Some(()),
            _ => {}
        }
    }
}

fn unfinished(what: &str) -> Failure {
    Failure::new(format!("{what} in a style sheet of www/ has no end"))
}

#[cfg(test)]
mod tests {
    use super::{css, js, strip_js};

    #[track_caller]
    fn check_css(source: &str, expected: &str) {
        assert_eq!(css(source).expect("styles"), expected);
        assert_eq!(
            css(expected).expect("styles"),
            expected,
            "twice is not the same as once"
        );
    }

    #[track_caller]
    fn check_js(source: &str, expected: &str) {
        assert_eq!(js(source), expected);
        assert_eq!(js(expected), expected, "twice is not the same as once");
    }

    #[test]
    fn css_loses_comments_and_idle_space() {
        check_css(
            "/* top */\n:host {\n  color : red;\n  margin: 0 auto /* x */ ;\n}\n\n/**/ a > b,\nc :hover { }\n",
            ":host{color : red;margin: 0 auto ;}a > b,c :hover{}",
        );
    }

    #[test]
    fn css_space_that_means_something_stays() {
        check_css(
            "a :is(b) { width: calc(1px + 2px) }",
            "a :is(b){width: calc(1px + 2px)}",
        );
        check_css("a { --empty: ; --x: a  b }", "a{--empty: ;--x: a b}");
        check_css(
            "@media (min-width: 40em) and (hover) { a { b: c } }",
            "@media (min-width: 40em) and (hover){a{b: c}}",
        );
        check_css(
            "a{margin:1px/**/2px}a/**/.b{}",
            "a{margin:1px/**/2px}a/**/.b{}",
        );
    }

    #[test]
    fn css_strings_and_urls_are_copied() {
        check_css(
            r#"a { content: "/* {  } \" ; */" }"#,
            r#"a{content: "/* {  } \" ; */"}"#,
        );
        check_css(
            "a { b: url(data:x;/*y  z*/) }",
            "a{b: url(data:x;/*y  z*/)}",
        );
        check_css("a { b: url( 'x  y' ) }", "a{b: url( 'x  y' )}");
        check_css(r"a\  b { }", r"a\  b{}");
    }

    #[test]
    fn css_without_an_end_is_an_error() {
        for source in [
            "a { /* b",
            "a { content: \"b }",
            "a { b: url(c",
            "a { content: 'b\n' }",
        ] {
            assert!(css(source).is_err(), "{source}");
        }
    }

    #[test]
    fn js_loses_comments_indentation_and_empty_lines() {
        check_js(
            "/**\n * Says it.\n */\nfunction f(a /* first */, b) {\n\n    return a; // done\n}\n",
            "function f(a  , b) {\nreturn a;\n}\n",
        );
        check_js("a = 1 /* \n */ b = 2", "a = 1\nb = 2\n");
    }

    #[test]
    fn js_strings_templates_and_expressions_are_copied() {
        let copied = [
            "a = '// no'; b = \"/* no */\"; c = 'it\\'s // no';\n",
            "a = `  // no\n\n   ${b + `/* ${{ c: 1 }.c} */`} // no\n  `;\n",
            "a = /[/'\"]\\/\\/*/g; b = c / d; // \n",
            "if (/`/.test(x)) y = (1 + 2) / 3 / z[0] / 2;\n",
            "return /'/u;\n",
        ];
        for source in copied {
            assert_eq!(js(source), source.replace(" // \n", "\n"));
        }
    }

    #[test]
    fn our_own_script_is_not_in_doubt() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../www/element.js");
        let element = std::fs::read_to_string(path).expect("www/element.js");
        let stripped = strip_js(&element);
        assert!(
            stripped.is_some(),
            "help: `begins_regex` does not know what a slash after `}}` is, and text must end"
        );
    }

    #[test]
    fn js_in_doubt_is_left_alone() {
        for source in ["a = {} / 2 // '\n", "a = `${b\n", "a = 'b\n", "  /* b"] {
            assert_eq!(strip_js(source), None, "{source}");
            assert_eq!(js(source), source);
        }
    }
}
