//! How right answers are: recall, precision and the place of what was looked for.

use crate::Result;
use crate::queries::Case;
use crate::subject::Subject;

/// Hits that count as shown.
pub(crate) const TOP: usize = 10;

/// What a search gave for a query.
#[derive(Debug, Clone, Default)]
pub(crate) struct Found {
    /// The first hits, best first.
    pub(crate) hits: Vec<u32>,
    /// All matches.
    pub(crate) all: Vec<u32>,
    /// Whether their number was known once the hits were.
    pub(crate) exact: bool,
}

/// Averages over the queries of a class.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quality {
    /// Part of what should be found that is; 1 when nothing should be.
    pub(crate) recall: f64,
    /// Part of what is found that should be; 1 when nothing is.
    pub(crate) precision: f64,
    /// Queries whose answer was not exactly right.
    pub(crate) wrong: usize,
}

/// Compares answers with what should have been found.
pub(crate) fn judge(cases: &[Case], found: &[Found]) -> Quality {
    let mut quality = Quality {
        recall: 0.0,
        precision: 0.0,
        wrong: 0,
    };
    for (case, found) in cases.iter().zip(found) {
        let mut all = found.all.clone();
        all.sort_unstable();
        all.dedup();
        let right = all
            .iter()
            .filter(|id| case.expected.binary_search(id).is_ok())
            .count();
        let part = |of: usize| {
            if of == 0 {
                1.0
            } else {
                right as f64 / of as f64
            }
        };
        quality.recall += part(case.expected.len());
        quality.precision += part(all.len());
        quality.wrong += usize::from(all != case.expected);
    }
    let count = cases.len().max(1) as f64;
    quality.recall /= count;
    quality.precision /= count;
    quality
}

/// How well what was looked for is placed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Placed {
    /// Mean of 1 / place among the first ten; 0 for what is not among them.
    pub(crate) mrr: f64,
    /// Part of the queries whose item is among the first ten.
    pub(crate) top: f64,
}

/// Compares places; any of the expected ids counts.
pub(crate) fn place(cases: &[Case], found: &[Found]) -> Placed {
    let places: Vec<usize> = cases
        .iter()
        .zip(found)
        .filter_map(|(case, found)| {
            let shown = found.hits.iter().take(TOP);
            Some(
                1 + shown
                    .into_iter()
                    .position(|id| case.expected.contains(id))?,
            )
        })
        .collect();
    let count = cases.len().max(1) as f64;
    Placed {
        mrr: places.iter().map(|place| 1.0 / *place as f64).sum::<f64>() / count,
        top: places.len() as f64 / count,
    }
}

/// Asks all queries of a class, for all matches.
pub(crate) fn ask(subject: &mut dyn Subject, cases: &[Case]) -> Result<Vec<Found>> {
    let answers = cases.iter().map(|case| {
        let answer = subject.search(&case.query, TOP, true)?;
        let (total, all) = (answer.total, answer.all.len());
        if total != all {
            return Err(format!("`{}`: {all} ids, but a total of {total}", case.query).into());
        }
        Ok(Found {
            hits: answer.hits,
            all: answer.all,
            exact: answer.exact,
        })
    });
    answers.collect()
}
