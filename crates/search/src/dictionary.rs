//! The index as far as it is here: tables of terms, and shards with posting lists.
//!
//! Shards are kept up to a bound; the ones that were used longest ago go first. They can be had
//! again from wherever they came.

use shelfmark_bundle::{
    FormatError, IndexShard, Manifest, Part, Posting, Scale, Segment, ShardRef, Term, TermTable,
};

use shelfmark_text::{CharClass, class};

use crate::engine::Need;

/// Most postings that are kept in memory, of four bytes each.
const KEPT: usize = 6 << 20;

/// Bytes of a shard above which another round trip is the lesser evil; such shards are of archives
/// with more than a hundred thousand posts.
pub(crate) const GREAT: u64 = 24 << 10;

/// Most shards that are read together for all words of one beginning.
const TOGETHER: usize = 3;

/// A shard that is here.
#[derive(Debug)]
struct Kept {
    table: usize,
    place: usize,
    shard: IndexShard,
    postings: usize,
    used: u32,
}

/// Tables and shards.
#[derive(Debug)]
pub(crate) struct Dictionary {
    tables: Vec<Option<TermTable>>,
    kept: Vec<Kept>,
    /// Counts requests: shards of the present one stay.
    now: u32,
}

impl Dictionary {
    pub(crate) fn new(manifest: &Manifest) -> Self {
        Self {
            tables: manifest.index.iter().map(|_| None).collect(),
            kept: Vec::new(),
            now: 0,
        }
    }

    /// Begins a request.
    pub(crate) fn begin(&mut self) {
        self.now = self.now.wrapping_add(1);
    }

    pub(crate) fn has_table(&self, table: usize) -> bool {
        self.tables.get(table).is_none_or(Option::is_some)
    }

    pub(crate) fn has_shard(&self, table: usize, place: usize) -> bool {
        self.kept
            .iter()
            .any(|kept| (kept.table, kept.place) == (table, place))
    }

    /// Reference of a shard.
    pub(crate) fn shard(&self, table: usize, place: usize) -> Option<&ShardRef> {
        self.tables.get(table)?.as_ref()?.shards.get(place)
    }

    /// Where a shard is in packs of so many; nothing when there are none.
    pub(crate) fn part(&self, table: usize, place: usize, packed: u32) -> Option<Part> {
        self.tables.get(table)?.as_ref()?.part(place, packed)
    }

    pub(crate) fn provide_table(&mut self, table: usize, json: &[u8]) -> Result<(), FormatError> {
        let decoded = TermTable::decode(json)?;
        if let Some(slot) = self.tables.get_mut(table) {
            *slot = Some(decoded);
        }
        Ok(())
    }

    pub(crate) fn provide_shard(
        &mut self,
        (table, place): (usize, usize),
        json: &[u8],
        scale: &Scale,
    ) -> Result<(), FormatError> {
        let shard = IndexShard::decode(json, scale)?;
        let postings = shard.terms.iter().map(|term| term.postings.len() + 8).sum();
        self.kept.push(Kept {
            table,
            place,
            shard,
            postings,
            used: self.now,
        });
        let mut sum: usize = self.kept.iter().map(|kept| kept.postings).sum();
        while sum > KEPT
            && let Some(oldest) = self.oldest()
        {
            sum -= self.kept.swap_remove(oldest).postings;
        }
        Ok(())
    }

    /// The shard that was used longest ago, and not for the present request.
    fn oldest(&self) -> Option<usize> {
        let age = |kept: &Kept| self.now.wrapping_sub(kept.used);
        let ages = self.kept.iter().map(age).enumerate();
        let (place, age) = ages.max_by_key(|(_, age)| *age)?;
        (age > 0).then_some(place)
    }

    /// Where the shard of a segment is that holds `key`, if any does; else which table must be here to
    /// know.
    fn find(
        &self,
        manifest: &Manifest,
        segment: &Segment,
        key: &str,
    ) -> Result<Option<(usize, usize)>, usize> {
        let tables = manifest.index.get(segment.tables.clone());
        let tables = tables.unwrap_or_default();
        let after = tables.partition_point(|(first, _)| first.as_str() <= key);
        if after == 0 {
            return Ok(None);
        }
        let table = segment.tables.start + after - 1;
        let Some(Some(keys)) = self.tables.get(table) else {
            return Err(table);
        };
        let after = keys.keys.partition_point(|first| first.as_str() <= key);
        Ok(after.checked_sub(1).map(|place| (table, place)))
    }

