//! The answers of the local server.
//!
//! What could an attacker control? Any page the user has open can send requests here. It can't
//! read the answers of another origin, unless its name is made to resolve to this machine; so
//! requests under any other name than this machine's are refused.

use std::convert::Infallible;
use std::path::{Path, PathBuf};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_TYPE, HOST, HeaderName, HeaderValue, IF_RANGE, RANGE,
};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{self, Next};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::stream::{self, Stream, StreamExt as _};
use serde_json::json;
use shelfmark_markdown::percent_decoded;
use tokio::sync::watch;
use tower_http::services::ServeDir;

use super::State as Told;

mod range;

/// What every answer says: nobody else's page may frame, open, read or guess anything here.
const SAFE: &[(&str, &str)] = &[
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("content-security-policy", "frame-ancestors 'none'"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// Shows the archive anew when another version of the site than the one that is shown is published.
const RELOAD: &str = include_str!("reload.js");

/// What names everything else of a version.
const MANIFEST: &str = "/bundle/archive.json";

/// What makes the page one that is kept on the device.
const INSTALLABLE: &str = "<link rel=\"manifest\" href=\"shelfmark.webmanifest\">\n";

#[derive(Debug, Clone)]
struct Served {
    site: PathBuf,
    shown: watch::Receiver<Told>,
}

/// Everything that is answered.
pub(super) fn router(site: PathBuf, shown: watch::Receiver<Told>) -> Router {
    let files = ServeDir::new(&site).append_index_html_on_directories(false);
    Router::new()
        .route("/", get(page))
        .route("/index.html", get(page))
        .route("/-/reload", get(reload))
        .route("/-/reload.js", get(script))
        .fallback_service(files)
        .with_state(Served { site, shown })
        .layer(middleware::from_fn(guard))
}

/// Refuses strangers, and says on every answer how it may be used.
async fn guard(mut request: Request, next: Next) -> Response {
    if !is_this_machine(request.headers()) {
        let why = "this server answers to 127.0.0.1 and localhost only";
        return (StatusCode::FORBIDDEN, why).into_response();
    }
    if !may_be_a_path(request.uri().path()) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let range = range::asked_for(request.headers());
    request.headers_mut().remove(RANGE);
    request.headers_mut().remove(IF_RANGE);
    let whole = match &range {
        // Of a file that is shorter, all of it is the end.
        Some(range) if range.is_end => Some(again(&request)),
        _ => None,
    };
    if let Some(range) = range {
        request.headers_mut().insert(RANGE, range.value);
    }
    // `.ts` is known as a kind of film elsewhere.
    let is_types = request.uri().path().ends_with(".ts");
    // Two versions may have the same time, which is told in seconds.
    let cached = match request.uri().path() {
        MANIFEST => "no-store",
        _ => "no-cache",
    };
    let mut answer = next.clone().run(request).await;
    if let Some(whole) = whole
        && answer.status() == StatusCode::RANGE_NOT_SATISFIABLE
    {
        answer = next.run(whole).await;
    }
    let headers = answer.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(cached));
    for (name, value) in SAFE {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    if is_types {
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("text/plain; charset=utf-8"),
        );
    }
    answer
}

/// The same request, without what it was sent with; nothing here is asked for by more than its head.
fn again(request: &Request) -> Request {
    let mut again = Request::new(Body::empty());
    *again.method_mut() = request.method().clone();
    *again.uri_mut() = request.uri().clone();
    *again.headers_mut() = request.headers().clone();
    again
}

/// Whether there may be a file at a path: no system has longer ones.
fn may_be_a_path(path: &str) -> bool {
    /// Bytes of a name.
    const NAME: usize = 255;
    /// Bytes of a path, with room for where the site lies.
    const PATH: usize = 3_000;
    let path = percent_decoded(path);
    path.len() <= PATH && path.split('/').all(|name| name.len() <= NAME)
}

/// Tells whether a request names this machine; through a tunnel the port may be another.
fn is_this_machine(headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return false;
    };
    let Ok(host) = host.to_str() else {
        return false;
    };
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    ["127.0.0.1", "localhost", "[::1]"]
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known))
}

/// The page, with the script that follows what is published.
async fn page(State(served): State<Served>) -> Response {
    // Taken before the page is read: at worst it is shown anew once too often.
    let version = served.shown.borrow().version.clone();
    match read(&served.site.join("index.html")).await {
        Ok(page) => (
            [(CONTENT_TYPE, "text/html; charset=utf-8")],
            with_script(&page, &version),
        )
            .into_response(),
        Err(error) => (
            StatusCode::INTERNAL_SERVER_ERROR,
            format!("index.html can't be read: {error}"),
        )
            .into_response(),
    }
}

async fn read(path: &Path) -> std::io::Result<String> {
    let path = path.to_owned();
    let read = tokio::task::spawn_blocking(move || std::fs::read(path)).await;
    let bytes = read.map_err(std::io::Error::other)??;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A script of the page's own origin: its security policy allows no inline one. The page does not say
/// that it can be installed: a service worker would show the archive as it was before.
fn with_script(page: &str, version: &str) -> String {
    let page = &page.replacen(INSTALLABLE, "", 1);
    let script = format!(r#"<script type="module" src="-/reload.js?{version}"></script>"#);
    let at = page.find("</head>").unwrap_or(page.len());
    format!("{}{script}\n{}", &page[..at], &page[at..])
}

async fn script() -> Response {
    ([(CONTENT_TYPE, "text/javascript; charset=utf-8")], RELOAD).into_response()
}

/// The version that is published, now and whenever it changes.
async fn reload(
    State(served): State<Served>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let mut shown = served.shown;
    shown.mark_changed();
    let versions = stream::unfold(shown, |mut shown| async move {
        shown.changed().await.ok()?;
        let state = shown.borrow_and_update().clone();
        // The version is one line; what went wrong comes before it, as it stays on the same page.
        let problems = json!(state.problems).to_string();
        let events = [
            Ok(Event::default().event("problems").data(problems)),
            Ok(Event::default().data(state.version)),
        ];
        Some((stream::iter(events), shown))
    });
    Sse::new(versions.flatten()).keep_alive(KeepAlive::default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked_for(host: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_str(host).unwrap());
        is_this_machine(&headers)
    }

    #[test]
    fn strangers_are_refused() {
        for host in [
            "127.0.0.1",
            "127.0.0.1:8475",
            "localhost:1",
            "LOCALHOST",
            "[::1]:8475",
            "[::1]",
        ] {
            assert!(asked_for(host), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "evil.example:8475",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "evil.example:127.0.0.1",
            "::1",
            "10.0.0.1:8475",
            "localhost:x",
        ] {
            assert!(!asked_for(host), "{host}");
        }
        assert!(!is_this_machine(&HeaderMap::new()));
    }

    #[test]
    fn the_script_comes_into_the_head() {
        assert_eq!(
            with_script("<head><title>t</title></head><body>", "v"),
            "<head><title>t</title><script type=\"module\" src=\"-/reload.js?v\"></script>\n</head><body>"
        );
        assert!(with_script("no head", "v").contains("reload.js"));
        assert!(!with_script(&format!("<head>{INSTALLABLE}</head>"), "v").contains("manifest"));
        let page = include_str!("../../../../www/index.html");
        assert!(page.contains(INSTALLABLE), "the page says it otherwise");
    }
}
