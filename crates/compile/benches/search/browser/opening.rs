//! How long a post takes to open once its body is here.

use std::path::Path;
use std::time::Duration;

use serde_json::Value;
use shelfmark_compile::archive::Archive;
use shelfmark_compile::list::list;

use super::chromium::Chromium;
use super::milliseconds;
use super::server::Server;
use crate::Result;
use crate::cost::rank;
use crate::random::Random;
use crate::table::{self, Table};

/// Posts drawn at random.
const DRAWN: usize = 200;
/// Times that the largest post is opened; the middle one counts.
const TIMES: usize = 5;
/// Openings in one call, for a script may not take for ever.
const PART: usize = 10;

/// What one opening took.
struct Opening {
    /// Until the post stood in the page and was laid out.
    shown: Duration,
    /// Until the frame after that.
    drawn: Duration,
    /// The longest task meanwhile; nothing below 50 ms is one.
    blocked: Duration,
}

/// All openings on a processor of one speed.
struct Openings {
    drawn: Vec<Opening>,
    largest: Vec<Opening>,
}

/// What a row tells of them.
type Figure = fn(&Openings) -> Duration;

/// Measures the posts of a site.
pub(crate) fn measure(site: &Path, seed: u64) -> Result<String> {
    let mut posts = Vec::new();
    let problems = list(&Archive::open(site)?, |row| {
        let record = row.record();
        posts.push((record.text.len() as u64, record.entry.slug.clone()));
        true
    });
    if let Some(problem) = problems.first() {
        return Err(format!("{} {}", problem.what, problem.why).into());
    }
    let Some((size, largest)) = posts.iter().max().cloned() else {
        return Err("there is no post".into());
    };
    let mut random = Random::new(seed, 3);
    let drawn: Vec<_> = (0..DRAWN)
        .map(|_| &posts[random.below(posts.len())])
        .collect();
    let sizes: Vec<u64> = drawn.iter().map(|(size, _)| *size).collect();
    let drawn: Vec<&str> = drawn.iter().map(|(_, slug)| slug.as_str()).collect();
    let largest = vec![largest.as_str(); TIMES];

    let chromium = Chromium::start()?;
    let server = Server::start(site)?;
    let mut table = Table::new(&[
        "opening a post again",
        "this machine",
        "a CPU 4 times slower",
    ]);
    let mut cells = Vec::new();
    for slower in [1, 4] {
        chromium.forget(&server.address(""))?;
        chromium.slow_down(1)?;
        chromium.open(&server.address("#/"), "main .posts li")?;
        chromium.wait("return window.bench?.shown ? window.bench : null")?;
        chromium.slow_down(slower)?;
        cells.push(Openings {
            drawn: open(&chromium, &drawn)?,
            largest: open(&chromium, &largest)?,
        });
    }
    let middle = table::bytes(rank(&sizes, 0.5));
    let rows: [(String, Figure); 7] = [
        (
            format!("{DRAWN} posts, {middle} in the median: laid out, median"),
            |cell| of(&cell.drawn, |one| one.shown, 0.5),
        ),
        ("99th percentile".into(), |cell| {
            of(&cell.drawn, |one| one.shown, 0.99)
        }),
        ("in the next frame, median".into(), |cell| {
            of(&cell.drawn, |one| one.drawn, 0.5)
        }),
        ("longest task".into(), |cell| {
            of(&cell.drawn, |one| one.blocked, 1.0)
        }),
        (
            format!("the largest, {}: laid out, median", table::bytes(size)),
            |cell| of(&cell.largest, |one| one.shown, 0.5),
        ),
        ("in the next frame, median".into(), |cell| {
            of(&cell.largest, |one| one.drawn, 0.5)
        }),
        ("longest task".into(), |cell| {
            of(&cell.largest, |one| one.blocked, 1.0)
        }),
    ];
    for (name, figure) in rows {
        table.row(
            [name]
                .into_iter()
                .chain(cells.iter().map(|cell| table::time(figure(cell)))),
        );
    }
    Ok(table.under("Opening posts"))
}

fn of(openings: &[Opening], of: fn(&Opening) -> Duration, part: f64) -> Duration {
    let times: Vec<Duration> = openings.iter().map(of).collect();
    rank(&times, part)
}

fn open(chromium: &Chromium, slugs: &[&str]) -> Result<Vec<Opening>> {
    let script = "
        const times = [];
        for (const slug of given[0]) times.push(await search(slug));
        return times;";
    let mut openings = Vec::new();
    for part in slugs.chunks(PART) {
        let times = chromium.call(include_str!("opening.js"), script, part)?;
        let times = times.as_array().into_iter().flatten();
        openings.extend(times.map(|time: &Value| Opening {
            shown: milliseconds(&time["shown"]),
            drawn: milliseconds(&time["drawn"]),
            blocked: milliseconds(&time["blocked"]),
        }));
    }
    Ok(openings)
}
