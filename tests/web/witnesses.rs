//! The harness itself must be seen to notice: a page that does what ours must not is caught.

use crate::harness::in_each_engine;

in_each_engine! {
    fn requests_errors_and_refusals_are_noticed(page: &Page<'_>) {
        page.load("leaky.html");
        page.wait_for("the picture", "return document.querySelector('img').complete");
        page.get("Promise.reject('lost'); console.error('said'); alert('shown')");
        page.wait_for("the rejection", "return harness.errors.length >= 4");
        let heard = page.canary().heard();
        let leak = heard.iter().find(|request| request.word(1) == "http://leak.example/picture.png");
        assert!(leak.is_some(), "the canary heard only {heard:?}");
        assert!(leak.and_then(|request| request.header("user-agent")).is_some());
        let complaints = page.complaints();
        for kind in ["rejection: lost", "csp: script-src", "console.error: said", "alert: shown"] {
            assert!(complaints.iter().any(|one| one.starts_with(kind)), "{kind}: {complaints:?}");
        }
        assert_eq!(page.get("return window.ran ?? 'not run'"), "not run");
    }
}
