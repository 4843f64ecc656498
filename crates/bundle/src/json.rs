//! A small JSON reader (RFC 8259) for untrusted bytes.
//!
//! The browser module reads nothing but the bundle, whose shapes are few: this reader takes a
//! tenth of the room there of a general one, and is no slower. It never recurses, allocates no
//! more than the input holds, and stops at the first byte that is wrong. Writing is left to
//! `serde_json`, which only the compiler needs.

use crate::FormatError;

/// Deepest nesting that is skipped over.
const MAX_DEPTH: usize = 128;

type Result<T> = core::result::Result<T, FormatError>;

/// Something that is read from JSON.
pub trait FromJson: Sized {
    /// Reads one value.
    ///
    /// # Errors
    /// When the value is not of the expected shape.
    fn from_json(reader: &mut Reader<'_>) -> Result<Self>;
}

/// Reads a whole document of one value.
pub(crate) fn decode<T: FromJson>(bytes: &[u8]) -> Result<T> {
    let mut reader = Reader::new(bytes)?;
    let value = T::from_json(&mut reader)?;
    reader.end()?;
    Ok(value)
}

/// A place in a JSON document.
#[derive(Debug)]
pub struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    /// A reader at the start of a document.
    ///
    /// # Errors
    /// When the bytes are not UTF-8.
    pub fn new(bytes: &'a [u8]) -> Result<Self> {
        let text = core::str::from_utf8(bytes)
            .map_err(|_| FormatError::Malformed("it is not UTF-8".into()))?;
        Ok(Self { text, at: 0 })
    }

    /// An error at this place.
    #[must_use]
    pub fn unexpected(&self, expected: &str) -> FormatError {
        FormatError::Malformed(format!("{expected} expected at byte {}", self.at))
    }

    fn fail<T>(&self, expected: &str) -> Result<T> {
        Err(self.unexpected(expected))
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next byte that is not white space.
    fn peek(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.byte() {
            self.at += 1;
        }
        self.byte()
    }

    fn take(&mut self, byte: u8) -> bool {
        let taken = self.peek() == Some(byte);
        self.at += usize::from(taken);
        taken
    }

    fn word(&mut self, word: &str) -> bool {
        self.peek();
        let taken = self.text.as_bytes()[self.at..].starts_with(word.as_bytes());
        self.at += if taken { word.len() } else { 0 };
        taken
    }

    /// Makes sure that nothing follows.
    ///
    /// # Errors
    /// When something does.
    pub fn end(&mut self) -> Result<()> {
        if self.peek().is_none() {
            Ok(())
        } else {
            self.fail("the end")
        }
    }

    /// Takes a `null`, if there is one.
    pub fn null(&mut self) -> bool {
        self.word("null")
    }

    /// Reads an object; `field` reads or skips the value of each key.
    ///
    /// # Errors
    /// When there is no object here, or `field` says so.
    pub fn object(&mut self, field: &mut dyn FnMut(&mut Self, &str) -> Result<()>) -> Result<()> {
        if !self.take(b'{') {
            return self.fail("an object");
        }
        if self.take(b'}') {
            return Ok(());
        }
        loop {
            let key = self.string()?;
            if !self.take(b':') {
                return self.fail("a colon");
            }
            field(self, &key)?;
            if self.take(b'}') {
                return Ok(());
            }
            if !self.take(b',') {
                return self.fail("a comma or the end of an object");
            }
        }
    }

    /// Reads an array; `item` reads each element.
    ///
    /// # Errors
    /// When there is no array here, or `item` says so.
    pub fn array(&mut self, item: &mut dyn FnMut(&mut Self) -> Result<()>) -> Result<()> {
        if !self.take(b'[') {
            return self.fail("an array");
        }
        if self.take(b']') {
            return Ok(());
        }
        loop {
            item(self)?;
            if self.take(b']') {
                return Ok(());
            }
            if !self.take(b',') {
                return self.fail("a comma or the end of an array");
            }
        }
    }

    /// Reads a whole number.
    ///
    /// # Errors
    /// When there is none, or it is larger than `most`.
    pub fn number(&mut self, most: u64) -> Result<u64> {
        self.peek();
        let start = self.at;
        let mut number = 0_u64;
        while let Some(digit @ b'0'..=b'9') = self.byte() {
            let next = number
                .checked_mul(10)
                .and_then(|n| n.checked_add(u64::from(digit - b'0')));
            number = next
                .filter(|n| *n <= most)
                .ok_or_else(|| self.unexpected("a smaller number"))?;
            self.at += 1;
        }
        let digits = self.at - start;
        let padded = digits > 1 && self.text.as_bytes()[start] == b'0';
        if digits == 0 || padded || matches!(self.byte(), Some(b'.' | b'e' | b'E')) {
            return self.fail("a whole number");
        }
        Ok(number)
    }

    /// Reads a string.
    ///
    /// # Errors
    /// When there is none, or it is not closed, or holds a control character or a false escape.
    pub fn string(&mut self) -> Result<String> {
        if !self.take(b'"') {
            return self.fail("a string");
        }
        let start = self.at;
        self.plain();
        if self.byte() == Some(b'"') {
            // The usual case: no escape at all.
            self.at += 1;
            return Ok(self.text[start..self.at - 1].to_owned());
        }
        let mut out = self.text[start..self.at].to_owned();
        loop {
            match self.byte() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => {
                    self.at += 1;
                    out.push(self.escape()?);
                }
                Some(byte) if byte >= b' ' => {
                    let from = self.at;
                    self.plain();
                    out.push_str(&self.text[from..self.at]);
                }
                _ => return self.fail("the end of a string"),
            }
        }
    }

