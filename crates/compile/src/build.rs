//! The whole way from folders of posts to a published site.
//!
//! Everything that can refuse the work comes first, so that a refused build touches nothing; the
//! last step is the exchange in `publish.rs`.

use std::path::{Path, PathBuf};
use std::time::Instant;

use rayon::prelude::*;

use crate::bundle;
use crate::cache::{Cache, Reuse};
use crate::diagnostic::Diagnostic;
use crate::disk;
use crate::error::Error;
use crate::explain::Explanation;
use crate::gather::{Gathered, gather, gather_whole};
use crate::inspect::Inspection;
use crate::install;
use crate::large;
use crate::links::Links;
use crate::options::{BuildOptions, Settings};
use crate::pictures::Pictures;
use crate::progress::Progress;
use crate::publish::{Place, Staging, as_known, real_path};
use crate::seal::{self, Seal};
use crate::sign::signer;
use crate::site::{self, Viewer};
use crate::source;
use crate::summary::Summary;
use crate::unread;

/// Builds and publishes a site.
///
/// # Errors
/// When the work is refused or fails; what stood in the place of the site is then still there.
pub fn build(
    options: &BuildOptions,
    viewer: Viewer<'_>,
    progress: &Progress,
) -> Result<Summary, Error> {
    let folder = options.settled()?.cache;
    let cache = match &folder {
        Some(folder) => open_cache(folder, options)?,
        None => None,
    };
    build_with(options, viewer, cache.as_ref(), progress)
        .map_err(|error| as_known(error, &options.out))
}

/// Opens the cache, which must not be a part of the site, nor of the posts.
fn open_cache(folder: &Path, options: &BuildOptions) -> Result<Option<Cache>, Error> {
    let place = real_path(folder)?;
    let site = real_path(&options.out)?;
    let refused = |what: &str, other: &Path| {
        Error::refused(
            format!(
                "the cache `{}` would lie inside the {what} `{}`",
                folder.display(),
                other.display()
            ),
            "give a folder beside it",
        )
    };
    if place.starts_with(&site) {
        return Err(refused("site", &options.out));
    }
    if Cache::owns(&place, &site) {
        return Err(Error::refused(
            format!(
                "the site `{}` would lie where the cache `{}` keeps what is its own",
                options.out.display(),
                folder.display()
            ),
            "give a folder beside it",
        ));
    }
    for posts in &options.posts {
        // Folders with such names are not looked into for posts.
        let hidden = |path: &Path| {
            path.iter()
                .any(|part| part.as_encoded_bytes().starts_with(b"."))
        };
        let inside = place.strip_prefix(real_path(posts)?);
        if inside.is_ok_and(|inside| !hidden(inside)) {
            return Err(refused("posts folder", posts));
        }
    }
    Cache::open(folder)
}

/// Builds and publishes a site, with what was kept of the last build.
///
/// # Errors
/// As [`build`].
pub(crate) fn build_with(
    options: &BuildOptions,
    viewer: Viewer<'_>,
    cache: Option<&Cache>,
    progress: &Progress,
) -> Result<Summary, Error> {
    let Some(cache) = cache else {
        return match attempt(options, viewer, None, progress) {
            // Texts that are read a second time may have changed in between, but hardly twice.
            Err(Error::Changed { .. }) => attempt(options, viewer, None, progress),
            done => done,
        };
    };
    let image = cache.image(&options.settled()?);
    let reuse = cache.begin(&image, &options.out);
    match attempt(options, viewer, Some((cache, &reuse)), progress) {
        // What was taken for unchanged was not: nothing is taken for it this time.
        Err(Error::Changed { .. }) => {
            let reuse = cache.begin(&[], &options.out);
            attempt(options, viewer, Some((cache, &reuse)), progress)
        }
        done => done,
    }
}

