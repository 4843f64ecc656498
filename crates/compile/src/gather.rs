//! From folders to the list of posts: every file read, named, put in order.

use std::cmp::Ordering;
use std::path::PathBuf;

use rayon::prelude::*;

use crate::diagnostic::{Diagnostic, Severity};
use crate::dialect::Dialects;
use crate::error::Error;
use crate::options::Settings;
use crate::post::Post;
use crate::progress::Progress;
use crate::shown::Others;
use crate::source::Collected;
use crate::{read, slug, source};

/// The posts of some folders, and what was wrong with them.
#[derive(Debug)]
pub(crate) struct Gathered {
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
    /// Problems, in the order of folders and paths.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Reads all posts; the roots were checked.
pub(crate) fn gather(
    roots: &[PathBuf],
    settings: &Settings,
    progress: &Progress,
) -> Result<Gathered, Error> {
    progress.step("finding posts", 0);
    let endings = settings.extensions.as_deref();
    let Collected {
        files,
        others,
        sites,
        mut diagnostics,
    } = source::collect(roots, endings, &|done| progress.set(done));
    progress.go_on()?;
    let dialects = Dialects::of(&files, sites, settings.dialect, &settings.dialects);

    progress.step("reading posts", files.len());
    let read: Vec<(Post, Vec<Diagnostic>)> = files
        .into_par_iter()
        .map(|file| {
            let dialect = dialects.find(file.root, &file.path);
            let read = read::read_as(&file, dialect);
            progress.add(1);
            read
        })
        .collect();
    progress.go_on()?;
    let (mut posts, complaints): (Vec<_>, Vec<_>) = read.into_iter().unzip();
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
