//! Dates as the reader writes them, in UTC.

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

fn format(iso: &str, language: &str, month: &str, time: bool) -> String {
    let date = js_sys::Date::new(&JsValue::from_str(iso));
    if date.get_time().is_nan() {
        return iso.to_owned();
    }
    let options = js_sys::Object::new();
    let set = |name: &str, value: &str| {
        let _ = js_sys::Reflect::set(&options, &name.into(), &value.into());
    };
    set("timeZone", "UTC");
    set("year", "numeric");
    set("month", month);
    set("day", "numeric");
    if time {
        set("hour", "2-digit");
        set("minute", "2-digit");
        set("timeZoneName", "short");
    }
    date.to_locale_string(language, &options).into()
}
