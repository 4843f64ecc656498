//! What builds keep for the builds after them, so that a post that has not changed costs nothing.
//!
//! Kept are, by what they were made of: what was read from each file of a post, what was asked
//! when it was rendered, and which files were written of which posts. Nothing of the texts is kept:
//! the site before has all that is needed. A build with a cache writes what one without it would,
//! byte for byte; a server (`serve.rs`) only compresses less, and searches in another way.
//!
//! A cache on disk is one file, which is written under another name first, and beside it a file
//! that is locked while a build goes on. It is believed only by the very program that wrote it.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use crate::archive::open_regular;
use crate::bundle::Finished;
use crate::error::Error;
use crate::options::Settings;
use crate::progress::Note;
use crate::publish::make_folder;
use crate::source::Listing;

mod filed;
mod image;
mod key;
mod read;
mod rendered;
mod reuse;
mod stat;

pub(crate) use filed::{Filed, Input};
pub(crate) use image::{Bytes, GroupEntry, Names, Outcome, Reference, SearchEntry, SpanEntry};
pub(crate) use key::Key;
pub(crate) use reuse::{Reuse, kind_number};
pub(crate) use stat::Stat;

use rendered::Kept;
use reuse::locked;
use stat::Time;

/// The cache's file.
const FILE: &str = "shelfmark.cache";
/// The same while it is written.
const UNFINISHED: &str = "shelfmark.cache-new";
/// The file that is locked; its time tells the clock of the disk.
const LOCK: &str = "shelfmark.lock";

/// The tree that the next site is made of.
const SPARE: &str = "shelfmark.spare";

/// First bytes of the cache's file.
const MARK: &[u8] = b"shelfmark cache\n";

/// What is kept between builds.
#[derive(Debug)]
pub struct Cache {
    folder: PathBuf,
    lock: File,
    /// The program.
    program: Key,
    kind: Kind,
    /// What was kept last, and for which settings.
    image: Mutex<(Key, Arc<Vec<u8>>)>,
}

/// How things are kept.
#[derive(Debug)]
enum Kind {
    /// On disk, for later runs of the program.
    Disk,
    /// In memory, with more than could be kept on disk.
    Memory(Memory),
}

/// What a program keeps that builds again and again.
#[derive(Debug, Default)]
struct Memory {
    /// Posts that were rendered.
    finished: Mutex<Kept<Arc<Finished>>>,
    /// What was found in the posts folders, for as long as it is good.
    listing: Mutex<Option<Arc<Listing>>>,
}

impl Cache {
    /// Opens the cache in a folder; nothing when another build is using it.
    ///
    /// # Errors
    /// When there can't be such a folder.
    pub fn open(folder: &Path) -> Result<Option<Self>, Error> {
        Self::new(folder, Kind::Disk)
    }

    /// A cache in memory; `folder` is on the disk that the site will lie on.
    ///
    /// # Errors
    /// When nothing can be written there.
    pub(crate) fn in_memory(folder: &Path) -> Result<Option<Self>, Error> {
        Self::new(folder, Kind::Memory(Memory::default()))
    }

    fn new(folder: &Path, kind: Kind) -> Result<Option<Self>, Error> {
        make_folder(&format!("the cache `{}`", folder.display()), folder)?;
        let path = folder.join(LOCK);
        let mut options = File::options();
        options.create(true).truncate(false).write(true);
        let lock = options.open(&path).map_err(Error::file("create", &path))?;
        // Where files can't be locked, nobody can be told from anybody: no cache then.
        if lock.try_lock().is_err() {
            return Ok(None);
        }
        Ok(Some(Self {
            folder: folder.to_owned(),
            lock,
            program: program(),
            kind,
            image: Mutex::default(),
        }))
    }

    /// Whether a reader on this machine waits for what is built.
    pub(crate) fn is_quick(&self) -> bool {
        matches!(self.kind, Kind::Memory(_))
    }

    /// Something happened at these paths, or nobody knows where.
    pub(crate) fn changed(&self, paths: Option<&HashSet<PathBuf>>) {
        let Kind::Memory(memory) = &self.kind else {
            return;
        };
        let mut listing = locked(&memory.listing);
        let outlasts = |listing: &Arc<Listing>| paths.is_some_and(|paths| listing.outlasts(paths));
        *listing = listing.take().filter(outlasts);
    }

    /// What was kept of a build with these settings; empty when there is nothing that can be used.
    pub(crate) fn image(&self, settings: &Settings) -> Arc<Vec<u8>> {
        let identity = self.identity(settings);
        let mut image = locked(&self.image);
        if let (Kind::Disk, true) = (&self.kind, image.1.is_empty()) {
            *image = (identity, Arc::new(self.load(identity).unwrap_or_default()));
        }
        if image.0 == identity {
            Arc::clone(&image.1)
        } else {
            Arc::default()
        }
    }

