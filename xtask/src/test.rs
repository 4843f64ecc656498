//! `cargo xtask test`: everything that has to hold before a change is good, in one go and with a time
//! for each step. It is what CI runs. The tests themselves know nothing of xtask; they are told where
//! things are by a few variables of the environment.

use std::fs;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use crate::config::Project;
use crate::util::command;
use crate::util::failure::{Failure, Result};
use crate::{package, program, setup, viewer};

/// What the command line asks for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Options {
    no_setup: bool,
    no_web: bool,
}

impl Options {
    fn parse(arguments: &[String]) -> Result<Self> {
        let mut options = Self::default();
        for argument in arguments {
            match argument.as_str() {
                "--no-setup" => options.no_setup = true,
                "--no-web" => options.no_web = true,
                _ => {
                    return Err(Failure::new(format!("unknown argument `{argument}`"))
                        .help("known are --no-setup and --no-web"));
                }
            }
        }
        Ok(options)
    }
}

/// How a step ended.
enum Outcome {
    Passed,
    Failed,
    /// An earlier step that it builds upon failed.
    LeftOut,
}

/// Runs steps, remembers how they went, and goes on after a failure as far as that makes sense.
#[derive(Default)]
struct Steps {
    done: Vec<(&'static str, Outcome, Duration)>,
    stopped: bool,
}

impl Steps {
    /// A step of its own: the others are run whether or not it fails.
    fn check(&mut self, name: &'static str, step: impl FnOnce() -> Result<()>) -> bool {
        if self.stopped {
            self.done.push((name, Outcome::LeftOut, Duration::ZERO));
            return false;
        }
        println!("\n== {name}");
        let start = Instant::now();
        let result = step();
        let passed = result.is_ok();
        if let Err(failure) = result {
            eprint!("{failure}");
        }
        let outcome = if passed {
            Outcome::Passed
        } else {
            Outcome::Failed
        };
        self.done.push((name, outcome, start.elapsed()));
        passed
    }

    /// A step that all later ones build upon.
    fn need(&mut self, name: &'static str, step: impl FnOnce() -> Result<()>) {
        if !self.check(name, step) {
            self.stopped = true;
        }
    }

    fn summary(&self) -> Result<()> {
        println!("\n== summary");
        let mut failed = Vec::new();
        for (name, outcome, time) in &self.done {
            let word = match outcome {
                Outcome::Passed => "passed",
                Outcome::Failed => "FAILED",
                Outcome::LeftOut => "left out",
            };
            if matches!(outcome, Outcome::Failed) {
                failed.push(*name);
            }
            println!("{word:<10}{:>8.1} s  {name}", time.as_secs_f64());
        }
        let total: Duration = self.done.iter().map(|(_, _, time)| *time).sum();
        println!("{:<10}{:>8.1} s", "total", total.as_secs_f64());
        if failed.is_empty() {
            return Ok(());
        }
        Err(Failure::new(format!("failed: {}", failed.join(", "))))
    }
}

fn owned(arguments: &[&str]) -> Vec<String> {
    arguments.iter().map(ToString::to_string).collect()
}

fn cargo(project: &Project, arguments: &[&str]) -> Command {
    let mut cargo = command::cargo(&project.root);
    cargo.args(arguments);
    cargo
}

/// Everything that needs no browser.
fn build_and_check(project: &Project, steps: &mut Steps) {
    let build = &project.settings.build;
    let run = |arguments: &[&str]| command::visible(&mut cargo(project, arguments));
    steps.check("format", || run(&["fmt", "--all", "--check"]));
    steps.need("viewer", || viewer::build(project));
    steps.need("program", || program::compile(project));
    steps.check("package", || package::pack(project).map(drop));
    steps.check("lint", || {
        run(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ])
    });
    steps.check("lint for the browser", || {
        run(&[
            "clippy",
            "-p",
            &build.package,
            "--lib",
            "--target",
            &build.target,
            "--",
            "-D",
            "warnings",
        ])
    });
    steps.check("documentation", || {
        let mut doc = cargo(project, &["doc", "--no-deps", "--workspace"]);
        doc.env("RUSTDOCFLAGS", "-D warnings");
        command::visible(&mut doc)
    });
}

/// Runs all steps and sums up.
pub(crate) fn run(project: &Project, arguments: &[String]) -> Result<()> {
    let options = Options::parse(arguments)?;
    let unsteady = project.target.join("unsteady.txt");
    let _ = fs::remove_file(&unsteady);

    let mut steps = Steps::default();
    if !options.no_setup {
        steps.need("setup", || setup::run(project, &owned(&["rust", "npm"])));
    }
    // Most of what the viewer's compilation does keeps one core busy; the browsers come meanwhile.
    thread::scope(|scope| {
        let fetch = || setup::run(project, &owned(&["apt", "geckodriver"]));
        let is_wanted = !options.no_setup && !options.no_web && !steps.stopped;
        let browsers = is_wanted.then(|| scope.spawn(fetch));
        build_and_check(project, &mut steps);
        if let Some(browsers) = browsers {
            steps.need("setup of browsers, beside the others", || {
                let failed = |_| Failure::new("the setup of browsers panicked");
                browsers.join().map_err(failed)?
            });
        }
    });
    steps.check("tests", || {
        // Unoptimised: that is sooner compiled, xtask has compiled a part of it already, and
        // overflows and debug assertions count. What needs speed calls the release program.
        let mut test = cargo(project, &["test", "--workspace"]);
        test.env("SHELFMARK_TOOLS", project.tools());
        test.env("SHELFMARK_PROGRAM", project.program());
        test.env(
            "SHELFMARK_PACKAGE",
            project.target.join("package/shelfmark"),
        );
        test.env("SHELFMARK_UNSTEADY", &unsteady);
        test.env_remove("SHELFMARK_SKIP_WEB");
        if options.no_web {
            test.env("SHELFMARK_SKIP_WEB", "1");
        }
        command::visible(&mut test)
    });
    let result = steps.summary();
    for test in fs::read_to_string(&unsteady).unwrap_or_default().lines() {
        println!("UNSTEADY: it failed, then passed: {test}");
    }
    if options.no_web {
        println!(
            "NOTE: the tests in browsers were LEFT OUT (--no-web); this was not the whole test"
        );
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options() {
        let parse = |arguments: &[&str]| Options::parse(&owned(arguments));
        assert_eq!(parse(&[]).expect("options"), Options::default());
        assert!(parse(&["--no-web"]).expect("options").no_web);
        assert!(parse(&["--no-setpu"]).is_err());
    }

    #[test]
    fn a_failed_check_lets_others_run_and_a_failed_need_does_not() {
        let mut steps = Steps::default();
        steps.check("one", || Err(Failure::new("no")));
        steps.need("two", || Err(Failure::new("no")));
        steps.check("three", || panic!("this must not run"));
        let words: Vec<bool> = steps
            .done
            .iter()
            .map(|(_, outcome, _)| matches!(outcome, Outcome::LeftOut))
            .collect();
        assert_eq!(words, [false, false, true]);
        let failure = steps.summary().expect_err("two steps failed").to_string();
        assert!(failure.contains("one, two"), "{failure}");
    }
}
