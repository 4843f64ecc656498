//! Pictures of other sites: nothing is asked for before the reader asks.

use serde_json::json;

use crate::harness::{Page, in_each_engine, sites};

const FIRST: &str = "GET http://pictures.example/picture-1.svg";
const SECOND: &str = "GET http://pictures.example/picture-2.svg";
const THIRD: &str = "GET http://other.example/picture-3.svg";
const LOST: &str = "GET http://gone.example/lost.png";

in_each_engine! {
    a_picture_is_asked_for_when_clicked,
    all_pictures_are_asked_for_at_once,
    lists_and_searches_ask_nobody,
    the_element_may_refuse_pictures_or_want_all,
}

fn the_element_may_refuse_pictures_or_want_all(page: &Page<'_>) {
    page.tolerate("lost.png");
    page.open(sites::known(), &sites::known().post("Pictures"));
    page.wait_element(".image-ask");
    let set = "document.querySelector('shelfmark-archive').setAttribute('images', arguments[0])";
    page.run(set, &json!(["none"]));
    page.wait_for("no offers", "return !one('.image-ask') && one('.body')");
    assert_eq!(page.count("[data-act=images], .body img"), 0);
    assert_eq!(
        page.texts(".image-missing"),
        [
            "first (pictures.example)",
            "second (pictures.example)",
            "third (other.example)",
            "gone (gone.example)",
        ]
    );
    assert!(page.canary().requests().is_empty());
    page.run(set, &json!(["all"]));
    wait_for_all(page);
    assert_eq!(page.count(".image-ask, [data-act=images]"), 0);
    assert!(page.focus().is_empty() || !page.focus().starts_with("img"));
    let heard = page.canary().heard();
    assert_eq!(heard.len(), 4);
    assert!(heard.iter().all(|one| one.header("referer").is_none()));
}

/// Waits until three pictures are shown and the fourth is said to be lost.
fn wait_for_all(page: &Page<'_>) {
    page.wait_for(
        "three pictures",
        "return all('.body img').filter((image) => image.naturalWidth).length === 3",
    );
    page.wait_text(
        ".image-missing",
        "gone (This image could not be loaded: gone.example)",
    );
}

fn a_picture_is_asked_for_when_clicked(page: &Page<'_>) {
    page.open(sites::known(), &sites::known().post("Pictures"));
    page.wait_text("h1", "Pictures");
    assert_eq!(page.count(".image-ask"), 4);
    assert_eq!(page.count(".body img, .body video, .body source"), 0);
    assert_eq!(
        page.texts(".image-alt"),
        ["first", "second", "third", "gone"]
    );
    assert_eq!(page.texts(".image-host")[2], "other.example");
    assert!(page.canary().requests().is_empty());
    page.click("[data-image='1']");
    let width = "return one('.body img')?.naturalWidth";
    page.wait_for("the picture", width);
    assert_eq!(
        page.attribute(".body img", "alt").as_deref(),
        Some("second")
    );
    assert_eq!(page.focus(), "img", "what was asked for has the focus");
    let heard = page.canary().heard();
    for request in &heard {
        assert_eq!(request.header("referer"), None);
        assert_eq!(request.header("cookie"), None);
    }
    // Now it would be seen if the others, or the film, had been asked for before.
    let lines: Vec<&str> = heard
        .iter()
        .map(|request| request.line.trim_end_matches(" HTTP/1.1"))
        .collect();
    assert_eq!(lines, [SECOND]);
    assert_eq!(page.count(".image-ask"), 3);
}

fn all_pictures_are_asked_for_at_once(page: &Page<'_>) {
    page.tolerate("lost.png");
    page.open(sites::known(), &sites::known().post("Pictures"));
    page.wait_text("[data-act=images]", "Show all 4 images");
    page.click("[data-act=images]");
    wait_for_all(page);
    let mut heard = page.canary().heard();
    heard.sort_by(|a, b| a.line.cmp(&b.line));
    let lines: Vec<&str> = heard
        .iter()
        .map(|request| request.line.trim_end_matches(" HTTP/1.1"))
        .collect();
    assert_eq!(lines, [LOST, THIRD, FIRST, SECOND]);
    assert!(
        heard
            .iter()
            .all(|request| request.header("referer").is_none())
    );
    assert_eq!(page.count("[data-act=images]"), 0);
}

fn lists_and_searches_ask_nobody(page: &Page<'_>) {
    page.open(sites::known(), "");
    page.type_into("#q", "title:pictures");
    page.wait_text(".count", "1 match");
    page.click(".post-link");
    page.wait_text("h1", "Pictures");
    page.back();
    page.wait_text(".count", "1 match");
    let asked = page.server().asked();
    assert!(!asked.is_empty());
    // What is searched for stays on this device.
    assert!(
        asked
            .iter()
            .all(|path| !path.to_lowercase().contains("pictures")),
        "{asked:?}"
    );
}
