//! What one build takes from the one before it, and what it leaves for the next.
//!
//! Nothing is believed of the site that stands there but what can be seen to be so: a file is
//! taken when its length and its time are those that were kept, or else when its bytes are.

use core::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use foldhash::HashMap;
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};
use shelfmark_bundle::{Picture, ShardRef};

use super::Memory;
use super::filed::Filed;
use super::image::{
    Bytes, FileEntry, Image, Names, PictureEntry, PostEntry, Reference, SearchEntry, SpanEntry,
};
use super::key::Key;
use super::stat::{Stat, Time};
use crate::bundle::Finished;
use crate::error::Error;
use crate::publish::write_new;
use crate::source::Listing;

/// The files of a site by their paths in it, as far as they are as they were written.
type Files<'a> = HashMap<&'a str, FileEntry>;

/// What one build takes from the one before it, and what it leaves for the next.
pub(crate) struct Reuse<'a> {
    begun: Time,
    /// Where the site before stands.
    site: PathBuf,
    /// Whether the new one is made of a spare tree, in which files may be already.
    spare: bool,
    posts: HashMap<(usize, &'a [u8]), PostEntry<'a>>,
    names: Vec<Names>,
    spans: HashMap<Key, SpanEntry>,
    searches: HashMap<Key, SearchEntry>,
    shards: HashMap<Key, Reference>,
    files: Files<'a>,
    pictures: HashMap<&'a [u8], PictureEntry>,
    /// Of a program that builds again and again.
    memory: Option<&'a Memory>,
    next: Mutex<Next>,
}

/// What is left for the next build.
#[derive(Default)]
struct Next {
    files: HashMap<String, Written>,
    spans: Vec<(Key, SpanEntry)>,
    searches: Vec<(Key, SearchEntry)>,
    shards: HashMap<Key, Reference>,
    pictures: HashMap<PathBuf, PictureEntry>,
}

/// A file of the new site.
#[derive(Clone, Copy)]
enum Written {
    /// One of the site before.
    Kept(FileEntry),
    /// A new one, and what it was made of.
    New(Reference, Option<Key>),
}

impl fmt::Debug for Reuse<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reuse")
    }
}

pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<'a> Reuse<'a> {
    /// Looks at what is kept, and at the site that stands at `site`.
    pub(super) fn begin(
        image: Image<'a>,
        site: &Path,
        begun: Time,
        spare: bool,
        memory: Option<&'a Memory>,
    ) -> Self {
        let files = whole(&image.files, site);
        let posts = image.posts.into_iter();
        let pictures = image.pictures.into_iter();
        Self {
            begun,
            site: site.to_owned(),
            spare,
            posts: posts.map(|post| ((post.root, post.path.0), post)).collect(),
            names: image.names,
            spans: image.spans.into_iter().collect(),
            searches: image.searches.into_iter().collect(),
            shards: image.shards.into_iter().collect(),
            files,
            pictures: pictures.map(|(path, picture)| (path.0, picture)).collect(),
            memory,
            next: Mutex::default(),
        }
    }

    /// The file of a post, as it was in the build before.
    pub(super) fn post(&self, root: usize, path: &[u8]) -> Option<PostEntry<'a>> {
        self.posts.get(&(root, path)).copied()
    }

    /// What is to be kept of a file of this look; nothing when it may change without being seen.
    pub(crate) fn settled(&self, stat: Stat) -> Option<Stat> {
        stat.is_settled(self.begun).then_some(stat)
    }

    /// What was found in these posts folders, if nothing has come or gone since.
    pub(crate) fn listing(
        &self,
        roots: &[PathBuf],
        endings: Option<&[String]>,
    ) -> Option<Arc<Listing>> {
        let listing = locked(&self.memory?.listing).clone();
        listing.filter(|listing| listing.is_of(roots, endings))
    }

    /// Keeps what was found in the posts folders.
    pub(crate) fn keep_listing(&self, listing: &Arc<Listing>) {
        if let Some(memory) = self.memory {
            *locked(&memory.listing) = Some(Arc::clone(listing));
        }
    }

    /// The names that posts and files had.
    pub(crate) fn names(&self) -> &[Names] {
        &self.names
    }

    /// What was written of the posts of a list shard, if its files are there.
    pub(crate) fn span(&self, key: &Key) -> Option<&SpanEntry> {
        let span = self.spans.get(key)?;
        span.files()
            .all(|name| self.has_shard(&name))
            .then_some(span)
    }

    /// Keeps what was written of the posts of a list shard.
    pub(crate) fn keep_span(&self, key: Key, span: SpanEntry) {
        locked(&self.next).spans.push((key, span));
    }

    /// What was written for searching some posts, if its files are there.
    pub(crate) fn search(&self, key: &Key) -> Option<&SearchEntry> {
        let search = self.searches.get(key)?;
        let mut files = search.files.iter();
        files.all(|name| self.has_shard(name)).then_some(search)
    }

    /// Keeps what was written for searching some posts.
    pub(crate) fn keep_search(&self, key: Key, search: SearchEntry) {
        locked(&self.next).searches.push((key, search));
    }

    /// The shard that was made of this.
    pub(crate) fn shard(&self, key: &Key) -> Option<ShardRef> {
        let shard = self.shards.get(key)?;
        locked(&self.next).shards.insert(*key, *shard);
        Some(shard.into())
    }

    /// Keeps what a shard was made of.
    pub(crate) fn keep_shard(&self, key: Key, shard: &ShardRef) {
        locked(&self.next).shards.insert(key, shard.into());
    }

    /// What a picture on disk was found to be; the inner nothing is that it is none.
    pub(crate) fn picture(
        &self,
        path: &Path,
        stat: &Stat,
    ) -> Option<Option<(ShardRef, &'static str)>> {
        let known = self.pictures.get(path.as_os_str().as_encoded_bytes())?;
        if known.stat != *stat {
            return None;
        }
        let copy = match &known.copy {
            Some((shard, kind)) => {
                let kind = Picture::KINDS.get(usize::from(*kind))?;
                Some((ShardRef::from(shard), *kind))
            }
            None => None,
        };
        locked(&self.next).pictures.insert(path.to_owned(), *known);
        Some(copy)
    }

    /// Keeps what a picture on disk was found to be.
    pub(crate) fn keep_picture(&self, path: &Path, stat: Stat, copy: Option<(&ShardRef, &str)>) {
        if let Some(stat) = self.settled(stat) {
            let copy = copy.map(|(shard, kind)| (shard.into(), kind_number(kind)));
            let entry = PictureEntry { stat, copy };
            locked(&self.next).pictures.insert(path.to_owned(), entry);
        }
    }

    /// A post that was rendered under this key in an earlier build of this program's run.
    pub(crate) fn finished(&self, key: &Key) -> Option<Arc<Finished>> {
        locked(&self.memory?.finished).get(key)
    }

    /// Keeps a post that was rendered.
    pub(crate) fn keep_finished(&self, key: Key, post: &Arc<Finished>) {
        if let Some(memory) = self.memory {
            locked(&memory.finished).insert(key, Arc::clone(post));
        }
    }

    /// Whether rendered posts are kept.
    pub(crate) fn keeps_finished(&self) -> bool {
        self.memory.is_some()
    }

    /// Whether the site before has a file of the bundle of this name: it tells what is in it.
    pub(crate) fn has_shard(&self, name: &str) -> bool {
        self.files.contains_key(in_bundle(name).as_str())
    }

    /// Whether it has a file at this path that was made of the same.
    pub(crate) fn has_page(&self, path: &str, made_of: &Key) -> bool {
        let file = self.files.get(path);
        file.is_some_and(|file| file.made_of == Some(*made_of))
    }

    /// Puts a file of the bundle before at `place`; nothing when there is none of this name.
    pub(crate) fn take_shard(&self, name: &str, place: &Path) -> Result<Option<ShardRef>, Error> {
        let path = in_bundle(name);
        match self.files.get(path.as_str()) {
            Some(file) => self.take(&path, *file, place).map(Some),
            None => Ok(None),
        }
    }

    /// Puts a page of the site before at `place`, if it was made of the same.
    pub(crate) fn take_page(
        &self,
        path: &str,
        made_of: &Key,
        place: &Path,
    ) -> Result<Option<ShardRef>, Error> {
        match self.files.get(path) {
            Some(file) if file.made_of == Some(*made_of) => self.take(path, *file, place).map(Some),
            _ => Ok(None),
        }
    }

    /// Linking is not only cheaper than writing: it takes no room on the disk.
    fn take(&self, path: &str, file: FileEntry, place: &Path) -> Result<ShardRef, Error> {
        let from = self.site.join(path);
        let changed = || Error::Changed { path: from.clone() };
        let is_there = || {
            let stat = fs::symlink_metadata(place).map(|data| Stat::of(&data));
            stat.is_ok_and(|stat| (stat.size, stat.modified) == (file.shard.bytes, file.modified))
        };
        let entry = if self.spare && is_there() {
            Written::Kept(file)
        } else {
            if self.spare && fs::symlink_metadata(place).is_ok() {
                fs::remove_file(place).map_err(Error::file("remove", place))?;
            }
            let linked = match fs::hard_link(&from, place) {
                Ok(()) => true,
                // Two posts show one picture.
                Err(error) => error.kind() == io::ErrorKind::AlreadyExists,
            };
            if linked {
                // Somebody else may have put another site there in the meantime.
                if !is_there() {
                    return Err(changed());
                }
                Written::Kept(file)
            } else {
                let bytes = fs::read(&from).map_err(|_| changed())?;
                if Sha256::digest(&bytes)[..] != file.shard.hash {
                    return Err(changed());
                }
                write_new(place, &bytes)?;
                Written::New(file.shard, file.made_of)
            }
        };
        locked(&self.next).files.insert(path.to_owned(), entry);
        Ok((&file.shard).into())
    }

    /// Whether the new site has a file at this path, written or taken over.
    pub(crate) fn made(&self, path: &str) -> bool {
        locked(&self.next).files.contains_key(path)
    }

    /// A file of the bundle was written.
    pub(crate) fn wrote_shard(&self, name: &str, shard: &ShardRef) {
        let new = Written::New(shard.into(), None);
        locked(&self.next).files.insert(in_bundle(name), new);
    }

    /// A page was written.
    pub(crate) fn wrote_page(&self, path: &str, page: &ShardRef, made_of: Option<Key>) {
        let new = Written::New(page.into(), made_of);
        locked(&self.next).files.insert(path.to_owned(), new);
    }

    /// A file of the bundle was removed again.
    pub(crate) fn removed_shard(&self, name: &str) {
        locked(&self.next).files.remove(&in_bundle(name));
    }

    /// The image for the next build, of a site that lies in `folder`; about so many bytes.
    pub(super) fn image(
        &self,
        posts: &[Filed<'_>],
        names: Vec<Names>,
        folder: &Path,
        about: usize,
    ) -> Vec<u8> {
        let next = core::mem::take(&mut *locked(&self.next));
        let mut files: Vec<(&str, FileEntry)> = next
            .files
            .par_iter()
            .filter_map(|(path, written)| {
                let entry = match *written {
                    Written::Kept(entry) => entry,
                    Written::New(shard, made_of) => {
                        let data = fs::symlink_metadata(folder.join(path)).ok()?;
                        FileEntry {
                            shard,
                            modified: Stat::of(&data).modified,
                            made_of,
                        }
                    }
                };
                Some((path.as_str(), entry))
            })
            .collect();
        files.sort_unstable_by_key(|(path, _)| *path);
        let mut shards: Vec<_> = next.shards.into_iter().collect();
        shards.sort_unstable_by_key(|(key, _)| *key);
        let mut pictures: Vec<_> = next
            .pictures
            .iter()
            .map(|(path, picture)| (Bytes(path.as_os_str().as_encoded_bytes()), *picture))
            .collect();
        pictures.sort_unstable_by_key(|(path, _)| path.0);
        let image = Image {
            posts: posts.iter().map(Filed::entry).collect(),
            names,
            spans: next.spans,
            searches: next.searches,
            shards,
            files,
            pictures,
        };
        postcard::to_extend(&image, Vec::with_capacity(about)).unwrap_or_default()
    }
}

