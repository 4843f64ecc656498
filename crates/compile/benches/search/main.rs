//! Measures the search of a built site: is it right, what does it read, how long does it take.
//!
//! `cargo xtask bench` builds the site and calls this; what is printed is Markdown, for
//! `docs/benchmarks.md`. The posts come back from the bundle itself and are scanned one by one to
//! know what each query should find.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool talks to whoever runs it"
)]

mod archive;
mod oracle;
mod queries;
#[allow(
    dead_code,
    reason = "shared with the generator, which needs more of it"
)]
#[path = "../shared/random.rs"]
mod random;

mod engine;
mod subject;

mod browser;
mod pages;

mod cost;
mod floors;
mod quality;

mod report;
mod table;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use browser::pagefind::Asker;
use report::Queries;
use shelfmark_compile::archive::Archive;
use subject::Subject as _;

/// The error of a measuring program: a sentence.
pub(crate) type Result<T> = core::result::Result<T, Box<dyn core::error::Error + Send + Sync>>;

const USAGE: &str = "\
usage: search --site FOLDER [options]
  --pages DIR      write a page of HTML a post into this folder, and measure nothing
  --browser        measure the site in Chromium too
  --no-ranges      from a host that sends whole files only
  --opening        measure how posts open in Chromium, and nothing else
  --serve PROGRAM  measure in Chromium how long a saved post takes to be shown by `shelfmark serve`,
                   and nothing else
  --posts FOLDER   a folder of which the site was built; with --serve, may be repeated
  --sample N       measure only what searches read, with queries from so many of the posts:
                   nothing is scanned to know what they should find
  --beside FOLDER  another site, which is asked the same; with --sample
  --pagefind DIR   such a folder of pages that Pagefind has indexed, to be compared in Chromium
  --queries N      queries of each class [50]
  --seed S         for other queries [1]";

/// What the command line asks for.
#[derive(Debug)]
struct Options {
    site: PathBuf,
    pages: Option<PathBuf>,
    browser: bool,
    ranges: bool,
    opening: bool,
    serve: Option<PathBuf>,
    posts: Vec<PathBuf>,
    sample: Option<usize>,
    beside: Option<PathBuf>,
    pagefind: Option<PathBuf>,
    queries: usize,
    seed: u64,
}

impl Options {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
        let (mut site, mut pages, mut pagefind) = (None, None, None);
        let (mut sample, mut beside) = (None, None);
        let (mut serve, mut posts) = (None, Vec::new());
        let (mut browser, mut ranges, mut opening) = (false, true, false);
        let (mut queries, mut seed) = (50, 1);
        while let Some(argument) = arguments.next() {
            let mut value = || {
                let value = arguments.next();
                value.ok_or_else(|| format!("`{argument}` needs a value\n{USAGE}"))
            };
            match argument.as_str() {
                "--site" => site = Some(PathBuf::from(value()?)),
                "--pages" => pages = Some(PathBuf::from(value()?)),
                "--browser" => browser = true,
                "--no-ranges" => ranges = false,
                "--opening" => opening = true,
                "--serve" => serve = Some(PathBuf::from(value()?)),
                "--posts" => posts.push(PathBuf::from(value()?)),
                "--sample" => sample = Some(value()?.parse()?),
                "--beside" => beside = Some(PathBuf::from(value()?)),
                "--pagefind" => pagefind = Some(PathBuf::from(value()?)),
                "--queries" => queries = value()?.parse()?,
                "--seed" => seed = value()?.parse()?,
                // Said by `cargo bench`.
                "--bench" => {}
                _ => return Err(format!("unknown argument `{argument}`\n{USAGE}").into()),
            }
        }
        Ok(Self {
            site: site.ok_or(USAGE)?,
            pages,
            browser,
            ranges,
            opening,
            serve,
            posts,
            sample,
            beside,
            pagefind,
            queries,
            seed,
        })
    }
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let options = Options::parse(std::env::args().skip(1))?;
    let start = Instant::now();
    let step = |what: &str| eprintln!("{:7.1} s  {what}", start.elapsed().as_secs_f64());
    if options.opening {
        step("opening posts");
        println!(
            "{}",
            browser::opening::measure(&options.site, options.seed)?
        );
        return Ok(());
    }
    if let Some(program) = &options.serve {
        step("serving");
        println!(
            "{}",
            browser::serving::measure(&options.site, program, &options.posts)?
        );
        return Ok(());
    }
    if let Some(number) = options.sample {
        step("reading some of the posts back");
        let archive = Archive::open(&options.site)?;
        let posts = archive::sample(&archive, number)?;
        drop(archive);
        return sampled(&options, &posts, step);
    }
    step("reading the posts back");
    let posts = archive::read(&Archive::open(&options.site)?)?;
    if let Some(folder) = &options.pages {
        step("writing pages");
        return pages::write(&posts, folder);
    }
    step("counting bigrams");
    let floors = floors::measure(&posts);
    println!("{}", report::floors(&posts, &floors));
    step("drawing queries and scanning for them");
    let find = |query: &str| oracle::find(&posts, query);
    let queries = Queries::draw(&posts, options.seed, options.queries, find)?;
    let mut subject = engine::Files::new(&options.site);
    step("comparing what is found");
    let pagefind = options.pagefind.as_deref();
    let asker = pagefind.map(Asker::open).transpose()?;
    println!(
        "{}",
        report::quality(&queries, &mut subject, asker.as_ref())?
    );
    drop(asker);
    step("counting bytes");
    println!("{}", report::costs(&queries, &floors, &mut subject)?);
    step("timing");
    println!("{}", report::latency(&queries, &mut subject)?);
    if options.browser {
        step("watching a browser");
        println!(
            "{}",
            browser::measure(&options.site, options.ranges, pagefind, &queries)?
        );
        step("opening posts");
        println!(
            "{}",
            browser::opening::measure(&options.site, options.seed)?
        );
    }
    step("done");
    Ok(())
}

/// What searches read, whatever they find.
fn sampled(options: &Options, posts: &[archive::Post], step: impl Fn(&str)) -> Result<()> {
    step("drawing queries");
    let floors = floors::measure(posts);
    let mut subject = engine::Files::new(&options.site);
    // What a query finds is no more than what is asked here: whether it is there at all.
    let find = |query: &str| -> Result<Vec<u32>> { Ok(subject.search(query, 1, false)?.hits) };
    let queries = Queries::draw(posts, options.seed, options.queries, find)?;
    for site in [Some(&options.site), options.beside.as_ref()]
        .into_iter()
        .flatten()
    {
        step("counting bytes");
        println!("## {}\n", site.display());
        println!("{}", report::files(site)?);
        let mut subject = engine::Files::new(site);
        println!("{}", report::costs(&queries, &floors, &mut subject)?);
    }
    step("done");
    Ok(())
}

/// Han characters as far as they are counted here: the two blocks of nearly all text.
pub(crate) fn han(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}')
}
