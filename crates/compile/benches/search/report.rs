//! The tables, each measured as it is made.

use std::fs;
use std::path::Path;

use crate::Result;
use crate::archive::Post;
use crate::browser::pagefind::Asker;
use crate::cost::{self, rank};
use crate::floors::Floors;
use crate::quality::{self, Found};
use crate::queries::{self, Case, Class};
use crate::subject::Subject;
use crate::table::{self, Table};

/// All queries of a run.
#[derive(Debug)]
pub(crate) struct Queries {
    pub(crate) classes: Vec<Class>,
    pub(crate) known: [Vec<Case>; 2],
    pub(crate) in_titles: Vec<Case>,
}

impl Queries {
    /// Draws `count` of each class, and four times as many titles.
    pub(crate) fn draw(
        posts: &[Post],
        seed: u64,
        count: usize,
        find: impl FnMut(&str) -> Result<Vec<u32>>,
    ) -> Result<Self> {
        Ok(Self {
            classes: queries::draw(posts, seed, count, find)?,
            known: queries::known(posts, seed, count * 4),
            in_titles: queries::in_titles(posts, seed, count * 4),
        })
    }
}

/// What the posts hold, and the floors of an index over it.
pub(crate) fn floors(posts: &[Post], floors: &Floors) -> String {
    let mut table = Table::new(&["what the posts hold", "figure"]);
    let mut row = |what: &str, figure: String| table.row([what.to_owned(), figure]);
    let text: usize = posts.iter().map(|post| post.text.len()).sum();
    let mut lengths: Vec<usize> = posts.iter().map(|post| post.text.len()).collect();
    lengths.sort_unstable();
    row("posts", posts.len().to_string());
    row("visible text", table::bytes(text as u64));
    let ranks = [0.1, 0.5, 0.9, 0.99].map(|part| table::bytes(rank(&lengths, part) as u64));
    row(
        "text of a post: 10th, 50th, 90th, 99th percentile",
        ranks.join(", "),
    );
    let compressed = posts.iter().map(|post| post.compressed).sum();
    row("sources, each by itself, gzip -9", table::bytes(compressed));
    row("Han characters", floors.characters.to_string());
    row("different Han bigrams", floors.bigrams.to_string());
    row("pairs of a bigram and a post", floors.pairs.to_string());
    row(
        "floor: posts of each bigram",
        table::bytes(floors.ids as u64),
    );
    row(
        "floor: term frequencies in five steps",
        table::bytes(floors.frequencies as u64),
    );
    let places = core::iter::successors(Some(1_usize), |place| place.checked_mul(10));
    let curve = places
        .map_while(|place| floors.counts.get(place - 1))
        .map(ToString::to_string);
    row(
        "posts of the 1st, 10th, 100th, ... bigram",
        curve.collect::<Vec<_>>().join(", "),
    );
    let shares = floors
        .steps
        .map(|step| table::part(step as f64 / floors.pairs as f64));
    row(
        "pairs with a frequency of 1, 2, 3 to 4, 5 to 8, more",
        shares.join(", "),
    );
    table.under("Posts")
}

/// Files of the index by their sizes. A list of posts lies in one file, so none is larger than these.
pub(crate) fn files(site: &Path) -> Result<String> {
    let mut table = Table::new(&["files of the index", "number", "median", "largest"]);
    for kind in ["index", "terms"] {
        let mut sizes = Vec::new();
        for file in fs::read_dir(site.join("bundle"))? {
            let file = file?;
            let name = file.file_name();
            let of_kind = name.to_str().and_then(|name| name.split_once('-'));
            if of_kind.is_some_and(|(prefix, _)| prefix == kind) {
                sizes.push(file.metadata()?.len());
            }
        }
        let number = sizes.len().to_string();
        let ranks = [0.5, 1.0].map(|part| table::bytes(rank(&sizes, part)));
        table.row([kind.to_owned(), number].into_iter().chain(ranks));
    }
    Ok(table.under("Files"))
}

