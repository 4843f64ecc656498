//! MDX: Markdown with JSX. What only the program understands is taken out, what stands between is
//! kept, and pictures that were imported are shown.

use std::collections::HashMap;

use super::{code, escaped};

/// Translates an MDX body to Markdown.
pub(super) fn markdown(body: &str) -> String {
    let mut out = String::with_capacity(body.len());
    let mut imports = HashMap::new();
    code::parts(body, &mut |range, is_prose| {
        let part = &body[range.clone()];
        if !is_prose {
            out.push_str(part);
            return;
        }
        for (index, line) in part.split_inclusive('\n').enumerate() {
            let whole = index > 0 || range.start == 0 || body[..range.start].ends_with('\n');
            if !whole || !of_program(line, &mut imports) {
                prose(line, &imports, &mut out);
            } else {
                out.push('\n');
            }
        }
    });
    out
}

/// Whether a line is nothing that is read: an import, an export, a comment, a lone component.
fn of_program<'a>(line: &'a str, imports: &mut HashMap<&'a str, &'a str>) -> bool {
    let text = line.trim();
    if line.starts_with("import ") {
        let quoted = text.trim_end_matches(';');
        let path = quoted.rsplit(['"', '\'']).nth(1);
        let Some(path) = path.filter(|_| quoted.ends_with(['"', '\''])) else {
            return false;
        };
        let names = quoted[7..]
            .split(" from ")
            .next()
            .unwrap_or_default()
            .trim();
        imports.insert(names, path);
        return true;
    }
    if line.starts_with("export ") {
        return text.ends_with([';', '}']) && text.contains('=');
    }
    if text.starts_with("{/*") {
        return text.ends_with("*/}");
    }
    // `<Note>` on a line of its own would make CommonMark take what follows for HTML.
    let tag = text.strip_prefix("</").or_else(|| text.strip_prefix('<'));
    tag.is_some_and(|tag| {
        tag.starts_with(|c: char| c.is_ascii_uppercase())
            && text.ends_with('>')
            && text.matches('<').count() == 1
            && picture(text, imports).is_none()
            && film(text).is_none()
    }) || matches!(text, "<>" | "</>")
}

fn prose(line: &str, imports: &HashMap<&str, &str>, out: &mut String) {
    let mut rest = line;
    while let Some(at) = rest.find('<') {
        let tag = &rest[at..];
        let end = tag.find('>').map(|end| end + 1);
        let component = tag[1..].starts_with(|c: char| c.is_ascii_uppercase());
        let found = end.filter(|_| component).and_then(|end| {
            let shown = picture(&tag[..end], imports).or_else(|| film(&tag[..end]))?;
            Some((shown, end))
        });
        match found {
            Some((shown, end)) => {
                out.push_str(&rest[..at]);
                out.push_str(&shown);
                rest = &tag[end..];
            }
            None => {
                out.push_str(&rest[..=at]);
                rest = &tag[1..];
            }
        }
    }
    out.push_str(rest);
}

/// `<Image src={name} alt="..." />` as Markdown.
fn picture(tag: &str, imports: &HashMap<&str, &str>) -> Option<String> {
    let source = attribute(tag, "src")?;
    let source = imports.get(source).copied().unwrap_or(source);
    let known = [".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg"];
    let lower = source.to_ascii_lowercase();
    if !known.iter().any(|ending| lower.ends_with(ending)) {
        return None;
    }
    let text = attribute(tag, "alt").unwrap_or_default();
    Some(format!("![{}](<{source}>)", escaped(text)))
}

/// `<YouTube id="..." />` as a link.
fn film(tag: &str) -> Option<String> {
    let name = tag[1..].split([' ', '/', '>']).next()?;
    let base = match name {
        "YouTube" | "Youtube" => "https://www.youtube.com/watch?v=",
        "Vimeo" => "https://vimeo.com/",
        "Tweet" => "https://twitter.com/i/status/",
        _ => return None,
    };
    let id = attribute(tag, "id")?;
    Some(if id.starts_with("https://") {
        format!("<{id}>")
    } else {
        format!("<{base}{id}>")
    })
}

/// The value of `name="value"` or `name={value}`.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = tag;
    loop {
        let at = rest.find(name)?;
        let before = rest[..at].ends_with(char::is_whitespace);
        rest = &rest[at + name.len()..];
        let Some(value) = rest.strip_prefix('=').filter(|_| before) else {
            continue;
        };
        let end = match value.chars().next()? {
            '"' => '"',
            '\'' => '\'',
            '{' => '}',
            _ => return None,
        };
        let inside = value[1..].split(end).next()?;
        return Some(inside.trim_matches(['"', '\'', '`']));
    }
}
