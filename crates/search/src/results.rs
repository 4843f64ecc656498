//! Candidates in order, and which of them are hits.

use shelfmark_bundle::{PostTraits, Script};

use crate::candidates::Candidate;
use crate::order;
use crate::query::Query;
use crate::rank;
use crate::request::{Request, Sort};
use crate::scan::Match;

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
        let places = places_in_order(candidates.len(), request.sort, &|place| {
            score(&candidates[place])
        });
        let mut ranked = Vec::with_capacity(places.len());
        for place in places {
            let candidate = &candidates[place];
            ranked.push(Ranked {
                id: candidate.id,
                score: score(candidate),
                verdict: if candidate.sure {
                    Verdict::Hit
                } else {
                    Verdict::Open
                },
            });
        }
        Self {
            ranked,
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
    pub(crate) fn page(&self, offset: usize, limit: usize) -> Vec<Match> {
        let mut page = Vec::new();
        let mut before = offset;
        for ranked in &self.ranked {
            if ranked.verdict != Verdict::Hit {
                continue;
            }
            if before > 0 {
                before -= 1;
            } else if page.len() < limit {
                let (id, score) = (ranked.id, ranked.score);
                page.push(Match { id, score });
            } else {
                break;
            }
        }
        page
    }

    /// Posts that match or may, in order, and whether all of them do.
    pub(crate) fn matches(&self) -> (Vec<u32>, bool) {
        let mut ids = Vec::new();
        let mut exact = true;
        for ranked in &self.ranked {
            exact &= ranked.verdict != Verdict::Open;
            if ranked.verdict != Verdict::Miss {
                ids.push(ranked.id);
            }
        }
        (ids, exact)
    }
}

/// The places of `count` posts, which ascend by id, in the order asked for.
fn places_in_order(count: usize, sort: Sort, score: &dyn Fn(usize) -> f64) -> Vec<usize> {
    // Ids ascend with the dates and with the places, so the newest is the last.
    let turned = if sort == Sort::Oldest { 0 } else { u32::MAX };
    let mut places: Vec<(u64, u32)> = Vec::with_capacity(count);
    for place in 0..count {
        let key = match sort {
            Sort::Relevance => order::descending(score(place)),
            Sort::Newest | Sort::Oldest => 0,
        };
        places.push((key, place as u32 ^ turned));
    }
    order::sort(&mut places);
    places
        .iter()
        .map(|(_, place)| (place ^ turned) as usize)
        .collect()
}

/// Posts that match, which ascend by id, in the order asked for.
pub(crate) fn in_order(found: &[Match], sort: Sort) -> Vec<Match> {
    let places = places_in_order(found.len(), sort, &|place| found[place].score);
    places.iter().map(|place| found[*place]).collect()
}
