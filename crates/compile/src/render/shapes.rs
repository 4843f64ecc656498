//! What is built of a post: pictures once, players as cards, links where they lead.

use std::fmt::Write as _;

use shelfmark_markdown::{Element, Embed, Image, Link, Sink};

use super::render;

/// Writes down what is built.
#[derive(Default)]
struct Shape(String);

impl Sink for Shape {
    fn open(&mut self, element: &Element) {
        let _ = write!(self.0, "<{}", element.name);
        for (name, value) in &element.attributes {
            let _ = write!(self.0, " {name}={value}");
        }
        let _ = match &element.link {
            Some(Link::Outside(address)) => write!(self.0, " -> {address}"),
            Some(Link::Inside(id)) => write!(self.0, " -> #{id}"),
            Some(Link::Post(slug)) => write!(self.0, " -> post {slug}"),
            None => Ok(()),
        };
        self.0.push('>');
    }
    fn close(&mut self, element: &Element) {
        let _ = write!(self.0, "</{}>", element.name);
    }
    fn text(&mut self, text: &str) {
        self.0.push_str(text);
    }
    fn line_break(&mut self) {
        self.0.push_str("<br>");
    }
    fn rule(&mut self) {
        self.0.push_str("<hr>");
    }
    fn image(&mut self, image: &Image) {
        let address = image.address.as_deref().unwrap_or("nowhere");
        let _ = write!(self.0, "[{address} {}]", image.alt);
    }
    fn embed(&mut self, embed: &Embed) {
        let _ = write!(self.0, "{{{} {}}}", embed.address, embed.title);
    }
    fn task(&mut self, _: bool) {}
}

const SOURCE: &str = "https://a.example/b/c";

fn check(html: &str, expected: &str) {
    let mut shape = Shape::default();
    render(html, "", Some(SOURCE), &mut shape);
    assert_eq!(shape.0.trim(), expected, "{html}");
}

const GIF: &str = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";

#[test]
fn a_copy_may_be_of_another_size() {
    let late = "<img src=s.jpg data-src=l.jpg alt=x>";
    let copy = "<noscript><img src=s.jpg?w=640 alt=x></noscript>";
    let other = "<noscript><img src=o.jpg alt=x></noscript>";
    let [large, small, another] =
        ["l.jpg", "s.jpg?w=640", "o.jpg"].map(|name| format!("[https://a.example/b/{name} x]"));
    for (html, expected) in [
        ([late, copy].concat(), large.clone()),
        ([copy, late].concat(), small),
        ([late, other].concat(), [large, another].concat()),
    ] {
        check(
            &format!("<div>{html}</div>"),
            &format!("<div>{expected}</div>"),
        );
    }
}

#[test]
fn a_picture_in_the_page_itself_is_shown_once() {
    let inline = format!("data:image/png;base64,{}", "A".repeat(300));
    check(
        &format!("<div><img src={inline}><noscript><img src={inline}></noscript></div>"),
        &format!("<div>[{inline} ]</div>"),
    );
}

#[test]
fn a_picture_that_is_loaded_late_is_shown_once() {
    for html in [
        "<div><img src=GIF data-src=/i.png alt=x></div>",
        "<div><img src=/i.png srcset=GIF alt=x></div>",
        "<div><img srcset='GIF, /i.png 2x, /j.png 3x' alt=x></div>",
        "<div><img data-lazy-src=/i.png src=https://b.example/blank.gif alt=x></div>",
        "<div><img data-src=3 src=/i.png alt=x></div>",
        "<div><img src=/i.png alt=x><noscript><img src='/i.png?ssl=1' alt=x></noscript></div>",
        "<div><noscript><img src=/i.png alt=x></noscript><a><img data-src=/i.png alt=x></a></div>",
        "<div><img src=GIF alt=x><noscript><img src=/i.png alt=x></noscript></div>",
        "<div><noscript><span><img src=/i.png alt=x></span>Enable scripts</noscript></div>",
        "<div><picture><source srcset=/s.webp><img src=/i.png alt=x></picture></div>",
        "<div><picture><source srcset='/i.png 1x'><img src=GIF alt=x></picture></div>",
        "<div><amp-img src=/i.png alt=x></amp-img></div>",
        "<div><img style='display: none' data-src=/i.png alt=x></div>",
    ] {
        check(
            &html.replace("GIF", GIF),
            "<div>[https://a.example/i.png x]</div>",
        );
    }
    // Others between them are others.
    check(
        "<div><img src=/i.png><noscript><img src=/j.png></noscript><img src=/i.png></div>",
        "<div>[https://a.example/i.png ][https://a.example/j.png ][https://a.example/i.png ]</div>",
    );
}

