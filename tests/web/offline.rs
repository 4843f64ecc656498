//! Pages that were installed: they work without their host, change versions as a whole, and keep what
//! their readers saved.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::json;

use crate::harness::http::Answer;
use crate::harness::sites::{self, Site};
use crate::harness::{self, Page, in_each_engine};

in_each_engine! {
    a_saved_archive_is_read_and_searched_without_its_host,
    what_was_seen_opens_without_the_host,
    a_new_version_waits_for_the_reader_and_comes_whole,
    saving_goes_on_after_the_page_was_closed,
    no_room_left_is_said_and_nothing_is_lost,
    what_the_browser_took_is_said_and_brought_again,
    what_was_saved_can_be_removed,
    programs_save_posts_of_some_days,
}

/// Opens a site under an address of its own, and waits until its service worker is in charge.
pub(crate) fn install(page: &Page<'_>, name: &str, site: &Site) {
    page.tolerate("Failed to load resource");
    page.tolerate("ERR_EMPTY_RESPONSE");
    page.server().mount(name, &site.folder, None);
    page.load(&format!("{name}/"));
    page.wait_for("a view", "return one('main h1')");
    page.wait_for(
        "a service worker",
        "return !!navigator.serviceWorker.controller",
    );
}

/// The host of a site is gone.
pub(crate) fn leave(page: &Page<'_>, name: &str, site: &Site) {
    let gone = Arc::new(|_: &str, answer: &mut Answer| *answer = Answer::gone());
    page.server().mount(name, &site.folder, Some(gone));
}

pub(crate) fn save(page: &Page<'_>) {
    page.wait_element("[data-save=open]");
    page.run("one('[data-save=open]').click()", &json!([]));
    page.wait_element("dialog[open]");
    page.click("[data-save=start]");
}

pub(crate) fn wait_saved(page: &Page<'_>) {
    page.wait_for(
        "the end of saving",
        "return text(one('.save-line'))?.startsWith('Saved on this device')",
    );
}

fn a_saved_archive_is_read_and_searched_without_its_host(page: &Page<'_>) {
    let (site, name) = (sites::indexed(), "installed-saved");
    install(page, name, site);
    save(page);
    wait_saved(page);
    // Not every browser tells how much room there is.
    page.wait_for(
        "the room used",
        "return !navigator.storage?.estimate || text(one('.save-room')).startsWith('This site uses')",
    );
    leave(page, name, site);
    page.server().asked();
    page.load(&format!("{name}/?cold"));
    page.wait_text(".count", "51 posts");
    for post in site.list().iter().take(20) {
        page.go(&site.post(&post.title));
        page.wait_text("h1", &post.title);
    }
    page.go("#/?q=雾");
    page.wait_text("h1", "Results for 雾");
    page.wait_text(".count", "2 matches");
    page.go("#/?tag=even");
    page.wait_text(".count", "22 posts");
    page.go("#/?page=3");
    page.wait_for(
        "the last page",
        "return one('.count') && all('.post-link').length === 11",
    );
}

/// 300 posts are an index of 256 and one of 44: the files of both are saved, and one search asks both.
#[test]
fn segments_of_an_index_are_saved_and_searched() {
    harness::with_page(harness::Engine::Chromium, "segments", |page| {
        let mut posts: Vec<(String, String)> = (0..300)
            .map(|id| {
                let (month, day) = (id / 28 + 1, id % 28 + 1);
                let every = if id % 7 == 0 { "言论自由" } else { "" };
                let text = format!("# {id}\n\n第{id}篇 {every} word{id}\n");
                (format!("2024-{month:02}-{day:02}-p.md"), text)
            })
            .collect();
        let settings = "search = \"index\"\nsegments = true\n";
        posts.push(("shelfmark.toml".into(), settings.into()));
        let (site, name) = (Site::write("segments", &posts), "installed-segments");
        install(page, name, &site);
        save(page);
        wait_saved(page);
        leave(page, name, &site);
        page.load(&format!("{name}/?cold"));
        for (query, matches) in [
            ("言论自由", "43 matches"),
            ("第3篇", "1 match"),
            ("第299篇", "1 match"),
            ("word2*", "111 matches"),
        ] {
            page.go(&format!("#/?q={query}"));
            page.wait_text("h1", &format!("Results for {query}"));
            page.wait_text(".count", matches);
        }
    });
}

