//! Every view is checked by axe for levels A and AA, in light and dark, and by width.

use serde_json::{Value, json};

use crate::harness::sites::Site;
use crate::harness::{Engine, Page, in_each_engine, sites};

/// What axe finds wrong with the view, as sentences.
pub(crate) fn violations(page: &Page<'_>) -> Vec<String> {
    let found = page.run_async(
        "const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
         const wanted = { runOnly: tags, resultTypes: ['violations'] };
         const { violations } = await axe.run(document, wanted);
         return violations.flatMap(({ id, nodes }) =>
           nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`));",
        &json!([]),
    );
    serde_json::from_value(found).expect("a list of findings")
}

/// Checks a view in light and, where the engine can, in dark.
fn check_view(page: &Page<'_>, site: &Site, route: &str, expected: &str) {
    page.open_with_axe(site, route);
    page.wait_text("h1", expected);
    for dark in [false, true] {
        if page.prefer_dark(dark) {
            let found = violations(page);
            assert!(
                found.is_empty(),
                "{} {route} dark={dark}: {found:#?}",
                page.engine()
            );
        }
    }
}

in_each_engine! {
    the_list_is_accessible,
    results_are_accessible,
    an_empty_result_is_accessible,
    posts_are_accessible,
    what_is_not_found_is_accessible,
    dialogs_are_accessible_in_every_theme,
    the_timeline_and_the_marks_are_accessible,
    nothing_shifts_while_a_list_loads,
    axe_finds_what_is_wrong,
    a_narrow_page_never_scrolls_sideways,
    targets_are_large_enough,
}

fn the_list_is_accessible(page: &Page<'_>) {
    check_view(page, sites::sample(), "", "Newest posts");
}

fn results_are_accessible(page: &Page<'_>) {
    check_view(page, sites::known(), "#/?q=雾", "Results for 雾");
    check_view(
        page,
        sites::known(),
        "#/?q=number&tag=even&tag=third",
        "Results for number",
    );
}

fn an_empty_result_is_accessible(page: &Page<'_>) {
    check_view(
        page,
        sites::known(),
        "#/?q=zzzz&tag=even",
        "Results for zzzz",
    );
}

fn posts_are_accessible(page: &Page<'_>) {
    let site = sites::sample();
    for title in [
        "夜市散场之后",
        "کاغذ و باران",
        "What does this page refuse to do?",
        "The ledger that would not fit",
    ] {
        check_view(page, site, &site.post(title), title);
    }
    check_view(
        page,
        sites::known(),
        &sites::known().post("Only a title"),
        "Only a title",
    );
}

fn what_is_not_found_is_accessible(page: &Page<'_>) {
    check_view(
        page,
        sites::known(),
        "#/post/nobody",
        "This post is not in the archive",
    );
}

fn dialogs_are_accessible_in_every_theme(page: &Page<'_>) {
    page.open_with_axe(sites::sample(), "");
    page.wait_element(".plot svg");
    for theme in ["light", "sepia", "dark", "auto"] {
        for dialog in ["settings", "help"] {
            page.click(&format!("[data-act={dialog}]"));
            page.wait_element(&format!("#{dialog}[open]"));
            if dialog == "settings" {
                page.click(&format!("[for=theme-{theme}]"));
            }
            let found = violations(page);
            assert!(
                found.is_empty(),
                "{} {theme} {dialog}: {found:#?}",
                page.engine()
            );
            page.press(crate::harness::page::ESCAPE);
            page.wait_until("no dialog", || page.count("dialog[open]") == 0);
        }
        let found = violations(page);
        assert!(found.is_empty(), "{} {theme}: {found:#?}", page.engine());
    }
    page.get("localStorage.clear()");
}

fn the_timeline_and_the_marks_are_accessible(page: &Page<'_>) {
    let site = sites::sample();
    page.open_with_axe(site, "#/?from=2024-01-01");
    page.wait_element(".narrowed");
    assert_eq!(violations(page), Vec::<String>::new());
    page.go("#/?q=雨");
    page.wait_text("h1", "Results for 雨");
    page.click(".post-link");
    page.wait_element(".matches");
    page.press('n');
    assert_eq!(violations(page), Vec::<String>::new());
}

/// Chromium alone tells how far things move.
fn nothing_shifts_while_a_list_loads(page: &Page<'_>) {
    page.open(sites::sample(), "");
    page.wait_element(".plot svg");
    let shifted = page.run_async(
        "if (!PerformanceObserver.supportedEntryTypes.includes('layout-shift')) return [0];
         return new Promise((give) => {
           let sum = 0;
           const moved = [];
           new PerformanceObserver((list) => {
             for (const entry of list.getEntries()) {
               sum += entry.value;
               moved.push(...entry.sources.map(({ node }) => node?.outerHTML?.slice(0, 80)));
             }
           }).observe({ type: 'layout-shift', buffered: true });
           setTimeout(() => give([sum, moved]), 300);
         });",
        &json!([]),
    );
    assert!(shifted[0].as_f64().expect("a number") < 0.05, "{shifted}");
}

fn axe_finds_what_is_wrong(page: &Page<'_>) {
    page.load("leaky.html");
    page.wait_for("axe", "return !!window.axe");
    let found = violations(page);
    for rule in [
        "image-alt",
        "document-title",
        "html-has-lang",
        "color-contrast",
    ] {
        assert!(
            found.iter().any(|one| one.starts_with(rule)),
            "{rule}: {found:#?}"
        );
    }
    page.complaints();
    page.canary().heard();
}

fn a_narrow_page_never_scrolls_sideways(page: &Page<'_>) {
    let (known, sample) = (sites::known(), sites::sample());
    let mut views: Vec<(&Site, String)> = sample
        .list()
        .iter()
        .map(|post| (sample, sample.post(&post.title)))
        .collect();
    views.push((sample, "#/".into()));
    views.push((known, "#/?q=number&tag=even&tag=third".into()));
    views.push((known, "#/post/nobody".into()));
    views.push((known, known.post("Pictures")));
    for site in [sample, known] {
        page.open_framed(site, "", 320, 700);
        assert_eq!(page.get("return innerWidth"), 320);
        for (_, route) in views.iter().filter(|(of, _)| of.name == site.name) {
            let seen = page.run_async(
                "if (!await visit(arguments_[0])) return 'it does not come';
                 const wide = document.documentElement;
                 return wide.scrollWidth <= 320 ? [] : [wide.scrollWidth, ...all('*')
                   .filter((e) => e.getBoundingClientRect().right > 321 && !e.closest('.wide'))
                   .map((e) => e.outerHTML.slice(0, 120))].slice(0, 6)",
                &json!([route]),
            );
            assert_eq!(seen, Value::Array(Vec::new()), "{route}");
        }
        page.post("frame", &json!({ "id": null }));
    }
}

fn targets_are_large_enough(page: &Page<'_>) {
    page.open_framed(sites::sample(), "", 390, 844);
    let small = page.get(
        "const tall = (element) => element?.getBoundingClientRect().height ?? 0;
         return all('button, .page, .tag, .post-link, input')
           .filter((element) => element.checkVisibility())
           .filter((element) => Math.max(tall(element), tall(element.closest('label, li'))) < 24)
           .map((element) => element.outerHTML.slice(0, 80))",
    );
    assert_eq!(small, json!([]));
    page.post("frame", &json!({ "id": null }));
}

/// Forced colours (Windows' high contrast) are to be had in Chromium alone.
#[test]
fn forced_colours_keep_marks_and_focus_visible() {
    crate::harness::with_page(Engine::Chromium, "forced colours", |page| {
        let feature = json!({ "name": "forced-colors", "value": "active" });
        page.devtools(
            "Emulation.setEmulatedMedia",
            &json!({ "features": [feature] }),
        );
        page.open(sites::known(), "#/?q=雾");
        page.wait_text("h1", "Results for 雾");
        let seen = page.get(
            "const { backgroundColor } = getComputedStyle(one('.snippet mark'));
             return backgroundColor !== getComputedStyle(one('.snippet')).backgroundColor",
        );
        assert_eq!(seen, true);
    });
}
