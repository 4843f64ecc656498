//! Posts of large archives, whose texts are read a second time when they are written: all of them
//! at once would be most of what a build has in memory.

use std::fs;
use std::path::{Path, PathBuf};

use crate::cache::Key;
use crate::diagnostic::Diagnostic;
use crate::dialect::Dialect;
use crate::error::Error;
use crate::links;
use crate::post::{Post, SourceFile};
use crate::read::read_as;

/// Bytes of files up to which their texts stay in memory.
pub(crate) const IN_MEMORY: u64 = 256 << 20;

/// The file of a post without its text.
#[derive(Debug)]
pub(crate) struct Unread {
    /// Path in the posts folder.
    path: PathBuf,
    /// Path by which it is opened.
    full: PathBuf,
    hash: Key,
}

impl Unread {
    /// Reads what the file says of a post, and leaves its text where it is.
    pub(crate) fn read(
        file: SourceFile,
        full: PathBuf,
        dialect: Dialect,
    ) -> (Post, Vec<Diagnostic>, Self) {
        let (mut post, problems) = read_as(&file, dialect);
        forget(&mut post);
        let unread = Self {
            hash: Key::of_bytes(&file.bytes),
            path: file.path,
            full,
        };
        (post, problems, unread)
    }

    /// The post with its text; see [`load`].
    pub(crate) fn load(&self, post: Post) -> Result<Post, Error> {
        load(post, &self.path, &self.full, self.hash)
    }
}

/// Lets go of what [`load`] brings back.
pub(crate) fn forget(post: &mut Post) {
    post.text = String::new();
    post.raw = None;
    post.extra
        .retain(|key, _| links::KEYS.contains(&key.as_str()));
}

/// A post with the text of its file, which is `path` in the posts folder, is opened by the path `full` and had this
/// hash. What was found out about the post since stays.
///
/// # Errors
/// When the file is another by now.
pub(crate) fn load(post: Post, path: &Path, full: &Path, hash: Key) -> Result<Post, Error> {
    let changed = || Error::Changed { path: full.into() };
    let bytes = fs::read(full).map_err(|_| changed())?;
    if Key::of_bytes(&bytes) != hash {
        return Err(changed());
    }
    let file = SourceFile {
        root: post.root,
        path: path.into(),
        shown: String::new(),
        bytes,
    };
    let (mut read, _) = read_as(&file, post.dialect);
    read.slug = post.slug;
    read.file = post.file;
    Ok(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A post in a folder of its own, read without its text.
    fn unread(bytes: &[u8]) -> (tempfile::TempDir, SourceFile, Post, Unread) {
        let folder = tempfile::tempdir().unwrap();
        let full = folder.path().join("2024-07-02-a.md");
        fs::write(&full, bytes).unwrap();
        let file = SourceFile {
            root: 0,
            path: "2024-07-02-a.md".into(),
            shown: "a".into(),
            bytes: bytes.to_vec(),
        };
        let (post, _, unread) = Unread::read(file.clone(), full, Dialect::Hexo);
        (folder, file, post, unread)
    }

    #[test]
    fn what_is_left_on_disk_comes_back() {
        let head = "---\ntitle: 雨\npermalink: /rain/\nlayout: post\n---\n".as_bytes();
        for body in [&b"Text\n"[..], b"caf\xe9\n", b""] {
            let bytes = [head, body].concat();
            let (_folder, file, mut post, unread) = unread(&bytes);
            let (mut whole, _) = read_as(&file, Dialect::Hexo);
            assert!(post.text.is_empty() && post.raw.is_none());
            assert_eq!(post.size, whole.text.len());
            assert_eq!(post.extra.keys().collect::<Vec<_>>(), ["permalink"]);
            // What was found out meanwhile stays.
            post.slug = "other".into();
            post.file = 7;
            let loaded = unread.load(post).unwrap();
            (whole.slug, whole.file) = ("other".into(), 7);
            assert_eq!(format!("{loaded:?}"), format!("{whole:?}"));
        }
    }

    #[test]
    fn another_text_is_noticed() {
        let (folder, file, post, unread) = unread(b"one\n");
        fs::write(folder.path().join(&file.path), b"two\n").unwrap();
        assert!(matches!(unread.load(post), Err(Error::Changed { .. })));
    }
}
