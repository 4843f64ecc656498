//! What a reader's browser takes: a real one, over HTTP, on a good line and on a bad one.
//!
//! Chromium alone, as only its processor can be told to be slow. The driver's protocol is the tests'
//! own. The bad line is the server's doing, for what browsers themselves pretend does not reach workers.

mod chromium;
pub(crate) mod opening;
pub(crate) mod pagefind;
mod server;
pub(crate) mod serving;
mod viewer;

#[allow(
    dead_code,
    reason = "shared with the tests in browsers, which need more of it"
)]
#[path = "../../../../../tests/web/harness/http.rs"]
mod http;
#[allow(
    dead_code,
    reason = "shared with the tests in browsers, which need more of it"
)]
#[path = "../../../../../tests/web/harness/webdriver.rs"]
mod webdriver;

use std::path::Path;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::cost::{Costs, rank};
use crate::report::Queries;
use crate::table::{self, Table};
use crate::{Result, cost};

use chromium::Chromium;
use server::{Line, Server};

/// Loads of the page for each figure, of which the middle one counts.
const LOADS: usize = 5;
/// How long a page is watched after it has shown what it should.
const AFTER: Duration = Duration::from_millis(700);
/// Queries that are asked one after the other.
const ROW: usize = 200;

/// A page that searches, in a browser.
trait Page {
    /// Name in the tables.
    fn name(&self) -> String;

    /// Address, without the server, at which the page shows the results of a query; without one,
    /// what it shows first.
    fn address(&self, query: Option<&str>) -> Option<String>;

    /// Selects, in the page, what is there when it has shown what it should.
    fn shown(&self) -> &'static str;

    /// Whether a file is part of the page and not of the index.
    fn is_page(&self, path: &str) -> bool;

    /// JavaScript: a function that shows the results of a query and gives a promise of it.
    fn search(&self) -> &'static str;

    /// JavaScript: a function that finds the results of a query by the same program, with their passages
    /// and the counts of facets, and draws nothing; for a page of which [`Page::search`] draws more
    /// than that.
    fn find(&self) -> Option<&'static str> {
        None
    }
}

/// What one load took.
struct Load {
    time: Duration,
    /// Bytes and files of the page, and of the index.
    page: (u64, u64),
    index: (u64, u64),
    /// The longest time for which the page could not react.
    blocked: Duration,
    /// How far things moved by themselves (Layout Instability API): nothing is 0.
    shift: f64,
}

/// Measures the site, and Pagefind over the same posts when its pages are there.
pub(crate) fn measure(
    site: &Path,
    ranges: bool,
    pages: Option<&Path>,
    queries: &Queries,
) -> Result<String> {
    let chromium = Chromium::start()?;
    let server = Server::start_with(site, ranges)?;
    let mut columns = vec![column(&chromium, &server, &viewer::Viewer, queries)?];
    if let Some(pages) = pages {
        let page = pagefind::Page::write(pages)?;
        let server = Server::start(pages)?;
        columns.push(column(&chromium, &server, &page, queries)?);
    }
    let heads: Vec<&str> = columns.iter().map(|column| column[0].1.as_str()).collect();
    let mut table = Table::new(&[&["in Chromium"], &heads[..]].concat());
    for place in 1..columns[0].len() {
        let name = columns[0][place].0.clone();
        let cells = columns.iter().map(|column| column[place].1.clone());
        table.row([name].into_iter().chain(cells));
    }
    Ok(table.under("In a browser"))
}

/// All figures of one page, each with its name.
fn column(
    chromium: &Chromium,
    server: &Server,
    page: &dyn Page,
    queries: &Queries,
) -> Result<Vec<(String, String)>> {
    let mut rows = vec![(String::new(), page.name())];
    let threes: Vec<&str> = of_three(queries).take(LOADS).collect();
    for (line, slower, named) in [
        (Line::Good, 1, "this machine"),
        (Line::Bad, 4, "slow line and CPU"),
    ] {
        server.be(line);
        chromium.slow_down(slower)?;
        let mut lists = Vec::new();
        if let Some(address) = page.address(None) {
            for _ in 0..LOADS {
                lists.push(load(chromium, server, page, &address)?);
            }
        }
        let times: Vec<Duration> = lists.iter().map(|load| load.time).collect();
        let list = if times.is_empty() {
            "-".to_owned()
        } else {
            table::time(rank(&times, 0.5))
        };
        rows.push((format!("first list of posts, {named}"), list));
        let mut loads = Vec::new();
        for query in &threes {
            let address = page.address(Some(query)).unwrap_or_default();
            loads.push(load(chromium, server, page, &address)?);
        }
        let both = |of: fn(&Load) -> (u64, u64)| {
            let bytes: Vec<u64> = loads.iter().map(|load| of(load).0).collect();
            let files: Vec<u64> = loads.iter().map(|load| of(load).1).collect();
            format!(
                "{} in {} files",
                table::bytes(rank(&bytes, 0.5)),
                rank(&files, 0.5)
            )
        };
        if line == Line::Good {
            rows.push(("page and program".into(), both(|load| load.page)));
            rows.push((
                "first results of a 3 character query, besides".into(),
                both(|load| load.index),
            ));
        }
        let times: Vec<Duration> = loads.iter().map(|load| load.time).collect();
        let blocked: Vec<Duration> = loads.iter().map(|load| load.blocked).collect();
        rows.push((
            format!("first results from navigation, {named}"),
            table::time(rank(&times, 0.5)),
        ));
        rows.push((
            format!("longest block until then, {named}"),
            table::time(rank(&blocked, 0.5)),
        ));
        let shifts = lists.iter().chain(&loads).map(|load| load.shift);
        rows.push((
            format!("layout shift of these loads, most, {named}"),
            format!("{:.3}", shifts.fold(0.0, f64::max)),
        ));
    }
    server.be(Line::Good);
    chromium.slow_down(1)?;
    further(chromium, server, page, queries, &mut rows)?;
    Ok(rows)
}

