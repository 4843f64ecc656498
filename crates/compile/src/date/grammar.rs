//! The forms a date may have; what they mean is worked out in the parent module.

use jiff::civil::Date;

use super::{Parts, Time, Unreadable};

/// Longest text that is looked at, in bytes.
const MAX: usize = 100;

const MONTHS: [&str; 12] = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
];

const WEEKDAYS: [&str; 7] = [
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
];

/// Zones whose name has one meaning only, in hours east of UTC.
const ZONES: &[(&str, i64)] = &[
    ("Z", 0),
    ("UTC", 0),
    ("GMT", 0),
    ("WET", 0),
    ("CET", 1),
    ("CEST", 2),
    ("EET", 2),
    ("EEST", 3),
    ("MSK", 3),
    ("HKT", 8),
    ("JST", 9),
    ("KST", 9),
    ("EST", -5),
    ("EDT", -4),
    ("CDT", -5),
    ("MST", -7),
    ("MDT", -6),
    ("PST", -8),
    ("PDT", -7),
];

/// Takes a whole text apart.
pub(super) fn parts(text: &str) -> Result<Parts, Unreadable> {
    let text = plain(text).ok_or(Unreadable::Unknown)?;
    let mut scan = Scan(&text);
    if let Some(parts) = epoch(&text) {
        return parts;
    }
    let day = match scan.numeric_day() {
        Some(day) => day,
        None => return named(&text),
    };
    scan.skip_weekday();
    let time = scan.time_or_end()?;
    Ok(Parts {
        day: day.check()?,
        time,
    })
}

/// Reads `2024-7-2` with the separator given, and returns what follows.
pub(super) fn leading_day(text: &str, separator: char) -> Option<(Date, &str)> {
    let mut scan = Scan(text);
    let year = scan.digits(4..=4)?;
    scan.eat(separator)?;
    let month = scan.digits(1..=2)?;
    scan.eat(separator)?;
    let day = scan.digits(1..=2)?;
    Some((Day(year, month, day).check().ok()?, scan.0))
}

/// A day that may not exist.
struct Day(i64, i64, i64);

impl Day {
    fn check(&self) -> Result<Date, Unreadable> {
        let narrow = || {
            Date::new(
                i16::try_from(self.0).ok()?,
                i8::try_from(self.1).ok()?,
                i8::try_from(self.2).ok()?,
            )
            .ok()
        };
        narrow().ok_or(Unreadable::Impossible)
    }
}

/// Trims, takes quotation marks off, and writes full-width digits and signs as ASCII.
fn plain(text: &str) -> Option<String> {
    let text = text.trim().trim_matches(['"', '\'', '“', '”']).trim();
    if text.is_empty() || text.len() > MAX {
        return None;
    }
    let ascii = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        c if c.is_whitespace() => ' ',
        // The minus sign and the hyphens that editors put for `-`.
        '\u{2010}'..='\u{2013}' | '\u{2212}' => '-',
        c => c,
    };
    Some(text.chars().map(ascii).collect())
}

/// Ten digits are seconds since 1970, thirteen are milliseconds.
fn epoch(text: &str) -> Option<Result<Parts, Unreadable>> {
    if !matches!(text.len(), 10 | 13) || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: i64 = text.parse().ok()?;
    let (seconds, fraction) = match text.len() {
        10 => (number, String::new()),
        _ => (number / 1000, text[10..].to_owned()),
    };
    Some(
        Date::constant(1970, 1, 1)
            .checked_add(jiff::SignedDuration::from_hours(seconds / 86_400 * 24))
            .map_err(|_| Unreadable::Impossible)
            .map(|day| Parts {
                day,
                time: Some(Time {
                    seconds: seconds % 86_400,
                    fraction,
                    offset: 0,
                    unknown_zone: None,
                }),
            }),
    )
}

/// Reads forms with the month's name: `July 2, 2024`, `2 Jul 2024 10:20`, RFC 2822, `date(1)`.
fn named(text: &str) -> Result<Parts, Unreadable> {
    let mut scan = Scan(text);
    let (mut year, mut month, mut day, mut time) = (None, None, None, None);
    loop {
        scan.skip(&[' ', ',', '.']);
        if scan.0.is_empty() {
            break;
        }
        if let Some(word) = scan.word() {
            if let Some(found) = name_of(word, &MONTHS) {
                if month.replace(found + 1).is_some() {
                    return Err(Unreadable::Unknown);
                }
                scan.skip(&['-', '/']);
            } else if name_of(word, &WEEKDAYS).is_none() && !matches!(word, "at" | "of" | "the") {
                return Err(Unreadable::Unknown);
            }
            continue;
        }
        let before = scan.0;
        if scan.digits(1..=2).is_some() && scan.0.starts_with(':') {
            scan.0 = before;
            let known = year.is_some();
            time = scan.time(!known)?;
            if time.is_none() {
                return Err(Unreadable::Unknown);
            }
            continue;
        }
        scan.0 = before;
        if let Some(number) = scan.digits(4..=4) {
            if year.replace(number).is_some() {
                return Err(Unreadable::Unknown);
            }
        } else if let Some(number) = scan.digits(1..=2) {
            scan.skip_ordinal();
            scan.skip(&['-', '/']);
            if day.replace(number).is_some() {
                return Err(Unreadable::Unknown);
            }
        } else {
            return Err(Unreadable::Unknown);
        }
    }
    match (year, month, day) {
        (Some(year), Some(month), Some(day)) => Ok(Parts {
            day: Day(year, month as i64, day).check()?,
            time,
        }),
        _ => Err(Unreadable::Unknown),
    }
}

