//! Search over real posts finds exactly what a plain scan of the visible text finds: 200 random
//! Chinese substrings, natively over the built bundle and in a browser.
//!
//! The oracle reads what the search does not: the source posts of the body shards, rendered again.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::sync::LazyLock;

use flate2::read::GzDecoder;
use serde_json::json;
use shelfmark_bundle::{BodyShard, ListShard, Manifest, PostRecord, ShardKind, ShardRef};
use shelfmark_compile::render::visible_text;
use shelfmark_search::{Engine, Query, Request};
use shelfmark_text::fold;

use crate::harness::sites::Site;
use crate::harness::{self, tools};

/// 1,500 real posts; not part of this repository.
const CORPUS: &str = "/work/shared/corpora/news-zh";
const QUERIES: usize = 200;

static NEWS: LazyLock<Option<News>> = LazyLock::new(|| {
    let posts = Path::new(CORPUS);
    posts
        .is_dir()
        .then(|| News::new(Site::build("news-zh", posts)))
});

struct News {
    site: Site,
    manifest: Manifest,
    /// What can be found of each post, folded, by id: title, tags, authors, text.
    oracle: Vec<Vec<String>>,
    /// A query, and the ids of the posts that hold it.
    cases: Vec<(String, Vec<u32>)>,
}

impl News {
    fn new(site: Site) -> Self {
        let manifest = fs::read(site.folder.join("bundle/archive.json")).expect("a manifest");
        let manifest = Manifest::decode(&manifest).expect("a manifest");
        let mut news = Self {
            site,
            manifest,
            oracle: Vec::new(),
            cases: Vec::new(),
        };
        let mut runs = Vec::new();
        for record in news.records() {
            let text = visible_text(record.markdown(), record.entry.source.as_deref());
            runs.extend(chinese_runs(&text));
            let entry = record.entry;
            let fields = entry
                .tags
                .iter()
                .chain(&entry.authors)
                .chain([&entry.title, &text]);
            news.oracle.push(fields.map(|field| fold(field)).collect());
        }
        let mut random = Random(20_240_702);
        news.cases = (0..QUERIES)
            .map(|_| news.case(&random.substring(&runs)))
            .collect();
        news
    }

    fn case(&self, query: &str) -> (String, Vec<u32>) {
        let folded = fold(query);
        let holds = |fields: &[String]| fields.iter().any(|field| field.contains(&folded));
        let ids = (0..).zip(&self.oracle).filter(|(_, fields)| holds(fields));
        (query.to_owned(), ids.map(|(id, _)| id).collect())
    }

    /// All posts in the order of their ids.
    fn records(&self) -> Vec<PostRecord> {
        let mut records = Vec::new();
        for (index, list) in self.manifest.lists.iter().enumerate() {
            let list = self.shard(ShardKind::List, list);
            let list = ListShard::decode(&list, index, self.manifest.posts).expect("a list shard");
            for (_, body) in &list.bodies {
                let body = self.shard(ShardKind::Body, body);
                let body: BodyShard = BodyShard::decode(&body).expect("a body shard");
                records.extend(body.posts);
            }
        }
        records
    }

    fn shard(&self, kind: ShardKind, shard: &ShardRef) -> Vec<u8> {
        let path = self.site.folder.join("bundle").join(shard.file_name(kind));
        let file = fs::File::open(&path).expect("a shard of the bundle");
        let mut json = Vec::new();
        GzDecoder::new(file).read_to_end(&mut json).expect("gzip");
        json
    }
}

/// The longest runs of Chinese characters.
fn chinese_runs(text: &str) -> Vec<Vec<char>> {
    let runs =
        text.split(|c: char| !matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}'));
    runs.filter(|run| !run.is_empty())
        .map(|run| run.chars().collect())
        .collect()
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

fn news() -> Option<&'static News> {
    let news = NEWS.as_ref();
    if news.is_none() {
        tools::say(&format!("LEFT OUT: {CORPUS} is not there"));
    }
    news
}

#[test]
fn random_substrings_natively() {
    if tools::are_left_out() {
        return;
    }
    let Some(news) = news() else { return };
    let mut engine = Engine::new(news.manifest.clone());
    let mut wrong = Vec::new();
    for (query, expected) in &news.cases {
        let request = Request {
            query: Query::parse(query, true).expect("a query"),
            limit: usize::MAX,
            ..Request::default()
        };
        loop {
            let needs = engine.needs(&request);
            if needs.is_empty() {
                break;
            }
            for need in needs {
                let (kind, shard) = engine.shard(need).expect("a shard that exists");
                let json = news.shard(kind, &shard.clone());
                engine
                    .provide(need, &json)
                    .expect("a shard that can be read");
            }
        }
        let outcome = engine.answer(&request);
        let mut found: Vec<u32> = outcome.hits.iter().map(|hit| hit.id).collect();
        found.sort_unstable();
        if found != *expected || outcome.total != expected.len() || !outcome.exact {
            wrong.push(format!("{query}: {found:?} instead of {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// One engine is enough: it is the same module in all.
#[test]
fn random_substrings_in_a_browser() {
    harness::with_page(harness::Engine::Chromium, "random substrings", |page| {
        let Some(news) = news() else { return };
        page.open(&news.site, "");
        let mut wrong = Vec::new();
        for cases in news.cases.chunks(25) {
            let queries: Vec<&str> = cases.iter().map(|(query, _)| query.as_str()).collect();
            let counts = page.run_async(
                "const counts = [];
                 for (const query of arguments_[0]) {
                   const before = one('main').firstChild;
                   location.hash = '#/?q=' + encodeURIComponent(query);
                   while (one('main').firstChild === before || !one('.count'))
                     await new Promise((next) => setTimeout(next, 1));
                   counts.push([text(one('h1')), text(one('.count'))]);
                 }
                 return counts;",
                &json!([queries]),
            );
            for ((query, expected), shown) in cases.iter().zip(counts.as_array().expect("counts")) {
                let number = shown[1].as_str().unwrap_or_default().replace(',', "");
                let number = number
                    .split(' ')
                    .next()
                    .and_then(|number| number.parse().ok());
                if number != Some(expected.len()) || shown[0] != format!("Results for {query}") {
                    wrong.push(format!("{query}: {shown} instead of {}", expected.len()));
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    });
}
