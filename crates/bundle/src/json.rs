//! A small JSON reader (RFC 8259) for untrusted bytes.
//!
//! The browser module reads nothing but the bundle, whose shapes are few: this reader takes a
//! tenth of the room there of a general one, and is no slower. It never recurses, allocates no
//! more than a bounded multiple of what the input holds, and stops at the first byte that is wrong. Writing is left to
//! `serde_json`, which only the compiler needs.

use crate::FormatError;

/// Deepest nesting that is skipped over.
const MAX_DEPTH: usize = 128;

/// Most bytes that the elements of arrays may take in memory: a few bytes of JSON may stand for
/// hundreds.
const MAX_ROOM: usize = 64 << 20;

/// Something that is read from JSON.
pub trait FromJson {
    /// Reads one value over the one that is here. `None` when it is not of the expected shape:
    /// the reader knows why, which keeps this result small enough for a register.
    fn read(&mut self, reader: &mut Reader<'_>) -> Option<()>;
}

/// Reads a whole document of one value.
pub(crate) fn decode<T: FromJson + Default>(bytes: &[u8]) -> Result<T, FormatError> {
    let mut value = T::default();
    decode_into(bytes, &mut value)?;
    Ok(value)
}

fn decode_into(bytes: &[u8], value: &mut dyn FromJson) -> Result<(), FormatError> {
    let mut reader = Reader::new(bytes)?;
    let read = value.read(&mut reader);
    reader.told(read)?;
    reader.end()
}

/// A place in a JSON document.
#[derive(Debug)]
pub struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// Whether the innermost container was only just opened.
    opened: bool,
    /// Bytes that are left for elements of arrays.
    room: usize,
    /// What is wrong, once something is.
    error: Option<String>,
}

impl<'a> Reader<'a> {
    /// A reader at the start of a document.
    ///
    /// # Errors
    /// When the bytes are not UTF-8.
    pub fn new(bytes: &'a [u8]) -> Result<Self, FormatError> {
        let text = core::str::from_utf8(bytes)
            .map_err(|_| FormatError::Malformed("it is not UTF-8".into()))?;
        Ok(Self {
            text,
            at: 0,
            opened: false,
            room: MAX_ROOM,
            error: None,
        })
    }

    /// Keeps in mind that something else was expected at this place.
    pub fn fail<T>(&mut self, expected: &str) -> Option<T> {
        self.expected(expected);
        None
    }

