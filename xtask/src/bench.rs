//! `cargo xtask bench`: figures of building and searching an archive, as Markdown tables for
//! `docs/benchmarks.md`.
//!
//! This file only puts things in order: it builds what is measured, runs it and adds up what it left
//! on disk. What needs to know posts and indexes is in `crates/compile/benches`. Everything lies in
//! `<target>/bench`, and stays there to be looked at.

mod daily;
mod pagefind;
mod posts;
mod sizes;
mod usage;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::config::Project;
use crate::program;
use crate::util::command;
use crate::util::failure::{Failure, Result};

use usage::Usage;

const USAGE: &str = "\
usage: cargo xtask bench [POSTS ...] [options]
  POSTS           folders of posts
  --posts N       only so many of them, evenly taken
  --synthetic N   made-up posts instead
  --length F      factor to the length of made-up posts [1]
  --daily N       build day by day instead, N days of 20 posts; --posts are there before
  --serve         measure how long a saved post takes to be shown by `shelfmark serve`
  --segments      an index made of segments
  --pagefind      build and search the same posts with Pagefind too
  --sample N      measure only what searches read, with queries from N of the posts, unchecked
  --no-browser    leave out what is measured in a browser
  --queries N     queries of each class [50]
  --seed S        for other queries and other made-up posts [1]";

/// What the command line asks for.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Options {
    folders: Vec<PathBuf>,
    posts: Option<usize>,
    synthetic: Option<usize>,
    length: Option<String>,
    daily: Option<usize>,
    sample: Option<usize>,
    segments: bool,
    serve: bool,
    pagefind: bool,
    no_browser: bool,
    queries: Option<usize>,
    seed: u64,
}

impl Options {
    fn parse(arguments: &[String]) -> Result<Self> {
        let mut options = Self {
            seed: 1,
            ..Self::default()
        };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            let mut value = || {
                let value = arguments.next();
                value.ok_or_else(|| wrong(format!("`{argument}` needs a value")))
            };
            match argument.as_str() {
                "--posts" => options.posts = Some(number(argument, value()?)?),
                "--synthetic" => options.synthetic = Some(number(argument, value()?)?),
                "--length" => options.length = Some(value()?.clone()),
                "--serve" => options.serve = true,
                "--segments" => options.segments = true,
                "--daily" => options.daily = Some(number(argument, value()?)?),
                "--sample" => options.sample = Some(number(argument, value()?)?),
                "--pagefind" => options.pagefind = true,
                "--no-browser" => options.no_browser = true,
                "--queries" => options.queries = Some(number(argument, value()?)?),
                "--seed" => options.seed = number(argument, value()?)?,
                _ if argument.starts_with('-') => {
                    return Err(wrong(format!("unknown argument `{argument}`")));
                }
                _ => options.folders.push(argument.into()),
            }
        }
        if options.daily.is_some() && options.folders.is_empty() {
            return Err(wrong("the posts of many days must be named".into()));
        }
        if options.sample.is_some() && options.pagefind {
            return Err(wrong("a sample is not compared with anything".into()));
        }
        if options.folders.is_empty() == options.synthetic.is_none() {
            return Err(wrong("posts must be named, or made up".into()));
        }
        Ok(options)
    }

    /// What the measuring program is told of them.
    fn of_search(&self) -> impl Iterator<Item = OsString> {
        let numbers = [
            ("--queries", self.queries.map(|number| number.to_string())),
            ("--sample", self.sample.map(|number| number.to_string())),
            ("--seed", Some(self.seed.to_string())),
        ];
        let told = numbers
            .into_iter()
            .filter_map(|(name, value)| Some([name.into(), value?.into()]));
        told.flatten()
    }
}

fn wrong(what: String) -> Failure {
    Failure::new(what).help(USAGE)
}

fn number<N: std::str::FromStr>(argument: &str, value: &str) -> Result<N> {
    value
        .parse()
        .map_err(|_| wrong(format!("`{argument}` needs a number, not `{value}`")))
}

