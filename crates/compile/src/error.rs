//! Why a build, an extraction or a check could not be done.
//!
//! Problems of single posts are not errors but [`crate::diagnostic::Diagnostic`]s. An error stops
//! the work; whatever good site was there before stays as it was.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use shelfmark_bundle::FormatError;

use crate::diagnostic::Diagnostic;
use crate::large;

/// Why the work could not be done.
#[derive(Debug)]
pub enum Error {
    /// The file system said no.
    File {
        /// What was tried, as in "can't {doing} `path`".
        doing: &'static str,
        /// With which file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Doing it would do harm, or makes no sense.
    Refused {
        /// What is wrong.
        message: String,
        /// What to do instead.
        help: Option<String>,
    },
    /// `shelfmark.toml` can't be used.
    Settings(Box<Diagnostic>),
    /// A file of a bundle is not what it should be.
    Bundle {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: FormatError,
    },
    /// `--strict`: there were problems, so nothing was published.
    Strict {
        /// All problems of the posts.
        diagnostics: Vec<Diagnostic>,
    },
    /// No post could be read, so nothing was published.
    Unreadable {
        /// Why not.
        diagnostics: Vec<Diagnostic>,
    },
    /// The program holds no viewer to put into a site.
    NoViewer,
    /// Something changed under the hands of a build that had looked at it before.
    Changed {
        /// What it was.
        path: PathBuf,
    },
    /// A post that no file of a bundle can hold.
    TooLarge {
        /// Which posts folder it is of.
        root: usize,
        /// Its path there.
        path: String,
    },
    /// Stopped by the user.
    Interrupted,
}

impl Error {
    /// An error of the file system; made for `map_err`.
    pub(crate) fn file(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::File {
            doing,
            path: path.to_owned(),
            source,
        }
    }

    /// A refusal with advice.
    pub(crate) fn refused(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Refused {
            message: message.into(),
            help: Some(help.into()),
        }
    }

    /// What to do about it, when there is something to do.
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        match self {
            Self::Refused { help, .. } => help.as_deref(),
            Self::Settings(diagnostic) => diagnostic.help.as_deref(),
            Self::File { source, .. } if is_loop(source) => {
                Some("links lead in a circle: give a path without them, or mend them")
            }
            Self::File { source, .. } => match source.kind() {
                io::ErrorKind::StorageFull => Some("make room, then run it again"),
                io::ErrorKind::QuotaExceeded => {
                    Some("make room within what you may use, then run it again")
                }
                io::ErrorKind::NotADirectory => {
                    Some("a part of the path is a file: give another path")
                }
                io::ErrorKind::CrossesDevices | io::ErrorKind::ResourceBusy => Some(
                    "a folder that is itself a mount point can't be replaced in one step: give a \
                     folder inside it",
                ),
                io::ErrorKind::NotFound => Some("see whether it is there, and how it is spelled"),
                io::ErrorKind::PermissionDenied => {
                    Some("see who may read it and write to it, or choose another place")
                }
                io::ErrorKind::ReadOnlyFilesystem => Some("choose a place that can be written to"),
                _ => None,
            },
            // It is the manifest, without which nothing can be told of the other files.
            Self::Bundle { source, .. } => Some(match source {
                FormatError::NewerVersion { .. } => "use a newer `shelfmark`: this one is too old",
                _ => "get the site again from where it was published, or build it again",
            }),
            Self::Strict { .. } => {
                Some("mend the posts, or leave out `--strict` to publish them as they are")
            }
            Self::Unreadable { .. } => Some("mend what is named above, or give other folders"),
            Self::Changed { .. } => Some("run it again"),
            Self::TooLarge { .. } => Some(large::HELP),
            Self::NoViewer | Self::Interrupted => None,
        }
    }
}

/// An error as the system gave it: `tempfile` adds the names of files that nobody gave.
pub(crate) fn plain(error: io::Error) -> io::Error {
    if error.raw_os_error().is_some() {
        return error;
    }
    match error.to_string().split_once(" at path ") {
        Some((said, _)) => io::Error::new(error.kind(), said),
        None => error,
    }
}

/// Whether links lead back to each other; std has no stable name for it.
fn is_loop(error: &io::Error) -> bool {
    #[cfg(unix)]
    let number = Some(rustix::io::Errno::LOOP.raw_os_error());
    #[cfg(not(unix))]
    let number = None::<i32>;
    number.is_some() && error.raw_os_error() == number
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File {
                doing,
                path,
                source,
            } => write!(f, "can't {doing} `{}`: {source}", path.display()),
            Self::Refused { message, .. } => f.write_str(message),
            Self::Settings(diagnostic) => {
                f.write_str(&diagnostic.file)?;
                if let Some(place) = &diagnostic.place {
                    write!(f, ":{}:{}", place.line, place.column)?;
                }
                write!(f, ": {}", diagnostic.message)
            }
            Self::Bundle { path, source } => write!(f, "`{}`: {source}", path.display()),
            Self::Strict { diagnostics } => write!(
                f,
                "nothing was published: {} found in the posts",
                count(diagnostics.len(), "problem")
            ),
            Self::Unreadable { .. } => {
                f.write_str("nothing was published: none of the posts can be read")
            }
            Self::NoViewer => f.write_str(
                "this program was built without its viewer; build it with `cargo xtask build`",
            ),
            Self::Changed { path } => {
                write!(f, "`{}` changed during the build", path.display())
            }
            Self::TooLarge { path, .. } => write!(f, "`{path}` {}", large::why()),
            Self::Interrupted => f.write_str("interrupted"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::File { source, .. } => Some(source),
            Self::Bundle { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// "1 post", "2 posts", "44,862 posts".
#[must_use]
pub fn count(number: usize, noun: &str) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let plural = if number == 1 { "" } else { "s" };
    format!("{grouped} {noun}{plural}")
}
