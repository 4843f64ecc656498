//! Pagefind, the search of static sites to compare with: fetched at a pinned version when it is asked
//! for, and never for the tests.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::usage::{self, Usage};
use crate::config::{FILE, Project};
use crate::setup;
use crate::util::failure::{Failure, Result};
use crate::util::files;

/// Where the packages of the benchmarks are.
fn folder(project: &Project) -> PathBuf {
    project.tools().join("bench")
}

/// Gets it from npm.
pub(crate) fn fetch(project: &Project) -> Result<()> {
    setup::npm_packages(&folder(project), &project.settings.tools.bench)
}

/// The pinned version.
pub(crate) fn version(project: &Project) -> &str {
    let version = project.settings.tools.bench.get("pagefind");
    version.map_or("of no pinned version", String::as_str)
}

/// Indexes a folder of pages, into its folder `pagefind`.
pub(crate) fn build(project: &Project, pages: &Path) -> Result<Usage> {
    usage::measure(Command::new(program(project)?).arg("--site").arg(pages))
}

/// The program itself: the script that npm puts in front would be measured instead. It is in a
/// package of its own for each kind of machine.
fn program(project: &Project) -> Result<PathBuf> {
    let packages = folder(project).join("node_modules/@pagefind");
    let found = files::list(&packages)?.into_iter().filter(|path| {
        // The extended one knows where Chinese words end.
        path.file_stem()
            .is_some_and(|stem| stem == "pagefind_extended")
            && path.extension().is_none_or(|ending| ending == "exe")
    });
    found.map(|path| packages.join(path)).next().ok_or_else(|| {
        Failure::new(format!("no Pagefind in {}", packages.display())).help(format!(
            "{FILE} pins it; it may have none for this kind of machine"
        ))
    })
}
