//! Search over real posts finds exactly what a plain scan of the visible text finds: 200 random
//! Chinese substrings, natively over the built bundle and in a browser. The archive is searched by
//! its index.
//!
//! The oracle reads what the search does not: the sources of the posts, rendered again.

use std::sync::LazyLock;

use memchr::memmem::Finder;
use serde_json::json;
use shelfmark_compile::reader::Reader;
use shelfmark_search::{Hit, Query, Request};
use shelfmark_text::fold;

use crate::harness::archive::{Archive, news};
use crate::harness::sites::Site;
use crate::harness::{self, tools};

const QUERIES: usize = 200;

/// Queries, each with the ids of the posts that hold it.
pub(crate) static CASES: LazyLock<Vec<(String, Vec<u32>)>> =
    LazyLock::new(|| news().map(cases).unwrap_or_default());

fn cases(news: &Archive) -> Vec<(String, Vec<u32>)> {
    let folded: Vec<Vec<String>> = news
        .posts
        .iter()
        .map(|(record, text)| {
            let entry = &record.entry;
            let names = entry.tags.iter().chain(&entry.authors);
            let fields = names.chain([&entry.title, text]);
            fields.map(|field| fold(field)).collect()
        })
        .collect();
    let runs: Vec<Vec<char>> = news
        .posts
        .iter()
        .flat_map(|(_, text)| chinese_runs(text))
        .collect();
    let mut random = Random(20_240_702);
    (0..QUERIES)
        .map(|_| {
            let query = random.substring(&runs);
            // The standard library's own would be unoptimised here.
            let wanted = fold(&query);
            let wanted = Finder::new(&wanted);
            let is_in = |field: &String| wanted.find(field.as_bytes()).is_some();
            let holds = |fields: &[String]| fields.iter().any(is_in);
            let ids = (0..).zip(&folded).filter(|(_, fields)| holds(fields));
            let ids: Vec<u32> = ids.map(|(id, _)| id).collect();
            assert!(!ids.is_empty(), "{query} stands somewhere");
            (query, ids)
        })
        .collect()
}

/// The longest runs of Chinese characters.
fn chinese_runs(text: &str) -> impl Iterator<Item = Vec<char>> {
    let is_other = |c: char| !matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}');
    text.split(is_other)
        .filter(|run| !run.is_empty())
        .map(|run| run.chars().collect())
}

/// Numbers that look random and are the same each time (xorshift, Marsaglia).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits") % end
    }

    /// 1 to 8 characters that stand together somewhere.
    fn substring(&mut self, runs: &[Vec<char>]) -> String {
        let run = &runs[self.below(runs.len())];
        let length = (1 + self.below(8)).min(run.len());
        let start = self.below(run.len() - length + 1);
        run[start..start + length].iter().collect()
    }
}

#[test]
fn random_substrings_natively() {
    if tools::are_left_out() {
        tools::say("LEFT OUT: random substrings, because SHELFMARK_SKIP_WEB is set");
        return;
    }
    let Some(news) = news() else { return };
    search(&news.site, 1);
}

/// The same posts, of which the newest have an index of their own; some of the cases.
#[test]
fn random_substrings_in_segments() {
    if tools::are_left_out() {
        tools::say("LEFT OUT: random substrings, because SHELFMARK_SKIP_WEB is set");
        return;
    }
    let Some(posts) = tools::shared("corpora/news-zh") else {
        return;
    };
    let options = ["--segments", "--no-static-pages"];
    search(&Site::build_with("news-zh-segments", &posts, &options), 8);
}

/// Asks a site natively for one in `step` of the cases.
fn search(site: &Site, step: usize) {
    let mut reader = Reader::open(&site.folder).expect("a site");
    let mut wrong = Vec::new();
    for (query, expected) in CASES.iter().step_by(step) {
        let mut request = Request {
            query: Query::parse(query, true).expect("a query"),
            limit: 10,
            ..Request::default()
        };
        let shown = reader.search(&request).expect("files that are whole");
        let is_hit = |hit: &Hit| expected.binary_search(&hit.id).is_ok();
        let whole = shown.hits.len() == expected.len().min(10);
        if !whole || !shown.hits.iter().all(is_hit) || shown.total < expected.len() {
            wrong.push(format!("{query}: shows {:?} of {expected:?}", shown.hits));
        }
        if shown.exact && shown.total != expected.len() {
            wrong.push(format!("{query}: {} are not {expected:?}", shown.total));
        }
        request.read = usize::MAX;
        let mut all = reader.search(&request).expect("files that are whole");
        all.ids.sort_unstable();
        if all.ids != *expected || !all.exact {
            wrong.push(format!("{query}: {:?} instead of {expected:?}", all.ids));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// One engine is enough: it is the same module in all; and one query in four, as `library.rs` asks the module in
/// a browser for all of them.
#[test]
fn random_substrings_in_a_browser() {
    harness::with_page(harness::Engine::Chromium, "random substrings", |page| {
        let Some(news) = news() else { return };
        page.open(&news.site, "");
        let mut wrong = Vec::new();
        let cases: Vec<_> = CASES.iter().step_by(4).collect();
        for cases in cases.chunks(25) {
            let queries: Vec<&str> = cases.iter().map(|(query, _)| query.as_str()).collect();
            let counts = page.run_async(
                "const counts = [];
                 for (const query of arguments_[0]) {
                   await visit('#/?q=' + encodeURIComponent(query));
                   counts.push([text(one('h1')), text(one('.count')), all('.post-link').length]);
                 }
                 return counts;",
                &json!([queries]),
            );
            let counts = counts.as_array().expect("counts");
            assert_eq!(counts.len(), cases.len());
            for ((query, expected), shown) in cases.iter().zip(counts) {
                let count = shown[1].as_str().unwrap_or_default().replace(',', "");
                let about = count.strip_prefix("About ");
                let number = about.unwrap_or(&count).split(' ').next();
                let number: Option<usize> = number.and_then(|number| number.parse().ok());
                let fits = match about {
                    Some(_) => number >= Some(expected.len()),
                    None => number == Some(expected.len()),
                };
                let links = shown[2].as_u64().unwrap_or_default() as usize;
                if !fits
                    || links != expected.len().min(10)
                    || shown[0] != format!("Results for {query}")
                {
                    wrong.push(format!("{query}: {shown} instead of {}", expected.len()));
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    });
}
