//! Pictures and posts of the archive itself: shown and opened without asking anybody else.

use std::fs;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;

use crate::harness::server::fault_in;
use crate::harness::sites::Site;
use crate::harness::{Page, in_each_engine, keeper};

const SVG: &str = "<svg xmlns='http://www.w3.org/2000/svg' width='60' height='40'>\
                   <rect width='60' height='40' fill='teal'/><script>window.ran = 1</script></svg>";

/// One pixel.
const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

/// Two pictures of the archive and one of another site; links to posts by every name they have.
const LOOKS: &str = "---\ntitle: Looks around\nfrom: https://a.example/looks\n---\n\n\
![beside](beside.svg) <img src=\"data:image/gif;base64,R0lGODlhAQABAAAAACw=\" \
data-src=\"https://p.example/pictures/mirrored.png\" alt=\"mirrored\"> \
![away](http://pictures.example/picture-1.svg)\n\n\
[by source](http://www.a.example/met/?utm_source=x#part), \
[by file](2023-01-02-met.md), [by permalink](/2023/01/02/met/), <https://a.example/met>, \
[outside](https://a.example/elsewhere), [inside](https://a.example/looks#here), \
[nowhere](file:///C:/x.htm)\n\n<p id=\"here\">Here.</p>\n";

fn site() -> &'static Site {
    static SITE: LazyLock<Site> = LazyLock::new(|| {
        let met = "---\ntitle: Met again\nfrom: https://a.example/met\n---\n\nMet.\n";
        let mirror = keeper::scratch("posts").join("copies/mirror/p.example/pictures");
        fs::create_dir_all(&mirror).expect("a folder in scratch");
        let png = BASE64_STANDARD.decode(PNG).expect("base64");
        fs::write(mirror.join("mirrored.png"), png).expect("a file in scratch");
        let posts = [
            ("2023-01-01-looks.md", LOOKS),
            ("2023-01-02-met.md", met),
            ("beside.svg", SVG),
            ("shelfmark.toml", "assets = [\"mirror\"]\n"),
        ];
        let owned = posts.map(|(path, text)| (path.to_owned(), text.to_owned()));
        Site::write("copies", &owned)
    });
    &SITE
}

in_each_engine! {
    pictures_of_the_archive_are_shown_unasked,
    a_damaged_picture_says_so,
    links_between_posts_open_in_the_viewer,
}

const LOADED: &str = "return all('.body img').filter((image) => image.naturalWidth).length";

fn pictures_of_the_archive_are_shown_unasked(page: &Page<'_>) {
    page.open(site(), &site().post("Looks around"));
    page.wait_for("both pictures", &format!("{LOADED} === 2"));
    let sources = page.get("return all('.body img').map((image) => image.src.split(':')[0])");
    assert_eq!(sources, json!(["data", "blob"]));
    assert_eq!(page.count(".image-ask"), 1, "others wait");
    assert_eq!(page.get("return String(window.ran)"), "undefined");
    assert!(page.canary().requests().is_empty());
    // What was shown is forgotten with the post.
    let shown = page.get("return all('.body img').map((image) => image.src).sort()");
    page.get(
        "window.given = [];
         const revoke = URL.revokeObjectURL;
         URL.revokeObjectURL = (address) => (window.given.push(address), revoke.call(URL, address))",
    );
    page.click(".back");
    page.wait_text("h1", "Newest posts");
    // They came in any order.
    assert_eq!(page.get("return window.given.sort()"), shown);
}

fn a_damaged_picture_says_so(page: &Page<'_>) {
    page.open_damaged(
        site(),
        "flipped-image",
        &site().post("Looks around"),
        fault_in("image", |answer| {
            answer.body[0] ^= 1;
        }),
    );
    page.wait_for("both notes", "return all('.image-missing').length === 2");
    let note = page.text(".image-missing");
    assert!(
        note.starts_with("beside (A part of the archive is damaged: image-"),
        "{note}"
    );
    assert_eq!(page.text(".body p:last-child"), "Here.");
}

fn links_between_posts_open_in_the_viewer(page: &Page<'_>) {
    let (looks, met) = (site().post("Looks around"), site().post("Met again"));
    page.open(site(), &looks);
    page.wait_element(".body");
    let links = page.get(
        "return all('.body a').map((link) => [link.textContent,
           link.hasAttribute('data-go') ? link.getAttribute('href') :
           link.dataset.anchor ?? link.getAttribute('href'), link.target, link.rel, link.title])",
    );
    let inside = |text: &str| json!([text, met, "", "", ""]);
    let out = "opens another site: a.example";
    assert_eq!(
        links,
        json!([
            inside("by source"),
            inside("by file"),
            inside("by permalink"),
            inside("https://a.example/met"),
            [
                "outside",
                "https://a.example/elsewhere",
                "_blank",
                "noopener noreferrer",
                out
            ],
            ["inside", "post-here", "", "", ""],
            ["nowhere", null, "", "", ""],
        ])
    );
    page.click(".body a[data-anchor]");
    assert_eq!(page.get("return root.activeElement.id"), "post-here");
    assert_eq!(page.hash(), looks);
    page.click(".body a:nth-of-type(2)");
    page.wait_text("h1", "Met again");
    assert_eq!(page.hash(), met);
    page.back();
    page.wait_text("h1", "Looks around");
}