/// Loads a page as for the first time, until it shows what it should.
fn load(chromium: &Chromium, server: &Server, page: &dyn Page, address: &str) -> Result<Load> {
    chromium.forget(&server.address(""))?;
    server.sent();
    chromium.open(&server.address(address), page.shown())?;
    let seen = chromium.wait("return window.bench?.shown ? window.bench : null")?;
    let (mut own, mut index) = ((0, 0), (0, 0));
    for file in server.sent() {
        let sum = if page.is_page(&file.path) {
            &mut own
        } else {
            &mut index
        };
        sum.0 += file.bytes;
        sum.1 += 1;
    }
    // What comes later moves things too.
    thread::sleep(AFTER);
    let later = chromium.wait("return window.bench")?;
    Ok(Load {
        time: milliseconds(&seen["shown"]),
        page: own,
        index,
        blocked: milliseconds(&seen["blocked"]),
        shift: later["shift"].as_f64().unwrap_or(0.0),
    })
}

/// Queries in a row on a page that is there: what each reads, then, when all is in memory, how long
/// each takes.
fn further(
    chromium: &Chromium,
    server: &Server,
    page: &dyn Page,
    queries: &Queries,
    rows: &mut Vec<(String, String)>,
) -> Result<()> {
    let row = row(queries);
    let first = of_three(queries).next().unwrap_or("的");
    load(
        chromium,
        server,
        page,
        &page.address(Some(first)).unwrap_or_default(),
    )?;
    let mut costs = Costs::default();
    for query in &row {
        server.sent();
        chromium.call(page.search(), "await search(given[0]);", query)?;
        let files = server.sent();
        costs.add(
            files.iter().map(|file| file.bytes).sum(),
            files.len() as u64,
            0,
        );
    }
    let [bytes, files, _] = costs.cells();
    rows.push(("a further query reads: median (most)".into(), bytes));
    rows.push(("in files: median (most)".into(), files));
    let (times, blocked) = again(chromium, page.search(), &row)?;
    add_times("the same again, from memory", &times, rows);
    rows.push(("longest block meanwhile".into(), table::time(blocked)));
    let found = page.find().map(|find| {
        again(chromium, find, &row)?;
        again(chromium, find, &row)
    });
    match found {
        Some(found) => add_times("found and not drawn", &found?.0, rows),
        None => add_times("found and not drawn", &times, rows),
    }
    Ok(())
}

/// How long each query takes, and the longest time for which the page could not react.
fn again(chromium: &Chromium, search: &str, row: &[&str]) -> Result<(Vec<Duration>, Duration)> {
    let mut times = Vec::new();
    let mut blocked = Duration::ZERO;
    // In parts, for a script may not take for ever.
    for part in row.chunks(20) {
        // Chromium takes no more than 200 changes of the address in ten seconds.
        let script = "
            bench.blocked = 0;
            const times = [];
            for (const query of given[0]) {
              const start = performance.now();
              await search(query);
              times.push(performance.now() - start);
              await new Promise((next) => setTimeout(next, 60));
            }
            return { times, blocked: bench.blocked };";
        let result = chromium.call(search, script, part)?;
        blocked = blocked.max(milliseconds(&result["blocked"]));
        let part = result["times"].as_array().into_iter().flatten();
        times.extend(part.map(milliseconds));
    }
    Ok((times, blocked))
}

fn add_times(named: &str, times: &[Duration], rows: &mut Vec<(String, String)>) {
    for (name, part) in [("median", 0.5), ("99th percentile", 0.99), ("most", 1.0)] {
        rows.push((
            format!("{named}, {name}"),
            table::time(cost::rank(times, part)),
        ));
    }
}

/// Queries of three characters.
fn of_three(queries: &Queries) -> impl Iterator<Item = &str> {
    let class = queries
        .classes
        .iter()
        .find(|class| class.name == "3 Han characters");
    class
        .into_iter()
        .flat_map(|class| &class.cases)
        .map(|case| case.query.as_str())
}

/// Queries of all classes but the first, mixed: single characters are no ordinary queries.
fn row(queries: &Queries) -> Vec<&str> {
    let classes = queries.classes.get(1..).unwrap_or_default();
    let each = ROW / classes.len().max(1);
    let most = classes
        .iter()
        .map(|class| class.cases.len())
        .max()
        .unwrap_or(0);
    (0..most.min(each))
        .flat_map(|place| {
            classes
                .iter()
                .filter_map(move |class| class.cases.get(place))
        })
        .map(|case| case.query.as_str())
        .collect()
}

/// A time that JavaScript gave.
fn milliseconds(value: &Value) -> Duration {
    Duration::from_secs_f64(value.as_f64().unwrap_or(0.0).max(0.0) / 1e3)
}

/// A query as part of an address.
fn escaped(query: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    query.bytes().map(byte).collect()
}
