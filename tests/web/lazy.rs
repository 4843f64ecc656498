//! What the compiler's tree shows of lazy pictures, drawings and remains, each browser's own shows too.

use std::sync::LazyLock;

use serde_json::json;

use crate::harness::sites::Site;
use crate::harness::{Page, in_each_engine};

/// A picture in every way that pages load it late, numbered by `N`; each is to be shown once.
const LAZY: [&str; 9] = [
    "<img src=GIF data-src=http://p.example/N.png alt=N>",
    "<img src=http://p.example/N.png srcset=GIF alt=N>",
    "<img srcset='GIF, http://p.example/N.png 2x' alt=N>",
    "<img src=http://p.example/N.png alt=N><noscript><img src=http://p.example/N.png?x alt=N></noscript>",
    "<noscript><img src=http://p.example/N.png alt=N></noscript><a><img data-src=http://p.example/N.png alt=N></a>",
    "<img src=GIF alt=N><noscript><img src=http://p.example/N.png alt=N></noscript>",
    "<noscript>Enable scripts <img src=http://p.example/N.png alt=N></noscript>",
    "<picture><source srcset=http://p.example/s.webp><img src=http://p.example/N.png alt=N></picture>",
    "<picture><source srcset='http://p.example/N.png 1x'><img src=GIF alt=N></picture>",
];

/// Things of which only a text is left, or nothing.
const REST: &str = "<div><img src=http://c.example/ width=1 height=1>\
<img src=http://c.example/ style=display:none><iframe src=http://c.example/ height=0></iframe>\
<div class=sharedaddy>Share</div><p><span class=katex-mathml><math><semantics><mi>x</mi>\
<annotation encoding=application/x-tex>x^2</annotation></semantics></math></span>\
<span class=katex-html>x2</span></p><p><svg><style>s</style><title>t</title><text>\u{4e00}</text>\
<foreignObject><b onclick=x>\u{4e8c}</b></foreignObject></svg></p>\
<p align=right>\u{89c1}http://b.example/x\u{559c}\u{6b22}</p></div>";

fn site() -> &'static Site {
    static SITE: LazyLock<Site> = LazyLock::new(|| {
        let gif = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";
        let mut body = String::new();
        for (number, html) in LAZY.iter().enumerate() {
            let html = html.replace("GIF", gif).replace('N', &number.to_string());
            body.push_str(&format!("<div>{html}</div>\n"));
        }
        let post = format!("---\ntitle: Lazy\n---\n\n{body}\n{REST}\n");
        Site::write("lazy", &[("2023-01-01-lazy.md".to_owned(), post)])
    });
    &SITE
}

in_each_engine! {
    pictures_that_load_late_are_shown_once,
}

fn pictures_that_load_late_are_shown_once(page: &Page<'_>) {
    page.open(site(), &site().post("Lazy"));
    page.wait_element(".body");
    let expected: Vec<String> = (0..LAZY.len()).map(|number| number.to_string()).collect();
    assert_eq!(page.texts(".image-alt"), expected);
    assert_eq!(page.count(".body img, .embed, .image-missing"), 0);
    let rest = page.get(
        "const rest = one('.body').lastElementChild;
         return [rest.innerText.trim().split(/\\s+/), rest.querySelector('a').href,
                 getComputedStyle(rest.lastElementChild).textAlign]",
    );
    assert_eq!(
        rest,
        json!([
            ["x^2", "一二", "见http://b.example/x喜欢"],
            "http://b.example/x",
            "right"
        ])
    );
    assert!(page.canary().requests().is_empty());
}
