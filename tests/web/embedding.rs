//! The element as a guest: attributes and properties, events, other origins, hostile styles, strict
//! policies, several on one page, and nothing left behind.

use serde_json::{Value, json};

use crate::harness::server::{Server, for_all_origins};
use crate::harness::{Engine, Page, in_each_engine, sites, with_page};
use crate::library::host_pages;

in_each_engine! {
    attributes_and_properties_are_in_step,
    methods_and_events,
    a_failure_is_none_of_its_successes,
    it_works_across_origins_and_leaves_the_host_alone,
    hostile_styles_change_nothing,
    a_strict_policy_is_enough,
    it_follows_the_width_of_its_container,
}

const HOST: &str = "<!doctype html><html lang=en><head><title>Host</title>\
    <link rel=icon href=data:,><style>html { overflow-y: scroll }</style><script type=module src=/site/shelfmark.js></script></head><body><h1>Host</h1>\
    <shelfmark-archive src=/site/bundle/archive.json><a href=/>fallback</a></shelfmark-archive>\
    </body></html>";

/// Opens a page of the host's own with the archive of known posts in it.
fn open(page: &Page<'_>, name: &str, html: &str) {
    page.server().mount("site", &sites::known().folder, None);
    host_pages(page, name, &[("index.html", html)]);
    page.load(&format!("{name}/?{}", page.next_load()));
}

fn wait_ready(page: &Page<'_>) {
    page.run_async(
        "await customElements.whenDefined('shelfmark-archive'); await host.ready",
        &json!([]),
    );
}

fn attributes_and_properties_are_in_step(page: &Page<'_>) {
    open(page, "attributes", HOST);
    wait_ready(page);
    page.wait_text(".count", "51 posts");
    let start = page.get("host.setAttribute('tags', 'even'); return [host.tags, host.query, host.fromDate, host.compact]");
    assert_eq!(start, json!([["even"], "", "", false]));
    page.wait_text(".count", "22 posts");
    page.get("host.query = 'note'; host.sort = 'oldest'");
    page.wait_for(
        "one view",
        "return host.state.query === 'note' && host.state.sort === 'oldest'",
    );
    let state = page.get(
        "return [host.state.tags, host.state.total, host.state.view, host.getAttribute('query')]",
    );
    assert_eq!(state, json!([["even"], 22, "list", "note"]));
    // What the reader does shows in the attributes.
    page.click(".post-link");
    page.wait_for("a post", "return host.post");
    assert_eq!(
        page.get("return host.state.slug === host.getAttribute('post')"),
        true
    );
    page.get("host.post = ''; host.query = ''; host.tags = ['a, b', 'even']");
    page.wait_for("two tags", "return host.state.tags.length === 2");
    assert_eq!(
        page.get("return [host.getAttribute('tags'), host.state.total]"),
        json!(["[\"a, b\",\"even\"]", 0])
    );
    page.get("host.removeAttribute('tags')");
    page.wait_text(".count", "51 posts");
    // Another archive in the same element.
    page.server().mount("other", &sites::sample().folder, None);
    page.get("host.src = '/other/bundle/archive.json'");
    let posts = sites::sample().list().len();
    page.wait_for(
        "the other archive",
        &format!("return host.state?.total === {posts}"),
    );
    page.get("host.setAttribute('lang', 'de')");
    page.wait_for(
        "German",
        "return one('.app')?.lang === 'de' && !!host.state",
    );
}

