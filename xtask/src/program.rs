//! `cargo xtask build` and `serve`: the program with the viewer inside it. The viewer comes first;
//! `build.rs` at the top of the project then finds it.

use std::process::Command;

use crate::config::Project;
use crate::util::command;
use crate::util::failure::Result;
use crate::viewer;

/// Builds the viewer and the program, and says where the program is.
pub(crate) fn build(project: &Project) -> Result<()> {
    viewer::build(project)?;
    compile(project)?;
    println!("program: {}", project.program().display());
    Ok(())
}

/// Compiles the program with whatever viewer is there.
pub(crate) fn compile(project: &Project) -> Result<()> {
    let mut cargo = command::cargo(&project.root);
    cargo.args([
        "build",
        "--release",
        "-p",
        "shelfmark",
        "--bin",
        "shelfmark",
    ]);
    command::visible(&mut cargo)
}

/// Builds everything and hands over to `shelfmark serve posts`.
pub(crate) fn serve(project: &Project, arguments: &[String]) -> Result<()> {
    build(project)?;
    let mut program = Command::new(project.program());
    program
        .current_dir(&project.root)
        .args(["serve", "posts"])
        .args(arguments);
    command::run(&mut program)
}
