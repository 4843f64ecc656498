//! Lists in the viewer: what a list asks of the engine, what is shown first and what follows, and
//! the filters beside it.

use std::rc::Rc;

use gloo::timers::callback::Timeout;
use shelfmark_bundle::{Count, day_number};
use shelfmark_search::{Facets, FacetsWanted, Query, Request};
use wasm_bindgen::prelude::*;

use super::app::{App, Shown};
use super::dom::{self, append};
use super::failure::Failure;
use super::{filters, list_view};
use crate::route::{KINDS, ListRoute};

/// Posts that are read after the hits are shown to make their number exact: some 50 kB.
const READ_AHEAD: usize = 12;
/// Most bytes that are fetched to name the authors of all posts; those of matches are counted anyway.
const AUTHORS: u64 = 64 << 10;

/// What is known for the filters: counts of the present list, and the months of the whole archive.
#[derive(Debug, Default)]
pub(super) struct Counted {
    facets: Facets,
    months: Vec<Count>,
    route: ListRoute,
}

impl App {
    pub(super) async fn list_view(
        self: &Rc<Self>,
        route: &ListRoute,
        turn: u32,
    ) -> Result<Shown, Failure> {
        let mut request = self.request(route)?;
        let searching = !request.query.is_empty();
        // What a search found is shown before it is counted.
        request.facets.tags = !searching;
        request.facets.categories = !searching && self.has_categories();
        self.bring(&request, turn).await?;
        let shown = self.archive.with(|engine| {
            let mut outcome = engine.answer(&request);
            self.total.set(outcome.total);
            let facets = core::mem::take(&mut outcome.facets);
            let view = list_view::list(&self.dom, &self.texts, route, &outcome);
            let plain = route.is_plain();
            Some(Shown {
                title: if plain {
                    String::new()
                } else {
                    list_view::title(&self.texts, route)
                },
                message: list_view::count(&self.texts, route, &outcome),
                view,
                facets: (!searching).then_some(facets),
                images: Vec::new(),
                copies: Vec::new(),
            })
        });
        shown.ok_or(Failure::NotFound)
    }

    /// Whether categories are told apart from tags.
    fn has_categories(&self) -> bool {
        self.archive
            .with(|engine| engine.manifest().categories.is_some())
    }

    fn request(&self, route: &ListRoute) -> Result<Request, Failure> {
        let size = list_view::page_size(route);
        let [tags, categories, authors] = route.names.clone();
        let day = |day: &String| (!day.is_empty()).then(|| day.clone());
        Ok(Request {
            query: Query::parse(&route.query, true).map_err(|error| Failure::Query {
                query: route.query.clone(),
                error,
            })?,
            tags,
            categories,
            authors,
            from: day(&route.from),
            to: day(&route.to),
            on_day: day_number(&route.day),
            sort: route.sort,
            offset: route.page.saturating_mul(size),
            limit: size,
            ..Request::default()
        })
    }

    /// Brings what a request needs, for as long as its turn lasts.
    async fn bring(self: &Rc<Self>, request: &Request, turn: u32) -> Result<(), Failure> {
        let progress = |part, whole| {
            if self.loading_shown.get() {
                self.tell_loading(turn, Some((part, whole)));
            }
        };
        while self.turn.get() == turn {
            let needs = self.archive.needs(request);
            if needs.is_empty() {
                break;
            }
            self.archive.provide(needs, &progress).await?;
        }
        Ok(())
    }

