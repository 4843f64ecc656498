//! What the commands do with the compiler's answers: what is printed where, and the exit status.

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use shelfmark_compile::error::Error;
use shelfmark_compile::report;

mod archive;
mod args;
mod build;
mod manual;
mod serve;
mod viewer;

use args::{Args, Command};

/// How many problems `build` shows before it only counts.
const MOST_SHOWN: usize = 20;

/// Runs the program.
pub(crate) fn run() -> ExitCode {
    let args = Args::parse();
    let screen = Screen { quiet: args.quiet };
    let done = match args.command {
        Command::Build(asked) => build::build(&asked, screen),
        Command::Pack(asked) => build::pack(&asked, screen),
        Command::Serve(asked) => serve::serve(&asked, screen),
        Command::Check(asked) => build::check(&asked, screen),
        Command::Extract(asked) => archive::extract(&asked, screen),
        Command::List(asked) => archive::list(&asked),
        Command::Verify(asked) => archive::verify(&asked, screen),
        Command::Completions(asked) => Ok(manual::completions(&asked)),
        Command::Man(asked) => manual::pages(&asked),
        Command::Keygen(asked) => archive::keygen(&asked, screen),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            screen.error(&error);
            ExitCode::FAILURE
        }
    }
}

/// Where people see what happens.
#[derive(Debug, Clone, Copy)]
struct Screen {
    quiet: bool,
}

impl Screen {
    /// Whether standard error shows colours.
    fn colour() -> bool {
        let asked_not_to = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|value| value == "dumb");
        !asked_not_to && !dumb && io::stderr().is_terminal()
    }

    /// Shows why the work was not done, and what to do.
    fn error(self, error: &Error) {
        let mut text = match error {
            Error::Strict { diagnostics } => report::human(diagnostics, Self::colour(), MOST_SHOWN),
            Error::Settings(problem) => {
                report::human(core::slice::from_ref(problem), Self::colour(), 1)
            }
            _ => String::new(),
        };
        if !matches!(error, Error::Settings(_)) {
            let (red, plain) = if Self::colour() {
                ("\x1b[1;31m", "\x1b[0m")
            } else {
                ("", "")
            };
            text.push_str(&format!(
                "{red}error{plain}: {}\n",
                report::escaped(&error.to_string())
            ));
            if let Some(help) = error.help() {
                text.push_str(&format!("help: {help}\n"));
            }
        }
        stderr(&text);
    }

    /// Shows something that is nice to know.
    fn note(self, text: &str) {
        if !self.quiet {
            stderr(text);
        }
    }

    /// Progress of long work.
    fn progress(self) -> shelfmark_compile::progress::Progress {
        if self.quiet {
            shelfmark_compile::progress::Progress::silent()
        } else {
            shelfmark_compile::progress::Progress::shown()
        }
    }
}

/// Writes to standard error; that nobody reads it is no reason to fail.
fn stderr(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Writes bytes to standard output; returns whether anyone still reads it.
fn stdout_bytes(bytes: &[u8]) -> bool {
    let mut out = io::stdout().lock();
    out.write_all(bytes).and_then(|()| out.flush()).is_ok()
}

/// Writes to standard output; returns whether anyone still reads it.
fn stdout(text: &str) -> bool {
    stdout_bytes(text.as_bytes())
}
