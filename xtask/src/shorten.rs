//! Shortens the names in the viewer's scripts by esbuild, where `cargo xtask setup` has put it.
//!
//! What is visible from outside (exports, properties, attributes) keeps its name, and exports stay at the
//! beginnings of lines, where a page that is opened from disk looks for them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::config::Project;
use crate::minify;
use crate::util::failure::Result;
use crate::util::{command, files};

/// Shortens every script among `viewer`; says whether there was an esbuild to do so.
pub(crate) fn scripts(project: &Project, viewer: &mut BTreeMap<PathBuf, Vec<u8>>) -> Result<bool> {
    let esbuild = project.tools().join("node_modules/.bin/esbuild");
    if !esbuild.exists() {
        return Ok(false);
    }
    let place = project.target.join("viewer-build/scripts");
    let (long, short) = (place.join("long"), place.join("short"));
    let is_script = |path: &Path| path.extension().is_some_and(|ending| ending == "js");
    let scripts = viewer.iter().filter(|(path, _)| is_script(path));
    let scripts: BTreeMap<_, _> = scripts
        .map(|(path, text)| (path.clone(), text.clone()))
        .collect();
    files::write_all(&long, &scripts)?;
    let mut esbuild = Command::new(esbuild);
    esbuild
        .current_dir(&long)
        .args(scripts.keys())
        .args([
            "--minify-identifiers",
            "--minify-syntax",
            "--charset=utf8",
            "--target=es2022",
            "--log-level=warning",
        ])
        .arg("--outbase=.")
        .arg(format!("--outdir={}", short.display()))
        .arg("--allow-overwrite");
    command::output(&mut esbuild)?;
    for name in scripts.into_keys() {
        let text = files::read_text(&short.join(&name))?;
        viewer.insert(name, minify::js(&text).into_bytes());
    }
    Ok(true)
}
