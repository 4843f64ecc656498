//! Serves a folder as static hosts do, files or parts of them, over a good line or a bad one, and writes
//! down what it sends.

use std::collections::HashMap;
use std::fs;
use std::io::Write as _;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::{HeaderMap, HeaderName, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::Result;

/// Time from a request to the first byte of its answer, on the bad line.
const LATENCY: Duration = Duration::from_millis(150);
/// Bytes a second of the bad line, 1.6 Mbit/s, for all answers together.
const SPEED: f64 = 200e3;

/// What lies between the server and the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    /// Nothing.
    Good,
    /// 1.6 Mbit/s and 150 ms; one file after the other.
    Bad,
}

/// A file that was sent.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    /// Its path in the folder.
    pub(crate) path: String,
    /// Bytes of the body as they went over the line.
    pub(crate) bytes: u64,
}

/// A web server on a port of this machine, until the process ends.
#[derive(Debug)]
pub(crate) struct Server {
    port: u16,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    folder: PathBuf,
    sent: Mutex<Vec<Sent>>,
    /// When the bad line is free again; `None` on the good one.
    free: Mutex<Option<Instant>>,
    /// Whether parts of files are sent.
    ranges: bool,
    /// Bodies by path: compressing is not what is measured.
    bodies: Mutex<HashMap<String, Vec<u8>>>,
}

impl Server {
    /// Serves a folder.
    pub(crate) fn start(folder: &Path) -> Result<Self> {
        Self::start_with(folder, true)
    }

    /// Serves a folder, parts of files too or whole files only.
    pub(crate) fn start_with(folder: &Path, ranges: bool) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        let shared = Arc::new(Shared {
            folder: folder.to_owned(),
            sent: Mutex::default(),
            free: Mutex::default(),
            ranges,
            bodies: Mutex::default(),
        });
        let own = Arc::clone(&shared);
        let app = Router::new().fallback(move |uri: Uri, headers: HeaderMap| {
            let range = headers.get(header::RANGE).and_then(|it| it.to_str().ok());
            let (answer, arrives) = own.answer(uri.path(), range.unwrap_or_default());
            async move {
                if let Some(arrives) = arrives {
                    tokio::time::sleep_until(arrives.into()).await;
                }
                answer
            }
        });
        let runtime = tokio::runtime::Runtime::new()?;
        std::thread::spawn(move || {
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::from_std(listener)?;
                axum::serve(listener, app).await
            })
        });
        Ok(Self { port, shared })
    }

    /// Address of a path.
    pub(crate) fn address(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/{path}", self.port)
    }

    /// Changes the line.
    pub(crate) fn be(&self, line: Line) {
        let mut free = self
            .shared
            .free
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *free = (line == Line::Bad).then(Instant::now);
    }

    /// What was sent since the last call.
    pub(crate) fn sent(&self) -> Vec<Sent> {
        let mut sent = self
            .shared
            .sent
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut sent)
    }
}

impl Shared {
    /// The answer, and when its last byte arrives.
    fn answer(&self, path: &str, range: &str) -> (Response, Option<Instant>) {
        let path = path.trim_start_matches('/');
        let path = if path.is_empty() { "index.html" } else { path };
        let Some(mut body) = self.body(path) else {
            return (StatusCode::NOT_FOUND.into_response(), self.arrival(0));
        };
        let part = self.ranges.then(|| part(&body, range)).flatten();
        let part = part.map(<[u8]>::to_vec);
        let status = if let Some(part) = part {
            body = part;
            StatusCode::PARTIAL_CONTENT
        } else {
            StatusCode::OK
        };
        let arrives = self.arrival(body.len());
        self.sent
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(Sent {
                path: path.to_owned(),
                bytes: body.len() as u64,
            });
        let (kind, compressed) = kind(path);
        let mut headers = vec![
            (header::CONTENT_TYPE, kind),
            (HeaderName::from_static("cache-control"), "max-age=3600"),
        ];
        if compressed {
            headers.push((header::CONTENT_ENCODING, "gzip"));
        }
        let headers: HeaderMap = headers
            .into_iter()
            .map(|(name, value)| (name, axum::http::HeaderValue::from_static(value)))
            .collect();
        ((status, headers, body).into_response(), arrives)
    }

    /// When so many bytes that are asked for now have come over the line.
    fn arrival(&self, bytes: usize) -> Option<Instant> {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let begins = (*free)?.max(Instant::now() + LATENCY);
        *free = Some(begins + Duration::from_secs_f64(bytes as f64 / SPEED));
        *free
    }

    fn body(&self, path: &str) -> Option<Vec<u8>> {
        let mut bodies = self.bodies.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(body) = bodies.get(path) {
            return Some(body.clone());
        }
        let inside = !path.split('/').any(|part| part == "..");
        let file = inside.then(|| fs::read(self.folder.join(path)))?.ok()?;
        let body = if kind(path).1 {
            let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
            gzip.write_all(&file).and_then(|()| gzip.finish()).ok()?
        } else {
            file
        };
        bodies.insert(path.to_owned(), body.clone());
        Some(body)
    }
}

/// What `bytes=first-last` asks for, if it is there.
fn part<'a>(body: &'a [u8], range: &str) -> Option<&'a [u8]> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    body.get(first.parse().ok()?..body.len().min(last.parse::<usize>().ok()? + 1))
}

/// Type of a file, and whether hosts compress it on the way.
fn kind(path: &str) -> (&'static str, bool) {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => ("text/html; charset=utf-8", true),
        "js" => ("text/javascript; charset=utf-8", true),
        "css" => ("text/css; charset=utf-8", true),
        "json" => ("application/json", true),
        "svg" => ("image/svg+xml", true),
        "wasm" => ("application/wasm", true),
        _ => ("application/octet-stream", false),
    }
}
