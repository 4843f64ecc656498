//! What was written is read back, and what was not is refused without a panic.

use proptest::prelude::*;
use serde_json::json;
use shelfmark_bundle::{
    BodyShard, Count, Entry, FORMAT_VERSION, Facet, FacetCount, FacetKind, FacetShard, FormatError,
    ListShard, MARK, MAX_SEGMENTS, Manifest, PagesShard, Picture, PostRecord, Reading, Segment,
    Segments, ShardKind, ShardRef, Signed, SlugShard, TextShard, slug_hash,
};

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,12}",
        any::<String>(),
        Just("武汉\u{0}\"\\\n\u{2028}😀".to_owned())
    ]
}

fn texts() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(text(), 0..4)
}

fn shard() -> impl Strategy<Value = ShardRef> {
    ("[0-9a-f]{64}", 0..1_u64 << 25, 0..1_u64 << 25)
        .prop_map(|(hash, bytes, size)| ShardRef(hash, bytes, size))
}

fn entry() -> impl Strategy<Value = Entry> {
    (
        text(),
        text(),
        prop::option::of(text()),
        texts(),
        texts(),
        prop::option::of(texts()),
        prop::option::of(text()),
    )
        .prop_map(
            |(slug, title, date, authors, tags, categories, source)| Entry {
                slug,
                title,
                lang: date.clone(),
                date,
                authors,
                tags,
                categories,
                source,
            },
        )
}

fn record() -> impl Strategy<Value = PostRecord> {
    (entry(), text(), text(), prop::option::of(text()), 0..3_u32).prop_map(
        |(entry, path, text, bytes, root)| PostRecord {
            entry,
            path,
            path_bytes: bytes.clone(),
            html: bytes.clone(),
            root,
            body: text.len() as u32,
            shown: bytes.clone(),
            links: vec![(text.clone(), "slug".into())],
            pictures: vec![Picture(
                text.clone(),
                ShardRef("0".repeat(64), 3, 3),
                "png".into(),
            )],
            text,
            bytes,
            extra: json!({"a": [1, -2.5, true, null, {"b": "武"}]})
                .as_object()
                .cloned()
                .unwrap_or_default(),
        },
    )
}

proptest! {
    #[test]
    fn body_shards(first in any::<u32>(), posts in prop::collection::vec(record(), 0..4)) {
        let shard = BodyShard { first, posts };
        let json = shard.encode();
        prop_assert_eq!(&BodyShard::<PostRecord>::decode(&json).unwrap(), &shard);
        let reading = BodyShard::<Reading>::decode(&json).unwrap();
        for (whole, part) in shard.posts.iter().zip(&reading.posts) {
            prop_assert_eq!(&whole.entry, &part.entry);
            prop_assert_eq!(whole.markdown(), part.markdown());
            prop_assert_eq!(&whole.html, &part.html);
            prop_assert_eq!(&whole.links, &part.links);
            prop_assert_eq!(&whole.pictures, &part.pictures);
        }
    }

    #[test]
    fn list_shards(posts in prop::collection::vec(entry(), 1..8)) {
        let count = posts.len() as u32;
        let shard = ListShard { first: 0, posts };
        prop_assert_eq!(ListShard::decode(&shard.encode(), 0, count).unwrap(), shard);
    }

    #[test]
    fn slug_and_text_shards(slugs in prop::collection::btree_set("[a-z武汉]{1,6}", 1..9), texts in texts()) {
        let shard = SlugShard::new((0..).zip(&slugs).map(|(id, slug)| (slug_hash(slug), id)).collect());
        let read = SlugShard::decode(&shard.encode(), slugs.len() as u32).unwrap();
        for (id, slug) in (0..).zip(&slugs) {
            prop_assert!(read.candidates(slug_hash(slug)).any(|candidate| candidate == id));
        }
        let shard = TextShard { first: 1, texts };
        prop_assert_eq!(TextShard::decode(&shard.encode(), 9).unwrap(), shard);
    }

    #[test]
    fn facet_shards(ids in prop::collection::btree_set(0..1000_u32, 0..40), name in text()) {
        let ids: Vec<u32> = ids.into_iter().collect();
        let shard = FacetShard { facets: vec![Facet::new(FacetKind::Author, name, &ids)] };
        let read = FacetShard::decode(&shard.encode()).unwrap();
        prop_assert_eq!(read.facets[0].ids(1000).unwrap(), ids);
        prop_assert_eq!(read, shard);
    }

    #[test]
    fn manifests(title in text(), tags in prop::collection::vec(text(), 0..4), shard in shard()) {
        let packed = Manifest { packed: 12, format: 3, ..segmented(title.clone(), tags.clone(), shard.clone()) };
        let paged = Manifest { body_page: 1024, format: 4, ..packed.clone() };
        for manifest in [manifest(title.clone(), tags.clone(), shard.clone()), segmented(title, tags, shard), packed, paged] {
            prop_assert_eq!(Manifest::decode(&manifest.encode()).unwrap(), manifest);
        }
    }

    /// Any change of a byte gives an error or something that was checked; never a panic.
    #[test]
    fn damage_never_panics(
        place in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        cut in any::<bool>(),
        segments in any::<bool>(),
    ) {
        let made = if segments { segmented } else { manifest };
        let mut json = made("t".into(), vec!["武".into()], ShardRef("0".repeat(64), 1, 2)).encode();
        let place = place.index(json.len());
        if cut { json.truncate(place) } else { json[place] = byte }
        if let Ok(manifest) = Manifest::decode(&json) {
            prop_assert_eq!(manifest.lists.len(), 1);
            let segments = manifest.segments().unwrap();
            let sum: u32 = segments.iter().map(|segment| segment.posts).sum();
            prop_assert_eq!(sum, manifest.posts);
        }
        let _ = BodyShard::<PostRecord>::decode(&json);
        let _ = FacetShard::decode(&json);
    }
}

