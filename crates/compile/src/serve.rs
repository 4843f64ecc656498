//! The archive on this machine while its posts are being written: built, served, watched, rebuilt.
//!
//! The site lives in a temporary folder that is removed at the end. A rebuild publishes in one
//! step like every build, so that a page is never read from two sites; a build that fails leaves
//! the last good one, and open pages show why. What has not changed is kept in memory (`cache.rs`).
//! Nothing but this machine can connect (`http.rs`).

use std::collections::HashSet;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use tokio::sync::watch;

use crate::build::build_with;
use crate::cache::Cache;
use crate::diagnostic::{Diagnostic, Severity};
use crate::error::Error;
use crate::interrupt::Signals;
use crate::options::{BuildOptions, Settings};
use crate::progress::Progress;
use crate::report;
use crate::scratch::Scratch;
use crate::site::Viewer;
use crate::summary::Summary;
use crate::writer::sha256;

mod changes;
mod http;
mod port;

pub use port::DEFAULT_PORT;

/// What open pages are told.
#[derive(Debug, Clone)]
struct State {
    /// Names what is published.
    version: String,
    /// What went wrong, for people.
    problems: Vec<String>,
}

/// What is served, and where.
#[derive(Debug, Clone)]
pub struct ServeOptions {
    /// Folders of posts.
    pub posts: Vec<PathBuf>,
    /// What was said on the command line.
    pub settings: Settings,
    /// The port asked for; otherwise the first free one from [`DEFAULT_PORT`].
    pub port: Option<u16>,
}

/// What the server tells while it runs.
pub trait Listener: Sync {
    /// The site is up at this address.
    fn ready(&self, address: &str);
    /// It was built or rebuilt, or could not be.
    fn built(&self, outcome: Result<&Summary, &Error>);
    /// Something works less well than it should.
    fn note(&self, text: &str);
}

/// Serves until the user stops it.
///
/// # Errors
/// When the port is taken, or the first build fails.
pub fn serve(
    options: &ServeOptions,
    viewer: Viewer<'_>,
    listener: &dyn Listener,
    progress: &Progress,
) -> Result<(), Error> {
    let sockets = port::listen(options.port)?;
    let folder = Scratch::new("serve")?;
    let order = BuildOptions {
        posts: options.posts.clone(),
        out: folder.path().join("site"),
        settings: options.settings.clone(),
        allow_empty: true,
    };
    // Watching starts first, so that no change falls between reading and watching.
    let assets = order.settled()?.assets;
    let changes = match changes::watch(&options.posts, &assets) {
        Ok(changes) => Some(changes),
        Err(error) => {
            listener.note(&format!("changes of the posts are not noticed: {error}"));
            None
        }
    };
    let cache = Cache::in_memory(&folder.path().join("cache"))?;
    let first = build_with(&order, viewer, cache.as_ref(), progress)
        .map_err(|error| folder.explain(error))?;
    listener.built(Ok(&first));
    let known: HashSet<String> = first.diagnostics.iter().map(report::json_line).collect();
    let (site, shown) = watch::channel(State {
        version: version(&order.out),
        problems: Vec::new(),
    });

    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(Error::file("start a server for", &order.out))?;
    let served = thread::scope(|scope| {
        let stopping = Arc::new(Progress::silent());
        if let Some(mut changes) = changes {
            let stopping = Arc::clone(&stopping);
            let (order, folder) = (&order, &folder);
            scope.spawn(move || {
                while let Some(changed) = changes.wait(&stopping, &|text| listener.note(text)) {
                    if let Some(cache) = &cache {
                        cache.changed(changed.as_ref());
                    }
                    let outcome = build_with(order, viewer, cache.as_ref(), &stopping)
                        .map_err(|error| folder.explain(error));
                    if matches!(outcome, Err(Error::Interrupted)) {
                        break;
                    }
                    // Pages are told first: what is printed is read later.
                    site.send_modify(|state| {
                        state.problems = problems(outcome.as_ref(), &known);
                        if outcome.is_ok() {
                            state.version = version(&order.out);
                        }
                    });
                    listener.built(outcome.as_ref());
                }
            });
        }
        let served = runtime.block_on(run(sockets, &order.out, shown, listener, progress));
        stopping.stop();
        served
    });
    // Open event streams would otherwise be waited for.
    runtime.shutdown_background();
    served
}

/// Serves until the program is asked to end.
async fn run(
    socket: TcpListener,
    site: &Path,
    shown: watch::Receiver<State>,
    listener: &dyn Listener,
    progress: &Progress,
) -> Result<(), Error> {
    let failed = || Error::file("serve", site);
    let mut signals = Signals::listen();
    // Asked before anyone listened here.
    progress.go_on()?;
    let address = socket.local_addr().map_err(failed())?;
    socket.set_nonblocking(true).map_err(failed())?;
    let socket = tokio::net::TcpListener::from_std(socket).map_err(failed())?;
    let server =
        tokio::spawn(axum::serve(socket, http::router(site.to_owned(), shown)).into_future());
    listener.ready(&format!("http://127.0.0.1:{}/", address.port()));
    signals.next().await;
    server.abort();
    Ok(())
}

/// Most problems that a page shows.
const MOST_SHOWN: usize = 5;

/// What a page shows of a build: why it failed, or what is wrong with posts since the server began.
fn problems(outcome: Result<&Summary, &Error>, known: &HashSet<String>) -> Vec<String> {
    let told = |problem: &Diagnostic| {
        let mut line = problem.file.clone();
        if let Some(place) = &problem.place {
            line.push_str(&format!(":{}:{}", place.line, place.column));
        }
        let help = problem.help.as_ref();
        let help = help.map_or_else(String::new, |help| format!("\n{help}"));
        format!("{line}\n{}{help}", problem.message)
    };
    match outcome {
        Ok(summary) => {
            let fresh = |problem: &&Diagnostic| {
                problem.severity > Severity::Note && !known.contains(&report::json_line(problem))
            };
            let fresh = summary.diagnostics.iter().filter(fresh);
            fresh.take(MOST_SHOWN).map(told).collect()
        }
        Err(Error::Strict { diagnostics } | Error::Unreadable { diagnostics }) => {
            diagnostics.iter().take(MOST_SHOWN).map(told).collect()
        }
        Err(Error::Settings(problem)) => vec![told(problem)],
        Err(error) => {
            let help = error.help().unwrap_or_default();
            vec![format!("{error}\n{help}").trim_end().to_owned()]
        }
    }
}

/// Names what is published: another archive has another version.
fn version(site: &Path) -> String {
    let manifest = std::fs::read(site.join("bundle/archive.json")).unwrap_or_default();
    let mut hash = sha256(&manifest);
    hash.truncate(16);
    hash
}