#[test]
fn what_only_counts_readers_goes_away() {
    for html in [
        "<img src=/p.gif width=1 height=1>",
        "<img src=/p.gif style='width:1px; height: 1px !important'>",
        "<img src=/p.gif style='display:none'>",
        "<img src=https://medium.com/_/stat?event=post.clientViewed width=600>",
        "<img src=//www.google-analytics.com/collect?v=1>",
        "<noscript><img src=https://www.facebook.com/tr?id=1></noscript>",
        "<iframe src=https://www.googletagmanager.com/ns.html?id=x></iframe>",
        "<iframe src=https://b.example/ height=0></iframe>",
    ] {
        check(&format!("<div><p>{html}</p></div><p>a</p>"), "<p>a</p>");
    }
}

#[test]
fn what_shares_a_page_goes_away_and_words_stay() {
    check(
        "<div class='sharedaddy sd-block'><h3>Share</h3><a href=/x?share=tumblr>Tumblr</a></div>\
         <p>a<a href='https://www.facebook.com/sharer/sharer.php?u=x'><img src=/f.png>分享</a></p>",
        "<p>a</p>",
    );
    check(
        "<p><a href='https://twitter.com/intent/tweet?text=x'>A sentence that was meant to be quoted</a></p>",
        "<p><a -> https://twitter.com/intent/tweet?text=x>A sentence that was meant to be quoted</a></p>",
    );
}

#[test]
fn an_emoji_is_a_character() {
    check(
        "<p>a <img class=emoji src=https://s.w.org/1f600.svg alt=😀> b</p>",
        "<p>a 😀 b</p>",
    );
}

#[test]
fn players_are_cards() {
    for html in [
        "<iframe src=about:blank data-src=//v.example/1 title=t></iframe>",
        "<video poster=/p.png title=t><source src=//v.example/1></video>",
        "<object title=t><param name=movie value=//v.example/1></object>",
        "<object title=t><embed src=//v.example/1></object>",
        "<amp-iframe src=//v.example/1 title=t></amp-iframe>",
    ] {
        check(
            &format!("<div>{html}</div>"),
            "<div>{https://v.example/1 t}</div>",
        );
    }
}

#[test]
fn links_belong_to_the_source() {
    for (href, leads) in [
        ("d?e#f", " -> https://a.example/b/d?e#f"),
        ("//h.example/x", " -> https://h.example/x"),
        ("file:///x/y", " -> https://a.example/x/y"),
        ("file:///C:/Users/me/x.htm", ""),
        ("file:///C:/Users/me/x.htm#_ftn1", " -> #post-_ftn1"),
        ("file://server/x", ""),
        ("#n%C3%A9", " -> #post-né"),
        ("https://a.example/b/c/#n1", " -> #post-n1"),
        ("c#n1", " -> #post-n1"),
        ("https://a.example/b/c", " -> https://a.example/b/c"),
        ("java&#9;script:alert(1)", ""),
        ("mailto:a@b.example", " -> mailto:a@b.example"),
    ] {
        check(
            &format!("<p><a href='{href}'>x</a></p>"),
            &format!("<p><a{leads}>x</a></p>"),
        );
    }
    check(
        "<p>a <a href=/x>b </a>c <a href=/x> d</a></p>",
        "<p>a <a -> https://a.example/x>b</a> c <a -> https://a.example/x> d</a></p>",
    );
    check("<p><a name=n1></a>x</p>", "<p><a id=post-n1></a>x</p>");
}

