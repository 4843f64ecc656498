//! Pictures of the views for people to look at, when `SHELFMARK_SCREENSHOTS` names a folder.
//!
//! Desktop and phone, light and (where the engine can) dark, in each engine.

use std::fs;
use std::path::PathBuf;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;

use crate::harness::sites::Site;
use crate::harness::{Engine, Page, in_each_engine, sites, tools, with_page};
use crate::library::host_pages;

/// Plain pages that are pictured: a name, and a path.
fn plain() -> Vec<(&'static str, &'static Site, String)> {
    let sample = sites::sample();
    let post = |title| (sample, sample.plain(title));
    let mut pages = vec![
        ("plain-index", (sample, "pages/index.html".to_owned())),
        ("plain-tags", (sample, "pages/tags/index.html".to_owned())),
        ("plain-chinese", post("夜市散场之后")),
        ("plain-english", post("What does this page refuse to do?")),
        ("plain-persian", post("کاغذ و باران")),
    ];
    pages
        .drain(..)
        .map(|(name, (site, path))| (name, site, path))
        .collect()
}

/// What is pictured of the list once something was done: a name, what is done, and what then is there.
const STATES: [(&str, &str, &str); 5] = [
    (
        "settings",
        "one('[data-act=settings]').click()",
        "#settings[open]",
    ),
    ("help", "one('[data-act=help]').click()", "#help[open]"),
    (
        "chinese",
        "host.lang = 'zh-Hans'",
        ".app[lang=zh-Hans] .plot svg",
    ),
    ("persian", "host.lang = 'fa'", ".app[lang=fa] .plot svg"),
    (
        "post-matches",
        "location.hash = '#/?q=雨'; until(() => one('h1').textContent.includes('雨') && one('.post-link')).then(() => one('.post-link').click())",
        ".matches",
    ),
];

/// What is pictured: a name, and a view.
fn views() -> Vec<(&'static str, &'static Site, String)> {
    let (sample, known) = (sites::sample(), sites::known());
    let post = |title| (sample, sample.post(title));
    let mut views = vec![
        ("list", (sample, String::new())),
        ("results", (sample, "#/?q=雨".to_owned())),
        ("post-chinese", post("夜市散场之后")),
        ("post-english", post("What does this page refuse to do?")),
        ("post-persian", post("کاغذ و باران")),
        (
            "filtered",
            (sample, "#/?tag=archives&from=2022-01-01".to_owned()),
        ),
        ("empty", (sample, "#/?q=zzzz&tag=rain".to_owned())),
        ("error", (known, "#/post/nobody".to_owned())),
    ];
    views
        .drain(..)
        .map(|(name, (site, route))| (name, site, route))
        .collect()
}

fn save(page: &Page<'_>, folder: &PathBuf, name: &str) {
    let picture = BASE64_STANDARD.decode(page.screenshot()).expect("base64");
    fs::create_dir_all(folder).expect("the folder for screenshots");
    fs::write(
        folder.join(format!("{}-{name}.png", page.engine())),
        picture,
    )
    .expect("a file there");
}

/// Saves what the frame shows. WebKit counts from the bottom where an element is that is pictured: only
/// in a window of its own height it is pictured whole.
fn save_phone(page: &Page<'_>, folder: &PathBuf, name: &str) {
    page.post("frame", &json!({ "id": null }));
    let turned = page.engine() == Engine::WebKit;
    if turned {
        page.resize(1280, 844);
    }
    save(page, folder, name);
    if turned {
        page.resize(1280, 900);
    }
}

in_each_engine! {
    pictures_of_all_views,
}

/// Somebody else's page with two elements: one in the page's colours and font, one for a sidebar.
const GUESTS: &str = r##"<!doctype html><html lang=en><head><title>The Harbour Post</title>
<link rel=icon href=data:,><script type=module src=/guests-site/shelfmark.js></script>
<style>
  body { margin: 0; font: 1.1rem/1.6 serif; color: #123; background: #eef3f5; }
  header { padding: 1rem 2rem; background: #0b3b4a; color: #fff; font-size: 1.6rem; }
  main { display: grid; grid-template-columns: 1fr 300px; gap: 2rem; max-width: 1180px; margin: 1.5rem auto; }
  h2 { margin: 0 0 0.5rem; }
  shelfmark-archive { border: 1px solid #c4d3d9; border-radius: 10px; overflow: hidden; }
  #own {
    --shelfmark-paper: #fff; --shelfmark-ink: #123; --shelfmark-quiet: #4a6470; --shelfmark-line: #d5e0e4;
    --shelfmark-accent: #00695c; --shelfmark-mark: #b9f2e4; --shelfmark-font: serif;
  }
  #own::part(footer) { display: none; }
</style></head><body><header>The Harbour Post</header><main>
<section><h2>From our archive</h2><shelfmark-archive id=own loading=eager query=rain
  controls="search sort" src=/guests-site/bundle/archive.json></shelfmark-archive></section>
<aside><h2>Newest</h2><shelfmark-archive id=side loading=eager compact controls=search
  src=/guests-site/bundle/archive.json></shelfmark-archive></aside>
</main></body></html>"##;

/// The picture of docs/embedding.md.
#[test]
fn a_picture_of_guests() {
    let Some(folder) = tools::pictures() else {
        return;
    };
    with_page(Engine::Chromium, "guests", |page| {
        page.resize(1280, 900);
        page.server()
            .mount("guests-site", &sites::sample().folder, None);
        host_pages(page, "guests", &[("index.html", GUESTS)]);
        page.load(&format!("guests/?{}", page.next_load()));
        page.run_async(
            "await customElements.whenDefined('shelfmark-archive');
             await Promise.all([...document.querySelectorAll('shelfmark-archive')].map(({ ready }) => ready));",
            &json!([]),
        );
        save(page, &folder, "desktop-light-embedded");
    });
}

fn pictures_of_all_views(page: &Page<'_>) {
    let Some(folder) = tools::pictures() else {
        tools::say("no screenshots: SHELFMARK_SCREENSHOTS names no folder for them");
        return;
    };
    page.resize(1280, 900);
    for dark in [false, true] {
        if !page.prefer_dark(dark) {
            continue;
        }
        let colours = if dark { "dark" } else { "light" };
        for (name, site, route) in views() {
            page.open(site, &route);
            page.wait_element("main h1");
            save(page, &folder, &format!("desktop-{colours}-{name}"));
            page.open_framed(site, &route, 390, 844);
            save_phone(page, &folder, &format!("phone-{colours}-{name}"));
        }
        for (name, script, shown) in STATES {
            page.open(sites::sample(), "");
            page.get(script);
            page.wait_element(shown);
            save(page, &folder, &format!("desktop-{colours}-{name}"));
            page.open_framed(sites::sample(), "", 390, 844);
            page.get(script);
            page.wait_element(shown);
            save_phone(page, &folder, &format!("phone-{colours}-{name}"));
        }
        for (name, site, path) in plain() {
            page.open_plain(site, &path);
            save(page, &folder, &format!("desktop-{colours}-{name}"));
            page.open_plain_framed(site, &path, 390, 844);
            save_phone(page, &folder, &format!("phone-{colours}-{name}"));
        }
    }
}