    /// Steps over characters that stand for themselves.
    fn plain(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        let plain = rest
            .iter()
            .position(|byte| matches!(byte, b'"' | b'\\') || *byte < b' ');
        self.at += plain.unwrap_or(rest.len());
    }

    fn escape(&mut self) -> Result<char> {
        let Some(byte) = self.byte() else {
            return self.fail("an escape");
        };
        self.at += 1;
        Ok(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{C}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let unit = self.unit()?;
                if (0xD800..0xDC00).contains(&unit)
                    && self.text.as_bytes()[self.at..].starts_with(b"\\u")
                {
                    let back = self.at;
                    self.at += 2;
                    let low = self.unit()?;
                    if (0xDC00..0xE000).contains(&low) {
                        let code = 0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
                        return Ok(char::from_u32(code).unwrap_or('\u{FFFD}'));
                    }
                    self.at = back;
                }
                // Half of a pair stands for nothing.
                char::from_u32(unit).unwrap_or('\u{FFFD}')
            }
            _ => return self.fail("an escape"),
        })
    }

    fn unit(&mut self) -> Result<u32> {
        let digits = self.text.get(self.at..self.at + 4);
        let digits = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let unit = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        self.at += 4;
        unit.ok_or_else(|| self.unexpected("four hexadecimal digits"))
    }

    /// Steps over one value of any kind.
    ///
    /// # Errors
    /// When it is not JSON, or nested too deeply.
    pub fn skip(&mut self) -> Result<()> {
        // The closing bracket of each container that is open.
        let mut open: Vec<u8> = Vec::new();
        loop {
            // A value.
            let opened = match self.peek() {
                Some(b'{') => Some(b'}'),
                Some(b'[') => Some(b']'),
                Some(b'"') => {
                    self.string()?;
                    None
                }
                Some(b't') if self.word("true") => None,
                Some(b'f') if self.word("false") => None,
                Some(b'n') if self.word("null") => None,
                Some(b'-' | b'0'..=b'9') => {
                    self.any_number()?;
                    None
                }
                _ => return self.fail("a value"),
            };
            let mut closed = opened.is_none();
            if let Some(close) = opened {
                self.at += 1;
                if open.len() >= MAX_DEPTH {
                    return self.fail("shallower nesting");
                }
                closed = self.take(close);
                if !closed {
                    open.push(close);
                    self.key_of(close)?;
                }
            }
            // What follows it: more values, or the ends of containers.
            while closed {
                let Some(close) = open.last().copied() else {
                    return Ok(());
                };
                if self.take(close) {
                    open.pop();
                } else if self.take(b',') {
                    self.key_of(close)?;
                    closed = false;
                } else {
                    return self.fail("a comma");
                }
            }
        }
    }

    /// In an object, reads the key before a value.
    fn key_of(&mut self, close: u8) -> Result<()> {
        if close == b'}' {
            self.string()?;
            if !self.take(b':') {
                return self.fail("a colon");
            }
        }
        Ok(())
    }

    fn any_number(&mut self) -> Result<()> {
        self.take(b'-');
        match self.byte() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits()?,
            _ => return self.fail("a digit"),
        }
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.byte() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.byte() {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<()> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.byte() {
            self.at += 1;
        }
        if self.at > start {
            Ok(())
        } else {
            self.fail("a digit")
        }
    }

    /// The source of the next value, which is stepped over.
    pub(crate) fn raw(&mut self) -> Result<&'a str> {
        self.peek();
        let start = self.at;
        self.skip()?;
        Ok(&self.text[start..self.at])
    }
}

