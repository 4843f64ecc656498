//! Builds that are killed, and builds at the same time.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use super::{check, write_posts};
use crate::support::Bench;

fn start(bench: &Bench, out: &str) -> Child {
    let line = format!("build posts --out {out} --cache cache --viewer viewer");
    let mut build = bench.command(line.split(' '));
    build.stdout(Stdio::null()).stderr(Stdio::null());
    build.spawn().unwrap()
}

#[test]
fn killed_builds_leave_a_cache_that_is_whole_or_none() {
    let bench = Bench::new();
    write_posts(&bench, 120);
    let started = Instant::now();
    check(&bench, "");
    let whole = started.elapsed();
    let mut random = 1_u32;
    for round in 0..10 {
        bench.write(
            &format!("posts/p{}.md", round * 9),
            format!(
                "---\ntitle: Round {round}\ndate: 2024-02-03\n---\n{}",
                "words ".repeat(round)
            ),
        );
        let mut child = start(&bench, "site");
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        std::thread::sleep(whole.mul_f64(f64::from(random >> 16) / 65_536.0 * 0.6));
        child.kill().unwrap();
        child.wait().unwrap();
        if round % 3 == 0 {
            check(&bench, "");
        }
    }
    check(&bench, "");
    assert_eq!(check(&bench, ""), 120);
}

#[test]
fn two_builds_at_once_do_each_other_no_harm() {
    let bench = Bench::new();
    write_posts(&bench, 120);
    check(&bench, "");
    for round in 0..6 {
        bench.write(
            &format!("posts/p{round}.md"),
            format!("---\ntitle: Round {round}\ndate: 2024-02-03\n---\nx"),
        );
        let mut builds = [start(&bench, "site"), start(&bench, "other")];
        for build in &mut builds {
            let deadline = Instant::now() + Duration::from_secs(120);
            while build.try_wait().unwrap().is_none() && Instant::now() < deadline {
                std::thread::sleep(Duration::from_millis(5));
            }
            assert!(build.wait().unwrap().success());
        }
        bench.ok("verify site");
        bench.ok("verify other");
        check(&bench, "");
    }
}