/// The files that are as they were written.
fn whole<'a>(files: &[(&'a str, FileEntry)], site: &Path) -> Files<'a> {
    let look = |(path, file): &(&'a str, FileEntry)| {
        let place = site.join(path);
        let data = fs::symlink_metadata(&place).ok()?;
        let stat = Stat::of(&data);
        if !data.is_file() || stat.size != file.shard.bytes {
            return None;
        }
        // What another program brought here, or unpacked, may have another time.
        if stat.modified != file.modified {
            let bytes = fs::read(&place).ok()?;
            if Sha256::digest(&bytes)[..] != file.shard.hash {
                return None;
            }
        }
        let file = FileEntry {
            modified: stat.modified,
            ..*file
        };
        Some((*path, file))
    };
    files.par_iter().filter_map(look).collect()
}

/// The number of a kind of picture.
pub(crate) fn kind_number(kind: &str) -> u8 {
    let place = Picture::KINDS.iter().position(|other| *other == kind);
    place
        .and_then(|place| u8::try_from(place).ok())
        .unwrap_or(u8::MAX)
}

fn in_bundle(name: &str) -> String {
    ["bundle/", name].concat()
}

impl SpanEntry {
    /// Names of all files.
    pub(crate) fn files(&self) -> impl Iterator<Item = String> {
        use crate::shard::PACKED;
        use shelfmark_bundle::{ShardKind, numbered};
        let list = ShardRef::from(&self.list).file_name(ShardKind::List);
        let groups = self.groups.iter().flat_map(|group| {
            let table = ShardRef::from(&group.table);
            let bodies: Vec<String> = if group.bytes.is_empty() {
                let places = 0..group.posts.len();
                let name = |place| numbered(ShardKind::Body, &table, &[place]);
                places.map(name).collect()
            } else {
                let packs = 0..group.posts.len().div_ceil(PACKED);
                let name = |pack| numbered(ShardKind::Body, &table, &[PACKED, pack]);
                packs.map(name).collect()
            };
            core::iter::once(table.file_name(ShardKind::Group)).chain(bodies)
        });
        core::iter::once(list).chain(groups)
    }
}