    /// Adds to `needs` what must be here before [`Dictionary::get`] knows the term with this key; the
    /// shard counts as used. One of more than `most` bytes is not wanted: then this is `false`.
    pub(crate) fn want(
        &mut self,
        manifest: &Manifest,
        segment: &Segment,
        key: &str,
        most: u64,
        needs: &mut Vec<Need>,
    ) -> bool {
        match self.find(manifest, segment, key) {
            Err(table) => needs.push(Need::Terms(table)),
            Ok(Some((table, place))) => {
                let shard = self.shard(table, place);
                if shard.is_some_and(|shard| shard.bytes() > most) {
                    return false;
                }
                if self.touch(table, place).is_none() {
                    needs.push(Need::Index(table, place));
                }
            }
            Ok(None) => {}
        }
        true
    }

    /// The term of a segment with this key, if there is one.
    pub(crate) fn get(&self, segment: &Segment, key: &str) -> Option<&Term> {
        let own = |kept: &&Kept| segment.tables.contains(&kept.table);
        let mut kept = self.kept.iter().filter(own);
        kept.find_map(|kept| kept.shard.find(key))
    }

    /// A shard, which counts as used.
    fn touch(&mut self, table: usize, place: usize) -> Option<&IndexShard> {
        let now = self.now;
        let wanted = |kept: &&mut Kept| (kept.table, kept.place) == (table, place);
        let kept = self.kept.iter_mut().find(wanted)?;
        kept.used = now;
        Some(&kept.shard)
    }

    /// The posts of a segment that hold a word that begins with `prefix`; adds to `needs` what must be
    /// here first.
    pub(crate) fn beginning(
        &mut self,
        manifest: &Manifest,
        segment: &Segment,
        prefix: &str,
        needs: &mut Vec<Need>,
    ) -> Vec<Posting> {
        // Their union follows the word itself, where there are many.
        let union = format!("{prefix}*");
        let mut ends = prefix.to_owned();
        ends.push(char::MAX);
        let (first, last) = (
            self.find(manifest, segment, &union),
            self.find(manifest, segment, &ends),
        );
        for place in [first, last] {
            if let Err(table) = place {
                needs.push(Need::Terms(table));
            }
        }
        let (Ok(first), Ok(Some(last))) = (first, last) else {
            return Vec::new();
        };
        let first = first.unwrap_or((segment.tables.start, 0));
        let mut all = vec![first];
        let mut at = first;
        let mut others = Vec::new();
        while at < last {
            let Some(Some(table)) = self.tables.get(at.0) else {
                others.push(Need::Terms(at.0));
                at = (at.0 + 1, 0);
                continue;
            };
            at = if at.1 + 1 < table.shards.len() {
                (at.0, at.1 + 1)
            } else {
                (at.0 + 1, 0)
            };
            if at <= last {
                all.push(at);
            }
        }
        // Of many, the first one tells whether the others are needed.
        let together = all.len() <= TOGETHER && others.is_empty();
        match self.touch(first.0, first.1) {
            Some(shard) => {
                if let Some(term) = shard.find(&union) {
                    return term.postings.clone();
                }
            }
            None if !together => {
                needs.push(Need::Index(first.0, first.1));
                return Vec::new();
            }
            None => {}
        }
        let missing = all
            .iter()
            .filter(|(table, place)| !self.has_shard(*table, *place));
        others.extend(missing.map(|(table, place)| Need::Index(*table, *place)));
        if !others.is_empty() {
            needs.append(&mut others);
            return Vec::new();
        }
        let mut postings = Vec::new();
        for (table, place) in all {
            if let Some(shard) = self.touch(table, place) {
                for term in shard.beginning_with(prefix) {
                    // A letter may also begin a pair of characters, which is no word.
                    if term.key.chars().next_back().map(class) != Some(CharClass::Unspaced) {
                        postings.extend_from_slice(&term.postings);
                    }
                }
            }
        }
        united(postings)
    }
}

/// Sorts postings by post, with one for each.
pub(crate) fn united(postings: Vec<Posting>) -> Vec<Posting> {
    let mut keys: Vec<(u64, u32)> = (0..)
        .zip(&postings)
        .map(|(place, posting)| (u64::from(posting.id()), place))
        .collect();
    crate::order::sort(&mut keys);
    let mut out: Vec<Posting> = Vec::with_capacity(postings.len());
    for (id, place) in keys {
        let Some(posting) = postings.get(place as usize) else {
            continue;
        };
        match out.last_mut() {
            Some(last) if u64::from(last.id()) == id => *last = last.and(*posting),
            _ => out.push(*posting),
        }
    }
    out
}
