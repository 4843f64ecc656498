//! The canary: a port that no page has any business with, and that records who comes.
//!
//! It is each browser's proxy for everything but this machine, so that a request to any other
//! host arrives here. For pictures, it answers with one, so that tests can tell loaded from asked.

use std::sync::{Arc, Mutex, PoisonError};

use super::http::{self, Answer, Message};

/// Errands that browsers run by themselves, whatever page is shown: updates, settings, the time.
/// No fixture names these hosts.
const ERRANDS: &[&str] = &[
    ".google.com",
    ".googleapis.com",
    ".gvt1.com",
    ".mozilla.com",
    ".mozilla.net",
    ".mozilla.org",
    "detectportal.firefox.com",
];

const PICTURE: &str = "<svg xmlns='http://www.w3.org/2000/svg' width='64' height='48'>\
                       <rect width='64' height='48' fill='teal'/></svg>";

/// A port with a memory.
#[derive(Debug, Clone)]
pub(crate) struct Canary {
    pub(crate) port: u16,
    heard: Arc<Mutex<Vec<Message>>>,
}

impl Canary {
    pub(crate) fn start() -> Self {
        let heard: Arc<Mutex<Vec<Message>>> = Arc::default();
        let notes = Arc::clone(&heard);
        let port = http::serve(move |request| {
            if !is_errand(request.word(1)) {
                notes
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(request.clone());
            }
            if request.word(0) == "GET" && request.word(1).contains("picture") {
                Answer::file("image/svg+xml", PICTURE)
            } else {
                Answer::missing()
            }
        });
        Self { port, heard }
    }

    /// The requests since the last call.
    pub(crate) fn heard(&self) -> Vec<Message> {
        std::mem::take(&mut self.heard.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What was asked since the last [`Canary::heard`], which still gives it: `GET http://...`
    /// or `CONNECT host:port`.
    pub(crate) fn requests(&self) -> Vec<String> {
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = heard.iter().map(|request| request.line.as_str());
        lines
            .map(|line| line.trim_end_matches(" HTTP/1.1").to_owned())
            .collect()
    }
}

/// Whether `target`, a URL or `host:port` of a `CONNECT`, is for a browser's own service.
fn is_errand(target: &str) -> bool {
    let host = target
        .split_once("://")
        .map_or(target, |(_, rest)| rest)
        .split(['/', ':', '?'])
        .next()
        .unwrap_or_default();
    ERRANDS.iter().any(|errand| host.ends_with(errand))
}