fn methods_and_events(page: &Page<'_>) {
    // The page listens before the element is there: an archive may be ready before a driver's script.
    let listening = "<script>
        window.heard = [];
        for (const name of ['ready', 'error', 'navigate', 'statechange', 'search', 'open-external', 'image-request'])
          document.addEventListener('shelfmark-' + name, (event) => {
            heard.push([name, event.detail, event.target.localName, event.bubbles && event.composed]);
            if (window.refuse === name) event.preventDefault();
          });
      </script><h1>Host</h1>";
    open(page, "events", &HOST.replace("<h1>Host</h1>", listening));
    wait_ready(page);
    let told = page.run_async(
        "await host.search('fox', { sort: 'newest' });
         const found = [host.state.query, host.state.total, host.archive.info.posts];
         const { hits } = await host.archive.search({ query: 'fox' });
         await host.open(hits[0].slug);
         const post = [host.state.view, host.state.slug === hits[0].slug, host.query];
         await host.clear();
         host.focusSearch();
         return [...found, ...post, host.state.total, root.activeElement.id];",
        &json!([]),
    );
    assert_eq!(told, json!(["fox", 2, 51, "post", true, "fox", 51, "q"]));
    let heard = page.get("return heard.map(([name, , from, all]) => `${name} ${from} ${all}`)");
    let heard: Vec<String> = serde_json::from_value(heard).expect("names");
    for name in ["ready", "statechange", "search"] {
        assert!(
            heard.contains(&format!("{name} shelfmark-archive true")),
            "{heard:?}"
        );
    }
    // Where the page says no, nothing changes.
    page.get("window.refuse = 'navigate'");
    page.click(".post-link");
    page.wait_for(
        "the question",
        "return heard.some(([name]) => name === 'navigate')",
    );
    assert_eq!(page.get("return host.state.view"), "list");
    page.get("window.refuse = 'image-request'; host.search('pictures')");
    page.wait_for("pictures", "return host.state.query === 'pictures'");
    page.run_async("const { hits } = await host.archive.search({ query: 'title:pictures' }); await host.open(hits[0].slug)", &json!([]));
    page.click("[data-image]");
    page.wait_for(
        "the question",
        "return heard.some(([name]) => name === 'image-request')",
    );
    let detail = page.get("return heard.find(([name]) => name === 'image-request')[1]");
    assert_eq!(detail, json!({ "all": false, "host": "pictures.example" }));
    assert_eq!(page.count("img"), 0);
    assert!(page.canary().heard().is_empty());
    let failed = page.run_async(
        "host.src = '/site/page.css';
         return host.ready.catch((error) => error.code)",
        &json!([]),
    );
    assert_eq!(failed, "format");
}

/// What the host saw: at each event its name, and whether there was an archive and a state.
const SEEN: &str = "window.seen = [];
    for (const name of ['shelfmark-ready', 'shelfmark-error', 'shelfmark-statechange']) {
      addEventListener(name, ({ target }) => seen.push([name.slice(10), !!target.archive, !!target.state]));
    }";

fn a_failure_is_none_of_its_successes(page: &Page<'_>) {
    let states = "return ['ready', 'error', 'loading'].filter((state) => {
        try { return host.matches(`:state(${state})`); } catch { return state === window.expected; }
      })";
    let started = HOST.replace("<script", &format!("<script>{SEEN}</script><script"));
    open(page, "success", &started);
    wait_ready(page);
    page.wait_text(".count", "51 posts");
    assert_eq!(
        page.get("return seen"),
        json!([["ready", true, true], ["statechange", true, true]])
    );
    assert_eq!(
        page.get(&format!("window.expected = 'ready'; {states}")),
        json!(["ready"])
    );
    let fallback = "return document.querySelector('shelfmark-archive > a').getClientRects().length";
    assert_eq!(page.get(fallback), 0);

    page.tolerate("404");
    open(
        page,
        "failure",
        &started.replace("archive.json", "nothing.json"),
    );
    page.wait_element(".notice-network");
    assert_eq!(
        page.get("return [seen[0], host.archive]"),
        json!([["error", false, false], null])
    );
    assert_eq!(
        page.get(&format!("window.expected = 'error'; {states}")),
        json!(["error"])
    );
    assert_eq!(
        page.get(fallback),
        1,
        "what the page offers instead is shown"
    );
    let message = page.run_async(
        "return host.ready.catch((error) => error.message)",
        &json!([]),
    );
    let message = message.as_str().expect("a message");
    assert!(
        message.contains("could not be loaded The network"),
        "{message}"
    );

    // What was loaded from elsewhere is not kept here.
    let elsewhere = Server::start();
    elsewhere.mount("far", &sites::known().folder, Some(for_all_origins()));
    let far = elsewhere.address("far");
    open(
        page,
        "elsewhere",
        &started.replace("/site/bundle", &format!("{far}/bundle")),
    );
    wait_ready(page);
    let saved = page.run_async(
        "const code = await host.saveOffline().then(() => '', (error) => error.code);
         return [code, (await globalThis.caches?.keys() ?? []).filter((name) => name.includes('/far/'))]",
        &json!([]),
    );
    assert_eq!(saved, json!(["network", []]));
}