    /// Begins a build to `site` with an image; anything but one is as good as none.
    pub(crate) fn begin<'a>(&'a self, image: &'a [u8], site: &Path) -> Reuse<'a> {
        let begun = self.now().unwrap_or((i64::MIN, 0));
        let image = postcard::from_bytes(image).unwrap_or_default();
        let memory = match &self.kind {
            Kind::Disk => None,
            Kind::Memory(memory) => Some(memory),
        };
        let spare = self.spare().symlink_metadata();
        // A link would lead to somebody's folder.
        let spare = spare.is_ok_and(|data| data.is_dir());
        Reuse::begin(image, site, begun, spare, memory)
    }

    /// Keeps what a build left; `folder` is where its site lies for now.
    pub(crate) fn end(
        &self,
        reuse: &Reuse<'_>,
        settings: &Settings,
        posts: &[Filed<'_>],
        names: Vec<Names>,
        folder: &Path,
    ) {
        // Mostly about as long as the last one.
        let last = locked(&self.image).1.len();
        let image = Arc::new(reuse.image(posts, names, folder, last + last / 16));
        *locked(&self.image) = (self.identity(settings), image);
    }

    /// The site of the last build is in its place: what was kept of it is good from now on. Tells when it
    /// can't be kept: the next build takes longer.
    pub(crate) fn published(&self) -> Option<Note> {
        match &self.kind {
            Kind::Disk => {
                let error = self.save().err()?;
                let folder = self.folder.display();
                Some(Note {
                    text: format!("the cache `{folder}` could not be written: {error}"),
                    help: "the site is whole; the next build takes longer",
                })
            }
            Kind::Memory(memory) => {
                locked(&memory.finished).turn();
                None
            }
        }
    }

    /// Whether a path, with links resolved, lies in what a cache in `folder` keeps.
    pub(crate) fn owns(folder: &Path, path: &Path) -> bool {
        let own = [FILE, UNFINISHED, LOCK, SPARE];
        own.iter().any(|name| path.starts_with(folder.join(name)))
    }

    /// What must be the same for anything to be reused.
    fn identity(&self, settings: &Settings) -> Key {
        let settings = Settings {
            sign: None,
            signed_at: crate::options::SignedAt::default(),
            strict: false,
            cache: None,
            ..settings.clone()
        };
        Key::of(&(self.program, format!("{settings:?}")))
    }

    /// The time by the clock of the disk.
    fn now(&self) -> Option<Time> {
        let mut lock = &self.lock;
        lock.rewind().ok()?;
        lock.write_all(b".").ok()?;
        Some(Stat::of(&lock.metadata().ok()?).modified)
    }

    fn load(&self, identity: Key) -> Option<Vec<u8>> {
        let mut file = open_regular(&self.folder.join(FILE)).ok()?;
        let mut before = [0; HEAD];
        file.read_exact(&mut before).ok()?;
        let mut image = Vec::new();
        file.read_to_end(&mut image).ok()?;
        (before[..] == head(identity, &image)[..]).then_some(image)
    }

    fn save(&self) -> std::io::Result<()> {
        let image = locked(&self.image);
        let unfinished = self.folder.join(UNFINISHED);
        let write = || {
            // Never through a link, nor into a pipe.
            match fs::remove_file(&unfinished) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            let mut file = File::create_new(&unfinished)?;
            file.write_all(&head(image.0, &image.1))?;
            file.write_all(&image.1)?;
            fs::rename(&unfinished, self.folder.join(FILE))
        };
        write().inspect_err(|_| {
            let _ = fs::remove_file(&unfinished);
        })
    }

    /// Where the tree lies that the next site is made of.
    pub(crate) fn spare(&self) -> PathBuf {
        self.folder.join(SPARE)
    }
}

/// Length of what stands before an image on disk.
const HEAD: usize = MARK.len() + 32;

/// What stands before an image on disk: what it is, for whom, and whether it is whole.
fn head(identity: Key, image: &[u8]) -> Vec<u8> {
    [MARK, identity.bytes(), Key::of_bytes(image).bytes()].concat()
}

/// This program: another one may do things in another way.
fn program() -> Key {
    static PROGRAM: OnceLock<Key> = OnceLock::new();
    *PROGRAM.get_or_init(|| {
        let version = env!("CARGO_PKG_VERSION");
        let bytes = std::env::current_exe().and_then(fs::read);
        // A program that can't read itself has no cache that lasts.
        let own = bytes.map_or_else(
            |_| Key::of(&std::process::id()),
            |bytes| Key::of_bytes(&bytes),
        );
        Key::of(&(version, own))
    })
}

#[cfg(test)]
mod tests;
