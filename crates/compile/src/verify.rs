//! Checks every file of a bundle against the manifest, and what they say against each other.
//!
//! A damaged byte in a shard is found by its hash. The manifest has no hash of its own until
//! archives are signed; what it says about the posts is compared with the posts.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use rayon::prelude::*;
use shelfmark_bundle::{
    Entry, FacetKind, FacetShard, ShardKind, ShardRef, SlugShard, TextShard, slug_hash,
};

use crate::archive::{Archive, MANIFEST, Problem, Span};
use crate::error::Error;
use crate::progress::Progress;
use crate::tables::ranked;

/// What a check found.
#[derive(Debug, Default)]
pub struct Verified {
    /// Files that the bundle names, with the manifest.
    pub files: usize,
    /// Posts that were compared.
    pub posts: usize,
    /// Everything that is wrong.
    pub problems: Vec<Problem>,
    /// Files in the bundle's folder that nothing names.
    pub unknown: Vec<String>,
}

/// Checks an archive.
///
/// # Errors
/// When the user interrupts it; everything else is in [`Verified::problems`].
pub fn verify(archive: &Archive, progress: &Progress) -> Result<Verified, Error> {
    let manifest = archive.manifest();
    let mut found = Verified::default();
    let mut names = BTreeSet::from([MANIFEST.to_owned()]);
    let mut seen = Seen::default();

    progress.step("checking posts", manifest.posts as usize);
    for index in archive.spans() {
        progress.go_on()?;
        let span = archive.span(index);
        progress.add(span.records.len());
        for (_, shard) in span.list.iter().flat_map(|list| &list.bodies) {
            names.insert(shard.file_name(ShardKind::Body));
        }
        found.posts += span.records.len();
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
    let whole = found.problems.is_empty();
    let slugs = sorted_out(slugs, &mut found.problems);
    let facets = sorted_out(facets, &mut found.problems);
    let texts = sorted_out(texts, &mut found.problems);
    // What is damaged can't be compared; it was reported already.
    if whole && let (Some(slugs), Some(facets)) = (slugs, facets) {
        let mut wrong = |file: &str, why: String| found.problems.push(Problem::new(file, why));
        seen.compare_slugs(&slugs, &mut wrong);
        seen.compare_facets(archive, &facets, &mut wrong);
        seen.compare_manifest(archive, &mut wrong);
    }
    if let Some(texts) = texts {
        compare_texts(archive, &texts, &mut found.problems);
    }

    found.files = names.len();
    found.unknown = unknown(archive, &names);
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
    decode: impl Fn(&[u8], usize) -> Result<T, shelfmark_bundle::FormatError> + Sync,
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

fn unknown(archive: &Archive, names: &BTreeSet<String>) -> Vec<String> {
    let mut unknown: Vec<String> = fs::read_dir(archive.folder())
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| !names.contains(name))
        .collect();
    unknown.sort();
    unknown
}

/// What the posts themselves say, to be compared with the tables.
#[derive(Debug, Default)]
struct Seen {
    slugs: Vec<(String, u32)>,
    facets: BTreeMap<(FacetKind, String), Vec<u32>>,
    languages: Vec<String>,
    undated: u32,
    days: Option<(String, String)>,
}

impl Seen {
    fn take(&mut self, span: Span, problems: &mut Vec<Problem>) {
        problems.extend(span.problems);
        let Some(list) = span.list else { return };
        for (id, record) in &span.records {
            if list.entry(*id) != Some(&record.entry) {
                problems.push(Problem::new(
                    &record.path,
                    "its list and its body say different things about it",
                ));
            }
        }
        for (id, entry) in (list.first..).zip(list.posts) {
            self.entry(id, entry);
        }
    }

    fn entry(&mut self, id: u32, entry: Entry) {
        for (kind, names) in [
            (FacetKind::Tag, entry.tags.as_slice()),
            (FacetKind::Category, entry.categories()),
            (FacetKind::Author, entry.authors.as_slice()),
        ] {
            for name in names {
                let ids = self.facets.entry((kind, name.clone())).or_default();
                if ids.last() != Some(&id) {
                    ids.push(id);
                }
            }
        }
        match &entry.date {
            None => self.undated += 1,
            Some(date) => {
                let day = date.split('T').next().unwrap_or_default().to_owned();
                let first = self
                    .days
                    .take()
                    .map_or_else(|| day.clone(), |(first, _)| first);
                self.days = Some((first, day));
            }
        }
        self.languages.extend(entry.lang);
        self.slugs.push((entry.slug, id));
    }

    fn compare_slugs(&self, shards: &[SlugShard], wrong: &mut impl FnMut(&str, String)) {
        for (slug, id) in &self.slugs {
            let hash = slug_hash(slug);
            let shard = shards.get(hash as usize % shards.len().max(1));
            if !shard.is_some_and(|shard| shard.candidates(hash).any(|other| other == *id)) {
                wrong(
                    MANIFEST,
                    format!("the slug `{slug}` is not in the table of slugs"),
                );
            }
        }
    }

    fn compare_facets(
        &self,
        archive: &Archive,
        shards: &[FacetShard],
        wrong: &mut impl FnMut(&str, String),
    ) {
        let mut tables = BTreeMap::new();
        for (index, facet) in shards
            .iter()
            .enumerate()
            .flat_map(|(index, shard)| shard.facets.iter().map(move |facet| (index, facet)))
        {
            match facet.ids(archive.manifest().posts) {
                Ok(ids) => {
                    tables.insert((facet.kind, facet.name.clone()), (ids, index));
                }
                Err(error) => wrong(MANIFEST, error.to_string()),
            }
        }
        for ((kind, name), ids) in &self.facets {
            if tables.get(&(*kind, name.clone())).map(|(ids, _)| ids) != Some(ids) {
                wrong(
                    MANIFEST,
                    format!(
                        "the posts of {} `{name}` are not the ones that carry it",
                        word(*kind)
                    ),
                );
            }
        }
        if tables.len() != self.facets.len() {
            wrong(
                MANIFEST,
                "the tables name tags, categories or authors that no post carries".into(),
            );
        }
        let manifest = archive.manifest();
        for (kind, counts) in [
            (FacetKind::Tag, &manifest.tags),
            (FacetKind::Category, &manifest.categories),
        ] {
            let known = tables.keys().filter(|(other, _)| *other == kind).count();
            let fits = counts.len() == known
                && counts.iter().all(|count| {
                    tables
                        .get(&(kind, count.name.clone()))
                        .is_some_and(|(ids, index)| {
                            ids.len() == count.count as usize && *index == count.shard as usize
                        })
                });
            if !fits {
                wrong(
                    MANIFEST,
                    format!("the {} counts are not those of the posts", word(kind)),
                );
            }
        }
    }

    fn compare_manifest(&self, archive: &Archive, wrong: &mut impl FnMut(&str, String)) {
        let manifest = archive.manifest();
        let mut authors = self
            .facets
            .keys()
            .filter(|(kind, _)| *kind == FacetKind::Author);
        let days = self.days.clone().unzip();
        let fits = [
            (manifest.undated == self.undated, "number of undated posts"),
            (
                (manifest.from.clone(), manifest.to.clone()) == days,
                "span of dates",
            ),
            (
                manifest.authors as usize == authors.by_ref().count(),
                "number of authors",
            ),
            (
                manifest.languages == ranked(self.languages.iter().map(String::as_str)),
                "counts of languages",
            ),
        ];
        for (_, what) in fits.iter().filter(|(fits, _)| !fits) {
            wrong(MANIFEST, format!("the {what} is not that of the posts"));
        }
    }
}

fn word(kind: FacetKind) -> &'static str {
    match kind {
        FacetKind::Tag => "tag",
        FacetKind::Category => "category",
        FacetKind::Author => "author",
    }
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