fn manifest(title: String, tags: Vec<String>, shard: ShardRef) -> Manifest {
    Manifest {
        shelfmark: MARK.into(),
        format: 1,
        description: title.clone(),
        language: "en".into(),
        title,
        posts: 3,
        undated: 1,
        from: Some("2019-01-02".into()),
        to: None,
        text_bytes: 1 << 40,
        tags: tags
            .iter()
            .map(|name| FacetCount {
                name: name.clone(),
                count: 2,
                shard: 0,
            })
            .collect(),
        categories: None,
        authors: 2,
        languages: vec![Count {
            name: "zh-Hans".into(),
            count: 3,
        }],
        lists: vec![shard.clone()],
        slugs: vec![shard.clone()],
        facets: vec![shard.clone()],
        days: Some(shard.clone()),
        bodies: vec![shard.clone()],
        texts: vec![shard.clone()],
        forms: Some(shard.clone()),
        traits: Some(shard.clone()),
        index: vec![("a".into(), shard.clone()), ("武".into(), shard.clone())],
        triples: Some(7),
        segments: Segments::default(),
        body_page: 0,
        packed: 0,
        pages: Some(shard),
        viewer: None,
        signed: Some(Signed("key".into(), 1_769_860_800)),
    }
}

/// A manifest whose index is made of three segments, the second without a term.
fn segmented(title: String, tags: Vec<String>, shard: ShardRef) -> Manifest {
    Manifest {
        format: 2,
        traits: None,
        triples: None,
        segments: Segments {
            posts: vec![1, 1, 1],
            tables: vec![2, 0, 1],
            triples: vec![7, 256, 8],
            traits: vec![shard.clone(); 3],
        },
        index: ["a", "武", "b"]
            .map(|key| (key.into(), shard.clone()))
            .into(),
        ..manifest(title, tags, shard)
    }
}

#[test]
fn pages_of_bodies_are_of_as_many_posts_as_is_told() {
    let shard = ShardRef("1".repeat(64), 1, 2);
    let mut manifest = manifest("t".into(), Vec::new(), shard.clone());
    (manifest.posts, manifest.texts) = (2_500, Vec::new());
    assert_eq!(manifest.page_ids(0), 0..2_500);
    manifest.body_page = 1_024;
    assert_eq!(manifest.needed_format(), 4);
    assert_eq!(manifest.page_ids(2), 2_048..2_500);
    let mut pages = |posts, count| {
        (manifest.body_page, manifest.bodies) = (posts, vec![shard.clone(); count]);
        Manifest::decode(&manifest.encode()).is_ok()
    };
    assert!(pages(0, 1) && pages(1_024, 3) && pages(1 << 31, 1));
    // Lists stand in one page each, and pages hold all posts.
    assert!(!pages(0, 3) && !pages(1_024, 2) && !pages(1_000, 3) && !pages(u32::MAX, 1));
}

