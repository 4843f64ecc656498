//! Where the programs and scripts are that the tests need; `cargo xtask test` says it by variables
//! of the environment, and without them the usual places are tried.

use std::env;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Engine;

/// The program under test: the release build when it is named, else cargo's own.
pub(crate) fn program() -> PathBuf {
    let named = env::var_os("SHELFMARK_PROGRAM").filter(|path| !path.is_empty());
    named.map_or_else(|| env!("CARGO_BIN_EXE_shelfmark").into(), PathBuf::from)
}

/// Whether the tests in browsers are to be left out.
pub(crate) fn are_left_out() -> bool {
    env::var_os("SHELFMARK_SKIP_WEB").is_some_and(|value| !value.is_empty())
}

/// The folder that pictures are wanted in, if they are.
pub(crate) fn pictures() -> Option<PathBuf> {
    env::var_os("SHELFMARK_SCREENSHOTS").map(PathBuf::from)
}

/// Says something that must be seen even when the test passes: not captured as prints are.
pub(crate) fn say(message: &str) {
    let _ = writeln!(std::io::stderr(), "{message}");
}

/// Adds a line to the file that `SHELFMARK_TIMES` names, if it does: where the time of a run goes.
pub(crate) fn note_time(name: &str, engine: Engine, time: Duration) {
    let line = format!("{:.2}\t{engine}\t{name}", time.as_secs_f64());
    note("SHELFMARK_TIMES", &line);
}

/// Tells of a test that failed and passed when it was run again, also in the file that
/// `SHELFMARK_UNSTEADY` names, if it does.
pub(crate) fn note_unsteady(what: &str) {
    let what = what.replace('\n', " ");
    say(&format!("UNSTEADY: {what}"));
    note("SHELFMARK_UNSTEADY", &what);
}

/// Adds a line to a file that a variable of the environment names, if it does.
fn note(variable: &str, line: &str) {
    let Some(path) = env::var_os(variable) else {
        return;
    };
    let file = fs::OpenOptions::new().append(true).create(true).open(path);
    let _ = file.and_then(|mut file| writeln!(file, "{line}"));
}

/// Something beside the repository that not everyone has; `None`, and a word about it, when it is
/// not there.
pub(crate) fn shared(name: &str) -> Option<PathBuf> {
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?;
    let path = above.join("shared").join(name);
    if path.exists() {
        return Some(path);
    }
    say(&format!("LEFT OUT: {} is not there", path.display()));
    None
}

/// Where `cargo xtask setup` puts what Debian does not have.
fn folder() -> PathBuf {
    env::var_os("SHELFMARK_TOOLS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools"),
        PathBuf::from,
    )
}

/// Firefox's driver: ours, or one on the path.
pub(crate) fn geckodriver() -> PathBuf {
    let own = folder().join("bin/geckodriver");
    if own.is_file() {
        own
    } else {
        "geckodriver".into()
    }
}

/// The accessibility checker, as a script.
pub(crate) fn axe() -> Result<Vec<u8>, String> {
    let path = folder().join("node_modules/axe-core/axe.min.js");
    fs::read(&path)
        .map_err(|error| format!("{}: {error}\nhelp: run `cargo xtask setup`", path.display()))
}

/// The folder of the npm package (`cargo xtask package`); `None`, and a word about it, when it was not
/// made.
pub(crate) fn package() -> Option<PathBuf> {
    let named = env::var_os("SHELFMARK_PACKAGE").map(PathBuf::from);
    let usual = || Path::new(env!("CARGO_MANIFEST_DIR")).join("target/package/shelfmark");
    let folder = named.unwrap_or_else(usual);
    if folder.join("package.json").is_file() {
        return Some(folder);
    }
    say(&format!("LEFT OUT: no package in {}", folder.display()));
    None
}

/// A script of an npm package that `cargo xtask setup` fetches.
pub(crate) fn npm(path: &str) -> PathBuf {
    folder().join("node_modules").join(path)
}

/// The first of some paths that is there.
pub(crate) fn find(name: &str, places: &[&str]) -> Result<PathBuf, String> {
    let found = places.iter().map(Path::new).find(|path| path.is_file());
    found
        .map(Path::to_owned)
        .ok_or_else(|| format!("{name} is not installed\nhelp: run `cargo xtask setup`"))
}

/// WebKitGTK's browser: its folder has the version and the machine in its name.
pub(crate) fn mini_browser() -> Result<PathBuf, String> {
    let mut places = Vec::new();
    for above in ["/usr/lib", "/usr/libexec", "/usr/lib64"] {
        let folders = subfolders(Path::new(above));
        let deeper = folders.iter().flat_map(|folder| subfolders(folder));
        let candidates = folders.iter().cloned().chain(deeper);
        places.extend(candidates.filter(|folder| {
            folder
                .file_name()
                .and_then(|name| name.to_str())
                .is_some_and(|name| {
                    name.starts_with("webkit2gtk-") || name.starts_with("webkitgtk-")
                })
        }));
    }
    places.sort();
    let browsers = places.iter().rev().map(|folder| folder.join("MiniBrowser"));
    browsers
        .into_iter()
        .find(|path| path.is_file())
        .ok_or_else(|| "MiniBrowser is not installed\nhelp: run `cargo xtask setup`".into())
}

fn subfolders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect()
}
