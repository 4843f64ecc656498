//! Real posts on the screen: what can be read is what can be found, to the letter, though two
//! different parsers read them, and nothing is complained about on the way.

use std::sync::LazyLock;

use serde_json::json;
use shelfmark_bundle::Entry;

use crate::harness::archive::{Archive, news};
use crate::harness::sites::Site;
use crate::harness::{Page, in_each_engine};
use crate::hostile::payloads;

in_each_engine! {
    what_is_shown_is_what_is_searched,
    hostile_posts_lose_no_text,
    names_in_a_post_shadow_nothing,
    annotations_without_a_word_are_searched_too,
    named_characters_are_the_same_in_both_parsers,
    posts_for_jekyll_are_shown_as_they_were_meant,
}

/// Opens posts one after the other and gives the text of each, without white space. What the
/// viewer says in place of pictures and players is not the post's; annotations come after the word
/// that they explain, as in the text that is searched.
const TEXTS: &str = "
    const texts = [];
    for (const slug of arguments_[0]) {
      if (!(await visit('#/post/' + encodeURIComponent(slug)))) return [...texts, '(no view)'];
      const body = one('.body')?.cloneNode(true);
      for (const own of body?.querySelectorAll('.image-ask, .image-missing, .embed, .task') ?? [])
        own.remove();
      for (const ruby of body?.querySelectorAll('ruby') ?? [])
        ruby.append(...ruby.querySelectorAll('rt'));
      texts.push([...(body?.textContent ?? '')].filter((c) => !/[\\s\\u0085]/.test(c)).join(''));
    }
    return texts;";

fn what_is_shown_is_what_is_searched(page: &Page<'_>) {
    // `visible.rs` looks at all of them, in its own way.
    if let Some(news) = news() {
        compare(page, news, 15);
    }
}

fn hostile_posts_lose_no_text(page: &Page<'_>) {
    if let Some(archive) = payloads() {
        compare(page, archive, 3);
    }
}

/// Names of form fields and pictures become properties of forms and documents, which hide their
/// own ones (HTML standard, 3.1.6 and 4.10.3): a walk that asks them is led astray.
fn names_in_a_post_shadow_nothing(page: &Page<'_>) {
    static ARCHIVE: LazyLock<Archive> = LazyLock::new(|| {
        let names = "body documentElement firstChild nextSibling childNodes nodeType nodeValue \
                     localName namespaceURI getAttribute attributes parentNode querySelector";
        let posts = names.split(' ').flat_map(|name| {
            [
                format!("<form><p>inside</p><input name={name}></form>after"),
                format!("<form><button id={name}>x</button><p>inside</p></form>after"),
                format!("<p>before<input form=f name={name}></p><form id=f>inside</form>after"),
                format!("<img name={name} src=x>after<form name={name}>inside</form>"),
                format!("<object id={name}></object><embed name={name}>after"),
                format!("<p title=\"--><form><input name={name}></form>\">after</p>"),
                format!(
                    "<!-- <p title=\" --><form><input name={name}>inside</form>after<!-- \" -->"
                ),
            ]
        });
        // Three of each: every engine reads each third post.
        let posts = posts.enumerate().flat_map(|(place, body)| {
            ["chromium", "firefox", "webkit"].map(|engine| {
                let title = format!("Names {place} in {engine}: {}", json!(body));
                let head = format!("title: {}", json!(title));
                (
                    format!("2020-01-01-{place:03}-{engine}.md"),
                    format!("---\n{head}\n---\n\nstart\n\n{body}\n\nend\n"),
                )
            })
        });
        let posts: Vec<(String, String)> = posts.collect();
        Archive::read(Site::write("names", &posts))
    });
    compare(page, &ARCHIVE, 3);
}

/// Annotations that no `ruby` holds are shown like other text.
fn annotations_without_a_word_are_searched_too(page: &Page<'_>) {
    static ARCHIVE: LazyLock<Archive> = LazyLock::new(|| {
        let body =
            "---\ntitle: Annotations\n---\n\n<rt>one</rt> two\n\n<ruby>three</ruby><rt>four</rt>";
        let posts = ["a", "b", "c"].map(|name| (format!("{name}.md"), body.to_owned()));
        Archive::read(Site::write("annotations", &posts))
    });
    compare(page, &ARCHIVE, 3);
}

