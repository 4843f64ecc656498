//! The forms a date may have, put together from the pieces of `scan.rs`; what they mean is worked
//! out in the parent module.

use jiff::civil::Date;

use super::scan::{Day, MONTHS, Scan, WEEKDAYS, name_of};
use super::{Parts, Time, Unreadable};

/// Longest text that is looked at, in bytes.
const MAX: usize = 100;

/// Takes a whole text apart.
pub(super) fn parts(text: &str) -> Result<Parts, Unreadable> {
    let text = plain(text).ok_or(Unreadable::Unknown)?;
    let mut scan = Scan(&text);
    if let Some(parts) = epoch(&text) {
        return parts;
    }
    let day = match scan.numeric_day().or_else(|| scan.day_before_year()) {
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

/// Reads `20240702`, and returns what follows. Eight digits that are no day of these two centuries are
/// a number.
pub(super) fn leading_digits(text: &str) -> Option<(Date, &str)> {
    let mut scan = Scan(text);
    let day = scan.compact_day()?.check().ok()?;
    (1900..2100).contains(&day.year()).then_some((day, scan.0))
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
