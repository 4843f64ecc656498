//! States without posts: loading, empty, failed.

use std::ops::Range;

use shelfmark_search::Piece;
use web_sys::Element;

use super::dom::{Build as _, Dom, append};
use super::failure::Failure;
use super::filters;
use super::list_view::marked;
use super::texts::Texts;
use crate::route::ListRoute;

/// A heading, a paragraph, and what can be done.
fn notice(dom: &Dom, kind: &str, heading: &str, help: &str) -> Element {
    dom.element("section;part=notice")
        .set("class", &["notice notice-", kind].concat())
        .with(dom.text("h1;class=notice-title;tabindex=-1", heading))
        .with(dom.text("p;class=notice-help", help))
}

/// Lets the page that the element stands in say it in its own way.
fn replaceable(dom: &Dom, slot: &str, element: Element) -> Element {
    dom.element(slot).with(element)
}

/// Something is being loaded: `part` of `whole` bytes, when that is known.
pub(super) fn loading(dom: &Dom, message: &str, progress: Option<(u64, u64)>) -> Element {
    let bar = dom
        .element("progress;class=progress")
        .set("aria-label", message);
    if let Some((part, whole)) = progress {
        let _ = bar.set_attribute("max", &whole.max(1).to_string());
        let _ = bar.set_attribute("value", &part.to_string());
    }
    dom.element("section;class=notice notice-loading")
        .with(dom.text("p;class=notice-help", message))
        .with(bar)
}

/// A search or filter without a match.
///
/// What it offers is what helps: the same search without each of the filters.
pub(super) fn nothing_found(dom: &Dom, texts: &Texts, route: &ListRoute) -> Element {
    let mut element = notice(
        dom,
        "empty",
        &texts.get("empty.results"),
        &texts.get("empty.help"),
    );
    let mut offers = dom.element("p;class=offers");
    let offer = |name: &str, list: ListRoute| {
        let label = texts.fill("suggest.without", &[("tag", name)]);
        let link = dom
            .text("a;class=button;data-go", &label)
            .set("href", &list.hash());
        append(&offers, &link);
    };
    for (kind, names) in route.names.iter().enumerate() {
        for name in names {
            let mut list = route.clone();
            list.names[kind].retain(|other| other != name);
            list.page = 0;
            offer(name, list);
        }
    }
    if let Some(days) = filters::days(texts, route) {
        let list = ListRoute {
            from: String::new(),
            to: String::new(),
            day: String::new(),
            page: 0,
            ..route.clone()
        };
        offer(&days, list);
    }
    offers = offers.with(dom.word(
        "button;type=button;class=button;data-act=clear-all",
        texts,
        "clear.all",
    ));
    element = element.with(offers);
    replaceable(dom, "slot;name=empty", element)
}

/// An archive without posts.
pub(super) fn empty_archive(dom: &Dom, texts: &Texts) -> Element {
    let element = notice(dom, "empty", &texts.get("empty.archive"), "");
    replaceable(dom, "slot;name=empty", element)
}

/// A failure: what happened, which file, and what to do.
pub(super) fn failure(dom: &Dom, texts: &Texts, failure: &Failure) -> Element {
    let offline = failure.code() == "network"
        && web_sys::window().is_some_and(|window| !window.navigator().on_line());
    let key = match failure.code() {
        "network" if offline => "error.offline",
        "network" => "error.network",
        "integrity" => "error.integrity",
        "version" => "error.version",
        "not-found" => "notfound",
        "query" => "query.error",
        _ => "error.format",
    };
    let help = match failure {
        Failure::Query { error, .. } => texts.get(&["query.", error.kind.code()].concat()),
        Failure::NotFound => texts.get("notfound.help"),
        _ => texts.get(&[key, ".help"].concat()),
    };
    let mut element = notice(dom, failure.code(), &texts.get(key), &help);
    if let Some(file) = failure.file() {
        let line = texts.fill("error.file", &[("file", file)]);
        element = element.with(dom.text("p;class=notice-file", &line));
    }
    if let Failure::Query { query, error } = failure {
        element = element.with(pointed_at(dom, query, &error.span));
    }
    if let (Some(_), Some(detail)) = (failure.file(), failure.detail()) {
        element = element.with(dom.text("p;class=notice-file;lang=en", &detail));
    }
    match failure {
        Failure::Query { .. } | Failure::Options => {}
        Failure::NotFound => {
            let home = dom.word("a;class=button;href=#/;data-go", texts, "home");
            element = element.with(home);
        }
        _ => {
            element = element.with(dom.word(
                "button;type=button;class=button;data-act=retry",
                texts,
                "retry",
            ))
        }
    }
    replaceable(dom, "slot;name=error", element)
}

/// A query with the part that is to blame marked.
fn pointed_at(dom: &Dom, query: &str, span: &Range<usize>) -> Element {
    let mut line = dom.element("p;class=notice-file;dir=auto");
    for (range, blamed) in [
        (0..span.start, false),
        (span.clone(), true),
        (span.end..query.len(), false),
    ] {
        let text = query.get(range).unwrap_or_default();
        let piece = Piece {
            text: text.into(),
            mark: blamed,
        };
        line = marked(dom, line, &[piece]);
    }
    line
}
