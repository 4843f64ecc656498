//! The page without a mouse.

use crate::harness::page::{ENTER, ESCAPE, TAB};
use crate::harness::{Page, in_each_engine, sites};

in_each_engine! {
    tab_reaches_everything_in_order_and_enter_opens,
    what_has_the_focus_is_seen_to_have_it,
    the_skip_button_leads_to_the_posts,
    a_slash_leads_to_the_search_and_escape_out_of_it,
    a_box_is_ticked_by_the_space_bar,
    control_k_leads_to_the_search_also_from_a_post,
    a_slash_typed_into_the_field_is_a_slash,
}

fn tab_reaches_everything_in_order_and_enter_opens(page: &Page<'_>) {
    page.open(sites::known(), "");
    let mut order = Vec::new();
    while order.last().is_none_or(|last| last != "a.post-link") {
        assert!(order.len() < 60, "no way to the posts: {order:?}");
        page.press(TAB);
        order.push(page.focus());
    }
    assert_eq!(order[..3], ["button.skip", "a.brand", "input#q.query"]);
    let boxes = order
        .iter()
        .filter(|one| one.starts_with("input#tag-"))
        .count() as u64;
    assert_eq!(boxes, page.count("[data-tag]"), "{order:?}");
    page.press(ENTER);
    page.wait_text("h1", "Only a title");
    assert!(page.focus().starts_with("h1"), "{}", page.focus());
}

fn what_has_the_focus_is_seen_to_have_it(page: &Page<'_>) {
    page.open(sites::known(), "");
    for _ in 0..6 {
        page.press(TAB);
        let outline = page.get(
            "const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(root.activeElement);
             const outlined = outlineStyle !== 'none' && parseFloat(outlineWidth) > 0;
             return outlined || boxShadow !== 'none'",
        );
        assert_eq!(outline, true, "{}", page.focus());
    }
}

fn the_skip_button_leads_to_the_posts(page: &Page<'_>) {
    page.open(sites::known(), "");
    page.press(TAB);
    assert_eq!(page.focus(), "button.skip");
    page.press(ENTER);
    page.wait_until("the focus in the posts", || {
        page.focus().starts_with("main")
    });
    // What stands beside the heading comes before the posts.
    for _ in 0..3 {
        if page.focus() != "a.post-link" {
            page.press(TAB);
        }
    }
    assert_eq!(page.focus(), "a.post-link");
}

fn a_slash_leads_to_the_search_and_escape_out_of_it(page: &Page<'_>) {
    page.open(sites::known(), "");
    page.press('/');
    page.wait_until("the focus in the field", || page.focus() == "input#q.query");
    assert_eq!(page.get("return one('#q').value"), "");
    for key in "fox/".chars() {
        page.press(key);
    }
    page.wait_text("h1", "Results for fox/");
    page.press(ESCAPE);
    page.wait_text("h1", "Newest posts");
    assert_eq!(page.focus(), "input#q.query");
    page.press(ESCAPE);
    page.wait_until("no focus", || page.focus().is_empty());
}

fn a_box_is_ticked_by_the_space_bar(page: &Page<'_>) {
    page.open(sites::known(), "");
    page.get("one('[data-tag=even]').focus()");
    page.press(' ');
    page.wait_text(".count", "22 posts");
    page.press(' ');
    page.wait_text(".count", "51 posts");
}

fn control_k_leads_to_the_search_also_from_a_post(page: &Page<'_>) {
    page.open(sites::known(), &sites::known().post("The fox"));
    page.press_with_control('k');
    page.wait_until("the focus in the field", || page.focus() == "input#q.query");
}

fn a_slash_typed_into_the_field_is_a_slash(page: &Page<'_>) {
    page.open(sites::known(), "#/?q=a");
    page.click("#q");
    page.press('/');
    page.wait_for("the slash", "return one('#q').value.includes('/')");
}
