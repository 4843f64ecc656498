//! Shards in packs: fewer files, in which everything is found, and every damage.

use std::fs;

use shelfmark_bundle::Manifest;
use shelfmark_compile::reader::Reader;
use shelfmark_search::{Query, Request, Sort};

use crate::support::{Bench, hashes};

/// Posts with words that many, some and few of them hold; one is larger than all others together.
fn posts(bench: &Bench, ids: core::ops::Range<usize>) {
    for id in ids {
        let words = match id % 5 {
            0 => "言论自由 running",
            1 => "武漢日記 election",
            2 => "峰会在北京开幕",
            _ => "の国 elections",
        };
        let more = if id == 7 {
            let noise = (0..9_000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_string());
            noise.collect::<Vec<_>>().join(" ")
        } else {
            "text ".repeat(id % 90 * 10)
        };
        bench.write(
            &format!(
                "posts/2024-{:02}-{:02}-p{id}.md",
                id / 28 % 12 + 1,
                id % 28 + 1
            ),
            format!(
                "---\ntags: [t{}]\n---\n# 第{id}天\n\n{words} own{id}\n\n{more}\n",
                id % 3
            ),
        );
    }
}

const PLAIN: &str = "--viewer viewer --search index --no-static-pages";
const PACKED: &str = "--viewer viewer --search index --no-static-pages --pack-shards";

fn manifest(bench: &Bench, site: &str) -> Manifest {
    let json = fs::read(bench.path(site).join("bundle/archive.json")).unwrap();
    Manifest::decode(&json).unwrap()
}

/// Names of the packs of a site.
fn packs(bench: &Bench, site: &str) -> Vec<String> {
    let mut names = bench.names(&format!("{site}/bundle"));
    names.retain(|name| name.starts_with("body-") || name.starts_with("index-"));
    names
}

#[test]
fn packs_hold_what_the_files_held() {
    let bench = Bench::new();
    posts(&bench, 0..300);
    bench.ok(&format!("build posts --out plain {PLAIN}"));
    // As the file says it, in either spelling.
    for key in ["pack-shards", "pack_shards"] {
        bench.write("posts/shelfmark.toml", format!("{key} = true\n"));
        bench.ok(&format!("build posts --out {key} {PLAIN}"));
    }
    fs::remove_file(bench.path("posts/shelfmark.toml")).unwrap();
    bench.ok(&format!("build posts --out site {PACKED}"));
    let built = hashes(&bench.path("site"));
    assert_eq!(built, hashes(&bench.path("pack-shards")));
    assert_eq!(built, hashes(&bench.path("pack_shards")));

    let (plain, packed) = (manifest(&bench, "plain"), manifest(&bench, "site"));
    assert_eq!((plain.format, plain.packed), (1, 0));
    assert_eq!((packed.format, packed.packed), (3, 12));
    assert_eq!(plain.lists, packed.lists);
    assert_eq!(plain.index, packed.index, "tables are as they were");
    let count = |kind: &str| {
        let names = bench.names("site/bundle");
        names.iter().filter(|name| name.starts_with(kind)).count()
    };
    assert!(count("index-") < 3 * count("terms-"));
    assert!(count("body-") > count("group-") && count("body-") <= 2 * count("group-"));
    assert!(count("group-") > 2, "several groups, or nothing is shown");
    assert!(packs(&bench, "plain").len() > 4 * packs(&bench, "site").len());

    bench.ok("verify site");
    for site in ["plain", "site"] {
        bench.ok(&format!("extract {site} --out from-{site}"));
    }
    let sources = hashes(&bench.path("posts"));
    assert_eq!(hashes(&bench.path("from-site")), sources);
    assert_eq!(hashes(&bench.path("from-plain")), sources);
    let list = |site: &str| bench.ok(&format!("list {site} --format json")).stdout;
    assert_eq!(list("site"), list("plain"));
}

