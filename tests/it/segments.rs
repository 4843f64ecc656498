//! An index made of segments: what stays when posts come, and that it finds what any index finds.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read as _;

use flate2::read::GzDecoder;
use shelfmark_bundle::{Manifest, ShardKind, ShardRef, TermTable};
use shelfmark_compile::reader::Reader;
use shelfmark_search::{Query, Request, Sort};

use crate::support::Bench;

const WORDS: [&str; 8] = [
    "言论自由",
    "武漢日記",
    "running",
    "run",
    "elections",
    "election",
    "峰会在北京开幕",
    "の国",
];

/// What post `id` says: words that differ from post to post, and one of its own.
fn text(id: usize) -> String {
    let words = WORDS.iter().enumerate();
    let held = words.filter(|(place, _)| (id * 7 + id / 5).is_multiple_of(place + 2));
    let held: Vec<&str> = held.map(|(_, word)| *word).collect();
    format!("{} own{id} 第{id}篇", held.join(" "))
}

/// Writes posts `ids`, each of a later day than the one before.
fn write(bench: &Bench, ids: core::ops::Range<usize>) {
    for id in ids {
        let (year, month, day) = (2020 + id / 336, id / 28 % 12 + 1, id % 28 + 1);
        let name = format!("posts/{year}-{month:02}-{day:02}-p.md");
        bench.write(&name, format!("# 第{id}天\n\n{}\n", text(id)));
    }
}

const OPTIONS: &str = "--viewer viewer --search index --no-static-pages";

fn build(bench: &Bench, out: &str, more: &str) -> Manifest {
    bench.ok(&format!("build posts --out {out} {OPTIONS}{more}"));
    let json = fs::read(bench.path(out).join("bundle/archive.json")).unwrap();
    Manifest::decode(&json).unwrap()
}

/// Names of the files of some tables and of their shards.
fn files(bench: &Bench, site: &str, tables: &[(String, ShardRef)]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (_, table) in tables {
        let name = table.file_name(ShardKind::Terms);
        let file = fs::File::open(bench.path(site).join("bundle").join(&name)).unwrap();
        let mut json = Vec::new();
        GzDecoder::new(file).read_to_end(&mut json).unwrap();
        let shards = TermTable::decode(&json).unwrap().shards;
        names.extend(shards.iter().map(|shard| shard.file_name(ShardKind::Index)));
        names.insert(name);
    }
    names
}

#[test]
fn posts_at_the_end_leave_older_segments_as_they_are() {
    let bench = Bench::new();
    write(&bench, 0..300);
    let before = build(&bench, "before", " --segments");
    let plain = build(&bench, "plain", "");
    write(&bench, 300..303);
    let after = build(&bench, "after", " --segments");
    let later = build(&bench, "later", "");

    assert_eq!(
        (before.format, &before.segments.posts[..]),
        (2, &[256, 44][..])
    );
    assert_eq!(
        (after.format, &after.segments.posts[..]),
        (2, &[256, 47][..])
    );
    assert_eq!(before.segments.traits[0], after.segments.traits[0]);
    assert_ne!(before.segments.traits[1], after.segments.traits[1]);
    let (old, new) = (before.segments.tables[0], after.segments.tables[0]);
    assert_eq!(before.index[..old as usize], after.index[..new as usize]);
    let of = |site, manifest: &Manifest| files(&bench, site, &manifest.index[..old as usize]);
    let kept = of("before", &before);
    assert!(kept.len() > 1);
    assert_eq!(kept, of("after", &after));
    bench.ok("verify before");
    bench.ok("verify after");

    // Without the option nothing is new: neither the format nor that it all changes.
    assert!(plain.format == 1 && plain.segments.is_empty());
    assert!(plain.traits.is_some() && plain.triples.is_some());
    let (plain, later) = (
        files(&bench, "plain", &plain.index),
        files(&bench, "later", &later.index),
    );
    assert!(plain.is_disjoint(&later));
}

#[test]
fn segments_find_what_one_index_finds() {
    let bench = Bench::new();
    write(&bench, 0..300);
    build(&bench, "plain", "");
    // As the file says it.
    bench.write("posts/shelfmark.toml", "segments = true\n");
    assert_eq!(build(&bench, "site", "").segments.posts, [256, 44]);
    let open = |site| Reader::open(&bench.path(site)).unwrap();
    let exact = WORDS[..2].iter().chain(&WORDS[6..]).copied();
    let others = [
        "言",
        "\"election\"",
        "own29*",
        "own7 OR own290",
        "run -言论",
        "title:第299天",
        "-武汉",
        "absent",
    ];
    for query in exact.chain(others).chain(["running", "election"]) {
        for sort in [Sort::Relevance, Sort::Newest] {
            // Anew for each query: what is here already needs no rounds.
            let (mut plain, mut segmented) = (open("plain"), open("site"));
            let request = Request {
                query: Query::parse(query, false).unwrap(),
                sort,
                limit: 300,
                read: usize::MAX,
                ..Request::default()
            };
            // What one of them has from before is no fewer rounds.
            plain.forget();
            segmented.forget();
            let one = plain.search(&request).unwrap();
            let other = segmented.search(&request).unwrap();
            assert!(one.exact && other.exact);
            assert_eq!(one.ids, other.ids, "{query}");
            assert_eq!(
                plain.traffic().rounds,
                segmented.traffic().rounds,
                "{query}"
            );
        }
    }
    let mut segmented = open("site");
    for word in ["言论自由", "の国"] {
        let request = Request {
            query: Query::parse(word, false).unwrap(),
            sort: Sort::Oldest,
            limit: 1,
            read: usize::MAX,
            ..Request::default()
        };
        let held: Vec<u32> = (0..300)
            .filter(|id| text(*id as usize).contains(word))
            .collect();
        assert_eq!(segmented.search(&request).unwrap().ids, held, "{word}");
    }
    let files = |site: &str| bench.ok(&format!("list {site}")).stdout;
    assert_eq!(files("site"), files("plain"));
}

#[test]
fn damage_is_found_in_every_segment() {
    let bench = Bench::new();
    write(&bench, 0..270);
    let manifest = build(&bench, "site", " --segments");
    let shards: Vec<String> = manifest
        .segments
        .traits
        .iter()
        .map(|traits| traits.file_name(ShardKind::Traits))
        .chain(files(
            &bench,
            "site",
            &manifest.index[manifest.index.len() - 1..],
        ))
        .collect();
    assert!(shards.len() >= 4);
    for name in shards {
        let path = bench.path("site/bundle").join(&name);
        let good = fs::read(&path).unwrap();
        let mut bad = good.clone();
        bad[good.len() / 2] ^= 0x10;
        fs::write(&path, bad).unwrap();
        let answer = bench.run("verify site");
        assert_eq!(answer.code, 1, "{name}: {answer:?}");
        assert!(answer.stderr.contains(&name), "{answer:?}");
        fs::write(&path, good).unwrap();
    }
    bench.ok("verify site");
}
