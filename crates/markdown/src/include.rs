//! Includes, plug-ins and shortcodes that show a picture or play something, by their arguments.

use crate::ascii::{Ascii, SPACE};
use crate::marks::escape;

/// Where players find what is named by an id.
const PLAYERS: &[(&str, &str)] = &[
    ("youtube", "https://www.youtube.com/embed/"),
    ("vimeo", "https://player.vimeo.com/video/"),
    ("bilibili", "https://player.bilibili.com/player.html?bvid="),
    ("gist", "https://gist.github.com/"),
    ("tweet", "https://twitter.com/i/status/"),
    ("twitter", "https://twitter.com/i/status/"),
];

const PICTURES: &[&str] = &["png", "jpg", "jpeg", "gif", "webp", "avif", "svg", "bmp"];
const FILMS: &[&str] = &["mp4", "webm", "mov", "ogv", "mp3", "ogg", "m4a"];

/// What a tag shows, as HTML, when its name and arguments tell.
pub(crate) fn resolve(name: &str, arguments: &str) -> Option<String> {
    let arguments = list(arguments);
    // Of an include the first argument is the file that does the work.
    let (name, arguments) = match arguments.split_first() {
        Some((("", file), rest)) if name.starts_with("include") => (*file, rest),
        _ => (name, &arguments[..]),
    };
    let get = |keys: &[&str]| {
        keys.iter().find_map(|key| {
            let found = arguments
                .iter()
                .find(|(name, value)| name == key && !value.is_empty());
            found.map(|(_, value)| *value)
        })
    };
    let name = name.to_ascii_lowercase();
    let mut html = String::from("<figure>");
    let mut element = |open: &str, start: &str, address: &str| {
        html.push_str(open);
        html.push_str(start);
        escape(address, &mut html);
        html.push('"');
    };
    let id = get(&["id", "video_id", "videoId", "video", ""]).or(arguments.first().map(|a| a.1));
    let player = PLAYERS
        .iter()
        .find(|(player, _)| name.contains(player))
        .zip(id);
    let address = |kinds: &[&str]| {
        arguments.iter().map(|(_, value)| *value).find(|value| {
            let path = value.upto(value.until("?#"));
            let kind = path
                .rsplit_once('.')
                .map(|(_, kind)| kind.to_ascii_lowercase());
            kind.is_some_and(|kind| kinds.contains(&kind.as_str()))
        })
    };
    if let Some(((_, start), id)) = player {
        let start = if id.place("://").is_some() {
            ""
        } else {
            *start
        };
        element("<iframe src=\"", start, id);
        html.push_str("></iframe>");
    } else if let Some(address) = address(PICTURES) {
        element("<img src=\"", "", address);
        html.push_str(" alt=\"");
        escape(get(&["alt", "title"]).unwrap_or_default(), &mut html);
        html.push_str("\">");
    } else if let Some(address) = address(FILMS) {
        element("<video src=\"", "", address);
        html.push_str("></video>");
    } else {
        let address = arguments
            .iter()
            .map(|(_, value)| *value)
            .find(|value| value.starts_with("http"))?;
        element("<a href=\"", "", address);
        html.push('>');
        escape(get(&["text", "name"]).unwrap_or(address), &mut html);
        html.push_str("</a>");
    }
    if let Some(caption) = get(&["caption", "title", "description"]) {
        html.push_str("<figcaption>");
        escape(caption, &mut html);
        html.push_str("</figcaption>");
    }
    html.push_str("</figure>");
    Some(html)
}

/// Cuts arguments: `key="value"`, `key=value`, `"value"`, `value`.
fn list(arguments: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = arguments.skip(SPACE);
    while !rest.is_empty() {
        let mut key = "";
        let end = rest.until(" \t\r\n=\"'");
        if rest.after(end).starts("=") {
            key = rest.upto(end);
            rest = rest.after(end + 1).skip(SPACE);
        }
        let quoted = rest
            .starts("\"'")
            .then(|| rest.after(1).place(rest.upto(1)))
            .flatten();
        let (start, end, next) = match quoted {
            Some(end) => (1, end + 1, end + 2),
            None => (0, rest.until(SPACE), rest.until(SPACE)),
        };
        let value = rest.cut(start, end);
        rest = rest.after(next);
        rest = rest.skip(SPACE);
        found.push((key, value));
    }
    found
}
