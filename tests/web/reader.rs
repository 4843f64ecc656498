//! What stands around the views: settings, help, keys, the timeline, the matches of a post, and the ways out.

use std::sync::LazyLock;

use crate::harness::page::{DOWN, ENTER, ESCAPE, LEFT, SHIFT};
use crate::harness::{Page, in_each_engine, sites};

in_each_engine! {
    months_are_brushed_by_a_pointer,
    months_are_chosen_by_keys,
    a_year_is_one_press_away,
    a_theme_is_chosen_and_kept,
    a_heading_that_is_gone_to_is_seen,
    help_is_one_key_away_and_escape_leaves_it,
    keys_go_through_a_list,
    keys_go_through_matches,
    a_key_leads_to_the_filters,
    searches_are_remembered_only_by_consent,
    no_trace_is_left_when_none_shall_be,
    everything_is_deleted,
    leaving_blanks_the_page_at_once,
    shift_three_times_leaves,
    capitals_do_not_leave,
    nothing_found_offers_ways_on,
    an_author_leads_to_the_posts,
    filters_are_found_by_name,
    the_interface_changes_its_language,
}

/// A list whose months are drawn.
fn with_timeline(page: &Page<'_>) {
    page.open(sites::sample(), "");
    page.wait_element(".plot svg");
}

fn months_are_brushed_by_a_pointer(page: &Page<'_>) {
    with_timeline(page);
    let all = page.text(".count");
    page.drag(".plot", 0.5, 0.8);
    page.wait_for(
        "a span of days",
        "return location.hash.includes('from=') && location.hash.includes('to=')",
    );
    page.wait_element(".chip[data-unday]");
    page.wait_element(".narrowed .brushed");
    assert_ne!(page.text(".count"), all);
    let address = page.hash();
    page.reload();
    page.wait_element(".narrowed .brushed");
    assert_eq!(page.hash(), address);
    page.click(".chip[data-unday]");
    page.wait_text(".count", &all);
    page.back();
    page.wait_element(".chip[data-unday]");
}

fn months_are_chosen_by_keys(page: &Page<'_>) {
    with_timeline(page);
    page.get("one('.last').focus()");
    let before = page.attribute(".last", "aria-valuetext");
    page.press(LEFT);
    page.wait_for("a last day", "return location.hash.includes('to=')");
    page.wait_element(".narrowed");
    assert_ne!(page.attribute(".last", "aria-valuetext"), before);
    page.wait_until("the slider keeps the focus", || {
        page.focus() == "input.last"
    });
    assert!(
        page.attribute(".last", "aria-label")
            .is_some_and(|label| !label.is_empty())
    );
}

fn a_year_is_one_press_away(page: &Page<'_>) {
    with_timeline(page);
    page.click(".by-year summary");
    let year = page
        .text(".year")
        .split(' ')
        .next()
        .unwrap_or_default()
        .to_owned();
    page.click(".year");
    page.wait_for(
        "the year's days",
        "return location.hash.includes('-01-01') && location.hash.includes('-12-31')",
    );
    assert!(
        page.hash().contains(&format!("from={year}-01-01")),
        "{}",
        page.hash()
    );
}

fn a_theme_is_chosen_and_kept(page: &Page<'_>) {
    page.open(sites::sample(), "");
    let paper = "return getComputedStyle(one('.app')).backgroundColor";
    let before = page.get(paper);
    page.click("[data-act=settings]");
    page.wait_element("#settings[open]");
    page.click("[for=theme-sepia]");
    page.wait_until("another paper", || page.get(paper) != before);
    page.press(ESCAPE);
    page.wait_until("no dialog", || page.count("dialog[open]") == 0);
    let sepia = page.get(paper);
    page.reload();
    assert_eq!(page.get(paper), sepia, "kept over a reload");
    let around = "return getComputedStyle(document.documentElement).backgroundColor";
    assert_eq!(page.get(around), sepia, "the page around it is the same");
    page.get("localStorage.clear()");
}

