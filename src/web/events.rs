//! What the reader does: clicks, keys, typing, going back.
//!
//! Listeners stand on the shadow root and act by attributes: `data-go` follows a link inside
//! the viewer, `data-act` names an action, `data-tag`, `data-category` and `data-author` are filters. What stands
//! around the views has listeners of its own in `reader.js`.

use std::rc::Rc;

use gloo::events::{EventListener, EventListenerOptions};
use gloo::timers::callback::Timeout;
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, HtmlInputElement, KeyboardEvent, MouseEvent};

use super::app::{App, Arrival};
use super::{body, dom};
use crate::route::{KINDS, Kind, ListRoute, Route, sort_named};

/// Pause in typing after which the search runs.
const TYPING_MS: u32 = 120;
/// Pause in scrolling after which the position is kept.
const SCROLL_MS: u32 = 250;

/// Adds all listeners.
pub(super) fn listen(app: &Rc<App>) {
    on(app, "click", true, click);
    on(app, "change", false, change);
    on(app, "submit", true, |app, event| {
        event.prevent_default();
        search_now(app);
    });
    on(app, "compositionstart", false, |app, _| {
        app.composing.set(true)
    });
    on(app, "compositionend", false, |app, _| {
        app.composing.set(false);
        search_soon(app);
    });
    on(app, "input", false, |app, event| {
        let Some(target) = target(event) else { return };
        if target.id() == "q" {
            if !app.composing.get() {
                search_soon(app);
            }
        } else if let Some(kind) = target.get_attribute("data-find")
            && let Some(field) = target.dyn_ref::<HtmlInputElement>()
        {
            app.facet(&kind, |shown| shown.find = field.value());
        }
    });
    on(app, "keydown", true, keydown);
    let Some(window) = web_sys::window() else {
        return;
    };
    on_window(app, &window, "online", |app| {
        if app.failed.get() {
            app.refresh();
        }
    });
    if !app.history.is_enabled() {
        return;
    }
    on_window(app, &window, "popstate", arrive);
    on_window(app, &window, "hashchange", |app| {
        if app.history.route() != *app.route.borrow() {
            arrive(app);
        }
    });
    on_window(app, &window, "pagehide", |app| app.history.keep_scroll());
    on_window(app, &window, "scroll", |app| {
        let weak = app.weak();
        let later = Timeout::new(SCROLL_MS, move || {
            if let Some(app) = weak.upgrade() {
                app.history.keep_scroll();
            }
        });
        *app.scrolling.borrow_mut() = Some(later);
    });
}

fn on(app: &Rc<App>, kind: &'static str, prevents: bool, act: impl Fn(&Rc<App>, &Event) + 'static) {
    let weak = app.weak();
    let options = if prevents {
        EventListenerOptions::enable_prevent_default()
    } else {
        EventListenerOptions::default()
    };
    let listener = EventListener::new_with_options(&app.root, kind, options, move |event| {
        if let Some(app) = weak.upgrade() {
            act(&app, event);
        }
    });
    app.listeners.borrow_mut().push(listener);
}

fn on_window(
    app: &Rc<App>,
    window: &web_sys::Window,
    kind: &'static str,
    act: impl Fn(&Rc<App>) + 'static,
) {
    let weak = app.weak();
    let listener = EventListener::new(window, kind, move |_| {
        if let Some(app) = weak.upgrade() {
            act(&app);
        }
    });
    app.listeners.borrow_mut().push(listener);
}

