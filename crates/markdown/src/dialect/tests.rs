//! Cases in `tests/cases/markdown.txt`, and what holds whatever a post is.

use proptest::prelude::*;

use super::*;

#[test]
fn cases() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/cases/markdown.txt"
    );
    let file = std::fs::read_to_string(path).expect("the cases are readable");
    let mut failed = Vec::new();
    let mut count = 0;
    for case in file.split("\n=== ").skip(1) {
        let (name, rest) = case.split_once('\n').expect("a case has a name");
        // The last one: a setext heading looks like it.
        let (post, expected) = rest
            .rsplit_once("\n---\n")
            .expect("a case says what it expects");
        let html = to_html(&format!("{post}\n"));
        count += 1;
        if html.trim_end() != expected.trim_end() {
            failed.push(format!("=== {name}\n{html}\n--- expected\n{expected}"));
        }
    }
    assert!(count > 20, "the cases were found");
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// Pieces of which posts are made that this crate must not trip over.
const PIECES: &[&str] = &[
    "a",
    "中",
    "。",
    "“",
    " ",
    "  ",
    "    ",
    "\t",
    "\n",
    "\n\n",
    "\r\n",
    "\\",
    "\\\\",
    "`",
    "```\n",
    "~~~",
    "~~",
    "*",
    "**",
    "***",
    "_",
    "<",
    ">",
    "<div>",
    "</div>",
    "<div markdown=\"1\">",
    "<p",
    "<details>\n",
    "<summary>",
    "</summary>\n",
    "<pre>",
    "</pre>",
    "<script>",
    "</script>",
    "<!--",
    "-->",
    "\"",
    "'",
    "=",
    "{",
    "}",
    "{:",
    "{: .a #b}",
    "{:toc}",
    "\n:::\n",
    "\n:::note\n",
    "\n::: {.a} ",
    " { #b }",
    "* TOC\n{:toc}\n",
    "[toc]",
    "{::",
    "{::comment}",
    "{:/comment}",
    "{:/}",
    "{::options /}",
    "{{",
    "}}",
    "{%",
    "%}",
    "{{ site.url }}",
    "{{ a }}",
    "{% raw %}",
    "{% endraw %}",
    "{% highlight a %}",
    "{% endhighlight %}",
    "{% if a %}",
    "{% endif %}",
    "{% comment %}",
    "{% endcomment %}",
    "{% include a.html src=\"b.png\" %}",
    "{{< youtube a >}}",
    "{{%",
    "%}}",
    "$",
    "$$",
    "\\(",
    "\\)",
    "\\[",
    "\\]",
    "^",
    "# ",
    "## ",
    "{#a}",
    "---\n",
    "===\n",
    "- ",
    "1. ",
    "> ",
    ": ",
    ":",
    "|",
    "|-|-|\n",
    "[",
    "]",
    "(",
    ")",
    "![",
    "](",
    "[^1]",
    "[^1]: ",
    "*[a]: ",
    "http://",
    "http://a.b/_c_",
    "www.",
    "&amp;",
    "&",
    "\u{FDD0}",
    "\u{FDD1}",
    "\u{FDD0}0\u{FDD1}",
    "\u{1680}",
    "<!--\u{FDD0}contents-->",
    "\0",
    "é",
    "🙂",
];

fn posts() -> impl Strategy<Value = String> {
    let piece =
        prop_oneof![4 => proptest::sample::select(PIECES).prop_map(str::to_owned), 1 => ".{0,4}"];
    proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_post_is_rendered(post in posts()) {
        let html = crate::to_document(&to_html(&post));
        prop_assert!(!html.contains(['\u{FDD0}', '\u{FDD1}']), "{html:?}");
    }

    /// Letters are never lost but where they are markup: none of these pieces hold any.
    #[test]
    fn letters_are_kept(words in proptest::collection::vec(
        (proptest::sample::select(&[
            " ", "\n", "\n\n", "    ", "**", "*", "~~", "`", "$", "$$", "\\(", "\\)", "\\[", "\\]", "{", "}",
            "{{", "}}", "{%", "%}", "。", "“", "”", "> ", "- ", "1. ", "# ", ": ", ":", "|", "\\", "\\\\\n", "_",
            "```\n", "    \n", "\u{FDD0}",
        ][..]), "[g-v]{1,3}"), 1..40)) {
        let post: String = words.iter().flat_map(|(piece, word)| [*piece, word.as_str()]).collect();
        let html = to_html(&post);
        let mut shown = html.as_str();
        for (piece, word) in &words {
            // Names of languages behind a fence are shown nowhere.
            if *piece == "```\n" || *piece == "`" { continue; }
            let found = shown.find(word.as_str());
            prop_assert!(found.is_some(), "{word:?} of {post:?} in {html:?}");
            shown = &shown[found.unwrap_or_default()..];
        }
    }
}

