//! Makes the copy of `pulldown-cmark` that the browser module is built with: its largest table is packed
//! (see `entities.rs`). The native program has the crate as it is published.
//!
//! The copy is under `target/` and takes the original's place by cargo's `paths`, which, other than
//! `[patch]`, leaves `Cargo.lock` alone.

use std::path::PathBuf;

use serde::Deserialize;

use crate::config::Project;
use crate::entities;
use crate::util::failure::{Failure, Result};
use crate::util::{command, files};

/// The crate that is copied.
pub(crate) const MARKDOWN: &str = "pulldown-cmark";

/// The file of it that is replaced.
const TABLE: &str = "src/entities.rs";

/// Writes the copy and returns its folder.
pub(crate) fn markdown(project: &Project) -> Result<PathBuf> {
    let (original, version) = package(project, MARKDOWN)?;
    let mut wanted = std::collections::BTreeMap::new();
    for name in files::list(&original)? {
        let bytes = files::read(&original.join(&name))?;
        wanted.insert(name, bytes);
    }
    let source = files::read_text(&original.join(TABLE))?;
    for (name, bytes) in entities::replace(&source)? {
        wanted.insert(PathBuf::from("src").join(name), bytes);
    }
    // Below the workspace even if cargo's target folder is elsewhere: there cargo's hashes, which the
    // order of functions hangs on, know the path relative to the workspace.
    let copies = project.root.join("target/viewer-build");
    let copy = copies.join(format!("{MARKDOWN}-{version}"));
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
