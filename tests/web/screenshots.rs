//! Pictures of the views for people to look at, when `SHELFMARK_SCREENSHOTS` names a folder.
//!
//! Desktop and phone, light and (where the engine can) dark, in each engine.

use std::env;
use std::fs;
use std::path::PathBuf;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;

use crate::harness::sites::Site;
use crate::harness::{Engine, Page, in_each_engine, sites, tools};

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

fn pictures_of_all_views(page: &Page<'_>) {
    let Some(folder) = env::var_os("SHELFMARK_SCREENSHOTS").map(PathBuf::from) else {
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
