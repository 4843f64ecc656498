//! The local server, over real sockets.

#![cfg(unix)]

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use crate::support::http::{Events, get, get_as, get_part, get_with};
use crate::support::{Bench, answer, hashes};

/// A running server; stopped when dropped.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(bench: &Bench) -> Self {
        std::fs::create_dir_all(bench.path("temp")).unwrap();
        let mut command = bench.command("serve posts --viewer viewer --quiet".split(' '));
        command
            .env("TMPDIR", bench.path("temp"))
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(bench.path("told")).unwrap());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line
            .trim_end()
            .strip_prefix("http://")
            .and_then(|rest| rest.strip_suffix('/'));
        let address = address
            .unwrap_or_else(|| panic!("not an address: {line:?}"))
            .to_owned();
        assert!(address.starts_with("127.0.0.1:"), "{address}");
        Self { child, address }
    }

    /// Ctrl-C, and what became of it.
    fn interrupt(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-INT", &id])
                .status()
                .unwrap()
                .success()
        );
        self.child.wait().unwrap().code()
    }

    /// Waits for builds until the feed has some titles and not others: a change may be seen in two steps.
    fn wait_for(&self, events: &mut Events, has: &[&str], lacks: &[&str]) {
        loop {
            let feed = get(&self.address, "/feed.xml").text();
            let told = |title: &&&str| feed.contains(&format!("<title>{title}<"));
            if has.iter().all(|title| told(&title)) && !lacks.iter().any(|title| told(&title)) {
                return;
            }
            events.next();
        }
    }
}

/// A post that says its title.
fn post(title: &str) -> String {
    format!("---\ntitle: {title}\ndate: 2024-03-01\n---\n{title}.\n")
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn files_come_with_the_right_types() {
    let bench = Bench::with_posts();
    let server = Server::start(&bench);
    let manifest = get(&server.address, "/bundle/archive.json");
    assert_eq!(manifest.header("cache-control"), "no-store");
    let text = manifest.text();
    let list = text.split("\"lists\":[[\"").nth(1).unwrap();
    let list = format!("/bundle/list-{}.bin", &list[..16]);
    for (path, kind) in [
        ("/", "text/html; charset=utf-8"),
        ("/index.html", "text/html; charset=utf-8"),
        ("/shelfmark.js", "text/javascript"),
        ("/shelfmark.d.ts", "text/plain; charset=utf-8"),
        ("/shelfmark_bg.wasm", "application/wasm"),
        ("/locales/en.json", "application/json"),
        (&list, "application/octet-stream"),
        ("/-/reload.js", "text/javascript; charset=utf-8"),
    ] {
        let answer = get(&server.address, path);
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.header("content-type"), kind, "{path}");
        assert_eq!(answer.header("cache-control"), "no-cache", "{path}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("content-security-policy", "frame-ancestors 'none'"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), value, "{path}");
        }
        assert_eq!(answer.header("content-encoding"), "", "{path}");
        assert!(!answer.body.is_empty(), "{path}");
    }
    let page = get(&server.address, "/").text();
    assert!(
        page.contains("<script type=\"module\" src=\"-/reload.js?"),
        "{page}"
    );
}

#[test]
fn what_can_not_be_read_is_told_and_the_rest_is_served() {
    let bench = Bench::with_posts();
    std::os::unix::fs::symlink("nowhere", bench.path("posts/gone.md")).unwrap();
    let server = Server::start(&bench);
    assert_eq!(get(&server.address, "/").status, 200);
    let told = std::fs::read_to_string(bench.path("told")).unwrap();
    assert!(told.contains("posts/gone.md"), "{told}");
    assert!(told.contains("help: "), "{told}");
    assert_eq!(server.interrupt(), Some(0));
}

#[test]
fn packs_are_served_in_parts() {
    let bench = Bench::with_posts();
    bench.write("posts/shelfmark.toml", "pack-shards = true\n");
    let server = Server::start(&bench);
    let files = hashes(&bench.path("temp"));
    let names = files.keys().filter_map(|path| path.file_name()?.to_str());
    let pack = names.into_iter().find(|name| name.starts_with("body-"));
    let pack = format!("/bundle/{}", pack.expect("a pack"));
    assert!(pack.ends_with("-12-0.bin"), "{pack}");
    let whole = get(&server.address, &pack);
    let part = get_part(&server.address, &pack, "bytes=10-29");
    assert_eq!((whole.status, part.status), (200, 206));
    assert_eq!(part.body, whole.body[10..30]);
}

