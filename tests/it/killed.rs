//! A build that is killed at any moment leaves the previous site whole.

#![cfg(unix)]

use std::collections::BTreeSet;
use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::Bench;

const POSTS: usize = 150;

/// Posts whose titles all name the same edition.
fn write_edition(bench: &Bench, edition: usize) {
    for number in 0..POSTS {
        let body = format!("Edition {edition}, post {number}. ").repeat(number);
        bench.write(
            &format!("posts/{number}.md"),
            format!("---\ntitle: edition {edition}\ndate: 2024-01-01\n---\n{body}"),
        );
    }
}

fn start(bench: &Bench) -> Child {
    let mut build = bench.command("build posts --out site --viewer viewer".split(' '));
    build.stdout(Stdio::null()).stderr(Stdio::null());
    build.spawn().unwrap()
}

/// The one edition that the site holds, after a look at every file.
fn edition(bench: &Bench) -> String {
    bench.ok("verify site");
    assert_eq!(
        fs::read(bench.path("site/CNAME")).unwrap(),
        b"archive.example"
    );
    assert!(bench.path("site/index.html").exists());
    let list = bench.ok("list site --format json").stdout;
    let titles: BTreeSet<String> = list
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["title"].to_string())
        .collect();
    assert_eq!((list.lines().count(), titles.len()), (POSTS, 1));
    titles.into_iter().next().unwrap()
}

#[test]
fn a_killed_build_leaves_a_whole_site() {
    let bench = Bench::new();
    write_edition(&bench, 0);
    let started = Instant::now();
    bench.build();
    let whole = started.elapsed();
    bench.write("site/CNAME", "archive.example");
    bench.write("site/.git/HEAD", "ref");

    let mut last = "\"edition 0\"".to_owned();
    let mut random = 1_u32;
    // `SHELFMARK_KILLS=200` takes its time and meets every moment.
    let kills = std::env::var("SHELFMARK_KILLS").ok();
    let kills = kills.map_or(12, |kills| kills.parse().unwrap());
    for round in 1..=kills {
        write_edition(&bench, round);
        let mut child = start(&bench);
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        // Most of the moments fall into the build, the last ones on its end.
        std::thread::sleep(whole.mul_f64(f64::from(random >> 16) / 65_536.0 * 1.2));
        child.kill().unwrap();
        child.wait().unwrap();
        let now = edition(&bench);
        assert!(
            now == last || now == format!("\"edition {round}\""),
            "{now} after {last}"
        );
        last = now;
    }

    // The next build that is let alone tidies up.
    bench.build();
    assert_eq!(edition(&bench), format!("\"edition {kills}\""));
    assert_eq!(fs::read(bench.path("site/.git/HEAD")).unwrap(), b"ref");
    assert_eq!(bench.names("."), ["posts", "site", "viewer"]);
}

#[test]
fn an_interrupted_build_tidies_up_itself() {
    let bench = Bench::new();
    write_edition(&bench, 0);
    bench.build();
    bench.write("site/CNAME", "archive.example");
    write_edition(&bench, 1);
    let mut child = start(&bench);
    // The handler is there when the first thing of the build is to be seen.
    let deadline = Instant::now() + Duration::from_secs(60);
    while child.try_wait().unwrap().is_none()
        && bench.names(".").len() == 3
        && Instant::now() < deadline
    {
        std::thread::yield_now();
    }
    let id = child.id().to_string();
    // It may have ended just now.
    let _ = Command::new("kill")
        .args(["-INT", &id])
        .stderr(Stdio::null())
        .status()
        .unwrap();
    let status = child.wait().unwrap();
    let expected = match status.code() {
        Some(0) => "\"edition 1\"",
        Some(1) => "\"edition 0\"",
        other => panic!("{other:?}"),
    };
    assert_eq!(edition(&bench), expected);
    assert_eq!(bench.names("."), ["posts", "site", "viewer"]);
}
