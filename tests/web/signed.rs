//! Signed archives: who signed is shown, what this device remembers is held against what comes, and
//! a manifest that is not the one asked for is not used.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::harness::http::Answer;
use crate::harness::sites::Site;
use crate::harness::{Page, fixtures, in_each_engine, keeper, tools};

in_each_engine! {
    the_signer_is_shown_and_remembered,
    programs_ask_who_signed,
    the_signer_is_told_on_disk_too,
    what_was_there_before_is_held_against_what_comes,
    nothing_is_remembered_where_nothing_may_be_stored,
    a_manifest_that_was_altered_is_refused_and_named,
    a_signature_that_can_not_be_had_is_said_to_be_unchecked,
    the_key_and_digest_of_the_page_decide,
    without_webcrypto_signatures_are_checked_too,
}

/// The same posts, signed or not, each under a name.
struct Signed {
    folder: PathBuf,
    key: String,
    fingerprint: String,
}

fn program(args: &[&str]) -> String {
    let done = Command::new(tools::program())
        .args(args)
        .output()
        .expect("the program");
    assert!(
        done.status.success(),
        "{args:?}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
    String::from_utf8(done.stdout).expect("UTF-8")
}

/// Sites `new`, `old`, `other` (by another key), `disk` (for `file:`) and `plain`.
fn signed() -> &'static Signed {
    static SIGNED: LazyLock<Signed> = LazyLock::new(|| {
        Site::write("signed-posts", &fixtures::known());
        let posts = keeper::scratch("posts").join("signed-posts");
        let folder = keeper::scratch("signed");
        fs::create_dir_all(&folder).expect("a folder in scratch");
        let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
        let key = program(&["keygen", "--out", &path("our.key")])
            .trim()
            .to_owned();
        program(&["keygen", "--out", &path("other.key")]);
        for (site, by, at, disk) in [
            ("new", "our.key", "2026-05-01T12:00:00Z", false),
            ("old", "our.key", "2026-02-01T12:00:00Z", false),
            ("other", "other.key", "2026-06-01T12:00:00Z", false),
            ("disk", "our.key", "2026-05-01T12:00:00Z", true),
        ] {
            let posts = posts.to_string_lossy();
            let (out, by) = (path(site), path(by));
            let mut args = vec!["build", &posts, "--quiet", "--out", &out];
            args.extend(["--sign", &by, "--signed-at", at]);
            args.extend(disk.then_some("--file-urls"));
            program(&args);
        }
        program(&[
            "build",
            &posts.to_string_lossy(),
            "--quiet",
            "--out",
            &path("plain"),
        ]);
        let shown = program(&["verify", &path("new"), "--key", &key]);
        let fingerprint = shown
            .split("signed by ")
            .nth(1)
            .and_then(|rest| rest.split(',').next());
        Signed {
            fingerprint: fingerprint.expect("a fingerprint").to_owned(),
            folder,
            key,
        }
    });
    &SIGNED
}

/// Loads one of these sites at an address, with changes on the way.
fn open(
    page: &Page<'_>,
    site: &str,
    name: &str,
    fault: impl Fn(&str, &mut Answer) + Send + Sync + 'static,
) {
    let folder = signed().folder.join(site);
    page.server().mount(name, &folder, Some(Arc::new(fault)));
    page.load(&format!("{name}/?{}", page.next_load()));
}

fn untouched(_: &str, _: &mut Answer) {}

/// Gives the element of the page attributes.
fn with(attributes: String) -> impl Fn(&str, &mut Answer) {
    move |file, answer| {
        if file == "index.html" {
            let page = String::from_utf8_lossy(&answer.body);
            let tag = format!("<shelfmark-archive {attributes} ");
            answer.body = page.replacen("<shelfmark-archive ", &tag, 1).into_bytes();
        }
    }
}

fn the_signer_is_told_on_disk_too(page: &Page<'_>) {
    page.tolerate("file://");
    page.open_file(&signed().folder.join("disk/index.html"), "");
    page.wait_text(".count", "51 posts");
    page.wait_element(".signed");
    assert!(page.text(".signed").contains(&signed().fingerprint));
    assert_eq!(page.count(".warning"), 0);
}

