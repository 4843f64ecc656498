//! The posts of a built site of which readers see least: what of their text is dropped, what looks
//! wrong; for `docs/worst-posts.md`.
//!
//! `cargo xtask worst` builds the site and calls this. The source's text is told without the
//! product's parsers (`source.rs`), or a mistake of theirs would be none.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool talks to whoever runs it"
)]

mod looks;
mod loss;
mod source;

use std::collections::BTreeMap;
use std::process::ExitCode;

use rayon::prelude::*;
use shelfmark_bundle::PostRecord;
use shelfmark_compile::archive::Archive;
use shelfmark_compile::list::list;
use shelfmark_compile::render::Document;
use shelfmark_markdown::{Context, VisibleText};

use looks::Looks;
use loss::Loss;
use source::SourceText;

/// Posts that are rendered together.
const BATCH: usize = 2_048;
/// Posts listed of each kind of trouble.
const LISTED: usize = 8;

/// One post, judged.
struct Judged {
    path: String,
    loss: Loss,
    looks: Looks,
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

fn run() -> Result<(), Box<dyn core::error::Error>> {
    const USAGE: &str = "usage: worst SITE [N]   (N posts are listed [50])";
    let mut arguments = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench");
    let site = arguments.next().ok_or(USAGE)?;
    let most = arguments.next().map_or(Ok(50), |number| number.parse())?;
    let mut judged = Vec::new();
    let mut waiting: Vec<PostRecord> = Vec::new();
    let problems = list(&Archive::open(site.as_ref())?, |row| {
        waiting.push(row.record().clone());
        if waiting.len() == BATCH {
            judged.par_extend(waiting.par_drain(..).map(|record| judge(&record)));
        }
        true
    });
    judged.par_extend(waiting.par_iter().map(judge));
    if let Some(problem) = problems.first() {
        return Err(format!("{} {}", problem.what, problem.why).into());
    }
    report(judged, most);
    Ok(())
}

fn judge(record: &PostRecord) -> Judged {
    let source = record.entry.source.as_deref();
    let document = Document::parse(record.markdown());
    let context = Context {
        title: &record.entry.title,
        source,
        known: None,
    };
    let mut visible = VisibleText::new();
    document.walk(context, &mut visible);
    // The title is shown above the body.
    let visible = [&record.entry.title, "\n", &visible.finish()].concat();
    let mut looks = Looks::default();
    document.walk(context, &mut looks);
    let body = record.text.get(record.body as usize..).unwrap_or_default();
    Judged {
        path: format!("{}:{}", record.root, record.path),
        loss: Loss::between(&SourceText::of(body, source), &visible),
        looks: looks.finish(),
    }
}

fn report(mut judged: Vec<Judged>, most: usize) {
    println!("{} posts\n", judged.len());
    println!("## Text that is not shown\n");
    println!("| stands in | posts | letters |\n| --- | --- | --- |");
    let mut owners: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for post in &judged {
        for (owner, letters) in &post.loss.by_owner {
            let sum = owners.entry(owner).or_default();
            *sum = (sum.0 + 1, sum.1 + letters);
        }
    }
    let mut owners: Vec<_> = owners.into_iter().collect();
    owners.sort_by_key(|(owner, (_, letters))| (usize::MAX - letters, *owner));
    for (owner, (posts, letters)) in owners {
        println!("| {owner} | {posts} | {letters} |");
    }
    println!("\n## What looks wrong\n");
    let mut kinds: BTreeMap<&str, Vec<(usize, &Judged)>> = BTreeMap::new();
    for post in &judged {
        for (kind, much) in &post.looks.found {
            kinds.entry(kind).or_default().push((*much, post));
        }
    }
    for (kind, mut posts) in kinds {
        posts.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.path.cmp(&b.1.path)));
        println!("{kind}: {} posts", posts.len());
        for (much, post) in posts.iter().take(LISTED) {
            println!(
                "  {much:7}  {}  «{}»",
                post.path,
                line(&post.looks.examples[kind])
            );
        }
    }
    println!("\n## Most text not shown\n");
    judged.sort_by(|a, b| {
        b.loss
            .lost
            .cmp(&a.loss.lost)
            .then_with(|| a.path.cmp(&b.path))
    });
    for post in judged.iter().take(most) {
        println!("{} of {}  {}", post.loss.lost, post.loss.source, post.path);
        for (owner, letters) in &post.loss.by_owner {
            println!("  {letters:7}  {owner}  «{}»", post.loss.examples[owner]);
        }
    }
}

/// On one line.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
