//! Candidates in order, and which of them are hits.

use core::cell::RefCell;

use shelfmark_bundle::{PostTraits, Script};

use crate::candidates::Candidate;
use crate::order;
use crate::outcome::Hit;
use crate::query::Query;
use crate::rank;
use crate::reading::Reading;
use crate::request::{Request, Sort};
use crate::scan::{Match, matches};

/// What is known of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// Its text must tell.
    Open,
    /// It matches.
    Hit,
    /// It does not.
    Miss,
}

/// A candidate with its score.
#[derive(Debug, Clone, Copy)]
struct Ranked {
    id: u32,
    score: f32,
    verdict: Verdict,
}

/// The candidates of a request, in the order asked for.
#[derive(Debug)]
pub(crate) struct Results {
    /// The request, but for the part of the order that it asks for.
    request: Request,
    /// The query, with the forms of its words.
    pub(crate) query: Query,
    ranked: Vec<Ranked>,
    /// Hits that were shown.
    pub(crate) shown: RefCell<Vec<Shown>>,
}

/// Most results that are kept for going back, and most candidates in them together.
const KEPT: usize = 512;
const KEPT_CANDIDATES: usize = 500_000;

/// Most hits that are kept of one request.
pub(crate) const KEPT_HITS: usize = 100;

/// A hit as it is shown, and its [`fit`](crate::scan::Post::fit). It is kept for as long as the results
/// are, its text is not: texts of some hundred results take more memory than a phone can spare, and
/// reading them again takes time.
pub(crate) type Shown = (Hit, u32);

/// Results of the last requests.
#[derive(Debug, Default)]
pub(crate) struct Past(Vec<Results>);

impl Past {
    /// Makes the results of a request the last ones, if they are here.
    pub(crate) fn bring(&mut self, request: &Request) -> bool {
        let wanted = key(request);
        let place = self.0.iter().rposition(|kept| kept.request == wanted);
        if let Some(place) = place {
            self.0[place..].rotate_left(1);
        }
        place.is_some()
    }

    /// Takes in results.
    pub(crate) fn add(&mut self, results: Results) {
        self.0.push(results);
        let candidates =
            |kept: &[Results]| kept.iter().map(|kept| kept.ranked.len()).sum::<usize>();
        while self.0.len() > 1 && (self.0.len() > KEPT || candidates(&self.0) > KEPT_CANDIDATES) {
            self.0.remove(0);
        }
    }

    /// The last ones.
    pub(crate) fn last(&self) -> Option<&Results> {
        self.0.last()
    }

    /// The last ones.
    pub(crate) fn last_mut(&mut self) -> Option<&mut Results> {
        self.0.last_mut()
    }
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
                score: score(candidate) as f32,
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
            shown: RefCell::default(),
        }
    }

    /// Whether a post was shown, and is kept.
    pub(crate) fn is_shown(&self, id: u32) -> bool {
        self.shown.borrow().iter().any(|(hit, _)| hit.id == id)
    }

    /// Settles what the texts that are here can tell: of the posts `among`, which are in order,
    /// or of all; some `most` bytes of text are looked at. Posts that were read for this and do not
    /// match are let go. Whether any was settled.
    pub(crate) fn settle(
        &mut self,
        among: Option<&[u32]>,
        reading: &mut Reading,
        mut most: usize,
    ) -> bool {
        let mut among = among.map(<[u32]>::iter);
        let mut next = among.as_mut().and_then(Iterator::next);
        let mut any = false;
        for ranked in &mut self.ranked {
            if let Some(among) = &mut among {
                if next != Some(&ranked.id) {
                    continue;
                }
                next = among.next();
            }
            if ranked.verdict != Verdict::Open {
                continue;
            }
            let Some(post) = reading.get(ranked.id) else {
                continue;
            };
            any = true;
            most = most.saturating_sub(post.text.map_or(0, |text| text.original.len()));
            if matches(&self.query, post) {
                ranked.verdict = Verdict::Hit;
            } else {
                ranked.verdict = Verdict::Miss;
                if among.is_some() {
                    reading.forget(ranked.id);
                }
            }
            if most == 0 {
                break;
            }
        }
        any
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
                let (id, score) = (ranked.id, f64::from(ranked.score));
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
