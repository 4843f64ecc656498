//! Checks every file of a bundle against the manifest, and what they say against each other.
//!
//! A damaged byte in a shard is found by its hash. The manifest itself has only the signature, when
//! there is one; what it says about the posts is compared with the posts.

use std::collections::BTreeSet;
use std::path::Path;

use rayon::prelude::*;
use shelfmark_bundle::{
    DaysShard, FacetShard, FormatError, FormsShard, ShardKind, ShardRef, SlugShard, TextShard,
};

use crate::archive::{Archive, MANIFEST, Problem};
use crate::disk;
use crate::error::Error;
use crate::install;
use crate::progress::Progress;
use crate::sign::PublicKey;

mod foreign;
mod index;
mod pages;
mod seen;
mod signature;

use seen::Seen;

/// What a check found.
#[derive(Debug, Default)]
pub struct Verified {
    /// Files that the bundle names, with the manifest.
    pub files: usize,
    /// Posts that were compared.
    pub posts: usize,
    /// Whose signature the archive bears, and of when; nothing when it bears none that is right.
    pub signed: Option<String>,
    /// Everything that is wrong.
    pub problems: Vec<Problem>,
    /// What nothing names in folders that hold files of the archive; folders end in `/`.
    pub inside: Vec<String>,
    /// What nothing names beside the archive, in the folder of the site; likewise.
    pub beside: Vec<String>,
}

/// Checks an archive, which must be signed by `key` when one is given.
///
/// # Errors
/// When the user interrupts it; everything else is in [`Verified::problems`].
pub fn verify(
    archive: &Archive,
    key: Option<&PublicKey>,
    progress: &Progress,
) -> Result<Verified, Error> {
    let manifest = archive.manifest();
    let mut found = Verified::default();
    let mut names = BTreeSet::from([MANIFEST.to_owned()]);
    let mut seen = Seen::default();

    progress.step("checking posts", manifest.posts as usize);
    for index in archive.spans() {
        progress.go_on()?;
        let span = archive.span(index);
        progress.add(span.records.len());
        names.extend(span.names.iter().cloned());
        found.posts += span.records.len();
        for picture in span.records.iter().flat_map(|(_, post)| &post.pictures) {
            // Many posts may show one picture.
            if names.insert(picture.1.file_name(ShardKind::Image)) {
                found.problems.extend(archive.picture(picture).err());
            }
        }
        seen.take(span, &mut found.problems);
    }
    names.extend(manifest.shards().map(|(kind, shard)| shard.file_name(kind)));

    progress.step("checking tables", 0);
    let slugs = read(archive, ShardKind::Slugs, &manifest.slugs, |json, _| {
        SlugShard::decode(json, manifest.posts)
    });
    let facets = read(archive, ShardKind::Facets, &manifest.facets, |json, _| {
        FacetShard::decode(json)
    });
    let texts = read(archive, ShardKind::Text, &manifest.texts, |json, _| {
        TextShard::decode(json, manifest.posts)
    });
    check_index(archive, &mut names, &mut found.problems);
    found.signed = signature::check(archive, key, &mut names, &mut found.problems);
    let pages = pages::check(archive, progress, &mut found.problems)?;
    let whole = found.problems.is_empty();
    let slugs = sorted_out(slugs, &mut found.problems);
    let facets = sorted_out(facets, &mut found.problems);
    let texts = sorted_out(texts, &mut found.problems);
    // What is damaged can't be compared; it was reported already.
    if whole && let (Some(slugs), Some(facets)) = (slugs, facets) {
        let mut wrong = |file: &str, why: String| found.problems.push(Problem::new(file, why));
        seen.compare_slugs(&slugs, &mut wrong);
        seen.compare_links(&mut wrong);
        seen.compare_facets(archive, &facets, &mut wrong);
        seen.compare_manifest(archive, &mut wrong);
    }
    if let Some(texts) = texts {
        compare_texts(archive, &texts, &mut found.problems);
    }

    progress.go_on()?;
    let scripts = disk::check(archive, &names, &pages.known);
    found.problems.extend(scripts);
    found.problems.extend(install::check(archive));
    found.files = names.len() + pages.known.len();
    let site = archive.folder().parent().unwrap_or(Path::new(""));
    let foreign = foreign::find(site, &known(&names, &pages.known), pages.all);
    (found.inside, found.beside) = (foreign.inside, foreign.beside);
    found.problems.sort();
    found.problems.dedup();
    progress.clear();
    Ok(found)
}

/// Reads all shards of one kind.
fn read<T: Send>(
    archive: &Archive,
    kind: ShardKind,
    shards: &[ShardRef],
    decode: impl Fn(&[u8], usize) -> Result<T, FormatError> + Sync,
) -> Vec<Result<T, Problem>> {
    shards
        .par_iter()
        .enumerate()
        .map(|(index, shard)| {
            let json = archive.shard(kind, shard)?;
            decode(&json, index).map_err(|error| Problem::new(shard.file_name(kind), error))
        })
        .collect()
}

/// The shards when all are whole; the problems go where problems go.
fn sorted_out<T>(read: Vec<Result<T, Problem>>, problems: &mut Vec<Problem>) -> Option<Vec<T>> {
    let before = problems.len();
    let mut whole = Vec::with_capacity(read.len());
    for shard in read {
        match shard {
            Ok(shard) => whole.push(shard),
            Err(problem) => problems.push(problem),
        }
    }
    (problems.len() == before).then_some(whole)
}

/// Checks the index and what stands beside it, and notes the names of its files.
fn check_index(archive: &Archive, names: &mut BTreeSet<String>, problems: &mut Vec<Problem>) {
    let manifest = archive.manifest();
    let days: Vec<ShardRef> = manifest.days.iter().cloned().collect();
    let dated = manifest.posts - manifest.undated;
    let days = read(archive, ShardKind::Days, &days, |json, _| {
        DaysShard::decode(json, dated)
    });
    sorted_out(days, problems);
    let forms: Vec<ShardRef> = manifest.forms.iter().cloned().collect();
    let forms = read(archive, ShardKind::Forms, &forms, |json, _| {
        FormsShard::decode(json)
    });
    sorted_out(forms, problems);
    index::check(archive, names, problems);
}

/// Paths of all files of the site: `names` in the bundle, what goes with them, and the `others`.
fn known(names: &BTreeSet<String>, others: &BTreeSet<String>) -> BTreeSet<String> {
    let bundle = names.iter().map(|name| format!("bundle/{name}"));
    let mut known: BTreeSet<String> = bundle.chain(others.iter().cloned()).collect();
    known.extend(disk::scripts(&known));
    known.insert(format!("bundle/{}", install::VERSION));
    known
}

fn compare_texts(archive: &Archive, texts: &[TextShard], problems: &mut Vec<Problem>) {
    let manifest = archive.manifest();
    let mut next = 0_usize;
    let mut bytes = 0_u64;
    for shard in texts {
        if shard.first as usize != next {
            problems.push(Problem::new(
                MANIFEST,
                "the text shards are not in the order of the posts",
            ));
        }
        next = shard.first as usize + shard.texts.len();
        bytes += shard
            .texts
            .iter()
            .map(|text| text.len() as u64)
            .sum::<u64>();
    }
    if !texts.is_empty() && (next != manifest.posts as usize || bytes != manifest.text_bytes) {
        problems.push(Problem::new(
            MANIFEST,
            "the text shards are not the texts of all posts",
        ));
    }
}
