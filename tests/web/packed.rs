//! Archives whose shards stand in packs: parts of files from hosts that know ranges and from those that
//! don't, what goes wrong with parts, and the same without a host.

use std::sync::Arc;

use serde_json::json;

use crate::harness::http::{Answer, Ranges};
use crate::harness::server::{Fault, Server, fault_in, for_all_origins};
use crate::harness::{Page, in_each_engine, sites};
use crate::library::host_pages;
use crate::offline::{install, leave, save, wait_saved};

in_each_engine! {
    parts_are_asked_for_and_nothing_else,
    a_host_without_ranges_sends_whole_packs,
    a_host_with_broken_ranges_is_asked_for_whole_packs,
    what_comes_instead_of_a_pack_is_no_pack,
    a_host_that_is_gone_is_named,
    packs_are_read_across_origins,
    packs_are_read_from_disk,
    saved_packs_are_read_and_searched_without_their_host,
    parts_that_were_seen_open_without_the_host,
}

/// Whether a request is for a pack.
fn is_of_pack(asked: &str) -> bool {
    asked.contains("/bundle/body-") || asked.contains("/bundle/index-")
}

/// All posts, found in every way.
fn look_around(page: &Page<'_>) {
    page.wait_text(".count", "131 posts");
    for (query, count) in [
        ("fox", "2 matches"),
        ("雾", "2 matches"),
        ("own7*", "11 matches"),
    ] {
        page.go(&format!("#/?q={query}"));
        page.wait_text("h1", &format!("Results for {query}"));
        page.wait_text(".count", count);
    }
    for title in ["The fox", "Long 03", "Long 41", "Long 79"] {
        page.go(&sites::packed().post(title));
        page.wait_text("h1", title);
        page.wait_element("article");
    }
}

fn parts_are_asked_for_and_nothing_else(page: &Page<'_>) {
    page.server().asked();
    page.open(sites::packed(), "");
    look_around(page);
    let asked = page.server().asked();
    let of_packs: Vec<&String> = asked.iter().filter(|asked| is_of_pack(asked)).collect();
    assert!(of_packs.len() > 8, "{asked:#?}");
    let late = |asked: &&String| asked.contains(" bytes=") && !asked.contains(" bytes=0-");
    assert!(of_packs.iter().filter(|asked| late(asked)).count() > 5);
    // Neither a whole pack, nor a part of anything else.
    for asked in asked {
        assert_eq!(is_of_pack(&asked), asked.contains(" bytes="), "{asked}");
    }
}

fn with(ranges: Ranges) -> Arc<Fault> {
    Arc::new(move |_, answer| answer.ranges = ranges)
}

fn a_host_without_ranges_sends_whole_packs(page: &Page<'_>) {
    page.open_damaged(sites::packed(), "whole", "", with(Ranges::Ignored));
    look_around(page);
}

/// Whatever such a host sends for a part, the whole file has it.
fn a_host_with_broken_ranges_is_asked_for_whole_packs(page: &Page<'_>) {
    page.tolerate("Failed to load resource");
    page.tolerate("ERR_CONTENT_DECODING_FAILED");
    for (name, ranges) in [
        ("refused", Ranges::Refused),
        ("halved", Ranges::Halved),
        ("shifted", Ranges::Shifted),
        ("compressed", Ranges::Compressed),
    ] {
        page.open_damaged(sites::packed(), &format!("ranges-{name}"), "", with(ranges));
        page.wait_text(".count", "131 posts");
        page.server().asked();
        for title in ["Long 41", "Long 03"] {
            page.go(&sites::packed().post(title));
            page.wait_text("h1", title);
            page.wait_element("article");
        }
        let asked = page.server().asked();
        let of_packs = || asked.iter().filter(|asked| is_of_pack(asked));
        assert!(of_packs().any(|asked| asked.contains(" bytes=")), "{name}");
        assert!(of_packs().any(|asked| !asked.contains(" bytes=")), "{name}");
        if ranges == Ranges::Refused {
            // It is not asked again what it has refused.
            let parts = of_packs().filter(|asked| asked.contains(" bytes="));
            assert_eq!(parts.count(), 1, "{asked:#?}");
        }
    }
}

