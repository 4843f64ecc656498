//! The list of posts: the newest ones, a tag's, or what a search found.

use shelfmark_bundle::Entry;
use shelfmark_search::{Hit, Outcome, Piece, Sort};
use web_sys::Element;

use super::dates;
use super::dom::{Build as _, Dom, append};
use super::filters;
use super::notice;
use super::texts::Texts;
use crate::route::{AUTHOR, ListRoute, Route, SORTS, TAG};

/// Posts of a page of a list.
const PAGE: usize = 20;
/// Posts of a page of results: each one is fetched to show where it matches.
const RESULTS: usize = 10;

/// Posts of a page.
pub(super) fn page_size(route: &ListRoute) -> usize {
    if route.query.trim().is_empty() {
        PAGE
    } else {
        RESULTS
    }
}

/// Builds the list.
pub(super) fn list(dom: &Dom, texts: &Texts, route: &ListRoute, outcome: &Outcome) -> Element {
    let mut view = dom.element("section;class=list-view");
    view = view.with(heading(dom, texts, route, outcome));
    if let Some(chips) = filters::chips(dom, texts, route) {
        view = view.with(chips);
    }
    if outcome.total == 0 {
        let notice = if route.is_plain() {
            notice::empty_archive(dom, texts)
        } else {
            notice::nothing_found(dom, texts, route)
        };
        view = view.with(notice);
        return view;
    }
    // In the order of dates, posts stand under their months.
    let grouped = route.query.trim().is_empty() && route.day.is_empty();
    let first = route.page.saturating_mul(page_size(route)) + 1;
    let mut items: Option<Element> = None;
    let mut last = String::new();
    for (place, hit) in (first..).zip(&outcome.hits) {
        // Not every calendar's months begin with those of the dates.
        let month = match &hit.entry.date {
            Some(date) => dates::month(date, &texts.language),
            None => texts.get("undated"),
        };
        if items.is_none() || (grouped && month != last) {
            if grouped {
                view = view.with(dom.text("h2;class=month", &month));
            }
            let list = dom
                .element("ol;class=posts;role=list;part=posts")
                .set("start", &place.to_string());
            view = view.with(list.clone());
            items = Some(list);
            last = month;
        }
        if let Some(items) = &items {
            append(items, &item(dom, texts, hit, grouped));
        }
    }
    if let Some(pages) = pages(dom, texts, route, outcome.total) {
        view = view.with(pages);
    }
    view
}

/// What the list is, in words; also the page's title.
pub(super) fn title(texts: &Texts, route: &ListRoute) -> String {
    let query = route.query.trim();
    if !query.is_empty() {
        texts.fill("results.for", &[("query", query)])
    } else if !route.is_filtered() {
        texts.get(if route.sort == Sort::Oldest {
            "sort.oldest"
        } else {
            "newest"
        })
    } else {
        let mut names = route.names.concat();
        let key = if names.len() == route.names[TAG].len() && !names.is_empty() {
            "tagged"
        } else {
            "chosen"
        };
        names.extend(filters::days(texts, route));
        texts.fill(key, &[("tags", &names.join(", "))])
    }
}

/// How many there are, in words.
pub(super) fn count(texts: &Texts, route: &ListRoute, outcome: &Outcome) -> String {
    let key = if route.query.trim().is_empty() {
        "posts"
    } else if outcome.exact {
        "matches"
    } else {
        "matches.about"
    };
    texts.count(key, outcome.total)
}

fn heading(dom: &Dom, texts: &Texts, route: &ListRoute, outcome: &Outcome) -> Element {
    let mut head = dom
        .element("div;class=list-head")
        .with(dom.text(
            "h1;class=list-title;tabindex=-1;dir=auto",
            &title(texts, route),
        ))
        .with(dom.text("p;class=count;part=count", &count(texts, route, outcome)));
    if !route.query.trim().is_empty() && outcome.total > 1 {
        head = head.with(order(dom, texts, route.sort));
    }
    if route.is_plain() && route.page == 0 && outcome.total > 1 {
        for (action, told) in [
            ("day", "button;type=button;class=quiet;data-act=day"),
            ("random", "button;type=button;class=quiet;data-act=random"),
        ] {
            head = head.with(dom.text(told, &texts.get(action)));
        }
    } else if !route.is_plain() {
        let share = dom.word(
            "button;type=button;class=quiet;data-act=share",
            texts,
            "share",
        );
        head = head.with(share);
    }
    head
}

