//! What a server keeps between builds, so that one changed post costs one post.
//!
//! Kept are rendered posts and compressed shards, in memory and by what they were made of: a build
//! with a cache writes what one without it would, but for the level of compression and for how the
//! archive is searched (`Search`): the order of a large index takes longer than a reader of his own
//! words wants to wait, so that their texts are read instead.

use std::collections::HashMap;
use std::fmt::Debug;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use shelfmark_bundle::ShardRef;

use crate::bundle::Finished;
use crate::post::Post;
use crate::shown::Others;

/// A hash of what something was made of; made by this program, for this program alone.
type Key = (u64, u64);

/// Hashes something twice, so that 128 bits tell things apart.
fn key_of(thing: &impl Hash) -> Key {
    let hash = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        salt.hash(&mut hasher);
        thing.hash(&mut hasher);
        hasher.finish()
    };
    (hash(0), hash(1))
}

/// A compressed shard and its name.
type Packed = Arc<(Vec<u8>, ShardRef)>;

/// What is kept between builds.
#[derive(Debug, Default)]
pub struct Cache {
    shards: Mutex<Kept<Packed>>,
    posts: Mutex<Kept<Arc<Finished>>>,
    /// The site that was published last: files that are the same are linked, not written.
    last: Mutex<Option<PathBuf>>,
    /// Hashes of its pages by path, and those of the build that goes on.
    pages: Mutex<HashMap<String, String>>,
    next_pages: Mutex<HashMap<String, String>>,
    /// Removes the site before it.
    removing: Mutex<Option<JoinHandle<()>>>,
}

impl Drop for Cache {
    fn drop(&mut self) {
        self.removed();
    }
}

/// Things by what they were made of, and whether the build that goes on has used them.
#[derive(Debug)]
struct Kept<T>(HashMap<Key, (T, bool)>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<T: Clone> Kept<T> {
    fn get(&mut self, key: &Key) -> Option<T> {
        let (thing, used) = self.0.get_mut(key)?;
        *used = true;
        Some(thing.clone())
    }

    /// Lets go of what was not used since the last call.
    fn turn(&mut self) {
        self.0.retain(|_, (_, used)| core::mem::take(used));
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Cache {
    /// A compressed shard, made unless it is known.
    pub(crate) fn shard(&self, json: &[u8], make: impl FnOnce() -> (Vec<u8>, ShardRef)) -> Packed {
        let key = key_of(&json);
        if let Some(known) = locked(&self.shards).get(&key) {
            return known;
        }
        let made = Arc::new(make());
        locked(&self.shards)
            .0
            .insert(key, (Arc::clone(&made), true));
        made
    }

    /// What became of a post, if it is known.
    pub(crate) fn post(&self, key: &Key) -> Option<Arc<Finished>> {
        locked(&self.posts).get(key)
    }

    /// Keeps what became of a post.
    pub(crate) fn keep(&self, key: Key, post: Arc<Finished>) {
        locked(&self.posts).0.insert(key, (post, true));
    }

    /// A build is done: what it did not use is let go, and its site lies there.
    pub(crate) fn done(&self, site: PathBuf) {
        locked(&self.shards).turn();
        locked(&self.posts).turn();
        *locked(&self.pages) = core::mem::take(&mut *locked(&self.next_pages));
        *locked(&self.last) = Some(site);
    }

    /// Puts a file of the last bundle at `place`; false when it has none of this name. Names tell
    /// what is in a file.
    ///
    /// Linking is not only cheaper than writing: file systems take long to make thousands of files
    /// where thousands were removed a moment ago.
    pub(crate) fn link_shard(&self, name: &str, place: &Path) -> bool {
        let last = locked(&self.last).clone();
        last.is_some_and(|last| fs::hard_link(last.join("bundle").join(name), place).is_ok())
    }

    /// The same for a page, which is named after something else.
    pub(crate) fn link_page(&self, path: &str, hash: &str, place: &Path) -> bool {
        locked(&self.next_pages).insert(path.to_owned(), hash.to_owned());
        let same = locked(&self.pages)
            .get(path)
            .is_some_and(|known| known == hash);
        let last = locked(&self.last).clone().filter(|_| same);
        last.is_some_and(|last| fs::hard_link(last.join(path), place).is_ok())
    }

    /// Waits until the site before the last one is gone.
    pub(crate) fn removed(&self) {
        if let Some(thread) = locked(&self.removing).take() {
            let _ = thread.join();
        }
    }

    /// Removes a site while others read the new one.
    pub(crate) fn remove(&self, site: PathBuf) {
        self.removed();
        let thread = std::thread::spawn(move || {
            let _ = fs::remove_dir_all(site);
        });
        *locked(&self.removing) = Some(thread);
    }

    /// Forgets what was rendered: files that posts show may have changed.
    pub fn forget_posts(&self) {
        locked(&self.posts).0.clear();
    }
}

/// What all posts know of each other: rendered posts are good as long as this stays.
pub(crate) fn epoch(posts: &[Post], others: &Others, settings: &dyn Debug) -> u64 {
    let mut hasher = DefaultHasher::new();
    format!("{settings:?}").hash(&mut hasher);
    others.count().hash(&mut hasher);
    for post in posts {
        (post.root, &post.path, &post.slug, &post.source).hash(&mut hasher);
        post.date.as_ref().map(|date| &date.iso).hash(&mut hasher);
        (&post.tags, &post.categories, post.dialect).hash(&mut hasher);
        for key in ["permalink", "url", "aliases", "redirect_from", "slug"] {
            post.extra
                .get(key)
                .map(ToString::to_string)
                .hash(&mut hasher);
        }
        // Some tags show the title of the post that they lead to.
        if post.dialect == crate::dialect::Dialect::Hexo {
            post.title.hash(&mut hasher);
        }
    }
    hasher.finish()
}

/// What a post is made of.
pub(crate) fn key(epoch: u64, id: u32, post: &Post) -> Key {
    key_of(&(epoch, id, post.root, &post.path, &post.text))
}
