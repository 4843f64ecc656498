//! Candidates in order, and which of them are hits.

use shelfmark_bundle::{PostTraits, Script};

use crate::candidates::Candidate;
use crate::order;
use crate::query::Query;
use crate::rank;
use crate::request::{Request, Sort};

/// What is known of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Its text must tell.
    Open,
    /// It matches.
    Hit,
    /// It does not.
    Miss,
}

/// A candidate with its score.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ranked {
    pub(crate) id: u32,
    pub(crate) score: f64,
    pub(crate) verdict: Verdict,
}

/// The candidates of a request, in the order asked for.
#[derive(Debug)]
pub(crate) struct Results {
    /// The request, but for the part of the order that it asks for.
    request: Request,
    /// The query, with the forms of its words.
    pub(crate) query: Query,
    pub(crate) ranked: Vec<Ranked>,
}

/// The request without what changes nothing in its results.
fn key(request: &Request) -> Request {
    Request {
        offset: 0,
        limit: 0,
        read: 0,
        facets: Default::default(),
        ..request.clone()
    }
}

impl Results {
    /// Puts candidates in order.
    pub(crate) fn new(
        request: &Request,
        query: Query,
        candidates: &[Candidate],
        traits: &[PostTraits],
        script: Script,
    ) -> Self {
        let score = |candidate: &Candidate| {
            rank::score_of(candidate, traits.get(candidate.id as usize), script)
        };
        let mut places: Vec<(u64, u32)> = (0..)
            .zip(candidates)
            .map(|(place, candidate)| match request.sort {
                // Ids ascend with the dates and with the places, so the newest is the last.
                Sort::Relevance => (order::descending(score(candidate)), !place),
                Sort::Newest => (0, !place),
                Sort::Oldest => (0, place),
            })
            .collect();
        order::sort(&mut places);
        let turned = request.sort != Sort::Oldest;
        let ranked = places.iter().filter_map(|(_, place)| {
            let place = if turned { !*place } else { *place };
            let candidate = candidates.get(place as usize)?;
            Some(Ranked {
                id: candidate.id,
                score: score(candidate),
                verdict: if candidate.sure { Verdict::Hit } else { Verdict::Open },
            })
        });
        Self {
            ranked: ranked.collect(),
            request: key(request),
            query,
        }
    }

    /// Whether these are the results of `request`.
    pub(crate) fn are_of(&self, request: &Request) -> bool {
        self.request == key(request)
    }

    /// Sets what is known of post `id`.
    pub(crate) fn settle(&mut self, id: u32, hit: bool) {
        let open = |ranked: &&mut Ranked| ranked.id == id && ranked.verdict == Verdict::Open;
        if let Some(ranked) = self.ranked.iter_mut().find(open) {
            ranked.verdict = if hit { Verdict::Hit } else { Verdict::Miss };
        }
    }

    /// Ids of the posts that must be read for the hits asked for: the hits themselves, and
    /// whatever stands before them and may be one; then of as many more as may be read, or as
    /// turned out to be misses: where many are, more are read together.
    pub(crate) fn to_read(&self, offset: usize, limit: usize, more: usize) -> Vec<u32> {
        let mut ids = Vec::new();
        let (mut hits, mut misses) = (0, 0);
        let mut more = Some(more);
        let mut all_known = true;
        let end = offset.saturating_add(limit);
        for ranked in &self.ranked {
            match ranked.verdict {
                Verdict::Miss => misses += 1,
                verdict if hits < end => {
                    let open = verdict == Verdict::Open;
                    all_known &= !open;
                    if open || hits >= offset {
                        ids.push(ranked.id);
                    }
                    hits += 1;
                }
                Verdict::Hit => {}
                Verdict::Open => {
                    if !core::mem::replace(&mut all_known, true) {
                        more = more.map(|more| more.saturating_add(misses));
                    }
                    more = more.and_then(|more| more.checked_sub(1));
                    if more.is_none() {
                        break;
                    }
                    ids.push(ranked.id);
                }
            }
        }
        ids
    }

    /// The hits asked for, once what is to be read was.
    pub(crate) fn page(&self, offset: usize, limit: usize) -> Vec<Ranked> {
        let known = |ranked: &&Ranked| ranked.verdict == Verdict::Hit;
        let hits = self.ranked.iter().filter(known);
        hits.skip(offset).take(limit).copied().collect()
    }

    /// Posts that match or may, in order, and whether all of them do.
    pub(crate) fn matches(&self) -> (Vec<u32>, bool) {
        let left = self.ranked.iter().filter(|ranked| ranked.verdict != Verdict::Miss);
        let exact = self.ranked.iter().all(|ranked| ranked.verdict != Verdict::Open);
        (left.map(|ranked| ranked.id).collect(), exact)
    }
}