/// RFC 9110, section 14.
#[test]
fn ranges_that_make_no_sense_are_ignored() {
    let bench = Bench::with_posts();
    let server = Server::start(&bench);
    let path = "/bundle/archive.json";
    let whole = get(&server.address, path);
    let length = whole.body.len();
    for range in [
        "bytes=-999999",
        "bytes=a-b",
        "bytes=0-1,3-4",
        "bytes=9-3",
        "lines=0-1",
        "bytes",
    ] {
        let answer = get_part(&server.address, path, range);
        assert_eq!(answer.status, 200, "{range}");
        assert_eq!(answer.body, whole.body, "{range}");
        assert_eq!(answer.header("cache-control"), "no-store", "{range}");
    }
    let beyond = get_part(&server.address, path, &format!("bytes={length}-"));
    assert_eq!(beyond.status, 416);
    let end = get_part(&server.address, path, "bytes=-5");
    assert_eq!(
        (end.status, &end.body[..]),
        (206, &whole.body[length - 5..])
    );
    let all = get_part(&server.address, path, "bytes=0-999999");
    assert_eq!((all.status, all.body), (206, whole.body.clone()));
    let old = "Range: bytes=0-9\r\nIf-Range: Thu, 01 Jan 1970 00:00:00 GMT\r\n";
    let answer = get_with(&server.address, path, old);
    assert_eq!((answer.status, answer.body), (200, whole.body));
    // In the page, which is made here.
    assert_eq!(get_part(&server.address, "/", "bytes=0-1").status, 200);
}

#[test]
fn paths_that_no_file_has_are_not_found() {
    let bench = Bench::with_posts();
    let server = Server::start(&bench);
    for path in [
        format!("/{}", "a".repeat(5_000)),
        format!("/{}", "a".repeat(256)),
        format!("/{}", "%61".repeat(256)),
        "/a".repeat(2_500),
    ] {
        let status = get(&server.address, &path).status;
        assert_eq!(status, 404, "{} bytes", path.len());
    }
}

#[test]
fn nothing_outside_the_site_is_served() {
    let bench = Bench::with_posts();
    let server = Server::start(&bench);
    for path in [
        "/../../../../../../etc/passwd",
        "/..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
        "/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/bundle/../../../../../../etc/passwd",
        "//etc/passwd",
        "/%2fetc%2fpasswd",
        "/bundle",
        "/bundle/",
        "/locales/",
        "/nothing",
        "/index.html%00",
    ] {
        let answer = get(&server.address, path);
        assert!(answer.status >= 300, "{path}: {answer:?}");
        assert!(!answer.text().contains("root:"), "{path}");
    }
}

#[test]
fn strangers_names_are_refused() {
    let bench = Bench::with_posts();
    let server = Server::start(&bench);
    let port = server.address.split(':').nth(1).unwrap();
    for path in ["/", "/bundle/archive.json", "/-/reload", "/-/reload.js"] {
        for host in [
            format!("evil.example:{port}"),
            "evil.example".into(),
            String::new(),
        ] {
            assert_eq!(get_as(&server.address, path, &host).status, 403, "{host}");
        }
    }
    assert_eq!(
        get_as(&server.address, "/", &format!("localhost:{port}")).status,
        200
    );
}

#[test]
fn an_edit_reaches_open_pages() {
    let bench = Bench::with_posts();
    let server = Server::start(&bench);
    let page = get(&server.address, "/").text();
    let mut events = Events::open(&server.address, "/-/reload");
    let first = events.next();
    assert!(page.contains(&first), "the page knows its version: {page}");

    bench.write(
        "posts/2024-06-01-new.md",
        "---\ntitle: Brand new\ntags: [fresh]\n---\n",
    );
    let second = events.next();
    assert_ne!(first, second);
    assert!(
        get(&server.address, "/bundle/archive.json")
            .text()
            .contains("fresh")
    );
    assert!(get(&server.address, "/").text().contains(&second));

    // What can't be built leaves the site as it was, and mending it goes on.
    bench.write("posts/shelfmark.toml", "titel = 3\n");
    bench.write(
        "posts/new/2024-06-02-newer.md",
        "---\ntitle: Newer\ntags: [fresher]\n---\n",
    );
    std::fs::remove_file(bench.path("posts/shelfmark.toml")).unwrap();
    let third = events.next();
    assert_ne!(second, third);
    assert!(
        get(&server.address, "/bundle/archive.json")
            .text()
            .contains("fresher")
    );
}

