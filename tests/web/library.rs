//! The JavaScript library: the same answers in a page, in an element, in a worker and in Node.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::exactness::CASES;
use crate::harness::archive::news;
use crate::harness::sites::{self, Site};
use crate::harness::{Engine, Page, in_each_engine, keeper, tools, with_page};

const QUERIES: &str = include_str!("queries.js");

in_each_engine! {
    everything_is_told_as_promised,
    failures_have_codes,
    what_cannot_be_asked_is_refused,
    a_damaged_file_of_counts_costs_the_counts,
}

/// A folder with pages that hold what a test needs, mounted as `/name/`.
pub(crate) fn host_pages(page: &Page<'_>, name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = keeper::scratch("hosts").join(name);
    fs::create_dir_all(&folder).expect("a folder in scratch");
    for (file, text) in files {
        fs::write(folder.join(file), text).expect("a file in scratch");
    }
    page.server().mount(name, &folder, None);
    folder
}

fn open_host(page: &Page<'_>, site: &Site) {
    page.server().mount("site", &site.folder, None);
    let html = "<!doctype html><html lang=en><head><title>host</title></head><body></body></html>";
    host_pages(page, "library", &[("index.html", html)]);
    page.load(&format!("library/?{}", page.next_load()));
}

/// Runs a script in a module that has the library's exports.
fn with_library(page: &Page<'_>, script: &str) -> Value {
    let script = format!(
        "const {{ openArchive, openArchives, ShelfmarkError }} = await import('/site/shelfmark.js');
         const src = '/site/bundle/archive.json'; {script}"
    );
    page.run_async(&script, &json!([]))
}

fn everything_is_told_as_promised(page: &Page<'_>) {
    open_host(page, sites::known());
    let told = with_library(
        page,
        "const steps = [];
         const archive = await openArchive(src, { onProgress: (step) => steps.push(step.done) });
         const all = await archive.search();
         const fox = await archive.search({ query: 'fox', ids: true, limit: 1 });
         const even = await archive.search({ tags: ['even'], sort: 'oldest', limit: 2, facets: false });
         const some = await archive.search({ from: '2022-01-03', to: '2022-01-04', snippets: false, query: 'fox' });
         const post = await archive.post(fox.hits[0].slug);
         const { info } = archive;
         archive.close();
         return {
           steps, posts: info.posts, from: info.from, to: info.to,
           authors: info.authors, languages: info.languages.length,
           all: [all.total, all.exact, all.hits.length, all.facets.tags[0], typeof all.took_ms],
           fox: [fox.total, fox.ids instanceof Uint32Array, [...fox.ids].length, fox.hits.length,
                 fox.hits[0].path, fox.hits[0].author, fox.hits[0].snippet.filter((piece) => piece.mark).map((piece) => piece.text)],
           even: [even.total, even.hits.map((hit) => hit.title), even.facets.tags.length, 'ids' in even],
           some: [some.total, some.hits.every((hit) => hit.snippet.length === 0)],
           post: [post.title, post.html, post.previous.title, post.next.title, post.markdown.trim()],
         };",
    );
    assert_eq!(told["steps"], json!([0, 1, 2, 3]));
    assert_eq!(told["posts"], 51);
    assert_eq!(
        [&told["from"], &told["to"]],
        ["2021-01-01", "2022-01-06"],
        "{told}"
    );
    assert_eq!(told["authors"].as_array().map(Vec::len), Some(3), "{told}");
    assert_eq!(
        told["all"],
        json!([51, true, 20, { "name": "notes", "count": 45 }, "number"])
    );
    let path = "2022-01-03-fox.md";
    assert_eq!(
        told["fox"],
        json!([2, true, 2, 1, path, "Zoë Müller", ["fox"]]),
    );
    assert_eq!(told["even"], json!([22, ["Note 02", "Note 04"], 0, false]));
    assert_eq!(told["some"], json!([2, true]));
    let text = "The quick brown fox met ＷＩＤＥ ｌｅｔｔｅｒｓ １２３ at the café.";
    let html = format!("<p>{text}</p>");
    let post = &told["post"];
    assert_eq!(post[1].as_str().map(str::trim), Some(&*html));
    assert_eq!(
        [&post[0], &post[2], &post[3], &post[4]],
        ["The fox", "江上的橋", "The dog", text]
    );
}

