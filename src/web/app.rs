//! The viewer itself: which view is shown, what it needs, and what the reader does to it.
//!
//! One view is shown at a time, for one [`Route`]. Each change of route takes a new turn; work
//! for an older turn may still bring shards in, but shows nothing any more.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use gloo::timers::callback::Timeout;
use shelfmark_bundle::{Count, Manifest, Reading};
use shelfmark_markdown::Image;
use shelfmark_search::{Query, Request};
use shelfmark_text::is_rtl;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlElement, ShadowRoot};

use super::archive::{Archive, BodyShard};
use super::body::{Copied, Images};
use super::dom::{self, Dom, append, clear};
use super::failure::Failure;
use super::frame::Frame;
use super::history::History;
use super::library::Library;
use super::list_view;
use super::post_view::{self, Neighbours};
use super::texts::Texts;
use super::{Options, body, events, filters, notice};
use crate::route::{ListRoute, Route};

/// How long a view may take before the reader is told that it is being loaded.
const PATIENCE_MS: u32 = 200;

/// Posts that are read after the hits are shown to make their number exact: some 50 kB.
const READ_AHEAD: usize = 12;

/// The viewer in one element.
pub(super) struct App {
    pub(super) options: Options,
    pub(super) root: ShadowRoot,
    pub(super) dom: Dom,
    pub(super) texts: Texts,
    pub(super) frame: Frame,
    pub(super) history: History,
    archive: Rc<Archive>,
    /// The pictures of the post that is shown.
    pub(super) images: RefCell<Vec<Image>>,
    /// Addresses under which pictures of the archive are shown.
    shown_copies: RefCell<Vec<String>>,
    pub(super) route: RefCell<Route>,
    /// The list that was shown last.
    pub(super) list: RefCell<ListRoute>,
    /// The post that was shown last, by slug.
    last_post: RefCell<String>,
    pub(super) failed: Cell<bool>,
    turn: Cell<u32>,
    loading_shown: Cell<bool>,
    patience: RefCell<Option<Timeout>>,
    pub(super) typing: RefCell<Option<Timeout>>,
    pub(super) scrolling: RefCell<Option<Timeout>>,
    pub(super) composing: Cell<bool>,
    pub(super) all_tags: Cell<bool>,
    pub(super) ready: Cell<bool>,
    /// Number of posts of the list that was shown last.
    total: Cell<usize>,
    pub(super) listeners: RefCell<Vec<gloo::events::EventListener>>,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App")
            .field("route", &self.route)
            .finish_non_exhaustive()
    }
}

/// A view that was built and not yet put in its place.
struct Shown {
    view: Element,
    /// Name of the page; empty for the archive's own.
    title: String,
    /// What is told to screen readers.
    message: String,
    /// Tags of the posts that are listed.
    tags: Option<Vec<Count>>,
    /// Pictures that wait for the reader.
    images: Vec<Image>,
    /// Pictures of the archive itself.
    copies: Vec<Copied>,
}

/// How a view came to be shown; decides what happens to focus and scroll position.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Arrival {
    /// The first view of this page.
    First,
    /// The reader went on: to the top, with the focus on the heading.
    On,
    /// The reader went back or forth: to where they were.
    Back,
    /// The same list changed under the reader's hands: nothing moves.
    Stay,
}

impl App {
    /// Builds the frame and shows the first view.
    pub(super) fn start(host: HtmlElement, root: ShadowRoot, options: Options) -> Rc<Self> {
        let document = host.owner_document().unwrap_throw();
        let dom = Dom::new(document);
        let texts = Texts::new(options.language(), options.texts());
        let direction = if is_rtl(&texts.language) {
            "rtl"
        } else {
            "ltr"
        };
        let frame = Frame::build(&root, &dom, &texts, direction);
        let history = History::new(&options);
        let reading: Options = options.clone().unchecked_into();
        let text_of = Box::new(move |record: &Reading| body::text(record, &reading));
        let app = Rc::new(Self {
            archive: Rc::new(Archive::new(options.clone().unchecked_into(), text_of)),
            route: RefCell::new(history.route()),
            options,
            root,
            dom,
            texts,
            frame,
            history,
            images: RefCell::default(),
            shown_copies: RefCell::default(),
            list: RefCell::default(),
            last_post: RefCell::default(),
            failed: Cell::default(),
            turn: Cell::default(),
            loading_shown: Cell::default(),
            patience: RefCell::default(),
            typing: RefCell::default(),
            scrolling: RefCell::default(),
            composing: Cell::default(),
            all_tags: Cell::default(),
            ready: Cell::default(),
            total: Cell::default(),
            listeners: RefCell::default(),
        });
        events::listen(&app);
        let route = app.route.borrow().clone();
        app.show(route, Arrival::First);
        app
    }

