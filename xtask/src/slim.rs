//! Makes the copies of crates that the browser module is built with. Of `pulldown-cmark` and of `unicase`,
//! which it uses, the one's table goes and the other's is packed (see `entities.rs` and `folding.rs`), and what the
//! project's options leave out is left out (see `options.rs`). `serde-wasm-bindgen` does not keep the names of
//! fields as strings of JavaScript. The native program has the crates as they are published.
//!
//! The copies are under `target/` and take the originals' places by cargo's `paths`, which, other than
//! `[patch]`, leaves `Cargo.lock` alone.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::config::Project;
use crate::util::failure::{Failure, Result};
use crate::util::{command, files};
use crate::{entities, folding, options};

/// The crate that is copied.
pub(crate) const MARKDOWN: &str = "pulldown-cmark";

/// The crate whose case folding it uses.
const FOLDING: &str = "unicase";

/// The crate that gives JavaScript what programs are answered.
const VALUES: &str = "serde-wasm-bindgen";

/// What begins and what ends its function for the names of fields.
const NAMES: [&str; 2] = [
    "fn static_str_to_js(s: &'static str) -> JsString {\r\n",
    "\r\n}\r\n",
];

/// Files by their paths.
type Files = BTreeMap<PathBuf, Vec<u8>>;

/// Writes the copies and returns their folders.
pub(crate) fn copies(project: &Project) -> Result<[PathBuf; 3]> {
    let markdown = copy(project, MARKDOWN, |files| {
        let source = text(files, "src/entities.rs")?;
        let marking = entities::replace(&source)?.into_bytes();
        put(files, "src", [("entities.rs", marking)]);
        let chosen = files::read_text(&project.root.join(options::CHOSEN))?;
        for name in options::ASKING {
            let chosen = options::chosen(&chosen);
            let answered = options::answer(&text(files, name)?, &chosen)?;
            let closed = options::close(name, &answered, &chosen)?;
            put(files, "", [(name, closed.into_bytes())]);
        }
        // Who is not asked any more is not used.
        if let Some(root) = files.get_mut(Path::new("src/lib.rs")) {
            root.splice(..0, *b"#![allow(unused_variables)]\n");
        }
        Ok(())
    })?;
    let folding = copy(project, FOLDING, |files| {
        let source = text(files, "src/unicode/map.rs")?;
        put(files, "src/unicode", folding::replace(&source)?);
        Ok(())
    })?;
    let values = copy(project, VALUES, |files| {
        let source = plain_names(&text(files, "src/lib.rs")?)?;
        put(files, "src", [("lib.rs", source.into_bytes())]);
        Ok(())
    })?;
    Ok([markdown, folding, values])
}

/// The source of [`VALUES`] without the table of names: what is answered has some dozen of them, which
/// are sooner made than the table is fetched.
fn plain_names(source: &str) -> Result<String> {
    let [begin, end] = NAMES;
    let parts = source
        .split_once(begin)
        .and_then(|(before, rest)| Some((before, rest.split_once(end)?.1)));
    let (before, after) = parts.ok_or_else(|| {
        Failure::new("src/lib.rs of serde-wasm-bindgen is not what xtask/src/slim.rs reads")
            .help("adapt it to the new version")
    })?;
    // Of an older edition, and no dependency from elsewhere any more, whose warnings are not shown.
    let allowed = "#![allow(mismatched_lifetime_syntaxes)]\r\n";
    Ok(format!("{allowed}{before}{begin}    s.into(){end}{after}"))
}

/// The text of one of the files.
fn text(files: &Files, name: &str) -> Result<String> {
    let bytes = files.get(Path::new(name)).cloned().unwrap_or_default();
    String::from_utf8(bytes).map_err(|error| Failure::new(format!("{name}: {error}")))
}

/// Puts files in the place of others.
fn put<const N: usize>(files: &mut Files, folder: &str, new: [(&str, Vec<u8>); N]) {
    files.extend(new.map(|(name, bytes)| (Path::new(folder).join(name), bytes)));
}

/// Writes a copy of a crate, changed, and returns its folder.
fn copy(
    project: &Project,
    name: &str,
    change: impl FnOnce(&mut Files) -> Result<()>,
) -> Result<PathBuf> {
    let (original, version) = package(project, name)?;
    let mut wanted = Files::new();
    for name in files::list(&original)? {
        let bytes = files::read(&original.join(&name))?;
        wanted.insert(name, bytes);
    }
    change(&mut wanted)?;
    // Below the workspace even if cargo's target folder is elsewhere: there cargo's hashes, which the
    // order of functions hangs on, know the path relative to the workspace.
    let copies = project.root.join("target/viewer-build");
    let copy = copies.join(format!("{name}-{version}"));
    files::write_all(&copy, &wanted)?;
    Ok(copy)
}

/// Returns folder and version of a crate that the browser module is built with.
pub(crate) fn package(project: &Project, name: &str) -> Result<(PathBuf, String)> {
    #[derive(Deserialize)]
    struct Metadata {
        packages: Vec<Package>,
    }
    #[derive(Deserialize)]
    struct Package {
        name: String,
        version: String,
        manifest_path: PathBuf,
    }
    let json = command::output(command::cargo(&project.root).args([
        "metadata",
        "--format-version=1",
        "--filter-platform",
        &project.settings.build.target,
    ]))?;
    let metadata: Metadata = serde_json::from_str(&json)
        .map_err(|error| Failure::new(format!("cannot read `cargo metadata`: {error}")))?;
    let mut packages = metadata
        .packages
        .into_iter()
        .filter(|package| package.name == name);
    match (packages.next(), packages.next()) {
        (Some(mut package), None) => {
            package.manifest_path.pop();
            Ok((package.manifest_path, package.version))
        }
        _ => Err(Failure::new(format!(
            "there should be one version of {name} in Cargo.lock"
        ))),
    }
}
