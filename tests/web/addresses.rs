//! Addresses: every view has one, and one from anybody does no harm.

use serde_json::json;

use crate::harness::{Page, in_each_engine, sites};

in_each_engine! {
    a_deep_link_survives_a_reload,
    an_unknown_post_is_said_to_be_unknown,
    hostile_addresses_are_only_text,
    a_megabyte_of_address_is_no_danger,
    text_fragments_do_not_disturb_the_route,
}

fn a_deep_link_survives_a_reload(page: &Page<'_>) {
    let site = sites::known();
    page.open(site, &site.post("江上的橋"));
    page.wait_text("h1", "江上的橋");
    page.reload();
    page.wait_text("h1", "江上的橋");
    page.open(site, "#/?q=shelves&tag=even&page=2");
    page.wait_text(".page-place", "Page 2 of 3");
    let titles = page.texts(".post-link");
    page.reload();
    page.wait_text(".page-place", "Page 2 of 3");
    assert_eq!(page.texts(".post-link"), titles);
    assert_eq!(page.get("return one('#q').value"), "shelves");
    assert_eq!(page.get("return one('[data-tag=even]').checked"), true);
}

fn an_unknown_post_is_said_to_be_unknown(page: &Page<'_>) {
    page.open(sites::known(), "#/post/nobody-wrote-this");
    page.wait_text("h1", "This post is not in the archive");
    page.click(".notice [data-go]");
    page.wait_text("h1", "Newest posts");
}

fn hostile_addresses_are_only_text(page: &Page<'_>) {
    let site = sites::known();
    page.open(site, "");
    for hash in [
        "#/<img src=x onerror=alert(1)>",
        "#/post/<img src=x onerror=alert(1)>",
        "#/post/%E0%A4%A",
        "#/post/%",
        "#/post/__proto__",
        "#/post/..%2f..%2fetc%2fpasswd",
        "#/post/constructor?tag=x",
        "#/?q=<script>alert(1)</script>&tag=<img onerror=alert(1)>",
        "#/?page=-1&page=99999999999999999999&tag=&theme=x",
        "#/?page=18446744073709551615",
        "#javascript:alert(1)",
        "#/?q=%00%ff%c0%80",
        "#/?q=%F0%9F",
    ] {
        page.run(
            "window.before = one('main').firstChild; location.hash = arguments[0]",
            &json!([hash]),
        );
        page.wait_for(
            hash,
            "return one('main').firstChild !== window.before && one('main h1')",
        );
        assert_eq!(
            page.count("main script, main img, main [onerror]"),
            0,
            "{hash}"
        );
    }
    page.go("#/post/%3Cimg%20onerror%3E");
    page.wait_text("h1", "This post is not in the archive");
    // And it still works.
    page.go("#/?tag=even");
    page.wait_text(".count", "22 posts");
}

fn a_megabyte_of_address_is_no_danger(page: &Page<'_>) {
    page.open(sites::known(), "");
    page.get("location.hash = '#/?q=' + 'a'.repeat(1_000_000)");
    page.wait_text("h1", "This search can't be understood");
    page.get("location.hash = '#/post/' + '%'.repeat(1_000_000)");
    page.wait_text("h1", "This post is not in the archive");
    page.go("#/");
    page.wait_text("h1", "Newest posts");
}

fn text_fragments_do_not_disturb_the_route(page: &Page<'_>) {
    let site = sites::known();
    let route = format!("{}:~:text=number", site.post("Note 07"));
    page.open(site, &route);
    page.wait_text("h1", "Note 07");
}
