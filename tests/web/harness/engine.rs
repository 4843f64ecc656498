//! The three browsers: how each is started, away from everything it would do on its own.

use std::fmt;
use std::net::{Ipv4Addr, TcpListener};
use std::process::Command;
use std::sync::LazyLock;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::webdriver::{self, Session};
use super::{keeper, tools};

/// How long a driver may take to come up on a busy machine.
const START: Duration = Duration::from_secs(40);

/// A browser engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    Chromium,
    Firefox,
    WebKit,
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::WebKit => "webkit",
        })
    }
}

impl Engine {
    /// Starts the driver and returns its port.
    pub(crate) fn start_driver(self) -> Result<u16, String> {
        let mut last = String::new();
        // Somebody else may take the port before the driver does.
        for _ in 0..3 {
            let port = free_port();
            let mut command = self.driver(port)?;
            let mut child = keeper::spawn(&self.to_string(), &mut command)?;
            let start = Instant::now();
            while start.elapsed() < START && !matches!(child.try_wait(), Ok(Some(_))) {
                if webdriver::is_ready(port) {
                    return Ok(port);
                }
                thread::sleep(Duration::from_millis(50));
            }
            last = format!(
                "the driver of {self} does not come up: {}",
                keeper::printed(&self.to_string())
            );
        }
        Err(last)
    }

    /// Opens a browser that sends what is not for this machine to the port `canary`.
    pub(crate) fn open(self, driver: u16, canary: u16) -> Result<Session, String> {
        Session::start(driver, &self.capabilities(&format!("127.0.0.1:{canary}"))?)
    }

    fn driver(self, port: u16) -> Result<Command, String> {
        let command = match self {
            Self::Chromium => {
                let mut command = Command::new("chromedriver");
                command.arg(format!("--port={port}"));
                command
            }
            Self::Firefox => {
                let mut command = Command::new(tools::geckodriver());
                command.args(["--port", &port.to_string()]);
                // Marionette's own default port may be another browser's.
                command.args(["--marionette-port", &free_port().to_string()]);
                // Lets tests switch to dark colours.
                command.arg("--allow-system-access");
                command
            }
            Self::WebKit => {
                let mut command = Command::new("WebKitWebDriver");
                command.arg(format!("--port={port}"));
                command.env("DISPLAY", DISPLAY.clone()?);
                // No desktop: no accessibility bus, no settings service, no graphics card.
                command.envs([
                    ("NO_AT_BRIDGE", "1"),
                    ("GSETTINGS_BACKEND", "memory"),
                    ("GIO_USE_VFS", "local"),
                    ("LIBGL_ALWAYS_SOFTWARE", "1"),
                ]);
                // Without the renderer for cards, which software stands in for, a third less is
                // computed; but some pictures never come.
                if tools::pictures().is_none() {
                    command.env("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
                }
                command
            }
        };
        Ok(command)
    }

    fn capabilities(self, canary: &str) -> Result<Value, String> {
        let proxy = json!({
            "proxyType": "manual", "httpProxy": canary, "sslProxy": canary,
            "noProxy": ["127.0.0.1"],
        });
        Ok(match self {
            Self::Chromium => json!({
                "proxy": proxy,
                "goog:chromeOptions": {
                    "binary": tools::find("chromium", &["/usr/bin/chromium"])?,
                    "args": [
                        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic",
                        "--no-first-run", "--disable-background-networking",
                        "--disable-component-update", "--disable-sync", "--disable-extensions",
                        "--disable-features=AutofillServerCommunication,Translate",
                        "--disable-dev-shm-usage", "--hide-scrollbars", "--mute-audio",
                        "--lang=en-US", "--window-size=1280,900",
                        // Tests go from view to view faster than it allows pages to.
                        "--disable-ipc-flooding-protection",
                    ],
                },
                "goog:loggingPrefs": { "browser": "ALL" },
            }),
            Self::Firefox => json!({
                "proxy": proxy,
                "moz:firefoxOptions": {
                    "binary": tools::find(
                        "firefox-esr", &["/usr/bin/firefox-esr", "/usr/bin/firefox"],
                    )?,
                    "args": ["-headless", "-width", "1280", "-height", "900"],
                    "prefs": {
                        // What users have; geckodriver's default hides failures of `file:` pages.
                        "security.fileuri.strict_origin_policy": true,
                        "intl.accept_languages": "en-US, en",
                        "datareporting.policy.dataSubmissionEnabled": false,
                        "toolkit.telemetry.enabled": false,
                        "app.update.disabledForTesting": true,
                        "network.captive-portal-service.enabled": false,
                        "network.connectivity-service.enabled": false,
                        "services.settings.server": "data:,",
                        // As above.
                        "dom.navigation.locationChangeRateLimit.count": 0,
                    },
                },
            }),
            // `noProxy` crashes WebKit 2.50, which forgets to end that list; so by options.
            Self::WebKit => json!({
                "webkitgtk:browserOptions": {
                    "binary": tools::mini_browser()?,
                    "args": [
                        "--automation", format!("--proxy=http://{canary}"),
                        "--ignore-host=127.0.0.1",
                    ],
                },
            }),
        })
    }
}

/// A screen for WebKit's browser, which has no mode without one.
static DISPLAY: LazyLock<Result<String, String>> = LazyLock::new(|| {
    let mut command = Command::new("Xvfb");
    // The server picks a free number and prints it.
    command.args(["-displayfd", "1", "-screen", "0", "1600x1200x24"]);
    command.args(["-nolisten", "tcp"]);
    keeper::spawn("xvfb", &mut command)?;
    let start = Instant::now();
    while start.elapsed() < START {
        let printed = keeper::printed("xvfb");
        let number = printed.lines().find_map(|line| line.parse::<u32>().ok());
        if let Some(number) = number.filter(|_| printed.ends_with('\n')) {
            return Ok(format!(":{number}"));
        }
        thread::sleep(Duration::from_millis(20));
    }
    Err(format!(
        "Xvfb does not come up: {}",
        keeper::printed("xvfb")
    ))
});

fn free_port() -> u16 {
    let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    socket.local_addr().expect("a bound socket").port()
}