#[test]
fn an_index_is_one_segment_or_those_that_are_told() {
    let segment = |first, posts, tables, triples| Segment {
        first,
        posts,
        tables,
        triples,
    };
    let mut alone = manifest("t".into(), Vec::new(), ShardRef("1".repeat(64), 1, 2));
    assert_eq!(alone.segments().unwrap(), [segment(0, 3, 0..2, 7)]);
    assert_eq!(alone.traits_of(0), alone.traits.as_ref());
    assert_eq!(alone.needed_format(), 1);
    alone.packed = 12;
    assert_eq!(alone.needed_format(), 3);
    assert_eq!(Manifest::decode(&alone.encode()).unwrap().packed, 12);
    alone.triples = None;
    assert_eq!(alone.segments().unwrap()[0].triples, u32::MAX);
    let several = segmented("t".into(), Vec::new(), ShardRef("1".repeat(64), 1, 2));
    assert_eq!(
        several.segments().unwrap(),
        [
            segment(0, 1, 0..2, 7),
            segment(1, 1, 2..2, 256),
            segment(2, 1, 2..3, 8)
        ]
    );
    assert_eq!(several.traits_of(2), several.segments.traits.last());
    assert_eq!(several.traits_of(3), None);
    assert_eq!(several.needed_format(), 2);
    let traits = |manifest: &Manifest| {
        let kinds = manifest.shards().map(|(kind, _)| kind);
        kinds.filter(|kind| *kind == ShardKind::Traits).count()
    };
    assert_eq!((traits(&alone), traits(&several)), (1, 3));
}

#[test]
fn segments_that_lie_are_refused() {
    let good = segmented("t".into(), Vec::new(), ShardRef("0".repeat(64), 1, 2));
    let refused = |change: &dyn Fn(&mut Segments)| {
        let mut changed = good.clone();
        change(&mut changed.segments);
        Manifest::decode(&changed.encode()).is_err()
    };
    assert!(!refused(&|_| ()));
    assert!(!refused(&|it| it.traits.clear()));
    // Too many or too few posts, none in one, more than a number holds.
    for posts in [
        &[2, 1, 1][..],
        &[1, 1],
        &[1, 1, 1, 1],
        &[3, 0, 0],
        &[u32::MAX, 1, 3],
    ] {
        assert!(refused(&|it| it.posts = posts.to_vec()), "{posts:?}");
    }
    // Tables of nobody or of several, keys that do not ascend.
    for tables in [
        &[3, 0, 0][..],
        &[2, 0, 0],
        &[2, 0],
        &[2, 0, 1, 0],
        &[2, 0, u32::MAX],
    ] {
        assert!(refused(&|it| it.tables = tables.to_vec()), "{tables:?}");
    }
    assert!(refused(&|it| it.triples.truncate(2)));
    assert!(refused(&|it| it.triples.push(1)));
    assert!(refused(&|it| it.traits.truncate(2)));
    assert!(refused(&|it| it.traits[1] = ShardRef("../x".into(), 1, 2)));
    let with = |change: &dyn Fn(&mut Manifest)| {
        let mut changed = good.clone();
        change(&mut changed);
        Manifest::decode(&changed.encode()).is_err()
    };
    assert!(with(&|it| it.format = 1));
    assert!(with(&|it| it.index.swap(0, 1)));
    // Every one is asked in every search.
    let many = |count: usize| {
        with(&|it| {
            it.posts = count as u32;
            let none = vec![0; count - 3];
            it.segments.posts = vec![1; count];
            it.segments.tables.extend(&none);
            it.segments.triples.extend(&none);
            it.segments.traits.clear();
        })
    };
    assert!(!many(MAX_SEGMENTS));
    assert!(many(MAX_SEGMENTS + 1));
}

