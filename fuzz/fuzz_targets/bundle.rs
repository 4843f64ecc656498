//! The bundle's reader under libFuzzer: bytes as any kind of file, and an honest archive of which the
//! files are changed on the way.
//!
//! The first byte chooses. Whatever comes, reading gives an error or an answer; libFuzzer reports a
//! panic, more than its limit of memory and more than its limit of time: run it with
//! `cargo +nightly fuzz run bundle -- -malloc_limit_mb=256 -rss_limit_mb=1024 -timeout=20` (the address
//! sanitizer itself takes several times what the program does).

#![no_main]

use libfuzzer_sys::fuzz_target;
use shelfmark_bundle::{
    BodyGroup, BodyPage, BodyShard, DaysShard, FacetShard, FormsShard, IndexShard, ListShard,
    Manifest, PagesShard, PostRecord, Reading, Scale, SlugShard, TermTable, TextShard, TraitsShard,
};

#[allow(dead_code, reason = "shared with the tests of `shelfmark-search`")]
#[path = "../../crates/search/tests/archive/mod.rs"]
mod archive;
#[path = "../../crates/search/tests/mutate/mod.rs"]
mod mutate;
#[path = "../../crates/search/tests/survive/mod.rs"]
mod survive;

use archive::Archive;
use mutate::{Choices, mutate};

fuzz_target!(|input: &[u8]| {
    let Some((kind, bytes)) = input.split_first() else {
        return;
    };
    let posts = 300;
    match kind % 20 {
        0 => drop(Manifest::decode(bytes)),
        1 => drop(ListShard::decode(bytes, 0, posts)),
        2 => drop(BodyPage::decode(bytes, 0, posts)),
        3 => drop(BodyGroup::decode(bytes)),
        4 => drop(BodyShard::<Reading>::decode(bytes)),
        5 => drop(BodyShard::<PostRecord>::decode(bytes)),
        6 => drop(SlugShard::decode(bytes, posts)),
        7 => drop(FacetShard::decode(bytes)),
        8 => drop(TextShard::decode(bytes, posts)),
        9 => drop(DaysShard::decode(bytes, posts)),
        10 => drop(FormsShard::decode(bytes)),
        11 => drop(TermTable::decode(bytes)),
        12 => drop(TraitsShard::decode(bytes, posts)),
        13 => drop(PagesShard::decode(bytes)),
        14 => drop(IndexShard::decode(bytes, &Scale::even(posts))),
        15 => survive::survive(
            Archive::indexed(&survive::posts()),
            None,
            &mut Choices(bytes),
        ),
        16 => survive::survive(
            Archive::scanned(&survive::posts()),
            None,
            &mut Choices(bytes),
        ),
        17 => survive::survive(segmented(), None, &mut Choices(bytes)),
        kind => {
            let mut choices = Choices(bytes);
            let archive = match kind {
                18 => segmented(),
                _ => Archive::indexed(&survive::posts()),
            };
            let json = mutate(&archive.engine.manifest().encode(), &mut choices);
            if let Ok(manifest) = Manifest::decode(&json) {
                survive::survive(archive, Some(manifest), &mut choices);
            }
        }
    }
});

fn segmented() -> Archive {
    Archive::segmented(&survive::posts(), &[11, 20], &[])
}
