//! What is seen of a post, and that nothing else comes out whatever goes in.

use proptest::prelude::*;
use shelfmark_markdown::policy::{self, Flow};
use shelfmark_markdown::{Element, Link};

use super::judge::Judge;
use super::*;

fn check(markdown: &str, source: Option<&str>, expected: &str) {
    assert_eq!(visible_text(markdown, "The Title", source), expected);
}

#[test]
fn collapses_white_space_and_separates_blocks() {
    check("a  b\nc\n\n* d\n* e\n", None, "a b c\nd\ne");
    check(
        "<p>\u{3000}\u{3000}一&nbsp;二</p><p></p><div>三<b>四</b>五</div>",
        None,
        "一 二\n三四五",
    );
}

#[test]
fn leaves_out_what_readers_do_not_see() {
    check(
        "<script>x</script><style>y</style><!-- z --><noscript>n</noscript>a",
        None,
        "a",
    );
    check(
        "<a href='x' title='t'>b</a><img alt='c' src='https://a.example/i.png'>d",
        None,
        "b\nd",
    );
}

#[test]
fn a_leading_heading_that_repeats_the_title_is_left_out() {
    for heading in [
        "# The Title\n",
        "The Title\n---\n",
        "<!-- c -->\n\n## The Title #\n",
        "<h2>\n  The Title\n</h2>\n",
    ] {
        check(&format!("{heading}\ntext"), None, "text");
    }
    for (heading, text) in [
        ("# The Title and more\n", "The Title and more\ntext"),
        ("text\n\n# The Title\n", "text\nThe Title\ntext"),
        (
            "# The Title <img alt='x' src='https://a.example/i.png'>\n",
            "The Title\ntext",
        ),
        ("#\n", "text"),
    ] {
        check(&format!("{heading}\ntext"), None, text);
    }
    let deep = format!(
        "<h1>{}The Title{}</h1>text",
        "<b>".repeat(3_000),
        "</b>".repeat(3_000)
    );
    check(&deep, None, "The Title\ntext");
}

#[test]
fn signs_are_no_tags() {
    check(
        "<p>p值(0<p<1)的误解：p<0.05</p><p>x</p>",
        None,
        "p值(0<p<1)的误解：p<0.05\nx",
    );
}

#[test]
fn the_title_heading_is_known_by_its_target() {
    let post = "<!--1-->\n[A title](https://a.example/%E4%B8%AD)\n------\n\n<div>body</div>";
    check(post, Some("https://a.example/中"), "body");
    check(post, Some("https://a.example/other"), "A title\nbody");
    check(post, None, "A title\nbody");
    check(
        "## [t](https://a.example/) and more\n\nbody",
        Some("https://a.example/"),
        "t and more\nbody",
    );
}

#[test]
fn ruby_keeps_its_word_together() {
    check(
        "<ruby>漢<rp>(</rp><rt>かん</rt>字<rt>じ</rt></ruby>を",
        None,
        "漢字 かんじ を",
    );
}

#[test]
fn annotations_without_a_word_are_text() {
    check("a<rt>b</rt>c", None, "abc");
    check(
        "<ruby>一<rt><ruby>二<rt>三</rt></ruby></rt></ruby>四",
        None,
        "一 二三 四",
    );
}

#[test]
fn a_frameset_does_not_take_the_post_away() {
    check(
        "<frameset><frame src='javascript:x'></frameset>text",
        None,
        "text",
    );
}

#[test]
fn deep_nesting_is_no_danger() {
    let post = format!("{}text{}", "<div>".repeat(3_000), "</div>".repeat(3_000));
    check(&post, None, "text");
    let flattened = |post: &str| {
        let context = Context::default();
        let mut text = VisibleText::new();
        let notes = Document::parse(post).walk(context, &mut text);
        assert!(notes.anything);
        notes.limit == Some(Notes::FLATTENED)
    };
    assert!(flattened(&post));
    let deepest = policy::MAX_DEPTH;
    let post = |depth| format!("{}text{}", "<div>".repeat(depth), "</div>".repeat(depth));
    assert!(!flattened(&post(deepest)) && flattened(&post(deepest + 1)));
}

