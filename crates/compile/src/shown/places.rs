//! Where things stand in a Markdown body, by CommonMark's own rules.
//!
//! What is told line by line elsewhere need not know these: they cost a parse, and are asked for
//! only where a dialect depends on them.

use core::ops::Range;
use std::collections::{HashMap, HashSet};

use pulldown_cmark::{CodeBlockKind, Event, OffsetIter, Options, Parser, Tag};
use shelfmark_markdown::dialect;

use super::code;

/// What may be a formula is one here: nothing in it is to be changed.
fn events(body: &str) -> OffsetIter<'_> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_MATH;
    Parser::new_ext(body, options).into_offset_iter()
}

/// Calls `each` with the parts of a body in order, like [`code::parts`]; indented code is code too.
pub(crate) fn parts(body: &str, each: &mut dyn FnMut(Range<usize>, bool)) {
    let mut indented = indented_code(body).into_iter().peekable();
    code::parts(body, &mut |range, is_prose| {
        let mut at = range.start;
        while at < range.end {
            while indented.next_if(|code| code.end <= at).is_some() {}
            let code = indented.peek().filter(|code| code.start < range.end);
            let (end, is_prose) = match code {
                Some(code) if code.start <= at => (code.end.min(range.end), false),
                Some(code) => (code.start, is_prose),
                None => (range.end, is_prose),
            };
            each(at..end, is_prose);
            at = end;
        }
    });
}

/// Code that is indented, in order.
fn indented_code(body: &str) -> Vec<Range<usize>> {
    if !body.contains("    ") && !body.contains('\t') {
        return Vec::new();
    }
    let code =
        |event: &Event<'_>| matches!(event, Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)));
    let events = events(body).filter(|(event, _)| code(event));
    events.map(|(_, range)| range).collect()
}

/// A body whose single line ends within paragraphs are breaks that stay.
pub(super) fn with_breaks(body: &str) -> String {
    let mut out = String::with_capacity(body.len() + body.len() / 16);
    let mut copied = 0;
    let formulas = formulas(body);
    for (event, range) in events(body) {
        let before = formulas.partition_point(|formula| formula.start <= range.start);
        let in_formula = before > 0 && formulas[before - 1].contains(&range.start);
        if event != Event::SoftBreak || in_formula {
            continue;
        }
        let Some(end) = body[range.start..].find('\n') else {
            continue;
        };
        let line = body[copied..range.start + end].trim_end_matches('\r');
        out.push_str(line);
        copied += line.len();
        let lower = line.to_ascii_lowercase();
        if !["<br>", "<br/>", "<br />"]
            .iter()
            .any(|tag| lower.ends_with(tag))
        {
            // Where it is taken for HTML after all, a backslash would be seen.
            out.push_str("  ");
        }
    }
    out.push_str(&body[copied..]);
    out
}

/// Formulas between `$$`, which may hold blank lines.
fn formulas(body: &str) -> Vec<Range<usize>> {
    let mut marks = Vec::new();
    parts(body, &mut |range, is_prose| {
        if is_prose {
            let found = body[range.clone()].match_indices("$$");
            marks.extend(found.map(|(at, _)| range.start + at));
        }
    });
    let pairs = marks.chunks_exact(2);
    pairs.map(|pair| pair[0]..pair[1]).collect()
}

/// Names of the footnotes that a body defines.
pub(super) fn footnotes(body: &str) -> HashSet<String> {
    let name = |event: Event<'_>| match event {
        Event::Start(Tag::FootnoteDefinition(name)) => Some(name.to_string()),
        _ => None,
    };
    events(body).filter_map(|(event, _)| name(event)).collect()
}

/// The headings of a body, and what links to them say.
#[derive(Debug, Default)]
pub(super) struct Headings {
    /// Letters and digits of their text, and their ids.
    ids: HashMap<String, String>,
}

impl Headings {
    /// Finds them as they will be named, which is done only where something leads to one.
    pub(super) fn of(body: &str) -> Self {
        let html = dialect::to_html(&format!("[.](#.)\n\n{body}"));
        let mut ids = HashMap::new();
        for part in html.split("<h").skip(1) {
            let named = part
                .strip_prefix(|level: char| level.is_ascii_digit())
                .and_then(|part| part.strip_prefix(" id=\""))
                .and_then(|part| part.split_once("\">"));
            let Some((id, rest)) = named else { continue };
            let inner = rest.split("</h").next().unwrap_or_default();
            let mut text = String::new();
            for part in inner.split('<') {
                text.push_str(part.split_once('>').map_or(part, |(_, text)| text));
            }
            // Of several it is the first that is meant.
            ids.entry(key(&text)).or_insert_with(|| id.to_owned());
        }
        Self { ids }
    }

    /// Id of the heading that is called so.
    pub(super) fn id(&self, name: &str) -> Option<&str> {
        let name = key(name.rsplit('#').next().unwrap_or_default());
        let id = self.ids.get(&name)?;
        (!name.is_empty()).then_some(id)
    }
}

fn key(text: &str) -> String {
    let mut text = text.to_lowercase();
    for name in ["&amp;", "&lt;", "&gt;", "&quot;"] {
        text = text.replace(name, "");
    }
    text.retain(char::is_alphanumeric);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_line_ends_within_paragraphs_become_breaks() {
        for (body, expected) in [
            ("a\nb\n\nc\n", "a  \nb\n\nc\n"),
            ("a\r\nb", "a  \r\nb"),
            ("a  \nb\\\nc", "a  \nb\\\nc"),
            ("a<br>\nb", "a<br>\nb"),
            ("> a\n> b", "> a  \n> b"),
            ("- a\n  b\n- c\n", "- a  \n  b\n- c\n"),
            ("# a\nb\n", "# a\nb\n"),
            ("| a |\n|---|\n| b |\n", "| a |\n|---|\n| b |\n"),
            ("```\na\nb\n```\n", "```\na\nb\n```\n"),
            ("    a\n    b\n", "    a\n    b\n"),
            ("<div>\na\nb\n</div>\n", "<div>\na\nb\n</div>\n"),
            ("$$\na\n\\\\\nb\n$$\n", "$$\na\n\\\\\nb\n$$\n"),
            ("$$\na\n\nb\nc$$\nd\ne", "$$\na\n\nb\nc$$  \nd  \ne"),
            ("`a\nb`\n", "`a\nb`\n"),
            ("古诗\n译文\n", "古诗  \n译文\n"),
        ] {
            assert_eq!(with_breaks(body), expected, "{body:?}");
        }
    }

    #[test]
    fn headings_have_the_ids_that_links_need() {
        let headings = Headings::of("## A *b* & C\n\n### 标题 一\n\n## A b C\n\n```\n# d\n```\n");
        for (name, id) in [
            ("a b & c", Some("a-b--c")),
            ("Top#标题 一", Some("标题-一")),
            ("d", None),
            ("", None),
            ("^x", None),
        ] {
            assert_eq!(headings.id(name), id, "{name}");
        }
    }
}
