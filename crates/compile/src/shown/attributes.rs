//! Attribute lists as markdown-it reads them: `{ .class #id key="value" }` behind a word, a picture
//! or a block. How things look is left out; ids of headings stay, where they are read later.

use super::places;

/// Longest list that is looked for, in bytes.
const LONGEST: usize = 300;

/// Leaves attribute lists out.
pub(super) fn markdown(body: &str) -> Option<String> {
    if !["{.", "{#", "{ .", "{ #", "){"]
        .iter()
        .any(|start| body.contains(start))
    {
        return None;
    }
    let mut out = String::with_capacity(body.len());
    let mut copied = 0;
    // The line that is looked at.
    let mut line = 0..0;
    places::parts(body, &mut |range, is_prose| {
        let mut at = range.start;
        while is_prose && at < range.end {
            let Some(found) = body[at..range.end].find('{') else {
                return;
            };
            at += found;
            let Some(length) = list(&body[at..range.end]) else {
                at += 1;
                continue;
            };
            let end = at + length;
            if at >= line.end {
                let start = body[..at].rfind('\n').map_or(0, |line| line + 1);
                let end = body[at..].find('\n').map_or(body.len(), |end| at + end);
                line = start..end;
            }
            let before = &body[line.start..at];
            let ends = body[end..line.end].trim_start().is_empty();
            let underlined = || {
                let next = body[line.end..].lines().nth(1).unwrap_or_default().trim();
                next.len() > 1
                    && (next.bytes().all(|b| b == b'=') || next.bytes().all(|b| b == b'-'))
            };
            let heading = ends && (before.trim_start().starts_with('#') || underlined());
            // What begins with `key=` may be meant as it stands, but behind a link or picture.
            let plain = body[at + 1..].trim_start().starts_with(['.', '#']);
            if !plain && !before.ends_with(')') {
                at = end;
                continue;
            }
            if heading {
                // These are read later, behind a space.
                if !before.ends_with(' ') {
                    out.push_str(&body[copied..at]);
                    out.push(' ');
                    copied = at;
                }
            } else if before.ends_with([')', ']', '`', '*', '_'])
                || (ends && (before.trim().is_empty() || before.ends_with(' ')))
            {
                out.push_str(body[copied..at].trim_end_matches(' '));
                copied = end;
            }
            at = end;
        }
    });
    out.push_str(&body[copied..]);
    (out != body).then_some(out)
}

/// Length of the list that begins here.
fn list(text: &str) -> Option<usize> {
    let inside = &text[1..text.floor_char_boundary(LONGEST)];
    let end = inside.find(['}', '\n', '{'])?;
    if !inside[end..].starts_with('}') {
        return None;
    }
    let words = inside[..end].trim();
    let is_item = |word: &str| {
        let (name, value) = match word.strip_prefix(['.', '#']) {
            Some(name) => (name, true),
            None => (
                word.split('=').next().unwrap_or_default(),
                word.contains('='),
            ),
        };
        let named = name
            .chars()
            .all(|c| c.is_alphanumeric() || "-_:".contains(c));
        value && named && name.starts_with(char::is_alphabetic)
    };
    let mut quoted = false;
    let mut items = words.split(|c| {
        quoted ^= c == '"';
        c == ' ' && !quoted
    });
    let fits = !words.is_empty() && items.all(|word| word.is_empty() || is_item(word));
    fits.then_some(1 + end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_left_out() {
        for (body, expected) in [
            ("![](a.png){ .dark }\n", "![](a.png)\n"),
            ("[a](b){.c #d e=\"f g\"} h", "[a](b) h"),
            ("[a](b){target=_blank .c}", "[a](b)"),
            ("`a`{.b} *c*{ .d }", "`a` *c*"),
            ("words here {.c}\nmore", "words here\nmore"),
            ("- a\n- b\n{.c}\n", "- a\n- b\n\n"),
            ("## a{ #b }\n", "## a { #b }\n"),
        ] {
            assert_eq!(markdown(body).as_deref(), Some(expected), "{body:?}");
        }
        for body in [
            "## a { #b }\n",
            "a { #b }\n---\n",
            "{{ .x }} {% .y %}",
            "a {.b} c",
            "`{.b}`",
            "```js {.b}\n{.c}\n```",
            "(a){.b c}",
            "$a_{.5}$",
            "x {a=b}",
            "(a){.b",
        ] {
            assert_eq!(markdown(body), None, "{body:?}");
        }
    }
}
