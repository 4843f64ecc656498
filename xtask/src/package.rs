//! `cargo xtask package`: the viewer as an npm package, packed by `npm pack` into `<target>/package`.
//!
//! The package is `npm/` with the version put in, and of the viewer whatever pages and programs need;
//! the same files work from any static host.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::config::Project;
use crate::util::failure::{Failure, Result};
use crate::util::{command, files};
use crate::viewer;

/// What of the viewer the package holds; a site's page and its styles are not in it.
const SHARED: [&str; 6] = [
    "shelfmark.js",
    "later",
    "shelfmark.d.ts",
    "shelfmark_bg.wasm",
    "parser",
    "locales",
];

/// Builds the viewer and packs it.
pub(crate) fn build(project: &Project) -> Result<()> {
    viewer::build(project)?;
    println!("package: {}", pack(project)?.display());
    Ok(())
}

/// Packs the viewer that is there; gives the tarball.
pub(crate) fn pack(project: &Project) -> Result<PathBuf> {
    let folder = project.target.join("package/shelfmark");
    let mut package = BTreeMap::new();
    for name in files::list(&project.viewer())? {
        let first = name.components().next();
        if first.is_some_and(|first| SHARED.iter().any(|shared| first.as_os_str() == *shared)) {
            package.insert(name.clone(), files::read(&project.viewer().join(&name))?);
        }
    }
    let own = project.root.join("npm");
    for name in files::list(&own)? {
        let text = files::read_text(&own.join(&name))?;
        let text = text.replace("%VERSION%", project.version());
        package.insert(name, text.into_bytes());
    }
    for name in ["LICENSE-MIT", "LICENSE-APACHE"] {
        package.insert(name.into(), files::read(&project.root.join(name))?);
    }
    files::write_all(&folder, &package)?;
    if !command::exists("npm") {
        return Err(Failure::new("there is no `npm` to pack the package with")
            .help(format!("its files are in {}", folder.display())));
    }
    let mut npm = Command::new("npm");
    npm.current_dir(&folder)
        .args(["pack", "--silent", "--pack-destination", ".."]);
    let printed = command::output(&mut npm)?;
    let name = printed.trim().lines().last().unwrap_or_default();
    Ok(folder.parent().unwrap_or(Path::new(".")).join(name))
}
