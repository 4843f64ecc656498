//! Which part of a file a request asks for (RFC 9110, section 14).
//!
//! A server may answer any such request with the whole file, and must where it does not understand it.

use axum::http::HeaderMap;
use axum::http::header::{HeaderValue, IF_RANGE, RANGE};

/// One part of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// What is asked for, as simple as can be.
    pub(super) value: HeaderValue,
    /// Whether it is so many bytes at the end, however long the file is.
    pub(super) is_end: bool,
}

/// The part; nothing when all of the file is to be sent.
pub(super) fn asked_for(headers: &HeaderMap) -> Option<Part> {
    // The times of files are whole seconds here, in which two versions may be published: none of them tells
    // that what the asker has is of this version.
    if headers.contains_key(IF_RANGE) {
        return None;
    }
    let mut values = headers.get_all(RANGE).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return None;
    };
    let (unit, range) = value.to_str().ok()?.split_once('=')?;
    if !unit.eq_ignore_ascii_case("bytes") {
        return None;
    }
    let (first, last) = range.split_once('-')?;
    let number = |text: &str| -> Option<u64> {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        // Larger ones are beyond any file.
        digits.then(|| text.parse().unwrap_or(u64::MAX >> 1))
    };
    let value = match (first, last) {
        ("", last) => format!("bytes=-{}", number(last)?),
        (first, "") => format!("bytes={}-", number(first)?),
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            if last < first {
                return None;
            }
            format!("bytes={first}-{last}")
        }
    };
    Some(Part {
        is_end: first.is_empty() && number(last) != Some(0),
        value: HeaderValue::from_str(&value).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(range: &str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(RANGE, HeaderValue::from_str(range).unwrap());
        let part = asked_for(&headers)?;
        Some(part.value.to_str().unwrap().to_owned())
    }

    #[test]
    fn what_is_not_understood_is_ignored() {
        for (asked, expected) in [
            ("bytes=0-9", "bytes=0-9"),
            ("BYTES=7-", "bytes=7-"),
            ("bytes=-5", "bytes=-5"),
            (
                "bytes=0-99999999999999999999999",
                "bytes=0-9223372036854775807",
            ),
        ] {
            assert_eq!(part(asked).as_deref(), Some(expected));
        }
        for asked in [
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=a-b",
            "bytes=+1-2",
            "bytes=9-0",
            "lines=0-1",
            "bytes=0-1,3-4",
            "bytes=0-1,",
            "bytes 0-1",
            "bytes=0-1-2",
        ] {
            assert_eq!(part(asked), None, "{asked}");
        }
    }
}
