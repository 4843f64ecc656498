//! What the commands do with the compiler's answers: what is printed where, and the exit status.

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use shelfmark_compile::diagnostic::{Diagnostic, Severity};
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
        match error {
            Error::Strict { diagnostics } | Error::Unreadable { diagnostics } => {
                stderr(&report::human(diagnostics, Self::colour(), MOST_SHOWN));
            }
            Error::Settings(problem) => {
                let problem = core::slice::from_ref(&**problem);
                return stderr(&report::human(problem, Self::colour(), 1));
            }
            _ => {}
        }
        self.failure(&error.to_string(), error.help());
    }

    /// Shows what went wrong, in a line, and what to do.
    #[expect(clippy::unused_self, reason = "errors are shown on every screen")]
    fn failure(self, what: &str, help: Option<&str>) {
        let (red, plain) = if Self::colour() {
            ("\x1b[1;31m", "\x1b[0m")
        } else {
            ("", "")
        };
        let mut text = format!("{red}error{plain}: {}\n", report::escaped(what));
        if let Some(help) = help {
            text.push_str(&format!("help: {help}\n"));
        }
        stderr(&text);
    }

    /// Shows what is wrong with posts; where it should be quiet, only what is an error.
    fn problems(self, problems: &[Diagnostic]) {
        let errors: Vec<Diagnostic>;
        let shown = if self.quiet {
            let is_error = |problem: &&Diagnostic| problem.severity == Severity::Error;
            errors = problems.iter().filter(is_error).cloned().collect();
            &errors
        } else {
            problems
        };
        stderr(&report::human(shown, Self::colour(), MOST_SHOWN));
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