fn what_was_seen_opens_without_the_host(page: &Page<'_>) {
    let (site, name) = (sites::sample(), "installed-seen");
    install(page, name, site);
    page.click(".post-link");
    let title = &site.list()[0].title;
    page.wait_text("h1", title);
    // What was loaded before the worker came is handed to it.
    page.wait_until("the files to be kept", || {
        let kept = page.run_async(
            "const names = await caches.keys();
             const cache = await caches.open(names.find((name) => name.endsWith(location.pathname + ' files')) ?? 'none');
             return (await cache.keys()).map(({ url }) => url).join(' ');",
            &json!([]),
        );
        let kept = kept.as_str().unwrap_or_default();
        kept.contains("/list-") && kept.contains("/body-")
    });
    leave(page, name, site);
    page.load(&format!("{name}/?again"));
    page.wait_text("h1", "Newest posts");
    page.click(".post-link");
    page.wait_text("h1", title);
}

fn a_new_version_waits_for_the_reader_and_comes_whole(page: &Page<'_>) {
    let post = |title: &str| {
        let text = format!("---\ntitle: {title}\n---\nWords of {title}.\n");
        ("2024-01-01-post.md".to_owned(), text)
    };
    // Each engine has versions of its own, as tests run at the same time.
    let name: &'static str = Box::leak(format!("installed-{}", page.engine()).into_boxed_str());
    let second: &'static str = Box::leak(format!("{name}-b").into_boxed_str());
    let (a, b) = (
        Site::write(name, &[post("First")]),
        Site::write(second, &[post("Second")]),
    );
    install(page, name, &a);
    page.wait_text(".post-link", "First");
    page.click(".post-link");
    page.wait_text("h1", "First");
    page.server().mount(name, &b.folder, None);
    page.run_async(
        "await (await navigator.serviceWorker.getRegistration()).update()",
        &json!([]),
    );
    page.wait_element(".update");
    // Until the reader says so everything is of the old version, also after a reload.
    page.load(&format!("{name}/?old"));
    page.wait_text(".post-link", "First");
    page.click(".post-link");
    page.wait_text("h1", "First");
    page.wait_element(".body");
    page.wait_element(".update");
    page.go("#/");
    page.wait_text(".post-link", "First");
    page.click(".update button");
    page.wait_for(
        "the new version",
        "return text(one('.post-link')) === 'Second'",
    );
    page.click(".post-link");
    page.wait_text("h1", "Second");
    page.wait_element(".body");
    let caches = page.run_async("return (await caches.keys()).length", &json!([]));
    assert_eq!(caches, 2, "files of one version, and of the bundle");
}

fn saving_goes_on_after_the_page_was_closed(page: &Page<'_>) {
    let (site, name) = (sites::indexed(), "installed-killed");
    install(page, name, site);
    // The host stops after some files.
    let (open, sent) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicU32::new(0)),
    );
    let (is_open, count) = (Arc::clone(&open), Arc::clone(&sent));
    let slow = move |file: &str, answer: &mut Answer| {
        if file.starts_with("bundle/body-") && count.fetch_add(1, Ordering::Relaxed) > 0 {
            for _ in 0..500 {
                if is_open.load(Ordering::Relaxed) {
                    return;
                }
                thread::sleep(Duration::from_millis(20));
            }
            *answer = Answer::gone();
        }
    };
    page.server()
        .mount(name, &site.folder, Some(Arc::new(slow)));
    save(page);
    page.wait_until("some files", || sent.load(Ordering::Relaxed) > 1);
    page.load("frame.html?w=1&h=1&/none");
    open.store(true, Ordering::Relaxed);
    page.server().asked();
    page.load(&format!("{name}/?again"));
    page.wait_text(".count", "51 posts");
    page.wait_for(
        "the end of saving",
        "return Object.keys(localStorage).some((key) => key.includes(`${location.pathname} saving`)
             && localStorage.getItem(key).includes('\"done\"'))",
    );
    let asked = page.server().asked();
    let again = asked.iter().filter(|file| file.contains("/bundle/traits-"));
    assert_eq!(again.count(), 0, "{asked:#?}");
    leave(page, name, site);
    page.load(&format!("{name}/?cold"));
    page.go("#/?q=fox");
    page.wait_text(".count", "2 matches");
}

