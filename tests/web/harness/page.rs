//! A page in a browser, as a reader has it: looks at what is shown, points, types, goes back.
//!
//! Nothing waits for a fixed time; what must come is waited for, and what must not come is looked
//! for at the end of each test ([`Page::assert_quiet`]).

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::browser::Browser;
use super::canary::Canary;
use super::engine::Engine;
use super::server::{Fault, Server};
use super::sites::Site;

const HELPERS: &str = include_str!("helpers.js");
/// How long something may take to show on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);
/// Where the W3C protocol keeps the name of an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Keys without a character.
pub(crate) const ENTER: char = '\u{E007}';
pub(crate) const ESCAPE: char = '\u{E00C}';
pub(crate) const TAB: char = '\u{E004}';
pub(crate) const SHIFT: char = '\u{E008}';
pub(crate) const LEFT: char = '\u{E012}';
pub(crate) const DOWN: char = '\u{E015}';

/// A tab.
#[derive(Debug)]
pub(crate) struct Page<'a> {
    browser: &'a Browser,
    /// Makes each load a load, also of the same address.
    loads: Cell<u32>,
    /// What was complained about on pages that were left since.
    complaints: RefCell<Vec<String>>,
    tolerated: RefCell<Vec<String>>,
}

impl<'a> Page<'a> {
    /// A new tab with nothing in it.
    pub(crate) fn fresh(browser: &'a Browser) -> Self {
        let page = Self {
            browser,
            loads: Cell::default(),
            complaints: RefCell::default(),
            tolerated: RefCell::default(),
        };
        page.done(browser.session.renew_tab().map(|()| Value::Null));
        page.prefer_dark(false);
        if browser.engine == Engine::Chromium {
            // A tab of a headless browser is not in front of anybody, but shall act so.
            page.devtools(
                "Emulation.setFocusEmulationEnabled",
                &json!({ "enabled": true }),
            );
            page.log_of_chromium();
        }
        browser.canary.heard();
        browser.server.asked();
        page
    }

    /// What the reader sees, in short, for messages about a failure.
    pub(crate) fn state(browser: &Browser) -> String {
        let script =
            format!("{HELPERS} return location.href + '\\n' + text(one('main') ?? document.body)");
        let shown = browser
            .session
            .post("execute/sync", &json!({ "script": script, "args": [] }));
        let shown = match &shown {
            Ok(shown) => shown.as_str().unwrap_or_default(),
            Err(problem) => problem,
        };
        shown.chars().take(600).collect()
    }

    pub(crate) fn engine(&self) -> Engine {
        self.browser.engine
    }

    pub(crate) fn server(&self) -> &Server {
        &self.browser.server
    }

    pub(crate) fn canary(&self) -> &Canary {
        &self.browser.canary
    }

    /// Loads a site at a route and waits for its first view.
    pub(crate) fn open(&self, site: &Site, route: &str) {
        self.server().mount(site.name, &site.folder, None);
        self.load(&format!("{}/?{}{route}", site.name, self.next_load()));
        self.wait_for("a view", "return one('main h1')");
    }

    /// Loads a site whose files are changed on the way; waits for nothing.
    pub(crate) fn open_damaged(&self, site: &Site, name: &str, route: &str, fault: Arc<Fault>) {
        self.server().mount(name, &site.folder, Some(fault));
        self.load(&format!("{name}/?{}{route}", self.next_load()));
    }

    /// Loads a site at a route with the accessibility checker in the page.
    pub(crate) fn open_with_axe(&self, site: &Site, route: &str) {
        self.server().mount(site.name, &site.folder, None);
        self.load(&format!("{}/?axe{}{route}", site.name, self.next_load()));
        self.wait_for("a view and axe", "return one('main h1') && !!window.axe");
    }

    /// Loads a site in a frame of the given size, as windows don't get that narrow, and enters it.
    pub(crate) fn open_framed(&self, site: &Site, route: &str, width: u32, height: u32) {
        self.server().mount(site.name, &site.folder, None);
        let load = self.next_load();
        self.load(&format!(
            "frame.html?w={width}&h={height}&/{}/?{load}{}",
            site.name,
            route.replace('#', "%23")
        ));
        self.post("frame", &json!({ "id": 0 }));
        self.wait_for("a view", "return one('main h1')");
    }

