//! From folders to the list of posts: every file read, named, put in order.

use std::cmp::Ordering;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use rayon::prelude::*;

use crate::cache::{Filed, Input, Reuse};
use crate::diagnostic::{Diagnostic, Severity};
use crate::dialect::{Dialect, Dialects, Looks};
use crate::error::Error;
use crate::options::Settings;
use crate::post::{Post, SourceFile};
use crate::progress::Progress;
use crate::shown::Others;
use crate::source::{Found, Listing};
use crate::unread::{self, Unread};
use crate::{read, slug, source};

/// The posts of some folders, and what was wrong with them.
#[derive(Debug)]
pub(crate) struct Gathered<'a> {
    /// Posts to publish: undated ones first, then oldest first; the index is the id.
    pub(crate) posts: Vec<Post>,
    /// Files found, with drafts and unreadable ones.
    pub(crate) found: usize,
    /// Drafts that were left out.
    pub(crate) drafts: usize,
    /// Files beside the posts.
    pub(crate) others: Others,
    /// What the posts were written for.
    pub(crate) dialects: Dialects,
    /// The files of all posts, where something is reused: see [`Post::file`].
    pub(crate) files: Vec<Filed<'a>>,
    /// The same where the texts were too much to keep, and nothing is reused.
    pub(crate) unread: Vec<Unread>,
    /// Problems, in the order of folders and paths.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Reads all posts, but for what is reused; the roots were checked. Texts of more than `limit` bytes
/// are left on disk.
pub(crate) fn gather<'a>(
    roots: &[PathBuf],
    settings: &Settings,
    reuse: Option<&Reuse<'a>>,
    limit: u64,
    progress: &Progress,
) -> Result<Gathered<'a>, Error> {
    let listing = find(roots, settings, reuse, progress);
    let bytes = AtomicU64::new(0);
    // Files that come after the limit are let go of at once, all of them once all were found.
    let too_many = |more: usize| {
        let more = more as u64;
        bytes.fetch_add(more, Relaxed) + more > limit
    };
    let Some(reuse) = reuse else {
        let take = |found: Found| {
            let length = usize::try_from(found.look()?.len()).unwrap_or(usize::MAX);
            let bytes = if too_many(length) {
                found.open()?;
                None
            } else {
                Some(found.bytes()?)
            };
            Ok(Whole { found, bytes })
        };
        return gather_by(&listing, settings, progress, &take, &|whole, dialect| {
            let (file, full) = whole.file();
            if too_many(0) {
                let (post, complaints, unread) = Unread::read(file, full, dialect);
                return (post, complaints, Kept::Unread(unread));
            }
            let (post, complaints) = read::read_as(&file, dialect);
            (post, complaints, Kept::Nothing)
        });
    };
    let take = |found| {
        let mut input = Input::take(found, reuse)?;
        if too_many(input.bytes()) {
            input.forget();
        }
        Ok(input)
    };
    gather_by(&listing, settings, progress, &take, &|input, dialect| {
        let (mut post, complaints, file) = input.post(dialect);
        if too_many(0) {
            unread::forget(&mut post);
        }
        (post, complaints, Kept::Filed(Box::new(file)))
    })
}

/// Reads all posts with their texts, to look at them; the roots were checked.
pub(crate) fn gather_whole(
    roots: &[PathBuf],
    settings: &Settings,
    progress: &Progress,
) -> Result<Gathered<'static>, Error> {
    let listing = find(roots, settings, None, progress);
    gather_by(
        &listing,
        settings,
        progress,
        &Found::read,
        &|file, dialect| {
            let (post, complaints) = read::read_as(&file, dialect);
            (post, complaints, Kept::Nothing)
        },
    )
}

/// Finds all posts, unless it is remembered where they are.
fn find(
    roots: &[PathBuf],
    settings: &Settings,
    reuse: Option<&Reuse<'_>>,
    progress: &Progress,
) -> Arc<Listing> {
    progress.step("finding posts", 0);
    let endings = settings.extensions.as_deref();
    if let Some(known) = reuse.and_then(|reuse| reuse.listing(roots, endings)) {
        return known;
    }
    let listing = Arc::new(Listing::of(roots, endings));
    if let Some(reuse) = reuse {
        reuse.keep_listing(&listing);
    }
    listing
}

/// A file that was found, and its bytes, unless there are too many of all files.
struct Whole {
    found: Found,
    bytes: Option<Vec<u8>>,
}

impl Whole {
    /// The file with its bytes, and the path by which it is opened. A file that is gone by now has
    /// none; it is missed when its text is read again.
    fn file(self) -> (SourceFile, PathBuf) {
        let bytes = self.bytes.or_else(|| self.found.bytes().ok());
        let full = self.found.full.clone();
        (self.found.with(bytes.unwrap_or_default()), full)
    }
}

impl Looks for Whole {
    fn root(&self) -> usize {
        self.found.root
    }

    fn path(&self) -> &Path {
        &self.found.path
    }

