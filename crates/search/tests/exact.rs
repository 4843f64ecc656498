//! The answers are those of a plain scan: every match, and nothing else.

use proptest::prelude::*;
use shelfmark_bundle::{Count, Entry, FacetCount, ListShard, MARK, Manifest, ShardRef, TextShard};
use shelfmark_search::{Engine, Need, Query, Request, Sort};
use shelfmark_text::{CharClass, class, fold};

/// A post for a test: title, text, tag.
type Post = (String, String, String);

fn engine(posts: &[Post]) -> Engine {
    let none = || ShardRef("0".repeat(64), 0, 0);
    let mut tags: Vec<FacetCount> = Vec::new();
    for (_, _, tag) in posts {
        match tags.iter_mut().find(|known| known.name == *tag) {
            Some(known) => known.count += 1,
            None => tags.push(FacetCount {
                name: tag.clone(),
                count: 1,
                shard: 0,
            }),
        }
    }
    let manifest = Manifest {
        shelfmark: MARK.into(),
        format: 1,
        title: String::new(),
        description: String::new(),
        language: String::new(),
        posts: posts.len() as u32,
        undated: 0,
        from: None,
        to: None,
        text_bytes: posts
            .iter()
            .map(|(_, text, _)| text.len() as u64)
            .sum::<u64>()
            + 1,
        tags,
        categories: Vec::new(),
        authors: 0,
        languages: Vec::<Count>::new(),
        lists: vec![none()],
        slugs: vec![none()],
        facets: vec![none()],
        texts: vec![none()],
    };
    let entries = (0..)
        .zip(posts)
        .map(|(id, (title, _, tag)): (u32, _)| Entry {
            slug: format!("p{id}"),
            title: title.clone(),
            date: Some(format!("2024-01-{:02}", id % 28 + 1)),
            tags: vec![tag.clone()],
            ..Entry::default()
        });
    let list = ListShard {
        first: 0,
        posts: entries.collect(),
        bodies: vec![(0, none())],
    };
    let texts = TextShard {
        first: 0,
        texts: posts.iter().map(|(_, text, _)| text.clone()).collect(),
    };
    let mut engine = Engine::new(manifest);
    engine.provide(Need::List(0), &list.encode()).unwrap();
    engine.provide(Need::Text(0), &texts.encode()).unwrap();
    engine
}

fn ids(engine: &Engine, query: &str, sort: Sort) -> Vec<u32> {
    ids_with(engine, query, &[], sort)
}

/// Ids of what is found, with other forms of the query's words.
fn ids_with(engine: &Engine, query: &str, forms: &[String], sort: Sort) -> Vec<u32> {
    let mut query = Query::parse(query, false).unwrap();
    for term in query.terms_mut() {
        if term.takes_forms().is_some() {
            term.set_forms(forms);
        }
    }
    let request = Request {
        query,
        sort,
        limit: 1000,
        ..Request::default()
    };
    assert_eq!(engine.needs(&request), []);
    let outcome = engine.answer(&request);
    assert!(outcome.exact);
    assert_eq!(outcome.total, outcome.hits.len());
    outcome.hits.iter().map(|hit| hit.id).collect()
}

/// Whether `needle` stands in `text` by the rule of the contract, told the slow way.
fn stands(needle: &str, text: &str) -> bool {
    let (needle, text): (Vec<char>, Vec<char>) = (
        fold(needle).trim().chars().collect(),
        fold(text).chars().collect(),
    );
    let word = |c: Option<&char>| c.is_some_and(|c| class(*c) == CharClass::Word);
    (0..text.len()).any(|start| {
        let end = start + needle.len();
        text.get(start..end) == Some(&needle[..])
            && !(word(needle.first()) && start > 0 && word(text.get(start - 1)))
            && !(word(needle.last()) && word(text.get(end)))
    })
}

fn piece() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "武", "漢", "汉", "国", "國", "a", "B", "é", "1", "２", " ", "\u{3000}", "\n", "，", "-",
        "の", "国", "\u{200B}", "ｶﾞ", "한", "ไ",
    ])
    .prop_map(str::to_owned)
}

fn words(most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..most).prop_map(|pieces| pieces.concat())
}

/// Words over few letters, so that they meet.
fn letters() -> impl Strategy<Value = String> {
    prop::collection::vec("[aéb ]{1,4}", 0..12).prop_map(|words| words.join(" "))
}