/// The browser's module asks the browser for the names of HTML, the compiler has a table.
fn named_characters_are_the_same_in_both_parsers(page: &Page<'_>) {
    static ARCHIVE: LazyLock<Archive> = LazyLock::new(|| {
        // The parser's map has beginnings of names too, which stand for nothing, and so are no names.
        let names = html5ever::data::NAMED_ENTITIES
            .keys()
            .map(|name| name.trim_end_matches(';'));
        let mut names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
        names.sort_unstable();
        names.dedup();
        assert!(names.len() > 2000);
        let all: String = names
            .iter()
            .map(|name| format!("{name} &{name}; &{name}x;\n\n"))
            .collect();
        let odd = "`&eacute;` &notit; &semi;&semi; &amp;lt; &#233; &#xe9; &nosuch; &; &é; & amp;\n\n\
                   &lt;b&gt;no element&lt;/b&gt; [caf&eacute;](https://a.example/caf&eacute;?a&amp;b 'caf&eacute;')\n\n\
                   ![&copy; &nosuch;](/x.png) [x][caf&eacute;]\n\n[caf&eacute;]: /y\n";
        let posts = ["a", "b", "c"].map(|name| {
            (
                format!("{name}.md"),
                format!("---\ntitle: Names\n---\n\n{odd}\n\n{all}"),
            )
        });
        Archive::read(Site::write("entities", &posts))
    });
    compare(page, &ARCHIVE, 3);
    page.open(&ARCHIVE.site, "#/post/a");
    page.wait_element(".body a");
    let link = page.run(
        "const a = one('.body a'); return [a.textContent, a.getAttribute('href'), a.title]",
        &json!([]),
    );
    assert_eq!(
        link,
        json!([
            "café",
            "https://a.example/caf%C3%A9?a&b",
            "café · opens another site: a.example"
        ])
    );
}

/// Their HTML comes from the compiler.
fn posts_for_jekyll_are_shown_as_they_were_meant(page: &Page<'_>) {
    static ARCHIVE: LazyLock<Archive> = LazyLock::new(|| {
        let body = "<div>\n  <p>one</p>\n\n      <p>two</p>\n\n</div>\n\n\
                    **引用。**中文 costs $5 to $6, $$a_1 * b_2 * c$$ &copy;\n{: .center}\n\n\
                    ## Second {#second}\n\n[to it](#second), [next]({% post_url 2020-01-02-b %}), \
                    {{ page.title }}\n\n<img src=x onerror=alert(1)><style>*{color:red}</style>\n\n\
                    {% highlight js %}\nif (a < b) {}\n{% endhighlight %}\n";
        let posts = ["a", "b", "c"].map(|name| {
            (
                format!("2020-01-02-{name}.md"),
                format!("---\ntitle: {name}\n---\n\n{body}"),
            )
        });
        Archive::read(Site::write("jekyll", &posts))
    });
    compare(page, &ARCHIVE, 3);
    page.open(&ARCHIVE.site, "#/post/2020-01-02-a");
    page.wait_element(".body h2");
    let shown = page.run(
        "const every = (selector) => [...one('.body').querySelectorAll(selector)];
         const texts = (selector) => every(selector).map((found) => found.textContent.trim());
         return {
           code: texts('code'), paragraphs: texts('div > p').slice(0, 2), strong: texts('strong'),
           heading: every('h2').map((found) => [found.id, found.textContent.trim()]),
           links: every('a').map((found) => found.dataset.anchor ?? found.getAttribute('href')),
           bad: every('[onerror], style').length,
         };",
        &json!([]),
    );
    assert_eq!(
        shown,
        json!({
            "code": ["$$a_1 * b_2 * c$$", "{{ page.title }}", "if (a < b) {}"],
            "paragraphs": ["one", "two"],
            "strong": ["引用。"],
            "heading": [["post-second", "Second"]],
            "links": ["post-second", "#/post/2020-01-02-b"],
            "bad": 0,
        })
    );
}

/// Each engine reads another third.
/// Compares one post in `step`, others in each engine.
fn compare(page: &Page<'_>, archive: &Archive, step: usize) {
    page.open(&archive.site, "");
    let posts = archive.posts.iter().skip(page.engine() as usize);
    let posts = posts.step_by(step);
    let posts: Vec<(&Entry, String)> = posts
        .map(|(record, text)| {
            let text = text
                .chars()
                .filter(|c| !c.is_whitespace() && *c != '\u{FEFF}');
            (&record.entry, text.collect())
        })
        .collect();
    let mut wrong = Vec::new();
    for some in posts.chunks(50) {
        let slugs: Vec<&str> = some.iter().map(|(entry, _)| entry.slug.as_str()).collect();
        let shown = page.run_async(TEXTS, &json!([slugs]));
        let shown = shown.as_array().expect("texts");
        assert!(shown.len() == some.len() || shown.last() == Some(&json!("(no view)")));
        for ((entry, expected), shown) in some.iter().zip(shown) {
            let shown = shown.as_str().unwrap_or_default();
            if shown != expected {
                let same = shown.chars().zip(expected.chars());
                let same = same.take_while(|(a, b)| a == b).count();
                let tail = |text: &str| text.chars().skip(same).take(30).collect::<String>();
                let (shown, searched) = (tail(shown), tail(expected));
                wrong.push(format!(
                    "{}: shows {shown:?}, searches {searched:?}",
                    entry.title
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}: {wrong:#?}", wrong.len());
}
