//! Times folding and cutting the files named on the command line, or a made-up text without any:
//! `cargo run --release -p shelfmark-text --example timing -- posts/*.md`.

use shelfmark_text::{detect_language, fold, fold_keep_script, fold_mapped, runs};
use std::io::Write as _;
use std::time::Instant;

fn main() -> std::io::Result<()> {
    let mut texts = Vec::new();
    for path in std::env::args_os().skip(1) {
        texts.push(String::from_utf8_lossy(&std::fs::read(path)?).into_owned());
    }
    if texts.is_empty() {
        texts.push("武漢的圖書館，The quick brown fox；2024年的台灣。".repeat(100_000));
    }
    let start = Instant::now();
    let _ = fold("é");
    let unpacking = start.elapsed();
    writeln!(std::io::stdout(), "unpacking the tables: {unpacking:?}")?;
    time("fold", &texts, |text| fold(text).len())?;
    time("fold_keep_script", &texts, |text| {
        fold_keep_script(text).len()
    })?;
    time("fold_mapped", &texts, |text| fold_mapped(text).text().len())?;
    time("runs", &texts, |text| runs(text).count())?;
    time("detect_language", &texts, |text| {
        usize::from(detect_language(text).is_some())
    })
}

/// Prints how fast `work` goes through `texts`, the best of three rounds.
fn time(name: &str, texts: &[String], work: impl Fn(&str) -> usize) -> std::io::Result<()> {
    let bytes: usize = texts.iter().map(String::len).sum();
    let mut best = f64::MAX;
    let mut sum = 0;
    for _ in 0..3 {
        let start = Instant::now();
        sum = texts.iter().map(|text| work(text)).sum();
        best = best.min(start.elapsed().as_secs_f64());
    }
    let speed = bytes as f64 / 1e6 / best;
    writeln!(
        std::io::stdout(),
        "{name}: {speed:.0} MB/s over {bytes} bytes ({sum})"
    )
}
