//! Takes HTML's named characters out of `pulldown-cmark`, which has a table of 2,125 of them.
//!
//! That table is 12 kB of the module after brotli, and 6 kB if it is packed, but every browser has one. In
//! the table's place comes a function that takes anything for a name and returns it behind a mark;
//! `crates/markdown/src/entities.rs` says how the marks are resolved.

use crate::util::failure::{Failure, Result};

/// The function that is replaced.
const REPLACED: &str = "pub(crate) fn get_entity(bytes: &[u8]) -> Option<&'static str> {";

/// What takes its place.
const MARKING: &str = r#"
/// A mark, and the name.
pub(crate) fn get_entity(name: &[u8]) -> Option<String> {
    let name = core::str::from_utf8(name).ok().filter(|name| !name.is_empty())?;
    Some(["\u{FDD0}", name, ";"].concat())
}
"#;

/// Replaces the file whose text is `source`.
pub(crate) fn replace(source: &str) -> Result<String> {
    if source.contains(REPLACED) {
        return Ok(MARKING.to_owned());
    }
    Err(
        Failure::new("src/entities.rs of pulldown-cmark is not what xtask/src/entities.rs knows")
            .help("adapt it to the new version"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_source_is_an_error() {
        assert!(replace(REPLACED).is_ok());
        assert!(replace("fn get_entity(bytes: &[u8]) -> Option<String> {").is_err());
    }
}
