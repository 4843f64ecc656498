//! From folders to the list of posts: every file read, named, put in order.

use std::cmp::Ordering;
use std::path::{Path, PathBuf};
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
use crate::source::{Collected, Found};
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

/// Reads all posts, but for what is reused; the roots were checked. Texts that are too many are
/// left on disk.
pub(crate) fn gather<'a>(
    roots: &[PathBuf],
    settings: &Settings,
    reuse: Option<&Reuse<'a>>,
    progress: &Progress,
) -> Result<Gathered<'a>, Error> {
    let Some(reuse) = reuse else {
        let bytes = AtomicU64::new(0);
        let take = |found: Found| {
            let full = found.full.clone();
            let file = found.read()?;
            bytes.fetch_add(file.bytes.len() as u64, Relaxed);
            Ok(Whole { file, full })
        };
        return gather_by(roots, settings, progress, &take, &|whole, dialect| {
            // All files were found by now.
            if unread::are_too_many(bytes.load(Relaxed)) {
                let (post, complaints, unread) = Unread::read(whole.file, whole.full, dialect);
                return (post, complaints, Kept::Unread(unread));
            }
            let (post, complaints) = read::read_as(&whole.file, dialect);
            (post, complaints, Kept::Nothing)
        });
    };
    let take = |found| Input::take(found, reuse);
    gather_by(roots, settings, progress, &take, &|input, dialect| {
        let (post, complaints, file) = input.post(dialect);
        (post, complaints, Kept::Filed(Box::new(file)))
    })
}

/// Reads all posts with their texts, to look at them; the roots were checked.
pub(crate) fn gather_whole(
    roots: &[PathBuf],
    settings: &Settings,
    progress: &Progress,
) -> Result<Gathered<'static>, Error> {
    gather_by(roots, settings, progress, &Found::read, &|file, dialect| {
        let (post, complaints) = read::read_as(&file, dialect);
        (post, complaints, Kept::Nothing)
    })
}

/// A file that was read, and the path by which it is opened.
struct Whole {
    file: SourceFile,
    full: PathBuf,
}

impl Looks for Whole {
    fn root(&self) -> usize {
        self.file.root()
    }

    fn path(&self) -> &Path {
        self.file.path()
    }

    fn looks(&self) -> Vec<u8> {
        self.file.looks()
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
    roots: &[PathBuf],
    settings: &Settings,
    progress: &Progress,
    take: &(dyn Fn(Found) -> Result<T, Box<Diagnostic>> + Sync),
    read: &(dyn Fn(T, Dialect) -> (Post, Vec<Diagnostic>, Kept<'a>) + Sync),
) -> Result<Gathered<'a>, Error> {
    progress.step("finding posts", 0);
    let endings = settings.extensions.as_deref();
    let Collected {
        files,
        others,
        sites,
        mut diagnostics,
    } = source::collect(roots, endings, take, &|done| progress.set(done));
    progress.go_on()?;
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
        others: Others::of(&others),
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
