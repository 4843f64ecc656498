//! Child processes: cargo above all. Every failure says which command it was.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use super::failure::{Failure, Result};

/// The cargo that runs us, at the top of the project, without what it told us about ourselves.
pub(crate) fn cargo(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    for (name, _) in std::env::vars_os() {
        let ours = name.to_str().is_some_and(|name| {
            name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
        });
        if ours {
            command.env_remove(name);
        }
    }
    command
}

/// Runs a command with our own output streams; anything but success is an error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .map_err(|error| cannot_start(command, &error))?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "`{}` failed ({status})",
        line(command)
    )))
}

/// Shows a command and runs it.
pub(crate) fn visible(command: &mut Command) -> Result<()> {
    println!("$ {}", line(command));
    run(command)
}

/// Runs a command and returns what it printed; anything but success is an error that shows its
/// complaints.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| cannot_start(command, &error))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    Err(
        Failure::new(format!("`{}` failed ({})", line(command), output.status))
            .help(complaint.trim()),
    )
}

/// Runs a command with `input` to read; the error holds what it complained of.
pub(crate) fn feed(command: &mut Command, input: &[u8]) -> Result<()> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| cannot_start(command, &error))?;
    if let Some(mut stdin) = child.stdin.take() {
        // A child that stops reading early says why on its own.
        let _ = stdin.write_all(input);
    }
    let output = child
        .wait_with_output()
        .map_err(|error| cannot_start(command, &error))?;
    if output.status.success() {
        return Ok(());
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    Err(
        Failure::new(format!("`{}` failed ({})", line(command), output.status))
            .help(complaint.trim()),
    )
}

/// Whether a program of this name can be started.
pub(crate) fn exists(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path).any(|folder| {
            folder.join(program).is_file() || folder.join(format!("{program}.exe")).is_file()
        })
    })
}

/// The command as one would type it, near enough.
pub(crate) fn line(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let program = program
        .file_stem()
        .unwrap_or(command.get_program())
        .to_string_lossy();
    let arguments = command
        .get_args()
        .map(|argument| argument.to_string_lossy());
    std::iter::once(program)
        .chain(arguments)
        .collect::<Vec<_>>()
        .join(" ")
}

fn cannot_start(command: &Command, error: &std::io::Error) -> Failure {
    Failure::new(format!("cannot run `{}`: {error}", line(command)))
}
