//! Shortcodes of Hugo and Zola, and of what their themes bring along.

use super::{Place, Shown, within_brackets};
use crate::dialect::Dialect;
use crate::shown::{Around, capital, escaped};

/// Shortcodes that set a part of the text apart: their first word may say of which kind it is.
const APART: &[&str] = &[
    "admonition",
    "alert",
    "callout",
    "notice",
    "hint",
    "note",
    "tip",
    "info",
    "warning",
    "warn",
    "danger",
    "important",
    "caution",
    "success",
    "error",
    "question",
    "box",
    "aside",
];

/// Shortcodes that hide a part of the text below a title.
const FOLDED: &[&str] = &[
    "details",
    "expand",
    "expandable",
    "collapse",
    "spoiler",
    "fold",
    "toggle",
    "accordion-item",
    "accordionItem",
];

/// Kinds of what is set apart.
const KINDS: &[&str] = &[
    "note",
    "tip",
    "info",
    "warning",
    "danger",
    "important",
    "caution",
    "success",
    "error",
    "question",
    "abstract",
    "bug",
    "example",
    "failure",
    "quote",
    "primary",
    "secondary",
];

const QUOTATIONS: &[&str] = &["quote", "blockquote", "pullquote", "epigraph", "cite"];

/// Shortcodes of which only the place of what they enclose would be seen.
const PLAIN: &[&str] = &[
    "tabs",
    "tabpane",
    "tabgroup",
    "tabcontainer",
    "code-tabs",
    "codetabs",
    "columns",
    "column",
    "row",
    "col",
    "steps",
    "gallery",
    "rawhtml",
    "raw-html",
    "unsafe",
    "center",
    "lead",
    "typeit",
    "accordion",
    "cards",
    "grid",
    "div",
    "span",
    "section",
    "markdown",
    "md",
];

const TABS: &[&str] = &[
    "tab", "tabitem", "tab-item", "codetab", "code-tab", "step", "card",
];

const FILMS: &[&str] = &[
    "mp4", "webm", "mov", "ogv", "mp3", "ogg", "oga", "m4a", "wav", "flac", "opus", "m4v",
];
const PICTURES: &[&str] = &["png", "jpg", "jpeg", "gif", "webp", "avif", "svg", "bmp"];

pub(super) fn shown(place: &Place<'_>, around: &Around<'_>) -> Option<Shown> {
    let tag = place.tag;
    let zola = around.post.dialect == Dialect::Zola;
    let one = |shown: String| Some(Shown::One(shown));
    let id = tag.named(&["id", "url"]).or(tag.word(0));
    let title = tag.named(&[
        "title", "summary", "header", "heading", "label", "name", "tabName",
    ]);
    match tag.name {
        "ref" | "relref" if !zola => {
            // `ref "page"`, or `ref path="page" lang="en"`.
            one(around.address(tag.at, tag.named(&["path"]).or(tag.word(0))?))
        }
        "x" | "tweet" | "twitter" if tag.named(&["user"]).is_some() || tag.name == "x" => {
            let user = tag.named(&["user"]).unwrap_or("i");
            one(outside("https://x.com/", &format!("{user}/status/{}", id?)))
        }
        "instagram" => one(outside(
            "https://www.instagram.com/p/",
            &format!("{}/", id?),
        )),
        "gist" => {
            let id = match (tag.word(0), tag.word(1)) {
                (Some(user), Some(id)) => format!("{user}/{id}"),
                _ => id?.to_owned(),
            };
            one(outside("https://gist.github.com/", &id))
        }
        "streamable" => one(outside("https://streamable.com/", id?)),
        // Players are made of Hugo's form when the post is rendered.
        "youtube" | "vimeo" | "bilibili" if zola => {
            let id = id.filter(|id| !id.contains(['"', '>']))?;
            one(format!("{{{{< {} id=\"{id}\" >}}}}", tag.name))
        }
        "mermaid" | "plantuml" | "chart" | "echarts" | "goat" => place.code(tag.name),
        "katex" | "math" | "latex" => {
            let inner = place.inner?.trim();
            let mark = if inner.contains('\n') || tag.word(0) == Some("display") {
                "$$"
            } else {
                "$"
            };
            Some(Shown::Whole(format!("{mark}{inner}{mark}")))
        }
        "button" | "btn" if place.inner.is_some() => {
            let href = tag.named(&["href", "url", "link"]).map(str::to_owned);
            let page = tag.named(&["relref", "ref", "page"]);
            let href = href.or(page.map(|page| around.address(tag.at, page)));
            let address = href.or(tag.word(0).map(str::to_owned));
            match address {
                Some(address) => place.link(&address),
                None => place.section(""),
            }
        }
        name if QUOTATIONS.contains(&name) => {
            let by = tag
                .named(&["author", "by", "cite", "source"])
                .unwrap_or_default();
            let source = tag.named(&["title", "link", "url"]).unwrap_or_default();
            let comma = if by.is_empty() || source.is_empty() {
                ""
            } else {
                ", "
            };
            place.quotation("", &format!("{by}{comma}{source}"))
        }
        name if APART.contains(&name) => place.quotation(&title_of(place, title), ""),
        name if FOLDED.contains(&name) => {
            let title = title
                .or(tag.word(0))
                .map_or_else(|| capital(name), str::to_owned);
            place.quotation(&title, "")
        }
        name if TABS.contains(&name) => place.section(title.or(tag.word(0)).unwrap_or_default()),
        name if PLAIN.contains(&name) && place.inner.is_some() => place.section(""),
        _ => of_files(place, zola),
    }
}

