//! Hosts that take their time: nothing that the reader does meanwhile is lost or overtaken.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::harness::http::Answer;
use crate::harness::{Page, in_each_engine, sites};

/// Holds files back until it is told not to.
#[derive(Clone, Default)]
struct Hold {
    released: Arc<AtomicBool>,
    answered: Arc<AtomicU32>,
}

impl Hold {
    fn release(&self) {
        self.released.store(true, Ordering::Relaxed);
    }

    /// How many files were held and then sent.
    fn answered(&self) -> u32 {
        self.answered.load(Ordering::Relaxed)
    }

    /// Holds the files whose names begin so.
    fn files(&self, beginning: &'static str) -> Arc<impl Fn(&str, &mut Answer) + use<>> {
        let hold = self.clone();
        Arc::new(move |file: &str, _: &mut Answer| {
            if !file.starts_with(beginning) {
                return;
            }
            let start = Instant::now();
            while !hold.released.load(Ordering::Relaxed)
                && start.elapsed() < Duration::from_secs(30)
            {
                thread::sleep(Duration::from_millis(10));
            }
            hold.answered.fetch_add(1, Ordering::Relaxed);
        })
    }
}

in_each_engine! {
    what_is_typed_while_loading_is_not_lost,
    an_older_view_never_replaces_a_newer_one,
    a_slow_search_is_announced_and_can_be_left,
    what_a_first_view_needs_does_not_wait_for_the_module,
}

fn what_is_typed_while_loading_is_not_lost(page: &Page<'_>) {
    let hold = Hold::default();
    page.open_damaged(
        sites::known(),
        "slow-manifest",
        "",
        hold.files("bundle/archive.json"),
    );
    page.wait_element(".notice-loading progress");
    page.type_into("#q", "雾");
    hold.release();
    page.wait_text("h1", "Results for 雾");
    page.wait_text(".count", "2 matches");
}

fn an_older_view_never_replaces_a_newer_one(page: &Page<'_>) {
    let hold = Hold::default();
    page.open_damaged(sites::known(), "slow-body", "", hold.files("bundle/body-"));
    page.wait_text(".count", "51 posts");
    page.click(".post-link");
    page.wait_element(".notice-loading");
    page.go("#/?tag=even");
    page.wait_text(".count", "22 posts");
    hold.release();
    page.wait_until("the late answer", || hold.answered() > 0);
    // The same shard again, so that it is certain that the late one was taken in.
    page.go("#/?tag=third");
    page.wait_text(".count", "15 posts");
    page.click(".post-link");
    page.wait_text("h1", "Note 45");
    page.back();
    page.wait_text(".count", "15 posts");
}

fn a_slow_search_is_announced_and_can_be_left(page: &Page<'_>) {
    let hold = Hold::default();
    page.open_damaged(sites::known(), "slow-text", "", hold.files("bundle/text-"));
    page.wait_text(".count", "51 posts");
    page.type_into("#q", "fox");
    page.wait_element(".notice-loading progress");
    assert_eq!(page.focus(), "input#q.query", "typing goes on");
    page.press(crate::harness::page::ESCAPE);
    page.wait_text("h1", "Newest posts");
    hold.release();
    page.type_into("#q", "dog");
    page.wait_text("h1", "Results for dog");
    page.wait_text(".count", "1 match");
}

/// The guesses of `www/ahead.js` are right, and nothing is asked for a second time by the module.
fn what_a_first_view_needs_does_not_wait_for_the_module(page: &Page<'_>) {
    for (name, route, kinds) in [
        ("ahead-list", "", &["list"][..]),
        ("ahead-search", "#/?q=fox", &["bodies", "traits"]),
    ] {
        let hold = Hold::default();
        page.server().asked();
        page.open_damaged(
            sites::indexed(),
            name,
            route,
            hold.files("shelfmark_bg.wasm"),
        );
        let mut asked = Vec::new();
        let times = |asked: &[String], kind: &str| {
            let of_kind = format!("{name}/bundle/{kind}-");
            asked.iter().filter(|file| file.contains(&of_kind)).count()
        };
        page.wait_until("the first files of the view", || {
            asked.extend(page.server().asked());
            kinds.iter().all(|kind| times(&asked, kind) == 1)
        });
        assert_eq!(hold.answered(), 0, "the module is on its way");
        hold.release();
        page.wait_element("main .posts li");
        asked.extend(page.server().asked());
        for kind in kinds {
            assert_eq!(times(&asked, kind), 1, "{kind}: {asked:#?}");
        }
    }
}