/// Measures what the arguments ask for.
pub(crate) fn run(project: &Project, arguments: &[String]) -> Result<()> {
    let options = Options::parse(arguments)?;
    if options.pagefind {
        pagefind::fetch(project)?;
    }
    if let Some(days) = options.daily {
        program::compile(project)?;
        return daily::run(project, &options, &project.target.join("bench"), days);
    }
    let in_browser = !options.no_browser && options.sample.is_none();
    if in_browser && !command::exists("chromedriver") {
        return Err(Failure::new("there is no `chromedriver`")
            .help("get it with `cargo xtask setup apt`, or leave the browser out: --no-browser"));
    }
    program::build(project)?;

    let place = project.target.join("bench");
    let folders = posts::prepare(project, &options, &place)?;
    let site = place.join("site");
    let mut build = std::process::Command::new(project.program());
    build.arg("build").args(&folders).arg("--out").arg(&site);
    if options.segments {
        build.arg("--segments");
    }
    let built = usage::measure(&mut build)?;
    let mut search = vec!["--site".into(), site.clone().into_os_string()];
    search.extend(options.of_search());

    if options.serve {
        search.extend(["--serve".into(), project.program().into_os_string()]);
        let posts = folders.into_iter();
        search.extend(posts.flat_map(|folder| ["--posts".into(), folder.into_os_string()]));
        return measuring_program(project, "search", search);
    }

    println!("\n### Building\n");
    println!("| what | Shelfmark |\n| --- | --- |");
    print_usage(&built);
    sizes::print(&sizes::site(&site)?);
    println!();
    if options.pagefind {
        let pages = place.join("pages");
        posts::remove(&pages)?;
        let arguments = ["--site".into(), site.into_os_string(), "--pages".into()];
        measuring_program(
            project,
            "search",
            arguments.into_iter().chain([pages.clone().into()]),
        )?;
        let built = pagefind::build(project, &pages)?;
        println!("\n### Building with Pagefind\n");
        println!(
            "| what | Pagefind {} |\n| --- | --- |",
            pagefind::version(project)
        );
        print_usage(&built);
        sizes::print(&sizes::pagefind(&pages)?);
        println!();
        search.extend(["--pagefind".into(), pages.into_os_string()]);
    }
    if in_browser {
        search.push("--browser".into());
    }
    measuring_program(project, "search", search)
}

fn cannot(verb: &str, path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("cannot {verb} {}: {error}", path.display()))
}

fn print_usage(usage: &Usage) {
    let seconds = |time: std::time::Duration| format!("{:.1} s", time.as_secs_f64());
    let unknown = || "not known on this system".to_owned();
    println!("| CPU time | {} |", usage.cpu.map_or_else(unknown, seconds));
    println!("| elapsed | {} |", seconds(usage.elapsed));
    let peak = usage.peak.map_or_else(unknown, sizes::shown);
    println!("| peak memory | {peak} |");
}

/// Runs one of the programs in `crates/compile/benches`.
pub(crate) fn measuring_program(
    project: &Project,
    name: &str,
    arguments: impl IntoIterator<Item = OsString>,
) -> Result<()> {
    let mut cargo = command::cargo(&project.root);
    cargo.args([
        "bench",
        "--quiet",
        "-p",
        "shelfmark-compile",
        "--bench",
        name,
        "--",
    ]);
    cargo.args(arguments);
    command::run(&mut cargo)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options() {
        let parse =
            |line: &str| Options::parse(&line.split(' ').map(str::to_owned).collect::<Vec<_>>());
        let options = parse("a b --posts 10 --pagefind --segments").expect("options");
        assert_eq!(options.folders, [PathBuf::from("a"), PathBuf::from("b")]);
        assert_eq!(options.posts, Some(10));
        assert!(options.pagefind && options.segments && !options.no_browser);
        assert!(parse("--synthetic 5").is_ok());
        for wrong in [
            "--pagefind",
            "a --sample 5 --pagefind",
            "a --posts",
            "a --posts x",
            "--synthetic 5 --daily 3",
            "a --synthetic 5",
            "a --pots 5",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