#[test]
fn bare_addresses_in_html_are_links() {
    check(
        "<div>见https://a.example/x?y&amp;z喜欢</div>",
        "<div>见<a -> https://a.example/x?y&z>https://a.example/x?y&z</a>喜欢</div>",
    );
    check(
        "<div><a href=/x>https://b.example</a><code>http://c.example</code> www.d.example.</div>",
        "<div><a -> https://a.example/x>https://b.example</a><code>http://c.example</code> \
         <a -> http://www.d.example>www.d.example</a>.</div>",
    );
}

#[test]
fn formulas_and_drawings_keep_their_text() {
    check(
        "<p><span class=katex-mathml><math><semantics><mi>x</mi><annotation \
         encoding='application/x-tex'>x^2</annotation></semantics></math></span><span \
         class=katex-html>x2</span></p>",
        "<p><span>x^2</span></p>",
    );
    check(
        "<p><math alttext='\\alpha'><mi>α</mi></math></p>",
        "<p>\\alpha</p>",
    );
    check("<p><math><mi>α</mi><mo>+</mo></math></p>", "<p>α+</p>");
    check(
        "<p><svg><title>icon</title><style>x</style><text x=1>一</text><text>二</text>\
         <foreignObject><b onclick=x>三</b></foreignObject></svg></p>",
        "<p> 一 二<b>三</b></p>",
    );
    check("<p>a<svg><path d=M0/></svg></p>", "<p>a</p>");
}

#[test]
fn alignment_is_the_only_style() {
    check(
        "<p style='color:red; text-align: center;position:fixed'>a</p><p align=RIGHT>b</p>\
         <p style='text-align:url(x)'>c</p>",
        "<p data-align=center>a</p><p data-align=right>b</p><p>c</p>",
    );
}

#[test]
fn quotations_that_are_preformatted_are_prose() {
    let han = "爐| 您剛剛講到讀詩時的想像力，我們在讀古詩時會有一種自覺。";
    let long = "All of it in one line. ".repeat(8);
    for (html, class) in [
        (han, " class=prose"),
        (&long, " class=prose"),
        ("let a = 1; // 注释", ""),
        ("┌──┐\n│一│\n└──┘", ""),
    ] {
        check(
            &format!("<pre class=ql-syntax>{html}</pre>"),
            &format!("<pre{class}>{html}</pre>"),
        );
        check(
            &format!("<pre><code>{html}</code></pre>"),
            &format!("<pre{class}><code>{html}</code></pre>"),
        );
    }
}

#[test]
fn the_page_that_embedly_plays_is_named() {
    let player =
        "https://cdn.embedly.com/widgets/media.html?src=https%3A%2F%2Fwww.y.example%2Fembed%2F7";
    check(
        &format!(
            "<iframe src='{player}&amp;url=https%3A%2F%2Fwww.y.example%2Fwatch%3Fv%3D7&amp;key=1'></iframe>"
        ),
        "{https://www.y.example/watch?v=7 }",
    );
    for other in ["", "&amp;url=javascript%3Aalert(1)"] {
        check(
            &format!("<iframe src='{player}{other}'></iframe>"),
            &format!("{{{}{} }}", player, other.replace("&amp;", "&")),
        );
    }
}

#[test]
fn the_page_itself_is_no_picture() {
    check(
        "<img src='https://a.example/b/c/'><img src='c'>d",
        "<p>d</p>",
    );
    check(
        "<img src=c data-src=e.jpg><img src=c alt=f>",
        "<p>[https://a.example/b/e.jpg ][nowhere f]</p>",
    );
}

#[test]
fn what_spelling_checkers_repeat_is_left_out() {
    check(
        "<figcaption><span>图</span><lt-mirror><lt-div>图</lt-div></lt-mirror></figcaption>",
        "<figcaption><span>图</span></figcaption>",
    );
}
