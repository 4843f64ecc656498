//! What is searched of a post is what its reader sees: the compiler's text of real posts equals the
//! browser's own account of the page.
//!
//! Each engine takes a third of the posts, of the largest archive a ninth; `SHELFMARK_ALL_POSTS=1` makes
//! each take all.

use std::sync::LazyLock;

use serde_json::json;

use crate::harness::archive::Archive;
use crate::harness::sites::Site;
use crate::harness::{Page, in_each_engine, tools};

/// Not part of this repository.
const FOLDERS: [&str; 7] = [
    "news-zh",
    "mehdix-fa",
    "oldwinter-vault",
    "rust-blog",
    "v8-dev",
    "vim-jp",
    "yihui",
];

/// Archives of so many posts, from one newspaper each, are looked at in samples.
const MANY: usize = 1000;

/// Shows one post after the other and gives its text, as a reader would copy it: without what the
/// interface puts in the place of pictures and players, and with all details open.
const READ: &str = "
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('.embed, .image-ask, .image-missing, .images-all, .task { display: none !important }');
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    const texts = [];
    for (const slug of arguments_[0]) {
      const came = await visit('#/post/' + encodeURIComponent(slug));
      for (const details of all('.body details')) details.open = true;
      const body = one('.body');
      texts.push(!came || !one('.post-view') ? null : body ? body.innerText : '');
    }
    root.adoptedStyleSheets = root.adoptedStyleSheets.filter((other) => other !== sheet);
    return texts;";

static ARCHIVES: LazyLock<Vec<Archive>> = LazyLock::new(|| {
    let read = |name| {
        let posts = tools::shared(&format!("corpora/{name}"))?;
        Some(Archive::read(Site::build(name, &posts)))
    };
    FOLDERS.into_iter().filter_map(read).collect()
});

in_each_engine! {
    the_compiler_reads_what_the_reader_sees,
}

fn the_compiler_reads_what_the_reader_sees(page: &Page<'_>) {
    let all = std::env::var_os("SHELFMARK_ALL_POSTS").is_some();
    let (mut count, mut different) = (0, Vec::new());
    for archive in &*ARCHIVES {
        let (first, step) = match archive.posts.len() {
            _ if all => (0, 1),
            ..MANY => (page.engine() as usize, 3),
            _ => (page.engine() as usize * 3, 9),
        };
        page.open(&archive.site, "");
        let posts: Vec<_> = archive.posts.iter().skip(first).step_by(step).collect();
        for some in posts.chunks(60) {
            let slugs: Vec<&str> = some.iter().map(|(record, _)| &*record.entry.slug).collect();
            let seen = page.run_async(READ, &json!([slugs]));
            for ((slug, (_, text)), seen) in slugs.iter().zip(some).zip(seen.as_array().unwrap()) {
                let seen = seen
                    .as_str()
                    .unwrap_or_else(|| panic!("{slug} is not shown"));
                count += 1;
                if let Some(place) = difference(text, seen) {
                    different.push(format!("{slug}: {place}"));
                }
            }
        }
    }
    assert!(
        different.len() * 1000 <= count,
        "{} of {count} posts differ: {different:#?}",
        different.len()
    );
}

/// Where two texts differ, but for white space and invisible marks: engines drop line ends between
/// Han characters, and some of the marks that set a direction.
fn difference(expected: &str, seen: &str) -> Option<String> {
    let is_shown = |c: &char| {
        let is_mark = matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}');
        !c.is_whitespace() && !is_mark
    };
    let shown = |text: &str| text.chars().filter(is_shown).collect::<String>();
    let (expected, seen) = (shown(expected), shown(seen));
    if expected == seen {
        return None;
    }
    let same = expected
        .chars()
        .zip(seen.chars())
        .take_while(|(a, b)| a == b)
        .count();
    let around = |text: &str| -> String {
        text.chars()
            .skip(same.saturating_sub(12))
            .take(40)
            .collect()
    };
    Some(format!(
        "{:?} in the index, {:?} on the page",
        around(&expected),
        around(&seen)
    ))
}
