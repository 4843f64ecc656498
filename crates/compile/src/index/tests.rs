//! What is written holds every term of every post, and does not depend on the memory that was used.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::Path;

use flate2::read::GzDecoder;
use proptest::prelude::*;
use shelfmark_bundle::{IndexShard, Posting, ShardKind, TermTable};
use shelfmark_text::terms;

use super::*;
use crate::progress::Progress;

/// Title, tag and text.
type Texts = (String, String, String);

fn texts(most: usize) -> impl Strategy<Value = Vec<Texts>> {
    let words = |most: usize| {
        let word = prop_oneof![
            "[武汉国の]{1,5}",
            "[a-c]{1,4}",
            "[，。!😀]",
            "[a-c武]{2,30}"
        ];
        prop::collection::vec(word, 0..most).prop_map(|words| words.join(" "))
    };
    prop::collection::vec((words(4), words(2), words(20)), 1..most)
}

/// Writes an index and reads all of its terms back.
fn write(posts: &[Texts], memory: usize, folder: &Path) -> (Index, BTreeMap<String, Vec<Posting>>) {
    let progress = Progress::silent();
    let writer = Writer::new(folder.to_owned(), false, &progress, None);
    let folded: Vec<Folded> = posts
        .iter()
        .map(|(title, tag, text)| Folded::of(title, core::iter::once(tag.as_str()), text))
        .collect();
    let mut indexer = Indexer::with_memory(memory);
    let mut kept = super::Texts::with_memory(memory);
    for post in folded {
        indexer
            .add(&PostTerms::of(&post), Language::of("en"))
            .unwrap();
        kept.push(post).unwrap();
    }
    let scale = Scale::even(indexer.posts());
    let index = indexer.write(kept, &scale, Grain::COARSE, &writer).unwrap();
    let read = |kind: ShardKind, shard: &ShardRef| {
        let mut json = Vec::new();
        let file = fs::File::open(folder.join(shard.file_name(kind))).unwrap();
        GzDecoder::new(file).read_to_end(&mut json).unwrap();
        json
    };
    let mut terms = BTreeMap::new();
    for (first, table) in &index.tables {
        let table = TermTable::decode(&read(ShardKind::Terms, table)).unwrap();
        assert_eq!(table.keys.first(), Some(first));
        for (first, shard) in table.keys.iter().zip(&table.shards) {
            let shard = IndexShard::decode(&read(ShardKind::Index, shard), &scale).unwrap();
            assert_eq!(&shard.terms[0].key, first);
            terms.extend(
                shard
                    .terms
                    .into_iter()
                    .map(|term| (term.key, term.postings)),
            );
        }
    }
    (index, terms)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn every_term_of_every_post_is_there(posts in texts(12)) {
        let folder = tempfile::tempdir().unwrap();
        let (_, found) = write(&posts, usize::MAX, folder.path());
        let mut expected: BTreeMap<String, Vec<(u32, bool, bool, bool)>> = BTreeMap::new();
        for (id, (title, tag, text)) in (0..).zip(&posts) {
            for (place, field) in [title, tag, text].into_iter().enumerate() {
                for term in terms(&shelfmark_text::fold(field)) {
                    let list = expected.entry(term.key()).or_default();
                    if list.last().is_none_or(|last| last.0 != id) {
                        list.push((id, false, false, false));
                    }
                    let last = list.last_mut().unwrap();
                    match place {
                        0 => last.1 = true,
                        1 => last.2 = true,
                        _ => last.3 = true,
                    }
                }
            }
        }
        let found: BTreeMap<String, Vec<(u32, bool, bool, bool)>> = found
            .into_iter()
            .map(|(key, list)| {
                let told = |posting: &Posting| {
                    (posting.id(), posting.in_title(), posting.in_labels(), posting.level() > 0)
                };
                (key, list.iter().map(told).collect())
            })
            .collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn runs_on_disk_change_nothing(posts in texts(24)) {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (in_memory, terms) = write(&posts, usize::MAX, one.path());
        let (spilled, same) = write(&posts, 400, other.path());
        prop_assert_eq!(in_memory.tables, spilled.tables);
        prop_assert_eq!(terms, same);
    }
}

/// Long enough that beginnings of words and threes of frequent pairs are terms of their own.
#[test]
fn frequent_beginnings_and_threes_are_terms() {
    let posts: Vec<Texts> = (0..4_000)
        .map(|id| {
            let text = format!("word{id} 言论自由 第{id}天 apec峰会a股b");
            (format!("标题 {id}"), "tag".into(), text)
        })
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let (index, terms) = write(&posts, usize::MAX, folder.path());
    assert_eq!(index.triples, triples::bound(4_000, 256));
    assert_eq!(terms["言论自"].len(), 4_000);
    assert_eq!(terms["论自由"].len(), 4_000);
    assert!(!terms.contains_key("第1天"), "its pairs are rare");
    for three in ["c峰会", "峰会a"] {
        assert_eq!(terms[three].len(), 4_000, "{three}");
    }
    for none in ["ec峰", "会a股", "a股b"] {
        assert!(!terms.contains_key(none), "{none}");
    }
    assert_eq!(terms["word*"].len(), 4_000);
    assert!(!terms.contains_key("word399*"), "few words begin so");
}

/// Threes of the last pair come after every other term.
#[test]
fn threes_after_the_last_pair_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let post = || ("".to_owned(), "".to_owned(), "言论自由".to_owned());
    let posts: Vec<Texts> = (0..300).map(|_| post()).collect();
    let (index, terms) = write(&posts, usize::MAX, folder.path());
    assert_eq!(index.triples, 256);
    for triple in ["言论自", "论自由"] {
        assert_eq!(terms.get(triple).map_or(0, Vec::len), 300, "{triple}");
    }
}
