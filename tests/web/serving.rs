//! `shelfmark serve` with a page open: what is saved is shown in the same page, in its place.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::json;

use crate::harness::{Page, in_each_engine, tools};

in_each_engine! {
    a_saved_post_is_shown_where_the_reader_is,
}

/// The program as a server; ended when dropped.
struct Serving {
    program: Child,
    address: String,
}

impl Serving {
    /// Serves `folder/posts`. What a killed server leaves stays in `folder`.
    fn start(folder: &Path) -> Self {
        let mut program = Command::new(tools::program())
            .args(["serve", "--quiet"])
            .arg(folder.join("posts"))
            .env("TMPDIR", folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program");
        let mut line = String::new();
        let out = program.stdout.take().expect("what it prints");
        BufReader::new(out).read_line(&mut line).expect("a line");
        let address = line.trim().to_owned();
        assert!(address.starts_with("http://127.0.0.1:"), "{address}");
        Self { program, address }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

fn a_saved_post_is_shown_where_the_reader_is(page: &Page<'_>) {
    let folder = tempfile::tempdir().expect("a folder");
    let posts = folder.path().join("posts");
    fs::create_dir(&posts).expect("a folder of posts");
    let path = posts.join("2024-07-02-rain.md");
    let text = "---\ntitle: Rain\n---\n".to_owned() + &"The rain goes on.\n\n".repeat(200);
    fs::write(&path, &text).expect("a post");
    let serving = Serving::start(folder.path());

    let address = format!("{}#/post/2024-07-02-rain", serving.address);
    page.post("url", &json!({ "url": address }));
    page.wait_text("main h1", "Rain");
    page.get("window.same = true; scrollTo(0, 400)");
    page.wait_until("the place", || (page.scroll() - 400.0).abs() <= 2.0);
    for number in 1..=3 {
        // Three times in a moment: a version must not be taken for the one before.
        fs::write(&path, format!("{text}Saved {number} times.\n")).expect("a post");
        page.wait_for(
            "what was saved",
            &format!("return one('article')?.textContent.includes('Saved {number} times')"),
        );
        page.wait_until("the place", || (page.scroll() - 400.0).abs() <= 2.0);
        assert_eq!(
            page.get("return window.same"),
            true,
            "the page was loaded anew"
        );
        assert_eq!(
            page.get("return document.querySelectorAll('shelfmark-archive').length"),
            1
        );
    }
    // A list stays a list.
    page.go("#/");
    page.wait_text("main h1", "Newest posts");
    fs::write(
        posts.join("2024-07-03-sun.md"),
        "---\ntitle: Sun\n---\nIt shines.\n",
    )
    .expect("a post");
    page.wait_for("the new post", "return text(one('main')).includes('Sun')");
    // What can't be understood is said in the page.
    fs::write(posts.join("2024-07-04-fog.md"), "---\ntitle: [\n---\nFog\n").expect("a post");
    let told = page.wait_for(
        "the problem",
        "return document.querySelector('[role=alert]')?.textContent",
    );
    assert!(
        told.as_str()
            .is_some_and(|told| told.contains("2024-07-04-fog.md:2")),
        "{told}"
    );
    assert!(page.canary().heard().is_empty());
    // A page whose server is gone would complain.
    page.post("url", &json!({ "url": "about:blank" }));
}