#[test]
fn a_table_of_pages_names_nothing_outside_the_site() {
    let table = |paths: &[&str]| PagesShard {
        paths: paths.iter().map(|path| (*path).to_owned()).collect(),
        bytes: vec![1; paths.len()],
        hashes: vec!["0".repeat(64); paths.len()],
    };
    let good = table(&[
        "feed.xml",
        "pages/_names-1.html",
        "pages/posts/2024-01-02.2.html",
    ]);
    assert_eq!(PagesShard::decode(&good.encode()).unwrap(), good);
    for bad in [
        &["../feed.xml"][..],
        &["/feed.xml"],
        &["pages/../../x"],
        &["pages//x"],
        &["pages/."],
        &["a\\b"],
        &["C:x"],
        &[""],
        &["b", "a"],
        &["a", "a"],
    ] {
        assert!(PagesShard::decode(&table(bad).encode()).is_err(), "{bad:?}");
    }
    let mut uneven = good;
    uneven.bytes.pop();
    assert!(PagesShard::decode(&uneven.encode()).is_err());
}

#[test]
fn manifests_that_lie_are_refused() {
    let good = serde_json::from_slice::<serde_json::Value>(
        &manifest("t".into(), vec!["x".into()], ShardRef("0".repeat(64), 1, 2)).encode(),
    )
    .unwrap();
    let with = |key: &str, value: serde_json::Value| {
        let mut changed = good.clone();
        changed[key] = value;
        Manifest::decode(changed.to_string().as_bytes())
    };
    assert!(with("posts", json!(3)).is_ok());
    for (key, value) in [
        ("posts", json!(16_385)),
        ("lists", json!([])),
        ("posts", json!(-1)),
        ("posts", json!(1.5)),
        ("posts", json!("3")),
        ("posts", json!(4_294_967_296_u64)),
        ("undated", json!(4)),
        ("slugs", json!([])),
        ("bodies", json!([])),
        (
            "index",
            json!([["b", ["0".repeat(64), 1, 2]], ["a", ["0".repeat(64), 1, 2]]]),
        ),
        ("tags", json!([{"name": "x", "count": 2, "shard": 1}])),
        ("tags", json!([{"name": "x", "count": 9, "shard": 0}])),
        ("lists", json!([["../../etc/passwd", 1, 2]])),
        ("lists", json!([["0".repeat(64), 1, 1_u64 << 40]])),
        ("title", json!(null)),
        ("shelfmark", json!("something")),
    ] {
        assert!(with(key, value.clone()).is_err(), "{key}: {value}");
    }
    let newer = with("format", json!(FORMAT_VERSION + 1)).unwrap_err();
    assert_eq!(
        newer,
        FormatError::NewerVersion {
            found: FORMAT_VERSION + 1,
            supported: FORMAT_VERSION
        }
    );
    for version in [FORMAT_VERSION, FORMAT_VERSION + 1] {
        assert!(newer.to_string().contains(&version.to_string()));
    }
    assert!(Manifest::decode(b"<!doctype html><title>404</title>").is_err());
}

/// A public collection of JSON files that must, must not or may be read.
#[test]
fn the_json_suite_agrees() {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/hostile/json.json"
    );
    let Ok(suite) = std::fs::read(file) else {
        return; // Tried where the collection is present.
    };
    let suite: Vec<serde_json::Value> = serde_json::from_slice(&suite).unwrap();
    assert!(suite.len() > 100);
    for case in suite {
        let (name, verdict) = (
            case["id"].as_str().unwrap_or_default(),
            case["expect"].as_str().unwrap_or_default(),
        );
        let bytes = base64(case["b64"].as_str().unwrap_or_default());
        let read = shelfmark_bundle::Reader::new(&bytes).and_then(|mut reader| {
            reader.skip()?;
            reader.end()
        });
        match verdict {
            "y" => assert!(read.is_ok(), "{name}: {read:?}"),
            "n" => assert!(read.is_err(), "{name}"),
            _ => {}
        }
    }
}

fn base64(text: &str) -> Vec<u8> {
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => u32::from(byte - b'A'),
        b'a'..=b'z' => u32::from(byte - b'a') + 26,
        b'0'..=b'9' => u32::from(byte - b'0') + 52,
        b'+' => 62,
        _ => 63,
    };
    let digits: Vec<u32> = text
        .bytes()
        .filter(|byte| *byte != b'=')
        .map(value)
        .collect();
    let mut out = Vec::new();
    for group in digits.chunks(4) {
        let number = (0..4).fold(0, |number, place| {
            (number << 6) | group.get(place).copied().unwrap_or(0)
        });
        out.extend_from_slice(&number.to_be_bytes()[1..group.len()]);
    }
    out
}
