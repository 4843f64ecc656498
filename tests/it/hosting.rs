//! The recipes of `docs/hosting.md` that can be tried: nginx, as Debian has it, and the commands of the
//! workflow for GitHub Pages.

#![cfg(unix)]

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::http::{get, get_part};
use crate::support::{Bench, repository};

/// A running nginx; stopped when dropped.
struct Nginx(Child);

impl Drop for Nginx {
    fn drop(&mut self) {
        let id = self.0.id().to_string();
        let _ = Command::new("kill").args(["-QUIT", &id]).status();
        let _ = self.0.wait();
    }
}

/// Where nginx may be: only root has Debian's place for it in the path.
const PROGRAMS: [&str; 2] = ["nginx", "/usr/sbin/nginx"];

/// Serves the bench's site by the configuration of the documentation, if nginx is installed.
fn nginx(bench: &Bench) -> Option<(Nginx, String)> {
    let is_there = |program: &&str| {
        let version = Command::new(program)
            .arg("-v")
            .stderr(Stdio::null())
            .status();
        version.is_ok_and(|status| status.success())
    };
    let Some(program) = PROGRAMS.into_iter().find(is_there) else {
        #[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
        {
            eprintln!("skipped: nginx is not installed");
        }
        return None;
    };
    let port = {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        free.local_addr().unwrap().port()
    };
    let recipe = fs::read_to_string(repository().join("docs/hosting/nginx.conf")).unwrap();
    let site = bench.path("site");
    let mut server = recipe.clone();
    for (line, own) in [
        ("listen 80;", format!("listen 127.0.0.1:{port};")),
        ("root /srv/archive;", format!("root {};", site.display())),
    ] {
        assert!(recipe.contains(line), "{line}");
        server = server.replace(line, &own);
    }
    // As root it would hand its work to a user who may not look into the folder.
    let user = if Command::new("id").arg("-u").output().unwrap().stdout == b"0\n" {
        "user root;"
    } else {
        ""
    };
    let temp = bench.path("nginx");
    fs::create_dir_all(&temp).unwrap();
    let temp = temp.display();
    bench.write(
        "nginx/nginx.conf",
        format!(
            "{user} daemon off; pid {temp}/pid; error_log {temp}/error.log; worker_processes 1;\n\
             events {{}}\nhttp {{\nclient_body_temp_path {temp}/a; proxy_temp_path {temp}/b;\n\
             fastcgi_temp_path {temp}/c; uwsgi_temp_path {temp}/d; scgi_temp_path {temp}/e;\n{server}\n}}\n"
        ),
    );
    let mut command = Command::new(program);
    command.arg("-c").arg(bench.path("nginx/nginx.conf"));
    command.arg("-e").arg(bench.path("nginx/error.log"));
    let server = Nginx(command.spawn().unwrap());
    let address = format!("127.0.0.1:{port}");
    let deadline = Instant::now() + Duration::from_secs(30);
    while TcpStream::connect(&address).is_err() {
        let log = fs::read_to_string(bench.path("nginx/error.log")).unwrap_or_default();
        assert!(Instant::now() < deadline, "nginx does not answer: {log}");
        std::thread::sleep(Duration::from_millis(20));
    }
    Some((server, address))
}

