//! Prints the language of each file named on the command line: `cargo run --example detect -- *.txt`.

use std::io::Write as _;

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    for path in std::env::args_os().skip(1) {
        let bytes = std::fs::read(&path)?;
        let language = shelfmark_text::detect_language(&String::from_utf8_lossy(&bytes));
        writeln!(out, "{}\t{}", language.unwrap_or("-"), path.display())?;
    }
    Ok(())
}
