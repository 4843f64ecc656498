//! Alerts: quotations that begin with `[!NOTE]`, as GitHub reads them, and other programs after it.

use super::{capital, places};

const KINDS: &[&str] = &["note", "tip", "important", "warning", "caution"];

/// Gives alerts a strong title; `any` says that there are other kinds too.
pub(super) fn markdown(body: &str, any: bool) -> Option<String> {
    if !body.contains("[!") {
        return None;
    }
    let mut out = String::with_capacity(body.len() + 64);
    let mut changed = false;
    places::parts(body, &mut |range, is_prose| {
        let mut at = range.start;
        for line in body[range].split_inclusive('\n') {
            let before = &body[..at];
            at += line.len();
            let whole = before.is_empty() || before.ends_with('\n');
            let found = alert(line, any).filter(|(lead, _, _)| {
                let above = before.lines().next_back().unwrap_or_default();
                is_prose && whole && marks(lead) > marks(above)
            });
            let Some((lead, kind, rest)) = found else {
                out.push_str(line);
                continue;
            };
            changed = true;
            let kind = capital(&kind.to_lowercase());
            let title = rest.trim_start_matches(['+', '-']).trim();
            // Code may follow in the same line.
            let ended = line.ends_with('\n') || at == body.len();
            let title = match title {
                "" => kind,
                title if ended => title.to_owned(),
                title => {
                    out.push_str(&format!("{lead}**{kind}** {title} "));
                    continue;
                }
            };
            out.push_str(&format!("{lead}**{title}**"));
            let next = body[at..].lines().next().unwrap_or_default();
            if next.trim_start().starts_with('>') || next.trim().is_empty() {
                out.push_str(&format!("\n{}\n", lead.trim_end()));
            } else {
                // The text goes on without marks.
                out.push_str("\\\n");
            }
        }
    });
    changed.then_some(out)
}

/// Marks of the quotation, kind, and what follows it.
fn alert(line: &str, any: bool) -> Option<(&str, &str, &str)> {
    let inner = line.trim_start_matches([' ', '\t', '>']);
    let lead = &line[..line.len() - inner.len()];
    let (kind, rest) = inner.strip_prefix("[!")?.split_once(']')?;
    let known = KINDS.iter().any(|known| kind.eq_ignore_ascii_case(known));
    let named = !kind.is_empty()
        && kind
            .chars()
            .all(|c| c.is_alphanumeric() || "-_".contains(c));
    let fits =
        (known || (any && named)) && lead.contains('>') && !rest.starts_with(['(', '[', ':']);
    fits.then_some((lead, kind, rest))
}

/// How many quotations a line is in.
fn marks(line: &str) -> usize {
    let inner = line.trim_start_matches([' ', '\t', '>']);
    line[..line.len() - inner.len()].matches('>').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alerts_have_a_title() {
        for (body, expected) in [
            ("> [!NOTE]\n> a\n", "> **Note**\n>\n> a\n"),
            ("> [!warning] Title\n> a", "> **Title**\n>\n> a"),
            ("> [!TIP]\r\n> a", "> **Tip**\n>\n> a"),
            ("> [!IMPORTANT]\na", "> **Important**\\\na"),
            ("> [!CAUTION]", "> **Caution**\n>\n"),
            ("> [!NOTE] see `a`\n", "> **Note** see `a`\n"),
            ("> a\n> > [!NOTE]\n> > b", "> a\n> > **Note**\n> >\n> > b"),
        ] {
            assert_eq!(markdown(body, false).as_deref(), Some(expected), "{body:?}");
        }
        for body in [
            "> a\n> [!NOTE]\n",
            "> [!example]\n> a",
            "> [!NOTE](x)",
            "[!NOTE]\n",
            "```\n> [!NOTE]\n```",
            "    > [!NOTE]\n",
            "`> [!NOTE]`",
        ] {
            assert_eq!(markdown(body, false), None, "{body:?}");
        }
        let example = markdown("> [!example]-\n> a", true);
        assert_eq!(example.as_deref(), Some("> **Example**\n>\n> a"));
    }
}