/// The title of what is set apart: its own, else its kind.
fn title_of(place: &Place<'_>, title: Option<&str>) -> String {
    let tag = place.tag;
    let kind = tag.named(&["type", "kind", "context", "color", "icon", "level"]);
    let mut words = tag.words.iter().copied();
    let first = words.next();
    // A second word is a title, but for what says whether it is open.
    let second = words.find(|word| !matches!(*word, "true" | "false"));
    if let Some(title) = title.or(second) {
        return title.to_owned();
    }
    let known = kind.or(first).map(str::to_lowercase);
    match known.filter(|kind| KINDS.contains(&kind.as_str())) {
        Some(kind) => capital(&kind),
        // `note "Title"`: the name says what it is.
        None if KINDS.contains(&tag.name) => first.map_or_else(|| capital(tag.name), str::to_owned),
        None => capital(tag.name),
    }
}

/// What is shown of a shortcode for the files that it names.
fn of_files(place: &Place<'_>, zola: bool) -> Option<Shown> {
    let tag = place.tag;
    let of_kind = |kinds: &[&str]| {
        tag.values().find(|value| {
            let path = value.split(['?', '#']).next().unwrap_or_default();
            let kind = path
                .rsplit_once('.')
                .map(|(_, kind)| kind.to_ascii_lowercase());
            kind.is_some_and(|kind| kinds.contains(&kind.as_str()))
        })
    };
    if let Some(pattern) = of_kind(PICTURES) {
        if pattern.contains('*') {
            // Which files these are only the program knows.
            return Some(Shown::One(format!("`{}`", place.source)));
        }
        if zola {
            let alt = tag.named(&["alt", "title", "caption"]).unwrap_or_default();
            let address = within_brackets(pattern);
            return Some(Shown::One(format!("![{}]({address})", escaped(alt))));
        }
    } else if let Some(film) = of_kind(FILMS).filter(|film| !film.contains("://")) {
        let name = film.rsplit('/').next().unwrap_or(film);
        let title = tag.named(&["title", "caption", "alt"]).unwrap_or(name);
        let link = format!("[{}]({})", escaped(title), within_brackets(film));
        return Some(match place.inner {
            Some(_) => Shown::Pair(link, String::new()),
            None => Shown::One(link),
        });
    }
    // A player, picture or link is made of these when the post is rendered.
    let players = ["youtube", "vimeo", "bilibili", "gist", "tweet", "twitter"];
    let resolved = players.iter().any(|player| tag.name.contains(player))
        || of_kind(PICTURES).is_some()
        || of_kind(FILMS).is_some()
        || tag.values().any(|value| value.starts_with("http"));
    if zola || resolved {
        place.as_it_stands()
    } else {
        None
    }
}

fn outside(base: &str, id: &str) -> String {
    if id.starts_with("https://") || id.starts_with("http://") {
        return format!("<{id}>");
    }
    let id: String = id
        .chars()
        .filter(|c| !c.is_whitespace() && !"<>".contains(*c))
        .collect();
    format!("<{base}{id}>")
}
