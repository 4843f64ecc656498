//! Text that was damaged before it was saved.

use encoding_rs::WINDOWS_1252;

use crate::diagnostic::Diagnostic;
use crate::dialect::Form;
use crate::post::Post;
use crate::shown::places;

/// Characters that UTF-8 becomes when it is read as GBK, and that hardly anybody writes.
const GBK: &[char] = &['锛', '銆', '鈥', '鐨', '鏄', '涓', '绗', '鍙', '浠'];

/// How many of them are a sign.
const SIGNS: usize = 4;

pub(super) fn look(post: &Post, file: &str, found: &mut Vec<Diagnostic>) {
    let text = &post.text;
    // Bytes that could not be decoded were reported by whoever decoded them.
    let lost = if post.raw.is_none() {
        replacements(post)
    } else {
        Vec::new()
    };
    if let Some(&at) = lost.first() {
        found.push(
            Diagnostic::warning(
                "replacement",
                file,
                format!(
                    "{lost} lost before the file was saved",
                    lost = characters(lost.len())
                ),
            )
            .help("fetch the post again from its source; the file does not hold them any more")
            .at(text, at..at + '\u{fffd}'.len_utf8()),
        );
    }
    if let Some((at, length, message)) = mojibake(text) {
        found.push(
            Diagnostic::warning("mojibake", file, message)
                .help("decode the text again by its real encoding, or fetch the post again")
                .at(text, at..at + length),
        );
    }
    let mut controls = text.char_indices().filter(|(_, c)| {
        c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}')
            || matches!(c, '\u{202d}' | '\u{202e}')
    });
    if let Some((at, c)) = controls.next() {
        let others = controls.count();
        let more = if others > 0 {
            format!(" and {others} more")
        } else {
            String::new()
        };
        found.push(
            Diagnostic::note(
                "control",
                file,
                format!("the control character U+{:04X}{more}", u32::from(c)),
            )
            .help("readers do not see it; take it away unless it is meant")
            .at(text, at..at + c.len_utf8()),
        );
    }
}

/// Where U+FFFD stands; in code it is meant, as a sample.
fn replacements(post: &Post) -> Vec<usize> {
    let text = &post.text;
    let places = text.match_indices('\u{fffd}').map(|(at, _)| at);
    let mut found: Vec<usize> = places.collect();
    if !found.is_empty() && matches!(post.form, Form::Markdown | Form::Mdx) {
        let body = text.get(post.body..).unwrap_or_default();
        let mut code = Vec::new();
        places::parts(body, &mut |range, is_prose| {
            if !is_prose {
                code.push(post.body + range.start..post.body + range.end);
            }
        });
        found.retain(|at| {
            let before = code.partition_point(|code| code.start <= *at);
            before == 0 || !code[before - 1].contains(at)
        });
    }
    found
}

fn characters(number: usize) -> String {
    match number {
        1 => "1 character was".to_owned(),
        _ => format!("{number} characters were"),
    }
}

/// Finds UTF-8 that was read as something else: place, length, and what to say.
fn mojibake(text: &str) -> Option<(usize, usize, String)> {
    if let Some(at) = text.find("锟斤拷") {
        let message = "characters were lost when the text was read as GBK".to_owned();
        return Some((at, "锟斤拷".len(), message));
    }
    let gbk = text.matches(GBK).count();
    if gbk >= SIGNS && gbk * 20 >= text.chars().filter(|c| *c >= '\u{3400}').count() {
        let at = text.find(GBK)?;
        return Some((
            at,
            '锛'.len_utf8(),
            "this looks like UTF-8 that was read as GBK".to_owned(),
        ));
    }
    let mut first = None;
    let mut sure = 0;
    let mut at = 0;
    while let Some(next) = text[at..].find(|c| matches!(c, '\u{c2}'..='\u{f4}')) {
        at += next;
        let c = text[at..].chars().next()?;
        if let Some((length, meant)) = misread(&text[at..]) {
            // One letter and one sign may stand together by chance.
            sure += if meant.len() > 2 { 2 } else { 1 };
            first.get_or_insert((at, length, meant));
            at += length;
        } else {
            at += c.len_utf8();
        }
        if sure >= 2 {
            let (at, length, meant) = first?;
            let shown = &text[at..at + length];
            let message = format!("`{shown}` is `{meant}` in UTF-8, read as Latin letters");
            return Some((at, length, message));
        }
    }
    None
}

/// One character of UTF-8 whose bytes were read as Windows-1252.
fn misread(text: &str) -> Option<(usize, String)> {
    let lead = text.chars().next()?;
    let count = match lead {
        'Â' | 'Ã' => 2,
        'à'..='ï' => 3,
        'ð'..='ô' => 4,
        _ => return None,
    };
    let length: usize = text.chars().take(count).map(char::len_utf8).sum();
    let part = text.get(..length)?;
    let (bytes, _, failed) = WINDOWS_1252.encode(part);
    if failed || bytes.len() != count {
        return None;
    }
    let meant = core::str::from_utf8(&bytes).ok()?;
    (meant.chars().count() == 1).then(|| (length, meant.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::post::SourceFile;
    use crate::read::read_post;

    #[test]
    fn what_stands_in_code_was_not_lost() {
        for (body, lost) in [
            ("a \u{fffd} b", 1),
            ("a `\u{fffd}` b", 0),
            ("a\n\n    \u{fffd}\n", 0),
            ("```\n\u{fffd}\n```\n\u{fffd}\n", 1),
        ] {
            let (post, _) = read_post(&SourceFile {
                root: 0,
                path: "a.md".into(),
                shown: "a.md".into(),
                bytes: format!("---\ntitle: a\n---\n{body}").into_bytes(),
            });
            let mut found = Vec::new();
            look(&post, "a.md", &mut found);
            assert_eq!(replacements(&post).len(), lost, "{body:?}");
            assert_eq!(found.len(), lost, "{body:?}");
        }
    }
}
