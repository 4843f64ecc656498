//! The index: traits, tables and shards of each segment.

use std::collections::BTreeSet;

use rayon::prelude::*;
use shelfmark_bundle::{
    IndexShard, Location, Scale, Segment, ShardKind, ShardRef, TermTable, TraitsShard,
};

use super::{read, sorted_out};
use crate::archive::{Archive, MANIFEST, Problem};

/// Checks the index, and notes the names of its files.
pub(super) fn check(archive: &Archive, names: &mut BTreeSet<String>, problems: &mut Vec<Problem>) {
    let manifest = archive.manifest();
    // The manifest was checked when it was opened: there are some.
    let segments = manifest.segments().unwrap_or_default();
    for (place, segment) in segments.iter().enumerate() {
        let traits = manifest.traits_of(place);
        check_segment(archive, segment, traits, names, problems);
    }
}

fn check_segment(
    archive: &Archive,
    segment: &Segment,
    traits: Option<&ShardRef>,
    names: &mut BTreeSet<String>,
    problems: &mut Vec<Problem>,
) {
    let traits: Vec<ShardRef> = traits.cloned().into_iter().collect();
    let traits = read(archive, ShardKind::Traits, &traits, |json, _| {
        TraitsShard::decode(json, segment.posts)
    });
    let scale = match sorted_out(traits, problems).as_deref() {
        Some([traits]) => Some(Scale::new(&traits.posts)),
        Some(_) => Some(Scale::even(segment.posts)),
        None => None,
    };

    let tables = archive.manifest().index.get(segment.tables.clone());
    let tables = tables.unwrap_or_default().iter();
    let tables: Vec<ShardRef> = tables.map(|(_, table)| table.clone()).collect();
    let read = read(archive, ShardKind::Terms, &tables, |json, _| {
        TermTable::decode(json)
    });
    let mut shards = Vec::new();
    for (reference, table) in tables.iter().zip(&read) {
        let Ok(table) = table else { continue };
        shards.extend(located(archive, reference, table));
        problems.extend(archive.check_packs(ShardKind::Index, reference, &table.shards));
    }
    sorted_out(read, problems);
    names.extend(shards.iter().map(|shard| shard.place.file.clone()));
    if !shards.is_sorted_by(|a, b| a.first < b.first) {
        problems.push(Problem::new(
            MANIFEST,
            "the tables of terms are out of order",
        ));
    }
    // Without the traits nothing in them can be read.
    let Some(scale) = scale else { return };
    let wrong: Vec<Problem> = shards
        .par_iter()
        .filter_map(|shard| {
            let name = &shard.place.file;
            let json = match archive.shard_at(&shard.place, &shard.shard) {
                Ok(json) => json,
                Err(problem) => return Some(problem),
            };
            match IndexShard::decode(&json, &scale) {
                Ok(read)
                    if read
                        .terms
                        .first()
                        .is_some_and(|term| term.key == shard.first) =>
                {
                    None
                }
                Ok(_) => Some(Problem::new(name, "holds other terms than its table says")),
                Err(error) => Some(Problem::new(name, error)),
            }
        })
        .collect();
    problems.extend(wrong);
}

/// An index shard as its table names it.
struct Named {
    /// Key of its first term.
    first: String,
    shard: ShardRef,
    place: Location,
}

/// The shards of a table, and where they are.
fn located(archive: &Archive, reference: &ShardRef, table: &TermTable) -> Vec<Named> {
    let packed = archive.manifest().packed;
    let named = table.keys.iter().zip(&table.shards).enumerate();
    let locate = |(place, (first, shard)): (usize, (&String, &ShardRef))| Named {
        first: first.clone(),
        shard: shard.clone(),
        place: match table.part(place, packed) {
            Some(part) => Location::in_pack(ShardKind::Index, reference, part),
            None => Location::file(shard.file_name(ShardKind::Index)),
        },
    };
    named.map(locate).collect()
}