impl FromJson for String {
    fn from_json(reader: &mut Reader<'_>) -> Result<Self> {
        reader.string()
    }
}

impl FromJson for u32 {
    fn from_json(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(reader.number(u64::from(Self::MAX))? as Self)
    }
}

impl FromJson for u64 {
    fn from_json(reader: &mut Reader<'_>) -> Result<Self> {
        // Larger ones are not exact in every reader of JSON.
        reader.number((1 << 53) - 1)
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(reader: &mut Reader<'_>) -> Result<Self> {
        let mut items = Self::new();
        reader.array(&mut |reader| {
            items.push(T::from_json(reader)?);
            Ok(())
        })?;
        Ok(items)
    }
}

impl<T: FromJson> FromJson for Option<T> {
    fn from_json(reader: &mut Reader<'_>) -> Result<Self> {
        if reader.null() {
            Ok(None)
        } else {
            T::from_json(reader).map(Some)
        }
    }
}

/// Reads an object field by field into variables that must, or may, be there: the last of two
/// equal keys wins, unknown keys are stepped over.
macro_rules! from_json {
    ($type:ident { $($must:ident),* $(; $($may:ident),*)? }) => {
        impl $crate::json::FromJson for $type {
            fn from_json(reader: &mut $crate::json::Reader<'_>) -> Result<Self, $crate::FormatError> {
                $(let mut $must = None;)*
                $($(let mut $may = None;)*)?
                reader.object(&mut |reader, key| {
                    match key {
                        $(stringify!($must) => $must = Some($crate::json::FromJson::from_json(reader)?),)*
                        $($(stringify!($may) => $may = Some($crate::json::FromJson::from_json(reader)?),)*)?
                        _ => reader.skip()?,
                    }
                    Ok(())
                })?;
                Ok(Self {
                    $($must: $must.ok_or_else(|| reader.unexpected(concat!("before this, \"", stringify!($must), "\"")))?,)*
                    $($($may: $may.unwrap_or_default(),)*)?
                })
            }
        }
    };
}
pub(crate) use from_json;

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts(json: &str) -> bool {
        let Ok(mut reader) = Reader::new(json.as_bytes()) else {
            return false;
        };
        reader.skip().and_then(|()| reader.end()).is_ok()
    }

    #[test]
    fn json_is_read_and_nothing_else() {
        for good in [
            "{}",
            " [1, -0.5e+3, \"\\u00e9\\n\", true, null, {\"a\": [[]]}] ",
            "0",
            "\"\"",
            "1E400",
        ] {
            assert!(accepts(good), "{good}");
        }
        for bad in [
            "",
            "{",
            "[1,]",
            "{\"a\":1,}",
            "{a:1}",
            "01",
            "1.",
            ".5",
            "+1",
            "'a'",
            "\"\\x\"",
            "\"\u{1}\"",
            "nul",
            "[1 2]",
            "{\"a\" 1}",
            "[] []",
            "\"\\u12\"",
            "NaN",
            "[",
            "\"",
            "\\",
            "tru",
            "-",
            "1e",
            "[1}",
            "\u{FEFF}1",
        ] {
            assert!(!accepts(bad), "{bad}");
        }
    }

    #[test]
    fn strings_are_decoded() {
        let read = |json: &str| decode::<String>(json.as_bytes()).ok();
        assert_eq!(
            read(r#""a\"\\\/\b\f\n\r\t\u4e2d\ud83d\ude00z""#).as_deref(),
            Some("a\"\\/\u{8}\u{C}\n\r\t中😀z")
        );
        assert_eq!(
            read(r#""\ud83d \ude00 \ud83d\u0041""#).as_deref(),
            Some("\u{FFFD} \u{FFFD} \u{FFFD}A")
        );
    }

    #[test]
    fn numbers_are_bounded() {
        let read = |json: &str| decode::<u32>(json.as_bytes()).ok();
        assert_eq!(read("4294967295"), Some(u32::MAX));
        for bad in [
            "4294967296",
            "-1",
            "1.5",
            "1e3",
            "007",
            "\"12\"",
            "99999999999999999999999",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn depth_is_bounded_without_recursion() {
        assert!(accepts(&format!("{}{}", "[".repeat(128), "]".repeat(128))));
        assert!(!accepts(&format!("{}{}", "[".repeat(129), "]".repeat(129))));
        assert!(!accepts(&"[".repeat(1_000_000)));
        assert!(!accepts(&"{\"a\":".repeat(1_000_000)));
    }
}
