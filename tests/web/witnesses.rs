//! The harness itself must be seen to notice: a page that does what ours must not is caught.

use crate::harness::{Page, in_each_engine};

in_each_engine! {
    requests_errors_and_refusals_are_noticed,
}

fn requests_errors_and_refusals_are_noticed(page: &Page<'_>) {
    page.load("leaky.html");
    let heard = |what: &str| page.canary().requests().iter().any(|one| one == what);
    page.wait_until("a request", || heard("GET http://leak.example/picture.png"));
    page.wait_until("a request in TLS", || heard("CONNECT leak.example:443"));
    let kinds = [
        "rejection: lost",
        "error:",
        "csp: script-src",
        "console.error: said",
        "alert: shown",
    ];
    let mut complaints = Vec::new();
    page.wait_until("all complaints", || {
        complaints.extend(page.complaints());
        kinds
            .iter()
            .all(|kind| complaints.iter().any(|one: &String| one.starts_with(kind)))
    });
    assert_eq!(page.get("return window.ran ?? 'not run'"), "not run");
    page.canary().heard();
}
