//! The files of posts while a build goes on: what is known of each, and how its text is got when it
//! is needed after all.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::image::{Bytes, PostEntry};
use super::key::Key;
use super::read;
use super::reuse::Reuse;
use super::stat::Stat;
use crate::diagnostic::Diagnostic;
use crate::dialect::{Dialect, Looks};
use crate::error::Error;
use crate::post::{Post, SourceFile};
use crate::read::read_as;
use crate::source::{Found, path_bytes};
use crate::unread;

/// A file that was found, and read if it had to be.
#[derive(Debug)]
pub(crate) struct Input<'a> {
    found: Found,
    /// Nothing when the file is known without having been read.
    bytes: Option<Vec<u8>>,
    stat: Option<Stat>,
    hash: Key,
    /// What is known of a file with these bytes.
    known: Option<PostEntry<'a>>,
    looks: OnceLock<Vec<u8>>,
}

/// One file of a post.
#[derive(Debug)]
pub(crate) struct Filed<'a> {
    root: usize,
    path: PathBuf,
    path_bytes: Vec<u8>,
    full: PathBuf,
    dialect: Dialect,
    stat: Option<Stat>,
    hash: Key,
    looks: Option<Cow<'a, [u8]>>,
    read: Cow<'a, [u8]>,
    /// What is kept of the post that was rendered; nothing when it was not.
    pub(crate) outcome: Option<Cow<'a, [u8]>>,
}

impl<'a> Input<'a> {
    /// Looks at a file, and reads it unless it is as it was.
    pub(crate) fn take(found: Found, reuse: &Reuse<'a>) -> Result<Self, Box<Diagnostic>> {
        let stat = Stat::of(&found.look()?);
        let path = path_bytes(&found.path);
        let known = reuse.post(found.root, &path);
        let unchanged = known.filter(|known| known.stat == Some(stat));
        let (bytes, hash) = match &unchanged {
            Some(known) => (None, known.hash),
            None => {
                let bytes = found.bytes()?;
                let hash = Key::of_bytes(&bytes);
                (Some(bytes), hash)
            }
        };
        Ok(Self {
            bytes,
            hash,
            stat: reuse.settled(stat),
            known: known.filter(|known| known.hash == hash),
            looks: OnceLock::new(),
            found,
        })
    }

    /// Number of bytes that are held.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes.as_ref().map_or(0, Vec::len)
    }

    /// Lets go of them; they are read again when they are needed.
    pub(crate) fn forget(&mut self) {
        self.bytes = None;
    }

    /// The post, without its text where that is known; what is wrong with it; and its file.
    pub(crate) fn post(self, dialect: Dialect) -> (Post, Vec<Diagnostic>, Filed<'a>) {
        let path = path_bytes(&self.found.path);
        let shown = self.found.shown();
        let mut filed = Filed {
            root: self.found.root,
            path_bytes: path.clone(),
            dialect,
            stat: self.stat,
            hash: self.hash,
            looks: self.looks.into_inner().map(Cow::Owned),
            read: Cow::Borrowed(&[]),
            outcome: None,
            path: self.found.path,
            full: self.found.full,
        };
        if let Some(known) = &self.known {
            filed.outcome = known.outcome.map(|outcome| Cow::Borrowed(outcome.0));
            if filed.looks.is_none() {
                filed.looks = known.marks.map(|marks| Cow::Borrowed(marks.0));
            }
            let place = (filed.root, path);
            if let Some((post, problems)) = read::decode(known.read.0, place, &shown, dialect) {
                filed.read = Cow::Borrowed(known.read.0);
                return (post, problems, filed);
            }
        }
        let bytes = self.bytes.unwrap_or_else(|| {
            // It is known by other means and read as something else now.
            let bytes = fs::read(&filed.full).unwrap_or_default();
            let hash = Key::of_bytes(&bytes);
            if hash != filed.hash {
                // It changed a moment ago.
                (filed.hash, filed.stat, filed.outcome) = (hash, None, None);
            }
            bytes
        });
        let (post, problems) = filed.read_as(bytes, shown);
        filed.read = Cow::Owned(read::encode(&post, &problems));
        (post, problems, filed)
    }
}

impl Looks for Input<'_> {
    fn root(&self) -> usize {
        self.found.root
    }

    fn path(&self) -> &Path {
        &self.found.path
    }

    fn looks(&self) -> Vec<u8> {
        if let Some(Bytes(marks)) = self.known.and_then(|known| known.marks) {
            return marks.to_vec();
        }
        let looks = || self.found.looks(self.bytes.as_deref());
        self.looks.get_or_init(looks).clone()
    }
}

impl Filed<'_> {
    fn read_as(&self, bytes: Vec<u8>, shown: String) -> (Post, Vec<Diagnostic>) {
        let file = SourceFile {
            root: self.root,
            path: self.path.clone(),
            shown,
            bytes,
        };
        read_as(&file, self.dialect)
    }

    /// Reads the text of a post that was known without it; see [`unread::load`].
    pub(crate) fn load(&self, post: Post) -> Result<Post, Error> {
        unread::load(post, &self.path, &self.full, self.hash)
    }

    /// What the post is made of.
    pub(crate) fn input(&self, post: &Post) -> Key {
        read::input(self.hash, post)
    }

    /// What is kept of it.
    pub(super) fn entry(&self) -> PostEntry<'_> {
        PostEntry {
            root: self.root,
            path: Bytes(&self.path_bytes),
            stat: self.stat,
            hash: self.hash,
            marks: self.looks.as_deref().map(Bytes),
            read: Bytes(&self.read),
            outcome: self.outcome.as_deref().map(Bytes),
        }
    }
}