    fn looks(&self) -> Vec<u8> {
        self.found.looks(self.bytes.as_deref())
    }
}

/// What is kept of a file beside its post.
enum Kept<'a> {
    Nothing,
    Unread(Unread),
    Filed(Box<Filed<'a>>),
}

/// Gathers posts of files that are taken and understood in these ways.
fn gather_by<'a, T: Looks + Send>(
    listing: &Listing,
    settings: &Settings,
    progress: &Progress,
    take: &(dyn Fn(Found) -> Result<T, Box<Diagnostic>> + Sync),
    read: &(dyn Fn(T, Dialect) -> (Post, Vec<Diagnostic>, Kept<'a>) + Sync),
) -> Result<Gathered<'a>, Error> {
    let (files, mut diagnostics) = source::collect(listing, take, &|done| progress.set(done));
    progress.go_on()?;
    let sites = listing.sites.clone();
    let dialects = Dialects::of(&files, sites, settings.dialect, &settings.dialects);

    progress.step("reading posts", files.len());
    let read: Vec<(Post, Vec<Diagnostic>, Kept<'a>)> = files
        .into_par_iter()
        .map(|file| {
            let dialect = dialects.find(file.root(), file.path());
            let read = read(file, dialect);
            progress.add(1);
            read
        })
        .collect();
    progress.go_on()?;
    let mut posts = Vec::with_capacity(read.len());
    let mut complaints = Vec::with_capacity(read.len());
    let (mut files, mut unread) = (Vec::new(), Vec::new());
    for (number, (mut post, of_post, kept)) in read.into_iter().enumerate() {
        post.file = number;
        posts.push(post);
        complaints.push(of_post);
        match kept {
            Kept::Nothing => {}
            Kept::Unread(file) => unread.push(file),
            Kept::Filed(file) => files.push(*file),
        }
    }
    let unreadable = diagnostics
        .iter()
        .filter(|problem| problem.severity == Severity::Error)
        .count();
    for (post, complaints) in posts.iter().zip(complaints) {
        diagnostics.extend(
            complaints
                .into_iter()
                .filter(|problem| concerns(post, problem, settings)),
        );
    }

    // Drafts take part, so that a post's slug does not depend on whether they are published.
    slug::assign(&mut posts);
    let found = posts.len() + unreadable;
    if !settings.drafts {
        posts.retain(|post| !post.draft);
    }
    let drafts = found - unreadable - posts.len();
    posts.sort_by(order);
    Ok(Gathered {
        posts,
        found,
        drafts,
        others: Others::of(&listing.others),
        dialects,
        files,
        unread,
        diagnostics,
    })
}

/// Tells whether a problem of a post is one: a draft that is left out may be broken, and no draft
/// needs a date yet.
fn concerns(post: &Post, problem: &Diagnostic, settings: &Settings) -> bool {
    !post.draft || (settings.drafts && problem.code != "date-missing")
}

/// Undated posts first, then by date; equal ones by path and folder, which differ.
fn order(a: &Post, b: &Post) -> Ordering {
    let key = |post: &Post| post.date.as_ref().map(|date| date.millis);
    key(a)
        .cmp(&key(b))
        .then_with(|| a.path.cmp(&b.path))
        .then_with(|| a.root.cmp(&b.root))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::Cache;
    use crate::options::BuildOptions;

    #[test]
    fn texts_that_are_left_on_disk_make_the_same_posts() {
        let folder = tempfile::tempdir().unwrap();
        let roots = [folder.path().join("posts")];
        let settings = BuildOptions::default().settled().unwrap();
        let progress = Progress::silent();
        std::fs::create_dir(&roots[0]).unwrap();
        for (name, text) in [
            (
                "2024-07-02-a.md",
                "---\ntitle: A\nlayout: post\n---\nText\n",
            ),
            ("2024-07-01-b.md", "caf\u{e9}\n"),
            ("c.md", ""),
        ] {
            std::fs::write(roots[0].join(name), text).unwrap();
        }
        let gather = |reuse, limit| gather(&roots, &settings, reuse, limit, &progress).unwrap();
        let shown = |posts: Vec<Post>| -> Vec<String> {
            posts.iter().map(|post| format!("{post:?}")).collect()
        };
        let whole = shown(gather(None, u64::MAX).posts);
        assert_eq!(whole.len(), 3);

        let Gathered { posts, unread, .. } = gather(None, 3);
        assert!(posts.iter().all(|post| post.text.is_empty()));
        let load = |post: Post| unread[post.file].load(post).unwrap();
        assert_eq!(shown(posts.into_iter().map(load).collect()), whole);

        let cache = Cache::open(&folder.path().join("cache")).unwrap().unwrap();
        let reuse = cache.begin(&[], &folder.path().join("site"));
        let Gathered { posts, files, .. } = gather(Some(&reuse), 3);
        assert!(posts.iter().all(|post| post.text.is_empty()));
        let load = |post: Post| files[post.file].load(post).unwrap();
        assert_eq!(shown(posts.into_iter().map(load).collect()), whole);
    }
}
