//! Dates as the reader writes them, in UTC.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;

/// The day of an ISO 8601 date in words, e.g. `2 July 2024`; the input itself when it is none.
pub(super) fn day(iso: &str, language: &str) -> String {
    format(iso, language, "long", false)
}

/// The day in short form, e.g. `2 Jul 2024`.
pub(super) fn short_day(iso: &str, language: &str) -> String {
    format(iso, language, "short", false)
}

/// Day and time with the time zone; the day alone when no time is given.
pub(super) fn moment(iso: &str, language: &str) -> String {
    format(iso, language, "long", iso.contains('T'))
}

/// Month and year of a day, e.g. `July 2024`, in the calendar of the language.
pub(super) fn month(iso: &str, language: &str) -> String {
    format(iso, language, "", false)
}

/// The day without its year, e.g. `2 July`.
pub(super) fn anniversary(iso: &str, language: &str) -> String {
    format(iso, language, "year", false)
}

thread_local! {
    /// Formatters by what they were made for: making one takes longer than all else here.
    static MADE: RefCell<Vec<(String, js_sys::Function)>> = const { RefCell::new(Vec::new()) };
}

fn format(iso: &str, language: &str, month: &str, time: bool) -> String {
    let date = js_sys::Date::new(&JsValue::from_str(iso));
    if date.get_time().is_nan() {
        return iso.to_owned();
    }
    let key = [language, month, if time { "t" } else { "" }].join(" ");
    MADE.with_borrow_mut(|made| {
        let place = made.iter().position(|(other, _)| *other == key);
        let place = place.unwrap_or_else(|| {
            made.push((key, formatter(language, month, time)));
            made.len() - 1
        });
        let text = made[place].1.call1(&JsValue::UNDEFINED, &date);
        let text = text.ok().and_then(|text| text.as_string());
        text.unwrap_or_else(|| iso.to_owned())
    })
}

fn formatter(language: &str, month: &str, time: bool) -> js_sys::Function {
    let options = js_sys::Object::new();
    let set = |name: &str, value: &str| {
        let _ = js_sys::Reflect::set(&options, &name.into(), &value.into());
    };
    set("timeZone", "UTC");
    if month != "year" {
        set("year", "numeric");
    }
    set("month", if month == "short" { month } else { "long" });
    if !month.is_empty() {
        set("day", "numeric");
    }
    if time {
        set("hour", "2-digit");
        set("minute", "2-digit");
        set("timeZoneName", "short");
    }
    js_sys::Intl::DateTimeFormat::new(&js_sys::Array::of1(&language.into()), &options).format()
}