/// Chooses the order of the results.
fn order(dom: &Dom, texts: &Texts, chosen: Sort) -> Element {
    let mut select = dom
        .element("select;class=sort;part=sort")
        .set("aria-label", &texts.get("sort"));
    for (sort, name) in SORTS {
        let option = dom
            .text("option", &texts.get(&["sort.", name].concat()))
            .set("value", name);
        let _ = option.toggle_attribute_with_force("selected", sort == chosen);
        select = select.with(option);
    }
    select
}

fn item(dom: &Dom, texts: &Texts, hit: &Hit, grouped: bool) -> Element {
    let entry = &hit.entry;
    let address = Route::Post(entry.slug.clone()).hash();
    let lang = entry.lang.as_deref().unwrap_or("und");
    let link = dom
        .element("a;data-go;class=post-link")
        .set("href", &address);
    let link = marked(dom, link, &hit.title);
    let level = if grouped { "h3" } else { "h2" };
    let title = dom
        .element(&[level, ";class=post-title;dir=auto"].concat())
        .set("lang", lang)
        .with(link);
    let mut article = dom
        .element("article;class=post;part=post")
        .with(title)
        .with(facts(dom, texts, entry, false));
    if !hit.snippet.is_empty() {
        let snippet = dom
            .element("p;class=snippet;part=snippet;dir=auto")
            .set("lang", lang);
        let snippet = marked(dom, snippet, &hit.snippet);
        article = article.with(snippet);
    }
    dom.element("li").with(article)
}

/// Date, authors and tags of a post, in one line.
pub(super) fn facts(dom: &Dom, texts: &Texts, entry: &Entry, whole: bool) -> Element {
    let mut line = dom.element("p;class=facts;part=facts");
    match &entry.date {
        Some(iso) => {
            let (shown, exact) = if whole {
                (
                    dates::day(iso, &texts.language),
                    dates::moment(iso, &texts.language),
                )
            } else {
                (
                    dates::short_day(iso, &texts.language),
                    dates::moment(iso, &texts.language),
                )
            };
            line = line.with(
                dom.text("time", &shown)
                    .set("datetime", iso)
                    .set("title", &exact),
            );
        }
        None => line = line.with(dom.word("span;class=undated", texts, "undated")),
    }
    for author in &entry.authors {
        line = line.with(dom.characters(" "));
        let link = dom
            .element("a;class=author;data-go")
            .set("href", &ListRoute::of(AUTHOR, author).hash());
        line = line.with(link.with(dom.text("bdi", author)));
    }
    for tag in &entry.tags {
        let route = ListRoute::of(TAG, tag);
        line = line.with(dom.characters(" "));
        let mut link = dom
            .element("a;class=tag;data-go")
            .set("href", &route.hash());
        link = link.with(dom.text("bdi", tag));
        line = line.with(link);
    }
    line
}

/// Adds pieces of text, matches in `mark`.
pub(super) fn marked(dom: &Dom, mut parent: Element, pieces: &[Piece]) -> Element {
    for piece in pieces {
        parent = if piece.mark {
            parent.with(dom.text("mark", &piece.text))
        } else {
            parent.with(dom.characters(&piece.text))
        };
    }
    parent
}

fn pages(dom: &Dom, texts: &Texts, route: &ListRoute, total: usize) -> Option<Element> {
    let last = total
        .div_ceil(page_size(route))
        .checked_sub(1)
        .filter(|last| *last > 0)?;
    let to = |page: usize| {
        ListRoute {
            page,
            ..route.clone()
        }
        .hash()
    };
    let words = if route.query.trim().is_empty() {
        ("page.previous", "page.next")
    } else {
        ("results.previous", "results.next")
    };
    let mut nav = dom
        .element("nav;class=pages;part=pages")
        .set("aria-label", &texts.get("pages"));
    if route.page > 0 {
        let address = to(route.page.min(last + 1) - 1);
        nav = nav.with(
            dom.word(
                "a;class=page page-previous;data-go;rel=prev",
                texts,
                words.0,
            )
            .set("href", &address),
        );
    }
    let (n, of) = (texts.number(route.page + 1), texts.number(last + 1));
    nav = nav.with(dom.text(
        "span;class=page-place",
        &texts.fill("page", &[("n", &n), ("total", &of)]),
    ));
    if route.page < last {
        nav = nav.with(
            dom.word("a;class=page page-next;data-go;rel=next", texts, words.1)
                .set("href", &to(route.page + 1)),
        );
    }
    Some(nav)
}
