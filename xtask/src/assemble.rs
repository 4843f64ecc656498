//! `shelfmark.js`: the glue and `www/element.js` as one ES module. The glue keeps its names but loses
//! its exports, so that the page's public names are those of `element.js` alone. Pure text work; the
//! files are read and written by `viewer.rs`.

use crate::minify;
use crate::util::failure::{Failure, Result};

const CSS: &str = "\"%SHELFMARK_CSS%\"";
const VERSION: &str = "\"%SHELFMARK_VERSION%\"";
const ENGLISH: &str = "\"%SHELFMARK_ENGLISH%\"";

/// Functions of the glue that `element.js` calls by name; others come from the module's exports.
const EXPECTED: [&str; 2] = ["function __wbg_init(", "function initSync("];

/// What `element.js` keeps places for.
pub(crate) struct Parts<'a> {
    /// The styles of the shadow root.
    pub(crate) css: &'a str,
    /// The version of the product.
    pub(crate) version: &'a str,
    /// The English texts, as the JSON of their file; may be empty when no place asks for them.
    pub(crate) english: &'a str,
}

/// Joins the glue and the element's script, with the parts put in.
pub(crate) fn script(glue: &str, element: &str, parts: &Parts<'_>) -> Result<String> {
    joined(glue, &fill(element, parts)?)
}

/// Joins a glue and the script that follows it.
pub(crate) fn joined(glue: &str, script: &str) -> Result<String> {
    let glue = without_exports(&minify::js(glue))?;
    Ok(format!("{glue}{}", minify::js(script)))
}

/// Makes lengths in `rem` follow `--rem` (`www/element.css`), as `rem` is the page's own: many set it
/// to something else than readers' usual size. Queries know no variables; there it is 16 pixels.
fn own_rem(css: &str) -> String {
    let mut out = String::with_capacity(css.len() + css.len() / 8);
    let mut in_query = false;
    let mut rest = css;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit() || matches!(c, '.' | '@' | '{')) {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        let digits = after.find(|c: char| !c.is_ascii_digit() && c != '.');
        let (number, tail) = after.split_at(digits.unwrap_or(after.len()).max(1));
        in_query = match number {
            "@" => true,
            "{" => false,
            _ => in_query,
        };
        // Part of a name such as `--a2rem` is no length.
        let whole = !before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '#'));
        match (number.parse::<f64>(), tail.strip_prefix("rem")) {
            (Ok(length), Some(tail)) if whole => {
                let sign = if before.ends_with('-') { "-" } else { "" };
                out.truncate(out.len() - sign.len());
                if in_query {
                    out.push_str(&format!("{sign}{}px", length * 16.0));
                } else {
                    out.push_str(&format!("calc({sign}{number}*var(--rem))"));
                }
                rest = tail;
            }
            _ => {
                out.push_str(number);
                rest = tail;
            }
        }
    }
    out.push_str(rest);
    out
}

/// Puts the parts in the places that `element.js` keeps for them.
fn fill(element: &str, parts: &Parts<'_>) -> Result<String> {
    if element.matches(CSS).count() != 1 {
        return Err(Failure::new(format!(
            "www/element.js must hold {CSS} exactly once"
        )));
    }
    let values = [
        (VERSION, literal(parts.version)),
        (ENGLISH, literal(parts.english)),
        (CSS, literal(&own_rem(&minify::css(parts.css)?))),
    ];
    // Cut at the places first, so that nothing in a value is taken for a place.
    let mut pieces = vec![element.to_owned()];
    for (place, value) in &values {
        pieces = pieces
            .iter()
            .enumerate()
            .flat_map(|(index, piece)| match index % 2 {
                0 => split(piece, place, value),
                _ => vec![piece.clone()],
            })
            .collect();
    }
    let unknown =
        |(index, piece): (usize, &String)| index % 2 == 0 && piece.contains("%SHELFMARK_");
    if pieces.iter().enumerate().any(unknown) {
        return Err(
            Failure::new("www/element.js holds a placeholder that nothing is known for").help(
                format!("known, as whole string literals: {CSS}, {VERSION}, {ENGLISH}"),
            ),
        );
    }
    Ok(pieces.concat())
}

/// Cuts a text at every `place`: text, value, text, value, ..., text.
fn split(text: &str, place: &str, value: &str) -> Vec<String> {
    let mut out = Vec::new();
    for (index, part) in text.split(place).enumerate() {
        if index > 0 {
            out.push(value.to_owned());
        }
        out.push(part.to_owned());
    }
    out
}

/// A JavaScript string literal that may also stand inside an HTML `<script>`.
fn literal(text: &str) -> String {
    serde_json::Value::from(text)
        .to_string()
        .replace("</", "<\\/")
}

