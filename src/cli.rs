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
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(answer) => return answered(&answer),
    };
    let screen = Screen { quiet: args.quiet };
    let done = match args.command {
        Command::Build(asked) => build::build(&asked, screen),
        Command::Pack(asked) => build::pack(&asked, screen),
        Command::Serve(asked) => serve::serve(&asked, screen),
        Command::Check(asked) => build::check(&asked, screen),
        Command::Extract(asked) => archive::extract(&asked, screen),
        Command::List(asked) => archive::list(&asked),
        Command::Verify(asked) => archive::verify(&asked, screen),
        Command::Completions(asked) => manual::completions(&asked),
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

/// Shows help or the version, which were asked for, or what is wrong with the usage.
fn answered(answer: &clap::Error) -> ExitCode {
    if answer.use_stderr() {
        let _ = answer.print();
        return ExitCode::from(2);
    }
    match answer.print().and_then(|()| io::stdout().flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            stderr(&format!("error: can't write to standard output: {error}\n"));
            ExitCode::FAILURE
        }
        _ => ExitCode::SUCCESS,
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

/// Writes to standard output; returns whether anyone still reads it.
///
/// # Errors
/// When it can't be written for another reason: what was asked for is lost then.
fn stdout(text: impl AsRef<[u8]>) -> Result<bool, Error> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_ref()).and_then(|()| out.flush()) {
        Ok(()) => Ok(true),
        // As of `| head`, which has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        Err(source) => Err(Error::File {
            doing: "write to",
            path: "standard output".into(),
            source,
        }),
    }
}
