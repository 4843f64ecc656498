//! The list of posts: order, pages, counts.

use crate::harness::{fixtures, in_each_engine, sites};

in_each_engine! {
    fn the_newest_posts_come_first(page: &Page<'_>) {
        let expected = sites::sample().list();
        page.open(sites::sample(), "");
        page.wait_text("h1", "Newest posts");
        let titles: Vec<&str> = expected.iter().take(20).map(|post| post.title.as_str()).collect();
        assert_eq!(page.texts(".post-link"), titles);
        assert!(expected.is_sorted_by(|a, b| a.date >= b.date));
        assert_eq!(page.text(".count"), format!("{} posts", expected.len()));
        assert_eq!(page.text(".brand"), "Rain on the Library Roof");
        assert_eq!(page.get("return document.title"), "Rain on the Library Roof");
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
        assert_eq!(page.texts(".post-link").last().map(String::as_str), Some("Note 01"));
        assert_eq!(page.count(".page-next"), 0);
        page.click(".page-previous");
        page.wait_text(".page-place", "Page 2 of 3");
        page.back();
        page.wait_text(".page-place", "Page 3 of 3");
        page.forward();
        page.wait_text(".page-place", "Page 2 of 3");
    }
}
