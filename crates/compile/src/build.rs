//! The whole way from folders of posts to a published site.
//!
//! Everything that can refuse the work comes first, so that a refused build touches nothing; the
//! last step is the exchange in `publish.rs`.

use std::path::PathBuf;
use std::time::Instant;

use crate::bundle;
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::gather::gather;
use crate::options::{BuildOptions, Settings};
use crate::pictures::Pictures;
use crate::progress::Progress;
use crate::publish::{Place, Staging};
use crate::seal::{self, Seal};
use crate::sign::signer;
use crate::site::{self, Viewer};
use crate::source;
use crate::summary::Summary;

/// Builds and publishes a site.
///
/// # Errors
/// When the work is refused or fails; what stood in the place of the site is then still there.
pub fn build(
    options: &BuildOptions,
    viewer: Viewer<'_>,
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

    let gathered = gather(&options.posts, &settings, progress)?;
    if gathered.found == 0 && !options.allow_empty {
        return Err(nothing_found(&options.posts));
    }
    if settings.strict && !gathered.diagnostics.is_empty() {
        return Err(Error::Strict {
            diagnostics: gathered.diagnostics,
        });
    }

    let staging = Staging::begin(&place)?;
    let site = staging.path();
    let mut written = bundle::write(gathered.posts, &settings, pictures, site, progress)?;
    let files = site::write(viewer, &written.manifest, site)?;
    let viewer_files = files.len();
    let viewer_bytes = files.iter().map(|(_, bytes, _)| bytes).sum();
    let sealed = seal::write(&mut written.manifest, files, seal.as_ref(), site)?;
    progress.go_on()?;
    progress.step("publishing", 0);
    staging.publish()?;
    progress.clear();

    Ok(Summary {
        out: options.out.clone(),
        posts: written.manifest.posts as usize,
        undated: written.manifest.undated as usize,
        drafts: gathered.drafts,
        diagnostics: gathered.diagnostics,
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
/// # Errors
/// When the posts folders can't be opened.
pub fn check(posts: &[PathBuf], progress: &Progress) -> Result<Vec<Diagnostic>, Error> {
    check_roots(posts)?;
    let settings = Settings {
        drafts: true,
        ..Settings::default()
    };
    let gathered = gather(posts, &settings, progress)?;
    progress.clear();
    if gathered.found == 0 {
        return Err(nothing_found(posts));
    }
    // Only a build needs the settings, but this is where mistakes are looked for.
    BuildOptions {
        posts: posts.to_vec(),
        ..BuildOptions::default()
    }
    .settled()?;
    Ok(gathered.diagnostics)
}

fn check_roots(posts: &[PathBuf]) -> Result<(), Error> {
    source::check_roots(posts).map_err(|message| Error::Refused {
        message,
        help: None,
    })
}

fn nothing_found(posts: &[PathBuf]) -> Error {
    let folders: Vec<String> = posts
        .iter()
        .map(|posts| format!("`{}`", posts.display()))
        .collect();
    Error::refused(
        format!("no posts found in {}", folders.join(", ")),
        format!(
            "posts are files whose names end in .{}",
            source::EXTENSIONS.join(", .")
        ),
    )
}
