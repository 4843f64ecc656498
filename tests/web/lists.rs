//! The list of posts: order, pages, counts.

use std::sync::LazyLock;

use serde_json::json;

use crate::harness::{Engine, Page, fixtures, in_each_engine, sites, with_page};

in_each_engine! {
    the_newest_posts_come_first,
    pages_hold_twenty_posts_each,
    a_page_beyond_the_last_leads_back,
    months_are_those_of_the_reader,
}

/// In the Persian calendar two of three posts of one month are of another.
fn months_are_those_of_the_reader(page: &Page<'_>) {
    static SITE: LazyLock<sites::Site> = LazyLock::new(|| {
        let post = |day: &str| (format!("{day}-{day}.md"), "text\n".to_owned());
        let posts = ["2021-05-10", "2021-05-23", "2021-05-24"];
        sites::Site::write("months", &posts.map(post))
    });
    page.open(&SITE, "");
    assert_eq!(page.texts(".month"), ["May 2021"]);
    page.get("host.lang = 'fa'");
    page.wait_until("Persian months", || page.count(".month") == 2);
    let months = "return all('.month').map((month) => month.nextElementSibling.children.length)";
    assert_eq!(page.get(months), json!([2, 1]));
    page.go("#/?sort=oldest");
    page.wait_until("the oldest first", || page.get(months) == json!([1, 2]));
    page.get("host.lang = 'en'");
    page.wait_text("h1", "Oldest first");
}

fn the_newest_posts_come_first(page: &Page<'_>) {
    let expected = sites::sample().list();
    page.open(sites::sample(), "");
    page.wait_text("h1", "Newest posts");
    let titles: Vec<&str> = expected
        .iter()
        .take(20)
        .map(|post| post.title.as_str())
        .collect();
    assert_eq!(page.texts(".post-link"), titles);
    assert!(expected.is_sorted_by(|a, b| a.date >= b.date));
    assert_eq!(page.text(".count"), format!("{} posts", expected.len()));
    assert_eq!(page.text(".brand"), "Rain on the Library Roof");
    assert_eq!(
        page.get("return document.title"),
        "Rain on the Library Roof"
    );
}

fn pages_hold_twenty_posts_each(page: &Page<'_>) {
    page.open(sites::known(), "");
    assert_eq!(page.text(".count"), format!("{} posts", fixtures::ALL));
    assert_eq!(page.text(".page-place"), "Page 1 of 3");
    assert_eq!(page.count(".post"), 20);
    page.click(".page-next");
    page.wait_text(".page-place", "Page 2 of 3");
    assert_eq!(page.hash(), "#/?page=2");
    assert_eq!(page.get("return scrollY"), 0);
    page.click(".page-next");
    page.wait_text(".page-place", "Page 3 of 3");
    assert_eq!(page.count(".post"), fixtures::ALL as u64 - 40);
    assert_eq!(
        page.texts(".post-link").last().map(String::as_str),
        Some("Note 01")
    );
    assert_eq!(page.count(".page-next"), 0);
    page.click(".page-previous");
    page.wait_text(".page-place", "Page 2 of 3");
    page.back();
    page.wait_text(".page-place", "Page 3 of 3");
    page.forward();
    page.wait_text(".page-place", "Page 2 of 3");
}

fn a_page_beyond_the_last_leads_back(page: &Page<'_>) {
    page.open(sites::known(), "#/?page=99");
    assert_eq!(page.count(".post"), 0);
    page.click(".page-previous");
    page.wait_text(".page-place", "Page 3 of 3");
    assert_eq!(page.count(".post"), fixtures::ALL as u64 - 40);
}

/// The interface speaks the reader's language, and says so to screen readers.
#[test]
fn the_interface_speaks_the_language_of_its_reader() {
    with_page(Engine::Chromium, "the interface in languages", |page| {
        let agent = page.get("return navigator.userAgent");
        for (language, lang, newest) in [
            ("zh-CN", "zh-Hans", "最新文章"),
            ("zh-HK", "zh-Hant", "最新文章"),
            ("fr-FR", "fr", "Articles récents"),
            ("fa-IR", "fa", "تازه‌ترین نوشته‌ها"),
            ("sv-SE", "en", "Newest posts"),
        ] {
            let change = json!({ "userAgent": agent, "acceptLanguage": language });
            page.devtools("Emulation.setUserAgentOverride", &change);
            page.open(sites::known(), "");
            page.wait_text("h1", newest);
            assert_eq!(page.attribute(".app", "lang").as_deref(), Some(lang));
        }
    });
}
