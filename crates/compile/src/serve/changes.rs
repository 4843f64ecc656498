//! Notices that posts changed.
//!
//! `notify` is used directly: its debouncing companions forget what kind of event it was, and a
//! build, which opens every post, would then set off the next build.
//!
//! The system tells what happens in folders, not at paths: not that another folder stands in the place
//! of the one that is watched, nor that a file changed to which a link in it leads. That is looked at
//! now and then.

use std::collections::{HashMap, HashSet};
use std::fs::Metadata;
use std::path::{Path, PathBuf, absolute};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use notify::event::{AccessKind, AccessMode, EventKind};
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher as _};
use walkdir::WalkDir;

use crate::cache::Stat;
use crate::progress::Progress;
use crate::source::enters;

/// How long nothing must happen until a change is taken for finished: longer than between the steps
/// in which editors save a file, too short to be felt.
const QUIET: Duration = Duration::from_millis(10);

/// How long a change is waited for that goes on and on, in steps of [`QUIET`].
const PATIENCE: u32 = 500;

/// How often it is looked whether the work is to stop.
const LOOK: Duration = Duration::from_millis(200);

/// Where something changed; nothing when that is not known.
type Changed = Option<HashSet<PathBuf>>;

/// Most links that are looked at in one [`LOOK`].
const LINKS: usize = 1_000;

/// Changes of posts.
#[derive(Debug)]
pub(super) struct Changes {
    events: Receiver<Option<Vec<PathBuf>>>,
    watcher: RecommendedWatcher,
    /// Folders that are watched with all that is in them: those given, and such that links in them lead to.
    folders: Vec<Watched>,
    /// Files that are links: what happens to the files that they lead to is told to nobody who watches
    /// the links, so these are looked at.
    links: Vec<(PathBuf, Option<Stat>)>,
    /// The link that is looked at next.
    next: usize,
}

