//! The npm package, as projects use it: types, bundlers, Node, and what registries take.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::harness::{Engine, keeper, sites, tools, with_page};

/// A program that uses all of the library and the element; `tsc --strict` must take it, and refuse
/// the lines marked as wrong.
const SAMPLE: &str = r#"
import { openArchive, openArchives, ShelfmarkArchive, ShelfmarkError } from "shelfmark";
import type { Archive, Hit, SearchResult } from "shelfmark";

export async function read(src: URL, signal: AbortSignal): Promise<string[]> {
  const archive: Archive = await openArchive(src, { signal, onProgress: ({ done, total }) => console.log(done / total) });
  const found: SearchResult = await archive.search({ query: "a", anyTags: ["b"], sort: "oldest", ids: true, signal });
  const first: number | undefined = found.ids?.[0];
  const marked = found.hits.flatMap((hit: Hit) => hit.snippet.filter((piece) => piece.mark).map((piece) => piece.text));
  const post = await archive.post(found.hits[0].slug);
  const next: string | undefined = post.next?.title;
  // @ts-expect-error there is no such order
  await archive.search({ sort: "best" });
  // @ts-expect-error a hit may have no date
  const date: string = found.hits[0].date;
  archive.close();
  const both = await openArchives([src, { src, label: "Other" }]);
  const labels = (await both.search({ query: "a" })).hits.map((hit) => hit.archive.title);
  return [...marked, ...labels, String(first), String(next), date];
}

const element: ShelfmarkArchive = document.createElement("shelfmark-archive");
element.tags = ["a"];
element.addEventListener("shelfmark-statechange", (event) => console.log(event.detail.total));
element.addEventListener("shelfmark-open-external", (event) => event.preventDefault());
element.ready.catch((error: unknown) => {
  if (error instanceof ShelfmarkError && error.code === "network") console.log(error.file);
});
void element.search("a", { from: "2024-01-01" });
"#;

const APP: &str = r#"
import { openArchive } from "shelfmark";
const archive = await openArchive(new URL("/site/bundle/archive.json", location.href));
const { total } = await archive.search({ query: "fox" });
const element = document.createElement("shelfmark-archive");
element.setAttribute("src", "/site/bundle/archive.json");
element.setAttribute("loading", "eager");
element.setAttribute("lang", "de");
document.body.append(element);
await element.ready;
document.title = `${total} ${element.shadowRoot.querySelector(".count").textContent}`;
"#;

/// A project that has the package installed; `None` when it was not made.
pub(crate) fn project(name: &str, files: &[(&str, &str)]) -> Option<PathBuf> {
    if tools::are_left_out() {
        return None;
    }
    let package = tools::package()?;
    let folder = keeper::scratch("projects").join(name);
    let modules = folder.join("node_modules");
    fs::create_dir_all(&modules).expect("a folder in scratch");
    std::os::unix::fs::symlink(package, modules.join("shelfmark")).expect("a link in scratch");
    for (file, text) in files {
        fs::write(folder.join(file), text).expect("a file in scratch");
    }
    Some(folder)
}

pub(crate) fn run(command: &mut Command) -> String {
    let done = command
        .output()
        .unwrap_or_else(|error| panic!("{:?}: {error}", command.get_program()));
    let printed = String::from_utf8_lossy(&done.stdout).into_owned();
    let errors = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{command:?}: {printed}{errors}");
    printed
}

pub(crate) fn node(folder: &Path, script: &Path, arguments: &[&str]) -> String {
    run(Command::new("node")
        .current_dir(folder)
        .arg(script)
        .args(arguments))
}

#[test]
fn the_types_are_strict() {
    let Some(folder) = project("types", &[("sample.ts", SAMPLE)]) else {
        return;
    };
    let options = "--strict --noEmit --target es2022 --module esnext --lib es2022,dom";
    for resolution in ["bundler", "node16"] {
        let module = if resolution == "node16" {
            "node16"
        } else {
            "esnext"
        };
        fs::write(folder.join("package.json"), "{\"type\":\"module\"}").expect("a file in scratch");
        let mut arguments: Vec<&str> = options.split(' ').collect();
        arguments[5] = module;
        arguments.extend(["--moduleResolution", resolution, "sample.ts"]);
        node(&folder, &tools::npm("typescript/bin/tsc"), &arguments);
    }
}

#[test]
fn esbuild_bundles_it() {
    let Some(folder) = project("esbuild", &[("app.js", APP), ("index.html", PAGE)]) else {
        return;
    };
    let esbuild = tools::npm("esbuild/bin/esbuild");
    // Its own script is the program itself on some systems.
    run(Command::new(&esbuild).current_dir(&folder).args([
        "app.js",
        "--bundle",
        "--format=esm",
        "--splitting",
        "--outdir=dist",
        "--log-level=error",
    ]));
    // What a bundler does not see stands beside its output.
    let package = folder.join("node_modules/shelfmark");
    copy(
        &package.join("shelfmark_bg.wasm"),
        &folder.join("dist/shelfmark_bg.wasm"),
    );
    fs::create_dir_all(folder.join("dist/locales")).expect("a folder in scratch");
    copy(
        &package.join("locales/de.json"),
        &folder.join("dist/locales/de.json"),
    );
    works("esbuild", &folder);
}