fn target(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

fn closest(event: &Event, selector: &str) -> Option<Element> {
    target(event)?.closest(selector).ok().flatten()
}

/// The page's address changed: by going back or forth, or by hand.
fn arrive(app: &Rc<App>) {
    app.scrolling.borrow_mut().take();
    app.show(app.history.route(), Arrival::Back);
}

/// A click that is not meant for the browser (new tab, download, menu).
fn is_plain(event: &Event) -> bool {
    event.dyn_ref::<MouseEvent>().is_none_or(|click| {
        click.button() == 0
            && !click.ctrl_key()
            && !click.meta_key()
            && !click.shift_key()
            && !click.alt_key()
    })
}

fn click(app: &Rc<App>, event: &Event) {
    if !is_plain(event) {
        return;
    }
    if let Some(button) = closest(event, "[data-image]") {
        event.prevent_default();
        if let Some(image) = show_image(app, &button) {
            dom::focus(&image);
        }
    } else if let Some(link) = closest(event, "[data-anchor]") {
        event.prevent_default();
        let id = link.get_attribute("data-anchor").unwrap_or_default();
        if let Some(place) = app.root.get_element_by_id(&id) {
            let _ = place.set_attribute("tabindex", "-1");
            place.scroll_into_view();
            dom::focus(&place);
        }
    } else if let Some(link) = closest(event, "[data-go]") {
        event.prevent_default();
        app.go(Route::parse(
            &link.get_attribute("href").unwrap_or_default(),
        ));
    } else if let Some(button) = closest(event, "[data-act]") {
        event.prevent_default();
        match button.get_attribute("data-kind") {
            Some(kind) => app.facet(&kind, |shown| shown.all = !shown.all),
            None => act(app, &button.get_attribute("data-act").unwrap_or_default()),
        }
    } else if let Some(chip) = closest(event, ".chip") {
        drop_filter(app, &chip);
    }
}

pub(super) fn act(app: &Rc<App>, action: &str) {
    match action {
        "skip" => dom::focus(&app.frame.main),
        "clear-query" => {
            let list = ListRoute {
                query: String::new(),
                page: 0,
                ..app.list.borrow().clone()
            };
            app.change(list, true);
            dom::focus(&app.frame.input);
        }
        "clear-all" => {
            app.change(ListRoute::default(), true);
            dom::focus(&app.frame.input);
        }
        "download" => app.download(),
        "retry" => app.refresh(),
        "back" => {
            if app.history.depth() > 0.0 {
                app.history.back();
            } else {
                let list = app.list.borrow().clone();
                app.go(Route::List(list));
            }
        }
        "images" => {
            if let Some(first) = show_all_images(app) {
                dom::focus(&first);
            }
        }
        _ => {}
    }
}

/// Shows the picture that a button stands for.
fn show_image(app: &Rc<App>, button: &Element) -> Option<web_sys::HtmlImageElement> {
    let number = button.get_attribute("data-image")?.parse::<usize>().ok()?;
    let images = app.images.borrow();
    body::show_image(button, images.get(number)?, &app.dom, &app.texts)
}

/// Shows all pictures of the post; gives the first.
pub(super) fn show_all_images(app: &Rc<App>) -> Option<web_sys::HtmlImageElement> {
    let buttons = app.frame.main.query_selector_all("[data-image]").ok()?;
    let mut first = None;
    for place in 0..buttons.length() {
        let button = buttons.item(place).and_then(|node| node.dyn_into().ok());
        let shown = button.and_then(|button| show_image(app, &button));
        first = first.or(shown);
    }
    if let Ok(Some(note)) = app.frame.main.query_selector(".images-note") {
        note.remove();
    }
    first
}

fn change(app: &Rc<App>, event: &Event) {
    if let Some(select) = closest(event, "select.sort") {
        let chosen = js_sys::Reflect::get(&select, &"value".into());
        let chosen = chosen.ok().and_then(|value| value.as_string());
        let list = ListRoute {
            sort: sort_named(&chosen.unwrap_or_default()),
            page: 0,
            ..app.list.borrow().clone()
        };
        app.change(list, true);
        return;
    }
    let Some(control) = target(event) else {
        return;
    };
    if let Some(boxed) = control.dyn_ref::<HtmlInputElement>() {
        for (kind, name) in KINDS.iter().enumerate() {
            if let Some(name) = control.get_attribute(&["data-", name].concat()) {
                toggle(app, kind, &name, boxed.checked());
            }
        }
    }
}

/// Adds or removes a filter.
fn toggle(app: &Rc<App>, kind: Kind, name: &str, chosen: bool) {
    let mut list = app.list.borrow().clone();
    list.page = 0;
    let names = &mut list.names[kind];
    names.retain(|other| other != name);
    if chosen {
        names.push(name.to_owned());
    }
    app.change(list, true);
}

/// Takes the filter of a chip away.
fn drop_filter(app: &Rc<App>, chip: &Element) {
    for (kind, name) in KINDS.iter().enumerate() {
        if let Some(name) = chip.get_attribute(&["data-un", name].concat()) {
            return toggle(app, kind, &name, false);
        }
    }
    let list = ListRoute {
        from: String::new(),
        to: String::new(),
        day: String::new(),
        page: 0,
        ..app.list.borrow().clone()
    };
    app.change(list, true);
}

fn search_soon(app: &Rc<App>) {
    dom::set_hidden(&app.frame.clear, app.frame.input.value().is_empty());
    let weak = app.weak();
    let later = Timeout::new(TYPING_MS, move || {
        if let Some(app) = weak.upgrade() {
            search_now(&app);
        }
    });
    *app.typing.borrow_mut() = Some(later);
}

/// Runs the search that stands in the field. Typing adds one entry to the history, not one for
/// each key.
fn search_now(app: &Rc<App>) {
    let query = app.frame.input.value();
    let (push, list) = match &*app.route.borrow() {
        Route::List(list) if list.query == query => return,
        Route::List(list) => (
            list.query.is_empty() || query.is_empty(),
            ListRoute {
                query,
                page: 0,
                ..list.clone()
            },
        ),
        Route::Post(_) => (
            true,
            ListRoute {
                query,
                ..ListRoute::default()
            },
        ),
    };
    app.change(list, push);
}

fn keydown(app: &Rc<App>, event: &Event) {
    let Some(key) = event.dyn_ref::<KeyboardEvent>() else {
        return;
    };
    let in_search = target(event).is_some_and(|target| target.id() == "q");
    if in_search && key.key() == "Escape" && !key.is_composing() {
        event.prevent_default();
        if app.frame.input.value().is_empty() {
            let _ = app.frame.input.blur();
        } else {
            act(app, "clear-query");
        }
    }
}
