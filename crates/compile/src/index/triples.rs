//! Posting lists of three characters in a row, where two pairs say too little.
//!
//! Whoever looks for three characters reads the lists of both pairs; where these are long, many
//! posts hold both pairs and few the three together. Of pairs in more posts than a bound, the
//! index holds the threes that they make, so that such a search needs no posts to be read.

use std::collections::{HashMap, HashSet};

use rayon::prelude::*;
use shelfmark_bundle::{MAX_TRAITS, Posting};
use shelfmark_text::is_triple;

use super::level::posting;
use super::lists::List;
use super::merge::Merge;
use super::post::{Folded, Held, pack};
use super::prefix::Union;
use super::texts::Again;
use crate::error::Error;

/// Posts that a pair must be in so that its threes are stored: one in so many of all. Figures are
/// in `docs/benchmarks.md`.
const SHARE: u32 = 30;

/// The same of more posts than [`MAX_TRAITS`]. A three spares whoever reads it the lists of both its
/// pairs, which are what a search mostly fetches there.
const GREAT_SHARE: u32 = 512;

/// Posts that are read together.
const BATCH: usize = 4_096;

/// The bound: threes are stored of pairs in more posts than this, where `least` are many.
pub(super) fn bound(posts: u32, least: u32) -> u32 {
    let share = if posts as usize > MAX_TRAITS {
        GREAT_SHARE
    } else {
        SHARE
    };
    (posts / share).max(least)
}

/// The lists of threes among the posts whose pairs are in more than `bound` of them, by key.
pub(super) fn lists(
    mut terms: Merge<'_>,
    mut texts: Again,
    bound: u32,
) -> Result<Vec<Union>, Error> {
    let mut frequent = HashSet::new();
    while let Some(term) = terms.next()? {
        let mut chars = term.key.chars();
        if term.count > bound
            && let (Some(a), Some(b), None) = (chars.next(), chars.next(), chars.next())
        {
            frequent.insert(pack(a, Some(b)));
        }
    }
    let mut lists: HashMap<[char; 3], List> = HashMap::new();
    let mut id = 0;
    loop {
        let batch = texts.next(BATCH)?;
        if batch.is_empty() {
            break;
        }
        let found: Vec<Vec<([char; 3], Held)>> = batch
            .par_iter()
            .map(|post| triples(post, &frequent))
            .collect();
        for triples in found {
            for (triple, held) in triples {
                lists.entry(triple).or_default().push(id, held);
            }
            id += 1;
        }
    }
    let mut lists: Vec<([char; 3], List)> = lists.into_iter().collect();
    lists.sort_unstable_by_key(|(triple, _)| *triple);
    Ok(lists
        .into_iter()
        .map(|(triple, list)| {
            let mut postings: Vec<Posting> = Vec::with_capacity(list.count as usize);
            List::read(&list.bytes, |id, held| postings.push(posting(id, held)));
            Union::new(triple.iter().collect(), &postings)
        })
        .collect())
}

/// The threes of one post whose pairs are both frequent, each once.
fn triples(post: &Folded, frequent: &HashSet<u64>) -> Vec<([char; 3], Held)> {
    let mut all = Vec::new();
    for (field, held) in post.fields() {
        // As long as fewer came, what stands for them is no part of any three.
        let mut three = [' '; 3];
        let mut joined = false;
        for c in field.chars() {
            three = [three[1], three[2], c];
            let joins = frequent.contains(&pack(three[1], Some(c)));
            if joins && joined && is_triple(&three) {
                all.push((three, held));
            }
            joined = joins;
        }
    }
    Held::gather(&mut all);
    all
}