    /// Removes every listener and timer, which lets the memory go.
    pub(super) fn stop(&self) {
        self.turn.set(self.turn.get() + 1);
        self.listeners.borrow_mut().clear();
        self.forget_copies();
        for timer in [&self.patience, &self.typing, &self.scrolling] {
            timer.borrow_mut().take();
        }
    }

    /// The archive, for programs.
    pub(super) fn library(&self) -> Library {
        Library::of(&self.archive)
    }

    /// Goes to a route, with a new entry in the page's history.
    pub(super) fn go(self: &Rc<Self>, route: Route) {
        if !self.options.navigate(&route.hash()) {
            return;
        }
        self.history.keep_scroll();
        self.history.push(&route);
        self.show(route, Arrival::On);
    }

    /// Shows a view because the page says so: nothing moves, and nobody is asked.
    pub(super) fn turn_to(self: &Rc<Self>, route: Route) {
        self.history.keep_scroll();
        self.history.push(&route);
        self.show(route, Arrival::Stay);
    }

    /// Changes the list that is shown; `push` makes a new entry in the page's history.
    pub(super) fn change(self: &Rc<Self>, route: ListRoute, push: bool) {
        let route = Route::List(route);
        if !self.options.navigate(&route.hash()) {
            return;
        }
        if push {
            self.history.keep_scroll();
            self.history.push(&route);
        } else {
            self.history.replace(&route);
        }
        self.show(route, Arrival::Stay);
    }

    /// Shows a route.
    pub(super) fn show(self: &Rc<Self>, route: Route, arrival: Arrival) {
        let turn = self.turn.get() + 1;
        self.turn.set(turn);
        self.typing.borrow_mut().take();
        if let Route::List(list) = &route {
            if self.frame.input.value() != list.query {
                self.frame.input.set_value(&list.query);
            }
            dom::set_hidden(&self.frame.clear, list.query.is_empty());
            *self.list.borrow_mut() = list.clone();
        }
        *self.route.borrow_mut() = route.clone();
        let weak = Rc::downgrade(self);
        *self.patience.borrow_mut() = Some(Timeout::new(PATIENCE_MS, move || {
            if let Some(app) = weak.upgrade() {
                app.tell_loading(turn, None);
            }
        }));
        let app = Rc::clone(self);
        spawn_local(async move {
            let shown = app.view(&route, turn).await;
            if app.turn.get() != turn {
                return;
            }
            app.patience.borrow_mut().take();
            app.loading_shown.set(false);
            app.failed.set(shown.is_err());
            app.name_archive();
            match shown {
                Ok(shown) => app.put(&route, shown),
                Err(failure) => app.show_failure(&failure),
            }
            app.settle(&route, arrival);
            app.options.shown(&route.hash(), app.total.get());
            if let Route::List(list) = &route
                && !list.query.trim().is_empty()
                && !app.failed.get()
            {
                app.complete(list, turn).await;
            }
        });
    }

    /// Puts a view in its place.
    fn put(self: &Rc<Self>, route: &Route, shown: Shown) {
        let focused = js_sys::Reflect::get(&self.root, &"activeElement".into());
        let ordering = focused
            .ok()
            .and_then(|focused| focused.dyn_into::<Element>().ok())
            .is_some_and(|focused| focused.class_name() == "sort");
        self.frame.show(&shown.view);
        // Whoever goes through the orders by keyboard stays there.
        if ordering && let Ok(Some(select)) = self.frame.main.query_selector(".sort") {
            dom::focus(&select);
        }
        self.name_page(&shown.title);
        self.frame.announce(&shown.message);
        *self.images.borrow_mut() = shown.images;
        self.forget_copies();
        self.show_copies(shown.copies);
        if Images::of(&self.options) == Images::All {
            events::show_all_images(self);
        }
        match route {
            // The tags of the list before stay until those of a search are counted.
            Route::List(list) => {
                if let Some(tags) = &shown.tags {
                    self.show_filters(Some((tags, list)));
                }
            }
            Route::Post(slug) => {
                slug.clone_into(&mut self.last_post.borrow_mut());
                self.show_filters(None);
            }
        }
    }

