//! Plain text: every line is kept, and nothing in it is a mark.

/// Writes plain text as paragraphs of HTML; blank lines part them.
pub(super) fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut open = false;
    for line in text.split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line.trim().is_empty() {
            if open {
                out.push_str("</p>\n\n");
            }
            open = false;
            continue;
        }
        out.push_str(if open { "<br>\n" } else { "<p>" });
        open = true;
        let mut lead = true;
        for c in line.chars() {
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                // Columns and indented lines keep their place.
                ' ' if lead => out.push('\u{a0}'),
                '\t' if lead => out.push_str("\u{a0}\u{a0}\u{a0}\u{a0}"),
                // Liquid and formulas are no part of plain text either.
                '{' => out.push_str("&#123;"),
                '$' => out.push_str("&#36;"),
                '\\' => out.push_str("&#92;"),
                c => out.push(c),
            }
            lead &= c == ' ' || c == '\t';
        }
    }
    if open {
        out.push_str("</p>\n");
    }
    out
}
