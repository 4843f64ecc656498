//! Whatever a post is, what is built of it keeps to the allow-list; see `CONTRIBUTING.md`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use shelfmark_compile::render::{render, visible_text};
use shelfmark_markdown::dialect;

#[path = "../../crates/compile/src/render/judge.rs"]
mod judge;

fuzz_target!(|post: &str| {
    for source in [None, Some("https://a.example/b/c"), Some("javascript:x")] {
        let mut judge = judge::Judge::default();
        render(post, "Title", source, &mut judge);
        assert!(judge.open.is_empty(), "all is closed");
    }
    let html = dialect::to_html(post);
    assert!(!html.contains(['\u{FDD0}', '\u{FDD1}']), "no mark is left");
    let text = visible_text(post, "Title", None);
    assert!(!text.contains("  "), "white space is collapsed");
});
