//! The viewer itself: which view is shown, what it needs, and what the reader does to it.
//!
//! One view is shown at a time, for one [`Route`]. Each change of route takes a new turn; work
//! for an older turn may still bring shards in, but shows nothing any more.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use gloo::timers::callback::Timeout;
use shelfmark_bundle::{Manifest, Reading};
use shelfmark_markdown::Image;
use shelfmark_search::Facets;
use shelfmark_text::is_rtl;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlElement, ShadowRoot};

use super::archive::Archive;
use super::body::{Copied, Images};
use super::dom::{self, Dom, append, clear};
use super::failure::Failure;
use super::frame::Frame;
use super::history::History;
use super::library::Library;
use super::listing::Counted;
use super::texts::Texts;
use super::{Options, Reader, body, events, filters, notice};
use crate::route::{ListRoute, Route};

/// How long a view may take before the reader is told that it is being loaded.
const PATIENCE_MS: u32 = 200;

/// The viewer in one element.
pub(super) struct App {
    pub(super) options: Options,
    pub(super) root: ShadowRoot,
    pub(super) dom: Dom,
    pub(super) texts: Texts,
    pub(super) frame: Frame,
    pub(super) history: History,
    pub(super) reader: Reader,
    pub(super) archive: Rc<Archive>,
    /// The pictures of the post that is shown.
    pub(super) images: RefCell<Vec<Image>>,
    /// Addresses under which pictures of the archive are shown.
    pub(super) shown_copies: RefCell<Vec<String>>,
    pub(super) route: RefCell<Route>,
    /// The list that was shown last.
    pub(super) list: RefCell<ListRoute>,
    /// The post that was shown last, by slug.
    last_post: RefCell<String>,
    pub(super) failed: Cell<bool>,
    /// The post that is shown, by id.
    pub(super) shown_post: Cell<u32>,
    pub(super) turn: Cell<u32>,
    pub(super) loading_shown: Cell<bool>,
    patience: RefCell<Option<Timeout>>,
    pub(super) typing: RefCell<Option<Timeout>>,
    pub(super) scrolling: RefCell<Option<Timeout>>,
    pub(super) composing: Cell<bool>,
    pub(super) facets_shown: RefCell<[filters::Shown; 3]>,
    pub(super) counted: RefCell<Counted>,
    pub(super) ready: Cell<bool>,
    /// Number of posts of the list that was shown last.
    pub(super) total: Cell<usize>,
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
pub(super) struct Shown {
    pub(super) view: Element,
    /// Name of the page; empty for the archive's own.
    pub(super) title: String,
    /// What is told to screen readers.
    pub(super) message: String,
    /// What the posts that are listed carry.
    pub(super) facets: Option<Facets>,
    /// Pictures that wait for the reader.
    pub(super) images: Vec<Image>,
    /// Pictures of the archive itself.
    pub(super) copies: Vec<Copied>,
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
        let reader = options.reader();
        reader.dress(&frame.app);
        let history = History::new(&options);
        let reading: Options = options.clone().unchecked_into();
        let text_of = Box::new(move |record: &Reading| body::text(record, &reading));
        let app = Rc::new(Self {
            archive: Rc::new(Archive::new(options.clone().unchecked_into(), text_of)),
            route: RefCell::new(history.route()),
            options,
            reader,
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
            shown_post: Cell::default(),
            facets_shown: RefCell::default(),
            counted: RefCell::default(),
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
                && !app.failed.get()
            {
                app.complete(list, turn).await;
            }
        });
    }

    /// Puts a view in its place.
    fn put(self: &Rc<Self>, route: &Route, shown: Shown) {
        let focused = self.root.active_element();
        let ordering = focused.is_some_and(|focused| focused.class_name() == "sort");
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
            // What was counted of the list before stays until a search is counted.
            Route::List(list) => match shown.facets {
                Some(facets) => self.counted(facets, list),
                None => self.show_filters(true),
            },
            Route::Post(slug) => {
                slug.clone_into(&mut self.last_post.borrow_mut());
                self.show_filters(false);
            }
        }
        let reading = matches!(route, Route::Post(_));
        if reading {
            self.find_matches();
        } else {
            self.reader.stop_reading();
        }
    }

    /// The first element of the view that fits.
    pub(super) fn find(&self, selector: &str) -> Option<Element> {
        self.frame.main.query_selector(selector).ok().flatten()
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

    /// Tells that a view is being loaded, unless it has come in the meantime.
    pub(super) fn tell_loading(&self, turn: u32, progress: Option<(u64, u64)>) {
        if self.turn.get() != turn {
            return;
        }
        self.loading_shown.set(true);
        let (list, searching) = match &*self.route.borrow() {
            Route::List(list) => (true, !list.query.trim().is_empty()),
            Route::Post(_) => (false, false),
        };
        // The filters take their place now, else they would push the list down when it is there.
        if list && self.frame.aside.has_attribute("hidden") {
            self.show_filters(true);
        }
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

    pub(super) fn show_failure(&self, failure: &Failure) {
        let view = notice::failure(&self.dom, &self.texts, failure);
        let message = view.text_content().unwrap_or_default();
        self.frame.show(&view);
        self.show_filters(false);
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
            Arrival::First => match self.history.scroll() {
                // Scrolling lays the page out at once, which the browser is about to do anyway.
                0.0 => {}
                y => self.history.scroll_to(y),
            },
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

    pub(super) fn links(&self) -> Vec<Element> {
        let found = self.frame.main.get_elements_by_class_name("post-link");
        (0..found.length())
            .filter_map(|place| found.item(place))
            .collect()
    }

    fn show_footer(&self, manifest: &Manifest) {
        clear(&self.frame.footer);
        let mut facts = self.texts.count("posts", manifest.posts as usize);
        if let (Some(from), Some(to)) = (&manifest.from, &manifest.to) {
            let language = &self.texts.language;
            let days = [from, to].map(|day| super::dates::short_day(day, language));
            facts = [&facts, " · ", &days[0], " – ", &days[1]].concat();
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
            (title, archive) => self.history.set_title(&[title, " · ", archive].concat()),
        }
    }

    /// A weak handle for listeners, which must not keep the viewer alive.
    pub(super) fn weak(self: &Rc<Self>) -> Weak<Self> {
        Rc::downgrade(self)
    }
}
