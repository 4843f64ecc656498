//! Searching as a reader does: typing into the field, looking at what is found. The same archive is
//! searched by reading it and by an index.

use serde_json::json;

use crate::harness::{Page, in_each_engine, sites};

/// Types a query into the empty field and gives the titles that were found.
fn found(page: &Page<'_>, query: &str) -> Vec<String> {
    page.go("#/");
    page.wait_text("h1", "Newest posts");
    page.type_into("#q", query);
    page.wait_text("h1", &format!("Results for {query}"));
    let titles = page.texts(".post-link");
    let number = match titles.len() {
        1 => "1 match".to_owned(),
        number => format!("{number} matches"),
    };
    page.wait_text(".count", &number);
    page.wait_text("[role=status]", &number);
    titles
}

/// The archive, searched in both ways.
fn both(page: &Page<'_>, test: impl Fn(&Page<'_>)) {
    for site in [sites::known(), sites::indexed()] {
        page.open(site, "");
        test(page);
    }
}

in_each_engine! {
    a_chinese_phrase_is_found_and_marked,
    simplified_finds_traditional_and_the_reverse,
    a_phrase_is_contiguous_and_words_are_not,
    a_minus_excludes,
    width_case_and_accents_do_not_matter,
    a_search_works_within_tags,
    nothing_found_is_said_and_can_be_undone,
    a_hit_opens_and_back_returns_to_the_results,
    fields_dates_and_alternatives,
    a_query_without_meaning_is_explained,
    what_cannot_be_read_cannot_be_found,
    results_can_be_ordered,
    a_long_search_has_pages,
}

/// Chooses an order, as a reader's hand would.
fn choose(page: &Page<'_>, order: &str) {
    page.run(
        "const select = one('select.sort');
         select.focus();
         select.value = arguments[0];
         select.dispatchEvent(new Event('change', { bubbles: true }));",
        &json!([order]),
    );
}

fn results_can_be_ordered(page: &Page<'_>) {
    both(page, |page| {
        page.go("#/?q=note");
        page.wait_text("h1", "Results for note");
        choose(page, "oldest");
        page.wait_text(".post-link", "Note 01");
        assert_eq!(page.hash(), "#/?q=note&sort=oldest");
        assert_eq!(page.focus(), "select.sort", "the focus stays where it was");
        choose(page, "newest");
        page.wait_text(".post-link", "Note 45");
        assert_eq!(
            page.texts(".post-link")[..3],
            ["Note 45", "Note 44", "Note 43"]
        );
    });
}

fn a_long_search_has_pages(page: &Page<'_>) {
    both(page, |page| {
        page.go("#/?q=title:note&sort=newest");
        page.wait_text(".count", "45 matches");
        assert_eq!(page.count(".post-link"), 10);
        page.click("a.page-next");
        page.wait_text(".page-place", "Page 2 of 5");
        page.wait_text(".post-link", "Note 35");
    });
}

fn a_chinese_phrase_is_found_and_marked(page: &Page<'_>) {
    both(page, |page| {
        let titles = found(page, "武汉长江大桥");
        // The form that was typed comes before the other one.
        assert_eq!(titles, ["长江上的桥", "江上的橋"]);
        assert_eq!(
            page.texts(".snippet mark"),
            ["武汉长江大桥", "武漢長江大橋"]
        );
        assert!(
            page.text(".snippet")
                .contains("清晨，武汉长江大桥上起了雾。")
        );
    });
}

fn simplified_finds_traditional_and_the_reverse(page: &Page<'_>) {
    both(page, |page| {
        assert_eq!(found(page, "武漢長江大橋"), ["江上的橋", "长江上的桥"]);
        assert_eq!(found(page, "桥上起了雾"), ["长江上的桥", "江上的橋"]);
        assert_eq!(found(page, "雾"), ["长江上的桥", "江上的橋"]);
    });
}