fn programs_ask_who_signed(page: &Page<'_>) {
    open(page, "new", "signed-asked", untouched);
    page.wait_text(".count", "51 posts");
    let told = page.run_async(
        "const host = document.querySelector('shelfmark-archive');
         const verdict = await host.verify();
         return { ...verdict, info: host.archive.info.signedBy };",
        &json!([]),
    );
    let (key, fingerprint) = (&signed().key, &signed().fingerprint);
    assert_eq!(
        told,
        json!({
            "current": true, "signedBy": key, "info": key, "fingerprint": fingerprint,
            "time": 1_777_636_800, "warning": null,
        })
    );
    // Somebody else's archive takes its place while the page is open.
    let other = signed().folder.join("other");
    page.server()
        .mount("signed-asked", &other, Some(Arc::new(untouched)));
    let told = page.run_async(
        "const host = document.querySelector('shelfmark-archive');
         const { current, warning } = await host.verify();
         await host.forget();
         await host.ready;
         return [current, warning, (await host.verify()).warning ?? null];",
        &json!([]),
    );
    assert_eq!(told, json!([false, "changed", null]));
    assert!(page.text(".signed").contains("for the first time"));
    let told = page.run_async(
        "const host = document.querySelector('shelfmark-archive');
         host.setAttribute('public-key', given);
         await host.ready.catch(() => {});
         return host.verify().catch((error) => error.code);"
            .replace("given", &format!("'{key}'"))
            .as_str(),
        &json!([]),
    );
    assert_eq!(told, "integrity");
}

fn the_signer_is_shown_and_remembered(page: &Page<'_>) {
    open(page, "new", "signed-shown", untouched);
    page.wait_text(".count", "51 posts");
    let line = page.text(".signed");
    assert!(
        line.starts_with("Unchanged since signed by this key on May 1, 2026: "),
        "{line}"
    );
    assert!(line.contains(&signed().fingerprint), "{line}");
    assert!(line.contains("for the first time"), "{line}");
    open(page, "new", "signed-shown", untouched);
    page.wait_text(".count", "51 posts");
    let line = page.text(".signed");
    assert!(line.ends_with(&signed().fingerprint), "{line}");
    assert_eq!(page.count(".warning"), 0);
    // An archive that nobody signed says nothing about it.
    open(page, "plain", "signed-never", untouched);
    page.wait_text(".count", "51 posts");
    assert_eq!(page.count(".signed, .warning"), 0);
}

fn what_was_there_before_is_held_against_what_comes(page: &Page<'_>) {
    let first = || {
        open(page, "new", "signed-before", untouched);
        page.wait_text(".count", "51 posts");
        page.wait_element(".signed");
    };
    first();
    for (site, warning) in [
        ("plain", "was signed before"),
        ("other", "signed by another key than before"),
        ("old", "older version of the archive, signed on Feb 1, 2026"),
        ("plain", "was signed before"),
    ] {
        open(page, site, "signed-before", untouched);
        page.wait_text(".count", "51 posts");
        let text = page.text(".warning");
        assert!(text.contains(warning), "{site}: {text}");
        // The archive stays usable.
        page.click(".post-link");
        page.wait_text("h1", "Only a title");
    }
    // What the reader accepts is what is expected from then on.
    open(page, "other", "signed-before", untouched);
    page.wait_text(".count", "51 posts");
    page.click(".warning button");
    page.wait_until("no warning", || page.count(".warning") == 0);
    open(page, "other", "signed-before", untouched);
    page.wait_text(".count", "51 posts");
    assert_eq!(page.count(".warning"), 0);
    open(page, "new", "signed-before", untouched);
    page.wait_text(".count", "51 posts");
    assert!(page.text(".warning").contains("another key"));
}

fn nothing_is_remembered_where_nothing_may_be_stored(page: &Page<'_>) {
    for _ in 0..2 {
        open(page, "new", "signed-memory", with("memory".into()));
        page.wait_text(".count", "51 posts");
        assert!(page.text(".signed").contains("for the first time"));
    }
    let kept =
        "return Object.keys(localStorage).filter((key) => key.includes('signed-memory')).length";
    assert_eq!(page.get(kept), json!(0));
}