fn a_heading_that_is_gone_to_is_seen(page: &Page<'_>) {
    static SITE: LazyLock<sites::Site> = LazyLock::new(|| {
        let mut post = "# A long post\n\n".to_owned();
        for number in 1..20 {
            post += &format!("## Section {number}\n\n{}\n\n", "Some words. ".repeat(80));
        }
        sites::Site::write("sections", &[("2024-07-02-long.md".into(), post)])
    });
    page.open(&SITE, "#/post/2024-07-02-long");
    page.wait_text("h1", "A long post");
    assert_eq!(page.count(".body > h2"), 19, "the title stands there once");
    page.click(".toc summary");
    page.click(".toc li:nth-child(12) a");
    let seen = "const bar = one('.bar').getBoundingClientRect().bottom;
        const { top } = all('.body > h2')[11].getBoundingClientRect();
        return top >= bar && top < bar + 120";
    page.wait_until("the heading below the bar", || page.get(seen) == true);
}

fn help_is_one_key_away_and_escape_leaves_it(page: &Page<'_>) {
    page.open(sites::sample(), "");
    page.press('?');
    page.wait_element("#help[open]");
    assert!(page.count("#help kbd") > 10);
    page.press(ESCAPE);
    page.wait_until("no dialog", || page.count("dialog[open]") == 0);
}

fn keys_go_through_a_list(page: &Page<'_>) {
    page.open(sites::known(), "");
    let here = "const links = all('.post-link'); return links.indexOf(root.activeElement)";
    for (key, place) in [('j', 0), ('j', 1), (DOWN, 2), ('k', 1)] {
        page.press(key);
        page.wait_until("the focus on the post", || page.get(here) == place);
    }
    let title = page.get("return text(root.activeElement)");
    page.press(ENTER);
    page.wait_text("h1", title.as_str().expect("a title"));
    page.press('j');
    page.wait_until("the older post", || page.text("h1") != title);
    page.press(ESCAPE);
    page.wait_text("h1", title.as_str().expect("a title"));
}

fn keys_go_through_matches(page: &Page<'_>) {
    let site = sites::sample();
    page.open(site, "#/?q=雨");
    page.click(".post-link");
    page.wait_element(".matches");
    let place = || page.text(".matches-place");
    let count = place().split("/ ").nth(1).unwrap_or_default().to_owned();
    assert!(count.parse::<u32>().expect("a number") > 0);
    let marked =
        "return !CSS.highlights || CSS.highlights.get('shelfmark').size === Number(arguments[0])";
    assert_eq!(page.run(marked, &serde_json::json!([count])), true);
    let texts = "return !CSS.highlights || [...CSS.highlights.get('shelfmark')].every((range) => range.toString() === '雨')";
    assert_eq!(page.get(texts), true);
    page.press('n');
    page.wait_until("the first match", || place().starts_with("1 /"));
    page.press('p');
    page.wait_until("the last match", || {
        place().starts_with(&format!("{count} /"))
    });
    page.press(ESCAPE);
    page.wait_until("no marks", || page.count(".matches") == 0);
}

fn a_key_leads_to_the_filters(page: &Page<'_>) {
    page.open(sites::known(), "");
    page.press('t');
    page.wait_until("the focus on a tag", || page.focus() == "input#tag-0");
}

fn stored(page: &Page<'_>) -> String {
    let stored = page.get("return localStorage.getItem('shelfmark') ?? ''");
    stored.as_str().unwrap_or_default().to_owned()
}

fn searches_are_remembered_only_by_consent(page: &Page<'_>) {
    page.open(sites::known(), "");
    page.get("localStorage.clear()");
    page.open(sites::known(), "#/?q=fox");
    page.wait_text("h1", "Results for fox");
    page.wait_element(".chips, .post-link");
    assert_eq!(stored(page), "");
    page.click("[data-act=settings]");
    page.click("#recent");
    page.press(ESCAPE);
    page.go("#/?q=dog");
    page.wait_until("the search to be remembered", || {
        stored(page).contains("dog")
    });
    assert!(!stored(page).contains("fox"));
    page.go("#/");
    page.wait_text("h1", "Newest posts");
    page.click("#q");
    page.click(".recent a");
    page.wait_text("h1", "Results for dog");
    page.click("[data-act=settings]");
    page.click("#recent");
    page.wait_until("nothing remembered", || !stored(page).contains("dog"));
    page.get("localStorage.clear()");
}