#[test]
fn packs_are_searched_as_files_are() {
    let bench = Bench::new();
    posts(&bench, 0..300);
    bench.ok(&format!("build posts --out plain {PLAIN}"));
    bench.ok(&format!("build posts --out site {PACKED}"));
    bench.ok(&format!("build posts --out both {PACKED} --segments"));
    assert_eq!(manifest(&bench, "both").segments.posts, [256, 44]);
    bench.ok("verify both");
    for query in [
        "言论自由",
        "国",
        "own29*",
        "run -言论",
        "title:第299天",
        "absent",
    ] {
        let search = |site: &str| {
            let mut reader = Reader::open(&bench.path(site)).unwrap();
            let request = Request {
                query: Query::parse(query, false).unwrap(),
                sort: Sort::Newest,
                limit: 300,
                read: usize::MAX,
                ..Request::default()
            };
            let found = reader.search(&request).unwrap();
            (found.ids, found.exact, reader.traffic())
        };
        let (plain, packed) = (search("plain"), search("site"));
        assert_eq!(plain.0, packed.0, "{query}");
        assert_eq!(plain.0, search("both").0, "{query}");
        // No byte and no round more, but for the lengths in the page of bodies.
        assert_eq!(plain.2.rounds, packed.2.rounds, "{query}");
        assert_eq!(plain.2.requests, packed.2.requests, "{query}");
        assert_eq!(plain.2.index_bytes, packed.2.index_bytes, "{query}");
        assert!(packed.2.bytes < plain.2.bytes + 1_000, "{query}");
    }
}

#[test]
fn every_damage_of_a_pack_is_found_and_named() {
    let bench = Bench::new();
    posts(&bench, 0..60);
    bench.ok(&format!("build posts --out site {PACKED}"));
    let found = |name: &str, what: &str| {
        let answer = bench.run("verify site");
        assert_eq!(answer.code, 1, "{name} {what}: {answer:?}");
        assert!(answer.stderr.contains(name), "{name} {what}: {answer:?}");
    };
    let packs = packs(&bench, "site");
    for kind in ["body-", "index-"] {
        let name = packs.iter().find(|name| name.starts_with(kind)).unwrap();
        let path = bench.path("site/bundle").join(name);
        let good = fs::read(&path).unwrap();
        for at in (0..good.len())
            .step_by(good.len() / 20)
            .chain([good.len() - 1])
        {
            let mut bad = good.clone();
            bad[at] ^= 0x10;
            fs::write(&path, bad).unwrap();
            found(name, &format!("byte {at}"));
        }
        fs::write(&path, &good[..good.len() - 1]).unwrap();
        found(name, "cut");
        fs::write(&path, [&good[..], b"x"].concat()).unwrap();
        found(name, "longer");
        fs::remove_file(&path).unwrap();
        found(name, "missing");
        fs::write(&path, good).unwrap();
    }
    bench.ok("verify site");

    // One post is lost with a byte of its pack, and no other.
    let name = packs.iter().find(|name| name.starts_with("body-")).unwrap();
    let path = bench.path("site/bundle").join(name);
    let mut bad = fs::read(&path).unwrap();
    bad[30] ^= 1;
    fs::write(&path, bad).unwrap();
    let answer = bench.run("extract site --out out");
    assert_eq!(answer.code, 1);
    assert!(answer.stderr.contains(name), "{answer:?}");
    let (all, left) = (hashes(&bench.path("posts")), hashes(&bench.path("out")));
    assert!(
        left.len() >= all.len() - 30 && left.len() < all.len(),
        "{}",
        left.len()
    );
    assert!(left.iter().all(|(name, hash)| all.get(name) == Some(hash)));
}

#[test]
fn packs_stay_when_posts_come_at_the_end() {
    let bench = Bench::new();
    posts(&bench, 0..300);
    bench.ok(&format!("build posts --out before {PACKED} --segments"));
    posts(&bench, 300..303);
    bench.ok(&format!("build posts --out after {PACKED} --segments"));
    let (before, after) = (packs(&bench, "before"), packs(&bench, "after"));
    let gone: Vec<&String> = before.iter().filter(|name| !after.contains(name)).collect();
    // The last list shard's last group, and the index of the newest posts.
    assert!(
        gone.len() <= 3 && before.len() > 10,
        "{gone:?} of {}",
        before.len()
    );
    for name in before.iter().filter(|name| after.contains(name)) {
        let read = |site: &str| fs::read(bench.path(site).join("bundle").join(name)).unwrap();
        assert_eq!(read("before"), read("after"), "{name}");
    }
}

#[test]
fn packs_go_with_scripts_for_disks_and_not_into_one_file() {
    let bench = Bench::new();
    posts(&bench, 0..40);
    bench.ok(&format!("build posts --out site {PACKED} --file-urls"));
    bench.ok("verify site");
    for name in packs(&bench, "site") {
        assert!(
            bench
                .path(&format!("site/bundle/disk/bundle/{name}.js"))
                .exists()
        );
    }
    // Everything is in the one file anyway.
    bench.ok("pack posts --out a.html --viewer viewer --search index");
    bench.write("posts/shelfmark.toml", "pack-shards = true\n");
    bench.ok("pack posts --out b.html --viewer viewer --search index --pack-shards");
    let read = |name: &str| fs::read(bench.path(name)).unwrap();
    assert!(read("a.html") == read("b.html"));
}