fn failures_have_codes(page: &Page<'_>) {
    open_host(page, sites::known());
    page.tolerate("404");
    let codes = with_library(
        page,
        "const archive = await openArchive(src);
         const code = (work) => work().then(() => 'none', (error) =>
           error instanceof ShelfmarkError && error instanceof Error && error.message && error.code);
         const stopped = new AbortController();
         const late = code(() => archive.search({ query: 'shelves', exact: true, signal: stopped.signal }));
         stopped.abort();
         const codes = [
           await code(() => archive.search({ query: 'after:someday' })),
           await code(() => archive.search({ limit: -1 })),
           await code(() => archive.search({ tags: 'even' })),
           await code(() => archive.post('nowhere')),
           await code(() => openArchive('/site/index.html')),
           await code(() => openArchive(src, { integrity: 'sha256-AAAA' })),
           await code(() => openArchive(src, { publicKey: 'x' })),
           await late,
           await code(() => openArchive(src, { signal: AbortSignal.abort() })),
         ];
         const waiting = code(() => archive.search({ query: 'ladders' }));
         archive.close();
         codes.push(await waiting, await code(() => archive.search()));
         return codes;",
    );
    let expected = [
        "query",
        "query",
        "query",
        "not-found",
        "format",
        "integrity",
        "integrity",
        "aborted",
        "aborted",
        "aborted",
        "aborted",
    ];
    assert_eq!(codes, json!(expected));
}

fn what_cannot_be_asked_is_refused(page: &Page<'_>) {
    open_host(page, sites::known());
    let codes = with_library(
        page,
        "const archive = await openArchive(src, null);
         const code = (work) => work().then(() => 'none', (error) => error.code);
         const codes = [];
         for (const options of ['fox', 7, { sort: 'bogus' }, { sort: '' }, { from: '2020-02-30' },
           { to: '2020-1-1' }, { signal: 5 }]) codes.push(await code(() => archive.search(options)));
         codes.push(await code(() => openArchive(src, { signal: {} })), await code(() => openArchives()),
           await code(() => openArchives([])));
         const { total } = await archive.search(null);
         const { members } = await openArchives(src);
         return [codes, total, members.length];",
    );
    let refused = vec!["query"; 10];
    assert_eq!(codes, json!([refused, 51, 1]));
}

fn a_damaged_file_of_counts_costs_the_counts(page: &Page<'_>) {
    page.open_damaged(
        sites::indexed(),
        "counts",
        "",
        Arc::new(|file, answer| {
            if file.starts_with("bundle/facets-") || file.starts_with("bundle/days-") {
                answer.body[20] ^= 1;
            }
        }),
    );
    let found = page.run_async(
        "const { openArchive } = await import(new URL('shelfmark.js', location));
         const archive = await openArchive('bundle/archive.json');
         const { total, hits, failure } = await archive.search({ query: 'fox' });
         const all = await archive.search();
         const filtered = await archive.search({ tags: ['even'] }).catch((error) => error);
         return [archive.info.posts, total > 0, hits.length > 0, failure.code, all.total, filtered.code];",
        &json!([]),
    );
    assert_eq!(found, json!([51, true, true, "integrity", 51, "integrity"]));
}

/// Several archives, of which one is missing.
#[test]
fn several_archives_are_searched_as_one() {
    with_page(Engine::Chromium, "several archives", |page| {
        open_host(page, sites::known());
        let other = sites::sample();
        page.server().mount("other", &other.folder, None);
        page.tolerate("404");
        let told = with_library(
            page,
            "const both = await openArchives([src, { src: '/other/bundle/archive.json', label: 'Other' }, '/none/archive.json']);
             const sole = await Promise.all(both.members.map(({ archive }) => archive.search({ query: 'the' })));
             const found = await both.search({ query: 'the', limit: 10 });
             const next = await both.search({ query: 'the', limit: 5, offset: 5 });
             const newest = await both.search({ limit: 30 });
             const post = await both.post(found.hits[0].slug);
             both.close();
             const dates = newest.hits.map((hit) => hit.date ?? '');
             return [
               both.info.posts, both.failures.map((one) => one.error.code),
               found.total === sole[0].total + sole[1].total, found.exact,
               found.hits.slice(5).map((hit) => hit.slug).join() === next.hits.map((hit) => hit.slug).join(),
               [...new Set(newest.hits.map((hit) => hit.archive.title))].length,
               dates.join() === [...dates].sort().reverse().join(),
               found.hits.every((hit, at) => !at || hit.score <= found.hits[0].score + 1000),
               post.archive.title === found.hits[0].archive.title, both.members.map((one) => one.label)[1],
             ];",
        );
        let posts = 51 + other.list().len();
        assert_eq!(
            told,
            json!([
                posts,
                ["network"],
                true,
                false,
                true,
                2,
                true,
                true,
                true,
                "Other"
            ])
        );
    });
}

