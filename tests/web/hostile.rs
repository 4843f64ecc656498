//! Hostile posts are inert: nothing runs, nothing is asked for, nothing stands in the page that the
//! allow-list does not name.

mod corpus;

use std::collections::BTreeMap;
use std::fs;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::{Value, json};
use shelfmark_markdown::policy;

use crate::harness::archive::Archive;
use crate::harness::sites::Site;
use crate::harness::{Page, in_each_engine, sites, tools};

/// Collected by others; not part of this repository.
const PAYLOADS: &str = "hostile/xss.json";
/// Payloads for each engine; each gets others.
const SHARE: usize = 160;

const ORACLE: &str = include_str!("oracle.js");

/// What must not be in the page, as found there.
fn findings(page: &Page<'_>) -> Vec<String> {
    let findings = page.run_async(ORACLE, &json!([allow_list()]));
    serde_json::from_value(findings).expect("a list of findings")
}

fn allow_list() -> Value {
    let mut elements: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for rule in policy::RULES {
        elements
            .entry(rule.shown)
            .or_default()
            .extend(rule.attributes);
    }
    json!({
        "elements": elements,
        "attributes": policy::GLOBAL_ATTRIBUTES,
        "classes": policy::CLASSES,
    })
}

#[derive(Deserialize)]
struct Payload {
    id: String,
    kind: String,
    #[serde(default)]
    field: String,
    payload: String,
}

/// One post for each payload of a sample that takes every kind in; `None`, and a word about it,
/// when the collection is not there.
pub(crate) fn payloads() -> Option<&'static Archive> {
    static HOSTILE: LazyLock<Option<Archive>> = LazyLock::new(|| {
        let bytes = fs::read(tools::shared(PAYLOADS)?).expect(PAYLOADS);
        let payloads: Vec<Payload> = serde_json::from_slice(&bytes).expect("a list of payloads");
        let chosen = sample(&payloads);
        let posts: Vec<(String, String)> = chosen.into_iter().enumerate().map(post).collect();
        Some(Archive::read(Site::write("hostile", &posts)))
    });
    HOSTILE.as_ref()
}

fn sample(payloads: &[Payload]) -> Vec<&Payload> {
    let mut kinds: BTreeMap<&str, Vec<&Payload>> = BTreeMap::new();
    for payload in payloads {
        kinds.entry(&payload.kind).or_default().push(payload);
    }
    let (few, many): (Vec<_>, Vec<_>) = kinds.into_values().partition(|kind| kind.len() <= 150);
    let few = few
        .into_iter()
        .flat_map(|kind| kind.into_iter().take(SHARE / 4));
    let mut chosen: Vec<&Payload> = few
        .chain(many.into_iter().flatten())
        .take(3 * SHARE)
        .collect();
    // Ids are hashes: their order is a random one, and each engine gets some of every kind.
    chosen.sort_by(|a, b| a.id.cmp(&b.id));
    chosen
}

/// A post around a payload, in a surrounding that depends on its place.
fn post((place, payload): (usize, &Payload)) -> (String, String) {
    let text = &payload.payload;
    let body = match (payload.kind.as_str(), place % 4) {
        ("field", _) => "A harmless body.".to_owned(),
        ("attr", _) => format!("<p title=\"{text}\">a</p>\n\n<a href='{text}'>b</a>"),
        ("url", _) => format!("[a](<{text}>) <a href=\"{text}\">b</a> <img src=\"{text}\" alt=c>"),
        (_, 0) => text.clone(),
        (_, 1) => format!("[t](https://a.example/)\n------\n\n<div>\n{text}\n</div>"),
        (_, 2) => format!("* {text}\n\n| a |\n|---|\n| {text} |"),
        _ => format!("> {text}\n\n{text}"),
    };
    // JSON strings are YAML strings.
    let field = match payload.field.as_str() {
        "" => String::new(),
        "title" => {
            return (
                name(place),
                format!("---\ntitle: {}\n---\n\n{body}\n", json!(text)),
            );
        }
        other => format!("{other}: {}\n", json!(text)),
    };
    let head = format!("title: Payload {}\n{field}", payload.id);
    (name(place), format!("---\n{head}---\n\n{body}\n"))
}

fn name(place: usize) -> String {
    format!("2020-01-01-payload-{place:04}.md")
}

