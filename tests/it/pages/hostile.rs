//! Posts that mean harm: the pages are parsed again, and hold what the allow-list names and no more.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::rc::Rc;

use markup5ever_rcdom::Node;
use serde_json::Value;
use shelfmark_markdown::policy;

use super::crawl::{Crawl, attributes, children, name};
use super::{bench, reached, titles};
use crate::support::shared;

/// Ways to run something, to load something, or to break out of the element around a post.
const POSTS: &[&str] = &[
    "<script>alert(1)</script><img src=x onerror=alert(1)><svg onload=alert(1)><math href=javascript:x>m</math></svg>",
    "<a href=\"javascript:alert(1)\">a</a> <a href=\" java\tscript:x\">b</a> <a href='data:text/html,x'>c</a>",
    "<img src=http://b.example/p.png srcset='http://b.example/q.png 2x'><iframe src=https://c.example/></iframe>",
    "<p title='\"><script>x</script>'>t</p><p lang='\"><img src=x>'>l</p><p id='\"onload=x'>i</p>",
    "</section></article></main></body></html><footer>mine</footer><main id=Main><h1>mine</h1></main>",
    "<div></div></div></section></article><article id=Main>x</article><section>y</section>",
    "<ul><li><button><div><li>a</li></div></button></li></ul></div></div><p>after",
    "<p><button><div><p>x</p></div></button></p>",
    "<table><tr><td><button><caption><table><td>x</caption></button><div>y",
    "<table><b><i>x<table><tr><td></b></i></table>y</table>z",
    "<a href=/1><table><tr><td><a href=/2>x</a></td></tr></table></a><button><a href=/3>y</a></button>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>n",
    "<style></style><style><!--</style><img src=x onerror=alert(1)>--></style>s",
    "<textarea></textarea><img src=x onerror=y></textarea><title></title><img src=x></title>t",
    "<select><option><img src=x></select><template><img src=x></template><plaintext><img src=x></section>",
    "<xmp></xmp><img src=x onerror=y></xmp><listing>\n\n<b>x</b></listing>",
    "<base href=//b.example/><link rel=stylesheet href=//b.example/x><meta http-equiv=refresh content='0;//b.example'>m",
    "<form action=//b.example><input name=x><button formaction=//b.example>b</button></form>",
    "<b><b><b><b><p>deep</b></b></b></b><i><u><s>open",
    "text \u{0} & &lt;b&gt; &#0; &quot;",
    "<ruby>a<rt>b<rt><div>c</ruby><details open><summary><div>d</details>",
    "<frameset><frame src=x></frameset>f",
];

#[test]
fn hostile_posts_are_harmless() {
    let bench = bench();
    fs::remove_dir_all(bench.path("posts")).unwrap();
    let mut bodies: Vec<String> = POSTS.iter().map(|body| (*body).to_owned()).collect();
    if let Some(path) = shared("hostile/xss.json") {
        let all: Vec<Value> = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        let payload = |one: &Value| one["payload"].as_str().map(str::to_owned);
        // Others are seen by the browsers' tests.
        bodies.extend(all.iter().step_by(5).filter_map(payload));
    }
    for (number, body) in bodies.iter().enumerate() {
        let title = body
            .replace(['"', '\\'], "'")
            .replace(char::is_control, " ");
        let title: String = title.chars().take(60).collect();
        bench.write(
            &format!("posts/2024-01-02-{number}.md"),
            format!("---\ntitle: \"{number} {title}\"\ntags: [\"{number} {title}\"]\nauthor: \"{title}\"\nfrom: https://a.example/p\n---\n{body}\n"),
        );
    }
    bench.ok("build posts --out site --viewer viewer --quiet");
    let crawl = Crawl::of(&bench.path("site"));
    assert_eq!(reached(&crawl).len(), titles(&bench).len());
    for (path, page) in &crawl.pages {
        for section in page.sections() {
            check(path, &section);
        }
    }
    let pages = crawl
        .pages
        .keys()
        .filter(|path| path.starts_with("pages/posts/"));
    assert_eq!(pages.count(), bodies.len());
}

/// Every element and attribute below `root` is one of the policy, or one of ours.
fn check(path: &str, root: &Rc<Node>) {
    let mut allowed: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for rule in policy::RULES {
        let of_rule = allowed.entry(rule.shown).or_default();
        of_rule.extend(rule.attributes);
        of_rule.extend(policy::GLOBAL_ATTRIBUTES);
        of_rule.extend(["class", "data-align"]);
    }
    // What stands for rules, breaks, pictures and what parsers add to tables.
    for (name, attributes) in [
        ("hr", &[][..]),
        ("br", &[]),
        ("wbr", &[]),
        ("img", &["src", "alt", "width", "height"]),
        ("a", &["rel"]),
        ("div", &["tabindex", "role"]),
    ] {
        allowed.entry(name).or_default().extend(attributes);
    }
    let mut waiting = children(root);
    while let Some(node) = waiting.pop() {
        let name = name(&node);
        if !name.is_empty() {
            let known = allowed.get(name.as_str());
            let known = known.unwrap_or_else(|| panic!("{path}: <{name}> in a post"));
            for (attribute, value) in attributes(&node) {
                assert!(
                    known.contains(attribute.as_str()),
                    "{path}: <{name} {attribute}={value:?}>"
                );
                if attribute == "id" {
                    assert!(value.starts_with(policy::ID_PREFIX), "{path}: id {value}");
                }
            }
        }
        waiting.extend(children(&node));
    }
}
