//! Dates that are hard to believe.

use crate::date;
use crate::diagnostic::Diagnostic;
use crate::post::Post;
use crate::slug::split_extension;

const DAY: i64 = 86_400_000;

/// 1990-01-01: what is older was not written for this form.
const OLDEST: i64 = 631_152_000_000;

pub(super) fn look(post: &Post, file: &str, now: i64, found: &mut Vec<Diagnostic>) {
    let Some(date) = &post.date else { return };
    let complaint = if date.millis > now + 2 * DAY {
        Some("lies in the future")
    } else if date.millis < OLDEST {
        Some("lies before 1990")
    } else {
        None
    };
    if let Some(complaint) = complaint {
        let day = date.iso.get(..10).unwrap_or(&date.iso);
        found.push(
            Diagnostic::warning(
                "date-suspicious",
                file,
                format!("the date {day} {complaint}"),
            )
            .help("posts are listed by date: look whether day, month and year are in their places"),
        );
    }
    if post.told.date != "front matter" {
        return;
    }
    let path = String::from_utf8_lossy(&post.path);
    let name = path.rsplit('/').next().unwrap_or_default();
    let stem = split_extension(name.as_bytes()).0;
    let stem = String::from_utf8_lossy(stem);
    if let Some((named, _)) = date::of_name(&stem)
        // A day is a day of some time zone.
        && !(-DAY..2 * DAY).contains(&(date.millis - named.millis))
    {
        let day = date.iso.get(..10).unwrap_or(&date.iso);
        found.push(
            Diagnostic::note(
                "date-differs",
                file,
                format!("the front matter says {day}, the file's name {}", named.iso),
            )
            .help("the front matter counts"),
        );
    }
}