/// Recall and precision of each class, and the places of known items.
pub(crate) fn quality(
    queries: &Queries,
    subject: &mut dyn Subject,
    pagefind: Option<&Asker>,
) -> Result<String> {
    let mut table = Table::new(&[
        "recall / precision (answers not exactly right)",
        "queries",
        "Shelfmark",
        "totals exact with the hits",
        "Pagefind",
        "Pagefind, in quotes",
    ]);
    for class in &queries.classes {
        let mut cells = vec![class.name.to_owned(), class.cases.len().to_string()];
        let found = quality::ask(subject, &class.cases)?;
        cells.push(judged(&class.cases, &found));
        let exact = found.iter().filter(|found| found.exact).count();
        cells.push(table::part(exact as f64 / found.len().max(1) as f64));
        if let Some(pagefind) = pagefind {
            cells.push(judged(&class.cases, &pagefind.ask(&class.cases, false)?));
            if class.phrase {
                cells.push(judged(&class.cases, &pagefind.ask(&class.cases, true)?));
            }
        }
        table.row(cells);
    }
    let mut places = Table::new(&[
        "MRR@10 (in the top ten)",
        "queries",
        "Shelfmark",
        "Pagefind",
    ]);
    for (name, cases) in [
        ("longest Han run of a title", &queries.known[0]),
        (
            "the same, any title with this longest run",
            &queries.known[1],
        ),
        (
            "four characters that only one title has",
            &queries.in_titles,
        ),
    ] {
        let mut cells = vec![name.to_owned(), cases.len().to_string()];
        cells.push(placed(cases, &quality::ask(subject, cases)?));
        if let Some(pagefind) = pagefind {
            cells.push(placed(cases, &pagefind.ask(cases, false)?));
        }
        places.row(cells);
    }
    Ok(table.under("What is found") + "\n" + &places.under("Known items"))
}

fn judged(cases: &[Case], found: &[Found]) -> String {
    let quality = quality::judge(cases, found);
    let [recall, precision] = [quality.recall, quality.precision].map(table::part);
    format!("{recall} / {precision} ({})", quality.wrong)
}

fn placed(cases: &[Case], found: &[Found]) -> String {
    let placed = quality::place(cases, found);
    let [mrr, top] = [placed.mrr, placed.top].map(table::part);
    format!("{mrr} ({top})")
}

/// Bytes, files and round trips: median, and the most in brackets.
pub(crate) fn costs(
    queries: &Queries,
    floors: &Floors,
    subject: &mut dyn Subject,
) -> Result<String> {
    let mut table = Table::new(&[
        "first ten results: median (most)",
        "first search",
        "files",
        "round trips",
        "second search",
        "files",
        "round trips",
    ]);
    for class in &queries.classes {
        let first = cost::first(subject, &class.cases)?.cells();
        let second = cost::second(subject, &class.cases)?.cells();
        let name = [class.name.to_owned()];
        table.row(name.into_iter().chain(first).chain(second));
    }
    let mut lists = Table::new(&[
        "one further list: median (most)",
        "bytes",
        "files",
        "round trips",
    ]);
    let drawn = queries
        .classes
        .iter()
        .find(|class| class.name == "2 Han characters");
    let drawn = drawn.map_or(&[][..], |class| &class.cases);
    if let Some(before) = queries.known[0].first() {
        let drawn = drawn.iter().map(|case| case.query.as_str());
        let frequent = floors.frequent.iter().map(String::as_str);
        let drawn = cost::lists(subject, drawn, &before.query)?;
        let frequent = cost::lists(subject, frequent, &before.query)?;
        for (name, costs) in [
            ("bigrams as they come", drawn),
            ("most frequent bigrams", frequent),
        ] {
            lists.row([name.to_owned()].into_iter().chain(costs.cells()));
        }
    }
    Ok(table.under("What is read") + "\n" + &lists.under("Lists"))
}

/// Times with everything in memory.
pub(crate) fn latency(queries: &Queries, subject: &mut dyn Subject) -> Result<String> {
    let mut table = Table::new(&["warm, native", "median", "99th percentile", "most"]);
    for class in &queries.classes {
        let times = cost::warm(subject, &class.cases)?;
        let cells = [0.5, 0.99, 1.0].map(|part| table::time(rank(&times, part)));
        table.row([class.name.to_owned()].into_iter().chain(cells));
    }
    Ok(table.under("Time"))
}
