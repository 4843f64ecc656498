//! Pictures on the archivist's disk go into the bundle, and nothing else of that disk does.

use std::fs;

use serde_json::Value;
use shelfmark_compile::archive::Archive;

use crate::support::{Answer, Bench, hashes};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\npretend";
const GIF: &[u8] = b"GIF89a pretend";
const SVG: &str = "<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>";

fn post(body: &str) -> String {
    format!("---\ntitle: t\ndate: 2024-01-01\nfrom: https://a.example/b/\n---\n\n{body}\n")
}

/// Addresses of the pictures that were copied, as the records say, in the order of the post.
fn copied(bench: &Bench) -> Vec<String> {
    let archive = Archive::open(&bench.path("site")).unwrap();
    let mut found = Vec::new();
    let problems = shelfmark_compile::list::list(&archive, |row| {
        let record: Value = serde_json::to_value(row.record()).unwrap();
        for picture in record["pictures"].as_array().into_iter().flatten() {
            found.push(picture[0].as_str().unwrap().to_owned());
        }
        true
    });
    assert!(problems.is_empty(), "{problems:?}");
    found
}

fn build(bench: &Bench, assets: &str) -> Answer {
    bench.ok(&format!("build posts --out site --viewer viewer{assets}"))
}

#[test]
fn pictures_beside_the_posts_are_taken() {
    let bench = Bench::new();
    bench.write(
        "posts/sub/a.md",
        post(
            "![](one.png) ![](../two.gif?v=1) ![](/img/%E4%B8%89.svg) ![](img/%E4%B8%89.svg) \
             ![](gone.png) <img data-src='./one.png' src=/two.gif>",
        ),
    );
    bench.write("posts/sub/one.png", PNG);
    bench.write("posts/two.gif", GIF);
    bench.write("posts/img/三.svg", SVG);
    let said = build(&bench, "").stdout;
    assert_eq!(
        copied(&bench),
        [
            "one.png",
            "../two.gif?v=1",
            "/img/%E4%B8%89.svg",
            "img/%E4%B8%89.svg",
            "./one.png",
        ]
    );
    assert!(
        said.contains("image ") && said.contains(" in 3 files"),
        "{said}"
    );
    assert!(
        !said.contains("not found"),
        "others are where they were: {said}"
    );
    bench.ok("verify site");
    bench.ok("extract site --out out");
    // Where the post says that it is, though it was found at the top.
    bench.write("posts/sub/img/三.svg", SVG);
    assert_eq!(hashes(&bench.path("out")), hashes(&bench.path("posts")));
}

#[test]
fn mirrors_are_found_by_host_and_path() {
    let bench = Bench::new();
    bench.write(
        "posts/a.md",
        post(
            "![](https://p.example/x.jpg?w=1) ![](//p.example/y.png) ![](z.png) \
             ![](https://p.example/lost.png) ![](../img/n.png)",
        ),
    );
    bench.write("mirror/p.example/x.jpg?w=1", b"\xff\xd8\xff\xe0");
    bench.write("mirror/p.example/y.png", PNG);
    bench.write("mirror/a.example/b/z.png", PNG);
    bench.write("more/img/n.png", GIF);
    let said = build(&bench, " --assets mirror --assets more").stdout;
    assert_eq!(
        copied(&bench),
        [
            "https://p.example/x.jpg?w=1",
            "//p.example/y.png",
            "z.png",
            "../img/n.png",
        ]
    );
    assert!(said.contains("1 picture not found"), "{said}");
    bench.ok("verify site");
    // What was taken out gives the same archive again.
    bench.ok("extract site --out out");
    bench.ok("build out --out again --viewer viewer --assets out/assets --quiet");
    assert_eq!(hashes(&bench.path("again")), hashes(&bench.path("site")));

    bench.write(
        "posts/shelfmark.toml",
        "assets = [\"../mirror\", \"../more\"]\n",
    );
    let before = hashes(&bench.path("site"));
    build(&bench, "");
    assert_eq!(
        hashes(&bench.path("site")),
        before,
        "the file says the same"
    );
    let wrong = bench.run("build posts --out site --viewer viewer --assets nowhere");
    assert_eq!(wrong.code, 1);
    assert!(wrong.stderr.contains("nowhere"), "{wrong:?}");
}

#[test]
fn only_pictures_inside_the_folders_are_taken() {
    let bench = Bench::new();
    bench.write("secret.png", PNG);
    bench.write("posts/page.png", "<html><svg></svg></html>");
    bench.write("posts/empty.png", "");
    bench.write("posts/folder.png/x", PNG);
    let mut body = String::from(
        "![](../secret.png) ![](%2e%2e/secret.png) ![](page.png) ![](empty.png) ![](folder.png) \
         ![](file:///etc/passwd) ![](/../secret.png) ![](..)",
    );
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(bench.path("secret.png"), bench.path("posts/link.png")).unwrap();
        body.push_str(" ![](link.png)");
    }
    let text = format!("---\ntitle: t\ndate: 2024-01-01\n---\n\n{body}\n");
    bench.write("posts/a.md", text.replace("![]", "![alt]"));
    let said = build(&bench, "").stdout;
    assert_eq!(copied(&bench), [""; 0]);
    let expected = if cfg!(unix) { "9" } else { "8" };
    assert!(
        said.contains(&format!("{expected} pictures not found")),
        "{said}"
    );
    assert!(!said.contains("image "), "{said}");
}

#[test]
fn damage_of_a_picture_is_found() {
    let bench = Bench::new();
    bench.write("posts/a.md", post("![](one.png)"));
    bench.write("posts/b.md", post("![](one.png)"));
    bench.write("posts/one.png", PNG);
    build(&bench, "");
    let names = bench.names("site/bundle");
    let images: Vec<_> = names
        .iter()
        .filter(|name| name.starts_with("image-"))
        .collect();
    assert_eq!(images.len(), 1, "{names:?}");
    let path = bench.path("site/bundle").join(images[0]);
    fs::write(&path, b"\x89PNG\r\n\x1a\npretenD").unwrap();
    let found = bench.run("verify site");
    assert_eq!(found.code, 1);
    assert!(found.stderr.contains(images[0].as_str()), "{found:?}");
    fs::remove_file(&path).unwrap();
    assert_eq!(bench.run("verify site").code, 1);
    let out = bench.run("extract site --out out");
    assert_eq!(out.code, 1, "{out:?}");
    assert_eq!(
        bench.names("out"),
        ["a.md", "b.md"],
        "the posts come all the same"
    );
}
