//! Dates people write, and what becomes of them.

use super::*;
use proptest::prelude::*;

#[track_caller]
fn check(text: &str, iso: &str) {
    let read = read(text).unwrap_or_else(|why| panic!("{text}: {why:?}"));
    assert_eq!(read.date.iso, iso, "{text}");
    assert_eq!(read.unknown_zone, None, "{text}");
}

#[track_caller]
fn check_not(text: &str, why: Unreadable) {
    assert_eq!(read(text), Err(why), "{text}");
}

#[test]
fn days() {
    for text in [
        "2024-07-02",
        " 2024-7-2 ",
        "2024/07/02",
        "2024/7/2",
        "2024.07.02",
        "20240702",
        "\"2024-07-02\"",
        "2024年7月2日",
        "2024 年 07 月 02 日",
        "２０２４年７月２日",
        "2024年7月2日 星期二",
        "2024年7月2日（火）",
        "2024-07-02 Tue",
        "2024년 7월 2일",
        "July 2, 2024",
        "Jul 2 2024",
        "July 2nd, 2024",
        "2 July 2024",
        "02 Jul 2024",
        "2-Jul-2024",
        "Tuesday, July 2, 2024",
    ] {
        check(text, "2024-07-02");
    }
    for text in ["25.03.2024", "25/03/2024", "3/25/2024", "25-3-2024 10:00"] {
        let iso = read(text).unwrap().date.iso;
        assert_eq!(iso.get(..10), Some("2024-03-25"), "{text}");
    }
    check("02.07.2024", "2024-07-02");
    check("07/07/2024", "2024-07-07");
    check("Sept. 5, 2019", "2019-09-05");
    check("18 Dec 2014", "2014-12-18");
    check("9999-12-31", "9999-12-31");
    check("2024-02-29", "2024-02-29");
}

#[test]
fn times() {
    for text in [
        "2024-07-02T01:43:08Z",
        "2024-07-02 01:43:08",
        "2024-07-02 1:43:08",
        "2024-07-02T09:43:08+08:00",
        "2024-07-02T09:43:08+0800",
        "2024-07-02 09:43:08 +0800",
        "2024-07-02 09:43:08 +08",
        "2024-07-01 21:43:08 -04:00",
        "2024-07-02 01:43:08 UTC",
        "2024-07-02 01:43:08 +0000 UTC",
        "2024-07-02 10:43:08 JST",
        "2024-07-02T09:43:08+08:00[Asia/Shanghai]",
        "Tue, 02 Jul 2024 01:43:08 +0000",
        "Tue, 02 Jul 2024 01:43:08 GMT",
        "02 Jul 2024 09:43:08 +0800 (CST)",
        "Tue Jul  2 01:43:08 2024",
        "Tue Jul  2 01:43:08 UTC 2024",
        "July 2, 2024 1:43:08 AM",
        "July 2, 2024 at 1:43:08 am",
        "2024/07/02 01:43:08",
        "20240702T014308Z",
        "1719884588",
    ] {
        check(text, "2024-07-02T01:43:08Z");
    }
    check("2024-07-02 13:05", "2024-07-02T13:05:00Z");
    check("2024年7月2日 13:05", "2024-07-02T13:05:00Z");
    check("2024-07-02 12:05 am", "2024-07-02T00:05:00Z");
    check("2024-07-02 12:05 PM", "2024-07-02T12:05:00Z");
    check("2024-07-02T24:00:00Z", "2024-07-03T00:00:00Z");
    check("2024-07-02T23:59:60Z", "2024-07-02T23:59:59Z");
}

#[test]
fn fractions_stay_as_written() {
    check("2024-07-02T01:43:08.603Z", "2024-07-02T01:43:08.603Z");
    check("2024-07-02T01:43:08.000Z", "2024-07-02T01:43:08.000Z");
    check(
        "2024-01-02T03:04:05.123456789Z",
        "2024-01-02T03:04:05.123456789Z",
    );
    check("1719884588603", "2024-07-02T01:43:08.603Z");
}