fn no_trace_is_left_when_none_shall_be(page: &Page<'_>) {
    page.open(sites::known(), "");
    page.click("[data-act=settings]");
    page.click("#traces");
    page.press(ESCAPE);
    let entries = page.get("return history.length");
    page.click(".post-link");
    page.wait_element(".post-view");
    assert_eq!(page.get("return history.length"), entries);
    assert_eq!(page.get("return document.title"), "Untitled");
    assert_eq!(
        page.get("return localStorage.length + sessionStorage.length"),
        0
    );
    page.reload();
    assert_eq!(
        page.get("return document.title"),
        "Untitled",
        "also after a reload"
    );
}

fn everything_is_deleted(page: &Page<'_>) {
    page.open(sites::known(), "");
    page.click("[data-act=settings]");
    page.click("[for=theme-dark]");
    page.wait_until("a choice kept", || stored(page).contains("dark"));
    // What is remembered of signatures and of saving, and another archive's, which is none of this one's.
    page.run_async(
        "const scope = new URL('./', document.baseURI).href;
         localStorage.setItem(`shelfmark signed ${scope}bundle/archive.json`, '{}');
         localStorage.setItem(`shelfmark ${scope} saving`, '{}');
         await caches.open(`shelfmark ${scope} files`);
         await caches.open('shelfmark https://b.example/ files');",
        &serde_json::json!([]),
    );
    page.click("[data-act=forget]");
    page.wait_for("the answer", "return text(one('.forgotten'))");
    let left = page.run_async(
        "const other = await caches.delete('shelfmark https://b.example/ files');
         const { href } = new URL('./', document.baseURI);
         const names = [...Object.keys(localStorage), ...Object.keys(sessionStorage)];
         const ours = [...names, ...(await caches.keys())];
         return [other, ours.filter((name) => name === 'shelfmark' || name.includes(href))]",
        &serde_json::json!([]),
    );
    assert_eq!(left, serde_json::json!([true, []]));
}

fn is_blank(page: &Page<'_>) -> bool {
    page.get("return location.href") == "about:blank"
}

fn leaving_blanks_the_page_at_once(page: &Page<'_>) {
    with_timeline(page);
    page.server().asked();
    page.click("[data-act=leave]");
    page.wait_until("nothing", || is_blank(page));
    assert!(page.server().asked().is_empty(), "leaving asks for nothing");
}

fn shift_three_times_leaves(page: &Page<'_>) {
    page.open(sites::known(), "");
    for _ in 0..3 {
        page.press(SHIFT);
    }
    page.wait_until("nothing", || is_blank(page));
}

fn capitals_do_not_leave(page: &Page<'_>) {
    page.open(sites::known(), "");
    page.click("#q");
    page.type_into("#q", "FOXES");
    page.wait_text("h1", "Results for FOXES");
}

fn nothing_found_offers_ways_on(page: &Page<'_>) {
    page.open(sites::known(), "#/?q=fox&tag=even");
    page.wait_element(".offers a");
    assert_eq!(page.text(".offers a"), "Without “even”");
    page.click(".offers a");
    page.wait_text("h1", "Results for fox");
    assert_eq!(page.count(".chip"), 0);
}

fn an_author_leads_to_the_posts(page: &Page<'_>) {
    let site = sites::sample();
    page.open(site, &site.post("夜市散场之后"));
    page.click(".post-head .author");
    page.wait_text("h1", "Posts: 城南散步者");
    assert_eq!(page.texts(".chip bdi"), ["城南散步者"]);
    assert!(page.count(".post-link") > 1);
}

fn filters_are_found_by_name(page: &Page<'_>) {
    with_timeline(page);
    page.type_into("[data-find=tag]", "MAP");
    page.wait_until("the tag alone", || {
        page.texts("[data-kind=tag] .tag-name") == ["maps"]
    });
    assert!(page.focus().starts_with("input.find"), "{}", page.focus());
    page.click("[data-tag=maps]");
    page.wait_text("h1", "Posts tagged maps");
}

fn the_interface_changes_its_language(page: &Page<'_>) {
    page.open(sites::sample(), "");
    page.get("localStorage.clear()");
    page.click("[data-act=settings]");
    page.get("const select = one('#language'); select.value = 'fa'; select.dispatchEvent(new Event('change', { bubbles: true }))");
    page.wait_for(
        "Persian",
        "return one('.app')?.dir === 'rtl' && one('main h1')",
    );
    page.reload();
    assert_eq!(page.get("return one('.app').lang"), "fa");
    page.get("localStorage.clear()");
}