    /// Loads a path of the server.
    pub(crate) fn load(&self, path: &str) {
        self.keep_complaints();
        let address = self.server().address(path);
        self.post("url", &json!({ "url": address }));
    }

    /// Loads a file from disk, as a double click does; waits for nothing.
    pub(crate) fn open_file(&self, path: &std::path::Path, route: &str) {
        self.keep_complaints();
        let load = self.next_load();
        let address = format!("file://{}?{load}{route}", path.display());
        self.post("url", &json!({ "url": address }));
    }

    /// A number that makes the next address a new one.
    pub(crate) fn next_load(&self) -> u32 {
        self.loads.set(self.loads.get() + 1);
        self.loads.get()
    }

    pub(crate) fn reload(&self) {
        self.keep_complaints();
        self.post("refresh", &json!({}));
        self.wait_for("a view", "return one('main h1')");
    }

    pub(crate) fn back(&self) {
        self.post("back", &json!({}));
    }

    pub(crate) fn forward(&self) {
        self.post("forward", &json!({}));
    }

    /// Runs a script in the page, with the helpers of `helpers.js`, and returns its result.
    pub(crate) fn run(&self, script: &str, arguments: &Value) -> Value {
        let script = format!("{HELPERS}{script}");
        self.post(
            "execute/sync",
            &json!({ "script": script, "args": arguments }),
        )
    }

    /// The value of a script without arguments.
    pub(crate) fn get(&self, script: &str) -> Value {
        self.run(script, &json!([]))
    }

    /// Runs a script that gives a promise, and waits for what it gives.
    pub(crate) fn run_async(&self, script: &str, arguments: &Value) -> Value {
        let script = format!(
            "{HELPERS} const give = arguments[arguments.length - 1];
             (async (...arguments_) => {{ {script} }})(...arguments).then(
               (value) => give({{ value }}), (error) => give({{ error: String(error) }}));"
        );
        let body = json!({ "script": script, "args": arguments });
        let result = self.post("execute/async", &body);
        let error = &result["error"];
        assert!(error.is_null(), "{}: {error}", self.engine());
        result["value"].clone()
    }

    /// Waits until a script gives something other than `null`, `false`, `0` and `""`.
    #[track_caller]
    pub(crate) fn wait_for(&self, what: &str, script: &str) -> Value {
        self.wait_with(what, script, &json!([]))
    }

    #[track_caller]
    fn wait_with(&self, what: &str, script: &str, arguments: &Value) -> Value {
        let mut value = Value::Null;
        self.wait_until(what, || {
            value = self.run(script, arguments);
            let empty = [Value::Null, json!(false), json!(0), json!("")];
            !empty.contains(&value)
        });
        value
    }

