//! Archives without a host: one packed file, and a folder, opened from disk.

use std::path::{Path, PathBuf};
use std::sync::{LazyLock, OnceLock};

use serde_json::{Value, json};

use crate::exactness::CASES;
use crate::harness::archive::news;
use crate::harness::sites::{self, Site};
use crate::harness::{Page, in_each_engine, tools};

in_each_engine! {
    a_packed_file_is_a_whole_archive,
    a_packed_file_finds_what_the_site_finds,
    a_packed_file_without_scripts_shows_list_and_texts,
    a_folder_opens_from_disk,
    a_folder_on_disk_finds_what_the_site_finds,
    a_damaged_script_on_disk_is_named,
}

/// The archive that ships with Shelfmark, in one file.
static SAMPLE: LazyLock<PathBuf> = LazyLock::new(|| {
    let posts = Path::new(env!("CARGO_MANIFEST_DIR")).join("posts");
    sites::pack("sample.html", &posts)
});

/// The real posts in one file.
static NEWS: LazyLock<Option<PathBuf>> = LazyLock::new(|| {
    let posts = tools::shared("corpora/news-zh")?;
    Some(sites::pack("news.html", &posts))
});

/// The real posts in a folder for disks.
static FOLDER: LazyLock<Option<Site>> = LazyLock::new(|| {
    let posts = tools::shared("corpora/news-zh")?;
    Some(Site::build_for_disks("news-disk", &posts))
});

fn opens(page: &Page<'_>, title: &str) {
    page.wait_for("the first view", "return one('.post-link')");
    page.click(".post-link");
    page.wait_text("h1", title);
    page.wait_element("article");
    page.back();
    page.wait_text("h1", "Newest posts");
    page.click("[data-tag]");
    page.wait_for("a tag", "return location.hash.includes('tag=')");
    page.wait_for("posts of the tag", "return one('.post-link')");
}

fn a_packed_file_is_a_whole_archive(page: &Page<'_>) {
    page.open_file(&SAMPLE, "");
    opens(page, &sites::sample().list()[0].title);
    page.assert_quiet();
    assert!(page.server().asked().is_empty());
}

/// What a reader sees of searches: heading, number, and the posts in their order.
fn searches(page: &Page<'_>, queries: &[&str]) -> Vec<Value> {
    let mut shown = Vec::new();
    for queries in queries.chunks(10) {
        let seen = page.run_async(
            "const seen = [];
             for (const query of arguments_[0]) {
               await visit('#/?q=' + encodeURIComponent(query));
               const links = all('.post-link').map((link) => link.getAttribute('href'));
               const texts = all('.snippet').map(text);
               seen.push([text(one('h1')), text(one('.count')), links, texts]);
             }
             return seen;",
            &json!([queries]),
        );
        shown.extend(seen.as_array().expect("searches").iter().cloned());
    }
    shown
}

/// What programs are told of searches: hits with their passages, in their order.
fn answers(page: &Page<'_>, queries: &[&str]) -> Vec<Value> {
    let mut told = Vec::new();
    for queries in queries.chunks(50) {
        let hits = page.run_async(
            "const hits = [];
             for (const query of arguments_[0])
               hits.push((await host.archive.search({ query, limit: 10 })).hits);
             return hits;",
            &json!([queries]),
        );
        told.extend(hits.as_array().expect("hits").iter().cloned());
    }
    told
}

/// What one form of the archive gives.
struct Found {
    /// To programs, for every query.
    answers: Vec<Value>,
    /// To readers, for some of them.
    shown: Vec<Value>,
}

/// One in so many queries is typed as readers do, which takes long.
const SHOWN: usize = 5;

fn found(page: &Page<'_>, queries: &[&str]) -> Found {
    let some: Vec<&str> = queries.iter().copied().step_by(SHOWN).collect();
    page.wait_for("the first view", "return one('.post-link')");
    Found {
        answers: answers(page, queries),
        shown: searches(page, &some),
    }
}

