//! The pieces dates are made of: numbers, names, days, times, zones.

use jiff::civil::Date;

use super::{Time, Unreadable};

pub(super) const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

pub(super) const WEEKDAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
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

/// A day that may not exist.
pub(super) struct Day(pub(super) i64, pub(super) i64, pub(super) i64);

impl Day {
    pub(super) fn check(&self) -> Result<Date, Unreadable> {
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

/// Finds a name or its beginning of at least three letters.
pub(super) fn name_of(word: &str, names: &[&str]) -> Option<usize> {
    let word = word.to_ascii_lowercase();
    (word.len() >= 3)
        .then(|| names.iter().position(|name| name.starts_with(&word)))
        .flatten()
        .or_else(|| (word == "sept").then_some(8))
}

/// What is left to read.
pub(super) struct Scan<'a>(pub(super) &'a str);

impl Scan<'_> {
    pub(super) fn eat(&mut self, c: char) -> Option<()> {
        self.0 = self.0.strip_prefix(c)?;
        Some(())
    }

    pub(super) fn skip(&mut self, characters: &[char]) {
        self.0 = self.0.trim_start_matches(characters);
    }

    /// Reads a number of so many digits that no further digit follows.
    pub(super) fn digits(&mut self, count: core::ops::RangeInclusive<usize>) -> Option<i64> {
        let length = self.0.bytes().take_while(u8::is_ascii_digit).count();
        if !count.contains(&length) {
            return None;
        }
        let (number, rest) = self.0.split_at(length);
        self.0 = rest;
        number.parse().ok()
    }

    pub(super) fn word(&mut self) -> Option<&str> {
        let length = self.0.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (word, rest) = self.0.split_at(length);
        self.0 = rest;
        (!word.is_empty()).then_some(word)
    }

    pub(super) fn skip_ordinal(&mut self) {
        for ending in ["st", "nd", "rd", "th"] {
            if let Some(rest) = self.0.strip_prefix(ending) {
                self.0 = rest;
                return;
            }
        }
    }

    /// Reads `2024-07-02`, `2024/7/2`, `2024.7.2`, `2024年7月2日` or `20240702`.
    pub(super) fn numeric_day(&mut self) -> Option<Day> {
        let before = self.0;
        let day = self.compact_day().or_else(|| self.separated_day());
        if day.is_none() {
            self.0 = before;
        }
        day
    }

    /// Reads `20240702`.
    pub(super) fn compact_day(&mut self) -> Option<Day> {
        let number = self.digits(8..=8)?;
        Some(Day(number / 10_000, number / 100 % 100, number % 100))
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

    /// Reads a day whose year stands last, where only one number can be the month: `25.03.2024`,
    /// `3/25/2024`. Between full stops the day is first everywhere.
    pub(super) fn day_before_year(&mut self) -> Option<Day> {
        let before = self.0;
        let day = self.number_number_year();
        if day.is_none() {
            self.0 = before;
        }
        day
    }

    fn number_number_year(&mut self) -> Option<Day> {
        let first = self.digits(1..=2)?;
        let separator = self.0.chars().next()?;
        if !matches!(separator, '.' | '/' | '-') {
            return None;
        }
        self.eat(separator)?;
        let second = self.digits(1..=2)?;
        self.eat(separator)?;
        let year = self.digits(4..=4)?;
        if separator == '.' || first > 12 || first == second {
            Some(Day(year, second, first))
        } else if second > 12 {
            Some(Day(year, first, second))
        } else {
            None
        }
    }

    /// Skips the day of the week after a day: `星期二`, `周二`, `(火)`, `Tue`.
    pub(super) fn skip_weekday(&mut self) {
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
        if let Some(rest) = self
            .0
            .strip_prefix(['月', '火', '水', '木', '金', '土', '日'])
        {
            self.0 = rest.strip_prefix("曜日").unwrap_or(rest);
            self.skip(&[')']);
            return;
        }
        let found = self
            .word()
            .is_some_and(|word| name_of(word, &WEEKDAYS).is_some());
        if found {
            self.skip(&[')', ',']);
        } else {
            self.0 = before;
        }
    }

    pub(super) fn time_or_end(&mut self) -> Result<Option<Time>, Unreadable> {
        if self
            .0
            .strip_prefix(['T', 't', '_'])
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        {
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
    pub(super) fn time(&mut self, more: bool) -> Result<Option<Time>, Unreadable> {
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
            return Some((
                number / 10_000,
                number / 100 % 100,
                number % 100,
                String::new(),
            ));
        }
        if let Some(number) = self.digits(4..=4) {
            return Some((number / 100, number % 100, 0, String::new()));
        }
        let hour = self.digits(1..=2)?;
        self.eat(':')
            .or_else(|| self.eat('时'))
            .or_else(|| self.eat('時'))?;
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