fn what_comes_instead_of_a_pack_is_no_pack(page: &Page<'_>) {
    type Change = fn(&mut Answer);
    page.tolerate("Failed to load resource");
    let faults: [(&str, Change); 5] = [
        ("flipped", |answer| {
            for byte in &mut answer.body {
                *byte ^= 1;
            }
        }),
        ("short", |answer| answer.body.truncate(40)),
        ("shifted", |answer| {
            answer.ranges = Ranges::Shifted;
            answer.body.remove(0);
        }),
        ("short-whole", |answer| {
            answer.ranges = Ranges::Ignored;
            answer.body.truncate(40);
        }),
        ("endless", |answer| {
            answer.ranges = Ranges::Ignored;
            answer.body.resize(40 << 20, b' ');
        }),
    ];
    for (name, change) in faults {
        page.open_damaged(
            sites::packed(),
            &format!("part-{name}"),
            "",
            fault_in("body", change),
        );
        page.wait_text(".count", "131 posts");
        page.go(&sites::packed().post("Long 41"));
        page.wait_text("h1", "A part of the archive is damaged");
        let file = page.text(".notice-file");
        assert!(file.starts_with("File: body-"), "{name}: {file}");
        page.go("#/");
        page.wait_text("h1", "Newest posts");
    }
}

fn a_host_that_is_gone_is_named(page: &Page<'_>) {
    page.tolerate("Failed to load resource");
    page.tolerate("ERR_");
    page.open_damaged(
        sites::packed(),
        "part-gone",
        "",
        fault_in("body", |answer| {
            *answer = Answer::missing();
        }),
    );
    page.wait_text(".count", "131 posts");
    page.go(&sites::packed().post("Long 41"));
    page.wait_text("h1", "A part of the archive could not be loaded");
    assert!(page.text(".notice-file").starts_with("File: body-"));
}

fn packs_are_read_across_origins(page: &Page<'_>) {
    let elsewhere = Server::start();
    elsewhere.mount("far", &sites::packed().folder, Some(for_all_origins()));
    let far = elsewhere.address("far");
    let html = "<!doctype html><html lang=en><head><title>host</title></head><body></body></html>";
    host_pages(page, "packs", &[("index.html", html)]);
    page.load(&format!("packs/?{}", page.next_load()));
    let told = page.run_async(
        &format!(
            "const {{ openArchive }} = await import('{far}/shelfmark.js');
             const archive = await openArchive('{far}/bundle/archive.json');
             const {{ total, hits }} = await archive.search({{ query: 'own41', exact: true }});
             const post = await archive.post(hits[0].slug);
             archive.close();
             return [total, post.title];"
        ),
        &json!([]),
    );
    assert_eq!(told, json!([1, "Long 41"]));
}

fn packs_are_read_from_disk(page: &Page<'_>) {
    // The page's own module and its early requests, which browsers refuse here.
    page.tolerate("file://");
    page.server().asked();
    page.open_file(&sites::packed().folder.join("index.html"), "");
    look_around(page);
    page.assert_quiet();
    assert!(page.server().asked().is_empty());
}

fn saved_packs_are_read_and_searched_without_their_host(page: &Page<'_>) {
    let (site, name) = (sites::packed(), "installed-packs");
    install(page, name, site);
    page.server().asked();
    save(page);
    wait_saved(page);
    let asked = page.server().asked();
    let packs: Vec<&String> = asked.iter().filter(|asked| is_of_pack(asked)).collect();
    assert!(packs.len() > 2, "{asked:#?}");
    assert!(
        packs.iter().all(|asked| !asked.contains(" bytes=")),
        "{packs:#?}"
    );
    leave(page, name, site);
    page.load(&format!("{name}/?cold"));
    look_around(page);
    page.go("#/?tag=even");
    page.wait_text(".count", "22 posts");
}

fn parts_that_were_seen_open_without_the_host(page: &Page<'_>) {
    let (site, name) = (sites::packed(), "installed-parts");
    page.tolerate("Failed to load resource");
    page.tolerate("ERR_EMPTY_RESPONSE");
    page.server().mount(name, &site.folder, None);
    // The first is seen before the worker is in charge, the second afterwards.
    page.load(&format!("{name}/{}", site.post("Long 41")));
    page.wait_text("h1", "Long 41");
    page.wait_for(
        "a service worker",
        "return !!navigator.serviceWorker.controller",
    );
    page.go(&site.post("Long 03"));
    page.wait_text("h1", "Long 03");
    page.wait_until("the parts to be kept", || {
        let kept = page.run_async(
            "const names = await caches.keys();
             const cache = await caches.open(names.find((name) => name.endsWith(location.pathname + ' files')) ?? 'none');
             return (await cache.keys()).filter(({ url }) => /body-.*[?]bytes=/.test(url)).length;",
            &json!([]),
        );
        kept.as_u64() >= Some(2)
    });
    leave(page, name, site);
    for title in ["Long 41", "Long 03"] {
        page.load(&format!("{name}/?again{}", site.post(title)));
        page.wait_text("h1", title);
        page.wait_element("article");
    }
}
