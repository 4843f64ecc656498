//! Notices that posts changed.
//!
//! `notify` is used directly: its debouncing companions forget what kind of event it was, and a
//! build, which opens every post, would then set off the next build.

use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use notify::event::{AccessKind, AccessMode, EventKind};
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::progress::Progress;
use crate::source::is_post_name;

/// How long nothing must happen until a change is taken for finished: longer than between the steps
/// in which editors save a file, too short to be felt.
const QUIET: Duration = Duration::from_millis(25);

/// How long a change is waited for that goes on and on, in steps of [`QUIET`].
const PATIENCE: u32 = 200;

/// How often it is looked whether the work is to stop.
const LOOK: Duration = Duration::from_millis(200);

/// What changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// Files with the names of posts, and no others.
    Posts,
    /// Other files too, or it is not known which.
    Any,
}

/// Changes of posts.
#[derive(Debug)]
pub(super) struct Changes {
    events: Receiver<Change>,
    _watcher: RecommendedWatcher,
}

/// Begins to watch folders of posts.
pub(super) fn watch(posts: &[PathBuf], assets: &[PathBuf]) -> notify::Result<Changes> {
    let (changed, events) = mpsc::channel();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        let changes = event.ok().filter(|event| is_change(event.kind));
        if let Some(event) = changes {
            // The receiver is gone only when the server ends.
            let _ = changed.send(of(&event));
        }
    })?;
    for root in posts.iter().chain(assets) {
        if root.is_dir() {
            watcher.watch(root, RecursiveMode::Recursive)?;
        } else if let Ok(file) = root.canonicalize()
            && let Some(folder) = file.parent()
        {
            // Editors replace a file; its folder stays.
            watcher.watch(folder, RecursiveMode::NonRecursive)?;
        }
    }
    Ok(Changes {
        events,
        _watcher: watcher,
    })
}

fn of(event: &Event) -> Change {
    let posts = !event.paths.is_empty() && event.paths.iter().all(|path| is_post_name(path));
    if posts { Change::Posts } else { Change::Any }
}

/// Tells changing from looking.
fn is_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => true,
        EventKind::Access(_) => false,
        _ => true,
    }
}

impl Changes {
    /// Waits until something changed and is quiet again; nothing when the work is to stop.
    pub(super) fn wait(&self, stopping: &Progress) -> Option<Change> {
        let mut change = loop {
            stopping.go_on().ok()?;
            match self.events.recv_timeout(LOOK) {
                Ok(change) => break change,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        };
        for _ in 0..PATIENCE {
            match self.events.recv_timeout(QUIET) {
                Ok(Change::Any) => change = Change::Any,
                Ok(Change::Posts) => {}
                Err(_) => break,
            }
        }
        stopping.go_on().ok()?;
        Some(change)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use notify::event::{CreateKind, ModifyKind, RemoveKind};

    #[test]
    fn looking_is_no_change() {
        for kind in [
            EventKind::Create(CreateKind::File),
            EventKind::Modify(ModifyKind::Any),
            EventKind::Remove(RemoveKind::File),
            EventKind::Access(AccessKind::Close(AccessMode::Write)),
            EventKind::Any,
        ] {
            assert!(is_change(kind), "{kind:?}");
        }
        for kind in [
            EventKind::Access(AccessKind::Open(AccessMode::Any)),
            EventKind::Access(AccessKind::Close(AccessMode::Read)),
            EventKind::Access(AccessKind::Read),
        ] {
            assert!(!is_change(kind), "{kind:?}");
        }
    }
}