    /// After a list is shown: counts what its posts carry, and reads some more of those that a search
    /// may have found, to tell how many it has.
    pub(super) async fn complete(self: &Rc<Self>, route: &ListRoute, turn: u32) {
        let Ok(mut request) = self.request(route) else {
            return;
        };
        let searching = !request.query.is_empty();
        let authors = self.archive.with(|engine| {
            let shards = &engine.manifest().facets;
            !request.is_plain() || shards.iter().map(|shard| shard.bytes()).sum::<u64>() <= AUTHORS
        });
        request.facets = FacetsWanted {
            tags: true,
            categories: self.has_categories(),
            authors,
            months: true,
        };
        request.read = if searching { READ_AHEAD } else { 0 };
        // Whatever fails now leaves what is shown as it is.
        let _ = self.bring(&request, turn).await;
        loop {
            if self.turn.get() != turn {
                return;
            }
            if !searching || !self.archive.settle() {
                break;
            }
            // The page may react in between.
            let pause = js_sys::Promise::new(&mut |resolve, _| {
                Timeout::new(0, move || drop(resolve.call0(&JsValue::UNDEFINED))).forget();
            });
            let _ = wasm_bindgen_futures::JsFuture::from(pause).await;
        }
        let outcome = self.archive.with(|engine| Some(engine.answer(&request)));
        let Some(mut outcome) = outcome else { return };
        let count = list_view::count(&self.texts, route, &outcome);
        if let Some(shown) = self.find(".count")
            && shown.text_content().as_deref() != Some(&count)
        {
            shown.set_text_content(Some(&count));
            self.frame.announce(&count);
        }
        let facets = core::mem::take(&mut outcome.facets);
        self.counted(facets, route);
        self.draw_timeline();
        if searching && outcome.total > 0 {
            self.reader.remember(route.query.trim());
        }
    }

    /// Takes what a list's posts carry, and shows it.
    pub(super) fn counted(&self, mut facets: Facets, route: &ListRoute) {
        if !self.has_categories() {
            facets.categories.clear();
        }
        let mut counted = self.counted.borrow_mut();
        counted.facets = facets;
        counted.route = route.clone();
        drop(counted);
        self.show_filters(true);
    }

    /// Shows the filters, or hides them.
    pub(super) fn show_filters(&self, shown: bool) {
        let counted = self.counted.borrow();
        let Counted { facets, route, .. } = &*counted;
        let has_days = self.archive.with(|engine| engine.manifest().days.is_some());
        if !shown || (facets.tags.is_empty() && !route.is_filtered() && !has_days) {
            dom::set_hidden(&self.frame.aside, true);
            return;
        }
        let fresh = self.dom.element("div");
        let lists = [&facets.tags, &facets.categories, &facets.authors];
        for (kind, counts) in lists.into_iter().enumerate() {
            let state = &self.facets_shown.borrow()[kind];
            let facet = filters::facet(&self.dom, &self.texts, kind, counts, route, state);
            if let Some(facet) = facet {
                append(&fresh, &facet);
            }
        }
        dom::set_hidden(&self.frame.aside, false);
        self.reader.swap(&self.frame.panel, &fresh);
    }

    /// Draws the months once what they need is here.
    fn draw_timeline(&self) {
        let mut counted = self.counted.borrow_mut();
        if counted.months.is_empty() {
            let months = Request {
                facets: FacetsWanted {
                    months: true,
                    ..FacetsWanted::default()
                },
                ..Request::default()
            };
            let outcome = self.archive.with(|engine| Some(engine.answer(&months)));
            counted.months = outcome
                .map(|outcome| outcome.facets.months)
                .unwrap_or_default();
        }
        let lines = |months: &[Count]| {
            let mut text = String::new();
            for month in months {
                text.extend([&month.name, " ", &month.count.to_string(), "\n"]);
            }
            text
        };
        let route = &counted.route;
        self.reader.timeline(
            &self.frame.timeline,
            &lines(&counted.months),
            &lines(&counted.facets.months),
            &route.from,
            &route.to,
        );
    }

    /// Narrows the list to days.
    pub(super) fn narrow(self: &Rc<Self>, from: String, to: String) {
        let list = ListRoute {
            from,
            to,
            page: 0,
            ..self.list.borrow().clone()
        };
        if list != *self.list.borrow() {
            self.change(list, true);
        }
    }

    /// Shows the view again in which something of a facet changed.
    pub(super) fn facet(&self, kind: &str, change: impl FnOnce(&mut filters::Shown)) {
        if let Some(kind) = KINDS.iter().position(|other| *other == kind) {
            change(&mut self.facets_shown.borrow_mut()[kind]);
            self.show_filters(true);
        }
    }
}
