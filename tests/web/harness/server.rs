//! Serves built sites as a static host does, whole or in parts, remembers every request, and damages
//! files on demand.
//!
//! Each site has a folder of its own in the address, as on a host that serves many; so the tests
//! also show that a site works below any path. The page is changed in one thing: a script that
//! records errors stands before everything else.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::http::{self, Answer, Message};
use super::tools;

const RECORDER: &str = include_str!("recorder.js");

/// Names of sites whose pages install themselves begin so; others are told not to, as what one test
/// leaves on the device would change what another one sees.
pub(crate) const INSTALLED: &str = "installed";
const INSTALLABLE: &str = "<link rel=\"manifest\" href=\"shelfmark.webmanifest\">\n";

/// Changes what is sent for a file of a site, by its path inside the site.
pub(crate) type Fault = dyn Fn(&str, &mut Answer) + Send + Sync;

/// Changes what is sent for the shards of a kind.
pub(crate) fn fault_in(
    kind: &str,
    change: impl Fn(&mut Answer) + Send + Sync + 'static,
) -> Arc<Fault> {
    let beginning = format!("bundle/{kind}-");
    Arc::new(move |file, answer| {
        if file.starts_with(&beginning) {
            change(answer);
        }
    })
}

/// Lets pages of other origins read what is sent.
pub(crate) fn for_all_origins() -> Arc<Fault> {
    Arc::new(|_, answer| answer.headers = "Access-Control-Allow-Origin: *\r\n".into())
}

/// A web server.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) port: u16,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Default)]
struct Shared {
    sites: BTreeMap<String, (PathBuf, Option<Arc<Fault>>)>,
    asked: Vec<String>,
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

impl Server {
    pub(crate) fn start() -> Self {
        let shared: Arc<Mutex<Shared>> = Arc::default();
        let own = Arc::clone(&shared);
        let port = http::serve(move |request| answer(&own, request));
        Self { port, shared }
    }

    /// Puts a site's folder below `/name/`, damaged when so asked.
    pub(crate) fn mount(&self, name: &str, folder: &Path, fault: Option<Arc<Fault>>) {
        self.lock()
            .sites
            .insert(name.to_owned(), (folder.to_owned(), fault));
    }

    /// Address of a file.
    pub(crate) fn address(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/{path}", self.port)
    }

    /// Paths, with queries, that were asked for since the last call; after a space the range of bytes,
    /// where one was asked for.
    pub(crate) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.lock().asked)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn answer(shared: &Mutex<Shared>, request: &Message) -> Answer {
    let target = request.word(1);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    match path {
        "/favicon.ico" => return Answer::file("image/svg+xml", "<svg/>"),
        "/recorder.js" => return Answer::file("text/javascript", RECORDER),
        "/axe.js" => return Answer::file("text/javascript", tools::axe().unwrap_or_default()),
        "/frame.html" => return Answer::file("text/html; charset=utf-8", frame(query)),
        "/leaky.html" => return Answer::file("text/html; charset=utf-8", LEAKY),
        "/unsafe.html" => return Answer::file("text/html; charset=utf-8", UNSAFE),
        "/leaky.js" => return Answer::file("text/javascript", LEAKY_SCRIPT),
        _ => {}
    }
    let mut parts = path.trim_start_matches('/').splitn(2, '/');
    let site = parts.next().unwrap_or_default();
    let file = percent_decoded(parts.next().unwrap_or_default());
    let mount = {
        let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
        let range = request.header("range").map(|range| format!(" {range}"));
        shared
            .asked
            .push(target.to_owned() + &range.unwrap_or_default());
        shared.sites.get(site).cloned()
    };
    let Some((folder, fault)) = mount.filter(|_| !file.split('/').any(|part| part == "..")) else {
        return Answer::missing();
    };
    let file = if file.is_empty() { "index.html" } else { &file };
    let mut answer = match fs::read(folder.join(file)) {
        Ok(bytes) => Answer::file(kind(file), bytes),
        Err(_) => Answer::missing(),
    };
    if file == "index.html" && !site.starts_with(INSTALLED) {
        let page = String::from_utf8_lossy(&answer.body);
        answer.body = page.replacen(INSTALLABLE, "", 1).into_bytes();
    }
    if file.ends_with(".html") {
        answer.body = with_scripts(&answer.body, query.contains("axe"));
    }
    if let Some(fault) = fault {
        fault(file, &mut answer);
    }
    match request.header("range") {
        Some(range) => answer.part(range),
        None => answer,
    }
}

/// The page, with the recorder before everything else and, for the accessibility tests, axe.
fn with_scripts(page: &[u8], axe: bool) -> Vec<u8> {
    let page = String::from_utf8_lossy(page);
    let axe = if axe {
        "<script src=\"/axe.js\" defer></script>"
    } else {
        ""
    };
    let scripts = format!("<head>\n<script src=\"/recorder.js\"></script>{axe}");
    page.replacen("<head>", &scripts, 1).into_bytes()
}

/// A page that holds another in a frame of a given width and height: `w=320&h=700&/sample/#/`.
/// Browsers refuse to make windows that narrow.
fn frame(query: &str) -> String {
    let mut parts = query.splitn(3, '&');
    let mut number = |name: &str| {
        let part = parts.next().unwrap_or_default();
        part.strip_prefix(name)
            .and_then(|number| number.parse::<u32>().ok())
            .unwrap_or(320)
    };
    let (width, height) = (number("w="), number("h="));
    let address = parts
        .next()
        .unwrap_or_default()
        .replace("%23", "#")
        .replace('"', "");
    format!(
        "<!doctype html><html lang=en><title>frame</title><body style=margin:0>\
         <iframe src=\"{address}\" width={width} height={height} style=border:0></iframe>"
    )
}

/// A page that does what ours must not: shows that the harness would notice.
const LEAKY: &str = "<!doctype html><html><head><script src=/recorder.js></script>\
    <meta http-equiv=Content-Security-Policy content=\"script-src 'self'\">\
    <script src=/axe.js></script><script src=/leaky.js></script></head>\
    <body><script>window.ran = 1</script>\
    <img src=http://leak.example/picture.png><img src=https://leak.example/picture.png>\
    <p style='color:#ccc'>hardly seen";
const LEAKY_SCRIPT: &str =
    "Promise.reject('lost'); console.error('said'); alert('shown'); thrown();";

/// A body as no post may get it.
const UNSAFE: &str = "<!doctype html><html><head><script src=/recorder.js></script></head><body>\
    <div class=body><p onclick='x'>a<b style='position: fixed'>b</b>\
    <a href='javascript:x'>c</a><i id=q>d</i><i class=hidden>e</i><blink>f</blink>\
    <script>1</script></div>";

fn kind(file: &str) -> &'static str {
    match file.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    }
}

fn percent_decoded(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        let escape = tail
            .get(..2)
            .and_then(|pair| std::str::from_utf8(pair).ok())
            .and_then(|pair| u8::from_str_radix(pair, 16).ok())
            .filter(|_| byte == b'%');
        bytes.push(escape.unwrap_or(byte));
        rest = if escape.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
