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
mod library;
mod list_view;
mod listing;
mod load;
mod markup;
mod matches;
mod notice;
mod post_view;
mod reading;
mod texts;

use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{HtmlElement, Node, ShadowRoot};

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
    /// Promise of the manifest's bytes, as [`get`](Self::get) gives them.
    #[wasm_bindgen(method, getter)]
    fn manifest(this: &Options) -> js_sys::Promise;
    /// What stands around the views.
    #[wasm_bindgen(method, getter)]
    fn reader(this: &Options) -> Reader;
    /// Promise of the bytes of a file: of nothing when there are more than `most`, rejected when it
    /// can't be had. `fresh` goes past caches. With an `offset` that is not negative, of the `most`
    /// bytes from there on.
    #[wasm_bindgen(method)]
    fn get(this: &Options, address: &str, most: f64, fresh: bool, offset: f64) -> js_sys::Promise;
    /// Promise of the bytes that were gzip'd to these, likewise.
    #[wasm_bindgen(method)]
    fn inflate(this: &Options, bytes: &[u8], most: f64) -> js_sys::Promise;
    /// Called when a view failed for want of the network.
    #[wasm_bindgen(method)]
    fn stranded(this: &Options);
    /// Whether the view's address is the page's.
    #[wasm_bindgen(method, getter)]
    fn hash(this: &Options) -> bool;
    /// Parses HTML in a document where nothing loads and nothing runs, and gives its body.
    #[wasm_bindgen(method, catch)]
    fn parse(this: &Options, html: &str) -> Result<Node, JsValue>;
    /// Reads parsed nodes.
    #[wasm_bindgen(method, getter)]
    fn nodes(this: &Options) -> Nodes;
    /// What the element says of pictures of other sites.
    #[wasm_bindgen(method)]
    fn images(this: &Options) -> Option<String>;
    /// Promise of whether a manifest must not be used: of this SHA-256, signed by this key at this
    /// time, or with no key by nobody.
    #[wasm_bindgen(method)]
    fn judge(this: &Options, sha256: &str, key: &str, time: f64) -> js_sys::Promise;
    /// An address for bytes of a media type, until it is forgotten.
    #[wasm_bindgen(method)]
    fn blob(this: &Options, bytes: &[u8], kind: &str) -> String;
    /// Gives up an address that [`blob`](Self::blob) gave.
    #[wasm_bindgen(method)]
    fn forget(this: &Options, address: &str);
    /// The first view of a viewer that does not use the page's address.
    #[wasm_bindgen(method, getter)]
    fn route(this: &Options) -> String;
    /// What stands before the view in the page's address.
    #[wasm_bindgen(method, getter)]
    fn prefix(this: &Options) -> String;
    /// Asks whether the reader may go to a view.
    #[wasm_bindgen(method)]
    fn navigate(this: &Options, route: &str) -> bool;
    /// Called after a view is shown, with the number of posts that a list has.
    #[wasm_bindgen(method)]
    fn shown(this: &Options, route: &str, total: usize);
    /// Called once the first view is shown.
    #[wasm_bindgen(method)]
    fn ready(this: &Options);
    /// Called when the archive can't be opened.
    #[wasm_bindgen(method)]
    fn failed(this: &Options, code: &str, message: &str);
}

#[wasm_bindgen]
extern "C" {
    /// What stands around the views: `reader.js`.
    #[derive(Debug)]
    pub type Reader;
    /// Fits the frame with its dialogs.
    #[wasm_bindgen(method)]
    fn dress(this: &Reader, app: &web_sys::Element);
    /// Whether nothing is added to the history, and the page keeps a neutral name.
    #[wasm_bindgen(method, getter)]
    fn quiet(this: &Reader) -> bool;
    /// Remembers a search, if the reader allows it.
    #[wasm_bindgen(method)]
    fn remember(this: &Reader, query: &str);
    /// A post is shown, with the matches that led to it.
    #[wasm_bindgen(method)]
    fn read(this: &Reader, matches: &js_sys::Array);
    /// Something else is shown.
    #[wasm_bindgen(method, js_name = stopReading)]
    fn stop_reading(this: &Reader);
    /// Puts what is in `fresh` in the place of what is in `panel`; the focus stays on the same control.
    #[wasm_bindgen(method)]
    fn swap(this: &Reader, panel: &web_sys::Element, fresh: &web_sys::Element);
    /// Draws the months of all posts and of a list.
    #[wasm_bindgen(method)]
    fn timeline(
        this: &Reader,
        room: &web_sys::Element,
        all: &str,
        found: &str,
        from: &str,
        to: &str,
    );
    /// Saves a text as a file.
    #[wasm_bindgen(method)]
    fn save(this: &Reader, name: &str, text: &str);
}

#[wasm_bindgen]
extern "C" {
    /// Reads parsed nodes by the platform's own accessors: names in a post can't shadow those.
    pub type Nodes;
    #[wasm_bindgen(method)]
    fn kind(this: &Nodes, node: &Node) -> u16;
    #[wasm_bindgen(method)]
    fn value(this: &Nodes, node: &Node) -> Option<String>;
    #[wasm_bindgen(method)]
    fn first(this: &Nodes, node: &Node) -> Option<Node>;
    #[wasm_bindgen(method)]
    fn next(this: &Nodes, node: &Node) -> Option<Node>;
    #[wasm_bindgen(method)]
    fn name(this: &Nodes, element: &Node) -> String;
    #[wasm_bindgen(method)]
    fn space(this: &Nodes, element: &Node) -> Option<String>;
    #[wasm_bindgen(method)]
    fn attribute(this: &Nodes, element: &Node, name: &str) -> Option<String>;
}

/// A mounted viewer; dropping it removes its listeners and gives its memory back.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Viewer {
    app: Rc<app::App>,
}

#[wasm_bindgen]
impl Viewer {
    /// The archive that is shown, for programs.
    #[must_use]
    pub fn library(&self) -> library::Library {
        self.app.library()
    }

    /// Shows the view of an address such as `#/post/<slug>`.
    pub fn show(&self, route: &str) {
        self.app.turn_to(crate::route::Route::parse(route));
    }

    /// Shows a view that failed again: what it lacked may be here now.
    pub fn recover(&self) {
        if self.app.failed.get() {
            self.app.refresh();
        }
    }

    /// Does what a button of this name does.
    pub fn act(&self, action: &str) {
        events::act(&self.app, action);
    }

    /// Narrows the list to days; empty for no bound.
    pub fn days(&self, from: String, to: String) {
        self.app.narrow(from, to);
    }

    /// Shows the view again: an attribute that it depends on changed.
    pub fn refresh(&self) {
        self.app.refresh();
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
