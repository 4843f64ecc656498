//! Notices that posts changed.
//!
//! `notify` is used directly: its debouncing companions forget what kind of event it was, and a
//! build, which opens every post, would then set off the next build.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use notify::event::{AccessKind, AccessMode, EventKind};
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::progress::Progress;

/// How long nothing must happen until a change is taken for finished: longer than between the steps
/// in which editors save a file, too short to be felt.
const QUIET: Duration = Duration::from_millis(10);

/// How long a change is waited for that goes on and on, in steps of [`QUIET`].
const PATIENCE: u32 = 500;

/// How often it is looked whether the work is to stop.
const LOOK: Duration = Duration::from_millis(200);

/// Where something changed; nothing when that is not known.
type Changed = Option<HashSet<PathBuf>>;

/// Changes of posts.
#[derive(Debug)]
pub(super) struct Changes {
    events: Receiver<Option<Vec<PathBuf>>>,
    _watcher: RecommendedWatcher,
}

/// Begins to watch folders of posts.
pub(super) fn watch(posts: &[PathBuf], assets: &[PathBuf]) -> notify::Result<Changes> {
    let (changed, events) = mpsc::channel();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        if let Ok(event) = event
            && is_change(event.kind)
        {
            let told = !event.need_rescan() && !event.paths.is_empty();
            // The receiver is gone only when the server ends.
            let _ = changed.send(told.then_some(event.paths));
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

/// Tells changing from looking.
fn is_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => true,
        EventKind::Access(_) => false,
        _ => true,
    }
}

impl Changes {
    /// Waits until something changed and is quiet again, and tells where; nothing when the work is to
    /// stop.
    pub(super) fn wait(&self, stopping: &Progress) -> Option<Changed> {
        let first = loop {
            stopping.go_on().ok()?;
            match self.events.recv_timeout(LOOK) {
                Ok(paths) => break paths,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        };
        let mut changed: Changed = first.map(HashSet::from_iter);
        for _ in 0..PATIENCE {
            let Ok(paths) = self.events.recv_timeout(QUIET) else {
                break;
            };
            changed = changed.zip(paths).map(|(mut changed, paths)| {
                changed.extend(paths);
                changed
            });
        }
        stopping.go_on().ok()?;
        Some(changed)
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