/// A folder that is watched.
#[derive(Debug)]
struct Watched {
    path: PathBuf,
    /// Whether somebody gave it; else a link leads to it.
    given: bool,
    /// Which one it was; nothing when it was not there. A watch stays with the folder, not with its path.
    identity: Option<Identity>,
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
    let mut folders = Vec::new();
    for root in posts.iter().chain(assets) {
        if root.is_dir() {
            watcher.watch(root, RecursiveMode::Recursive)?;
            folders.extend(absolute(root).ok().map(|path| Watched {
                identity: identity(&path),
                given: true,
                path,
            }));
        } else if let Ok(file) = root.canonicalize()
            && let Some(folder) = file.parent()
        {
            // Editors replace a file; its folder stays.
            watcher.watch(folder, RecursiveMode::NonRecursive)?;
        }
    }
    let mut changes = Changes {
        events,
        watcher,
        folders,
        links: Vec::new(),
        next: 0,
    };
    // Folders that links lead to are watched by now.
    let (folders, links) = changes.linked();
    changes.folders.extend(folders);
    changes.links = links;
    Ok(changes)
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
    /// stop. What can't be watched is noted.
    pub(super) fn wait(&mut self, stopping: &Progress, note: &dyn Fn(&str)) -> Option<Changed> {
        let first = loop {
            stopping.go_on().ok()?;
            match self.events.recv_timeout(LOOK) {
                Ok(paths) => break paths.map(HashSet::from_iter),
                Err(RecvTimeoutError::Timeout) => {
                    if let Some(changed) = self.look(note) {
                        break changed;
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        };
        let mut changed: Changed = first;
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
        self.follow(changed.as_ref(), note);
        Some(changed)
    }

    /// Looks at what nobody tells of: folders that others took the place of, and files behind links.
    fn look(&mut self, note: &dyn Fn(&str)) -> Option<Changed> {
        let mut replaced = false;
        for number in 0..self.folders.len() {
            let now = identity(&self.folders[number].path);
            if now != self.folders[number].identity {
                self.watch_again(number, note);
                replaced = true;
            }
        }
        if replaced {
            self.find_links(note);
            return Some(None);
        }
        let mut changed = HashSet::new();
        for _ in 0..self.links.len().min(LINKS) {
            self.next = (self.next + 1) % self.links.len();
            let (path, known) = &mut self.links[self.next];
            let now = stat(path);
            if now != *known {
                *known = now;
                changed.insert(path.clone());
            }
        }
        (!changed.is_empty()).then_some(Some(changed))
    }

    /// Watches what came with a change: folders that were put in the place of others, and links.
    fn follow(&mut self, changed: Option<&HashSet<PathBuf>>, note: &dyn Fn(&str)) {
        let mut links = changed.is_none();
        for path in changed.into_iter().flatten() {
            if let Some(number) = self.folders.iter().position(|folder| folder.path == *path) {
                self.watch_again(number, note);
                links = true;
            }
            let data = path.symlink_metadata();
            links |= data.is_ok_and(|data| data.is_symlink() || data.is_dir());
            links |= self.links.iter().any(|(link, _)| link == path);
        }
        if links {
            self.find_links(note);
        }
    }

    /// Watches the folder that is at a path now.
    fn watch_again(&mut self, number: usize, note: &dyn Fn(&str)) {
        let folder = &mut self.folders[number];
        // It may not be watched any more.
        let _ = self.watcher.unwatch(&folder.path);
        folder.identity = identity(&folder.path);
        if folder.identity.is_some() {
            watch_folder(&mut self.watcher, &folder.path, note);
        }
    }

    /// Looks for links that have come or gone.
    fn find_links(&mut self, note: &dyn Fn(&str)) {
        let (folders, links) = self.linked();
        let is_among = |folder: &Watched, others: &[Watched]| {
            let same = |other: &Watched| other.path == folder.path;
            others.iter().any(same)
        };
        for gone in self
            .folders
            .extract_if(.., |folder| !folder.given && !is_among(folder, &folders))
        {
            let _ = self.watcher.unwatch(&gone.path);
        }
        for folder in folders {
            if !is_among(&folder, &self.folders) {
                watch_folder(&mut self.watcher, &folder.path, note);
                self.folders.push(folder);
            }
        }
        // Those that are known may have changed and not been looked at yet.
        let known: HashMap<PathBuf, Option<Stat>> = self.links.drain(..).collect();
        let seen = |(path, now): (PathBuf, Option<Stat>)| {
            let then = known.get(&path).copied();
            (path, then.unwrap_or(now))
        };
        self.links = links.into_iter().map(seen).collect();
        self.next = 0;
    }

    /// Folders and files behind links in the folders that were given.
    fn linked(&self) -> (Vec<Watched>, Vec<(PathBuf, Option<Stat>)>) {
        let given = self.folders.iter().filter(|folder| folder.given);
        let found = given.flat_map(|folder| {
            WalkDir::new(&folder.path)
                .follow_links(true)
                .into_iter()
                .filter_entry(enters)
                .flatten()
                .filter(|entry| entry.depth() > 0 && entry.path_is_symlink())
        });
        let (mut folders, mut links) = (Vec::new(), Vec::new());
        for entry in found {
            let is_folder = entry.file_type().is_dir();
            let path = entry.into_path();
            if is_folder {
                folders.push(Watched {
                    identity: identity(&path),
                    given: false,
                    path,
                });
            } else {
                links.push((path.clone(), stat(&path)));
            }
        }
        (folders, links)
    }
}

fn watch_folder(watcher: &mut RecommendedWatcher, path: &Path, note: &dyn Fn(&str)) {
    if let Err(error) = watcher.watch(path, RecursiveMode::Recursive) {
        let shown = path.display();
        note(&format!("changes in `{shown}` are not noticed: {error}"));
    }
}

fn stat(path: &Path) -> Option<Stat> {
    path.metadata().ok().map(|data| Stat::of(&data))
}

/// What tells a folder from another one at the same path.
#[cfg(unix)]
type Identity = (u64, u64);

#[cfg(unix)]
fn identity(path: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt as _;
    let data = path.metadata().ok().filter(Metadata::is_dir)?;
    Some((data.dev(), data.ino()))
}

#[cfg(not(unix))]
type Identity = Option<std::time::SystemTime>;

#[cfg(not(unix))]
fn identity(path: &Path) -> Option<Identity> {
    let data = path.metadata().ok().filter(Metadata::is_dir)?;
    Some(data.created().ok())
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