fn a_manifest_that_was_altered_is_refused_and_named(page: &Page<'_>) {
    page.tolerate("Failed to load resource");
    let bad = AtomicUsize::new(usize::MAX);
    open(page, "new", "signed-altered", move |file, answer| {
        if file == "bundle/archive.json" && bad.fetch_sub(1, Ordering::Relaxed) > 0 {
            let text = String::from_utf8_lossy(&answer.body);
            answer.body = text
                .replacen("\"title\":\"A", "\"title\":\"B", 1)
                .into_bytes();
        }
    });
    page.wait_text("h1", "A part of the archive is damaged");
    assert_eq!(page.text(".notice-file"), "File: archive.json");
    // A signature that was altered says no more than one that is not there.
    open(page, "new", "signed-altered", |file, answer| {
        if file.starts_with("bundle/signature-") {
            answer.body[30] ^= 1;
        }
    });
    page.wait_text("h1", "A part of the archive is damaged");
    // Only the first answer was wrong: asked again, the host gives the right one.
    let bad = AtomicUsize::new(1);
    open(page, "new", "signed-altered", move |file, answer| {
        if file == "bundle/archive.json" && bad.load(Ordering::Relaxed) > 0 {
            bad.store(0, Ordering::Relaxed);
            let text = String::from_utf8_lossy(&answer.body);
            answer.body = text
                .replacen("\"title\":\"A", "\"title\":\"B", 1)
                .into_bytes();
        }
    });
    page.wait_text(".count", "51 posts");
    page.wait_element(".signed");
}

fn a_signature_that_can_not_be_had_is_said_to_be_unchecked(page: &Page<'_>) {
    page.tolerate("Failed to load resource");
    let failing = |file: &str, answer: &mut Answer| {
        if file.starts_with("bundle/signature-") {
            answer.status = 503;
        }
    };
    open(page, "new", "signed-unchecked", failing);
    page.wait_text(".count", "51 posts");
    assert!(page.text(".warning").contains("could not be checked"));
    assert_eq!(page.count(".signed"), 0);
}

fn the_key_and_digest_of_the_page_decide(page: &Page<'_>) {
    let key = &signed().key;
    open(
        page,
        "new",
        "signed-pinned",
        with(format!("public-key=\"{key}\"")),
    );
    page.wait_text(".count", "51 posts");
    page.wait_element(".signed");
    for site in ["other", "plain"] {
        open(
            page,
            site,
            "signed-pinned",
            with(format!("public-key=\"{key}\"")),
        );
        page.wait_text("h1", "A part of the archive is damaged");
        assert_eq!(page.text(".notice-file"), "File: archive.json");
    }
    let manifest = fs::read(signed().folder.join("plain/bundle/archive.json")).expect("a manifest");
    let digest = STANDARD.encode(Sha256::digest(&manifest));
    open(
        page,
        "plain",
        "signed-digest",
        with(format!("integrity=\"sha256-{digest}\"")),
    );
    page.wait_text(".count", "51 posts");
    open(
        page,
        "new",
        "signed-digest",
        with(format!("integrity=\"sha256-{digest}\"")),
    );
    page.wait_text("h1", "A part of the archive is damaged");
}

fn without_webcrypto_signatures_are_checked_too(page: &Page<'_>) {
    open(page, "new", "signed-native", untouched);
    page.wait_element(".signed");
    let native = page.run_async(
        "const key = new Uint8Array(32).fill(102).with(0, 88);
         return await crypto.subtle.importKey('raw', key, 'Ed25519', false, ['verify'])
            .then(() => true, String);",
        &json!([]),
    );
    // All three do; should one not, the rest of this test is what its readers get.
    assert_eq!(native, json!(true), "{:?}", page.engine());
    let without = |file: &str, answer: &mut Answer| {
        if file == "shelfmark.js" {
            let start = b"Object.defineProperty(crypto, 'subtle', { value: undefined });\n";
            answer.body = [start, &*answer.body].concat();
        }
    };
    open(page, "new", "signed-without", without);
    page.wait_text(".count", "51 posts");
    page.wait_element(".signed");
    let asked = page.server().asked();
    assert!(
        asked.iter().any(|path| path.ends_with("/ed25519.js")),
        "{asked:?}"
    );
    page.tolerate("Failed to load resource");
    open(page, "new", "signed-without", move |file, answer| {
        without(file, answer);
        if file.starts_with("bundle/signature-") {
            answer.body[30] ^= 1;
        }
    });
    page.wait_text("h1", "A part of the archive is damaged");
}