    /// Loads pictures of the archive, some at a time, for as long as their post is shown.
    fn show_copies(self: &Rc<Self>, copies: Vec<Copied>) {
        /// Requests at once.
        const AT_ONCE: usize = 4;
        let turn = self.turn.get();
        let copies = Rc::new(RefCell::new(copies.into_iter()));
        for _ in 0..AT_ONCE {
            let (app, copies) = (Rc::clone(self), Rc::clone(&copies));
            spawn_local(async move {
                loop {
                    let next = copies.borrow_mut().next();
                    let Some(copy) = next else { return };
                    let loaded = app.archive.picture(&copy.picture).await;
                    if app.turn.get() != turn {
                        return;
                    }
                    match loaded {
                        Ok(bytes) => {
                            let kind = format!("image/{}", copy.picture.2);
                            let address = app.options.blob(&bytes, &kind);
                            copy.shown.set_src(&address);
                            app.shown_copies.borrow_mut().push(address);
                        }
                        Err(failure) => {
                            let why = app.texts.get(&format!("error.{}", failure.code()));
                            let file = failure.file().unwrap_or_default();
                            let why = format!("{why}: {file}");
                            let why = body::labelled(&copy.shown.alt(), &why);
                            body::refuse_image(&copy.shown, &why, &app.dom);
                        }
                    }
                }
            });
        }
    }

    fn forget_copies(&self) {
        for address in self.shown_copies.take() {
            self.options.forget(&address);
        }
    }

    /// Shows the view that is shown again, as something that it depends on changed.
    pub(super) fn refresh(self: &Rc<Self>) {
        let route = self.route.borrow().clone();
        self.show(route, Arrival::Stay);
    }

    /// Shows what the manifest says of the archive, once it is here.
    fn name_archive(&self) {
        if self
            .frame
            .title
            .text_content()
            .is_none_or(|title| title.is_empty())
        {
            self.archive.with(|engine| {
                self.frame
                    .title
                    .set_text_content(Some(&engine.manifest().title));
                self.show_footer(engine.manifest());
            });
        }
    }

    /// Builds the view of a route, and changes nothing.
    async fn view(self: &Rc<Self>, route: &Route, turn: u32) -> Result<Shown, Failure> {
        self.archive.open().await?;
        match route {
            Route::List(list) => self.list_view(list, turn).await,
            Route::Post(slug) => self.post_view(slug).await,
        }
    }

    async fn list_view(self: &Rc<Self>, route: &ListRoute, turn: u32) -> Result<Shown, Failure> {
        let mut request = self.request(route)?;
        let searching = !request.query.is_empty();
        // What a search found is shown before it is counted.
        request.facets.tags = !searching;
        self.bring(&request, turn).await?;
        let shown = self.archive.with(|engine| {
            let outcome = engine.answer(&request);
            self.total.set(outcome.total);
            let view = list_view::list(&self.dom, &self.texts, route, &outcome, |id| {
                engine.entry(id)
            });
            let plain = route.is_plain();
            Some(Shown {
                title: if plain {
                    String::new()
                } else {
                    list_view::title(&self.texts, route)
                },
                message: list_view::count(&self.texts, route, &outcome),
                view,
                tags: (!searching).then_some(outcome.facets.tags),
                images: Vec::new(),
                copies: Vec::new(),
            })
        });
        shown.ok_or(Failure::NotFound)
    }

