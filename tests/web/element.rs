//! The element in a page: coming, going, and what it tells the page.

use crate::harness::{Page, in_each_engine, sites};

in_each_engine! {
    it_can_be_taken_out_and_put_back,
    nothing_of_it_stays_in_the_page,
    it_says_when_it_is_ready,
}

fn it_can_be_taken_out_and_put_back(page: &Page<'_>) {
    page.open(sites::known(), "#/?tag=even");
    page.wait_text(".count", "22 posts");
    page.get("window.kept = host; host.remove(); location.hash = '#/'");
    page.get("document.body.append(window.kept)");
    page.wait_text(".count", "51 posts");
    page.click("[data-tag=even]");
    page.wait_text(".count", "22 posts");
    page.back();
    page.wait_text(".count", "51 posts");
}

fn nothing_of_it_stays_in_the_page(page: &Page<'_>) {
    page.open(sites::known(), "");
    assert_eq!(page.get("return document.body.children.length"), 1);
    assert_eq!(
        page.get("return document.querySelectorAll('style').length"),
        0
    );
    assert_eq!(
        page.get("return Object.keys(localStorage).length + document.cookie.length"),
        0
    );
    page.get("host.remove()");
    // Keys and addresses are nobody's business any more.
    page.press('/');
    page.go("#/?tag=even");
    assert_eq!(page.get("return document.body.children.length"), 0);
}

fn it_says_when_it_is_ready(page: &Page<'_>) {
    page.open(sites::known(), "");
    let ready = page.run_async("await host.ready; return 'ready'", &serde_json::json!([]));
    assert_eq!(ready, "ready");
}
