//! The page's address and scroll position, when the viewer may use them.

use wasm_bindgen::prelude::*;
use web_sys::Window;

use super::{Options, Reader};
use crate::route::Route;

/// The page's history, or nothing at all when the viewer is a guest in somebody's page.
#[derive(Debug)]
pub(super) struct History {
    window: Option<Window>,
    /// The first view, without the page's address.
    first: String,
    /// Stands before the view in the page's address.
    prefix: String,
    /// Knows whether the page adds no entries and keeps its neutral name.
    reader: Reader,
}

impl History {
    pub(super) fn new(options: &Options) -> Self {
        let window = web_sys::window().filter(|_| options.hash());
        if let Some(history) = window.as_ref().and_then(|window| window.history().ok()) {
            let _ = history.set_scroll_restoration(web_sys::ScrollRestoration::Manual);
        }
        Self {
            window,
            first: options.route(),
            prefix: options.prefix(),
            reader: options.reader(),
        }
    }

    pub(super) fn is_enabled(&self) -> bool {
        self.window.is_some()
    }

    /// The route in the address bar.
    pub(super) fn route(&self) -> Route {
        let Some(window) = &self.window else {
            return Route::parse(&self.first);
        };
        let hash = window.location().hash().unwrap_or_default();
        let hash = hash.strip_prefix('#').unwrap_or_default();
        Route::parse(hash.strip_prefix(&*self.prefix).unwrap_or_default())
    }

    /// The address of a route in this page.
    fn address(&self, route: &Route) -> String {
        ["#", &self.prefix, &route.hash()[1..]].concat()
    }

    /// Adds an entry for a route.
    pub(super) fn push(&self, route: &Route) {
        if self.reader.quiet() {
            return self.replace(route);
        }
        if let Some(history) = self
            .window
            .as_ref()
            .and_then(|window| window.history().ok())
        {
            let state = self.state(0.0, self.depth() + 1.0);
            let _ = history.push_state_with_url(&state, "", Some(&self.address(route)));
        }
    }

    /// Changes the route of the present entry.
    pub(super) fn replace(&self, route: &Route) {
        if let Some(history) = self
            .window
            .as_ref()
            .and_then(|window| window.history().ok())
        {
            let state = self.state(0.0, self.depth());
            let _ = history.replace_state_with_url(&state, "", Some(&self.address(route)));
        }
    }

    /// Keeps the scroll position with the present entry.
    pub(super) fn keep_scroll(&self) {
        let Some(window) = &self.window else { return };
        let y = window.scroll_y().unwrap_or_default();
        if let Ok(history) = window.history() {
            // WebKit refuses more than 100 calls in 30 seconds; a lost position is no harm.
            let _ = history.replace_state(&self.state(y, self.depth()), "");
        }
    }

    /// The scroll position kept with the present entry.
    pub(super) fn scroll(&self) -> f64 {
        self.number("y")
    }

    /// How many entries of this viewer lie before the present one.
    pub(super) fn depth(&self) -> f64 {
        self.number("depth")
    }

    /// Goes one entry back.
    pub(super) fn back(&self) {
        if let Some(history) = self
            .window
            .as_ref()
            .and_then(|window| window.history().ok())
        {
            let _ = history.back();
        }
    }

    /// Scrolls the page.
    pub(super) fn scroll_to(&self, y: f64) {
        if let Some(window) = &self.window {
            window.scroll_to_with_x_and_y(0.0, y);
        }
    }

    /// Names the page.
    pub(super) fn set_title(&self, title: &str) {
        if self.reader.quiet() {
            return;
        }
        if let Some(document) = self.window.as_ref().and_then(Window::document) {
            document.set_title(title);
        }
    }

    fn number(&self, name: &str) -> f64 {
        let state = self
            .window
            .as_ref()
            .and_then(|window| window.history().ok()?.state().ok());
        state
            .filter(JsValue::is_object)
            .and_then(|state| js_sys::Reflect::get(&state, &name.into()).ok()?.as_f64())
            .unwrap_or_default()
    }

    fn state(&self, y: f64, depth: f64) -> JsValue {
        let state = js_sys::Object::new();
        let quiet = f64::from(u8::from(self.reader.quiet()));
        for (name, value) in [("y", y), ("depth", depth), ("quiet", quiet)] {
            let _ = js_sys::Reflect::set(&state, &name.into(), &value.into());
        }
        state.into()
    }
}
