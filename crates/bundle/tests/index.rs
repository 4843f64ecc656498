//! Index shards and what they are read against: what is written is read, and nothing else harms.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use shelfmark_bundle::{
    BodyGroup, BodyPage, DaysShard, FormsShard, IndexShard, IndexWriter, LIST_SPAN, LONG_LIST,
    Location, MAX_SHARD, Part, PostTraits, Posting, Scale, Script, ShardKind, ShardRef, Term,
    TermTable, TraitsShard, VERY_LONG_LIST, day_number,
};

fn traits(posts: usize) -> impl Strategy<Value = Vec<PostTraits>> {
    let script = prop::sample::select(vec![Script::Other, Script::Simplified, Script::Traditional]);
    let post = (0_u8..9, any::<bool>(), script);
    let post = post.prop_map(|(size, copy, script)| PostTraits { size, copy, script });
    prop::collection::vec(post, posts)
}

fn key() -> impl Strategy<Value = String> {
    prop::string::string_regex("[a-cé]{1,5}[*]?|[武漢の국ไ]{1,2}|[。!😀𠀀]").unwrap()
}

/// Ids, levels, and whether title and labels hold a term.
type Raw = Vec<(u32, u8, bool, bool)>;

/// Terms of an archive of 300 posts, some rare, some in most.
fn terms() -> impl Strategy<Value = Vec<Term>> {
    let posting = (0_u32..300, 0_u8..5, any::<bool>(), any::<bool>());
    let list = prop_oneof![
        prop::collection::vec(posting.clone(), 1..8),
        prop::collection::vec(posting, 200..500),
    ];
    let forms = prop::collection::btree_set("[a-cé]{1,6}", 0..3);
    prop::collection::btree_map(key(), (list, forms), 0..8).prop_map(|terms| {
        let term = |(key, (list, forms)): (String, (Raw, BTreeSet<String>))| {
            let list: BTreeMap<u32, Posting> = list
                .into_iter()
                .map(|(id, level, title, label)| (id, Posting::new(id, level, title, label)))
                .collect();
            let word = key.starts_with(|c: char| c.is_alphabetic() && c < '\u{E00}');
            let forms = forms.into_iter().filter(|_| word).collect();
            Term {
                forms,
                key,
                postings: list.into_values().collect(),
            }
            .as_told()
        };
        terms.into_iter().map(term).collect()
    })
}

fn write(terms: &[Term], scale: &Scale) -> Vec<u8> {
    let mut writer = IndexWriter::new(scale);
    terms.iter().for_each(|term| writer.push(term));
    writer.finish()
}