fn finds_the_same(page: &Page<'_>, file: &Path) {
    let Some(news) = news() else { return };
    // The module is the same in all engines: each asks it a third.
    let cases = CASES.iter().skip(page.engine() as usize).step_by(3);
    let queries: Vec<&str> = cases.map(|(query, _)| query.as_str()).collect();
    // The same for both forms of the archive.
    static ON_SITE: [OnceLock<Found>; 3] = [const { OnceLock::new() }; 3];
    let on_site = ON_SITE[page.engine() as usize].get_or_init(|| {
        page.open(&news.site, "");
        found(page, &queries)
    });
    // The page goes on reading for exact numbers: it must be gone before requests are counted.
    page.run("location.replace('about:blank')", &json!([]));
    page.wait_until("nothing", || {
        page.get("return location.href") == "about:blank"
    });
    std::thread::sleep(std::time::Duration::from_millis(500));
    page.server().asked();
    page.open_file(file, "");
    let on_disk = found(page, &queries);
    let mut wrong = Vec::new();
    let both = on_site.answers.iter().zip(&on_disk.answers);
    for (query, (site, disk)) in queries.iter().zip(both) {
        if site != disk {
            wrong.push(format!("{query}: {disk} instead of {site}"));
        }
        assert!(
            site.as_array().is_some_and(|hits| !hits.is_empty()),
            "{query}: {site}"
        );
    }
    let both = on_site.shown.iter().zip(&on_disk.shown);
    for (query, (site, disk)) in queries.iter().step_by(SHOWN).zip(both) {
        // How far the number is settled depends on what was read before.
        if (&site[0], &site[2], &site[3]) != (&disk[0], &disk[2], &disk[3]) {
            wrong.push(format!("{query}: {disk} instead of {site}"));
        }
        assert!(
            site[2].as_array().is_some_and(|links| !links.is_empty()),
            "{query}: {site}"
        );
    }
    assert!(wrong.is_empty(), "{}: {wrong:#?}", page.engine());
    assert_eq!(queries.len(), on_disk.answers.len());
    assert_eq!(queries.len().div_ceil(SHOWN), on_disk.shown.len());
    let asked = page.server().asked();
    assert!(asked.is_empty(), "{asked:?}");
}

fn a_packed_file_finds_what_the_site_finds(page: &Page<'_>) {
    let Some(file) = &*NEWS else { return };
    finds_the_same(page, file);
    page.assert_quiet();
}

fn a_packed_file_without_scripts_shows_list_and_texts(page: &Page<'_>) {
    if !page.allow_scripts(false) {
        return;
    }
    page.open_file(&SAMPLE, "");
    let title = &sites::sample().list()[0].title;
    let rows = page.elements(".list a");
    let articles = page.elements("article");
    assert_eq!(rows.len(), sites::sample().list().len());
    assert_eq!(articles.len(), rows.len());
    assert_eq!(page.shown(&rows[0]), *title);
    let shown = page.shown(&articles[0]);
    assert!(
        shown.starts_with(title.as_str()) && shown.len() > 300,
        "{shown}"
    );
    assert!(page.follow(&rows[0]).contains("#p"));
    page.allow_scripts(true);
}

fn a_folder_opens_from_disk(page: &Page<'_>) {
    let Some(folder) = &*FOLDER else { return };
    // The page's own module and its early requests, which browsers refuse here.
    page.tolerate("file://");
    page.open_file(&folder.folder.join("index.html"), "");
    opens(page, &folder.list()[0].title);
    page.assert_quiet();
    assert!(page.server().asked().is_empty());
}

fn a_folder_on_disk_finds_what_the_site_finds(page: &Page<'_>) {
    let Some(folder) = &*FOLDER else { return };
    page.tolerate("file://");
    finds_the_same(page, &folder.folder.join("index.html"));
}

fn a_damaged_script_on_disk_is_named(page: &Page<'_>) {
    static DAMAGED: LazyLock<Site> = LazyLock::new(|| {
        let posts = Path::new(env!("CARGO_MANIFEST_DIR")).join("posts");
        let site = Site::build_for_disks("damaged-disk", &posts);
        let scripts = site.folder.join("bundle/disk/bundle");
        let files = std::fs::read_dir(scripts).expect("scripts");
        for file in files.map(|file| file.expect("a script").path()) {
            let name = file.file_name().expect("a name").to_string_lossy();
            if name.starts_with("body-") {
                let script = std::fs::read_to_string(&file).expect("a script");
                // Two characters of base64 in the middle change places.
                let mut bytes = script.into_bytes();
                let middle = bytes.len() / 2;
                let other = (middle + 1..bytes.len()).find(|at| bytes[*at] != bytes[middle]);
                bytes.swap(middle, other.expect("something else"));
                std::fs::write(&file, bytes).expect("a script");
            }
        }
        site
    });
    page.tolerate("file://");
    page.open_file(&DAMAGED.folder.join("index.html"), "");
    page.wait_for("the first view", "return one('.post-link')");
    page.click(".post-link");
    page.wait_text("h1", "A part of the archive is damaged");
    assert!(page.text(".notice-file").starts_with("File: body-"));
    page.back();
    page.wait_text("h1", "Newest posts");
}
