//! Damaged archives and failing hosts: what happened is said, and the rest works.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::harness::http::Answer;
use crate::harness::server::fault_in;
use crate::harness::{Page, in_each_engine, sites};

/// The manifest with some fields replaced.
fn manifest(answer: &mut Answer, fields: &Value) {
    let mut manifest: Value = serde_json::from_slice(&answer.body).expect("a manifest");
    for (name, value) in fields.as_object().expect("fields") {
        manifest[name] = value.clone();
    }
    answer.body = manifest.to_string().into_bytes();
}

/// A flipped bit in the middle.
fn flip(answer: &mut Answer) {
    let middle = answer.body.len() / 2;
    answer.body[middle] ^= 1;
}

in_each_engine! {
    a_damaged_post_is_named_and_the_list_works,
    a_damaged_text_spoils_only_the_search,
    a_missing_manifest_can_be_asked_for_again,
    a_page_in_place_of_the_manifest_is_no_archive,
    a_newer_format_is_said_to_be_newer,
    an_empty_archive_says_so,
    a_damaged_index_spoils_only_the_search,
    a_damaged_table_spoils_only_what_needs_it,
    what_swells_when_unpacked_is_cut_off,
    without_the_module_the_page_still_says_something,
    a_failing_host_is_named_and_the_list_works,
}

fn a_damaged_post_is_named_and_the_list_works(page: &Page<'_>) {
    page.open_damaged(sites::known(), "flipped-body", "", fault_in("body", flip));
    page.wait_text(".count", "51 posts");
    page.click(".post-link");
    page.wait_text("h1", "A part of the archive is damaged");
    assert!(
        page.text(".notice-file").starts_with("File: body-"),
        "{}",
        page.text(".notice-file")
    );
    page.back();
    page.wait_text("h1", "Newest posts");
    page.click("[data-tag=even]");
    page.wait_text(".count", "22 posts");
}

fn a_damaged_text_spoils_only_the_search(page: &Page<'_>) {
    page.open_damaged(sites::known(), "flipped-text", "", fault_in("text", flip));
    page.wait_text(".count", "51 posts");
    page.type_into("#q", "fox");
    page.wait_text("h1", "A part of the archive is damaged");
    assert!(page.text(".notice-file").starts_with("File: text-"));
    page.press(crate::harness::page::ESCAPE);
    page.wait_text("h1", "Newest posts");
    page.click(".post-link");
    page.wait_text("h1", "Only a title");
}

fn a_missing_manifest_can_be_asked_for_again(page: &Page<'_>) {
    page.tolerate("Failed to load resource");
    let missing = Arc::new(AtomicBool::new(true));
    let is_missing = Arc::clone(&missing);
    page.open_damaged(
        sites::known(),
        "no-manifest",
        "",
        Arc::new(move |file, answer| {
            if file == "bundle/archive.json" && is_missing.load(Ordering::Relaxed) {
                *answer = Answer::missing();
            }
        }),
    );
    page.wait_text("h1", "A part of the archive could not be loaded");
    assert_eq!(page.text(".notice-file"), "File: archive.json");
    page.click("[data-act=retry]");
    page.wait_element(".notice");
    missing.store(false, Ordering::Relaxed);
    page.click("[data-act=retry]");
    page.wait_text(".count", "51 posts");
}

fn a_page_in_place_of_the_manifest_is_no_archive(page: &Page<'_>) {
    page.open_damaged(
        sites::known(),
        "fallback",
        "",
        Arc::new(|file, answer| {
            if file == "bundle/archive.json" {
                *answer = Answer::file(
                    "text/html",
                    "<!doctype html><h1>Welcome</h1><script>alert(1)</script>",
                );
            }
        }),
    );
    page.wait_text("h1", "This is not an archive that can be read");
    assert_eq!(page.text(".notice-file"), "File: archive.json");
}

fn a_newer_format_is_said_to_be_newer(page: &Page<'_>) {
    page.open_damaged(
        sites::known(),
        "newer",
        "",
        Arc::new(|file, answer| {
            if file == "bundle/archive.json" {
                manifest(answer, &json!({ "format": 99 }));
            }
        }),
    );
    page.wait_text("h1", "This archive needs a newer viewer");
    assert!(
        page.texts(".notice-file")
            .iter()
            .any(|line| line.contains("99"))
    );
}

