//! How long work shows itself: a bar on a terminal, plain lines elsewhere, or nothing.
//!
//! Also carries the wish to stop, so that work which is interrupted can tidy up after itself.

use std::io::{IsTerminal as _, Write as _};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::error::Error;

/// Shows the progress of one piece of work on standard error.
#[derive(Debug, Default)]
pub struct Progress {
    out: Out,
    bar: Mutex<Option<ProgressBar>>,
    stopped: AtomicBool,
}

/// Something that goes less well than it should, and is no reason to stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Note {
    /// What it is; lower case, no full stop.
    pub(crate) text: String,
    /// What to do about it.
    pub(crate) help: &'static str,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Out {
    #[default]
    Nothing,
    Lines,
    Bar,
}

impl Progress {
    /// Shows nothing.
    #[must_use]
    pub fn silent() -> Self {
        Self::default()
    }

    /// A bar when standard error is a terminal, else a line for each step.
    #[must_use]
    pub fn shown() -> Self {
        let out = if std::io::stderr().is_terminal() {
            Out::Bar
        } else {
            Out::Lines
        };
        Self {
            out,
            bar: Mutex::default(),
            stopped: AtomicBool::default(),
        }
    }

    /// Begins a step; `total` is 0 when it is not known.
    pub fn step(&self, doing: &'static str, total: usize) {
        self.clear();
        match self.out {
            Out::Nothing => {}
            Out::Lines if total == 0 => line(doing),
            Out::Lines => line(&format!("{doing} ({total})")),
            Out::Bar => {
                let bar = if total == 0 {
                    ProgressBar::new_spinner()
                } else {
                    ProgressBar::new(total as u64)
                };
                let template = if total == 0 {
                    "{spinner} {msg}"
                } else {
                    "{msg} [{bar:30}] {human_pos} of {human_len}"
                };
                if let Ok(style) = ProgressStyle::with_template(template) {
                    bar.set_style(style.progress_chars("=> "));
                }
                bar.set_message(doing);
                bar.enable_steady_tick(Duration::from_millis(120));
                if let Ok(mut slot) = self.bar.lock() {
                    *slot = Some(bar);
                }
            }
        }
    }

    /// So many more are done.
    pub fn add(&self, more: usize) {
        self.with(|bar| bar.inc(more as u64));
    }

    /// So many are done altogether.
    pub fn set(&self, done: usize) {
        self.with(|bar| bar.set_position(done as u64));
    }

    /// Takes the bar off the terminal.
    pub fn clear(&self) {
        if let Some(bar) = self.bar.lock().ok().and_then(|mut slot| slot.take()) {
            bar.finish_and_clear();
        }
    }

    /// Tells what goes less well than it should; the work goes on.
    pub(crate) fn note(&self, note: &Note) {
        self.clear();
        if self.out != Out::Nothing {
            line(&format!("note: {}\nhelp: {}", note.text, note.help));
        }
    }

    /// Asks the work to stop at its next safe point.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Tells the work whether to go on.
    ///
    /// # Errors
    /// [`Error::Interrupted`] once [`Progress::stop`] was called.
    pub fn go_on(&self) -> Result<(), Error> {
        if self.stopped.load(Ordering::Relaxed) {
            Err(Error::Interrupted)
        } else {
            Ok(())
        }
    }

    fn with(&self, act: impl FnOnce(&ProgressBar)) {
        if self.out != Out::Bar {
            return;
        }
        if let Ok(slot) = self.bar.lock()
            && let Some(bar) = slot.as_ref()
        {
            act(bar);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

/// Progress that nobody can read is no reason to stop: errors are ignored.
fn line(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