fn no_room_left_is_said_and_nothing_is_lost(page: &Page<'_>) {
    let (site, name) = (sites::indexed(), "installed-full");
    install(page, name, site);
    page.get(
        "const put = Cache.prototype.put;
         Cache.prototype.put = function (address, response) {
           return String(address).includes('/body-')
             ? Promise.reject(new DOMException('full', 'QuotaExceededError'))
             : put.call(this, address, response);
         };",
    );
    save(page);
    page.wait_for(
        "a word about it",
        "return text(one('.save-note'))?.startsWith('There is no room left for body-')",
    );
    page.click("[data-save=close]");
    page.go("#/?tag=even");
    page.wait_text(".count", "22 posts");
}

fn what_the_browser_took_is_said_and_brought_again(page: &Page<'_>) {
    let (site, name) = (sites::indexed(), "installed-evicted");
    install(page, name, site);
    save(page);
    wait_saved(page);
    page.run_async(
        "const name = (await caches.keys()).find((name) => name.includes(location.pathname) && name.endsWith('files'));
         const cache = await caches.open(name);
         const bodies = (await cache.keys()).filter(({ url }) => url.includes('/body-'));
         for (const body of bodies.slice(0, 3)) await cache.delete(body);",
        &json!([]),
    );
    page.reload();
    page.wait_for(
        "a word about it",
        "return text(one('.save-note')) === 'The browser removed saved files: 3. Continue brings them again.'",
    );
    page.click("[data-save=resume]");
    wait_saved(page);
    leave(page, name, site);
    page.load(&format!("{name}/?later"));
    page.wait_text(".count", "51 posts");
    for query in ["fox", "雾"] {
        page.go(&format!("#/?q={query}"));
        page.wait_text(".count", "2 matches");
    }
}

fn what_was_saved_can_be_removed(page: &Page<'_>) {
    let (site, name) = (sites::indexed(), "installed-removed");
    install(page, name, site);
    save(page);
    wait_saved(page);
    page.click("[data-save=remove]");
    page.wait_for(
        "a word about it",
        "return text(one('.save-note'))?.startsWith('Everything')",
    );
    let left = page.run_async(
        "const own = (name) => name.includes(location.pathname);
         const registration = await navigator.serviceWorker.getRegistration();
         return [(await caches.keys()).filter(own), Object.keys(localStorage).filter(own), !!registration];",
        &json!([]),
    );
    assert_eq!(left, json!([[], [], false]));
}

fn programs_save_posts_of_some_days(page: &Page<'_>) {
    let (site, name) = (sites::indexed(), "installed-days");
    install(page, name, site);
    page.server().asked();
    let saved = page.run_async(
        "let last;
         const saved = await host.saveOffline({
           from: '2022-01-03', to: '2022-01-03', onProgress: (progress) => { last = progress; },
         });
         return [saved.files > 5, last.done === last.total && last.total === saved.bytes];",
        &json!([]),
    );
    assert_eq!(saved, json!([true, true]));
    let asked = page.server().asked();
    let bodies = asked.iter().filter(|file| file.contains("/bundle/body-"));
    assert_eq!(bodies.count(), 1, "{asked:#?}");
    leave(page, name, site);
    page.load(&format!("{name}/?cold"));
    page.wait_text(".count", "51 posts");
    page.go(&site.post("The fox"));
    page.wait_text("h1", "The fox");
    // Another call that is given up says so.
    let given_up = page.run_async(
        "const signal = AbortSignal.abort();
         return host.saveOffline({ signal }).then(() => 'saved', (error) => error.code);",
        &json!([]),
    );
    assert_eq!(given_up, "aborted");
}

/// The web manifest and its icons are what browsers ask of a page that is installed.
#[test]
fn the_web_manifest_names_icons_that_are_there() {
    let site = sites::sample();
    let read = |name: &str| std::fs::read(site.folder.join(name)).expect("a file of the site");
    let manifest: serde_json::Value =
        serde_json::from_slice(&read("shelfmark.webmanifest")).expect("JSON");
    for icon in manifest["icons"].as_array().expect("icons") {
        let name = icon["src"].as_str().expect("a name");
        let bytes = read(name);
        let size = u32::from_be_bytes(bytes[16..20].try_into().expect("four bytes"));
        assert!(bytes.starts_with(b"\x89PNG") && icon["sizes"] == format!("{size}x{size}"));
    }
    assert_eq!(manifest["start_url"], "./");
    assert!(Path::new(&site.folder).join("sw.js").exists());
}