/// Finds a name or its beginning of at least three letters.
fn name_of(word: &str, names: &[&str]) -> Option<usize> {
    let word = word.to_ascii_lowercase();
    (word.len() >= 3)
        .then(|| names.iter().position(|name| name.starts_with(&word)))
        .flatten()
        .or_else(|| (word == "sept").then_some(8))
}

/// What is left to read.
struct Scan<'a>(&'a str);

impl Scan<'_> {
    fn eat(&mut self, c: char) -> Option<()> {
        self.0 = self.0.strip_prefix(c)?;
        Some(())
    }

    fn skip(&mut self, characters: &[char]) {
        self.0 = self.0.trim_start_matches(characters);
    }

    /// Reads a number of so many digits that no further digit follows.
    fn digits(&mut self, count: core::ops::RangeInclusive<usize>) -> Option<i64> {
        let length = self.0.bytes().take_while(u8::is_ascii_digit).count();
        if !count.contains(&length) {
            return None;
        }
        let (number, rest) = self.0.split_at(length);
        self.0 = rest;
        number.parse().ok()
    }

    fn word(&mut self) -> Option<&str> {
        let length = self.0.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (word, rest) = self.0.split_at(length);
        self.0 = rest;
        (!word.is_empty()).then_some(word)
    }

    fn skip_ordinal(&mut self) {
        for ending in ["st", "nd", "rd", "th"] {
            if let Some(rest) = self.0.strip_prefix(ending) {
                self.0 = rest;
                return;
            }
        }
    }

    /// Reads `2024-07-02`, `2024/7/2`, `2024.7.2`, `2024年7月2日` or `20240702`.
    fn numeric_day(&mut self) -> Option<Day> {
        let before = self.0;
        if let Some(number) = self.digits(8..=8) {
            return Some(Day(number / 10_000, number / 100 % 100, number % 100));
        }
        let day = self.separated_day();
        if day.is_none() {
            self.0 = before;
        }
        day
    }

    fn separated_day(&mut self) -> Option<Day> {
        let year = self.digits(4..=4)?;
        self.skip(&[' ']);
        let first = self.0.chars().next()?;
        let second = match first {
            '-' | '/' | '.' => first,
            '年' => '月',
            '년' => '월',
            _ => return None,
        };
        self.eat(first)?;
        self.skip(&[' ']);
        let month = self.digits(1..=2)?;
        self.skip(&[' ']);
        self.eat(second)?;
        self.skip(&[' ']);
        let day = self.digits(1..=2)?;
        if first == '年' {
            self.skip(&[' ']);
            self.eat('日').or_else(|| self.eat('号'))?;
        } else if first == '년' {
            self.skip(&[' ']);
            self.eat('일')?;
        }
        Some(Day(year, month, day))
    }

    /// Skips the day of the week after a day: `星期二`, `周二`, `(火)`, `Tue`.
    fn skip_weekday(&mut self) {
        let before = self.0;
        self.skip(&[' ', ',', '(']);
        for start in ["星期", "礼拜", "周", "週"] {
            if let Some(rest) = self.0.strip_prefix(start) {
                let mut characters = rest.chars();
                characters.next();
                self.0 = characters.as_str();
                self.skip(&[')']);
                return;
            }
        }
        if let Some(rest) = self.0.strip_prefix(['月', '火', '水', '木', '金', '土', '日']) {
            self.0 = rest.strip_prefix("曜日").unwrap_or(rest);
            self.skip(&[')']);
            return;
        }
        let found = self.word().is_some_and(|word| name_of(word, &WEEKDAYS).is_some());
        if found {
            self.skip(&[')', ',']);
        } else {
            self.0 = before;
        }
    }

    fn time_or_end(&mut self) -> Result<Option<Time>, Unreadable> {
        if self.0.strip_prefix(['T', 't', '_']).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) {
            self.0 = &self.0[1..];
        }
        self.skip(&[' ', ',']);
        if self.0.is_empty() {
            return Ok(None);
        }
        let time = self.time(false)?;
        if time.is_none() || !self.0.trim().is_empty() {
            return Err(Unreadable::Unknown);
        }
        Ok(time)
    }

    /// Reads a time with its zone. `more`: words may follow that belong to the date.
    fn time(&mut self, more: bool) -> Result<Option<Time>, Unreadable> {
        let Some((mut hour, minute, second, fraction)) = self.clock() else {
            return Ok(None);
        };
        self.skip(&[' ']);
        let afternoon = |text: &str| {
            let text = text.get(..2).map(str::to_ascii_lowercase);
            match text.as_deref() {
                Some("am") => Some(false),
                Some("pm") => Some(true),
                _ => None,
            }
        };
        if let Some(pm) = afternoon(self.0) {
            if !(1..=12).contains(&hour) {
                return Err(Unreadable::Impossible);
            }
            hour = hour % 12 + if pm { 12 } else { 0 };
            self.0 = &self.0[2..];
            self.skip(&[' ']);
        }
        let (offset, unknown_zone) = self.zone(more)?;
        let seconds = hour * 3600 + minute * 60 + second.min(59);
        if minute > 59 || second > 60 || seconds > 86_400 {
            return Err(Unreadable::Impossible);
        }
        Ok(Some(Time {
            seconds,
            fraction,
            offset,
            unknown_zone,
        }))
    }

    fn clock(&mut self) -> Option<(i64, i64, i64, String)> {
        if let Some(number) = self.digits(6..=6) {
            return Some((number / 10_000, number / 100 % 100, number % 100, String::new()));
        }
        if let Some(number) = self.digits(4..=4) {
            return Some((number / 100, number % 100, 0, String::new()));
        }
        let hour = self.digits(1..=2)?;
        self.eat(':').or_else(|| self.eat('时')).or_else(|| self.eat('時'))?;
        let minute = self.digits(1..=2)?;
        if self.eat('分').is_none() && self.eat(':').is_none() {
            return Some((hour, minute, 0, String::new()));
        }
        let Some(second) = self.digits(1..=2) else {
            return Some((hour, minute, 0, String::new()));
        };
        let _ = self.eat('秒');
        let mut fraction = String::new();
        if let Some(rest) = self.0.strip_prefix(['.', ',']) {
            let length = rest.bytes().take_while(u8::is_ascii_digit).count();
            fraction.push_str(&rest[..length.min(9)]);
            self.0 = &rest[length..];
        }
        Some((hour, minute, second, fraction))
    }

    /// Reads an offset or a zone's name, then comments like `[Asia/Shanghai]` and `(CST)`.
    fn zone(&mut self, more: bool) -> Result<(i64, Option<String>), Unreadable> {
        let mut offset = None;
        let mut unknown = None;
        let before = self.0;
        if let Some(word) = self.word().map(str::to_owned) {
            let name = word.to_ascii_uppercase();
            if let Some(&(_, hours)) = ZONES.iter().find(|(zone, _)| *zone == name) {
                offset = Some(hours * 3600);
            } else if more {
                self.0 = before;
            } else {
                // The rest of a name like `America/New_York`.
                let length = self
                    .0
                    .bytes()
                    .take_while(|&b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'_'))
                    .count();
                unknown = Some(format!("{word}{}", &self.0[..length]));
                self.0 = &self.0[length..];
            }
        }
        if let Some(signed) = self.offset()? {
            offset = Some(signed);
            unknown = None;
            // Go writes the zone's name after the offset.
            self.skip(&[' ']);
            let _ = self.word();
        }
        self.skip(&[' ']);
        for (open, close) in [('[', ']'), ('(', ')')] {
            if self.0.starts_with(open)
                && let Some((_, rest)) = self.0.split_once(close)
            {
                self.0 = rest;
            }
        }
        Ok((offset.unwrap_or(0), unknown))
    }

    fn offset(&mut self) -> Result<Option<i64>, Unreadable> {
        let sign = match self.0.bytes().next() {
            Some(b'+') => 1,
            Some(b'-') => -1,
            _ => return Ok(None),
        };
        self.0 = &self.0[1..];
        let (hours, minutes) = if let Some(number) = self.digits(4..=4) {
            (number / 100, number % 100)
        } else {
            let hours = self.digits(1..=2).ok_or(Unreadable::Unknown)?;
            let minutes = match self.eat(':') {
                Some(()) => self.digits(2..=2).ok_or(Unreadable::Unknown)?,
                None => 0,
            };
            (hours, minutes)
        };
        if hours > 23 || minutes > 59 {
            return Err(Unreadable::Impossible);
        }
        Ok(Some(sign * (hours * 3600 + minutes * 60)))
    }
}