/// What grows without bound must not cost more than in proportion: output is counted, not time.
#[test]
fn output_grows_in_proportion() {
    for piece in PIECES.iter().copied().chain([
        "* TOC\n{:toc}\n\n# a\n\n",
        "[toc]\n\n# b\n\n",
        "{{ a }}\n\n# c {#d}\n",
    ]) {
        let length = |count: usize| to_html(&piece.repeat(count)).len();
        let (once, twice) = (length(500), length(1_000));
        assert!(twice <= once * 5 / 2 + 2_000, "{piece:?}: {once}, {twice}");
    }
}

#[test]
fn a_forged_mark_stands_for_nothing() {
    let html = to_html("$$a$$ \u{FDD0}0\u{FDD1} <!--\u{FDD0}0\u{FDD1}-->");
    assert_eq!(html.matches("$$a$$").count(), 1, "{html}");
}

/// Examples of CommonMark and GFM, by their ids, that are rendered otherwise on purpose.
const DEVIATIONS: &[&str] = &[
    // An element reaches up to its closing tag, whatever it holds, and no further.
    "33e6c4a9b462",
    "741ecacf15a5",
    "9b2faf216f60",
    "a35e5998d5ef",
    "dd78c69ff93f",
    "f9da97d2ba8b",
    // The same in GFM.
    "7f4a4a2999c4",
    "cd86a5962f4f",
    "2592db17d440",
    "848014d252fd",
    "c38fb13334ad",
    "2721c16a8742",
    // Comments are those of CommonMark 0.31, GFM has those of 0.29.
    "c62f871df661",
    "5b1d381a52d3",
    // What is disallowed goes in the walk, where it is known what is an element.
    "196f32df10db",
];

/// The examples of the two specifications, where their files are present.
#[test]
fn examples_of_the_specifications() {
    // Beside the repository, where this lies there at all.
    const EXAMPLES: &str = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/hostile/markdown-spec.json"
    );
    let Ok(file) = std::fs::read_to_string(EXAMPLES) else {
        return;
    };
    let examples: serde_json::Value = serde_json::from_str(&file).expect("the examples are JSON");
    let text = |example: &serde_json::Value, key: &str| {
        example[key]
            .as_str()
            .expect("an example has its keys")
            .to_owned()
    };
    let mut others = Vec::new();
    let mut count = 0;
    for example in examples.as_array().expect("the examples are a list") {
        let specified = ["commonmark", "cmark-gfm:test/spec.txt"];
        let section = text(example, "section");
        // Bare addresses become links in the walk, which sees those in HTML too.
        if !specified.contains(&text(example, "source").as_str())
            || section == "Autolinks (extension)"
        {
            continue;
        }
        count += 1;
        let got = to_html(&(text(example, "markdown") + "\n"));
        let id = text(example, "id");
        let known = DEVIATIONS.contains(&id.as_str());
        if (normal(&got) == normal(&text(example, "html"))) == known {
            others.push(format!("{id} {}\n{got}", text(example, "markdown")));
        }
    }
    assert!(count > 1_000, "the examples were read");
    assert!(
        others.is_empty(),
        "{}: {}",
        others.len(),
        others.join("\n\n")
    );
}

/// HTML without what makes no difference: white space between tags, ways to write the same
/// characters, attributes and empty elements, and the ids that headings get here.
fn normal(html: &str) -> String {
    let mut html = html
        .replace("&quot;", "\"")
        .replace(" />", ">")
        .replace("/>", ">")
        .replace('\n', " ")
        .replace("<tbody> </tbody>", "");
    for place in ["left", "center", "right"] {
        let style = format!("style=\"text-align: {place}\"");
        html = html.replace(&style, &format!("align=\"{place}\""));
    }
    html = html.replace(
        "disabled=\"\" type=\"checkbox\" checked=\"\"",
        "checked=\"\" disabled=\"\" type=\"checkbox\"",
    );
    while let Some(at) = html
        .find(" id=\"")
        .filter(|at| html[..*at].ends_with(|c: char| c.is_ascii_digit()))
    {
        let end = html[at + 5..]
            .find('"')
            .map_or(html.len(), |end| at + end + 6);
        html.replace_range(at..end, "");
    }
    let html = html.split_whitespace().collect::<Vec<_>>().join(" ");
    html.replace("> <", "><")
        .replace(" <", "<")
        .replace("> ", ">")
}
