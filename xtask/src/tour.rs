//! `cargo xtask screenshots`: pictures of every view in every engine, and those of `docs/tour.md`.

use std::fs;

use crate::config::Project;
use crate::util::command;
use crate::util::failure::{Failure, Result};
use crate::util::files;

/// The pictures of the tour and of `docs/embedding.md`, in `docs/tour/`: few and small, as everybody who clones has them.
const TOUR: [&str; 11] = [
    "chromium-desktop-light-list",
    "webkit-phone-light-list",
    "chromium-phone-dark-results",
    "firefox-desktop-light-filtered",
    "chromium-desktop-light-post-chinese",
    "webkit-phone-light-post-matches",
    "firefox-desktop-dark-post-english",
    "chromium-phone-light-persian",
    "chromium-desktop-light-settings",
    "chromium-phone-light-help",
    "chromium-desktop-light-embedded",
];

/// Takes all pictures and puts those of the tour in place.
pub(crate) fn take(project: &Project) -> Result<()> {
    let all = project.target.join("screenshots");
    let mut test = command::cargo(&project.root);
    test.args([
        "test",
        "-q",
        "-p",
        "shelfmark",
        "--test",
        "web",
        "--",
        "screenshots",
    ]);
    test.env("SHELFMARK_TOOLS", project.tools());
    test.env("SHELFMARK_PROGRAM", project.program());
    test.env("SHELFMARK_SCREENSHOTS", &all);
    command::visible(&mut test)?;
    let tour = project.root.join("docs/tour");
    fs::create_dir_all(&tour)
        .map_err(|error| Failure::new(format!("{}: {error}", tour.display())))?;
    for name in TOUR {
        let file = format!("{name}.png");
        files::write_changed(&tour.join(&file), &files::read(&all.join(&file))?)?;
    }
    println!("all pictures: {}\ntour: {}", all.display(), tour.display());
    Ok(())
}
