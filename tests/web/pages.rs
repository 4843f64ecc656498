//! The plain pages, and the way to them when scripts or WebAssembly are off.

use std::sync::Arc;

use serde_json::json;

use crate::accessibility::violations;
use crate::harness::http::Answer;
use crate::harness::{Engine, Page, in_each_engine, sites, tools};

in_each_engine! {
    plain_pages_are_accessible,
    narrow_plain_pages_never_scroll_sideways,
    every_post_is_reached_without_scripts,
    the_page_leads_to_them_without_webassembly,
    the_page_leads_to_them_when_its_policy_forbids_webassembly,
    the_page_does_not_lead_there_when_the_viewer_runs,
    hostile_posts_do_nothing_in_plain_pages,
}

/// Pages of every kind.
fn kinds() -> Vec<(&'static sites::Site, String)> {
    let (sample, known) = (sites::sample(), sites::known());
    let month = format!("pages/months/{}.html", &newest(sample)[..7]);
    vec![
        (sample, "pages/index.html".into()),
        (sample, "pages/tags/index.html".into()),
        (sample, month),
        (sample, sample.plain("夜市散场之后")),
        (sample, sample.plain("What does this page refuse to do?")),
        (sample, sample.plain("کاغذ و باران")),
        (known, known.plain("Pictures")),
    ]
}

fn newest(site: &sites::Site) -> String {
    let date = site.list().first().and_then(|post| post.date.clone());
    date.expect("a dated post")
}

fn plain_pages_are_accessible(page: &Page<'_>) {
    for (site, path) in kinds() {
        page.open_plain(site, &path);
        for dark in [false, true] {
            if page.prefer_dark(dark) {
                let found = violations(page);
                assert!(found.is_empty(), "{path} dark={dark}: {found:#?}");
            }
        }
        page.prefer_dark(false);
    }
}

fn narrow_plain_pages_never_scroll_sideways(page: &Page<'_>) {
    let mut pages = kinds();
    let sample = sites::sample();
    pages.extend(
        sample
            .list()
            .iter()
            .map(|post| (sample, sample.plain(&post.title))),
    );
    for (site, path) in pages {
        page.open_plain_framed(site, &path, 320, 700);
        let seen = page.get(
            "const wide = document.documentElement;
             const small = all('nav a, .posts a, .tags a, .years a').filter((link) =>
               link.getBoundingClientRect().height < 24).map((link) => link.outerHTML);
             return [innerWidth, Math.max(320, wide.scrollWidth), small]",
        );
        assert_eq!(seen, json!([320, 320, []]), "{path}");
        page.post("frame", &json!({ "id": null }));
    }
}

fn every_post_is_reached_without_scripts(page: &Page<'_>) {
    if !page.allow_scripts(false) {
        tools::say("LEFT OUT: WebKit without scripts, as its driver needs them");
        return;
    }
    let site = sites::sample();
    page.server().mount(site.name, &site.folder, None);
    page.load(&format!("{}/index.html", site.name));
    let late = page.elements(".shell-late a");
    assert!(
        late.iter().all(|link| page.shown(link).is_empty()),
        "one link is enough"
    );
    let [link] = &page.elements("noscript a")[..] else {
        panic!("no link in noscript");
    };
    assert!(!page.shown(link).is_empty());
    assert_eq!(page.follow(link), "sample/pages/index.html");
    // Through every month, to its posts: half of them are followed by each of the two engines.
    let months = page.elements(".years a").len();
    let mut titles: Vec<String> = Vec::new();
    for month in 0..months {
        page.load(&format!("{}/pages/index.html", site.name));
        page.follow(&page.elements(".years a")[month]);
        let list = page.address();
        let links = page.elements(".posts a");
        let first = titles.len();
        titles.extend(links.iter().map(|link| page.shown(link)));
        let is_own = |post: &usize| (first + post) % 2 == page.engine() as usize;
        for post in (0..links.len()).filter(is_own) {
            page.follow(&page.elements(".posts a")[post]);
            assert_eq!(page.shown(&page.elements("h1")[0]), titles[first + post]);
            page.load(&list);
        }
    }
    page.allow_scripts(true);
    page.load(&format!("{}/pages/index.html", site.name));
    let mut listed: Vec<String> = site.list().into_iter().map(|post| post.title).collect();
    listed.sort();
    titles.sort();
    assert_eq!(titles, listed);
}

