//! `build`, `pack` and `check`.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use shelfmark_compile::build as compile;
use shelfmark_compile::diagnostic::{Diagnostic, Severity};
use shelfmark_compile::error::{Error, count};
use shelfmark_compile::interrupt;
use shelfmark_compile::options::BuildOptions;
use shelfmark_compile::pack as packing;
use shelfmark_compile::progress::Progress;
use shelfmark_compile::report;
use shelfmark_compile::summary::Summary;

use super::args::{Build, Check, Format, Pack, SettingsArgs};
use super::viewer::Viewer;
use super::{MOST_SHOWN, Screen, stderr, stdout};

pub(super) fn build(asked: &Build, screen: Screen) -> Result<bool, Error> {
    let viewer = Viewer::find(asked.viewer.folder.as_deref())?;
    let (mut options, progress) = begin(&asked.posts, &asked.out, &asked.settings, screen);
    options.settings.cache.clone_from(&asked.cache);
    let summary = compile::build(&options, &viewer.files(), &progress)?;
    let whole = show(&summary, screen);
    if !screen.quiet {
        stdout(format!("{summary}\n"))?;
    }
    Ok(whole)
}

pub(super) fn pack(asked: &Pack, screen: Screen) -> Result<bool, Error> {
    let viewer = Viewer::find(asked.viewer.folder.as_deref())?;
    let (options, progress) = begin(&asked.posts, &asked.out, &asked.settings, screen);
    let limit = asked.limit.saturating_mul(1 << 20);
    let packed = packing::pack(&options, limit, &viewer.files(), &progress)?;
    let whole = show(&packed.summary, screen);
    if !screen.quiet {
        stdout(format!(
            "{} packed into `{}`, {:.1} MB\n",
            count(packed.summary.posts, "post"),
            asked.out.display(),
            packed.bytes as f64 / 1e6
        ))?;
    }
    Ok(whole)
}

/// What is to be built, and how far it is; an interrupt stops it.
fn begin(
    posts: &[PathBuf],
    out: &Path,
    settings: &SettingsArgs,
    screen: Screen,
) -> (BuildOptions, Arc<Progress>) {
    let options = BuildOptions {
        posts: posts.to_vec(),
        out: out.to_owned(),
        settings: settings.settings(),
        allow_empty: false,
    };
    let progress = Arc::new(screen.progress());
    interrupt::stops(&progress);
    (options, progress)
}

/// Shows what is wrong with the posts; tells whether all of them are in the archive.
fn show(summary: &Summary, screen: Screen) -> bool {
    screen.problems(&summary.diagnostics);
    if summary.diagnostics.len() > MOST_SHOWN {
        screen.note("run `shelfmark check` to see all\n\n");
    }
    let unreadable = summary.unreadable();
    if unreadable > 0 {
        screen.failure(
            &format!(
                "posts are missing from the archive: {}",
                count(unreadable, "error")
            ),
            Some("mend what is named above; with `--strict`, nothing is published until then"),
        );
    }
    unreadable == 0
}

pub(super) fn check(asked: &Check, screen: Screen) -> Result<bool, Error> {
    let progress = Arc::new(screen.progress());
    interrupt::stops(&progress);
    if asked.explain {
        return explain(asked, &progress);
    }
    let mut problems = compile::check(&asked.posts, now(), &progress)?;
    if !asked.only.is_empty() {
        problems.retain(|problem| asked.only.iter().any(|code| code == problem.code));
    }
    match asked.format {
        Format::Json => {
            for problem in &problems {
                if !stdout(format!("{}\n", report::json_line(problem)))? {
                    break;
                }
            }
        }
        Format::Human if asked.all => {
            stderr(&report::human(&problems, Screen::colour(), usize::MAX));
        }
        Format::Human => stderr(&report::grouped(&problems, Screen::colour())),
    }
    if asked.format == Format::Human {
        screen.note(&format!("{}\n", counts(&problems)));
    }
    Ok(problems
        .iter()
        .all(|problem| problem.severity == Severity::Note))
}

/// Milliseconds since 1970.
#[expect(
    clippy::disallowed_methods,
    reason = "nothing is written that could depend on it"
)]
fn now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |now| i64::try_from(now.as_millis()).unwrap_or(i64::MAX))
}

/// How many problems there are, in one line.
fn counts(problems: &[Diagnostic]) -> String {
    let of = |severity| problems.iter().filter(|p| p.severity == severity).count();
    let counts = [
        (of(Severity::Error), "error"),
        (of(Severity::Warning), "warning"),
        (of(Severity::Note), "note"),
    ];
    let counts: Vec<String> = counts
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, noun)| count(number, noun))
        .collect();
    if counts.is_empty() {
        "no problems".to_owned()
    } else {
        counts.join(", ")
    }
}

fn explain(asked: &Check, progress: &Progress) -> Result<bool, Error> {
    let explanation = compile::explain(&asked.posts, progress)?;
    let all: Vec<String> = match asked.format {
        Format::Json => explanation.json().collect(),
        Format::Human => explanation.human().collect(),
    };
    for part in all {
        if !stdout(part)? {
            break;
        }
    }
    Ok(true)
}