#[test]
fn what_went_wrong_is_told_to_open_pages() {
    let bench = Bench::with_posts();
    let server = Server::start(&bench);
    let mut events = Events::open(&server.address, "/-/reload");
    assert_eq!(events.named("problems"), "[]");
    bench.write("posts/2024-06-01-new.md", "---\ntitle: \"a\\智\"\n---\n");
    let told = events.named("problems");
    assert!(told.contains("posts/2024-06-01-new.md:2:"), "{told}");
    assert!(told.contains("is no escape"), "{told}");
    bench.write("posts/2024-06-01-new.md", "---\ntitle: a\n---\n");
    while events.named("problems") != "[]" {}
    bench.write("posts/shelfmark.toml", "titel = 3\n");
    let told = loop {
        let told = events.named("problems");
        if told != "[]" {
            break told;
        }
    };
    assert!(told.contains("unknown key `titel`"), "{told}");
}

/// A server's site after edits is what a build of the posts would be, but for how hard it is
/// compressed: nothing that was kept is stale.
#[test]
fn nothing_stale_is_served() {
    let bench = Bench::with_posts();
    bench.write(
        "posts/lamp.svg",
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\"/>",
    );
    bench.write(
        "posts/2024-03-01-a.md",
        "---\ntitle: A\n---\n[b](2024-03-02-b.md) ![l](lamp.svg)\n",
    );
    let server = Server::start(&bench);
    let mut events = Events::open(&server.address, "/-/reload");
    events.next();
    let page = |name: &str| get(&server.address, &format!("/pages/posts/{name}.html")).text();
    let link = "href=\"2024-03-02-b.html";
    assert!(!page("2024-03-01-a").contains(link));

    // Another post makes a link of what was none.
    bench.write("posts/2024-03-02-b.md", "---\ntitle: B\n---\nfirst\n");
    events.next();
    assert!(
        page("2024-03-01-a").contains(link),
        "{}",
        page("2024-03-01-a")
    );
    bench.write("posts/2024-03-02-b.md", "---\ntitle: B\n---\nsecond\n");
    events.next();
    assert!(page("2024-03-02-b").contains("second"));
    assert!(page("2024-03-01-a").contains(link));

    // A picture that changed is another picture; one that did not is still there.
    let pictures = || {
        let site = bench.names("temp").remove(0);
        let mut names = bench.names(&format!("temp/{site}/site/bundle"));
        names.retain(|name| name.starts_with("image-"));
        names
    };
    let before = pictures();
    assert_eq!(before.len(), 1);
    bench.write(
        "posts/lamp.svg",
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"2\"/>",
    );
    events.next();
    let after = pictures();
    assert_eq!(after.len(), 1);
    assert_ne!(before, after);

    std::fs::remove_file(bench.path("posts/2024-03-02-b.md")).unwrap();
    events.next();
    assert!(!page("2024-03-01-a").contains(link));
}

/// Which files there are is remembered as long as none comes or goes: all the ways in which they do.
#[test]
fn files_that_come_and_go_are_noticed() {
    let bench = Bench::with_posts();
    bench.write("posts/days/a.md", post("Alpha"));
    let server = Server::start(&bench);
    let mut events = Events::open(&server.address, "/-/reload");
    events.next();
    let mut tells = |has: &[&str], lacks: &[&str]| server.wait_for(&mut events, has, lacks);
    let rename = |from: &str, to: &str| {
        std::fs::rename(bench.path(from), bench.path(to)).unwrap();
    };
    bench.write("posts/days/a.md", post("Alpine"));
    tells(&["Alpine"], &["Alpha"]);
    // As editors save.
    bench.write("beside", post("Alphabet"));
    rename("beside", "posts/days/a.md");
    tells(&["Alphabet"], &["Alpine"]);
    bench.write("posts/days/b.md", post("Beta"));
    tells(&["Alphabet", "Beta"], &[]);
    rename("posts/days", "away");
    tells(&[], &["Alphabet", "Beta"]);
    rename("away", "posts/nights");
    tells(&["Alphabet", "Beta"], &[]);
    rename("posts/nights/b.md", "posts/nights/c.md");
    bench.write("posts/nights/a.md", post("Alchemy"));
    tells(&["Alchemy", "Beta"], &["Alphabet"]);
    bench.write("posts/nights/c.md", post("Gamma"));
    tells(&["Alchemy", "Gamma"], &["Beta"]);
    std::fs::remove_file(bench.path("posts/nights/a.md")).unwrap();
    tells(&["Gamma"], &["Alchemy"]);
}