fn judge(markdown: &str) {
    for source in [
        None,
        Some("https://a.example/b/c"),
        Some("javascript:alert(1)"),
    ] {
        let mut judge = Judge::default();
        render(markdown, "The Title", source, &mut judge);
        assert_eq!(judge.open, Vec::<&str>::new(), "all is closed");
    }
}

#[test]
fn the_judge_is_seen_to_fail() {
    let broken = |element: Element| {
        std::panic::catch_unwind(move || Judge::default().open(&element)).is_err()
    };
    let element = |name, attributes: Vec<(&'static str, String)>, link| Element {
        name,
        flow: Flow::Inline,
        attributes,
        link,
    };
    assert!(broken(element("script", vec![], None)));
    assert!(broken(element("span", vec![("onclick", "x".into())], None)));
    assert!(broken(element(
        "span",
        vec![("id", "location".into())],
        None
    )));
    assert!(broken(element(
        "a",
        vec![],
        Some(Link::Outside("javascript:x".into()))
    )));
    assert!(!broken(element(
        "a",
        vec![],
        Some(Link::Outside("https://a.example".into()))
    )));
}

#[test]
fn known_payloads_keep_to_the_allow_list() {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/hostile/xss.json"
    );
    let Ok(json) = std::fs::read(file) else {
        return; // Tried where the collection is present; the property below needs nothing.
    };
    let payloads: Vec<serde_json::Value> = serde_json::from_slice(&json).unwrap();
    assert!(payloads.len() > 1000);
    for payload in payloads {
        let payload = payload["payload"].as_str().unwrap();
        judge(payload);
        judge(&format!("* <div>{payload}\n\n{payload}</div>"));
    }
}

/// Pieces of HTML and Markdown that parsers treat specially.
fn piece() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "<script>",
        "</script>",
        "<svg>",
        "<math>",
        "<style>",
        "</style>",
        "<noscript>",
        "</noscript>",
        "<template>",
        "<table>",
        "<td>",
        "<tr>",
        "</table>",
        "<a href='java&#10;script:alert(1)'>",
        "<a href=//a.example>",
        "</a>",
        "<img src=x onerror=alert(1)>",
        "<img srcset='data:x 1x' data-src=https://a.example/i.png>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<iframe src=javascript:x>",
        "<iframe src=https://a.example/v title=t></iframe>",
        "<form><input autofocus onfocus=x>",
        "<base href=//b.example>",
        "<meta http-equiv=refresh content=0>",
        "<p id=location style=position:fixed dir=RTL lang=zh>",
        "</p>",
        "<div>",
        "</div>",
        "<ruby>",
        "<rt>",
        "<select>",
        "<plaintext>",
        "<textarea>",
        "<title>",
        "<frameset>",
        "<body onload=x>",
        "</body>",
        "<br>",
        "<hr>",
        "<li>",
        "[x](javascript:y)",
        "![a](https://a.example/i.png)",
        "[^1]",
        "\n\n[^1]: z\n\n",
        "`",
        "```\n",
        "\n",
        "\n\n",
        "* ",
        "| a | b |\n|---|--:|\n| c | d |\n",
        "- [x] ",
        "&colon;",
        "&#0;",
        "<font color=red>",
        "<details open>",
        "武汉",
        "<custom-element is=x>",
        "<object data=data:text/html,x>",
        "<input type=checkbox disabled checked>",
        "\u{202E}",
        "<mglyph>",
        "<annotation-xml encoding=text/html>",
        "<foreignobject>",
        "<h1><a href=https://a.example/b/c>",
        "{: #location onclick=x}",
        "{% include youtube.html id=\"javascript:x\" %}",
        "{% include a.html src='x.png\" onerror=\"x' caption=<script> %}",
        "{{ \"javascript:x\" }}",
        "{% raw %}",
        "{% endraw %}",
        "{::nomarkdown}",
        "{:/}",
        "$$",
        "* TOC\n{:toc}\n\n",
        "## ",
    ]);
    prop_oneof![8 => known.prop_map(str::to_owned), 1 => "\\PC{0,8}", 1 => "<[a-z]{1,8}( [a-z]{1,6}=[\"']?[a-z:/ ]{0,8}[\"']?)?>?"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn whatever_goes_in_the_allow_list_holds(pieces in prop::collection::vec(piece(), 0..40)) {
        judge(&pieces.concat());
    }
}
