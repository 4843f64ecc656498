//! A headless Chromium, which can be told to have a slow processor.

use std::net::{Ipv4Addr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde_json::{Value, json};

use super::webdriver::{self, Session};
use crate::Result;

/// How long the driver may take to come up, and a page to show what it should.
const PATIENCE: Duration = Duration::from_secs(60);

/// The browser and its driver, ended when dropped.
#[derive(Debug)]
pub(super) struct Chromium {
    driver: Child,
    session: Session,
    /// Profile and other files of the browser.
    _scratch: tempfile::TempDir,
}

impl Chromium {
    /// Starts both.
    pub(super) fn start() -> Result<Self> {
        let scratch = tempfile::tempdir()?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
            .local_addr()?
            .port();
        let mut driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .env("TMPDIR", scratch.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("can't start chromedriver: {error}"))?;
        let session = open(port);
        if session.is_err() {
            let _ = driver.kill();
            let _ = driver.wait();
        }
        Ok(Self {
            driver,
            session: session?,
            _scratch: scratch,
        })
    }

    /// Makes its processor so many times slower; that of workers stays as it is.
    pub(super) fn slow_down(&self, rate: u32) -> Result<()> {
        self.devtools("Emulation.setCPUThrottlingRate", &json!({ "rate": rate }))?;
        Ok(())
    }

    /// Leaves the page and forgets all files of the server at this address, its service worker too.
    pub(super) fn forget(&self, server: &str) -> Result<()> {
        self.session.post("url", &json!({ "url": "about:blank" }))?;
        self.devtools(
            "Storage.clearDataForOrigin",
            &json!({ "origin": server.trim_end_matches('/'), "storageTypes": "all" }),
        )?;
        self.devtools("Network.clearBrowserCache", &json!({}))?;
        Ok(())
    }

    /// Loads a page, in which `window.bench` tells when something that fits was shown, and the
    /// longest task.
    pub(super) fn open(&self, address: &str, shown: &str) -> Result<()> {
        let watch = include_str!("watch.js").replace("SELECTOR", &Value::from(shown).to_string());
        let script = json!({ "source": watch });
        let added = self.devtools("Page.addScriptToEvaluateOnNewDocument", &script)?;
        let opened = self.session.post("url", &json!({ "url": address }));
        let added = json!({ "identifier": added["identifier"] });
        self.devtools("Page.removeScriptToEvaluateOnNewDocument", &added)?;
        opened?;
        Ok(())
    }

    /// Has a script run before anything of every page that is loaded from now on.
    pub(super) fn always(&self, source: &str) -> Result<()> {
        let script = json!({ "source": source });
        self.devtools("Page.addScriptToEvaluateOnNewDocument", &script)?;
        Ok(())
    }

    /// Waits until a script gives something.
    pub(super) fn wait(&self, script: &str) -> Result<Value> {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            let body = json!({ "script": script, "args": [] });
            let value = self.session.post("execute/sync", &body)?;
            if !value.is_null() && value != false {
                return Ok(value);
            }
            thread::sleep(Duration::from_millis(20));
        }
        let page = self.session.get("url").unwrap_or_default();
        Err(format!("waited in vain for `{script}` on {page}").into())
    }

    /// Runs a script that may wait, with a function `search` and `given`, its arguments.
    pub(super) fn call(&self, search: &str, script: &str, given: impl Serialize) -> Result<Value> {
        let script = format!(
            "const given = [...arguments], done = given.pop();
             const search = {search};
             (async () => {{ {script} }})().then(
               (value) => done({{ value }}), (error) => done({{ error: String(error) }}));"
        );
        let body = json!({ "script": script, "args": [given] });
        let result = self.session.post("execute/async", &body)?;
        match &result["error"] {
            Value::Null => Ok(result["value"].clone()),
            error => Err(format!("in the page: {error}").into()),
        }
    }

    fn devtools(&self, command: &str, parameters: &Value) -> Result<Value> {
        let body = json!({ "cmd": command, "params": parameters });
        Ok(self.session.post("goog/cdp/execute", &body)?)
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        self.session.close();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

fn open(port: u16) -> Result<Session> {
    let start = Instant::now();
    while !webdriver::is_ready(port) {
        if start.elapsed() > PATIENCE {
            return Err("chromedriver does not come up".into());
        }
        thread::sleep(Duration::from_millis(50));
    }
    let arguments = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-extensions",
        "--disable-dev-shm-usage",
        // Openings go on and back faster than Chromium lets a page: it drops entries of the history, then.
        "--disable-ipc-flooding-protection",
        "--lang=en-US",
        "--window-size=1280,900",
        // Nothing but this machine is to be reached.
        "--proxy-server=127.0.0.1:9",
        "--proxy-bypass-list=127.0.0.1",
    ];
    let capabilities = json!({ "goog:chromeOptions": { "args": arguments } });
    Ok(Session::start(port, &capabilities)?)
}
