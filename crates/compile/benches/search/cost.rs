//! What queries cost: bytes, files, round trips, and time when all is in memory.

use std::time::{Duration, Instant};

use crate::quality::TOP;
use crate::queries::Case;
use crate::subject::{Answer, Subject};
use crate::{Result, table};

/// Runs of each warm query, of which the middle one counts.
const RUNS: usize = 3;

/// Bytes, files and round trips of some queries, one entry a query.
#[derive(Debug, Default)]
pub(crate) struct Costs {
    bytes: Vec<u64>,
    requests: Vec<u64>,
    round_trips: Vec<u64>,
}

impl Costs {
    pub(crate) fn add(&mut self, bytes: u64, requests: u64, round_trips: u64) {
        self.bytes.push(bytes);
        self.requests.push(requests);
        self.round_trips.push(round_trips);
    }

    fn answer(&mut self, answer: &Answer) {
        self.add(answer.bytes, answer.requests, answer.round_trips);
    }

    /// `median (max)` of bytes, of requests and of round trips.
    pub(crate) fn cells(&self) -> [String; 3] {
        let both = |values: &[u64], shown: fn(u64) -> String| {
            let (middle, most) = (rank(values, 0.5), rank(values, 1.0));
            format!("{} ({})", shown(middle), shown(most))
        };
        [
            both(&self.bytes, table::bytes),
            both(&self.requests, |number| number.to_string()),
            both(&self.round_trips, |number| number.to_string()),
        ]
    }
}

/// The value below which a part of all values lies; 1 gives the greatest.
pub(crate) fn rank<T: Copy + Ord + Default>(values: &[T], part: f64) -> T {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let place = (sorted.len() as f64 * part).ceil() as usize;
    let place = place.clamp(1, sorted.len().max(1)) - 1;
    sorted.get(place).copied().unwrap_or_default()
}

/// The first ten results of a reader's first search.
pub(crate) fn first(subject: &mut dyn Subject, cases: &[Case]) -> Result<Costs> {
    let mut costs = Costs::default();
    for case in cases {
        subject.forget();
        costs.answer(&subject.search(&case.query, TOP, false)?);
    }
    Ok(costs)
}

/// The first ten results of a reader's second search.
pub(crate) fn second(subject: &mut dyn Subject, cases: &[Case]) -> Result<Costs> {
    let mut costs = Costs::default();
    for (before, case) in cases.iter().zip(cases.iter().skip(1)) {
        subject.forget();
        subject.search(&before.query, TOP, false)?;
        costs.answer(&subject.search(&case.query, TOP, false)?);
    }
    Ok(costs)
}

/// What the number of matches alone costs in a second search.
pub(crate) fn lists<'a>(
    subject: &mut dyn Subject,
    terms: impl Iterator<Item = &'a str>,
    before: &str,
) -> Result<Costs> {
    let mut costs = Costs::default();
    for term in terms {
        subject.forget();
        subject.search(before, TOP, false)?;
        costs.answer(&subject.search(term, 0, false)?);
    }
    Ok(costs)
}

/// Times of the queries when all that they need is in memory.
pub(crate) fn warm(subject: &mut dyn Subject, cases: &[Case]) -> Result<Vec<Duration>> {
    for case in cases {
        subject.search(&case.query, TOP, false)?;
    }
    let mut times = Vec::with_capacity(cases.len());
    for case in cases {
        let mut runs = Vec::with_capacity(RUNS);
        for _ in 0..RUNS {
            let start = Instant::now();
            subject.search(&case.query, TOP, false)?;
            runs.push(start.elapsed());
        }
        times.push(rank(&runs, 0.5));
    }
    Ok(times)
}