/// 200 queries over real posts through a page, and one in four of them through element, worker and Node.
#[test]
fn the_same_answers_everywhere() {
    with_page(Engine::Chromium, "the same answers", |page| {
        let Some(news) = news() else { return };
        open_host(page, &news.site);
        let worker = "import { run } from './queries.js';
            onmessage = ({ data: [src, queries] }) => run(src, queries).then(
              (found) => postMessage({ found }), (error) => postMessage({ error: String(error) }));";
        let folder = host_pages(
            page,
            "library",
            &[("queries.js", QUERIES), ("worker.js", worker)],
        );
        let queries: Vec<&str> = CASES.iter().map(|(query, _)| query.as_str()).collect();
        let in_page = page.run_async(
            "const { run } = await import('/library/queries.js');
             return run('/site/bundle/archive.json', arguments_[0])",
            &json!([queries]),
        );
        for ((query, expected), found) in CASES.iter().zip(in_page.as_array().expect("answers")) {
            let mut ids: Vec<u64> = serde_json::from_value(found[2].clone()).expect("ids");
            ids.sort_unstable();
            let expected: Vec<u64> = expected.iter().map(|id| u64::from(*id)).collect();
            assert_eq!(ids, expected, "{query}");
            assert_eq!(
                (&found[0], &found[1]),
                (&json!(ids.len()), &json!(true)),
                "{query}"
            );
        }
        let answers = in_page.as_array().expect("answers").iter();
        let in_page = Value::Array(answers.step_by(4).cloned().collect());
        let queries: Vec<&str> = queries.into_iter().step_by(4).collect();
        let in_worker = page.run_async(
            "const worker = new Worker('/library/worker.js', { type: 'module' });
             const answer = await new Promise((resolve, reject) => {
               worker.onmessage = ({ data }) => resolve(data);
               worker.onerror = (event) => reject(new Error(event.message));
               worker.postMessage([new URL('/site/bundle/archive.json', location).href, arguments_[0]]);
             });
             worker.terminate();
             if (answer.error) throw new Error(answer.error);
             return answer.found;",
            &json!([queries]),
        );
        assert_eq!(in_worker, in_page, "a worker");

        let site = news.site.folder.display().to_string();
        let script = QUERIES.replace("/site/shelfmark.js", &format!("{site}/shelfmark.js"));
        let queries_file = folder.join("queries.json");
        fs::write(&queries_file, json!(queries).to_string()).expect("a file in scratch");
        let script = format!(
            "{script}\nimport {{ readFileSync }} from 'node:fs';
             const queries = JSON.parse(readFileSync({queries_file:?}, 'utf8'));
             console.log(JSON.stringify(await run({:?}, queries)));",
            format!("{site}/bundle/archive.json")
        );
        fs::write(folder.join("node.mjs"), script).expect("a file in scratch");
        assert_eq!(node(&folder.join("node.mjs")), in_page, "Node");

        let in_element = page.run_async(
            "const element = document.createElement('shelfmark-archive');
             element.src = '/site/bundle/archive.json';
             element.setAttribute('loading', 'eager');
             document.body.append(element);
             await element.ready;
             const shown = [];
             for (const query of arguments_[0]) {
               await element.search(query);
               const links = [...element.shadowRoot.querySelectorAll('.post-link')];
               shown.push(links.map((link) => decodeURIComponent(link.getAttribute('href').slice(7))));
             }
             element.remove();
             return shown;",
            &json!([queries]),
        );
        let slugs = in_page.as_array().expect("answers").iter();
        let slugs: Vec<&Value> = slugs.map(|found| &found[3]).collect();
        assert_eq!(in_element, json!(slugs), "an element");
    });
}

fn node(script: &std::path::Path) -> Value {
    let done = Command::new("node").arg(script).output().expect("node");
    let errors = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "node: {errors}");
    serde_json::from_slice(&done.stdout).expect("JSON")
}

/// A path, a file URL and a missing file.
#[test]
fn node_reads_from_disk() {
    if tools::are_left_out() {
        return;
    }
    for site in [sites::indexed(), sites::packed()] {
        reads_from_disk(&site.folder);
    }
}

fn reads_from_disk(site: &std::path::Path) {
    let script = format!(
        "import {{ openArchive }} from {:?};
         import {{ pathToFileURL }} from 'node:url';
         const path = {:?};
         const found = [];
         for (const src of [path, pathToFileURL(path), pathToFileURL(path).href]) {{
           const archive = await openArchive(src);
           const {{ total, hits }} = await archive.search({{ query: 'fox', exact: true }});
           const post = await archive.post(hits[0].slug);
           found.push([total, post.title, post.html.includes('café')]);
           archive.close();
         }}
         found.push(await openArchive(path + '.gone').catch((error) => error.code));
         console.log(JSON.stringify(found));",
        site.join("shelfmark.js").display(),
        site.join("bundle/archive.json").display(),
    );
    let file = keeper::scratch("hosts").join("disk.mjs");
    fs::create_dir_all(file.parent().expect("a folder")).expect("a folder in scratch");
    fs::write(&file, script).expect("a file in scratch");
    let one = json!([2, "The fox", true]);
    assert_eq!(node(&file), json!([one, one, one, "network"]));
}