fn a_phrase_is_contiguous_and_words_are_not(page: &Page<'_>) {
    both(page, |page| {
        assert_eq!(found(page, "\"quick brown\""), ["The fox"]);
        let mut both = found(page, "quick brown");
        both.sort();
        assert_eq!(both, ["The dog", "The fox"]);
        assert!(found(page, "长江武汉").is_empty());
    });
}

fn a_minus_excludes(page: &Page<'_>) {
    both(page, |page| {
        assert_eq!(found(page, "fox -café"), ["The dog"]);
        assert_eq!(found(page, "桥 -码头"), ["江上的橋"]);
    });
}

fn width_case_and_accents_do_not_matter(page: &Page<'_>) {
    both(page, |page| {
        assert_eq!(found(page, "wide LETTERS 123"), ["The fox"]);
        assert_eq!(found(page, "ｃａｆｅ"), ["The fox"]);
        assert_eq!(found(page, "zoe muller"), ["The fox"]);
        assert_eq!(found(page, "apec峰会"), ["The dog"]);
        assert_eq!(found(page, "title:dog"), ["The dog"]);
    });
}

fn a_search_works_within_tags(page: &Page<'_>) {
    for site in [sites::known(), sites::indexed()] {
        page.open(site, "#/?tag=even&tag=third");
        page.type_into("#q", "number 1*");
        page.wait_text("h1", "Results for number 1*");
        // Of the multiples of six, 12 and 18 begin with 1.
        let mut titles = page.texts(".post-link");
        titles.sort();
        assert_eq!(titles, ["Note 12", "Note 18"]);
        assert_eq!(page.hash(), "#/?q=number 1*&tag=even&tag=third");
    }
}

fn nothing_found_is_said_and_can_be_undone(page: &Page<'_>) {
    both(page, |page| {
        assert!(found(page, "zzzz").is_empty());
        assert_eq!(page.text(".notice-title"), "Nothing found.");
        page.click(".notice [data-act=clear-all]");
        page.wait_text(".count", "51 posts");
        assert_eq!(page.focus(), "input#q.query");
        assert_eq!(page.get("return one('#q').value"), "");
    });
}

fn a_hit_opens_and_back_returns_to_the_results(page: &Page<'_>) {
    both(page, |page| {
        found(page, "雾");
        page.click(".post-link");
        page.wait_text("h1", "长江上的桥");
        page.back();
        page.wait_text("h1", "Results for 雾");
        assert_eq!(page.get("return one('#q').value"), "雾");
        assert_eq!(page.texts(".post-link"), ["长江上的桥", "江上的橋"]);
    });
}

fn fields_dates_and_alternatives(page: &Page<'_>) {
    both(page, |page| {
        assert_eq!(found(page, "author:苏晚"), ["江上的橋"]);
        assert_eq!(found(page, "tag:animals café"), ["The fox"]);
        assert_eq!(found(page, "bridge OR 码头"), ["长江上的桥"]);
        assert_eq!(found(page, "after:2022-01-06"), ["Only a title"]);
        assert_eq!(found(page, "雾 before:2022-01-01"), ["长江上的桥"]);
    });
}

fn a_query_without_meaning_is_explained(page: &Page<'_>) {
    both(page, |page| {
        page.type_into("#q", "after:yesterday");
        page.wait_text("h1", "This search can't be understood");
        assert!(page.text(".notice-help").starts_with("This is not a date"));
        assert_eq!(
            page.texts(".notice mark"),
            ["after:yesterday"],
            "the place is shown"
        );
        assert_eq!(page.focus(), "input#q.query", "the reader can go on typing");
        page.press(crate::harness::page::ESCAPE);
        page.wait_text("h1", "Newest posts");
    });
}

fn what_cannot_be_read_cannot_be_found(page: &Page<'_>) {
    page.open(sites::sample(), "");
    page.go("#/?q=rainCameIn");
    // In a code sample and in a sentence, which are read; but the script is not among it.
    page.wait_text(".count", "1 match");
    page.go("#/?q=insertAdjacentText");
    page.wait_text(".count", "0 matches");
}
