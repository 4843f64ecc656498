//! Says in plain words what is wrong with YAML, where exactly, and what would mend it.

use core::ops::Range;

/// Returns place, message and help for an error of the parser at a byte of the text.
pub(super) fn explain(text: &str, at: usize, info: &str) -> (Range<usize>, String, String) {
    if info.contains("escape") || info.contains("hexadecimal") {
        return escape(text, at);
    }
    let one = at..at + text[at..].chars().next().map_or(0, char::len_utf8);
    let line = rest_of_line(text, at);
    let found = |message: &str, help: &str| (one.clone(), message.to_owned(), help.to_owned());
    let quote = "put the whole value in quotes";
    if let Some(c) = info
        .strip_prefix("unexpected character: `")
        .and_then(|rest| rest.chars().next())
    {
        let c = if c == '`' {
            "a backtick".to_owned()
        } else {
            format!("`{c}`")
        };
        return found(&format!("a value can't begin with {c}"), quote);
    }
    if info.contains("unknown anchor") {
        let end = line.find([' ', ',', ']', '}']).unwrap_or(line.len());
        let message = format!(
            "no anchor has the name `{}`",
            line[..end].trim_start_matches('*')
        );
        let help = "put the value in quotes when the `*` belongs to it";
        return (at..at + end, message, help.to_owned());
    }
    if info.contains("mapping values are not allowed") || info.contains("illegal placement of ':'")
    {
        return colon(text, at);
    }
    if info.contains("block sequence entries are not allowed") {
        return found(
            "a list can't begin here",
            "begin it on the next line, or put the value in quotes",
        );
    }
    if info.contains("unexpected end of stream") || info.contains("document indicator") {
        return (
            at..at + line.len(),
            "the quotation mark is never closed".to_owned(),
            "add the closing mark, or take the opening one away".to_owned(),
        );
    }
    if info.contains("trailing content after double-quoted") {
        return found(
            "text after the closing quotation mark",
            "write `\\\"` for a quotation mark inside the value, or use single quotes around it",
        );
    }
    if info.contains("tab") {
        return found("a tab where YAML allows only spaces", "indent with spaces");
    }
    if info.contains("flow sequence") || info.contains("',' or ']'") {
        return found(
            "the list is not closed",
            "separate its items by `,` and close it with `]`",
        );
    }
    if info.contains("flow mapping") || info.contains("',' or '}'") {
        return found(
            "the `{` is not closed",
            "add `}`, or put the value in quotes",
        );
    }
    if info.contains("quoted scalar") {
        return found(
            "the quoted value is not indented",
            "keep it on one line, or indent it",
        );
    }
    if info.contains("simple key")
        || info.contains("expected key")
        || info.contains("block mapping")
    {
        return found(
            "a line that is no `key: value`",
            "write `key: value`, or indent the line",
        );
    }
    found(info, "put the value in quotes")
}

/// Finds the escape that is none in a double-quoted value.
fn escape(text: &str, at: usize) -> (Range<usize>, String, String) {
    let inside = at + usize::from(text[at..].starts_with('"'));
    let mut place = at..at + 1;
    let mut from = inside;
    while let Some(slash) = text[from..].find('\\').map(|offset| from + offset) {
        let mut after = text[slash + 1..].chars();
        let Some(c) = after.next() else { break };
        let digits = match c {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        let number: String = after.by_ref().take(digits).collect();
        let good = if digits > 0 {
            number.len() == digits
                && u32::from_str_radix(&number, 16).is_ok_and(|n| char::from_u32(n).is_some())
        } else {
            "0abt\tnvfre \"/\\N_LP\n\r".contains(c)
        };
        let end = slash + 1 + c.len_utf8() + if good || digits > 0 { number.len() } else { 0 };
        if !good {
            place = slash..end;
            break;
        }
        from = end;
    }
    let message = format!(
        "`{}` is no escape",
        text.get(place.clone()).unwrap_or_default()
    );
    (
        place,
        message,
        "a backslash in double quotes starts an escape: write `\\\\`, or use single quotes"
            .to_owned(),
    )
}

/// A colon where none can be: inside a value, or after a key that lacks its own.
fn colon(text: &str, at: usize) -> (Range<usize>, String, String) {
    let place = at..at + usize::from(text[at..].starts_with(':'));
    let start = text[..at].rfind(['\n', '\r']).map_or(0, |end| end + 1);
    let line = &text[start..at];
    if line.contains(": ") {
        return (
            place,
            "a second `:` in a value without quotes".to_owned(),
            "put the whole value in quotes".to_owned(),
        );
    }
    (
        place,
        "a key can't stand here".to_owned(),
        "the line before it is not complete: is a `: `, a quotation mark or a bracket missing, or \
         is this line indented by mistake?"
            .to_owned(),
    )
}

fn rest_of_line(text: &str, at: usize) -> &str {
    let rest = &text[at..];
    &rest[..rest.find(['\n', '\r']).unwrap_or(rest.len())]
}