#[test]
fn milliseconds() {
    let millis = |text| read(text).unwrap().date.millis;
    assert_eq!(millis("1970-01-01"), 0);
    assert_eq!(millis("2024-07-02T01:43:08.603Z"), 1_719_884_588_603);
    assert_eq!(millis("1969-12-31T23:59:59Z"), -1000);
    assert_eq!(millis("1969-12-31T23:59:59.5Z"), -500);
    assert_eq!(millis("2038-01-19T03:14:08Z"), 2_147_483_648_000);
    assert_eq!(millis("9999-12-31"), 253_402_214_400_000);
}

#[test]
fn a_zone_with_several_meanings_is_named() {
    for (text, zone) in [
        ("2024-01-02 03:04:05 CST", "CST"),
        ("2024-01-02 03:04:05 Asia/Shanghai", "Asia/Shanghai"),
        ("Tue, 02 Jan 2024 03:04:05 XYZ", "XYZ"),
    ] {
        let read = read(text).unwrap();
        assert_eq!(read.date.iso, "2024-01-02T03:04:05Z");
        assert_eq!(read.unknown_zone.as_deref(), Some(zone));
    }
}

#[test]
fn impossible_and_unknown_dates() {
    for text in [
        "2024-13-45",
        "2024-02-30",
        "2023-02-29",
        "2024-00-10",
        "0000-01-01",
        "0001-01-01T00:00:00Z",
        "2024-07-02 25:00",
        "2024-07-02 10:61",
        "2024-07-02T10:00:00+99:00",
        "Feb 30, 2024",
        "20241345",
    ] {
        check_not(text, Unreadable::Impossible);
    }
    for text in [
        "",
        "yesterday",
        "10000-01-01",
        "-0001-01-01",
        "02/07/2024",
        "2024",
        "2024-07",
        "July 2024",
        "2024-07-02 and more",
        "2024-07-02T",
        "2024-07-02-03",
        "{{date}}",
        "2 3 July 2024",
        "1.5",
    ] {
        check_not(text, Unreadable::Unknown);
    }
    check_not(&"9".repeat(10_000), Unreadable::Unknown);
}

#[test]
fn names() {
    let of = |stem| of_name(stem).map(|(date, rest)| (date.iso, rest));
    let is = |day: &str, rest| Some((day.to_owned(), rest));
    assert_eq!(of("2024-07-02-a-title"), is("2024-07-02", "a-title"));
    assert_eq!(of("2024-7-2-a"), is("2024-07-02", "a"));
    assert_eq!(of("2022-03-13"), is("2022-03-13", ""));
    assert_eq!(of("2019-10-14-"), is("2019-10-14", ""));
    assert_eq!(of("2024-07-02 Meeting"), is("2024-07-02", "Meeting"));
    assert_eq!(of("2024.07.02 notes"), is("2024-07-02", "notes"));
    assert_eq!(of("2024_7_2_a"), is("2024-07-02", "a"));
    assert_eq!(of("20240702-a"), is("2024-07-02", "a"));
    assert_eq!(of("20240702"), is("2024-07-02", ""));
    assert_eq!(of("20240702x"), None);
    assert_eq!(of("20241345-a"), None);
    assert_eq!(of("12340101-a"), None);
    assert_eq!(of("202407020-a"), None);
    assert_eq!(of("2024-07-02x"), None);
    assert_eq!(of("2024-13-45-x"), None);
    assert_eq!(of("99999-01-02-y"), None);
    assert_eq!(of("hello"), None);
}

#[test]
fn addresses() {
    let of = |path| of_address(path).map(|date| date.iso);
    assert_eq!(of("2024/01/02/slug").as_deref(), Some("2024-01-02"));
    assert_eq!(of("/blog/2024/1/2/").as_deref(), Some("2024-01-02"));
    assert_eq!(of("2024/01/02").as_deref(), Some("2024-01-02"));
    assert_eq!(of("2024/01/slug"), None);
    assert_eq!(of("12024/01/02/slug"), None);
    assert_eq!(of(""), None);
}

proptest! {
    #[test]
    fn nothing_panics(text in "\\PC{0,40}") {
        let _ = read(&text);
        let _ = of_name(&text);
        let _ = of_address(&text);
    }

    #[test]
    fn no_digits_panic(text in "[0-9TZ:/.+ -]{0,30}(年|月|日|am|Jul)?[0-9TZ:/.+ -]{0,10}") {
        if let Ok(read) = read(&text) {
            prop_assert_eq!(&super::read(&read.date.iso).unwrap().date, &read.date);
        }
    }
}
