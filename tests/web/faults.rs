//! Networks and hosts that fail in every way: what is shown, and that it comes back by itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use crate::harness::http::Answer;
use crate::harness::server::fault_in;
use crate::harness::{Page, in_each_engine, sites};

in_each_engine! {
    a_request_that_fails_once_is_made_again,
    a_damaged_copy_in_a_cache_is_replaced,
    whatever_comes_instead_of_a_file_is_no_file,
    a_view_comes_back_with_the_host,
}

fn a_request_that_fails_once_is_made_again(page: &Page<'_>) {
    page.tolerate("Failed to load resource");
    page.tolerate("ERR_");
    let asked = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&asked);
    page.open_damaged(
        sites::known(),
        "flaky",
        "",
        fault_in("body", move |answer| {
            match count.fetch_add(1, Ordering::Relaxed) {
                0 => answer.status = 503,
                1 => answer.cut = Some(answer.body.len() / 2),
                _ => {}
            }
        }),
    );
    page.wait_text(".count", "51 posts");
    page.click(".post-link");
    page.wait_text("h1", "Only a title");
    assert_eq!(asked.load(Ordering::Relaxed), 3);
}

fn a_damaged_copy_in_a_cache_is_replaced(page: &Page<'_>) {
    let asked = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&asked);
    page.open_damaged(
        sites::known(),
        "cached",
        "",
        Arc::new(move |file, answer| {
            if file.starts_with("bundle/body-") && count.fetch_add(1, Ordering::Relaxed) == 0 {
                answer.body[20] ^= 1;
            }
        }),
    );
    page.wait_text(".count", "51 posts");
    page.click(".post-link");
    page.wait_text("h1", "Only a title");
    assert_eq!(asked.load(Ordering::Relaxed), 2);
}

fn whatever_comes_instead_of_a_file_is_no_file(page: &Page<'_>) {
    fn page_instead(answer: &mut Answer) {
        *answer = Answer::file("text/html", "<!doctype html><h1>Please log in</h1>");
    }
    fn packed_twice(answer: &mut Answer) {
        use std::io::Write as _;
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(&answer.body).expect("memory");
        answer.body = gzip.finish().expect("memory");
    }
    fn nothing(answer: &mut Answer) {
        answer.body.clear();
    }
    fn half(answer: &mut Answer) {
        answer.body.truncate(answer.body.len() / 2);
    }
    fn endless(answer: &mut Answer) {
        answer.body.resize(40 << 20, b' ');
    }
    type Change = fn(&mut Answer);
    let faults: [(&str, Change); 5] = [
        ("page", page_instead),
        ("twice", packed_twice),
        ("nothing", nothing),
        ("half", half),
        ("endless", endless),
    ];
    for (name, fault) in faults {
        page.open_damaged(
            sites::known(),
            &format!("instead-{name}"),
            "",
            fault_in("body", fault),
        );
        page.wait_text(".count", "51 posts");
        page.click(".post-link");
        page.wait_text("h1", "A part of the archive is damaged");
        assert!(
            page.text(".notice-file").starts_with("File: body-"),
            "{name}"
        );
        page.back();
        page.wait_text("h1", "Newest posts");
    }
}

fn a_view_comes_back_with_the_host(page: &Page<'_>) {
    page.tolerate("Failed to load resource");
    page.tolerate("ERR_");
    let gone = Arc::new(AtomicBool::new(false));
    let is_gone = Arc::clone(&gone);
    page.open_damaged(
        sites::known(),
        "returning",
        "",
        Arc::new(move |_, answer| {
            if is_gone.load(Ordering::Relaxed) {
                *answer = Answer::gone();
            }
        }),
    );
    page.wait_text(".count", "51 posts");
    gone.store(true, Ordering::Relaxed);
    page.click(".post-link");
    page.wait_text("h1", "A part of the archive could not be loaded");
    gone.store(false, Ordering::Relaxed);
    // Nobody touches anything.
    page.wait_text("h1", "Only a title");
}
