//! `serve`: what is printed while the server runs.

use std::collections::HashSet;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use shelfmark_compile::diagnostic::Diagnostic;
use shelfmark_compile::error::{Error, count};
use shelfmark_compile::interrupt;
use shelfmark_compile::report;
use shelfmark_compile::serve::{self as server, Listener, ServeOptions};
use shelfmark_compile::summary::Summary;

use super::args::Serve;
use super::viewer::Viewer;
use super::{Screen, stdout};

pub(super) fn serve(asked: &Serve, screen: Screen) -> Result<bool, Error> {
    let viewer = Viewer::find(asked.viewer.folder.as_deref())?;
    let options = ServeOptions {
        posts: asked.posts.clone(),
        settings: asked.settings.settings(),
        port: asked.port,
    };
    let progress = Arc::new(screen.progress());
    interrupt::stops(&progress);
    let shown = Shown {
        screen,
        open: asked.open,
        known: Mutex::default(),
    };
    match server::serve(&options, &viewer.files(), &shown, &progress) {
        // Stopped before it was up: the way to end it.
        Err(Error::Interrupted) | Ok(()) => Ok(true),
        Err(error) => Err(error),
    }
}

/// Prints what the server tells.
struct Shown {
    screen: Screen,
    open: bool,
    /// Problems that were shown already, as JSON.
    known: Mutex<HashSet<String>>,
}

impl Listener for Shown {
    fn ready(&self, address: &str) {
        if let Err(error) = stdout(format!("{address}\n")) {
            self.screen.error(&error);
        }
        self.screen.note("Ctrl-C ends it\n");
        if self.open && open(address).is_err() {
            self.screen.note("no browser could be opened\n");
        }
    }

    fn built(&self, outcome: Result<&Summary, &Error>) {
        match outcome {
            Ok(summary) => {
                self.screen.problems(&self.fresh(&summary.diagnostics));
                self.screen.note(&format!(
                    "{} built in {:.1} s, {}\n",
                    count(summary.posts, "post"),
                    summary.seconds,
                    count(summary.diagnostics.len(), "problem"),
                ));
            }
            Err(error) => {
                self.screen.error(error);
                self.screen.note("the site is served as it was\n");
            }
        }
    }

    fn note(&self, text: &str) {
        self.screen.note(&format!("note: {text}\n"));
    }
}

impl Shown {
    /// Problems that the last build did not have.
    fn fresh(&self, problems: &[Diagnostic]) -> Vec<Diagnostic> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let now: HashSet<String> = problems.iter().map(report::json_line).collect();
        let fresh = problems
            .iter()
            .filter(|problem| !known.contains(&report::json_line(problem)))
            .cloned()
            .collect();
        *known = now;
        fresh
    }
}

/// Opens an address in the user's browser.
fn open(address: &str) -> std::io::Result<()> {
    let mut command = if cfg!(target_os = "macos") {
        Command::new("open")
    } else if cfg!(windows) {
        let mut command = Command::new("cmd");
        command.args(["/C", "start", ""]);
        command
    } else {
        Command::new("xdg-open")
    };
    command
        .arg(address)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map(drop)
}