const PAGE: &str = "<!doctype html><html lang=en><head><title>waiting</title></head><body>\
    <script type=module src=./dist/app.js></script></body></html>";

pub(crate) fn copy(from: &Path, to: &Path) {
    fs::copy(from, to).expect("a file of the package");
}

#[test]
fn vite_builds_it() {
    let page = PAGE.replace("./dist/app.js", "./app.js");
    let config =
        "export default { base: './', build: { target: 'esnext', assetsInlineLimit: 0 } };";
    let files = [
        ("app.js", APP),
        ("index.html", &*page),
        ("vite.config.js", config),
    ];
    let Some(folder) = project("vite", &files) else {
        return;
    };
    node(
        &folder,
        &tools::npm("vite/bin/vite.js"),
        &["build", "--logLevel", "error"],
    );
    works("vite", &folder.join("dist"));
}

/// Opens what a bundler made: library and element work, from the files that it placed.
fn works(name: &'static str, folder: &Path) {
    with_page(Engine::Chromium, name, |page| {
        page.server().mount("site", &sites::known().folder, None);
        page.server().mount(name, folder, None);
        page.load(&format!("{name}/?{}", page.next_load()));
        page.wait_for("a title", "return document.title !== 'waiting'");
        assert_eq!(page.get("return document.title"), "2 51 Beiträge", "{name}");
        let asked = page.server().asked();
        assert!(
            !asked.iter().any(|path| path.starts_with("/site/shelfmark")),
            "{asked:?}"
        );
    });
}

#[test]
fn the_manifest_of_elements_is_true() {
    let Some(folder) = project("elements", &[]) else {
        return;
    };
    let script = "import { ShelfmarkArchive } from 'shelfmark';
        const own = Object.getOwnPropertyNames(ShelfmarkArchive.prototype);
        console.log(JSON.stringify([ShelfmarkArchive.observedAttributes, own]));";
    fs::write(folder.join("script.mjs"), script).expect("a file in scratch");
    let printed: Value =
        serde_json::from_str(&node(&folder, Path::new("script.mjs"), &[])).expect("JSON");
    let manifest =
        fs::read(folder.join("node_modules/shelfmark/custom-elements.json")).expect("a manifest");
    let manifest: Value = serde_json::from_slice(&manifest).expect("JSON");
    let element = &manifest["modules"][0]["declarations"][0];
    let names = |list: &Value| {
        let list = list.as_array().expect("a list").iter();
        let names = list.map(|one| {
            one["name"]
                .as_str()
                .or(one.as_str())
                .expect("a name")
                .to_owned()
        });
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    };
    assert_eq!(names(&element["attributes"]), names(&printed[0]));
    let own = names(&printed[1]);
    let members = names(&element["members"]);
    let missing: Vec<&String> = members.iter().filter(|name| !own.contains(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let callbacks = [
        "attributeChangedCallback",
        "connectedCallback",
        "constructor",
        "disconnectedCallback",
    ];
    let unknown: Vec<&String> = own
        .iter()
        .filter(|name| !members.contains(name) && !callbacks.contains(&name.as_str()))
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn registries_would_take_it() {
    let Some(folder) = project("publish", &[]) else {
        return;
    };
    let package = folder.join("node_modules/shelfmark");
    let printed =
        run(Command::new("npm")
            .current_dir(&package)
            .args(["pack", "--dry-run", "--json"]));
    let packed: Value = serde_json::from_str(&printed).expect("JSON");
    let files = packed[0]["files"].as_array().expect("files").iter();
    let names: Vec<&str> = files.filter_map(|file| file["path"].as_str()).collect();
    for name in [
        "README.md",
        "LICENSE-MIT",
        "custom-elements.json",
        "shelfmark.js",
        "shelfmark.d.ts",
        "shelfmark_bg.wasm",
        "parser/shelfmark_parser.js",
        "parser/shelfmark_parser_bg.wasm",
        "locales/zh-Hans.json",
    ] {
        assert!(names.contains(&name), "{name} is not in {names:?}");
    }
    assert!(!names.contains(&"index.html"), "{names:?}");
    let size = packed[0]["size"].as_u64().expect("bytes");
    assert!(size < 450_000, "{size} bytes");
    run(Command::new("npm").current_dir(&package).args([
        "publish",
        "--dry-run",
        "--offline",
        "--tag",
        "next",
    ]));
    assert_eq!(packed[0]["name"], json!("shelfmark"));
}
