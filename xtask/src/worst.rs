//! `cargo xtask worst`: the posts of which readers see least, for `docs/worst-posts.md`.

use std::process::Command;

use crate::bench::measuring_program;
use crate::config::Project;
use crate::util::command;
use crate::util::failure::{Failure, Result};

/// Builds the posts and has them judged.
pub(crate) fn run(project: &Project, posts: &[String]) -> Result<()> {
    if posts.is_empty() || posts.iter().any(|folder| folder.starts_with('-')) {
        return Err(Failure::new(
            "folders of posts are needed, and nothing else",
        ));
    }
    let site = project.target.join("worst");
    let mut build = Command::new(project.program());
    build.args(["build", "--quiet", "--drafts", "--no-static-pages"]);
    command::run(build.args(posts).arg("--out").arg(&site))?;
    measuring_program(project, "worst", [site.into_os_string()])
}
