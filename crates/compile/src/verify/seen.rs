//! What the posts themselves say, held against the tables and the manifest.

use std::collections::{BTreeMap, BTreeSet};

use shelfmark_bundle::{Entry, FacetKind, FacetShard, SlugShard, slug_hash};

use crate::archive::{Archive, MANIFEST, Problem, Span};
use crate::tables::ranked;

/// What the posts themselves say, to be compared with the tables.
#[derive(Debug, Default)]
pub(super) struct Seen {
    slugs: Vec<(String, u32)>,
    /// Path of a post and slug of another that it links to.
    links: Vec<(String, String)>,
    facets: BTreeMap<(FacetKind, String), Vec<u32>>,
    languages: Vec<String>,
    undated: u32,
    days: Option<(String, String)>,
}

impl Seen {
    /// Takes in the posts of one list shard.
    pub(super) fn take(&mut self, span: Span, problems: &mut Vec<Problem>) {
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
        for (_, record) in span.records {
            let slugs = record.links.into_iter().map(|(_, slug)| slug);
            self.links
                .extend(slugs.map(|slug| (record.path.clone(), slug)));
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

    pub(super) fn compare_slugs(&self, shards: &[SlugShard], wrong: &mut impl FnMut(&str, String)) {
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

    /// Links stay in the archive.
    pub(super) fn compare_links(&self, wrong: &mut impl FnMut(&str, String)) {
        let slugs: BTreeSet<&str> = self.slugs.iter().map(|(slug, _)| slug.as_str()).collect();
        for (path, slug) in &self.links {
            if !slugs.contains(slug.as_str()) {
                wrong(path, format!("links to `{slug}`, which is no post"));
            }
        }
    }

    pub(super) fn compare_facets(
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
        let manifest = archive.manifest();
        // Categories that are the tags do not stand in the tables again.
        let kept_as = |kind| match kind {
            FacetKind::Category if manifest.categories.is_none() => FacetKind::Tag,
            kind => kind,
        };
        for ((kind, name), ids) in &self.facets {
            if tables
                .get(&(kept_as(*kind), name.clone()))
                .map(|(ids, _)| ids)
                != Some(ids)
            {
                wrong(
                    MANIFEST,
                    format!(
                        "the posts of {} `{name}` are not the ones that carry it",
                        word(*kind)
                    ),
                );
            }
        }
        let own = self
            .facets
            .keys()
            .filter(|(kind, _)| kept_as(*kind) == *kind);
        if tables.len() != own.count() {
            wrong(
                MANIFEST,
                "the tables name tags, categories or authors that no post carries".into(),
            );
        }
        for (kind, counts) in [
            (FacetKind::Tag, Some(&manifest.tags)),
            (FacetKind::Category, manifest.categories.as_ref()),
        ] {
            let Some(counts) = counts else { continue };
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

    pub(super) fn compare_manifest(&self, archive: &Archive, wrong: &mut impl FnMut(&str, String)) {
        let manifest = archive.manifest();
        let mut authors = self
            .facets
            .keys()
            .filter(|(kind, _)| *kind == FacetKind::Author);
        let days = self.days.clone().unzip();
        let fits = [
            (
                manifest.format == manifest.needed_format(),
                "format version",
            ),
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
