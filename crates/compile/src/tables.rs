//! Tables over the whole archive: who carries which tag, which slug is which post.

use core::cmp::Reverse;
use std::collections::BTreeMap;

use rayon::prelude::*;
use shelfmark_bundle::{
    Count, DaysShard, Facet, FacetCount, FacetKind, FacetShard, ShardKind, ShardRef, SlugShard,
    slug_hash,
};

use crate::error::Error;
use crate::post::Post;
use crate::shard;
use crate::writer::Writer;

/// What is counted over all posts before they are written one by one.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    facets: BTreeMap<FacetKind, BTreeMap<String, Vec<u32>>>,
    slugs: Vec<(u32, u32)>,
    /// Whether the categories of every post are its tags.
    same: bool,
    /// How many posts carry no date.
    pub(crate) undated: u32,
    /// First and last day.
    pub(crate) days: Option<(String, String)>,
    /// Posts of each day; nothing when none is dated.
    by_day: Option<DaysShard>,
}

/// The facets as the manifest names them, and their shards.
#[derive(Debug, Default)]
pub(crate) struct Facets {
    pub(crate) tags: Vec<FacetCount>,
    /// `None` when they are the tags.
    pub(crate) categories: Option<Vec<FacetCount>>,
    pub(crate) authors: u32,
    pub(crate) shards: Vec<ShardRef>,
}

impl Tables {
    /// Counts over posts that are in id order.
    pub(crate) fn of(posts: &[Post]) -> Self {
        let same = posts.iter().all(|post| post.categories == post.tags);
        let mut tables = Self {
            same,
            ..Self::default()
        };
        for (id, post) in (0_u32..).zip(posts) {
            for (kind, names) in [
                (FacetKind::Tag, &post.tags[..]),
                (
                    FacetKind::Category,
                    if same { &[] } else { &post.categories[..] },
                ),
                (FacetKind::Author, &post.authors[..]),
            ] {
                let of_kind = tables.facets.entry(kind).or_default();
                for name in names {
                    match of_kind.get_mut(name) {
                        // A name that a post repeats counts once.
                        Some(ids) if ids.last() == Some(&id) => {}
                        Some(ids) => ids.push(id),
                        None => {
                            of_kind.insert(name.clone(), vec![id]);
                        }
                    }
                }
            }
            tables.slugs.push((slug_hash(&post.slug), id));
            match &post.date {
                None => tables.undated += 1,
                Some(date) => {
                    let day = date.iso.split('T').next().unwrap_or_default().to_owned();
                    match &mut tables.days {
                        None => tables.days = Some((day.clone(), day)),
                        Some((_, last)) => *last = day,
                    }
                }
            }
        }
        let days = || posts.iter().filter_map(|post| post.date.as_ref());
        if days().next().is_some() {
            tables.by_day = Some(DaysShard::new(days().map(|date| date.iso.as_str())));
        }
        tables
    }

    /// Tags and the ids of their posts.
    pub(crate) fn tags(&self) -> &BTreeMap<String, Vec<u32>> {
        static NONE: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        self.facets.get(&FacetKind::Tag).unwrap_or(&NONE)
    }

    /// Writes the days; there are none when no post is dated.
    pub(crate) fn write_days(&self, writer: &Writer<'_>) -> Result<Option<ShardRef>, Error> {
        let Some(days) = &self.by_day else {
            return Ok(None);
        };
        writer.shard(ShardKind::Days, &days.encode()).map(Some)
    }

    /// Writes the slug shards.
    pub(crate) fn write_slugs(&self, writer: &Writer<'_>) -> Result<Vec<ShardRef>, Error> {
        let parts = self.slugs.len().div_ceil(shard::SLUGS);
        let parts = parts.min(shard::SLUG_SHARDS);
        let mut shards = vec![Vec::new(); parts];
        for (hash, id) in &self.slugs {
            shards[*hash as usize % parts].push((*hash, *id));
        }
        shards
            .into_par_iter()
            .map(|part| writer.shard(ShardKind::Slugs, &SlugShard::new(part).encode()))
            .collect()
    }

    /// Writes the facet shards: tags, then categories, then authors, each by frequency.
    pub(crate) fn write_facets(self, writer: &Writer<'_>) -> Result<Facets, Error> {
        let mut all = Vec::new();
        for (kind, names) in self.facets {
            let mut names: Vec<_> = names.into_iter().collect();
            // Stable: names of one frequency stay in order.
            names.sort_by_key(|(_, ids)| Reverse(ids.len()));
            all.extend(
                names
                    .into_iter()
                    .map(|(name, ids)| Facet::new(kind, name, &ids)),
            );
        }
        let mut facets = Facets {
            categories: (!self.same).then(Vec::new),
            ..Facets::default()
        };
        let runs = shard::cut(all, shard::FACETS, json_size);
        for (shard, facet) in (0_u32..)
            .zip(&runs)
            .flat_map(|(shard, run)| run.iter().map(move |facet| (shard, facet)))
        {
            let named = || FacetCount {
                name: facet.name.clone(),
                count: u32::try_from(facet.gaps.len()).unwrap_or(u32::MAX),
                shard,
            };
            match facet.kind {
                FacetKind::Tag => facets.tags.push(named()),
                FacetKind::Category => facets.categories.get_or_insert_default().push(named()),
                FacetKind::Author => facets.authors += 1,
            }
        }
        facets.shards = runs
            .into_par_iter()
            .map(|facets| writer.shard(ShardKind::Facets, &FacetShard { facets }.encode()))
            .collect::<Result<_, _>>()?;
        Ok(facets)
    }
}

/// About how many bytes of JSON a facet takes.
fn json_size(facet: &Facet) -> usize {
    let digits = |number: &u32| number.checked_ilog10().unwrap_or(0) as usize + 2;
    facet.name.len() + 40 + facet.gaps.iter().map(digits).sum::<usize>()
}

/// Counts names, the most frequent first, then by name.
pub(crate) fn ranked<'a>(names: impl Iterator<Item = &'a str>) -> Vec<Count> {
    let mut counts = BTreeMap::<&str, u32>::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    let mut counts: Vec<_> = counts
        .into_iter()
        .map(|(name, count)| Count {
            name: name.to_owned(),
            count,
        })
        .collect();
    counts.sort_by_key(|count| Reverse(count.count));
    counts
}
