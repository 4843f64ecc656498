//! Typing: when it searches, what it leaves in the history, and input methods.

use serde_json::json;

use crate::harness::{Engine, Page, in_each_engine, sites, with_page};

/// Looks on for longer than the pause in typing that starts a search: nothing is searched for.
fn assert_no_search(page: &Page<'_>) {
    let seen = page.run_async(
        "const start = performance.now();
         while (performance.now() - start < 400) {
           if (location.hash) return location.hash;
           await new Promise((next) => setTimeout(next, 20));
         }
         return text(one('h1'));",
        &json!([]),
    );
    assert_eq!(seen, "Newest posts");
}

in_each_engine! {
    typing_leaves_one_entry_in_the_history,
    typing_keeps_the_focus_and_the_caret,
    an_input_method_is_left_alone_until_it_is_done,
    the_field_has_a_button_that_empties_it,
    typing_in_a_post_leads_to_the_results_and_back_to_the_post,
    enter_searches_at_once,
}

fn typing_leaves_one_entry_in_the_history(page: &Page<'_>) {
    page.open(sites::known(), "");
    for (key, hash) in [
        ("武", "#/?q=武"),
        ("汉", "#/?q=武汉"),
        ("长", "#/?q=武汉长"),
    ] {
        page.type_into("#q", key);
        page.wait_until(hash, || page.hash() == hash);
    }
    page.wait_text("h1", "Results for 武汉长");
    page.back();
    page.wait_text("h1", "Newest posts");
    assert_eq!(page.get("return one('#q').value"), "");
    page.forward();
    page.wait_text("h1", "Results for 武汉长");
    assert_eq!(page.get("return one('#q').value"), "武汉长");
}

fn typing_keeps_the_focus_and_the_caret(page: &Page<'_>) {
    page.open(sites::known(), "");
    page.click("#q");
    page.type_into("#q", "quick");
    page.wait_text("h1", "Results for quick");
    assert_eq!(page.focus(), "input#q.query");
    assert_eq!(page.get("return one('#q').selectionStart"), 5);
}

/// Synthetic events, as no driver has an input method; the order is that of browsers.
fn an_input_method_is_left_alone_until_it_is_done(page: &Page<'_>) {
    page.open(sites::known(), "");
    // A real click: WebKit skips entries that pages add to the history by themselves.
    page.click("#q");
    page.run(
        "const field = one('#q');
         const fire = (kind, type, data) => field.dispatchEvent(
           new kind(type, { bubbles: true, composed: true, data, isComposing: true }));
         fire(CompositionEvent, 'compositionstart', '');
         for (const typed of ['w', 'wu', 'wu h', 'wu han']) {
           field.value = typed;
           fire(CompositionEvent, 'compositionupdate', typed);
           fire(InputEvent, 'input', typed);
         }",
        &json!([]),
    );
    assert_no_search(page);
    page.run(
        "const field = one('#q');
         field.value = '武汉';
         field.dispatchEvent(new CompositionEvent('compositionend',
           { bubbles: true, composed: true, data: '武汉' }));
         field.dispatchEvent(new InputEvent('input',
           { bubbles: true, composed: true, data: '武汉' }));",
        &json!([]),
    );
    page.wait_text("h1", "Results for 武汉");
    page.back();
    page.wait_text("h1", "Newest posts");
}

fn the_field_has_a_button_that_empties_it(page: &Page<'_>) {
    page.open(sites::known(), "");
    assert_eq!(page.get("return one('.clear').hidden"), true);
    page.type_into("#q", "fox");
    page.wait_text("h1", "Results for fox");
    page.click(".clear");
    page.wait_text("h1", "Newest posts");
    assert_eq!(page.focus(), "input#q.query");
    assert_eq!(page.get("return one('.clear').hidden"), true);
}

fn typing_in_a_post_leads_to_the_results_and_back_to_the_post(page: &Page<'_>) {
    page.open(sites::known(), &sites::known().post("The fox"));
    page.wait_text("h1", "The fox");
    page.type_into("#q", "桥");
    page.wait_text("h1", "Results for 桥");
    page.type_into("#q", "上");
    page.wait_text("h1", "Results for 桥上");
    page.back();
    page.wait_text("h1", "The fox");
}

fn enter_searches_at_once(page: &Page<'_>) {
    page.open(sites::known(), "");
    page.type_into("#q", &format!("fox{}", crate::harness::page::ENTER));
    page.wait_text("h1", "Results for fox");
    assert_eq!(page.focus(), "input#q.query");
    assert!(
        page.server()
            .asked()
            .iter()
            .all(|path| !path.contains("fox"))
    );
}

/// A real composition, which only Chromium lets programs make.
#[test]
fn a_real_input_method_searches_when_it_commits() {
    with_page(Engine::Chromium, "a real input method", |page| {
        page.open(sites::known(), "");
        page.click("#q");
        for typed in ["w", "wu", "wu'han"] {
            let end = typed.len();
            let composition = json!({ "text": typed, "selectionStart": end, "selectionEnd": end });
            page.devtools("Input.imeSetComposition", &composition);
        }
        page.wait_for("the composition", "return one('#q').value === `wu'han`");
        assert_no_search(page);
        page.devtools("Input.insertText", &json!({ "text": "武汉" }));
        page.wait_text("h1", "Results for 武汉");
        assert_eq!(page.get("return one('#q').value"), "武汉");
    });
}