#[test]
fn nginx_serves_an_archive_as_it_should_be_served() {
    let bench = Bench::with_posts();
    bench.write("posts/shelfmark.toml", "pack-shards = true\n");
    bench.build();
    bench.write("site/.git/HEAD", "ref");
    let Some((_server, address)) = nginx(&bench) else {
        return;
    };
    let shard = bench
        .names("site/bundle")
        .into_iter()
        .find(|name| name.starts_with("body-"))
        .unwrap();
    let forever = "public, max-age=31536000, immutable";
    for (path, kind, cache) in [
        ("/", "text/html; charset=utf-8", "no-cache"),
        ("/index.html", "text/html; charset=utf-8", "no-cache"),
        (
            "/shelfmark.js",
            "text/javascript; charset=utf-8",
            "no-cache",
        ),
        ("/shelfmark_bg.wasm", "application/wasm", "no-cache"),
        (
            "/bundle/archive.json",
            "application/json; charset=utf-8",
            "no-cache",
        ),
        (
            "/feed.xml",
            "application/atom+xml; charset=utf-8",
            "no-cache",
        ),
        ("/pages/index.html", "text/html; charset=utf-8", "no-cache"),
        ("/pages/", "text/html; charset=utf-8", "no-cache"),
        (
            &format!("/bundle/{shard}"),
            "application/octet-stream",
            forever,
        ),
    ] {
        let answer = get(&address, path);
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        assert_eq!(answer.header("content-type"), kind, "{path}");
        assert_eq!(answer.header("cache-control"), cache, "{path}");
        assert_eq!(answer.header("content-encoding"), "", "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
    }
    // Packs are read in parts.
    let part = get_part(&address, &format!("/bundle/{shard}"), "bytes=10-29");
    assert_eq!(part.status, 206, "{part:?}");
    assert_eq!(part.header("cache-control"), forever);
    assert_eq!(part.header("content-encoding"), "");
    let shard = format!("bundle/{shard}");
    let served = get(&address, &format!("/{shard}")).body;
    assert_eq!(
        served,
        fs::read(bench.path(&format!("site/{shard}"))).unwrap()
    );
    assert_eq!(part.body, served[10..30]);
    for path in [
        "/nothing",
        "/.git/HEAD",
        "/bundle/body-0000000000000000-0.bin",
        "/../posts/2024-01-02-one.md",
    ] {
        let answer = get(&address, path);
        assert!(answer.status >= 400, "{path}: {answer:?}");
        assert!(
            !answer.header("cache-control").contains("immutable"),
            "{path}"
        );
    }
}

/// The commands of a step of the workflow, with what GitHub would put in for its expressions.
fn commands_of(step: &str) -> String {
    let workflow = fs::read_to_string(repository().join("docs/hosting/github-pages.yml")).unwrap();
    let (_, after) = workflow
        .split_once(&format!("- name: {step}\n"))
        .unwrap_or_else(|| panic!("no step is called {step:?}"));
    let (_, block) = after.split_once("run: |\n").unwrap();
    let lines = block
        .lines()
        .take_while(|line| line.starts_with("          "));
    let commands = lines.collect::<Vec<_>>().join("\n");
    let commands = commands
        .replace("${{ github.repository_owner }}", "someone")
        .replace("${{ github.event.repository.name }}", "archive");
    assert!(!commands.contains("${{"), "{commands}");
    commands
}

#[test]
fn the_workflow_builds_the_same_site_from_run_to_run() {
    let bench = Bench::with_posts();
    let program = bench.command(["--version"]).get_program().to_owned();
    let folder = std::path::Path::new(&program).parent().unwrap();
    let mut path = folder.as_os_str().to_owned();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    let commands = commands_of("Build");
    assert!(commands.contains("--cache cache --segments"), "{commands}");
    let commands = commands.replace("build posts", "build posts --viewer viewer");
    // As GitHub's runners do it.
    let run = || {
        let done = Command::new("bash")
            .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &commands])
            .current_dir(bench.path("."))
            .env("PATH", &path)
            .output()
            .unwrap();
        let told = [done.stdout, done.stderr].concat();
        let told = String::from_utf8_lossy(&told).into_owned();
        (done.status.success(), told)
    };
    let (good, told) = run();
    assert!(good && told.contains("3 posts published"), "{told}");
    // The next day: the site and the cache are what the last run left, the posts are checked out anew.
    bench.write("posts/2024-01-05-four.md", "---\ntitle: Four\n---\nMore.\n");
    let (good, told) = run();
    assert!(good && told.contains("3 posts unchanged"), "{told}");
    bench.ok("verify site");
    let list = bench.ok("list site --format json").stdout;
    assert!(list.contains("\"Four\""), "{list}");
    let feed = fs::read_to_string(bench.path("site/feed.xml")).unwrap();
    assert!(
        feed.contains("https://someone.github.io/archive/"),
        "{feed}"
    );
    // A post that can't be read ends the run before anything is published.
    std::os::unix::fs::symlink("nowhere", bench.path("posts/2024-01-06-five.md")).unwrap();
    let (good, told) = run();
    assert!(!good && told.contains("2024-01-06-five.md"), "{told}");
}
