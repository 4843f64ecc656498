//! `build`, `pack` and `check`.

use std::sync::Arc;

use shelfmark_compile::build as compile;
use shelfmark_compile::error::{Error, count};
use shelfmark_compile::interrupt;
use shelfmark_compile::options::BuildOptions;
use shelfmark_compile::pack as packing;
use shelfmark_compile::report;
use shelfmark_compile::summary::Summary;

use super::args::{Build, Check, Format, Pack};
use super::viewer::Viewer;
use super::{MOST_SHOWN, Screen, stderr, stdout};

pub(super) fn build(asked: &Build, screen: Screen) -> Result<bool, Error> {
    let viewer = Viewer::find(asked.viewer.folder.as_deref())?;
    let options = BuildOptions {
        posts: asked.posts.clone(),
        out: asked.out.clone(),
        settings: asked.settings.settings(),
        allow_empty: false,
    };
    let progress = Arc::new(screen.progress());
    interrupt::stops(&progress);
    let summary = compile::build(&options, &viewer.files(), &progress)?;
    show(&summary, screen);
    if !screen.quiet {
        stdout(&format!("{summary}\n"));
    }
    Ok(true)
}

pub(super) fn pack(asked: &Pack, screen: Screen) -> Result<bool, Error> {
    let viewer = Viewer::find(asked.viewer.folder.as_deref())?;
    let options = BuildOptions {
        posts: asked.posts.clone(),
        out: asked.out.clone(),
        settings: asked.settings.settings(),
        allow_empty: false,
    };
    let progress = Arc::new(screen.progress());
    interrupt::stops(&progress);
    let limit = asked.limit.saturating_mul(1 << 20);
    let packed = packing::pack(&options, limit, &viewer.files(), &progress)?;
    show(&packed.summary, screen);
    if !screen.quiet {
        stdout(&format!(
            "{} packed into `{}`, {:.1} MB\n",
            count(packed.summary.posts, "post"),
            asked.out.display(),
            packed.bytes as f64 / 1e6
        ));
    }
    Ok(true)
}

/// Shows what is wrong with the posts.
fn show(summary: &Summary, screen: Screen) {
    if !summary.diagnostics.is_empty() {
        screen.note(&report::human(
            &summary.diagnostics,
            Screen::colour(),
            MOST_SHOWN,
        ));
        if summary.diagnostics.len() > MOST_SHOWN {
            screen.note("run `shelfmark check` to see all\n\n");
        }
    }
}

pub(super) fn check(asked: &Check, screen: Screen) -> Result<bool, Error> {
    let progress = screen.progress();
    let problems = compile::check(&asked.posts, &progress)?;
    match asked.format {
        Format::Json => {
            for problem in &problems {
                if !stdout(&format!("{}\n", report::json_line(problem))) {
                    break;
                }
            }
        }
        Format::Human => {
            stderr(&report::human(&problems, Screen::colour(), usize::MAX));
            for (code, count) in report::summary(&problems) {
                screen.note(&format!("{count} {code}\n"));
            }
            if problems.is_empty() {
                screen.note("no problems\n");
            }
        }
    }
    Ok(problems.is_empty())
}