fn attempt(
    options: &BuildOptions,
    viewer: Viewer<'_>,
    cache: Option<(&Cache, &Reuse<'_>)>,
    progress: &Progress,
) -> Result<Summary, Error> {
    let started = Instant::now();
    site::check(viewer)?;
    check_roots(&options.posts)?;
    let settings = options.settled()?;
    let pictures = Pictures::new(&options.posts, &settings.assets)?;
    let place = Place::check(&options.out, &options.posts)?;
    let key = settings.sign.as_deref();
    let seal = key
        .map(|key| Seal::begin(key, settings.signed_at, &options.out))
        .transpose()?;
    if settings.static_pages() {
        place.check_pages(&options.out)?;
    }

    let reuse = cache.map(|(_, reuse)| reuse);
    let mut gathered = gather(
        &options.posts,
        &settings,
        reuse,
        unread::IN_MEMORY,
        progress,
    )?;
    let drafts = gathered.drafts;
    let mut diagnostics = options.passed_over();
    diagnostics.append(&mut gathered.diagnostics);
    if gathered.found == 0 && !options.allow_empty {
        return Err(nothing_found(&options.posts));
    }
    let unread = gathered.posts.is_empty() && drafts == 0;
    if unread && !options.allow_empty {
        return Err(Error::Unreadable { diagnostics });
    }
    large::refuse(&gathered.posts, &options.posts)?;
    if settings.strict && !diagnostics.is_empty() {
        return Err(Error::Strict { diagnostics });
    }

    let spare = cache.map(|(cache, _)| cache.spare());
    let staging = Staging::begin(&place, spare.as_deref())?;
    let site = staging.path();
    let reuse = cache.map(|(cache, reuse)| (reuse, cache.is_quick()));
    let mut written = bundle::write(gathered, &settings, pictures, site, reuse, progress)
        .map_err(|error| large::named(error, &options.posts))?;
    if let Some((reuse, _)) = reuse {
        staging.sweep(&|path| reuse.made(path))?;
    }
    let disk = settings.file_urls.unwrap_or_default();
    let files = site::write(viewer, &written.manifest, disk, site)?;
    let viewer_files = files.len();
    let viewer_bytes = files.iter().map(|(_, bytes, _)| bytes).sum();
    let sealed = seal::write(&mut written.manifest, files.clone(), seal.as_ref(), site)?;
    install::write(&files, site)?;
    if disk {
        disk::write(viewer, site, progress)?;
    }
    progress.go_on()?;
    progress.step("publishing", 0);
    if let Some((cache, reuse)) = cache {
        cache.end(reuse, &settings, &written.files, written.names, site);
    }
    let notes = match cache {
        Some((cache, _)) => {
            // What is kept is good for any site: it names only files that can be known again.
            let publish = || staging.publish_leaving(&cache.spare());
            let (published, kept) = rayon::join(publish, || cache.published());
            let mut notes = published?;
            notes.extend(kept);
            notes
        }
        None => staging.publish()?,
    };
    for note in &notes {
        progress.note(note);
    }
    progress.clear();

    Ok(Summary {
        out: options.out.clone(),
        posts: written.manifest.posts as usize,
        undated: written.manifest.undated as usize,
        drafts,
        diagnostics,
        unchanged: written.unchanged,
        shards: written.shards,
        pages: written.pages,
        missing_pictures: written.missing_pictures,
        manifest_bytes: sealed.manifest,
        beside: sealed.beside,
        signed: written.manifest.signed.as_ref().map(signer),
        viewer_files,
        viewer_bytes,
        seconds: started.elapsed().as_secs_f64(),
    })
}

/// Reads all posts for what is wrong with them, and writes nothing.
///
/// `now`, in milliseconds since 1970, tells which dates lie in the future.
///
/// # Errors
/// When the posts folders can't be opened.
pub fn check(posts: &[PathBuf], now: i64, progress: &Progress) -> Result<Vec<Diagnostic>, Error> {
    look(posts, now, progress, |inspection, gathered| {
        let mut found = gathered.diagnostics;
        let posts = gathered.posts.par_iter();
        found.par_extend(posts.filter_map(|post| large::diagnostic(post, inspection.roots)));
        found.extend(inspection.all(&gathered.posts, progress));
        found
    })
}

/// Reads all posts and tells how each was understood.
///
/// # Errors
/// When the posts folders can't be opened.
pub fn explain(posts: &[PathBuf], progress: &Progress) -> Result<Explanation, Error> {
    look(posts, 0, progress, |inspection, gathered| {
        Explanation::of(inspection, &gathered)
    })
}

/// Reads all posts, drafts too, and hands them over.
fn look<T>(
    posts: &[PathBuf],
    now: i64,
    progress: &Progress,
    then: impl FnOnce(&Inspection<'_>, Gathered<'_>) -> T,
) -> Result<T, Error> {
    check_roots(posts)?;
    let stated = BuildOptions {
        posts: posts.to_vec(),
        ..BuildOptions::default()
    };
    let settings = Settings {
        drafts: true,
        ..stated.settled()?
    };
    let mut gathered = gather_whole(posts, &settings, progress)?;
    if gathered.found == 0 {
        return Err(nothing_found(posts));
    }
    gathered.diagnostics.splice(..0, stated.passed_over());
    let others = core::mem::take(&mut gathered.others);
    let inspection = Inspection {
        roots: posts,
        links: Links::of(&gathered.posts, &settings.original),
        others: &others,
        pictures: Pictures::new(posts, &settings.assets)?,
        now,
    };
    let found = then(&inspection, gathered);
    progress.clear();
    progress.go_on()?;
    Ok(found)
}

fn check_roots(posts: &[PathBuf]) -> Result<(), Error> {
    source::check_roots(posts)?;
    match source::within_another(posts) {
        None => Ok(()),
        Some((inner, outer)) if inner == outer => Err(Error::refused(
            format!("`{}` is given twice", inner.display()),
            "give it once: each of its posts would be published twice",
        )),
        Some((inner, outer)) => Err(Error::refused(
            format!(
                "the posts `{}` lie in `{}`, which is given too",
                inner.display(),
                outer.display()
            ),
            "give one of them: each post that is in both would be published twice",
        )),
    }
}

fn nothing_found(posts: &[PathBuf]) -> Error {
    let folders: Vec<String> = posts
        .iter()
        .map(|posts| format!("`{}`", posts.display()))
        .collect();
    Error::refused(
        format!("no posts found in {}", folders.join(", ")),
        format!(
            "posts are files whose names end in .{}, or where there are none of these, in .{}",
            source::EXTENSIONS.join(", ."),
            source::PAGES.join(", .")
        ),
    )
}
