//! What a file system says of a file without its being read.

use std::fs::Metadata;

use serde::{Deserialize, Serialize};

/// A point in time as file systems tell it: seconds since 1970, and nanoseconds.
pub(crate) type Time = (i64, i64);

/// What changes when a file changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Stat {
    /// Length in bytes.
    pub(crate) size: u64,
    /// When its content changed last.
    pub(crate) modified: Time,
    /// When its content, name or rights changed last; nobody can set it back.
    changed: Time,
    inode: u64,
}

/// Seconds before the build in which a file is not known by its times: the clocks of some file
/// systems go in steps of two seconds, and a file that changed twice in one step looks the same.
const STEP: i64 = 2;

impl Stat {
    #[cfg(unix)]
    pub(crate) fn of(data: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        Self {
            size: data.len(),
            modified: (data.mtime(), data.mtime_nsec()),
            changed: (data.ctime(), data.ctime_nsec()),
            inode: data.ino(),
        }
    }

    #[cfg(not(unix))]
    pub(crate) fn of(data: &Metadata) -> Self {
        let time = |time: std::io::Result<std::time::SystemTime>| {
            let since = time.ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
            let seconds = i64::try_from(since.as_secs()).ok()?;
            Some((seconds, i64::from(since.subsec_nanos())))
        };
        Self {
            size: data.len(),
            modified: time(data.modified()).unwrap_or_default(),
            changed: time(data.created()).unwrap_or_default(),
            inode: 0,
        }
    }

    /// Whether the file can be known by this later on; `begun` is when the build began.
    pub(crate) fn is_settled(&self, begun: Time) -> bool {
        self.modified.max(self.changed).0 < begun.0 - STEP
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_changed_a_moment_ago_are_not_known_by_their_times() {
        let of = |modified, changed| Stat {
            size: 1,
            modified: (modified, 0),
            changed: (changed, 0),
            inode: 1,
        };
        assert!(of(10, 10).is_settled((20, 0)));
        assert!(!of(18, 10).is_settled((20, 0)));
        assert!(!of(10, 19).is_settled((20, 0)));
        assert!(!of(99, 10).is_settled((20, 0)), "in the future");
    }
}
