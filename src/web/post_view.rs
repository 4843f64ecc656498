//! One post, to be read.

use shelfmark_bundle::{Entry, Reading};
use shelfmark_markdown::{host, resolve};
use shelfmark_text::is_rtl;
use web_sys::Element;

use super::body::{self, Body, Images};
use super::dates;
use super::dom::{Build as _, Dom};
use super::list_view::facts;
use super::texts::Texts;
use crate::route::Route;

/// The posts before and after.
#[derive(Debug, Clone, Default)]
pub(super) struct Neighbours {
    pub(super) newer: Option<Entry>,
    pub(super) older: Option<Entry>,
}

/// Builds the view of a post around its body.
pub(super) fn post(
    dom: &Dom,
    texts: &Texts,
    record: &Reading,
    body: Option<&Body>,
    around: &Neighbours,
    images: Images,
) -> Element {
    let entry = &record.entry;
    let lang = entry.lang.as_deref().unwrap_or("und");
    let direction = if is_rtl(lang) { "rtl" } else { "ltr" };
    let back = dom.word("a;class=back;href=#/;data-act=back", texts, "post.back");
    let title = dom
        .text(
            "h1;class=title;part=post-title;dir=auto;tabindex=-1",
            &entry.title,
        )
        .set("lang", lang);
    let mut head = dom
        .element("header;class=post-head")
        .set("dir", direction)
        .with(title)
        .with(facts(dom, texts, entry, true));
    head = head.with(source_line(dom, texts, entry));
    let mut article = dom.element("article;class=reading;part=article").with(head);
    match body.filter(|body| body.notes.anything) {
        Some(body) => {
            if body.images.len() > 1 && images == Images::Ask {
                let label = texts.fill("image.all", &[("n", &texts.number(body.images.len()))]);
                article = article.with(
                    dom.element("p;class=images-note")
                        .with(dom.text("button;type=button;class=button;data-act=images", &label))
                        .with(dom.word("span", texts, "image.note")),
                );
            }
            let _ = body.element.set_attribute("lang", lang);
            let _ = body.element.set_attribute("dir", direction);
            article = article.with(body.element.clone());
            for (said, key) in body.notes.limits() {
                if said {
                    article = article.with(dom.word("p;class=limit", texts, key));
                }
            }
        }
        None => article = article.with(without_body(dom, texts, entry)),
    }
    dom.element("div;class=post-view")
        .with(back)
        .with(article)
        .with(neighbours(dom, texts, around))
}

fn address(entry: &Entry) -> Option<String> {
    resolve("", entry.source.as_deref()?).filter(|address| host(address).is_some())
}

/// Where the post was taken from, and what that does not promise.
fn source_line(dom: &Dom, texts: &Texts, entry: &Entry) -> Element {
    let mut line = dom.element("p;class=source;part=source");
    if let Some(address) = address(entry) {
        line = line.with(dom.word("span;class=source-label", texts, "post.source"));
        line = line.with(dom.characters(" "));
        let link = dom.text(
            "a;class=source-link;dir=ltr",
            host(&address).unwrap_or_default(),
        );
        body::lead_outside(&link, &address, texts);
        line = line.with(link);
        line = line.with(dom.characters(" "));
        line = line.with(dom.word("span;class=source-note", texts, "post.source.note"));
    }
    line
}

fn without_body(dom: &Dom, texts: &Texts, entry: &Entry) -> Element {
    let mut note = dom.element("div;class=no-body");
    match address(entry) {
        Some(address) => {
            note = note.with(dom.word("p", texts, "post.nobody.source"));
            let link = dom.text("a;class=source-url;dir=ltr", &address);
            body::lead_outside(&link, &address, texts);
            note = note.with(dom.element("p").with(link));
        }
        None => note = note.with(dom.word("p", texts, "post.nobody")),
    }
    note
}

fn neighbours(dom: &Dom, texts: &Texts, around: &Neighbours) -> Element {
    let mut nav = dom
        .element("nav;class=neighbours")
        .set("aria-label", &texts.get("pages"));
    for (entry, label, class) in [
        (&around.newer, "post.newer", "neighbour newer"),
        (&around.older, "post.older", "neighbour older"),
    ] {
        let Some(entry) = entry else { continue };
        let address = Route::Post(entry.slug.clone()).hash();
        let mut link = dom
            .element("a;data-go")
            .set("class", class)
            .set("href", &address)
            .with(dom.word("span;class=neighbour-label", texts, label))
            .with(
                dom.text("bdi;class=neighbour-title", &entry.title)
                    .set("lang", entry.lang.as_deref().unwrap_or("und")),
            );
        if let Some(date) = &entry.date {
            link = link.with(dom.text(
                "span;class=neighbour-date",
                &dates::short_day(date, &texts.language),
            ));
        }
        nav = nav.with(link);
    }
    nav
}