    /// Waits until something is true.
    #[track_caller]
    pub(crate) fn wait_until(&self, what: &str, mut is_so: impl FnMut() -> bool) {
        let start = Instant::now();
        while !is_so() {
            assert!(
                start.elapsed() < PATIENCE,
                "{}: waited in vain for {what}: {}",
                self.engine(),
                Self::state(self.browser)
            );
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until the first element that fits has a text.
    #[track_caller]
    pub(crate) fn wait_text(&self, selector: &str, expected: &str) {
        let what = format!("{selector} to say {expected:?}");
        let script = "return text(one(arguments[0])) === arguments[1]";
        self.wait_with(&what, script, &json!([selector, expected]));
    }

    /// Waits until something that fits is there.
    #[track_caller]
    pub(crate) fn wait_element(&self, selector: &str) {
        let script = "return !!one(arguments[0])";
        self.wait_with(selector, script, &json!([selector]));
    }

    /// Text of the first element that fits, white space collapsed.
    pub(crate) fn text(&self, selector: &str) -> String {
        let text = self.run("return text(one(arguments[0]))", &json!([selector]));
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Texts of all elements that fit.
    pub(crate) fn texts(&self, selector: &str) -> Vec<String> {
        let texts = self.run("return all(arguments[0]).map(text)", &json!([selector]));
        serde_json::from_value(texts).expect("a list of texts")
    }

    /// How many elements fit.
    pub(crate) fn count(&self, selector: &str) -> u64 {
        let count = self.run("return all(arguments[0]).length", &json!([selector]));
        count.as_u64().expect("a number")
    }

    /// The part of the address that begins with `#`, decoded.
    pub(crate) fn hash(&self) -> String {
        let hash = self.get("return decodeURIComponent(location.hash)");
        hash.as_str().unwrap_or_default().to_owned()
    }

    /// Changes the address by hand.
    pub(crate) fn go(&self, hash: &str) {
        self.run("location.hash = arguments[0]", &json!([hash]));
    }

    /// Clicks the middle of the first element that fits, as a mouse does.
    #[track_caller]
    pub(crate) fn click(&self, selector: &str) {
        // The drivers' own click on an element knows nothing of shadow roots in two of three.
        let script = "
            const [selector] = arguments;
            const element = one(selector);
            if (!element) return `nothing fits ${selector}`;
            const seen = ({ top, bottom }) => top >= 0 && bottom <= innerHeight;
            if (!seen(element.getBoundingClientRect()))
              element.scrollIntoView({ block: 'center', behavior: 'instant' });
            const { left, top, width, height } = element.getClientRects()[0] ?? {};
            const [x, y] = [Math.floor(left + width / 2), Math.floor(top + height / 2)];
            const hit = root.elementFromPoint(x, y);
            if (hit !== element && !element.contains(hit) && !hit?.contains(element))
              return `${selector} is covered by ${hit?.outerHTML.slice(0, 200)}`;
            return [x, y];";
        let place = self.run(script, &json!([selector]));
        let Some([x, y]) = place.as_array().map(Vec::as_slice) else {
            panic!("{}: {place}", self.engine());
        };
        self.post(
            "actions",
            &json!({ "actions": [{
                "type": "pointer", "id": "mouse", "parameters": { "pointerType": "mouse" },
                "actions": [
                    { "type": "pointerMove", "x": x, "y": y, "origin": "viewport", "duration": 0 },
                    { "type": "pointerDown", "button": 0 },
                    { "type": "pointerUp", "button": 0 },
                ],
            }]}),
        );
    }

    /// Presses the mouse on the first element that fits, at a part of its width, moves it to another
    /// part, and lets it go.
    #[track_caller]
    pub(crate) fn drag(&self, selector: &str, from: f64, to: f64) {
        let script = "
            const [selector, ...parts] = arguments;
            one(selector).scrollIntoView({ block: 'center', behavior: 'instant' });
            const { left, top, width, height } = one(selector).getBoundingClientRect();
            const y = Math.floor(top + height / 2);
            return parts.map((part) => [Math.floor(left + width * part), y]);";
        let places = self.run(script, &json!([selector, from, to]));
        let go = |place: usize| json!({ "type": "pointerMove", "x": places[place][0], "y": places[place][1], "origin": "viewport", "duration": 40 });
        self.post(
            "actions",
            &json!({ "actions": [{
                "type": "pointer", "id": "mouse", "parameters": { "pointerType": "mouse" },
                "actions": [go(0), { "type": "pointerDown", "button": 0 }, go(1), { "type": "pointerUp", "button": 0 }],
            }]}),
        );
    }

    /// Presses and releases a key, wherever the focus is.
    pub(crate) fn press(&self, key: char) {
        self.press_keys(&[key]);
    }

    /// Presses a key while the control key is held down.
    pub(crate) fn press_with_control(&self, key: char) {
        self.press_keys(&['\u{E009}', key]);
    }

    /// Presses keys down one after the other, and releases them in the opposite order.
    fn press_keys(&self, keys: &[char]) {
        let step = |kind: &str, key: &char| json!({ "type": kind, "value": key.to_string() });
        let down = keys.iter().map(|key| step("keyDown", key));
        let up = keys.iter().rev().map(|key| step("keyUp", key));
        let steps: Vec<Value> = down.chain(up).collect();
        let source = json!({ "type": "key", "id": "keys", "actions": steps });
        self.post("actions", &json!({ "actions": [source] }));
    }

    /// Types into a field, key by key, after what is there.
    pub(crate) fn type_into(&self, selector: &str, text: &str) {
        let element = self.run("return one(arguments[0])", &json!([selector]));
        let id = element[ELEMENT].as_str();
        let id = id.unwrap_or_else(|| panic!("nothing fits {selector}"));
        self.post(&format!("element/{id}/value"), &json!({ "text": text }));
    }

    /// An attribute of the first element that fits.
    pub(crate) fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        let script = "return one(arguments[0])?.getAttribute(arguments[1]) ?? null";
        let value = self.run(script, &json!([selector, name]));
        value.as_str().map(str::to_owned)
    }

    /// How far the page is scrolled down, in pixels.
    pub(crate) fn scroll(&self) -> f64 {
        self.get("return scrollY").as_f64().expect("a number")
    }

    /// What has the focus inside the viewer: name, id and class.
    pub(crate) fn focus(&self) -> String {
        let focus = self.get(
            "const e = root.activeElement;
             if (!e) return '';
             return e.localName + (e.id && '#' + e.id) + (e.className && '.' + e.className)",
        );
        focus.as_str().unwrap_or_default().to_owned()
    }

    /// Makes the window's inside this large.
    pub(crate) fn resize(&self, width: i64, height: i64) {
        let inside = "return [outerWidth - innerWidth, outerHeight - innerHeight]";
        let border = self.get(inside);
        let side = |place: usize| border[place].as_i64().unwrap_or_default();
        let size = json!({ "width": width + side(0), "height": height + side(1) });
        self.post("window/rect", &size);
        let script = "return innerWidth === arguments[0] && innerHeight === arguments[1]";
        self.wait_with("the window's size", script, &json!([width, height]));
    }

    /// A picture of the page, or of its frame when there is one, as PNG in base64.
    pub(crate) fn screenshot(&self) -> String {
        let frame = self.get("return document.querySelector('iframe')");
        let path = match frame[ELEMENT].as_str() {
            Some(id) => format!("element/{id}/screenshot"),
            None => "screenshot".to_owned(),
        };
        let picture = self.done(self.browser.session.get(&path));
        picture.as_str().unwrap_or_default().to_owned()
    }

    /// Lets the page see a reader who prefers dark colours, or light ones; tells whether the
    /// engine has a way to do so.
    pub(crate) fn prefer_dark(&self, dark: bool) -> bool {
        let scheme = if dark { "dark" } else { "light" };
        match self.engine() {
            Engine::Chromium => {
                let feature = json!({ "name": "prefers-color-scheme", "value": scheme });
                self.devtools(
                    "Emulation.setEmulatedMedia",
                    &json!({ "features": [feature] }),
                );
            }
            Engine::Firefox => {
                self.post("moz/context", &json!({ "context": "chrome" }));
                let script = "const name = 'layout.css.prefers-color-scheme.content-override';
                    Services.prefs.setIntPref(name, arguments[0])";
                let number = i32::from(!dark);
                self.post(
                    "execute/sync",
                    &json!({ "script": script, "args": [number] }),
                );
                self.post("moz/context", &json!({ "context": "content" }));
            }
            // By the desktop's theme alone, which is read when the browser starts.
            Engine::WebKit => return !dark,
        }
        let script = "return matchMedia(`(prefers-color-scheme: ${arguments[0]})`).matches";
        self.wait_with(scheme, script, &json!([scheme]));
        true
    }

    /// Loads a plain page, with the accessibility checker.
    pub(crate) fn open_plain(&self, site: &Site, path: &str) {
        self.server().mount(site.name, &site.folder, None);
        self.load(&format!("{}/{path}?axe{}", site.name, self.next_load()));
        self.wait_for("a page and axe", "return one('main h1') && !!window.axe");
    }

    /// Loads a plain page in a frame of the given size, and enters it.
    pub(crate) fn open_plain_framed(&self, site: &Site, path: &str, width: u32, height: u32) {
        self.server().mount(site.name, &site.folder, None);
        self.load(&format!(
            "frame.html?w={width}&h={height}&/{}/{path}",
            site.name
        ));
        self.post("frame", &json!({ "id": 0 }));
        self.wait_for("a page", "return one('main h1')");
    }

    /// Lets scripts of pages run, or not; tells whether the engine has a way to do so.
    pub(crate) fn allow_scripts(&self, allowed: bool) -> bool {
        match self.engine() {
            Engine::Chromium => {
                let value = json!({ "value": !allowed });
                self.devtools("Emulation.setScriptExecutionDisabled", &value);
            }
            Engine::Firefox => {
                self.post("moz/context", &json!({ "context": "chrome" }));
                let script = "Services.prefs.setBoolPref('javascript.enabled', arguments[0])";
                let body = json!({ "script": script, "args": [allowed] });
                self.post("execute/sync", &body);
                self.post("moz/context", &json!({ "context": "content" }));
            }
            // Its driver finds and clicks by scripts in the page.
            Engine::WebKit => return false,
        }
        true
    }

    /// Elements by the driver's own means, which need no script in the page.
    pub(crate) fn elements(&self, selector: &str) -> Vec<String> {
        let body = json!({ "using": "css selector", "value": selector });
        let found = self.post("elements", &body);
        let ids = found.as_array().into_iter().flatten();
        ids.map(|id| id[ELEMENT].as_str().expect("an element").to_owned())
            .collect()
    }

    /// What is shown of an element.
    pub(crate) fn shown(&self, element: &str) -> String {
        let text = self.done(self.browser.session.get(&format!("element/{element}/text")));
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Follows a link by the driver's own means; gives the path that it leads to.
    pub(crate) fn follow(&self, element: &str) -> String {
        self.post(&format!("element/{element}/click"), &json!({}));
        self.address()
    }

    /// The path of the page.
    pub(crate) fn address(&self) -> String {
        let url = self.done(self.browser.session.get("url"));
        let url = url.as_str().unwrap_or_default();
        let path = url.splitn(4, '/').nth(3).unwrap_or_default();
        path.to_owned()
    }

    /// Sends a command of Chromium's own protocol.
    pub(crate) fn devtools(&self, command: &str, parameters: &Value) -> Value {
        assert_eq!(self.engine(), Engine::Chromium, "only Chromium has it");
        let body = json!({ "cmd": command, "params": parameters });
        self.post("goog/cdp/execute", &body)
    }

    /// Sends any command of the protocol.
    pub(crate) fn post(&self, path: &str, body: &Value) -> Value {
        self.done(self.browser.session.post(path, body))
    }

    /// Says that complaints that hold `part` are expected in this test.
    pub(crate) fn tolerate(&self, part: &str) {
        self.tolerated.borrow_mut().push(part.to_owned());
    }

    /// Everything that was complained about: errors, refusals by the page's policy, dialogs.
    pub(crate) fn complaints(&self) -> Vec<String> {
        self.keep_complaints();
        let mut complaints = self.complaints.borrow_mut();
        let tolerated = self.tolerated.borrow();
        complaints.retain(|one| !tolerated.iter().any(|part| one.contains(part)));
        std::mem::take(&mut complaints)
    }

    /// Nothing was complained about, and nobody else was asked for anything.
    #[track_caller]
    pub(crate) fn assert_quiet(&self) {
        let complaints = self.complaints();
        assert!(complaints.is_empty(), "{}: {complaints:#?}", self.engine());
        let heard = self.canary().requests();
        assert!(heard.is_empty(), "{}: requests to {heard:?}", self.engine());
    }

    fn keep_complaints(&self) {
        let noted = self.get("return window.harness ? harness.errors.splice(0) : []");
        let noted: Vec<String> = serde_json::from_value(noted).unwrap_or_default();
        let mut complaints = self.complaints.borrow_mut();
        complaints.extend(noted);
        if self.engine() == Engine::Chromium {
            complaints.extend(self.log_of_chromium());
        }
    }

    /// Errors in Chromium's own log: also those that no script hears of.
    fn log_of_chromium(&self) -> Vec<String> {
        let log = self.post("se/log", &json!({ "type": "browser" }));
        let entries = log.as_array().into_iter().flatten();
        entries
            .filter(|entry| entry["level"] == "SEVERE")
            .map(|entry| format!("log: {}", entry["message"]))
            .collect()
    }

    #[track_caller]
    fn done(&self, result: Result<Value, String>) -> Value {
        result.unwrap_or_else(|problem| panic!("{}: {problem}", self.engine()))
    }
}