/// Opens posts one after the other, pokes at them, and gives what the oracle finds.
const CRAWL: &str = "
    const [slugs, policy] = arguments_;
    const EVENTS = ('mouseover pointerover focus focusin toggle error load animationend ' +
      'transitionend begin beforematch wheel paste').split(' ');
    const found = [];
    for (const slug of slugs) {
      const came = await visit('#/post/' + encodeURIComponent(slug));
      if (!came) return [...found, `${slug}: no view`];
      if (!one('.post-view')) found.push(`${slug}: ${text(one('main'))}`);
      for (const element of all('.body *').slice(0, 40)) {
        for (const type of EVENTS)
          element.dispatchEvent(new Event(type, { bubbles: type !== 'error' }));
        if (!element.closest('a, button, summary')) element.click();
      }
      for (const finding of judge([policy])) found.push(`${slug}: ${finding}`);
    }
    return found;";

in_each_engine! {
    the_sample_of_refusals_is_inert,
    the_oracle_finds_what_is_wrong,
    collected_payloads_do_nothing,
    our_own_payloads_do_nothing,
}

/// Opens posts by their slugs; nothing may be found.
fn crawl(page: &Page<'_>, slugs: &[&str]) {
    let mut found = Vec::new();
    for some in slugs.chunks(40) {
        let script = format!("const judge = (arguments_) => {{ {ORACLE} }}; {CRAWL}");
        let result = page.run_async(&script, &json!([some, allow_list()]));
        found.extend(result.as_array().cloned().unwrap_or_default());
    }
    assert!(found.is_empty(), "{found:#?}");
}

fn the_sample_of_refusals_is_inert(page: &Page<'_>) {
    let site = sites::sample();
    page.open(site, &site.post("What does this page refuse to do?"));
    page.wait_text("h1", "What does this page refuse to do?");
    page.click(".body p:nth-of-type(5)");
    assert!(page.text(".body").contains("Click on this paragraph."));
    assert_eq!(page.get("return String(window.rainCameIn)"), "undefined");
    assert_eq!(page.count(".body [href^='javascript']"), 0);
    assert_eq!(page.count(".image-ask"), 1);
    assert_eq!(
        page.texts(".embed-title"),
        ["Rain on a tin roof (17 seconds)"]
    );
    let title = page.get("return document.title");
    assert_eq!(
        title,
        "What does this page refuse to do? · Rain on the Library Roof"
    );
    assert_eq!(findings(page), [""; 0]);
}

fn the_oracle_finds_what_is_wrong(page: &Page<'_>) {
    page.load("unsafe.html");
    let found = findings(page);
    for what in [
        "onclick",
        "style=",
        "href=javascript:x",
        "id=q",
        "<script>",
        "class=hidden",
        "<blink>",
    ] {
        assert!(
            found.iter().any(|one| one.starts_with(what)),
            "{what}: {found:#?}"
        );
    }
}

fn collected_payloads_do_nothing(page: &Page<'_>) {
    let Some(archive) = payloads() else { return };
    page.open(&archive.site, "");
    let posts = archive.posts.iter().skip(page.engine() as usize).step_by(3);
    let share: Vec<&str> = posts
        .map(|(record, _)| record.entry.slug.as_str())
        .collect();
    assert!(share.len() >= 150, "only {} payloads", share.len());
    crawl(page, &share);
    // What posts bring stands in lists, tags and searches too.
    for route in [
        "#/",
        "#/?page=3",
        "#/?q=alert",
        "#/?q=onerror&page=2",
        "#/?q=script",
    ] {
        page.run(
            "window.before = one('main').firstChild; location.hash = arguments[0]",
            &json!([route]),
        );
        page.wait_for(
            route,
            "return one('main').firstChild !== window.before && one('main h1')",
        );
        assert_eq!(findings(page), [""; 0], "{route}");
    }
}

/// All of them in each engine: their parsers differ.
fn our_own_payloads_do_nothing(page: &Page<'_>) {
    static OWN: LazyLock<Archive> = LazyLock::new(|| {
        let posts = corpus::posts().into_iter().enumerate();
        let posts: Vec<_> = posts
            .map(|(place, body)| {
                let head = format!("---\ntitle: Payload {place}\n---\n\n");
                (name(place), head + &body + "\n")
            })
            .collect();
        Archive::read(Site::write("corpus", &posts))
    });
    assert!(corpus::payloads().len() >= 400);
    page.open(&OWN.site, "");
    let posts = OWN.posts.iter();
    let slugs: Vec<&str> = posts
        .map(|(record, _)| record.entry.slug.as_str())
        .collect();
    crawl(page, &slugs);
}