    #[cold]
    fn expected(&mut self, expected: &str) {
        self.error = Some(format!("{expected} expected at byte {}", self.at));
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

    /// What was read, or what is wrong.
    fn told(&mut self, read: Option<()>) -> Result<(), FormatError> {
        let why = || FormatError::Malformed(self.error.take().unwrap_or_default());
        read.ok_or_else(why)
    }

    /// Makes sure that nothing follows.
    ///
    /// # Errors
    /// When something does.
    pub fn end(&mut self) -> Result<(), FormatError> {
        let ends = match self.peek() {
            None => Some(()),
            Some(_) => self.fail("the end"),
        };
        self.told(ends)
    }

    /// Steps over one value of any kind.
    ///
    /// # Errors
    /// When it is not JSON, or nested too deeply.
    pub fn skip(&mut self) -> Result<(), FormatError> {
        let passed = self.pass();
        self.told(passed)
    }

    /// Makes room for one more element of an array.
    fn take_room(&mut self, bytes: usize) -> Option<()> {
        match self.room.checked_sub(bytes) {
            Some(room) => self.room = room,
            None => return self.fail("an end of this list"),
        }
        Some(())
    }

    /// Takes a `null`, if there is one.
    pub fn null(&mut self) -> bool {
        self.word("null")
    }

    /// Opens an array, or an object.
    fn open(&mut self, bracket: u8, expected: &str) -> Option<()> {
        self.opened = self.take(bracket);
        if self.opened {
            Some(())
        } else {
            self.fail(expected)
        }
    }

    /// Whether another element or field of the innermost container follows; takes the comma, or
    /// the closing bracket.
    fn goes_on(&mut self, close: u8) -> Option<bool> {
        let opened = core::mem::take(&mut self.opened);
        if self.take(close) {
            Some(false)
        } else if opened || self.take(b',') {
            Some(true)
        } else {
            self.fail("a comma or the end")
        }
    }

    /// Reads an object with fields of these names; the first `must` of them must be there. The
    /// last of two equal keys wins, unknown keys are stepped over.
    pub fn fields(
        &mut self,
        names: &[&str],
        must: usize,
        values: &mut [&mut dyn FromJson],
    ) -> Option<()> {
        let mut seen = 0_u32;
        self.open(b'{', "an object")?;
        while self.goes_on(b'}')? {
            let key = self.key()?;
            let place = names.iter().position(|name| *name == key);
            match place.and_then(|place| Some((place, values.get_mut(place)?))) {
                Some((place, value)) => {
                    value.read(self)?;
                    seen |= 1 << place;
                }
                None => self.pass()?,
            }
        }
        match names.get(seen.trailing_ones() as usize) {
            Some(missing) if (seen.trailing_ones() as usize) < must => {
                self.fail(&format!("before this, \"{missing}\""))
            }
            _ => Some(()),
        }
    }

    /// Reads an array of these values.
    pub fn tuple(&mut self, values: &mut [&mut dyn FromJson]) -> Option<()> {
        self.open(b'[', "an array")?;
        for value in values {
            if !self.goes_on(b']')? {
                return self.fail("a longer array");
            }
            value.read(self)?;
        }
        if self.goes_on(b']')? {
            return self.fail("a shorter array");
        }
        Some(())
    }

    /// The key of a field, with its colon.
    fn key(&mut self) -> Option<String> {
        let key = self.string()?;
        if self.take(b':') {
            Some(key)
        } else {
            self.fail("a colon")
        }
    }

    /// Reads a whole number of at most `most`.
    pub fn number(&mut self, most: u64) -> Option<u64> {
        self.peek();
        let start = self.at;
        let mut number = 0_u64;
        while let Some(digit @ b'0'..=b'9') = self.byte() {
            let next = number
                .checked_mul(10)
                .and_then(|n| n.checked_add(u64::from(digit - b'0')));
            let Some(next) = next.filter(|n| *n <= most) else {
                return self.fail("a smaller number");
            };
            number = next;
            self.at += 1;
        }
        let digits = self.at - start;
        let padded = digits > 1 && self.text.as_bytes()[start] == b'0';
        if digits == 0 || padded || matches!(self.byte(), Some(b'.' | b'e' | b'E')) {
            return self.fail("a whole number");
        }
        Some(number)
    }

    /// Reads a string, which is closed and holds neither control characters nor false escapes.
    pub fn string(&mut self) -> Option<String> {
        if !self.take(b'"') {
            return self.fail("a string");
        }
        let start = self.at;
        self.plain();
        if self.byte() == Some(b'"') {
            // The usual case: no escape at all.
            self.at += 1;
            return Some(self.text[start..self.at - 1].to_owned());
        }
        let mut out = self.text[start..self.at].to_owned();
        loop {
            match self.byte() {
                Some(b'"') => {
                    self.at += 1;
                    return Some(out);
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

    fn escape(&mut self) -> Option<char> {
        let Some(byte) = self.byte() else {
            return self.fail("an escape");
        };
        self.at += 1;
        Some(match byte {
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
                        return Some(char::from_u32(code).unwrap_or('\u{FFFD}'));
                    }
                    self.at = back;
                }
                // Half of a pair stands for nothing.
                char::from_u32(unit).unwrap_or('\u{FFFD}')
            }
            _ => return self.fail("an escape"),
        })
    }

    fn unit(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4);
        let digits = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let unit = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        if unit.is_none() {
            return self.fail("four hexadecimal digits");
        }
        self.at += 4;
        unit
    }

    /// Steps over one value of any kind that is not nested too deeply.
    fn pass(&mut self) -> Option<()> {
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
                    return Some(());
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
    fn key_of(&mut self, close: u8) -> Option<()> {
        if close == b'}' {
            self.key()?;
        }
        Some(())
    }

    fn any_number(&mut self) -> Option<()> {
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
        Some(())
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.byte() {
            self.at += 1;
        }
        if self.at > start {
            Some(())
        } else {
            self.fail("a digit")
        }
    }

    /// The source of the next value, which is stepped over.
    pub(crate) fn raw(&mut self) -> Option<&'a str> {
        self.peek();
        let start = self.at;
        self.pass()?;
        Some(&self.text[start..self.at])
    }
}

impl FromJson for String {
    fn read(&mut self, reader: &mut Reader<'_>) -> Option<()> {
        *self = reader.string()?;
        Some(())
    }
}

impl FromJson for bool {
    fn read(&mut self, reader: &mut Reader<'_>) -> Option<()> {
        *self = reader.word("true");
        if *self || reader.word("false") {
            Some(())
        } else {
            reader.fail("true or false")
        }
    }
}

impl FromJson for u32 {
    fn read(&mut self, reader: &mut Reader<'_>) -> Option<()> {
        *self = reader.number(u64::from(Self::MAX))? as Self;
        Some(())
    }
}

impl FromJson for u64 {
    fn read(&mut self, reader: &mut Reader<'_>) -> Option<()> {
        // Larger ones are not exact in every reader of JSON.
        *self = reader.number((1 << 53) - 1)?;
        Some(())
    }
}

impl<T: FromJson + Default> FromJson for Vec<T> {
    fn read(&mut self, reader: &mut Reader<'_>) -> Option<()> {
        self.clear();
        reader.open(b'[', "an array")?;
        while reader.goes_on(b']')? {
            reader.take_room(size_of::<T>())?;
            self.push(T::default());
            self.last_mut()?.read(reader)?;
        }
        Some(())
    }
}

impl<T: FromJson + Default> FromJson for Option<T> {
    fn read(&mut self, reader: &mut Reader<'_>) -> Option<()> {
        *self = None;
        if reader.null() {
            Some(())
        } else {
            self.insert(T::default()).read(reader)
        }
    }
}

impl<A: FromJson, B: FromJson> FromJson for (A, B) {
    fn read(&mut self, reader: &mut Reader<'_>) -> Option<()> {
        reader.tuple(&mut [&mut self.0, &mut self.1])
    }
}

/// Reads a struct from an object whose fields must, or may, be there: see [`Reader::fields`]. A
/// struct that is itself a field of another is `nested`: nothing is left of an equal key before.
macro_rules! from_json {
    (nested $type:ident { $($fields:tt)* }) => {
        from_json!(@ { |it: &mut $type| *it = $type::default() } $type { $($fields)* });
    };
    ($type:ident $(<$of:ident>)? { $($fields:tt)* }) => {
        from_json!(@ { |_: &mut _| {} } $type $(<$of>)? { $($fields)* });
    };
    (@ { $begin:expr } $type:ident $(<$of:ident>)? { $($must:ident),* $(; $($may:ident),*)? }) => {
        impl $(<$of: $crate::FromJson + Default>)? $crate::FromJson for $type $(<$of>)? {
            fn read(&mut self, reader: &mut $crate::Reader<'_>) -> Option<()> {
                let begin: fn(&mut Self) = $begin;
                begin(self);
                reader.fields(
                    &[$(stringify!($must),)* $($(stringify!($may),)*)?],
                    [$(stringify!($must)),*].len(),
                    &mut [$(&mut self.$must,)* $($(&mut self.$may,)*)?],
                )
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
    fn of_equal_keys_the_last_counts() {
        let json = r#"{"text": "", "path": "a.md", "body": 0, "entry": {"slug": "a", "title": "b", "tags": ["x"]},
            "entry": {"slug": "c", "title": "d", "title": "e"}}"#;
        let read = decode::<crate::Reading>(json.as_bytes()).unwrap();
        let (slug, title) = ("c".to_owned(), "e".to_owned());
        assert_eq!(
            read.entry,
            crate::Entry {
                slug,
                title,
                ..crate::Entry::default()
            }
        );
        let json = r#"{"days": [[1, 2], [3, 4]], "days": [[5, 6]], "more": {}}"#;
        let read = decode::<crate::DaysShard>(json.as_bytes()).unwrap();
        assert_eq!(read.days().collect::<Vec<_>>(), [(5, 6)]);
        for bad in [
            "{}",
            r#"{"days": [[1]]}"#,
            r#"{"days": [[1, 2, 3]]}"#,
            r#"{"days": [[1, 2],]}"#,
        ] {
            assert!(decode::<crate::DaysShard>(bad.as_bytes()).is_err(), "{bad}");
        }
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
