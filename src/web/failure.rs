//! What can go wrong in the browser, with the stable codes of the contract.

use shelfmark_bundle::FormatError;
use shelfmark_search::QueryError;

/// A failure that a reader is told about.
#[derive(Debug, Clone)]
pub(super) enum Failure {
    /// A file could not be fetched.
    Network {
        /// Its name.
        file: String,
    },
    /// A file differs from what the manifest promises.
    Integrity {
        /// Its name.
        file: String,
    },
    /// A file is not what it should be.
    Format {
        /// Its name.
        file: String,
        /// What is wrong.
        error: FormatError,
    },
    /// No post has this slug.
    NotFound,
    /// A program asked for something that can't be.
    Options,
    /// The query means nothing.
    Query {
        /// As it was typed.
        query: String,
        /// What is wrong, and where.
        error: QueryError,
    },
}

impl Failure {
    /// Stable code: `network`, `integrity`, `format`, `version`, `not-found` or `query`.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Network { .. } => "network",
            Self::Integrity { .. } => "integrity",
            Self::Format {
                error: FormatError::NewerVersion { .. },
                ..
            } => "version",
            Self::Format { .. } => "format",
            Self::NotFound => "not-found",
            Self::Query { .. } | Self::Options => "query",
        }
    }

    /// The file that failed.
    pub(super) fn file(&self) -> Option<&str> {
        match self {
            Self::Network { file } | Self::Integrity { file } | Self::Format { file, .. } => {
                Some(file)
            }
            Self::NotFound | Self::Options | Self::Query { .. } => None,
        }
    }

    /// What exactly is wrong, when there is more to say than the code does.
    pub(super) fn detail(&self) -> Option<String> {
        match self {
            Self::Format { error, .. } => Some(error.to_string()),
            Self::Query { error, .. } => Some(error.to_string()),
            Self::Options => Some("an option has no such value".into()),
            _ => None,
        }
    }
}