/// Waits until the page shows the way, and takes it.
fn take_the_link(page: &Page<'_>) {
    page.wait_for(
        "the link",
        "const link = document.querySelector('.shell-late a');
         return link.checkVisibility() && getComputedStyle(link).visibility === 'visible'",
    );
    let link = &page.elements(".shell-late a")[0];
    assert!(page.follow(link).ends_with("/pages/index.html"));
    page.wait_text("main h1", "Rain on the Library Roof");
}

fn the_page_leads_to_them_without_webassembly(page: &Page<'_>) {
    page.tolerate("WebAssembly");
    let without = Arc::new(|file: &str, answer: &mut Answer| {
        if file == "shelfmark.js" {
            answer.body.splice(0..0, *b"delete globalThis.WebAssembly;");
        }
    });
    page.open_damaged(sites::sample(), "no-wasm", "", without);
    page.wait_element(".refused");
    assert!(page.text(".refused").contains("does not allow WebAssembly"));
    take_the_link(page);
}

fn the_page_leads_to_them_when_its_policy_forbids_webassembly(page: &Page<'_>) {
    page.tolerate("wasm");
    page.tolerate("WebAssembly");
    page.tolerate("csp");
    let without = Arc::new(|file: &str, answer: &mut Answer| {
        if file == "index.html" {
            let page = String::from_utf8_lossy(&answer.body);
            assert!(page.contains(" 'wasm-unsafe-eval'"));
            answer.body = page.replace(" 'wasm-unsafe-eval'", "").into_bytes();
        }
    });
    page.open_damaged(sites::sample(), "no-wasm-policy", "", without);
    page.wait_element(".refused");
    take_the_link(page);
}

fn the_page_does_not_lead_there_when_the_viewer_runs(page: &Page<'_>) {
    page.open(sites::sample(), "");
    page.wait_text("h1", "Newest posts");
    let shown = "return document.querySelector('.shell-late a').getClientRects().length";
    assert_eq!(page.get(shown), 0);
    std::thread::sleep(std::time::Duration::from_millis(3200));
    assert_eq!(page.get(shown), 0, "nor later");
}

/// Whatever runs, loads or is refused by the page's policy is complained about at the end.
fn hostile_posts_do_nothing_in_plain_pages(page: &Page<'_>) {
    let Some(archive) = crate::hostile::payloads() else {
        tools::say("LEFT OUT: there are no hostile posts here");
        return;
    };
    let site = &archive.site;
    let folder = std::fs::read_dir(site.folder.join("pages/posts")).expect("plain pages");
    let mut names: Vec<String> = folder
        .map(|entry| {
            entry
                .expect("a page")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    let first = match page.engine() {
        Engine::Chromium => 0,
        Engine::Firefox => 1,
        Engine::WebKit => 2,
    };
    page.server().mount(site.name, &site.folder, None);
    for name in names.iter().skip(first).step_by(6) {
        page.load(&format!("{}/pages/posts/{name}", site.name));
        let kept = page.get(
            "return [window.harness ? 1 : 0, all('main > article > section').length,
               all('script:not([src=\"/recorder.js\"]), iframe, form, object, svg').length,
               all('*').filter((e) => e.getAttributeNames().some((n) => n.startsWith('on'))).length]",
        );
        assert_eq!(kept, json!([1, 1, 0, 0]), "{name}");
    }
    let asked = page.server().asked();
    let beside = |path: &&String| !path.contains("/pages/") && !path.contains("icon");
    assert_eq!(asked.iter().find(beside), None::<&String>);
}
