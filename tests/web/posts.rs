//! Reading a post, and going back to where one was.

use serde_json::json;

use crate::harness::{Page, in_each_engine, sites};

in_each_engine! {
    a_post_of_the_archives_form_shows_its_facts_once,
    back_restores_the_list_the_focus_and_the_place,
    the_link_back_goes_where_back_goes,
    neighbours_are_the_newer_and_the_older_post,
    a_post_without_a_body_leads_to_its_source,
    a_right_to_left_post_runs_from_right_to_left,
    a_link_inside_a_post_moves_within_it,
    a_reload_keeps_the_place,
}

fn a_post_of_the_archives_form_shows_its_facts_once(page: &Page<'_>) {
    page.open(sites::sample(), "");
    page.click(".post-link[href*='夜市散场之后']");
    page.wait_text("h1", "夜市散场之后");
    assert_eq!(
        page.get("return document.title"),
        "夜市散场之后 · Rain on the Library Roof"
    );
    assert_eq!(page.text("time"), "July 2, 2024");
    assert!(
        page.attribute("time", "datetime")
            .is_some_and(|day| day.starts_with("2024-07-02T01:43:08"))
    );
    assert_eq!(page.texts(".author"), ["城南散步者"]);
    assert_eq!(page.texts(".post-head .tag"), ["夜市"]);
    assert_eq!(page.text(".source-link"), "example.org");
    assert_eq!(
        page.attribute(".source-link", "href").as_deref(),
        Some(
            "https://example.org/chengnan/%E5%A4%9C%E5%B8%82%E6%95%A3%E5%9C%BA%E4%B9%8B%E5%90%8E\
             ?id=20240702&page=1"
        )
    );
    assert_eq!(
        page.attribute(".source-link", "rel").as_deref(),
        Some("noopener noreferrer")
    );
    assert!(
        page.text(".body")
            .starts_with("凌晨一点四十三分，桥下的夜市开始收摊。")
    );
    assert!(
        page.text(".body")
            .ends_with("（原载《城南散步》，文字与图片：城南散步者）")
    );
    assert_eq!(
        page.count(".body h2"),
        0,
        "the linked heading is the title again"
    );
    assert_eq!(page.attribute(".body", "lang").as_deref(), Some("zh-Hans"));
    assert_eq!(page.count(".body li"), 3);
}

fn back_restores_the_list_the_focus_and_the_place(page: &Page<'_>) {
    page.open(sites::known(), "#/?page=2");
    page.run(
        "scrollTo(0, one('.post:nth-of-type(1)').offsetTop + 300)",
        &json!([]),
    );
    let link = ".posts li:nth-child(8) .post-link";
    let title = page.text(link);
    page.run(
        "one(arguments[0]).scrollIntoView({ block: 'center' })",
        &json!([link]),
    );
    let before = page.scroll();
    assert!(before > 100.0, "the list is too short to scroll: {before}");
    page.click(link);
    page.wait_text("h1", &title);
    assert!(page.focus().starts_with("h1"), "{}", page.focus());
    assert!(page.scroll() < 1.0);
    page.get("scrollTo(0, 500)");
    page.wait_for("the place to be kept", "return history.state.y === 500");
    page.back();
    page.wait_text(".page-place", "Page 2 of 3");
    let focused = || page.get("return text(root.activeElement)") == json!(title);
    page.wait_until("the focus on the post that was read", focused);
    let after = page.scroll();
    assert!(
        (after - before).abs() <= 2.0,
        "{before} before, {after} after"
    );
    page.forward();
    page.wait_text("h1", &title);
    page.wait_until("the place in the post", || {
        (page.scroll() - 500.0).abs() <= 2.0
    });
}

fn the_link_back_goes_where_back_goes(page: &Page<'_>) {
    page.open(sites::known(), "#/?tag=even");
    let heading = page.text("h1");
    page.click(".post-link");
    page.wait_element(".body");
    page.click(".back");
    page.wait_text("h1", &heading);
    assert_eq!(page.hash(), "#/?tag=even");
    page.forward();
    page.wait_element(".body");
    // Opened from elsewhere, there is nowhere to go back to.
    page.open(sites::known(), &sites::known().post("Note 07"));
    page.click(".back");
    page.wait_text("h1", "Newest posts");
}

fn neighbours_are_the_newer_and_the_older_post(page: &Page<'_>) {
    page.open(sites::known(), &sites::known().post("Note 07"));
    assert_eq!(page.text(".newer .neighbour-title"), "Note 08");
    assert_eq!(page.text(".older .neighbour-title"), "Note 06");
    page.click(".older");
    page.wait_text("h1", "Note 06");
    page.open(sites::known(), &sites::known().post("Note 01"));
    page.wait_text("h1", "Note 01");
    assert_eq!(page.count(".older"), 0);
}

fn a_post_without_a_body_leads_to_its_source(page: &Page<'_>) {
    page.open(sites::known(), &sites::known().post("Only a title"));
    page.wait_text("h1", "Only a title");
    assert_eq!(page.count(".body"), 0);
    assert_eq!(
        page.attribute(".no-body a", "href").as_deref(),
        Some("https://source.example/only-a-title")
    );
}

fn a_right_to_left_post_runs_from_right_to_left(page: &Page<'_>) {
    page.open(sites::sample(), &sites::sample().post("کاغذ و باران"));
    page.wait_text("h1", "کاغذ و باران");
    assert_eq!(
        page.get("return getComputedStyle(one('.body')).direction"),
        "rtl"
    );
    assert_eq!(
        page.get("return getComputedStyle(one('.app')).direction"),
        "ltr"
    );
    assert_eq!(page.attribute(".body", "lang").as_deref(), Some("fa"));
}

fn a_link_inside_a_post_moves_within_it(page: &Page<'_>) {
    let site = sites::sample();
    page.open(site, "");
    let with_notes = page.run_async(
        "for (const slug of arguments_[0]) {
           await visit('#/post/' + encodeURIComponent(slug));
           const link = one('.body [data-anchor]');
           if (link) return [location.hash, link.dataset.anchor];
         }",
        &json!([site
            .list()
            .iter()
            .map(|post| post.slug.as_str())
            .collect::<Vec<_>>()]),
    );
    let anchor = with_notes[1]
        .as_str()
        .expect("a post with footnotes")
        .to_owned();
    page.click(".body [data-anchor]");
    let script = "return root.activeElement?.id";
    page.wait_until("the footnote", || page.get(script) == json!(anchor));
    assert_eq!(
        page.get("return location.hash"),
        with_notes[0],
        "the route stays"
    );
}

fn a_reload_keeps_the_place(page: &Page<'_>) {
    for route in ["#/?page=2".to_owned(), sites::known().post("Note 07")] {
        page.open(sites::known(), &route);
        page.get("scrollTo(0, 400)");
        page.wait_for("the place to be kept", "return history.state?.y === 400");
        page.reload();
        page.wait_until("the place", || (page.scroll() - 400.0).abs() <= 2.0);
    }
}