fn it_works_across_origins_and_leaves_the_host_alone(page: &Page<'_>) {
    let elsewhere = Server::start();
    elsewhere.mount("far", &sites::indexed().folder, Some(for_all_origins()));
    let far = elsewhere.address("far");
    let host = HOST.replace("/site/", &format!("{far}/")).replace(
        "<h1>Host</h1>",
        "<h1>Host</h1><input id=field><p id=words>Words of the host.</p>",
    );
    let snapshot = "
        const look = (node) => {
          const style = getComputedStyle(node);
          return [...style].map((name) => name + style.getPropertyValue(name)).join();
        };
        const seen = () => JSON.stringify([
          Object.getOwnPropertyNames(window).filter((name) => !/^(seen|before|keys|ret_nodes)$/.test(name)).sort(),
          history.length, location.href, document.title, document.styleSheets.length,
          document.adoptedStyleSheets.length, document.head.children.length,
          look(document.querySelector('h1')), look(document.querySelector('#words')),
          Object.keys(localStorage).length, document.cookie, history.scrollRestoration,
        ]);";
    let bare = host.replace(
        &format!("<script type=module src={far}/shelfmark.js></script>"),
        "",
    );
    open(page, "guest", &bare);
    page.get(&format!(
        "{snapshot} window.seen = seen; window.before = seen(); window.keys = [];
         addEventListener('keydown', (event) => keys.push(event.key + event.defaultPrevented))"
    ));
    page.run_async(
        &format!("await import('{far}/shelfmark.js'); await host.ready"),
        &json!([]),
    );
    page.wait_text(".count", "51 posts");
    page.run_async("await host.search('fox'); await host.open((await host.archive.search({ query: 'fox' })).hits[0].slug)", &json!([]));
    page.wait_text("h1", "The fox");
    // Its own shortcuts are off, and the host's keys are the host's.
    page.get("document.querySelector('#field').focus()");
    page.press('/');
    let field = page
        .get("return [document.activeElement.id, document.querySelector('#field').value, keys]");
    assert_eq!(field, json!(["field", "/", ["/false"]]));
    let same = page.get("return window.seen() === window.before || [window.before, window.seen()]");
    assert_eq!(same, true);
    page.get("host.remove()");
    assert_eq!(page.get("return window.seen() === window.before"), true);
}

/// Sizes, places and looks of what is shown.
const LOOKS: &str = "
    const names = ['display', 'color', 'backgroundColor', 'fontFamily', 'fontSize', 'fontWeight', 'lineHeight',
      'letterSpacing', 'textAlign', 'textTransform', 'visibility', 'fontStyle', 'wordSpacing', 'textIndent', 'whiteSpace'];
    const top = host.getBoundingClientRect();
    return all('*').filter((node) => node.getClientRects().length && !node.matches('.skip')).slice(0, 400).map((node) => {
      const style = getComputedStyle(node);
      const box = node.getBoundingClientRect();
      const place = [box.x - top.x, box.y - top.y, box.width, box.height].map(Math.round);
      return [node.localName + '.' + node.className, ...place, ...names.map((name) => style[name])].join(' ');
    });";

fn hostile_styles_change_nothing(page: &Page<'_>) {
    let frame = "<style>body { margin: 0 } #frame { width: 700px; display: block }</style>";
    let calm = HOST
        .replace("<h1>Host</h1>", &format!("{frame}<div id=frame>"))
        .replace("</body>", "</div></body>");
    open(page, "calm", &calm);
    wait_ready(page);
    page.wait_text(".count", "51 posts");
    // It comes after the posts.
    page.wait_element(".plot svg");
    let wanted = page.get(LOOKS);
    let hostile = calm.replace(
        "<style>",
        "<style>* { all: unset; font: italic 30px/3 fantasy !important; letter-spacing: 9px; \
         text-transform: uppercase; color: lime; visibility: visible; word-spacing: 2em }\
         div { display: none } h1, h2, a, p, ul, li, button, input { background: red !important; float: left } \
         :root { text-align: right; text-indent: 3em; white-space: pre }",
    );
    open(page, "hostile-css", &hostile);
    wait_ready(page);
    page.wait_text(".count", "51 posts");
    page.wait_element(".plot svg");
    let shown = page.get(LOOKS);
    let (wanted, shown) = (
        wanted.as_array().expect("looks"),
        shown.as_array().expect("looks"),
    );
    assert!(wanted.len() > 60, "{wanted:?}");
    let different: Vec<(&Value, &Value)> =
        wanted.iter().zip(shown).filter(|(a, b)| a != b).collect();
    assert!(
        different.is_empty(),
        "{} differ: {:#?}",
        different.len(),
        &different[..different.len().min(3)]
    );
    assert_eq!(wanted.len(), shown.len());
}

