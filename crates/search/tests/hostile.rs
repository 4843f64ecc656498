//! Bundles that no honest compiler writes: an error or an answer, never a panic, never for ever, and
//! never much memory. Hashes are no help against who writes them anew, so here all are right.

use std::fs;
use std::time::Instant;

use proptest::prelude::*;
use shelfmark_bundle::{
    BodyGroup, BodyPage, BodyShard, DaysShard, FacetShard, FormsShard, IndexShard, ListShard,
    MAX_POSTS, MAX_SHARD, Manifest, Reading, Scale, TermTable, TextShard,
};

#[expect(dead_code, reason = "shared with other tests")]
mod archive;
mod mutate;
mod survive;

use archive::Archive;
use mutate::{Choices, mutate};
use survive::{PATIENCE, posts, survive};

/// Most memory, in bytes, that reading may take.
const MEMORY: u64 = 256 << 20;

fn archive(kind: i32) -> Archive {
    let posts = posts();
    match kind {
        0 => Archive::scanned(&posts),
        1 => Archive::indexed(&posts),
        _ => Archive::segmented(&posts, &[11, 20], &[]),
    }
}

fn manifest_of(archive: &Archive) -> Vec<u8> {
    archive.engine.manifest().encode()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn mutated_shards_do_no_harm(seed in prop::collection::vec(any::<u8>(), 200), kind in 0..3) {
        let archive = archive(kind);
        survive(archive, None, &mut Choices(&seed));
    }

    #[test]
    fn mutated_manifests_do_no_harm(seed in prop::collection::vec(any::<u8>(), 60), kind in 0..3) {
        let archive = archive(kind);
        let json = mutate(&manifest_of(&archive), &mut Choices(&seed));
        if let Ok(manifest) = Manifest::decode(&json) {
            survive(archive, Some(manifest), &mut Choices(&[1; 0]));
        }
    }
}

/// Reads a file as one of its kind.
type Read = fn(&[u8], &Scale);

/// Most memory that this process ever had, in bytes; nothing where the system does not tell.
fn peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim()
        .trim_end_matches(" kB")
        .parse::<u64>()
        .ok()
        .map(|kb| kb << 10)
}

#[test]
fn a_few_bytes_never_become_many() {
    let scale = Scale::even(MAX_POSTS as u32);
    let fill = |head: &str, piece: &str, tail: &str| {
        let room = MAX_SHARD as usize - head.len() - tail.len();
        let mut json = String::with_capacity(MAX_SHARD as usize);
        json.push_str(head);
        (0..room / piece.len() - 1).for_each(|_| json.push_str(piece));
        json.push_str(piece.trim_end_matches(','));
        json.push_str(tail);
        json.into_bytes()
    };
    let cases: [(&str, &str, &str, Read); 11] = [
        (
            "{\"first\":0,\"posts\":[",
            "{\"slug\":\"\",\"title\":\"\"},",
            "]}",
            |json, scale| drop(ListShard::decode(json, 0, scale.posts())),
        ),
        (
            "{\"first\":0,\"posts\":[",
            "{\"text\":\"\",\"body\":0,\"entry\":{\"slug\":\"\",\"title\":\"\"}},",
            "]}",
            |json, _| drop(BodyShard::<Reading>::decode(json)),
        ),
        (
            "{\"first\":0,\"lists\":[],\"groups\":[",
            "[[\"\",0,0],[]],",
            "]}",
            |json, scale| drop(BodyPage::decode(json, 0..scale.posts())),
        ),
        ("{\"bodies\":[", "[\"\",0,0],", "]}", |json, _| {
            drop(BodyGroup::decode(json));
        }),
        (
            "{\"facets\":[",
            "{\"kind\":\"tag\",\"name\":\"\",\"gaps\":[]},",
            "]}",
            |json, _| drop(FacetShard::decode(json)),
        ),
        ("{\"first\":0,\"texts\":[", "\"\",", "]}", |json, scale| {
            drop(TextShard::decode(json, scale.posts()));
        }),
        ("{\"days\":[", "[1,1],", "]}", |json, scale| {
            drop(DaysShard::decode(json, scale.posts()));
        }),
        ("{\"words\":[],\"forms\":[", "[],", "]}", |json, _| {
            drop(FormsShard::decode(json));
        }),
        ("{\"keys\":[", "\"\",", "],\"shards\":[]}", |json, _| {
            drop(TermTable::decode(json));
        }),
        ("{\"terms\":\"", "/", "\"}", |json, scale| {
            drop(IndexShard::decode(json, scale));
        }),
        ("{\"terms\":\"", "A", "\"}", |json, scale| {
            drop(IndexShard::decode(json, scale));
        }),
    ];
    for (head, piece, tail, read) in cases {
        let json = fill(head, piece, tail);
        let started = Instant::now();
        read(&json, &scale);
        assert!(
            started.elapsed() < PATIENCE * 3,
            "{head}{piece}: {:?}",
            started.elapsed()
        );
        if let Some(peak) = peak() {
            assert!(peak < MEMORY, "{head}{piece}: {} MB", peak >> 20);
        }
    }
}
