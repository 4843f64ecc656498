//! Containers (`::: name`) that nothing closes. Those that are closed are read when the post is
//! rendered; of the others a title remains, so that they can't swallow the post.

use core::ops::Range;

use super::{capital, places};

/// Names of what is set apart, and of what hides its text.
const TITLED: &[&str] = &[
    "caution",
    "danger",
    "details",
    "important",
    "info",
    "note",
    "spoiler",
    "tip",
    "warning",
];

/// Replaces the first lines of containers that are never closed.
pub(super) fn markdown(body: &str) -> Option<String> {
    if !body.contains(":::") {
        return None;
    }
    // Lines that open a container, since the last that closes one.
    let mut open: Vec<Range<usize>> = Vec::new();
    places::parts(body, &mut |range, is_prose| {
        let mut at = range.start;
        for line in body[range].split_inclusive('\n') {
            let begin = at;
            at += line.len();
            let whole = begin == 0 || body[..begin].ends_with('\n');
            if !is_prose || !whole {
                continue;
            }
            match line
                .strip_prefix(":::")
                .map(|rest| rest.trim_start_matches(':').trim())
            {
                Some("") => open.clear(),
                Some(_) if line.ends_with('\n') || at == body.len() => open.push(begin..at),
                _ => {}
            }
        }
    });
    let mut out = String::with_capacity(body.len());
    let mut copied = 0;
    for line in open {
        if let Some(title) = title(&body[line.clone()]) {
            out.push_str(&body[copied..line.start]);
            out.push('\n');
            if !title.is_empty() {
                out.push_str(&format!("**{title}**\n\n"));
            }
            copied = line.end;
        }
    }
    out.push_str(&body[copied..]);
    (copied > 0).then_some(out)
}

/// What is shown of such a line; nothing when it may be no container.
fn title(line: &str) -> Option<String> {
    let rest = line.trim().trim_start_matches(':').trim_start();
    let braced = rest.strip_prefix('{').and_then(|rest| rest.split_once('}'));
    let end = rest.find([' ', '\t', '[', '{']).unwrap_or(rest.len());
    let (name, title) = braced.unwrap_or_else(|| rest.split_at(end));
    let name = name.trim_start_matches('.').to_lowercase();
    let title = title.split('{').next().unwrap_or_default();
    let title = title.trim().trim_matches(['[', ']']).trim();
    let known = TITLED.iter().find(|known| name.contains(**known));
    match known {
        Some(_) if !title.is_empty() => Some(title.to_owned()),
        Some(known) => Some(capital(known)),
        None if title.is_empty() && name.starts_with(char::is_alphabetic) => Some(String::new()),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_remains_of_what_is_never_closed() {
        for (body, expected) in [
            ("a\n:::note\nb\n", "a\n\n**Note**\n\nb\n"),
            ("::: warning Take care\nb", "\n**Take care**\n\nb"),
            (":::tip[Do *it*]{.x}\nb", "\n**Do *it***\n\nb"),
            ("::: {.callout-note}\nb", "\n**Note**\n\nb"),
            (":::wrapper\nb", "\nb"),
            (":::a\n:::\n:::tip\nb", ":::a\n:::\n\n**Tip**\n\nb"),
        ] {
            assert_eq!(markdown(body).as_deref(), Some(expected), "{body:?}");
        }
        for body in [
            ":::note\nb\n:::\n",
            "::: these are words",
            "a :::note",
            "```\n:::note\n```\n",
            "    :::note\n",
        ] {
            assert_eq!(markdown(body), None, "{body:?}");
        }
    }
}
