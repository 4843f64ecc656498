//! The answers are those of a plain scan: every match, and nothing else; by reading the archive
//! and by its index.

use proptest::prelude::*;
use shelfmark_bundle::Entry;
use shelfmark_search::{FacetsWanted, Need, Query, Request, Sort};
use shelfmark_text::{CharClass, class, fold};

mod archive;

use archive::{Archive, Post};

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

/// Posts at which segments begin.
fn begins() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::btree_set(1..8_usize, 0..4).prop_map(|begins| begins.into_iter().collect())
}

/// The archive read as a whole, by its index, by one of the segments that begin at posts that it
/// has, and by an index with shards that take long to fetch.
fn archives(posts: &[Post], begins: &[usize]) -> [Archive; 4] {
    [
        Archive::scanned(posts),
        Archive::indexed(posts),
        segmented(posts, begins),
        Archive::indexed(posts).with_shards_of(|terms| {
            let characters = terms[0].key.chars().map(u32::from);
            [100_000, 0, 30_000][characters.sum::<u32>() as usize % 3]
        }),
    ]
}

fn segmented(posts: &[Post], begins: &[usize]) -> Archive {
    let inside = begins.iter().copied().filter(|begin| *begin < posts.len());
    Archive::segmented(posts, &inside.collect::<Vec<_>>(), &[])
}

/// Words over few letters, so that they meet.
fn letters() -> impl Strategy<Value = String> {
    prop::collection::vec("[aéb ]{1,4}", 0..12).prop_map(|words| words.join(" "))
}

/// A word or quoted run of a query.
fn query_part() -> impl Strategy<Value = String> {
    let run = prop::collection::vec(piece(), 1..4).prop_map(|pieces| pieces.concat());
    (run, any::<bool>()).prop_map(|(run, quoted)| {
        let run = run.replace(['"', '\n', ' ', '\u{3000}', '-'], "");
        if quoted { format!("\"{run}\"") } else { run }
    })
}