fn an_empty_archive_says_so(page: &Page<'_>) {
    page.open_damaged(
        sites::known(),
        "empty",
        "",
        Arc::new(|file, answer| {
            if file == "bundle/archive.json" {
                manifest(
                    answer,
                    &json!({
                        "posts": 0, "undated": 0, "text_bytes": 0, "tags": [], "categories": [],
                        "authors": 0, "lists": [], "slugs": [], "facets": [], "bodies": [], "texts": [],
                        "days": null, "forms": null,
                    }),
                );
            }
        }),
    );
    page.wait_text(".notice-title", "This archive holds no posts yet.");
    assert_eq!(page.text(".count"), "0 posts");
    page.type_into("#q", "anything");
    page.wait_text(".notice-title", "Nothing found.");
}

fn without_the_module_the_page_still_says_something(page: &Page<'_>) {
    page.tolerate("Failed to load resource");
    let missing = Arc::new(AtomicBool::new(true));
    let is_missing = Arc::clone(&missing);
    page.open_damaged(
        sites::known(),
        "no-module",
        "",
        Arc::new(move |file, answer| {
            if file.ends_with(".wasm") && is_missing.load(Ordering::Relaxed) {
                *answer = Answer::missing();
            }
        }),
    );
    page.wait_element("[role=alert]");
    assert!(
        page.text("[role=alert]")
            .starts_with("The viewer could not be loaded.")
    );
    assert_eq!(
        page.get("return host.querySelector('h1').checkVisibility()"),
        true
    );
    missing.store(false, Ordering::Relaxed);
    page.click("[role=alert] button");
    page.wait_text(".count", "51 posts");
}

fn a_failing_host_is_named_and_the_list_works(page: &Page<'_>) {
    page.tolerate("Failed to load resource");
    page.open_damaged(
        sites::known(),
        "failing",
        "",
        fault_in("body", |answer| {
            answer.status = 503;
        }),
    );
    page.wait_text(".count", "51 posts");
    page.click(".post-link");
    page.wait_text("h1", "A part of the archive could not be loaded");
    page.back();
    page.wait_text("h1", "Newest posts");
}

/// Every kind of file that a search by the index reads.
fn a_damaged_index_spoils_only_the_search(page: &Page<'_>) {
    for kind in ["traits", "terms", "index", "bodies", "group", "body"] {
        let name: &'static str = Box::leak(format!("flipped-{kind}").into_boxed_str());
        page.open_damaged(sites::indexed(), name, "", fault_in(kind, flip));
        page.wait_text(".count", "51 posts");
        page.type_into("#q", "武汉长江大桥");
        page.wait_text("h1", "A part of the archive is damaged");
        let file = page.text(".notice-file");
        assert!(file.starts_with(&format!("File: {kind}-")), "{file}");
        page.press(crate::harness::page::ESCAPE);
        page.wait_text("h1", "Newest posts");
    }
}

/// Tables that one way of looking needs each: what needs it names it, and the list still works.
fn a_damaged_table_spoils_only_what_needs_it(page: &Page<'_>) {
    let post = sites::known().post("The fox");
    let ways: [(&str, &str); 4] = [
        ("slugs", &post),
        ("facets", "#/?tag=even"),
        ("days", "#/?q=note%20after%3A2021-02-03"),
        ("forms", "#/?q=foxes"),
    ];
    for (kind, route) in ways {
        let name: &'static str = Box::leak(format!("flipped-{kind}").into_boxed_str());
        page.open_damaged(sites::known(), name, route, fault_in(kind, flip));
        page.wait_text("h1", "A part of the archive is damaged");
        let file = page.text(".notice-file");
        assert!(file.starts_with(&format!("File: {kind}-")), "{file}");
        page.go("#/");
        page.wait_text(".count", "51 posts");
    }
    // Without the list there is none, which is said.
    page.open_damaged(sites::known(), "flipped-list", "", fault_in("list", flip));
    page.wait_text("h1", "A part of the archive is damaged");
    assert!(page.text(".notice-file").starts_with("File: list-"));
}

/// A file whose hash is right and that unpacks to far more than was promised.
fn what_swells_when_unpacked_is_cut_off(page: &Page<'_>) {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    let zeros = vec![0; 1 << 20];
    for _ in 0..64 {
        packed.write_all(&zeros).expect("room in memory");
    }
    let packed = packed.finish().expect("room in memory");
    let hash: String = Sha256::digest(&packed)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    page.open_damaged(
        sites::known(),
        "swelling",
        "",
        Arc::new(move |file, answer| {
            if file == "bundle/archive.json" {
                let list = json!([[hash, packed.len(), 1000]]);
                manifest(answer, &json!({ "lists": list }));
            } else if file == format!("bundle/list-{}.bin", &hash[..16]) {
                *answer = Answer::file("application/octet-stream", packed.clone());
            }
        }),
    );
    page.wait_text("h1", "A part of the archive is damaged");
    assert!(page.text(".notice-file").starts_with("File: list-"));
}
