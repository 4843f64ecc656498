//! Writes the tables in `src/tables/`: `cargo run -p shelfmark-text --example generate_tables`.

#[path = "../generate/mod.rs"]
mod generate;

use std::io::Write as _;
use std::path::Path;

fn main() -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tables");
    for table in generate::tables() {
        std::fs::write(folder.join(table.name), &table.bytes)?;
        writeln!(
            std::io::stdout(),
            "{}: {} bytes",
            table.name,
            table.bytes.len()
        )?;
    }
    Ok(())
}