/// Words and runs, joined to a query.
fn joined() -> impl Strategy<Value = String> {
    let join = prop::sample::select(vec![" ", " OR ", " -", " title:", " tag:"]);
    prop::collection::vec((query_part(), join), 1..4).prop_map(|parts| {
        let parts = parts.iter().flat_map(|(part, join)| [part.as_str(), join]);
        let query: String = parts.collect();
        query.trim_end_matches([' ', '-', ':']).to_owned()
    })
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
        begins in begins(),
    ) {
        let run: String = run.concat();
        let inside = run.replace(['"', '\n'], " ");
        prop_assume!(!fold(&inside).trim().is_empty());
        let expected: Vec<u32> = (0..)
            .zip(&posts)
            .filter(|(_, (title, text, tag))| [title, text, tag].iter().any(|field| stands(&inside, field)))
            .map(|(id, _)| id)
            .collect();
        for mut archive in archives(&posts, &begins) {
            let mut found = archive.ids(&format!("\"{inside}\""), Sort::Relevance);
            found.sort_unstable();
            prop_assert_eq!(&found, &expected);
        }
    }

    #[test]
    fn exclusion_is_the_rest(
        posts in prop::collection::vec((words(6), words(20), Just("t".to_owned())), 1..12),
        run in "[武汉国aé]{1,2}",
        begins in begins(),
    ) {
        for mut archive in archives(&posts, &begins) {
            let mut with = archive.ids(&run, Sort::Oldest);
            let without = archive.ids(&format!("-{run}"), Sort::Oldest);
            with.extend(without);
            with.sort_unstable();
            prop_assert_eq!(with, (0..posts.len() as u32).collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_index_finds_what_the_scan_finds(
        posts in prop::collection::vec((words(6), words(30), "[武a]{1,2}"), 1..12),
        query in joined(),
        typing in any::<bool>(),
        begins in begins(),
    ) {
        let Ok(parsed) = Query::parse(&query, typing) else {
            return Ok(());
        };
        let [mut scanned, mut indexed, mut segmented, mut great] = archives(&posts, &begins);
        for sort in [Sort::Oldest, Sort::Newest] {
            let request = Request {
                query: parsed.clone(),
                sort,
                limit: 1000,
                facets: FacetsWanted::ALL,
                ..Request::default()
            };
            let one = scanned.answer(&request);
            for other in [indexed.answer(&request), segmented.answer(&request)] {
                prop_assert_eq!(&one.ids, &other.ids, "{}", query);
                prop_assert_eq!(&one.facets, &other.facets, "{}", query);
                let shown = |outcome: &shelfmark_search::Outcome| -> Vec<_> {
                    outcome.hits.iter().map(|hit| (hit.id, hit.snippet.clone(), hit.title.clone())).collect()
                };
                prop_assert_eq!(shown(&one), shown(&other), "{}", query);
            }
        }
        // Lists that are spared say nothing that others or the texts do not say.
        for (sort, limit) in [(Sort::Newest, 2), (Sort::Oldest, 2), (Sort::Newest, 1000)] {
            let request = Request { query: parsed.clone(), sort, limit, ..Request::default() };
            let shown = |mut archive: Archive| -> Vec<_> {
                let hits = archive.answer(&request).hits.into_iter();
                hits.map(|hit| (hit.id, hit.snippet, hit.title, hit.entry)).collect()
            };
            let all_great = Archive::indexed(&posts).with_shards_of(|_| 100_000);
            prop_assert_eq!(shown(all_great), shown(Archive::indexed(&posts)), "{}", query);
        }
        // By relevance, in whatever order.
        let request = Request { query: parsed, limit: 1000, ..Request::default() };
        let told = |outcome: shelfmark_search::Outcome| {
            let mut hits: Vec<_> = outcome.hits.into_iter().map(|hit| (hit.id, hit.snippet, hit.title, hit.entry)).collect();
            hits.sort_by_key(|hit| hit.0);
            let mut ids = outcome.ids;
            ids.sort_unstable();
            (outcome.total, outcome.exact, outcome.facets, ids, hits)
        };
        let indexed = told(indexed.answer(&request));
        prop_assert_eq!(&indexed, &told(segmented.answer(&request)), "{}", query);
        // Lists that are not read are made up for by texts.
        prop_assert_eq!(&indexed, &told(great.answer(&request)), "{}", query);
        // Threes with a letter may be missing.
        let plain = told(Archive::with_plain_threes(&posts).answer(&request));
        prop_assert_eq!((&indexed.2, &indexed.4), (&plain.2, &plain.4), "{}", query);
    }

    // How rare a term is and how long posts are is told over all segments. Threes make the scores of
    // an archive and of its segments differ: which there are depends on where segments begin.
    #[test]
    fn segments_rank_as_the_whole_does(
        posts in prop::collection::vec((words(6), words(30), "[武a]{1,2}"), 1..12),
        query in joined(),
        typing in any::<bool>(),
        begins in begins(),
    ) {
        let Ok(query) = Query::parse(&query, typing) else {
            return Ok(());
        };
        let begins: Vec<usize> = begins.into_iter().filter(|begin| *begin < posts.len()).collect();
        let request = Request { query, limit: 1000, ..Request::default() };
        let whole = Archive::without_threes(&posts, &[]).answer(&request);
        let segmented = Archive::without_threes(&posts, &begins).answer(&request);
        prop_assert_eq!(whole, segmented);
    }

    #[test]
    fn forms_are_alternatives(
        posts in prop::collection::vec((words(6), letters(), Just("t".to_owned())), 1..12),
        word in "[aé]{3}",
        form in "[aéb]{2,4}",
    ) {
        let mut archive = Archive::scanned(&posts);
        let sorted = |mut ids: Vec<u32>| { ids.sort_unstable(); ids };
        let forms = [form.clone()];
        let either = sorted(archive.ids(&format!("{word} OR {form}"), Sort::Relevance));
        let loose = sorted(archive.ids_with(&word, &forms, Sort::Relevance));
        prop_assert_eq!(loose, either);
        // What is quoted or excluded is meant to the letter.
        for exact in [format!("\"{word}\""), format!("-{word}")] {
            let with = archive.ids_with(&exact, &forms, Sort::Oldest);
            prop_assert_eq!(with, archive.ids(&exact, Sort::Oldest));
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
        let posts = [("标题 title".into(), "text 武汉".into(), "t".into())];
        if let Ok(query) = Query::parse(&query, typing) {
            let request = Request { query, limit: 3, ..Request::default() };
            let one = Archive::scanned(&posts).answer(&request);
            let other = Archive::indexed(&posts).answer(&request);
            prop_assert_eq!(one.ids, other.ids);
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
    for mut archive in [Archive::scanned(&posts()), Archive::indexed(&posts())] {
        assert_eq!(archive.ids("武漢", Sort::Relevance)[0], 0);
        assert_eq!(archive.ids("武汉", Sort::Relevance)[0], 0);
        assert_eq!(archive.ids("武汉", Sort::Newest), [2, 1, 0]);
        assert_eq!(archive.ids("武汉", Sort::Oldest), [0, 1, 2]);
    }
    assert_eq!(
        Archive::scanned(&posts()).ids("武汉", Sort::Relevance),
        [0, 2, 1]
    );
}

#[test]
fn what_was_typed_comes_before_other_forms() {
    let posts = ["news news news news", "New", "new", "newer", "the new news"];
    let posts: Vec<Post> = posts
        .map(|text| (String::new(), text.into(), "t".into()))
        .into();
    let mut archive = Archive::scanned(&posts);
    let forms = ["news".to_owned()];
    let found = archive.ids_with("new", &forms, Sort::Relevance);
    // Both that hold the typed form, then the folded form, then the other form however frequent.
    assert_eq!(found, [2, 4, 1, 0]);
    assert_eq!(archive.ids("new", Sort::Relevance), [2, 4, 1]);
}

#[test]
fn fields_filter() {
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
        for mut archive in [Archive::scanned(&posts()), Archive::indexed(&posts())] {
            assert_eq!(archive.ids(query, Sort::Oldest), expected, "{query}");
        }
    }
}

#[test]
fn facets_count_the_matches() {
    let request = Request {
        query: Query::parse("武汉", false).unwrap(),
        limit: 1,
        facets: FacetsWanted::ALL,
        ..Request::default()
    };
    for mut archive in [Archive::scanned(&posts()), Archive::indexed(&posts())] {
        let facets = archive.answer(&request).facets;
        let shown = |counts: &[shelfmark_bundle::Count]| -> Vec<_> {
            counts
                .iter()
                .map(|count| (count.name.clone(), count.count))
                .collect()
        };
        let tags = [("letters".to_owned(), 2), ("日记".to_owned(), 1)];
        assert_eq!(shown(&facets.tags), tags);
        assert_eq!(shown(&facets.months), [("2024-01".to_owned(), 3)]);
    }
}

/// A segment may know a word and not its forms, or forms of a word that it does not hold.
#[test]
fn forms_are_those_of_all_segments() {
    let posts: Vec<Post> = ["a run", "running", "he runs", "run and running", "ran"]
        .map(|text| (String::new(), text.into(), "t".into()))
        .into();
    let forms: &[&[&str]] = &[&["run", "running", "runs"]];
    let found = |begins: &[usize], query| {
        Archive::segmented(&posts, begins, forms).ids(query, Sort::Oldest)
    };
    for begins in [&[][..], &[1], &[3]] {
        for query in ["run", "running", "runs"] {
            assert_eq!(found(begins, query), [0, 1, 2, 3], "{query} {begins:?}");
        }
        assert_eq!(found(begins, "\"running\""), [1, 3], "{begins:?}");
    }
    // No segment holds "runs" beside another form, so none knows that it is one.
    assert_eq!(found(&[2, 3], "run"), [0, 1, 3]);
}

/// All segments are asked together: an archive of several takes no more rounds of requests.
#[test]
fn segments_take_no_more_rounds() {
    let post = |id: usize| {
        (
            format!("第{id}天"),
            format!("言论自由 word{id}"),
            "t".into(),
        )
    };
    let posts: Vec<Post> = (0..12).map(post).collect();
    let rounds = |mut archive: Archive, query| archive.rounds(&request(query, 3, 0));
    for query in ["言论自由", "言", "word1*", "word3 OR 第3天", "-word5"] {
        assert_eq!(
            rounds(Archive::segmented(&posts, &[4, 9], &[]), query),
            rounds(Archive::indexed(&posts), query),
            "{query}"
        );
    }
}

#[test]
fn great_lists_of_pairs_are_read_where_threes_do_not_say_it() {
    let post = |text: &str| (String::new(), text.to_owned(), "t".to_owned());
    let posts: Vec<Post> = [
        "武汉国",
        "武汉，汉国の",
        "武汉国の",
        "国の",
        // Pairs that keep those above in shards of their own.
        "汉一汉丁汉七汉万汉三汉上",
        "国一国丁国七国万国三国上",
    ]
    .map(post)
    .into();
    let answer = |mut archive: Archive, query| {
        let outcome = archive.answer(&request(query, 3, 0));
        (outcome, archive.asked)
    };
    for (query, spared) in [("武汉国", true), ("武汉国の", true), ("武汉", false)] {
        let (whole, all) = answer(Archive::indexed(&posts), query);
        let great = Archive::indexed(&posts).with_shards_of(|_| 100_000);
        let (other, some) = answer(great, query);
        assert_eq!(whole, other, "{query}");
        assert_eq!(some < all, spared, "{query}: {some} of {all}");
    }
}

#[test]
fn threes_with_a_letter_spare_texts_and_decide_nothing() {
    let post = |text: &str| (String::new(), text.to_owned(), "t".to_owned());
    let mut posts: Vec<Post> = (0..9).map(|_| post("2年 年度")).collect();
    posts.extend(["2年度", "12年度"].map(post));
    let answer = |mut archive: Archive, query| {
        let outcome = archive.answer(&request(query, 10, 0));
        (outcome.ids, outcome.exact, archive.read)
    };
    // The word is another one where it goes on.
    assert_eq!(
        answer(Archive::indexed(&posts), "2年度"),
        (vec![9], true, 1)
    );
    assert_eq!(
        answer(Archive::with_plain_threes(&posts), "2年度"),
        (vec![9], true, 10)
    );
}

#[test]
fn great_lists_are_read_where_many_texts_would_be() {
    let post = |text: &str| (String::new(), text.to_owned(), "t".to_owned());
    let mut posts: Vec<Post> = vec![post("丁武 武汉"), post("丁武汉")];
    posts.extend((0..9).map(|_| post("武汉")));
    posts.extend((0..3).map(|_| post("乙武")));
    posts.push(post("乙武汉"));
    let answer = |query| {
        let mut archive = Archive::without_threes(&posts, &[]).with_shards_of(|terms| {
            let is_great = terms.iter().any(|term| term.key == "武汉");
            if is_great { 30_000 } else { 3_000 }
        });
        let outcome = archive.answer(&request(query, 10, 0));
        (outcome.total, outcome.exact, archive.asked)
    };
    // The list of `丁武` names two posts, that of `乙武` four.
    assert_eq!(answer("丁武汉"), (1, true, 1));
    assert_eq!(answer("乙武汉"), (1, true, 2));
}

/// Thirty posts that hold every three characters of `武汉国の`, and each third of them the whole.
fn likely() -> Archive {
    let text = |id: usize| match id % 3 {
        0 => "武汉国の 一",
        _ => "武汉国，汉国の 一",
    };
    let post = |id: usize| (id.to_string(), text(id).to_owned(), "t".to_owned());
    Archive::indexed(&(0..30).map(post).collect::<Vec<_>>())
}

fn request(query: &str, limit: usize, read: usize) -> Request {
    Request {
        query: Query::parse(query, false).unwrap(),
        limit,
        read,
        ..Request::default()
    }
}

/// Going back to an earlier search reads nothing and gives the same answer.
#[test]
fn earlier_searches_are_answered_again() {
    let mut archive = likely();
    let (phrase, other) = (request("武汉国の", 5, 30), request("一", 5, 0));
    let first = archive.answer(&phrase);
    assert_eq!((first.total, first.exact), (10, true));
    assert_eq!(archive.answer(&other).total, 30);
    assert!(archive.engine.needs(&phrase).is_empty());
    assert_eq!(archive.engine.answer(&phrase), first);
}

/// Posts that one search read settle another, without being read again.
#[test]
fn what_is_here_settles_more_than_what_is_shown() {
    let mut archive = likely();
    assert_eq!(archive.answer(&request("一", 30, 0)).hits.len(), 30);
    let phrase = request("武汉国の", 5, 0);
    assert!(!archive.answer(&phrase).exact);
    while archive.engine.settle() {}
    let settled = archive.engine.answer(&phrase);
    assert_eq!((settled.total, settled.exact), (10, true));
}

#[test]
fn what_was_shown_is_shown_again_when_its_text_is_gone() {
    let mut archive = Archive::indexed(&posts());
    let request = |sort| Request {
        query: Query::parse("武汉", false).unwrap(),
        sort,
        limit: 10,
        facets: FacetsWanted::ALL,
        ..Request::default()
    };
    let first = archive.answer(&request(Sort::Relevance));
    assert_eq!(first.hits.len(), 3);
    // Other posts are read, more than are kept.
    for id in 0..5 {
        let text = "x".repeat(8 << 20);
        archive.engine.provide_post(10 + id, Entry::default(), text);
    }
    assert_eq!(archive.engine.needs(&request(Sort::Relevance)), []);
    assert_eq!(archive.engine.answer(&request(Sort::Relevance)), first);
    assert_eq!(first.hits[0].entry.slug, "p0");
    // In another order it was not shown.
    let needs = archive.engine.needs(&request(Sort::Oldest));
    assert!(needs.contains(&Need::Post(0)), "{needs:?}");
}
