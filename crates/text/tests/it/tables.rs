//! The committed tables are what the generator writes, and the library reads them as it means them.

#[path = "../../generate/mod.rs"]
mod generate;

use shelfmark_text::{fold, fold_keep_script};
use std::path::Path;

#[test]
fn tables_are_current() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tables");
    let tables = generate::tables();
    assert_eq!(tables.len(), 2);
    for table in tables {
        let committed = std::fs::read(folder.join(table.name)).expect("the table is in the tree");
        assert!(
            committed == table.bytes,
            "{} is not what the generator writes\nhelp: if the change is wanted, run `cargo run -p shelfmark-text --example generate_tables`; every archive must be built again",
            table.name
        );
    }
}

#[test]
fn tables_say_what_the_generator_means() {
    let base = generate::unicode::base();
    let han = generate::han::simplified(&base);
    for c in '\0'..=char::MAX {
        let own = String::from(c);
        let expected = base.get(&c).unwrap_or(&own);
        assert_eq!(&fold_keep_script(&own), expected, "U+{:04X}", u32::from(c));
        let simplified: String = expected
            .chars()
            .map(|c| *han.get(&c).unwrap_or(&c))
            .collect();
        assert_eq!(fold(&own), simplified, "U+{:04X}", u32::from(c));
    }
}