    fn request(&self, route: &ListRoute) -> Result<Request, Failure> {
        let size = list_view::page_size(route);
        Ok(Request {
            query: Query::parse(&route.query, true).map_err(|error| Failure::Query {
                query: route.query.clone(),
                error,
            })?,
            tags: route.tags.clone(),
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

    /// After the hits of a search are shown: counts what the matches carry, and reads some more of
    /// the posts that may match, to tell how many do.
    async fn complete(self: &Rc<Self>, route: &ListRoute, turn: u32) {
        let Ok(mut request) = self.request(route) else {
            return;
        };
        request.facets.tags = true;
        request.read = READ_AHEAD;
        // Whatever fails now leaves what is shown as it is.
        let _ = self.bring(&request, turn).await;
        loop {
            if self.turn.get() != turn {
                return;
            }
            if !self.archive.settle() {
                break;
            }
            // The page may react in between.
            let pause = js_sys::Promise::new(&mut |resolve, _| {
                Timeout::new(0, move || drop(resolve.call0(&JsValue::UNDEFINED))).forget();
            });
            let _ = wasm_bindgen_futures::JsFuture::from(pause).await;
        }
        let outcome = self.archive.with(|engine| Some(engine.answer(&request)));
        let Some(outcome) = outcome else { return };
        let count = list_view::count(&self.texts, route, &outcome);
        if let Ok(Some(shown)) = self.frame.main.query_selector(".count")
            && shown.text_content().as_deref() != Some(&count)
        {
            shown.set_text_content(Some(&count));
            self.frame.announce(&count);
        }
        self.show_filters(Some((&outcome.facets.tags, route)));
    }

    async fn post_view(self: &Rc<Self>, slug: &str) -> Result<Shown, Failure> {
        let id = self.archive.find(slug).await?;
        let around = [id.checked_sub(1), id.checked_add(1)];
        let needs = around.map(|id| self.archive.with(|engine| engine.entry_need(id?)));
        let needs: Vec<_> = needs.into_iter().flatten().collect();
        self.archive.start_all(&needs);
        let body = self.archive.body_of(id).await?;
        for id in around.into_iter().flatten() {
            // Missing neighbours are no reason not to show the post.
            let _ = self.archive.entry(id).await;
        }
        self.post(id, slug, &body)
    }

    fn post(&self, id: u32, slug: &str, body: &BodyShard) -> Result<Shown, Failure> {
        let record = body.post(id).filter(|record| record.entry.slug == slug);
        let record = record.ok_or_else(|| Failure::Integrity {
            file: self
                .archive
                .with(|engine| engine.place(id).map(|place| place.file_name()))
                .unwrap_or_default(),
        })?;
        let address = Route::Post(slug.to_owned()).hash();
        let mut built = body::render(record, &address, &self.dom, &self.texts, &self.options);
        let entry = |id: Option<u32>| self.archive.with(|engine| engine.entry(id?).cloned());
        let around = Neighbours {
            newer: entry(id.checked_add(1)),
            older: entry(id.checked_sub(1)),
        };
        Ok(Shown {
            view: post_view::post(
                &self.dom,
                &self.texts,
                record,
                built.as_ref(),
                &around,
                Images::of(&self.options),
            ),
            title: record.entry.title.clone(),
            message: record.entry.title.clone(),
            tags: None,
            copies: built
                .as_mut()
                .map(|body| core::mem::take(&mut body.copies))
                .unwrap_or_default(),
            images: built.map(|body| body.images).unwrap_or_default(),
        })
    }

    /// Tells that a view is being loaded, unless it has come in the meantime.
    fn tell_loading(&self, turn: u32, progress: Option<(u64, u64)>) {
        if self.turn.get() != turn {
            return;
        }
        self.loading_shown.set(true);
        let searching =
            matches!(&*self.route.borrow(), Route::List(list) if !list.query.trim().is_empty());
        let key = if searching {
            "loading.search"
        } else {
            "loading"
        };
        let message = &self.texts.get(key);
        self.frame
            .show(&notice::loading(&self.dom, message, progress));
        self.frame.announce(message);
    }

    fn show_failure(&self, failure: &Failure) {
        let view = notice::failure(&self.dom, &self.texts, failure);
        let message = view.text_content().unwrap_or_default();
        self.frame.show(&view);
        self.show_filters(None);
        let title = &self.texts.get(if failure.code() == "not-found" {
            "notfound"
        } else {
            "error.network"
        });
        self.name_page(title);
        self.frame.announce(&message);
        if failure.code() == "network" {
            self.options.stranded();
        }
        if !self.ready.get() {
            self.options.failed(failure.code(), &message);
        }
    }

    /// After a view is shown: scroll position, focus, and the first view's signal.
    fn settle(&self, route: &Route, arrival: Arrival) {
        match arrival {
            Arrival::On => {
                self.history.scroll_to(0.0);
                if let Ok(Some(heading)) = self.frame.main.query_selector("h1") {
                    dom::focus(&heading);
                }
            }
            Arrival::First => self.history.scroll_to(self.history.scroll()),
            Arrival::Back => {
                self.refocus(route);
                self.history.scroll_to(self.history.scroll());
            }
            Arrival::Stay => {}
        }
        if !self.ready.get() && !self.failed.get() {
            self.ready.set(true);
            self.options.ready();
        }
    }

    /// Back in a list, the focus goes to the post that was read.
    fn refocus(&self, route: &Route) {
        let heading = self.frame.main.query_selector("h1").ok().flatten();
        let link = match route {
            Route::List(_) => {
                let address = Route::Post(self.last_post.borrow().clone()).hash();
                self.links()
                    .into_iter()
                    .find(|link| link.get_attribute("href").as_deref() == Some(&*address))
            }
            Route::Post(_) => None,
        };
        if let Some(target) = link.or(heading) {
            dom::focus(&target);
        }
    }

    fn links(&self) -> Vec<Element> {
        let found = self.frame.main.get_elements_by_class_name("post-link");
        (0..found.length())
            .filter_map(|place| found.item(place))
            .collect()
    }

    /// Shows the tags, or hides them.
    fn show_filters(&self, shown: Option<(&[Count], &ListRoute)>) {
        let Some((counts, route)) =
            shown.filter(|(counts, route)| !counts.is_empty() || !route.tags.is_empty())
        else {
            dom::set_hidden(&self.frame.aside, true);
            return;
        };
        let focused = self.root.active_element();
        let focused_tag = focused
            .as_ref()
            .and_then(|element| element.get_attribute("data-tag"));
        let focused_more = focused.is_some_and(|element| element.class_name() == "more");
        let panel = filters::tags(&self.dom, &self.texts, counts, route, self.all_tags.get());
        clear(&self.frame.panel);
        append(&self.frame.panel, &panel);
        dom::set_hidden(&self.frame.aside, false);
        let boxes = panel.query_selector_all("input, .more").ok();
        let mut boxes = boxes
            .iter()
            .flat_map(|list| (0..list.length()).filter_map(|place| list.item(place)));
        let again = boxes.find(|node| {
            node.dyn_ref::<Element>()
                .is_some_and(|element| match &focused_tag {
                    Some(tag) => element.get_attribute("data-tag").as_ref() == Some(tag),
                    None => focused_more && element.class_name() == "more",
                })
        });
        if let Some(element) = again.and_then(|node| node.dyn_into::<Element>().ok()) {
            dom::focus(&element);
        }
    }

    fn show_footer(&self, manifest: &Manifest) {
        clear(&self.frame.footer);
        let mut facts = self.texts.count("posts", manifest.posts as usize);
        if let (Some(from), Some(to)) = (&manifest.from, &manifest.to) {
            let language = &self.texts.language;
            let days = [from, to].map(|day| super::dates::short_day(day, language));
            facts = format!("{facts} · {} – {}", days[0], days[1]);
        }
        append(
            &self.frame.footer,
            &self.dom.text("p;class=footer-facts", &facts),
        );
        if !manifest.description.is_empty() {
            append(
                &self.frame.footer,
                &self.dom.text("p;dir=auto", &manifest.description),
            );
        }
        append(
            &self.frame.footer,
            &self.dom.word("p", &self.texts, "privacy"),
        );
    }

    fn name_page(&self, title: &str) {
        let archive = self.archive.with(|engine| engine.manifest().title.clone());
        let plain: String = title
            .chars()
            .filter(|c| {
                !c.is_control() && !matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
            })
            .collect();
        match (plain.trim(), archive.trim()) {
            ("", archive) => self.history.set_title(archive),
            (title, "") => self.history.set_title(title),
            (title, archive) => self.history.set_title(&format!("{title} · {archive}")),
        }
    }

    /// A weak handle for listeners, which must not keep the viewer alive.
    pub(super) fn weak(self: &Rc<Self>) -> Weak<Self> {
        Rc::downgrade(self)
    }
}
