//! Posts that may match, from posting lists.
//!
//! Every post that matches is among them. Those that are sure match; whether the others do is
//! told by their text: the index knows which terms stand in a post, not side by side.

use shelfmark_bundle::{Manifest, PostTraits, Posting, Script, Segment, fields_told};
use shelfmark_text::han_forms;

use crate::dictionary::{Dictionary, GREAT};
use crate::engine::Need;
use crate::facets::FacetTables;
use crate::matcher::Pattern;
use crate::parts::{Parts, Triple};
use crate::query::{Clause, Field, Query, Term};
use crate::rank;

/// A post that may match.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate {
    pub(crate) id: u32,
    /// Weighted frequency of the terms of one clause; of all, their weights' sum.
    pub(crate) weight: f64,
    /// Whether the title holds all terms.
    pub(crate) title: bool,
    /// Whether it matches for sure.
    pub(crate) sure: bool,
}

/// About how many bytes are fetched to read a candidate.
const CANDIDATE: u64 = 8 << 10;

/// Fields that hold a term, as bits.
const TEXT: u8 = 1;
const TITLE: u8 = 2;
const LABEL: u8 = 4;
const ANY: u8 = TEXT | TITLE | LABEL;

/// Looks up what a query needs, as far as it is here.
pub(crate) struct Search<'a> {
    pub(crate) manifest: &'a Manifest,
    pub(crate) dictionary: &'a mut Dictionary,
    pub(crate) facets: &'a FacetTables,
    /// Each is asked for everything.
    pub(crate) segments: &'a [Segment],
    pub(crate) traits: &'a [PostTraits],
    /// Mean of the posts' lengths.
    pub(crate) average: f64,
    /// What is missing.
    pub(crate) needs: Vec<Need>,
}

