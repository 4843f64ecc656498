//! The examples for frameworks and for programs that make sites: built by these, and opened.
//!
//! Chromium alone: what is shown is the element, which `embedding.rs` tries in every engine.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::harness::{Engine, keeper, sites, tools, with_page};
use crate::package::{copy, node, project, run};

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("examples")
        .join(name)
}

const REACT: &str = r##"
import { createRoot } from "react-dom/client";
import { Archive } from "./Archive.jsx";
const told = ({ view, total }) => { document.title = `${view} ${total}`; };
createRoot(document.querySelector("#app")).render(
  <Archive src="/site/bundle/archive.json" tags={["even"]} onView={told}><a href="/">archive</a></Archive>,
);
"##;

const VUE: &str = r##"
import { createApp, h } from "vue";
import Archive from "./Archive.vue";
const told = ({ view, total }) => { document.title = `${view} ${total}`; };
const props = { src: "/site/bundle/archive.json", tags: ["even"], onView: told };
createApp({ render: () => h(Archive, props) }).mount("#app");
"##;

/// The line that the Vue example gives.
const CONFIG: &str = r#"
import vue from "@vitejs/plugin-vue";
export default {
  base: "./",
  esbuild: { jsx: "automatic" },
  build: { target: "esnext", assetsInlineLimit: 0, rollupOptions: { input: ["react.html", "vue.html"] } },
  plugins: [vue({ template: { compilerOptions: { isCustomElement: (tag) => tag === "shelfmark-archive" } } })],
};
"#;

#[test]
fn components_of_frameworks_show_the_archive() {
    let page = |app: &str| {
        format!(
            "<!doctype html><html lang=en><head><title>waiting</title><link rel=icon href=data:,></head><body>\
             <div id=app></div><script type=module src=./{app}></script></body></html>"
        )
    };
    let files = [
        ("main.jsx", REACT),
        ("main.js", VUE),
        ("vite.config.js", CONFIG),
        ("package.json", r#"{"type":"module"}"#),
        ("react.html", &page("main.jsx")),
        ("vue.html", &page("main.js")),
    ];
    let Some(folder) = project("frameworks", &files) else {
        return;
    };
    copy(&example("react/Archive.jsx"), &folder.join("Archive.jsx"));
    copy(&example("vue/Archive.vue"), &folder.join("Archive.vue"));
    let modules = folder.join("node_modules");
    fs::create_dir_all(modules.join("@vitejs")).expect("a folder in scratch");
    for name in ["react", "react-dom", "vue", "@vitejs/plugin-vue"] {
        std::os::unix::fs::symlink(tools::npm(name), modules.join(name)).expect("a link");
    }
    let vite = tools::npm("vite/bin/vite.js");
    node(&folder, &vite, &["build", "--logLevel", "error"]);
    with_page(Engine::Chromium, "frameworks", |page| {
        page.server().mount("site", &sites::known().folder, None);
        page.server()
            .mount("frameworks", &folder.join("dist"), None);
        for name in ["react", "vue"] {
            page.load(&format!("frameworks/{name}.html?{}", page.next_load()));
            page.wait_for("the archive", "return document.title === 'list 22'");
            page.click(".post-link");
            page.wait_for("a post", "return document.title === 'post null'");
        }
        page.assert_quiet();
    });
}

#[test]
fn a_program_in_node_searches() {
    let Some(folder) = project("examples", &[]) else {
        return;
    };
    copy(&example("node/search.mjs"), &folder.join("search.mjs"));
    let archive = sites::known().folder.join("bundle/archive.json");
    let archive = archive.display().to_string();
    let printed = node(&folder, Path::new("search.mjs"), &[&archive, "fox"]);
    assert!(printed.starts_with("2 posts\n"), "{printed}");
}

/// Whether a program that makes sites is here; says so when it is not.
fn has(program: &str) -> bool {
    let there = Command::new(program).arg("--help").output().is_ok();
    if !there {
        tools::say(&format!("LEFT OUT: there is no `{program}`"));
    }
    there && !tools::are_left_out()
}

/// Writes a site's sources, the archive among them, has them built, and opens a page of the result.
fn generated(
    program: &'static str,
    files: &[(&str, &str)],
    archive: &str,
    arguments: &[&str],
    page_path: &str,
) {
    let folder = keeper::scratch("generated").join(program);
    for (file, text) in files {
        let file = folder.join(file);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder in scratch");
        fs::write(file, text).expect("a file in scratch");
    }
    let place = folder.join(archive);
    fs::create_dir_all(place.parent().expect("a folder")).expect("a folder in scratch");
    run(Command::new("cp")
        .arg("-r")
        .arg(&sites::known().folder)
        .arg(&place));
    run(Command::new(program).current_dir(&folder).args(arguments));
    with_page(Engine::Chromium, program, |page| {
        page.server().mount(program, &folder.join("out"), None);
        page.load(&format!("{program}/{page_path}?{}", page.next_load()));
        page.wait_text(".count", "51 posts");
        page.click(".post-link");
        page.wait_text("h1", "Only a title");
    });
}

fn text_of(name: &str) -> String {
    fs::read_to_string(example(name)).expect("an example")
}

const LAYOUT: &str = "<!doctype html><html lang=en><head><title>Host</title><link rel=icon href=data:,></head><body>CONTENT</body></html>";

#[test]
fn a_shortcode_of_hugo_shows_the_archive() {
    if !has("hugo") {
        return;
    }
    let files = [
        ("config.toml", "baseURL = 'https://host.example/hugo/'\n"),
        (
            "content/reading.md",
            "---\ntitle: Reading\n---\n\n{{< shelfmark >}}\n",
        ),
        (
            "layouts/_default/single.html",
            &LAYOUT.replace("CONTENT", "{{ .Content }}"),
        ),
        (
            "layouts/shortcodes/shelfmark.html",
            &text_of("hugo/shelfmark.html"),
        ),
    ];
    let arguments = ["--quiet", "--destination", "out"];
    generated(
        "hugo",
        &files,
        "static/archive",
        &arguments,
        "reading/index.html",
    );
}

#[test]
fn a_page_of_jekyll_shows_the_archive() {
    if !has("jekyll") {
        return;
    }
    let files = [
        ("_config.yml", "baseurl: /jekyll\n"),
        (
            "_layouts/default.html",
            &LAYOUT.replace("CONTENT", "{{ content }}"),
        ),
        ("archive.html", &text_of("jekyll/archive.html")),
    ];
    let arguments = ["build", "--quiet", "--destination", "out"];
    generated(
        "jekyll",
        &files,
        "archive",
        &arguments,
        "archive-widget/index.html",
    );
}

#[test]
fn a_page_of_mkdocs_shows_the_archive() {
    if !has("mkdocs") {
        return;
    }
    let files = [
        (
            "mkdocs.yml",
            "site_name: Host\ntheme: { name: null, custom_dir: theme }\nplugins: []\n",
        ),
        (
            "theme/main.html",
            &LAYOUT.replace("CONTENT", "{{ page.content }}"),
        ),
        ("docs/reading.md", &text_of("mkdocs/reading.md")),
    ];
    let arguments = ["build", "--quiet", "--site-dir", "out"];
    generated(
        "mkdocs",
        &files,
        "docs/archive",
        &arguments,
        "reading/index.html",
    );
}
