//! `extract`, `list` and `verify`: what can be done with a site that was built. And `keygen`.

use std::sync::Arc;

use shelfmark_compile::archive::{Archive, Problem};
use shelfmark_compile::error::{Error, count};
use shelfmark_compile::extract as giving_back;
use shelfmark_compile::interrupt;
use shelfmark_compile::list as listing;
use shelfmark_compile::report::escaped;
use shelfmark_compile::sign::{self, PublicKey};
use shelfmark_compile::verify as checking;

use super::args::{Extract, Format, Keygen, List, Verify};
use super::{Screen, stderr, stdout};

pub(super) fn extract(asked: &Extract, screen: Screen) -> Result<bool, Error> {
    let archive = Archive::open(&asked.site)?;
    let progress = Arc::new(screen.progress());
    interrupt::stops(&progress);
    let done = giving_back::extract(&archive, &asked.out, asked.force, &progress)?;
    show(
        &done.problems,
        "the rest was written; `shelfmark verify` tells whether the site is whole",
    );
    if !screen.quiet {
        let mut line = format!(
            "{} written to `{}`",
            count(done.written, "post"),
            asked.out.display()
        );
        if done.unchanged > 0 {
            line.push_str(&format!(
                ", {} there already",
                count(done.unchanged, "post")
            ));
        }
        if done.pictures > 0 {
            line.push_str(&format!(", with {}", count(done.pictures, "picture")));
        }
        if !done.problems.is_empty() {
            line.push_str(&format!(", {}", count(done.problems.len(), "problem")));
        }
        stdout(format!("{line}\n"))?;
    }
    Ok(done.problems.is_empty())
}

pub(super) fn list(asked: &List) -> Result<bool, Error> {
    let archive = Archive::open(&asked.site)?;
    let mut written = Ok(true);
    let problems = listing::list(&archive, |row| {
        let line = match asked.format {
            Format::Human => row.human(),
            Format::Json => row.json(),
        };
        written = stdout(format!("{line}\n"));
        matches!(written, Ok(true))
    });
    show(&problems, AGAIN);
    written?;
    Ok(problems.is_empty())
}

pub(super) fn verify(asked: &Verify, screen: Screen) -> Result<bool, Error> {
    let archive = Archive::open(&asked.site)?;
    let progress = Arc::new(screen.progress());
    interrupt::stops(&progress);
    let key = asked.key.as_deref().map(PublicKey::given).transpose()?;
    let found = checking::verify(&archive, key.as_ref(), &progress)?;
    show(&found.problems, AGAIN);
    for (names, place) in [
        (&found.inside, "in the archive's folders"),
        (&found.beside, "beside the archive"),
    ] {
        if !names.is_empty() {
            let (number, first) = (others(names), first(names));
            screen.note(&format!(
                "note: {number} {place} that nothing names and nobody checked: {first}\n"
            ));
        }
    }
    if !screen.quiet {
        stdout(format!(
            "{} and {} checked, {}\n",
            count(found.files, "file"),
            count(found.posts, "post"),
            if found.problems.is_empty() {
                "all as the manifest says".to_owned()
            } else {
                count(found.problems.len(), "problem")
            }
        ))?;
        if let Some(signed) = &found.signed {
            stdout(format!("manifest unchanged since signed by {signed}\n"))?;
        }
    }
    Ok(found.problems.is_empty())
}

pub(super) fn keygen(asked: &Keygen, screen: Screen) -> Result<bool, Error> {
    let new = sign::keygen(&asked.out)?;
    let written = stdout(format!("{}\n", new.public));
    screen.note(&format!(
        "fingerprint {}\n`{}` signs: keep it secret, and keep a copy; `{}` is for your readers\n",
        new.public.fingerprint(),
        new.secret.display(),
        new.file.display()
    ));
    // The key is there all the same.
    written.map(|_| true)
}

/// How many files, and folders of others, these names are.
fn others(names: &[String]) -> String {
    let folders = names.iter().filter(|name| name.ends_with('/')).count();
    let (files, folders) = (
        count(names.len() - folders, "file"),
        count(folders, "folder"),
    );
    match (files.starts_with("0 "), folders.starts_with("0 ")) {
        (_, true) => files,
        (true, _) => folders,
        _ => format!("{files} and {folders}"),
    }
}

/// The first of some names, and how many more there are.
fn first(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let shown = names.iter().take(SHOWN).map(|name| escaped(name));
    let mut text = shown.collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN {
        text.push_str(&format!(", and {} more", names.len() - SHOWN));
    }
    text
}

/// What to do about a site that is damaged.
const AGAIN: &str = "get the site again from where you trust it, or build it again";

fn show(problems: &[Problem], help: &str) {
    for problem in problems {
        stderr(&format!(
            "error: {}: {}\n",
            escaped(&problem.what),
            escaped(&problem.why)
        ));
    }
    if !problems.is_empty() {
        stderr(&format!("help: {help}\n"));
    }
}