impl Search<'_> {
    /// The posts that may match all clauses, by id; `base` are those that are looked at when no
    /// clause wants any. Gives terms the forms of their words.
    pub(crate) fn query(
        &mut self,
        query: &mut Query,
        base: impl FnOnce() -> Vec<u32>,
    ) -> Vec<Candidate> {
        let mut all: Option<Vec<Candidate>> = None;
        for clause in query.clauses.iter_mut().filter(|clause| !clause.exclude) {
            let mut found = self.clause(clause);
            rank::weigh(&mut found, self.manifest.posts);
            all = Some(match all {
                Some(before) => in_both(before, &found),
                None => found,
            });
        }
        let mut all = all.unwrap_or_else(|| {
            let plain = |id| Candidate {
                id,
                weight: 0.0,
                title: false,
                sure: true,
            };
            base().into_iter().map(plain).collect()
        });
        for clause in query.clauses.iter_mut().filter(|clause| clause.exclude) {
            let unwanted = self.clause(clause);
            all.retain_mut(|candidate| {
                let place = unwanted.binary_search_by_key(&candidate.id, |other| other.id);
                let hit = place.ok().and_then(|place| unwanted.get(place));
                candidate.sure &= hit.is_none();
                !hit.is_some_and(|hit| hit.sure)
            });
        }
        all
    }

    /// The posts that may match a clause, by id.
    fn clause(&mut self, clause: &mut Clause) -> Vec<Candidate> {
        let mut all = Vec::new();
        for term in &mut clause.any {
            let found = self.term(term);
            all = in_any(all, found);
        }
        all
    }

    fn term(&mut self, term: &mut Term) -> Vec<Candidate> {
        if !matches!(term.field, Field::Any | Field::Title) {
            let found = self.facets.found(term).into_iter();
            let found = found.map(|id| Candidate {
                id,
                weight: rank::frequency(0, false, true, 1.0),
                title: false,
                sure: true,
            });
            return found.collect();
        }
        if let Some(word) = term.takes_forms().map(str::to_owned) {
            // One segment may know forms that another holds without the word.
            let mut forms = Vec::new();
            for segment in self.segments {
                if let Some(word) = self.dictionary.get(segment, &word) {
                    forms.extend_from_slice(&word.forms);
                }
            }
            term.set_forms(&forms);
        }
        let mut all = self.pattern(&term.pattern, term.field);
        for form in &term.forms {
            let mut found = self.pattern(form, term.field);
            for candidate in &mut found {
                candidate.weight /= 2.0;
            }
            all = in_any(all, found);
        }
        all
    }

    /// The posts that may hold a pattern, by id.
    fn pattern(&mut self, pattern: &Pattern, field: Field) -> Vec<Candidate> {
        let parts = Parts::of(pattern);
        let mut found = Vec::new();
        for segment in self.segments {
            self.segment(segment, &parts, pattern, field, &mut found);
        }
        found
    }

    /// Adds the posts of a segment that may hold a pattern.
    fn segment(
        &mut self,
        segment: &Segment,
        parts: &Parts,
        pattern: &Pattern,
        field: Field,
        found: &mut Vec<Candidate>,
    ) {
        let before = self.needs.len();
        // Three characters stand next to the pair that they begin with, mostly in one shard.
        let triples = if segment.triples < segment.posts {
            &parts.triples[..]
        } else {
            &[]
        };
        for triple in triples {
            self.dictionary.want(
                self.manifest,
                segment,
                &triple.key,
                u64::MAX,
                &mut self.needs,
            );
        }
        let begun = parts.prefix.as_ref().map(|prefix| {
            self.dictionary
                .beginning(self.manifest, segment, prefix, &mut self.needs)
        });
        // Bytes of the largest list that is read.
        let mut most = GREAT;
        let start = found.len();
        loop {
            let mut keys: Vec<&String> = Vec::new();
            let mut is_left = false;
            for key in &parts.keys {
                let told = is_told(self.dictionary, segment, triples, key);
                let most = if told { GREAT } else { most };
                if self
                    .dictionary
                    .want(self.manifest, segment, key, most, &mut self.needs)
                {
                    keys.push(key);
                } else {
                    is_left |= !told;
                }
            }
            if self.needs.len() > before {
                return;
            }
            let get = |key: &str| -> &[Posting] {
                let term = self.dictionary.get(segment, key);
                term.map_or(&[], |term| &term.postings)
            };
            let mut exact = parts.exact;
            let mut lists: Vec<&[Posting]> = Vec::new();
            for key in &keys {
                lists.push(get(key));
            }
            let bound = segment.triples as usize;
            let is_frequent = |key: &String| {
                is_told(self.dictionary, segment, triples, key)
                    || keys.contains(&key) && get(key).len() > bound
            };
            for triple in triples {
                let list = get(&triple.key);
                if !list.is_empty() || triple.plain && triple.pairs.iter().all(is_frequent) {
                    lists.push(list);
                    exact |= triple.plain && triple.key == pattern.folded();
                }
            }
            lists.extend(begun.as_deref());
            each_in_all(&lists, |id, level, fields, known| {
                let wanted = if field == Field::Title { TITLE } else { ANY };
                if fields & wanted == 0 {
                    return;
                }
                let id = segment.first + id;
                let (title, label) = (known & TITLE != 0, known & LABEL != 0);
                let level = if fields & TEXT == 0 { 0 } else { level };
                let norm = rank::norm(self.traits.get(id as usize), self.average);
                found.push(Candidate {
                    id,
                    weight: rank::frequency(level, title, label, norm),
                    title,
                    sure: exact && known & wanted != 0,
                });
            });
            // A list that was left out is read where candidates that it may spare take more.
            let spared = (found.len() - start) as u64 * CANDIDATE;
            let spared = if lists.is_empty() { u64::MAX } else { spared };
            if !is_left || spared <= most {
                return;
            }
            found.truncate(start);
            most = spared;
        }
    }
}

