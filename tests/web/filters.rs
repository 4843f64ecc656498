//! Tags as filters.

use crate::harness::{Page, fixtures, in_each_engine, sites};

/// The panel's tags with their counts.
fn panel(page: &Page<'_>) -> Vec<(String, String)> {
    let names = page.texts(".tag-name");
    names.into_iter().zip(page.texts(".tag-count")).collect()
}

fn pair(name: &str, count: &str) -> (String, String) {
    (name.to_owned(), count.to_owned())
}

in_each_engine! {
    tags_combine_and_count,
    chips_and_boxes_take_filters_away,
    a_tag_of_a_post_leads_to_its_posts,
    a_tag_that_nobody_carries_finds_nothing,
    all_tags_are_shown_on_demand,
}

fn tags_combine_and_count(page: &Page<'_>) {
    page.open(sites::known(), "");
    assert_eq!(
        panel(page)[..4],
        [
            pair("notes", "45"),
            pair("even", "22"),
            pair("third", "15"),
            pair("animals", "2")
        ]
    );
    page.click("[data-tag=even]");
    page.wait_text(".count", "22 posts");
    assert_eq!(page.text("h1"), "Posts tagged even");
    assert_eq!(page.hash(), "#/?tag=even");
    assert_eq!(page.focus(), "input#tag-0", "the box that was clicked");
    assert_eq!(page.get("return one('[data-tag=even]').checked"), true);
    page.click("[data-tag=third]");
    page.wait_text(".count", "7 posts");
    assert_eq!(page.texts(".chip bdi"), ["even", "third"]);
    assert_eq!(page.texts(".post-link")[..2], ["Note 42", "Note 36"]);
    assert_eq!(
        panel(page),
        [pair("even", "7"), pair("third", "7"), pair("notes", "7")]
    );
    page.reload();
    page.wait_text(".count", "7 posts");
    assert_eq!(page.texts(".chip bdi"), ["even", "third"]);
}

fn chips_and_boxes_take_filters_away(page: &Page<'_>) {
    page.open(sites::known(), "#/?tag=even&tag=third");
    page.wait_text(".count", "7 posts");
    page.click("[data-untag=even]");
    page.wait_text(".count", "15 posts");
    assert_eq!(page.texts(".chip bdi"), ["third"]);
    page.click("[data-tag=third]");
    page.wait_text(".count", "51 posts");
    assert_eq!(page.count(".chips"), 0);
    page.back();
    page.wait_text(".count", "15 posts");
    page.back();
    page.wait_text(".count", "7 posts");
    page.click(".chip-all");
    page.wait_text(".count", "51 posts");
}

fn a_tag_of_a_post_leads_to_its_posts(page: &Page<'_>) {
    page.open(sites::known(), &sites::known().post("The fox"));
    page.click(".post-head .tag");
    page.wait_text("h1", "Posts tagged animals");
    assert_eq!(page.texts(".post-link"), ["The dog", "The fox"]);
}

fn a_tag_that_nobody_carries_finds_nothing(page: &Page<'_>) {
    page.open(sites::known(), "#/?tag=no%20such");
    page.wait_text("h1", "Posts tagged no such");
    assert_eq!(page.text(".notice-title"), "Nothing found.");
    assert_eq!(page.texts(".chip bdi"), ["no such"]);
    page.click("[data-untag='no such']");
    page.wait_text(".count", "51 posts");
}

fn all_tags_are_shown_on_demand(page: &Page<'_>) {
    page.open(sites::known(), "");
    assert_eq!(page.count("[data-tag]"), 18);
    let all = fixtures::RARE_TAGS as u64 + 7;
    assert_eq!(page.text(".facet .more"), format!("All {all}"));
    page.click(".facet .more");
    page.wait_text(".facet .more", "Fewer");
    assert_eq!(page.count("[data-tag]"), all);
    assert_eq!(page.focus(), "button.more");
}