/// Something like a query.
fn query() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        "a",
        "武汉",
        " ",
        "\u{3000}",
        "OR",
        " OR ",
        "-",
        "－",
        "\"",
        "“",
        "”",
        "tag:",
        "after:",
        "before：",
        "2024",
        "-05",
        "20",
        "*",
        "\u{200B}",
        "é",
    ]);
    prop::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn a_run_is_found_wherever_it_stands(
        posts in prop::collection::vec((words(6), words(30), Just("t".to_owned())), 1..12),
        run in prop::collection::vec(piece(), 1..4),
    ) {
        let run: String = run.concat();
        let inside = run.replace(['"', '\n'], " ");
        prop_assume!(!fold(&inside).trim().is_empty());
        let engine = engine(&posts);
        let mut found = ids(&engine, &format!("\"{inside}\""), Sort::Relevance);
        found.sort_unstable();
        let expected: Vec<u32> = (0..)
            .zip(&posts)
            .filter(|(_, (title, text, tag))| [title, text, tag].iter().any(|field| stands(&inside, field)))
            .map(|(id, _)| id)
            .collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn exclusion_is_the_rest(
        posts in prop::collection::vec((words(6), words(20), Just("t".to_owned())), 1..12),
        run in "[武汉国aé]{1,2}",
    ) {
        let engine = engine(&posts);
        let mut with = ids(&engine, &run, Sort::Oldest);
        let without = ids(&engine, &format!("-{run}"), Sort::Oldest);
        with.extend(without);
        with.sort_unstable();
        prop_assert_eq!(with, (0..posts.len() as u32).collect::<Vec<_>>());
    }

    #[test]
    fn forms_are_alternatives(
        posts in prop::collection::vec((words(6), letters(), Just("t".to_owned())), 1..12),
        word in "[aé]{3}",
        form in "[aéb]{2,4}",
    ) {
        let engine = engine(&posts);
        let sorted = |mut ids: Vec<u32>| { ids.sort_unstable(); ids };
        let forms = [form.clone()];
        let either = sorted(ids(&engine, &format!("{word} OR {form}"), Sort::Relevance));
        let loose = sorted(ids_with(&engine, &word, &forms, Sort::Relevance));
        prop_assert_eq!(loose, either);
        // What is quoted or excluded is meant to the letter.
        for exact in [format!("\"{word}\""), format!("-{word}")] {
            let with = ids_with(&engine, &exact, &forms, Sort::Oldest);
            prop_assert_eq!(with, ids(&engine, &exact, Sort::Oldest));
        }
    }

    #[test]
    fn an_error_points_into_the_query(query in query(), typing in any::<bool>()) {
        match Query::parse(&query, typing) {
            Ok(_) => {}
            Err(error) => prop_assert!(query.get(error.span).is_some_and(|part| !part.is_empty())),
        }
    }

    #[test]
    fn no_query_panics(query in any::<String>(), typing in any::<bool>()) {
        let engine = engine(&[("标题 title".into(), "text 武汉".into(), "t".into())]);
        if let Ok(query) = Query::parse(&query, typing) {
            let _ = engine.answer(&Request { query, limit: 3, ..Request::default() });
        }
    }
}

fn posts() -> Vec<Post> {
    let post =
        |title: &str, text: &str, tag: &str| (title.to_owned(), text.to_owned(), tag.to_owned());
    vec![
        post("武漢日記", "封城第一天", "日记"),
        post("Letters", "从武汉寄出的信", "letters"),
        post("信", "武汉 武汉 武汉 武汉", "letters"),
        post("Nothing", "nothing here", "日记"),
    ]
}

#[test]
fn titles_come_first_and_then_the_form_that_was_typed() {
    let engine = engine(&posts());
    assert_eq!(ids(&engine, "武漢", Sort::Relevance)[0], 0);
    assert_eq!(ids(&engine, "武汉", Sort::Relevance), [0, 2, 1]);
    assert_eq!(ids(&engine, "武汉", Sort::Newest), [2, 1, 0]);
    assert_eq!(ids(&engine, "武汉", Sort::Oldest), [0, 1, 2]);
}

#[test]
fn what_was_typed_comes_before_other_forms() {
    let posts = ["news news news news", "New", "new", "newer", "the new news"];
    let posts: Vec<Post> = posts
        .map(|text| (String::new(), text.into(), "t".into()))
        .into();
    let engine = engine(&posts);
    let forms = ["news".to_owned()];
    let found = ids_with(&engine, "new", &forms, Sort::Relevance);
    // Both that hold the typed form, then the folded form, then the other form however frequent.
    assert_eq!(found, [2, 4, 1, 0]);
    assert_eq!(ids(&engine, "new", Sort::Relevance), [2, 4, 1]);
}

#[test]
fn fields_filter() {
    let engine = engine(&posts());
    for (query, expected) in [
        ("title:武汉", &[0][..]),
        ("tag:letters", &[1, 2]),
        ("tag:日記", &[0, 3]),
        ("武汉 -tag:letters", &[0]),
        ("letters OR nothing", &[1, 2, 3]),
        ("after:2024-01-02 before:2024-01-03", &[1, 2]),
        ("\"武汉 武汉\"", &[2]),
        ("不在这里", &[]),
    ] {
        assert_eq!(ids(&engine, query, Sort::Oldest), expected, "{query}");
    }
}

#[test]
fn facets_count_the_matches() {
    let engine = engine(&posts());
    let request = Request {
        query: Query::parse("武汉", false).unwrap(),
        limit: 1,
        ..Request::default()
    };
    let tags: Vec<_> = engine
        .answer(&request)
        .facets
        .tags
        .into_iter()
        .map(|tag| (tag.name, tag.count))
        .collect();
    assert_eq!(tags, [("letters".to_owned(), 2), ("日记".to_owned(), 1)]);
}
