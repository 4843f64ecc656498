//! Dates as people write them, to one point in time.
//!
//! A date that can't exist or can't be understood is an answer of its own ([`Unreadable`]), never
//! a guess: nothing here knows today's date, and a day that might be a month stays unread. A time
//! without a zone is UTC.

mod grammar;
mod scan;

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime};

use crate::post::PostDate;

/// A date that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Read {
    /// The point in time.
    pub(crate) date: PostDate,
    /// A zone's name that was not understood or has several meanings; the time was taken as UTC.
    pub(crate) unknown_zone: Option<String>,
}

/// Why a text is no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// It has the form of a date, but the calendar has no such day or time.
    Impossible,
    /// It has no form that is known.
    Unknown,
}

/// The parts of a date, as they were written.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Parts {
    day: Date,
    time: Option<Time>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Time {
    /// Seconds since midnight, up to 24:00:00.
    seconds: i64,
    /// Digits of the fraction as written, at most nine; empty when there is none.
    fraction: String,
    /// Seconds east of UTC.
    offset: i64,
    unknown_zone: Option<String>,
}

/// Reads a date as it stands in front matter.
pub(crate) fn read(text: &str) -> Result<Read, Unreadable> {
    let parts = grammar::parts(text)?;
    Ok(Read {
        date: post_date(&parts).ok_or(Unreadable::Impossible)?,
        unknown_zone: parts.time.and_then(|time| time.unknown_zone),
    })
}

/// Reads the day that the name of a file or folder begins with: `2024-07-02-title`, `2024.7.2 title`
/// or `20240702-title`.
///
/// Returns it with the rest of the name, without what separates them.
pub(crate) fn of_name(stem: &str) -> Option<(PostDate, &str)> {
    let mut separators = ['-', '.', '_'].into_iter();
    let (day, rest) = separators
        .find_map(|separator| grammar::leading_day(stem, separator))
        .or_else(|| grammar::leading_digits(stem))?;
    let title = rest.trim_start_matches(['-', '_', '.', ' ']);
    if title.len() == rest.len() && !rest.is_empty() {
        return None;
    }
    Some((bare(day)?, title))
}

/// Reads the day in an address like `2024/07/02/slug`, as Zola's `path` holds it, and folders of
/// years, months and days do.
pub(crate) fn of_address(path: &str) -> Option<PostDate> {
    let mut rest = path.trim_start_matches('/');
    loop {
        if let Some((day, after)) = grammar::leading_day(rest, '/')
            && (after.is_empty() || after.starts_with('/'))
        {
            return bare(day);
        }
        rest = rest.split_once('/')?.1;
    }
}

fn bare(day: Date) -> Option<PostDate> {
    post_date(&Parts { day, time: None })
}

fn post_date(parts: &Parts) -> Option<PostDate> {
    // Go programs write this for a date that is not set.
    if parts.day <= Date::constant(1, 1, 1) {
        return None;
    }
    let midnight = parts.day.to_datetime(jiff::civil::Time::midnight());
    let Some(time) = &parts.time else {
        return Some(PostDate {
            millis: seconds_since_epoch(midnight)? * 1000,
            iso: format!("{}", parts.day),
        });
    };
    let utc = midnight
        .checked_add(SignedDuration::from_secs(time.seconds - time.offset))
        .ok()?;
    if utc.year() < 1 {
        return None;
    }
    let mut millis = 0;
    for digit in time.fraction.bytes().chain(*b"000").take(3) {
        millis = millis * 10 + i64::from(digit - b'0');
    }
    let dot = if time.fraction.is_empty() { "" } else { "." };
    Some(PostDate {
        millis: seconds_since_epoch(utc)? * 1000 + millis,
        iso: format!(
            "{}{dot}{}Z",
            utc.strftime("%Y-%m-%dT%H:%M:%S"),
            time.fraction
        ),
    })
}

fn seconds_since_epoch(utc: DateTime) -> Option<i64> {
    const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
    Some(utc.duration_since(EPOCH).as_secs())
}

#[cfg(test)]
mod tests;