proptest! {
    #[test]
    fn terms_come_back(terms in terms(), traits in traits(300)) {
        for scale in [Scale::new(&traits), Scale::even(300)] {
            let read = IndexShard::decode(&write(&terms, &scale), &scale).unwrap();
            prop_assert_eq!(&read.terms, &terms);
            for term in &terms {
                prop_assert_eq!(read.find(&term.key), Some(term));
            }
        }
    }

    #[test]
    fn traits_come_back(posts in traits(100)) {
        let shard = TraitsShard { posts };
        prop_assert_eq!(TraitsShard::decode(&shard.encode(), 100).unwrap(), shard);
    }

    /// Packed numbers that were changed give an error or terms inside the archive.
    #[test]
    fn damage_never_panics(
        terms in terms(),
        traits in traits(300),
        place in any::<prop::sample::Index>(),
        digit in "[A-Za-z0-9+/]",
    ) {
        let scale = Scale::new(&traits);
        let json = write(&terms, &scale);
        let inside = 10..json.len() - 2;
        prop_assume!(!inside.is_empty());
        let mut damaged = json.clone();
        damaged[inside.start + place.index(inside.len())] = digit.as_bytes()[0];
        if let Ok(shard) = IndexShard::decode(&damaged, &scale) {
            for term in shard.terms {
                prop_assert!(term.postings.is_sorted_by(|a, b| a.id() < b.id()));
                prop_assert!(term.postings.iter().all(|posting| posting.id() < 300));
            }
        }
        // Read against another archive, it is no better.
        let _ = IndexShard::decode(&json, &Scale::even(7));
        let _ = TraitsShard::decode(&json, 300);
    }

    #[test]
    fn any_packed_bytes_are_read_to_an_end(bytes in "[A-Za-z0-9+/]{0,400}") {
        let json = format!("{{\"terms\":\"{bytes}\",\"traits\":\"{bytes}\"}}");
        let _ = IndexShard::decode(json.as_bytes(), &Scale::even(2_000));
        let _ = TraitsShard::decode(json.as_bytes(), 2_000);
    }

    #[test]
    fn days_count_posts(days in prop::collection::vec((2009_u32..2026, 1_u32..13, 1_u32..32), 0..60)) {
        let mut days: Vec<String> = days.iter().map(|(y, m, d)| format!("{y}-{m:02}-{d:02}")).collect();
        days.sort();
        let shard = DaysShard::new(days.iter().map(String::as_str));
        let shard = DaysShard::decode(&shard.encode(), days.len() as u32).unwrap();
        for bound in ["2009-01-01", "2015-06-15", "2015-07-01", "2030-12-31"] {
            let before = days.iter().filter(|day| day.as_str() < bound).count();
            prop_assert_eq!(shard.before(day_number(bound).unwrap()) as usize, before);
        }
        let mut months: BTreeMap<String, u32> = BTreeMap::new();
        for day in &days {
            *months.entry(day[..7].to_owned()).or_default() += 1;
        }
        prop_assert_eq!(shard.months(), months.into_iter().collect::<Vec<_>>());
        prop_assert!(DaysShard::decode(&shard.encode(), days.len() as u32 + 1).is_err());
    }

    #[test]
    fn every_post_has_its_place(counts in prop::collection::vec(prop::collection::vec(1_u32..40, 1..6), 1..9)) {
        let group = |place: usize| ShardRef(format!("{place:064x}"), 1, 2);
        let posts: u32 = counts.iter().flatten().sum();
        let page = BodyPage {
            first: 0,
            lists: (0..(posts as usize).div_ceil(LIST_SPAN)).map(group).collect(),
            groups: counts.iter().cloned().enumerate().map(|(place, counts)| (group(place), counts)).collect(),
            bytes: Vec::new(),
        };
        let page = BodyPage::decode(&page.encode(), 0..posts).unwrap();
        let mut next = 0;
        for (at, counts) in counts.iter().enumerate() {
            for (place, count) in counts.iter().enumerate() {
                for id in next..next + count {
                    let found = page.find(id, 12).unwrap();
                    prop_assert_eq!((found.first, found.posts, found.place), (next, *count, place));
                    prop_assert_eq!(found.group, group(at));
                }
                next += count;
            }
        }
        for place in page.places(12) {
            prop_assert_eq!(place.file_name(), format!("body-{}-{}.bin", &place.group.sha256()[..16], place.place));
        }
        prop_assert!(page.find(posts, 0).is_none());
        prop_assert!(BodyPage::decode(&page.encode(), 0..posts + 1).is_err());
        prop_assert!(BodyPage::decode(&page.encode(), 256..posts + 256).is_err());
    }
}

proptest! {
    /// Shards lie in their packs one after the other, however large the numbers are.
    #[test]
    fn shards_of_packs_lie_side_by_side(
        groups in prop::collection::vec(prop::collection::vec((1_u32..9, any::<u32>()), 1..20), 1..6),
        packed in 1_u32..9,
        more in any::<bool>(),
    ) {
        let table = |place: usize| ShardRef(format!("{place:064x}"), 1, 2);
        let posts: u32 = groups.iter().flatten().map(|(posts, _)| posts).sum();
        let mut page = BodyPage {
            first: 0,
            lists: (0..(posts as usize).div_ceil(LIST_SPAN)).map(table).collect(),
            groups: (0..).zip(&groups).map(|(place, group)| {
                (table(place), group.iter().map(|(posts, _)| *posts).collect())
            }).collect(),
            bytes: groups.iter().flatten().map(|(_, bytes)| *bytes).collect(),
        };
        page = BodyPage::decode(&page.encode(), 0..posts).unwrap();
        let mut places = page.places(packed);
        for (at, group) in (0..).zip(&groups) {
            for (pack, shards) in group.chunks(packed as usize).enumerate() {
                let mut offset = 0;
                for (_, bytes) in shards {
                    let place = places.next().unwrap();
                    let part = Part { packed: packed as usize, pack, offset };
                    prop_assert_eq!(place.part, Some((part, *bytes)));
                    prop_assert_eq!(place.location(), Location::in_pack(ShardKind::Body, &table(at), part));
                    prop_assert_eq!(place.file_name(), format!("body-{}-{packed}-{pack}.bin", &table(at).sha256()[..16]));
                    prop_assert_eq!(page.find(place.first, packed), Some(place));
                    offset += u64::from(*bytes);
                }
            }
        }
        prop_assert!(places.next().is_none());
        prop_assert!(page.places(0).all(|place| place.part.is_none()));
        // Of some shards alone nothing is known.
        if more { page.bytes.push(1) } else { page.bytes.pop(); }
        prop_assert_eq!(BodyPage::decode(&page.encode(), 0..posts).is_ok(), page.bytes.is_empty());
    }

    #[test]
    fn shards_of_a_table_lie_side_by_side(
        bytes in prop::collection::vec(0..=MAX_SHARD, 0..20),
        packed in prop_oneof![0_u32..9, Just(u32::MAX)],
    ) {
        let shards = bytes.iter().map(|bytes| ShardRef("0".repeat(64), *bytes, 2));
        let table = TermTable { keys: vec![String::new(); bytes.len()], shards: shards.collect() };
        let table = TermTable::decode(&table.encode()).unwrap();
        let mut place = 0;
        for (pack, bytes) in bytes.chunks(packed.max(1) as usize).enumerate() {
            let mut offset = 0;
            for bytes in bytes {
                let part = (packed > 0).then_some(Part { packed: packed as usize, pack, offset });
                prop_assert_eq!(table.part(place, packed), part);
                offset += bytes;
                place += 1;
            }
        }
        prop_assert_eq!(table.part(usize::MAX, packed), None);
    }
}

