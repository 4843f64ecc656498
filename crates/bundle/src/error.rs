//! Why bytes are not a bundle.

use core::fmt;

/// A manifest or shard that can't be used, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormatError {
    /// Not JSON, or JSON of another shape.
    Malformed(String),
    /// Well-formed, but a number or a list breaks the format's rules.
    Invalid(String),
    /// Written by a newer program.
    NewerVersion {
        /// Version found in the manifest.
        found: u32,
        /// Newest version that this program reads.
        supported: u32,
    },
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(why) => write!(f, "not a Shelfmark bundle: {why}"),
            Self::Invalid(why) => write!(f, "damaged bundle: {why}"),
            Self::NewerVersion { found, supported } => write!(
                f,
                "this archive has format version {found}, this reader knows versions up to \
                 {supported}: a newer reader is needed"
            ),
        }
    }
}

impl core::error::Error for FormatError {}
