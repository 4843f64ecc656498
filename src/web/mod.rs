//! Everything that touches the browser.
//!
//! `element.js` mounts the viewer in a shadow root and hands over what JavaScript does better:
//! the inert parser and the manifest's request, started early. From then on the arrows are:
//! [`app`] decides what to show, [`archive`] holds what is here, [`load`] fetches and checks, the views build nodes with [`dom`],
//! and [`body`] alone turns the HTML of posts into nodes.

mod app;
mod archive;
mod body;
mod dates;
mod dom;
mod events;
mod failure;
mod filters;
mod frame;
mod history;
mod info;
mod list_view;
mod load;
mod notice;
mod post_view;
mod task;
mod texts;

use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{Document, HtmlElement, ShadowRoot};

#[wasm_bindgen]
extern "C" {
    /// What `element.js` gives to [`mount`].
    pub type Options;
    /// Absolute address of the manifest.
    #[wasm_bindgen(method, getter)]
    fn src(this: &Options) -> String;
    /// Interface language.
    #[wasm_bindgen(method, getter)]
    fn language(this: &Options) -> String;
    /// The interface texts by key.
    #[wasm_bindgen(method, getter)]
    fn texts(this: &Options) -> js_sys::Object;
    /// Promise of the manifest's response, or of the error.
    #[wasm_bindgen(method, getter)]
    fn manifest(this: &Options) -> js_sys::Promise;
    /// Whether the view's address is the page's.
    #[wasm_bindgen(method, getter)]
    fn hash(this: &Options) -> bool;
    /// Whether single keys act.
    #[wasm_bindgen(method, getter)]
    fn shortcuts(this: &Options) -> bool;
    /// Parses HTML in a document where nothing loads and nothing runs.
    #[wasm_bindgen(method, catch)]
    fn parse(this: &Options, html: &str) -> Result<Document, JsValue>;
    /// Called once the first view is shown.
    #[wasm_bindgen(method)]
    fn ready(this: &Options);
    /// Called when the archive can't be opened.
    #[wasm_bindgen(method)]
    fn failed(this: &Options, code: &str, message: &str);
}

/// A mounted viewer; dropping it removes its listeners and gives its memory back.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Viewer {
    app: Rc<app::App>,
}

#[wasm_bindgen]
impl Viewer {
    /// What is known of the archive: `{ title, description, posts, tags, from, to, languages }`,
    /// or `undefined` before it is.
    #[must_use]
    pub fn info(&self) -> JsValue {
        self.app.info()
    }
}

impl Drop for Viewer {
    fn drop(&mut self) {
        self.app.stop();
    }
}

/// Mounts the viewer in a shadow root.
#[wasm_bindgen]
#[must_use]
#[expect(unreachable_pub, reason = "exported to JavaScript")]
pub fn mount(host: HtmlElement, root: ShadowRoot, options: Options) -> Viewer {
    Viewer {
        app: app::App::start(host, root, options),
    }
}