/// Takes the `export`s off the glue. Anything of another shape than wasm-bindgen's known one is an
/// error, for the page would fail later and less plainly.
fn without_exports(glue: &str) -> Result<String> {
    let unexpected = |what: &str| {
        Failure::new(format!("the glue is not of the expected shape: {what}"))
            .help("wasm-bindgen may have changed; see `xtask/src/assemble.rs`")
    };
    let mut script = String::with_capacity(glue.len());
    let mut lines = glue.lines();
    while let Some(line) = lines.next() {
        let trimmed = line.trim_start();
        if starts_with_word(trimmed, "import") {
            return Err(unexpected(&format!("it imports: {trimmed}")));
        }
        if !starts_with_word(trimmed, "export") {
            script.push_str(line);
            script.push('\n');
            continue;
        }
        let rest = trimmed["export".len()..].trim_start();
        if let Some(list) = rest.strip_prefix('{') {
            let mut list = list.to_owned();
            while !list.contains('}') {
                list.push_str(
                    lines
                        .next()
                        .ok_or_else(|| unexpected("an export list has no end"))?,
                );
            }
            let (names, after) = list.split_once('}').unwrap_or_default();
            if !after.trim_matches([' ', ';']).is_empty() {
                return Err(unexpected(&format!("after an export list: {after}")));
            }
            for name in names
                .split(',')
                .map(str::trim)
                .filter(|name| !name.is_empty())
            {
                // Under its own name a thing stays reachable; another name would be lost.
                if name
                    .split_once(" as ")
                    .is_some_and(|(_, other)| other.trim() != "default")
                {
                    return Err(unexpected(&format!(
                        "it exports under another name: {name}"
                    )));
                }
            }
        } else if ["function", "async", "class", "const", "let", "var"]
            .iter()
            .any(|keyword| starts_with_word(rest, keyword))
        {
            script.push_str(rest);
            script.push('\n');
        } else {
            return Err(unexpected(&format!("an unknown export: {trimmed}")));
        }
    }
    match EXPECTED
        .iter()
        .find(|expected| !script.contains(**expected))
    {
        Some(missing) => Err(unexpected(&format!("there is no `{missing}...)`"))),
        None => Ok(script),
    }
}

fn starts_with_word(text: &str, word: &str) -> bool {
    text.strip_prefix(word).is_some_and(|rest| {
        !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$' || c == ':')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The shape that 0.2.130 produces.
    const GLUE: &str = r#"
/**
 * An export in a comment:
 * export function no() {}
 */
export const Kind = Object.freeze({
    A: 1, "1": "A",
});

export class Viewer {
    free() {}
}
export function mount(host, options) {
    const exported = { export: 1 };
    return wasm.mount(host, exported);
}
function initSync(module) {}
async function __wbg_init(module_or_path) {}

export { initSync, __wbg_init as default };
"#;

    const ELEMENT: &str = "const css = \"%SHELFMARK_CSS%\";\nexport const version = \"%SHELFMARK_VERSION%\";\nexport default css;\n";

    fn parts<'a>(css: &'a str, version: &'a str) -> Parts<'a> {
        Parts {
            css,
            version,
            english: "",
        }
    }

    fn complaint<T: std::fmt::Debug>(result: Result<T>) -> String {
        result
            .expect_err("this should have been refused")
            .to_string()
    }

    #[test]
    fn only_the_element_exports() {
        let script = script(GLUE, ELEMENT, &parts("", "1.2.3")).expect("a script");
        let exports: Vec<&str> = script
            .lines()
            .filter(|line| starts_with_word(line, "export"))
            .collect();
        assert_eq!(
            exports,
            ["export const version = \"1.2.3\";", "export default css;"]
        );
        for kept in [
            "const Kind",
            "class Viewer",
            "function mount",
            "{ export: 1 }",
        ] {
            assert!(script.contains(kept), "{kept} is missing in\n{script}");
        }
    }

    #[test]
    fn lengths_follow_the_element_and_not_the_page() {
        let css = ".a1rem{margin:-0.5rem 2px;width:min(2rem,3em)}@container (min-width:60rem){b{top:.25rem}}";
        assert_eq!(
            own_rem(css),
            ".a1rem{margin:calc(-0.5*var(--rem)) 2px;width:min(calc(2*var(--rem)),3em)}\
             @container (min-width:960px){b{top:calc(.25*var(--rem))}}"
        );
    }

    #[test]
    fn styles_are_put_in_as_a_string_that_cannot_end_a_script() {
        let css = "a::after { content: \"\\201c </script> %SHELFMARK_VERSION%\"; }";
        let script = script(GLUE, ELEMENT, &parts(css, "1")).expect("a script");
        assert!(!script.contains("</script"));
        let line = script
            .lines()
            .find(|line| line.starts_with("const css"))
            .expect("the styles");
        let json = line
            .trim_start_matches("const css = ")
            .trim_end_matches(';');
        let back: String = serde_json::from_str(json).expect("JSON");
        assert_eq!(back, minify::css(css).expect("styles"));
    }

    #[test]
    fn placeholders_are_checked() {
        let none = complaint(script(GLUE, "export default 1;", &parts("", "1")));
        assert!(none.contains("SHELFMARK_CSS"), "{none}");
        let unknown = complaint(script(
            GLUE,
            &format!("{ELEMENT}'%SHELFMARK_NAME%'"),
            &parts("", "1"),
        ));
        assert!(unknown.contains("nothing is known for"), "{unknown}");
    }

    #[test]
    fn glue_of_another_shape_is_refused() {
        let cases = [
            ("import * as x from './snippets/x.js';", "it imports"),
            ("export { mount as \"a b\" };", "another name"),
            ("export default function () {}", "unknown export"),
            ("export * from './y.js';", "unknown export"),
        ];
        for (line, expected) in cases {
            let complaint = complaint(without_exports(&format!("{line}\n{GLUE}")));
            assert!(complaint.contains(expected), "{line}: {complaint}");
        }
        let complaint = complaint(without_exports(&GLUE.replace("__wbg_init", "init")));
        assert!(
            complaint.contains("there is no `function __wbg_init("),
            "{complaint}"
        );
    }

    #[test]
    fn an_export_list_may_take_several_lines() {
        let glue = GLUE.replace("{ initSync, ", "{\n    initSync,\n    Kind,\n    ");
        assert!(without_exports(&glue).is_ok());
    }
}