/// The policy of docs/embedding.md.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; img-src data: blob:; \
    base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types shelfmark";

fn a_strict_policy_is_enough(page: &Page<'_>) {
    let with = |policy: &str| {
        let meta = format!("<head><meta http-equiv=Content-Security-Policy content=\"{policy}\">");
        // The style is the test's own.
        let plain = HOST.replace("<style>html { overflow-y: scroll }</style>", "");
        plain.replace("<head>", &meta)
    };
    open(page, "strict", &with(POLICY));
    wait_ready(page);
    page.run_async("await host.search('fox'); await host.open((await host.archive.search({ query: 'fox' })).hits[0].slug)", &json!([]));
    page.wait_text("h1", "The fox");
    page.assert_quiet();

    // Without permission to compile, it says what is missing and leaves the fallback. The recorder
    // hears of the violation.
    page.tolerate("csp: script-src");
    page.tolerate("WebAssembly");
    page.tolerate("Content Security Policy");
    page.tolerate("wasm");
    open(
        page,
        "stricter",
        &with(&POLICY.replace(" 'wasm-unsafe-eval'", "")),
    );
    page.wait_element(".refused");
    assert!(
        page.text(".refused")
            .contains("'wasm-unsafe-eval' in script-src"),
        "{}",
        page.text(".refused")
    );
    assert_eq!(page.count("slot"), 1);
}

fn it_follows_the_width_of_its_container(page: &Page<'_>) {
    let host = HOST.replace(
        "<h1>Host</h1>",
        "<style>#frame { width: 280px }</style><div id=frame>",
    );
    open(page, "narrow", &host);
    wait_ready(page);
    page.wait_text(".count", "51 posts");
    page.resize(1300, 700);
    for width in [280, 480, 700, 1200] {
        page.run(
            "document.querySelector('#frame').style.width = arguments[0] + 'px'",
            &json!([width]),
        );
        let wide = page.get(
            "const limit = host.getBoundingClientRect().right + 1;
             return all('.app *').filter((node) => node.getBoundingClientRect().right > limit && node.getClientRects().length
               && !node.closest('.hidden, .skip, .hint')).map((node) => node.className || node.localName)",
        );
        assert_eq!(wide, json!([]), "{width} px");
        let beside = page.get(
            "return Math.abs(one('.aside').getBoundingClientRect().top - one('.main').getBoundingClientRect().top) < 5",
        );
        assert_eq!(beside, width >= 960, "{width} px");
    }
    page.get("host.compact = true; host.setAttribute('controls', 'search')");
    assert_eq!(page.get("return ['.footer', '.aside', '.brand', '.search'].map((name) => one(name).getClientRects().length > 0)"), json!([false, false, false, true]));
}

/// The page's own words stand in the element's places.
#[test]
fn slots_are_filled_by_the_page() {
    with_page(Engine::Chromium, "slots", |page| {
        let own = "<p slot=header>Above</p><p slot=footer>Below</p><p slot=empty>Nothing here</p>";
        open(
            page,
            "slots",
            &HOST.replace("<a href=/>", &format!("{own}<a href=/>")),
        );
        wait_ready(page);
        let tops = "const top = (slot) => document.querySelector(`[slot=${slot}]`).getBoundingClientRect();
             return [top('header').bottom <= one('h1').getBoundingClientRect().top,
                     top('footer').top >= one('.post-link').getBoundingClientRect().bottom,
                     top('empty').height, document.querySelector('a').getClientRects().length]";
        assert_eq!(page.get(tops), json!([true, true, 0, 0]));
        page.run_async("await host.search('zzzz')", &json!([]));
        let shown = page.get(
            "return [document.querySelector('[slot=empty]').getClientRects().length, one('.notice').getClientRects().length]",
        );
        assert_eq!(shown, json!([1, 0]));
    });
}

