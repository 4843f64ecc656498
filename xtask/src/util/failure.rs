//! The one error type of xtask: what went wrong, and what would help.

use std::fmt;

pub(crate) type Result<T> = std::result::Result<T, Failure>;

/// A message for whoever ran the command, with lines that say how to get on.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    message: String,
    help: Vec<String>,
}

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: Vec::new(),
        }
    }

    /// Adds what would help; several lines are fine.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "error: {}", self.message)?;
        for help in &self.help {
            for (nr, line) in help.trim_end().lines().enumerate() {
                writeln!(f, "{}{line}", if nr == 0 { "  help: " } else { "        " })?;
            }
        }
        Ok(())
    }
}