/// Whether any of three characters that are a term says all that a pair does.
#[inline(never)]
fn is_told(dictionary: &Dictionary, segment: &Segment, triples: &[Triple], key: &String) -> bool {
    triples
        .iter()
        .any(|triple| triple.pairs.contains(key) && dictionary.get(segment, &triple.key).is_some())
}

/// Calls `each` with every post of all lists: the lowest level, the fields in which all terms
/// may stand, and those in which they are known to.
fn each_in_all(lists: &[&[Posting]], mut each: impl FnMut(u32, u8, u8, u8)) {
    let Some(shortest) = (0..lists.len()).min_by_key(|place| lists[*place].len()) else {
        return;
    };
    let mut at = vec![0; lists.len()];
    'posts: for posting in lists[shortest] {
        let id = posting.id();
        let (mut level, mut fields, mut known) = (u8::MAX, ANY, ANY);
        for (list, at) in lists.iter().zip(&mut at) {
            *at += behind(&list[*at..], id);
            let Some(here) = list.get(*at).filter(|here| here.id() == id) else {
                continue 'posts;
            };
            let mut own = if here.level() > 0 { TEXT } else { 0 };
            own |= if here.in_title() { TITLE } else { 0 };
            own |= if here.in_labels() { LABEL } else { 0 };
            level = level.min(here.level());
            known &= own;
            // Of the older posts of a long list the fields are not told.
            let told = *at + fields_told(list.len() as u32) as usize >= list.len();
            fields &= if told { own } else { ANY };
            known &= if told { ANY } else { TEXT };
        }
        each(id, level, fields, known);
    }
}

/// How many postings of a list stand before post `id`, which is probably near (galloping search;
/// Bentley, Yao: "An almost optimal algorithm for unbounded searching", 1976).
fn behind(list: &[Posting], id: u32) -> usize {
    let mut reach = 1;
    while list.get(reach).is_some_and(|posting| posting.id() < id) {
        reach *= 2;
    }
    list[..list.len().min(reach + 1)].partition_point(|posting| posting.id() < id)
}

/// Candidates of either list; both ascend.
fn in_any(a: Vec<Candidate>, b: Vec<Candidate>) -> Vec<Candidate> {
    if a.is_empty() {
        return b;
    }
    let mut all = Vec::with_capacity(a.len() + b.len());
    let (mut a, mut b) = (&a[..], &b[..]);
    while let (Some((one, ones)), Some((other, others))) = (a.split_first(), b.split_first()) {
        let mut candidate = if one.id <= other.id { *one } else { *other };
        if one.id == other.id {
            candidate.weight += other.weight;
            candidate.title |= other.title;
            candidate.sure |= other.sure;
        }
        a = if candidate.id == one.id { ones } else { a };
        b = if candidate.id == other.id { others } else { b };
        all.push(candidate);
    }
    all.extend_from_slice(a);
    all.extend_from_slice(b);
    all
}

/// Candidates of both lists, which ascend; their weights are added up.
fn in_both(mut a: Vec<Candidate>, b: &[Candidate]) -> Vec<Candidate> {
    let mut at = 0;
    a.retain_mut(|candidate| {
        at += b[at..].partition_point(|other| other.id < candidate.id);
        let Some(other) = b.get(at).filter(|other| other.id == candidate.id) else {
            return false;
        };
        candidate.weight += other.weight;
        candidate.title &= other.title;
        candidate.sure &= other.sure;
        true
    });
    a
}

/// The Chinese script that a query is typed in, when it can be told.
pub(crate) fn script(query: &Query) -> Script {
    let (mut traditional, mut simplified) = (0, 0);
    for term in query.wanted() {
        let forms = han_forms(term.pattern.raw());
        traditional += forms.0;
        simplified += forms.1;
    }
    match (traditional, simplified) {
        (0, 0) => Script::Other,
        (traditional, simplified) if traditional >= simplified => Script::Traditional,
        _ => Script::Simplified,
    }
}