/// The examples that need no framework are opened as they are.
#[test]
fn examples_work_as_they_stand() {
    with_page(Engine::Chromium, "examples", |page| {
        let examples = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
        page.server().mount("archive", &sites::known().folder, None);
        page.server().mount("examples", &examples, None);
        for name in ["strict-csp", "plain"] {
            page.load(&format!("examples/{name}/index.html?{}", page.next_load()));
            wait_ready(page);
            page.wait_text(".count", "51 posts");
            page.assert_quiet();
        }
        let told = page.run_async(
            "const worker = new Worker('/examples/worker/worker.js', { type: 'module' });
             const answer = await new Promise((resolve, reject) => {
               worker.onmessage = ({ data }) => resolve(data);
               worker.onerror = (event) => reject(new Error(event.message));
               worker.postMessage('fox');
             });
             worker.terminate();
             return answer;",
            &json!([]),
        );
        assert_eq!(told["total"], 2, "{told}");
    });
}

/// Two archives share one module; an element that is far away fetches nothing.
#[test]
fn several_on_one_page() {
    with_page(Engine::Chromium, "several on one page", |page| {
        page.server().mount("other", &sites::sample().folder, None);
        let second = "<shelfmark-archive id=second src=/other/bundle/archive.json></shelfmark-archive>\
             <div style=height:9000px></div><shelfmark-archive id=third src=/site/bundle/archive.json></shelfmark-archive></body>";
        open(page, "several", &HOST.replace("</body>", second));
        wait_ready(page);
        let told = page.run_async(
            "const second = document.querySelector('#second');
             await second.ready;
             await host.search('fox');
             return [host.archive.info.posts, second.archive.info.posts, second.query, host.state.total];",
            &json!([]),
        );
        assert_eq!(told, json!([51, sites::sample().list().len(), "", 2]));
        let asked = page.server().asked();
        let count = |part: &str| asked.iter().filter(|path| path.contains(part)).count();
        assert_eq!(
            (count("shelfmark_bg.wasm"), count("archive.json")),
            (1, 2),
            "{asked:?}"
        );
        page.get("document.querySelector('#third').scrollIntoView()");
        page.run_async("await document.querySelector('#third').ready", &json!([]));
    });
}

/// 100 elements come, search and go; the module's memory and the page's stay what they were.
#[test]
fn memory_comes_back() {
    with_page(Engine::Chromium, "memory comes back", |page| {
        let host = HOST
            .replace("<shelfmark-archive", "<p")
            .replace("</shelfmark-archive", "</p")
            .replace("<head>", "<head><script src=watch.js></script>");
        page.server().mount("site", &sites::indexed().folder, None);
        let watch = "const compile = WebAssembly.instantiate;
            WebAssembly.instantiate = async (...given) => {
              const made = await compile(...given);
              window.memory = made.instance.exports.memory;
              return made;
            };";
        host_pages(
            page,
            "cycles",
            &[("index.html", &host), ("watch.js", watch)],
        );
        page.load(&format!("cycles/?{}", page.next_load()));
        let cycles = "
            for (let cycle = 0; cycle < arguments_[0]; cycle++) {
              const element = document.createElement('shelfmark-archive');
              element.src = '/site/bundle/archive.json';
              element.setAttribute('loading', 'eager');
              document.body.append(element);
              await element.ready;
              await element.search('fox');
              if (element.state.total !== 2) throw new Error(JSON.stringify(element.state));
              element.remove();
              await new Promise((next) => setTimeout(next));
            }
            return window.memory.buffer.byteLength;";
        let heap = || {
            page.devtools("HeapProfiler.enable", &json!({}));
            page.devtools("HeapProfiler.collectGarbage", &json!({}));
            let usage = page.get("return performance.memory.usedJSHeapSize");
            usage.as_f64().expect("bytes")
        };
        let before = page.run_async(cycles, &json!([5])).as_f64().expect("bytes");
        let heap_before = heap();
        let after = page
            .run_async(cycles, &json!([100]))
            .as_f64()
            .expect("bytes");
        let heap_after = heap();
        let grown = (after - before + (heap_after - heap_before).max(0.0)) / 1e6;
        crate::harness::tools::say(&format!("100 cycles: {grown:.2} MB more"));
        assert!(
            grown < 5.0,
            "module {before} to {after}, page {heap_before} to {heap_after}"
        );
    });
}
