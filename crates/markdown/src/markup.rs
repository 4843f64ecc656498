//! HTML as text: escaping, for all who write what a [`Sink`](crate::Sink) is given.

/// Appends characters as element content.
pub fn push_text(out: &mut String, text: &str) {
    escape(out, text, |byte| matches!(byte, b'&' | b'<' | b'>' | 0));
}

/// Appends an attribute.
pub fn push_attribute(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    escape(out, value, |byte| {
        matches!(byte, b'&' | b'<' | b'>' | b'"' | 0)
    });
    out.push('"');
}

/// Appends characters, those that `special` names escaped; it may name no byte but `&<>"'` and NUL.
pub fn escape(out: &mut String, text: &str, special: impl Fn(u8) -> bool) {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(&special) {
        // Special bytes are ASCII: both cuts are between characters.
        out.push_str(&rest[..at]);
        out.push_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'\'' => "&#39;",
            // HTML has no way to write it.
            _ => "\u{fffd}",
        });
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}
