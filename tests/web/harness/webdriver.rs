//! A client of the W3C WebDriver protocol, the same for all three drivers.
//!
//! Plain commands over HTTP: fantoccini's typed layer would hide what differs between the drivers,
//! and nodes of shadow roots are reached by scripts in any case.

use std::time::Duration;

use serde_json::{Value, json};

use super::http;

/// Longer than any time limit that drivers have themselves.
const PATIENCE: Duration = Duration::from_secs(100);
/// How long a browser may take to start.
const START: Duration = Duration::from_secs(30);
/// How long a page may take to load, and an asynchronous script to answer, in ms.
const LIMIT_MS: u32 = 90_000;

/// One browser under a driver's control.
#[derive(Debug)]
pub(crate) struct Session {
    port: u16,
    id: String,
}

impl Session {
    /// Opens a browser.
    pub(crate) fn start(port: u16, capabilities: &Value) -> Result<Self, String> {
        let body = json!({ "capabilities": { "alwaysMatch": capabilities } });
        let answer = command(port, "POST", "/session", &body, START)?;
        let id = answer["sessionId"].as_str().unwrap_or_default().to_owned();
        let session = Self { port, id };
        let limits = json!({ "script": LIMIT_MS, "pageLoad": LIMIT_MS, "implicit": 0 });
        session.post("timeouts", &limits)?;
        Ok(session)
    }

    /// Sends a command with a body.
    pub(crate) fn post(&self, path: &str, body: &Value) -> Result<Value, String> {
        self.send("POST", path, body)
    }

    /// Sends a command without one.
    pub(crate) fn get(&self, path: &str) -> Result<Value, String> {
        self.send("GET", path, &Value::Null)
    }

    /// Leaves the present tab for a new one, which has a history of its own.
    pub(crate) fn renew_tab(&self) -> Result<(), String> {
        let new = self.post("window/new", &json!({ "type": "tab" }))?;
        self.send("DELETE", "window", &Value::Null)?;
        self.post("window", &json!({ "handle": new["handle"] }))?;
        Ok(())
    }

    /// Ends the browser; drivers open one at a time.
    pub(crate) fn close(&self) {
        let path = format!("/session/{}", self.id);
        // What does not listen any more is ended by the keeper.
        let _ = http::ask(self.port, "DELETE", &path, b"", Duration::from_secs(10));
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        command(
            self.port,
            method,
            &format!("/session/{}/{path}", self.id),
            body,
            PATIENCE,
        )
    }
}

/// Whether a driver takes sessions.
pub(crate) fn is_ready(port: u16) -> bool {
    http::ask(port, "GET", "/status", b"", Duration::from_secs(2))
        .is_ok_and(|(status, _)| status == 200)
}

fn command(
    port: u16,
    method: &str,
    path: &str,
    body: &Value,
    patience: Duration,
) -> Result<Value, String> {
    let bytes = if body.is_null() {
        Vec::new()
    } else {
        body.to_string().into_bytes()
    };
    let (status, answer) = http::ask(port, method, path, &bytes, patience)
        .map_err(|error| format!("{method} {path}: {error}"))?;
    let answer: Value = serde_json::from_slice(&answer)
        .map_err(|error| format!("{method} {path}: status {status}, {error}"))?;
    let value = &answer["value"];
    if status == 200 {
        return Ok(value.clone());
    }
    let said = [&value["error"], &value["message"]].map(|part| part.as_str().unwrap_or_default());
    Err(format!("{method} {path}: {}", said.join(": ")))
}
