//! Writes the tables of this crate from published data.
//!
//! `cargo run -p shelfmark-text --example generate_tables` writes them, `tests/tables.rs` compares
//! them. Nothing here is part of the library: the input is `data/`, the crate
//! `unicode-normalization` and the standard library's own character properties.

mod classes;
pub(crate) mod han;
mod pack;
pub(crate) mod unicode;

/// A table of this crate: the file under `src/` and its bytes.
pub(crate) struct Table {
    /// Name of the file in `src/tables/`.
    pub(crate) name: &'static str,
    /// What the file must hold.
    pub(crate) bytes: Vec<u8>,
}

/// Returns every table, freshly made.
pub(crate) fn tables() -> Vec<Table> {
    let base = unicode::base();
    let han = han::simplified(&base);
    vec![
        Table {
            name: "fold.bin",
            bytes: pack::fold(&base, &unicode::marks(&base), &han),
        },
        Table {
            name: "class.bin",
            bytes: pack::classes(&classes::classes()),
        },
    ]
}
