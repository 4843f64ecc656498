//! Turns a file's bytes into text without losing anything that can be told.
//!
//! UTF-8 is taken as it is, UTF-16 by its byte order mark. Anything else is first judged: text
//! that is mostly valid UTF-8 with some bad bytes stays UTF-8 with U+FFFD in their place; for the
//! rest the real encoding is guessed, and the guess is kept only when what it gives looks like
//! writing. Wrong characters shown as if they were right are worse than U+FFFD.

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

use crate::diagnostic::Diagnostic;

/// A file's text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Decoded {
    /// The whole text. For UTF-8 it has the bytes of the file, byte order mark included.
    pub(crate) text: String,
    /// Where the text begins after a byte order mark: 0 or 3.
    pub(crate) start: usize,
}

const BOM: &str = "\u{feff}";

/// Decodes the bytes of `file`, adding a warning when they are not UTF-8.
pub(crate) fn decode(bytes: &[u8], file: &str, list: &mut Vec<Diagnostic>) -> Decoded {
    if let Some(encoding) = utf16(bytes) {
        return decode_utf16(bytes, encoding, file, list);
    }
    if let Ok(text) = core::str::from_utf8(bytes) {
        return Decoded {
            text: text.to_owned(),
            start: if text.starts_with(BOM) { BOM.len() } else { 0 },
        };
    }
    if !mostly_utf8(bytes)
        && let Some((encoding, text)) = guess(bytes)
    {
        let name = encoding.name();
        let first = bytes.iter().position(|b| !b.is_ascii()).unwrap_or(0);
        list.push(
            Diagnostic::warning("encoding", file, format!("not UTF-8; read as {name}"))
                .help(format!(
                    "if the text is right, convert the file: iconv -f {name} -t UTF-8"
                ))
                .at(&text, first..first),
        );
        return Decoded { text, start: 0 };
    }
    decode_lossily(bytes, file, list)
}

fn utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [0xff, 0xfe, ..] | [b'-', 0, b'-', 0, b'-', 0, ..] => Some(UTF_16LE),
        [0xfe, 0xff, ..] | [0, b'-', 0, b'-', 0, b'-', ..] => Some(UTF_16BE),
        _ => None,
    }
}

fn decode_utf16(
    bytes: &[u8],
    encoding: &'static Encoding,
    file: &str,
    list: &mut Vec<Diagnostic>,
) -> Decoded {
    let (text, broken) = encoding.decode_with_bom_removal(bytes);
    let name = encoding.name();
    let message = if broken {
        format!("{name} text with units that are no characters, shown as `\u{fffd}`")
    } else {
        format!("not UTF-8; read as {name}")
    };
    let text = text.into_owned();
    let first = text.find('\u{fffd}').filter(|_| broken).unwrap_or(0);
    list.push(
        Diagnostic::warning("encoding", file, message)
            .help(format!("convert the file: iconv -f {name} -t UTF-8"))
            .at(&text, first..first),
    );
    Decoded { text, start: 0 }
}

fn decode_lossily(bytes: &[u8], file: &str, list: &mut Vec<Diagnostic>) -> Decoded {
    let mut text = String::with_capacity(bytes.len() + 16);
    let mut first = None;
    let mut count = 0_usize;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            first.get_or_insert(text.len());
            count += chunk.invalid().len();
            text.push('\u{fffd}');
        }
    }
    let first = first.unwrap_or(0);
    let message = match count {
        1 => "a byte that is not UTF-8, shown as `\u{fffd}`".to_owned(),
        _ => format!("{count} bytes that are not UTF-8, shown as `\u{fffd}`; here is the first"),
    };
    list.push(
        Diagnostic::warning("encoding-lossy", file, message)
            .help("save the file as UTF-8")
            .at(&text, first..first + '\u{fffd}'.len_utf8()),
    );
    let start = if text.starts_with(BOM) { BOM.len() } else { 0 };
    Decoded { text, start }
}

/// Tells whether bytes that are not UTF-8 as a whole are still UTF-8 in the main.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    // Of the pairs of bytes in GBK or EUC-KR text about one in seven is valid UTF-8 by chance.
    (good > 0 && good >= bad) || is_overlong(bytes)
}

/// Tells whether all that is not ASCII is ASCII in two bytes, as attacks on old decoders write it.
fn is_overlong(mut bytes: &[u8]) -> bool {
    while let Some(at) = bytes.iter().position(|b| !b.is_ascii()) {
        let [0xc0 | 0xc1, 0x80..=0xbf, rest @ ..] = &bytes[at..] else {
            return false;
        };
        bytes = rest;
    }
    true
}

fn guess(bytes: &[u8]) -> Option<(&'static Encoding, String)> {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let encoding = detector.guess(None, chardetng::Utf8Detection::Deny);
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let plausible = if encoding.is_single_byte() {
        looks_like_words(&text)
    } else {
        looks_like_cjk(&text)
    };
    plausible.then(|| (encoding, text.into_owned()))
}

/// Tells whether nearly all that is not ASCII is East Asian writing.
fn looks_like_cjk(text: &str) -> bool {
    let (mut all, mut fits) = (0_usize, 0_usize);
    for c in text.chars().filter(|c| !c.is_ascii()) {
        all += 1;
        fits += usize::from(matches!(
            c,
            '\u{2010}'..='\u{2027}' // dashes, quotation marks, ellipses
                | '\u{3000}'..='\u{30ff}' // punctuation, kana
                | '\u{3100}'..='\u{312f}' // bopomofo
                | '\u{3400}'..='\u{9fff}' // Han
                | '\u{ac00}'..='\u{d7a3}' // Hangul
                | '\u{ff01}'..='\u{ff9f}' // full-width forms, half-width kana
        ));
    }
    fits * 10 >= all * 9
}

/// Tells whether most letters that are not ASCII stand in words, beside letters of their kind.
///
/// Bad bytes scattered over a text decode to letters beside nothing, or beside each other.
fn looks_like_words(text: &str) -> bool {
    let (mut letters, mut placed, mut signs) = (0_usize, 0_usize, 0_usize);
    let mut before = ' ';
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let after = characters.peek().copied().unwrap_or(' ');
        if c == '\u{fffd}' || matches!(c, '\u{80}'..='\u{9f}') {
            return false;
        }
        if !c.is_ascii() {
            if c.is_alphabetic() {
                letters += 1;
                placed += usize::from(is_kin(c, before) || is_kin(c, after));
            } else if !is_usual_sign(c) {
                signs += 1;
            }
        }
        before = c;
    }
    placed * 10 >= letters * 6 && signs * 2 <= letters
}

fn is_kin(c: char, neighbour: char) -> bool {
    // Latin letters with diacritics stand among plain ones; other scripts stand among their own.
    let latin = |c: char| c < '\u{250}';
    if latin(c) {
        neighbour.is_ascii_alphabetic()
    } else {
        neighbour.is_alphabetic() && !latin(neighbour)
    }
}

fn is_usual_sign(c: char) -> bool {
    "\u{a0}¡§©«®°·»¿–—‘’‚“”„†•…€™£№".contains(c)
}

#[cfg(test)]
mod tests;