/// Lengths that a reader could not add up are no numbers of the format.
#[test]
fn lengths_beyond_all_files_are_refused() {
    let page = |bytes: &str| {
        let zeros = "0".repeat(64);
        let json = format!(
            r#"{{"first":0,"groups":[[["{zeros}",1,2],[3]]],"lists":[["{zeros}",1,2]],"bytes":[{bytes}]}}"#
        );
        BodyPage::decode(json.as_bytes(), 0..3)
    };
    let most = page("4294967295").unwrap().find(2, 12).unwrap();
    let part = Part {
        packed: 12,
        pack: 0,
        offset: 0,
    };
    assert_eq!(most.part, Some((part, u32::MAX)));
    for bytes in ["4294967296", "-1", "1.5", "\"1\"", "null", "1,1"] {
        assert!(page(bytes).is_err(), "{bytes}");
    }
    let beyond = TermTable {
        keys: vec![String::new()],
        shards: vec![ShardRef("0".repeat(64), MAX_SHARD + 1, 2)],
    };
    assert!(TermTable::decode(&beyond.encode()).is_err());
}

#[test]
fn long_lists_hold_less_and_come_back() {
    come_back(LONG_LIST + 1_000, LONG_LIST);
    come_back(VERY_LONG_LIST, LONG_LIST);
    come_back(VERY_LONG_LIST + 1, 8_192);
}

/// Writes and reads a list of which the last `told` postings tell their titles.
fn come_back(posts: u32, told: u32) {
    let postings = (0..posts).map(|id| Posting::new(id, 3, id % 3 == 0, id % 7 == 0));
    let term = Term {
        key: "武汉".into(),
        forms: Vec::new(),
        postings: postings.collect(),
    }
    .as_told();
    assert!(!term.postings[0].in_title() && term.postings[0].level() == 1);
    for (id, posting) in (0..).zip(&term.postings) {
        let newest = id >= posts - told;
        assert_eq!(posting.in_title(), newest && id.is_multiple_of(3));
    }
    let scale = Scale::even(posts + 5);
    let json = write(core::slice::from_ref(&term), &scale);
    assert_eq!(IndexShard::decode(&json, &scale).unwrap().terms, [term]);
}

/// Lists of all posts take no bytes to speak of, but memory: a shard of many is no honest one.
#[test]
fn a_shard_holds_only_so_many_postings() {
    let scale = Scale::even(50_000);
    let mut writer = IndexWriter::new(&scale);
    let mut honest = 0;
    for number in 0..40 {
        let term = Term {
            key: format!("term{number:02}"),
            forms: Vec::new(),
            postings: (0..50_000)
                .map(|id| Posting::new(id, 1, false, false))
                .collect(),
        };
        honest += usize::from(writer.has_room(&term));
        writer.push(&term);
    }
    assert_eq!(honest, 5);
    let json = writer.finish();
    assert!(json.len() < 10_000, "{}", json.len());
    assert!(IndexShard::decode(&json, &scale).is_err());
}

#[test]
fn tables_that_lie_are_refused() {
    let good = ShardRef("0".repeat(64), 1, 2);
    let table = |keys: &[&str], shards: usize| {
        let table = TermTable {
            keys: keys.iter().map(|key| (*key).to_owned()).collect(),
            shards: vec![good.clone(); shards],
        };
        TermTable::decode(&table.encode()).is_ok()
    };
    assert!(table(&["a", "b"], 2));
    assert!(!table(&["b", "a"], 2));
    assert!(!table(&["a"], 2));
    let bad = BodyGroup {
        bodies: vec![ShardRef("x".into(), 1, 2)],
    };
    assert!(BodyGroup::decode(&bad.encode()).is_err());
    let forms = |words: &[&str], forms: Vec<Vec<u32>>| {
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        FormsShard::decode(&FormsShard { words, forms }.encode())
    };
    let good = forms(&["run", "runs"], vec![vec![1], vec![0]]).unwrap();
    assert_eq!(good.of("run"), ["runs"]);
    assert!(good.of("ran").is_empty());
    assert!(forms(&["run"], vec![vec![1]]).is_err());
    assert!(forms(&["b", "a"], vec![vec![], vec![]]).is_err());
}