/// A watch stays with a folder that is renamed, and tells nothing of files that links lead to.
#[test]
fn another_folder_in_the_place_of_the_posts_and_links_are_noticed() {
    use std::os::unix::fs::symlink;
    let bench = Bench::with_posts();
    bench.write("else/one.md", post("Alpha"));
    bench.write("else/folder/two.md", post("Beta"));
    bench.write("else/later/three.md", post("Gamma"));
    symlink("../else/one.md", bench.path("posts/one.md")).unwrap();
    symlink("../else/folder", bench.path("posts/folder")).unwrap();
    let server = Server::start(&bench);
    let mut events = Events::open(&server.address, "/-/reload");
    events.next();
    let mut tells = |has: &[&str], lacks: &[&str]| server.wait_for(&mut events, has, lacks);
    let rename = |from: &str, to: &str| {
        std::fs::rename(bench.path(from), bench.path(to)).unwrap();
    };
    tells(&["Alpha", "Beta"], &[]);
    bench.write("else/one.md", post("Alpine"));
    tells(&["Alpine", "Beta"], &["Alpha"]);
    bench.write("else/folder/two.md", post("Boa"));
    tells(&["Alpine", "Boa"], &["Beta"]);
    // A link that comes, to a folder and to a file in it.
    symlink("../else/later", bench.path("posts/later")).unwrap();
    tells(&["Gamma"], &[]);
    bench.write("else/later/three.md", post("Gnu"));
    tells(&["Gnu"], &["Gamma"]);
    bench.write("else/later/sub/four.md", post("Delta"));
    tells(&["Gnu", "Delta"], &[]);
    symlink("../else/later/sub/four.md", bench.path("posts/four.md")).unwrap();
    bench.write("else/five.md", post("Echo"));
    symlink("../else/five.md", bench.path("posts/five.md")).unwrap();
    tells(&["Echo"], &[]);
    // As editors save.
    bench.write("else/new", post("Eland"));
    rename("else/new", "else/five.md");
    tells(&["Eland"], &["Echo"]);
    // The folder behind a link is another one.
    rename("else/folder", "else/old");
    bench.write("else/folder/two.md", post("Bison"));
    tells(&["Bison"], &["Boa"]);
    bench.write("else/folder/two.md", post("Bear"));
    tells(&["Bear"], &["Bison"]);

    // All of them are.
    rename("posts", "away");
    bench.write("posts/six.md", post("Zeta"));
    tells(&["Zeta"], &["Bear", "Eland"]);
    bench.write("posts/six.md", post("Zebra"));
    tells(&["Zebra"], &["Zeta"]);
    rename("posts", "gone");
    rename("away", "posts");
    tells(&["Bear", "Eland"], &["Zebra"]);
    bench.write("posts/seven.md", post("Seven"));
    tells(&["Seven"], &[]);
    bench.write("else/five.md", post("Emu"));
    tells(&["Emu"], &["Eland"]);
}

#[test]
fn the_end_leaves_nothing_behind() {
    let bench = Bench::with_posts();
    let server = Server::start(&bench);
    assert_eq!(bench.names("temp").len(), 1);
    // An open page does not hold the end up.
    let mut events = Events::open(&server.address, "/-/reload");
    events.next();
    assert_eq!(server.interrupt(), Some(0));
    assert_eq!(bench.names("temp"), [""; 0]);
}

#[test]
fn a_taken_port_is_refused_only_when_asked_for() {
    let bench = Bench::with_posts();
    let one = Server::start(&bench);
    let two = Server::start(&bench);
    assert_ne!(one.address, two.address);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let refused =
        answer(&mut bench.command(["serve", "posts", "--viewer", "viewer", "--port", &port]));
    assert_eq!(refused.code, 1);
    assert!(
        refused.stderr.contains(&format!("port {port} is taken")),
        "{refused:?}"
    );
}
