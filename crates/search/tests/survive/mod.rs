//! Asks everything of an archive of which the files are not as they were written.

use std::time::{Duration, Instant};

use shelfmark_bundle::Manifest;
use shelfmark_search::{Engine, FacetsWanted, Need, Query, Request, Sort};

use crate::archive::Archive;
use crate::mutate::{Choices, mutate};

/// Rounds after which an honest archive of this size has everything.
const ROUNDS: usize = 60;
/// What no request may take, in a build without optimisation.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
/// The posts of the archives.
pub(crate) fn posts() -> Vec<(String, String, String)> {
    let post = |n: usize| {
        let text = [
            "武汉长江大桥 running water",
            "東京タワー runs 2024",
            "平壤의 봄 fox",
            "x",
        ];
        let tag = ["橋", "tower", "", "a b"];
        (
            format!("Post {n} 武漢"),
            text[n % 4].repeat(1 + n % 3),
            tag[n % 4].into(),
        )
    };
    (0..24).map(post).collect()
}

fn requests() -> Vec<Request> {
    let queries = [
        "",
        "武汉",
        "武",
        "\"长江大桥\"",
        "run*",
        "fox OR tower",
        "-x 2024",
        "tag:橋 after:2024-01-03",
    ];
    let mut requests: Vec<Request> = queries
        .iter()
        .map(|query| Request {
            query: Query::parse(query, true).expect("a query"),
            limit: 10,
            read: 5,
            facets: FacetsWanted {
                tags: true,
                ..FacetsWanted::default()
            },
            ..Request::default()
        })
        .collect();
    requests[0].tags = vec!["tower".into()];
    requests[1].sort = Sort::Oldest;
    requests[2].offset = 7;
    requests
}

/// Asks everything of an archive of which the files are changed by `choices`.
pub(crate) fn survive(mut archive: Archive, manifest: Option<Manifest>, choices: &mut Choices<'_>) {
    let count = posts().len() as u32;
    let honest = manifest.is_none();
    if let Some(manifest) = manifest {
        archive.engine = Engine::new(manifest);
    }
    let started = Instant::now();
    for request in requests() {
        'request: for round in 0.. {
            assert!(round < ROUNDS || !honest, "it never has enough");
            let needs = archive.engine.needs(&request);
            if needs.is_empty() || round >= ROUNDS {
                let outcome = archive.engine.answer(&request);
                assert!(outcome.hits.len() <= request.limit);
                break;
            }
            for need in needs {
                // Wherever it is said to be, somebody would look.
                let _ = archive.engine.location(need);
                if let Need::Post(id) = need {
                    let _ = archive.engine.place(id).map(|place| place.location());
                    if id >= count {
                        break 'request;
                    }
                    archive
                        .engine
                        .provide_post(id, Default::default(), "武汉 fox".into());
                    continue;
                }
                let mut json = archive.json(need);
                if choices.next().is_multiple_of(3) {
                    json = mutate(&json, choices);
                }
                // Like the viewer: what failed is said, and the next request goes on.
                if archive.engine.provide(need, &json).is_err() {
                    break 'request;
                }
            }
        }
    }
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
}
