//! `cargo xtask viewer`: compiles the browser module and lays the complete static page into
//! `<target>/viewer`, where `build.rs` finds it and puts it into the program. What the settings mean
//! is in `config.rs`, how the script is put together in `assemble.rs`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::config::{FILE, Project};
use crate::util::failure::{Failure, Result};
use crate::util::{command, files};
use crate::{assemble, glue, icons, minify, setup, shorten, size, slim};

/// What of `www/` goes into `shelfmark.js` and is no file of its own.
const INGREDIENTS: [&str; 12] = [
    "files.js",
    "ahead.js",
    "library.js",
    "views.js",
    "signature.js",
    "outlines.js",
    "timeline.js",
    "reader.js",
    "element.js",
    "shelfmark.css",
    "element.css",
    "parser.js",
];

/// The parser for workers and Node: its package, and the name of its files in a folder of their own.
const PARSER: (&str, &str) = ("shelfmark-parser", "shelfmark_parser");
const PARSER_FOLDER: &str = "parser";

/// What the page cannot do without.
const NEEDED: [&str; 2] = ["index.html", "page.css"];

/// Builds the viewer, prints its sizes and fails when they are over budget.
pub(crate) fn build(project: &Project) -> Result<()> {
    setup::wasm_target(project)?;
    let build = &project.settings.build;
    let compiled = compile(project, &build.package)?;
    let bound = glue::bind(files::read(&compiled)?, &build.out_name)?;
    let (wasm, optimised) = optimise(project, &build.out_name, bound.wasm)?;
    let parser = parser(project)?;
    let page = page(
        &project.root.join("www"),
        &bound.js,
        project.version(),
        &project.settings.build.out_name,
    )?;
    check_script(&page[&script_name(project)])?;

    let mut viewer = page;
    viewer.insert(
        PathBuf::from(format!("{}_bg.wasm", project.settings.build.out_name)),
        wasm,
    );
    viewer.extend(parser);
    let shortened = shorten::scripts(project, &mut viewer)?;
    files::write_all(&project.viewer(), &viewer)?;

    println!(
        "viewer: {} files in {}",
        viewer.len(),
        project.viewer().display()
    );
    let mut over = size::print(project)?;
    if !optimised {
        println!(
            "note: `wasm-opt` is missing, so the module works but is larger than it need be\n      \
             `cargo xtask setup npm` fetches it (npm package binaryen)"
        );
        for complaint in over.wasm.drain(..) {
            println!("note: without wasm-opt, {complaint}");
        }
    }
    if !shortened {
        println!("note: esbuild is missing, so the scripts work but are larger than they need be");
        for complaint in over.page.drain(..) {
            println!("note: without esbuild, {complaint}");
        }
    }
    over.judge()
}

/// The parser's module and script.
fn parser(project: &Project) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let (package, name) = PARSER;
    let bound = glue::bind(files::read(&compile(project, package)?)?, name)?;
    let (wasm, _) = optimise(project, name, bound.wasm)?;
    let wrapper = files::read_text(&project.root.join("www/parser.js"))?;
    let script = assemble::joined(&bound.js, &wrapper)?.into_bytes();
    check_script(&script)?;
    let folder = Path::new(PARSER_FOLDER);
    Ok(BTreeMap::from([
        (folder.join(format!("{name}.js")), script),
        (folder.join(format!("{name}_bg.wasm")), wasm),
    ]))
}

/// Compiles a package of ours for the browser and returns the path of the module.
fn compile(project: &Project, package: &str) -> Result<PathBuf> {
    let build = &project.settings.build;
    let mut cargo = command::cargo(&project.root);
    // `rustc` and not `build`: cargo does no link-time optimisation for a library that is also an
    // rlib, and the module would be a third larger.
    cargo.args(["rustc", "--lib", "--crate-type", "cdylib", "-p", package]);
    cargo.args(["--target", &build.target, "--profile", &build.profile]);
    for feature in &build.features {
        cargo.args(["--features", feature]);
    }
    if let Some(features) = &build.build_std {
        setup::rust_source(project)?;
        // Lets the pinned compiler take `-Z` flags. The pin is what makes that sound: they mean
        // tomorrow what they mean today.
        cargo.env("RUSTC_BOOTSTRAP", "1");
        cargo.arg("-Zbuild-std=std,panic_abort");
        cargo.arg(format!("-Zbuild-std-features={}", features.join(",")));
    }
    println!("$ {}", command::line(&cargo));
    cargo.arg("--config").arg(rustflags(project));
    let copies = slim::copies(project)?.map(|copy| copy.display().to_string());
    let paths = serde_json::Value::from(copies.to_vec());
    cargo.arg("--config").arg(format!("paths={paths}"));
    command::run(&mut cargo)?;
    // Cargo keeps the `dev` profile in a folder of another name.
    let folder = if build.profile == "dev" {
        "debug"
    } else {
        &build.profile
    };
    let name = format!("{}.wasm", package.replace('-', "_"));
    Ok(project.target.join(&build.target).join(folder).join(name))
}

/// The flags of the settings, and those that keep paths neutral, as cargo's configuration.
///
/// Keeps the folders of whoever builds, and the registry they use, out of the module's panic
/// messages: they are nobody's business, make the module longer, and differ from machine to machine.
fn rustflags(project: &Project) -> String {
    let mut from_to = vec![(project.root.clone(), ".")];
    let cargo_home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
    if let Some(cargo_home) = cargo_home {
        // Of several that fit, rustc takes the last.
        from_to.push((cargo_home.clone(), "cargo"));
        let registries = std::fs::read_dir(cargo_home.join("registry/src"));
        let registries = registries.into_iter().flatten().flatten();
        let mut registries: Vec<PathBuf> = registries.map(|entry| entry.path()).collect();
        registries.sort();
        from_to.extend(registries.into_iter().map(|registry| (registry, "crates")));
    }
    let neutral = from_to
        .iter()
        .map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display()));
    let settings = project.settings.build.rustflags.iter().cloned();
    let flags: Vec<serde_json::Value> = settings.chain(neutral).map(Into::into).collect();
    // A JSON list of strings is a TOML one as well.
    let flags = serde_json::Value::from(flags);
    format!("target.{}.rustflags={flags}", project.settings.build.target)
}

/// Runs `wasm-opt` where there is one; says whether there was. As this takes much longer than
/// everything else after compiling, the last result is kept and used again for the same module.
fn optimise(project: &Project, name: &str, wasm: Vec<u8>) -> Result<(Vec<u8>, bool)> {
    let wasm_opt = project.tools().join("node_modules/binaryen/bin/wasm-opt");
    if !wasm_opt.exists() {
        return Ok((wasm, false));
    }
    let kept = project.target.join("viewer-build").join(name);
    let (before, after) = (kept.join("before.wasm"), kept.join("after.wasm"));
    let recipe = kept.join("recipe");
    let arguments = project.settings.wasm_opt.arguments();
    let wanted = format!(
        "{:?} {arguments:?}",
        project.settings.tools.npm.get("binaryen")
    );
    let same = |path: &Path, bytes: &[u8]| std::fs::read(path).is_ok_and(|kept| kept == bytes);
    if same(&recipe, wanted.as_bytes())
        && same(&before, &wasm)
        && let Ok(optimised) = std::fs::read(&after)
    {
        return Ok((optimised, true));
    }
    if recipe.exists() {
        files::remove(&recipe)?;
    }
    files::write_changed(&before, &wasm)?;
    let mut node = Command::new("node");
    node.arg(&wasm_opt)
        .args(&arguments)
        .arg(&before)
        .arg("-o")
        .arg(&after);
    println!("$ wasm-opt {}", arguments.join(" "));
    command::output(&mut node).map_err(|failure| {
        failure.help(format!("passes and features of wasm-opt are in {FILE}"))
    })?;
    let optimised = files::read(&after)?;
    files::write_changed(&recipe, wanted.as_bytes())?;
    Ok((optimised, true))
}

/// Everything of the page but the module: path within the viewer to bytes.
fn page(
    www: &Path,
    glue: &str,
    version: &str,
    out_name: &str,
) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let [
        requests,
        ahead,
        library,
        views,
        signature,
        outlines,
        timeline,
        reader,
        element,
        css,
        guest,
        _,
    ] = INGREDIENTS.map(|name| files::read_text(&www.join(name)));
    let element = [
        requests?, ahead?, library?, views?, signature?, outlines?, timeline?, reader?, element?,
    ]
    .concat();
    let css = [guest?, css?].concat();
    let english = files::read_text(&www.join("locales/en.json")).unwrap_or_default();
    // Without the white space that the file has for people.
    let english = serde_json::from_str::<serde_json::Value>(&english)
        .map_or(english, |texts| texts.to_string());
    let parts = assemble::Parts {
        css: &css,
        version,
        english: &english,
    };
    let script = assemble::script(glue, &element, &parts)?;
    let mut page = BTreeMap::new();
    for name in files::list(www)? {
        if INGREDIENTS
            .iter()
            .all(|ingredient| name != Path::new(ingredient))
        {
            let bytes = files::read(&www.join(&name))?;
            let script = name.extension().is_some_and(|kind| kind == "js");
            let bytes = match String::from_utf8(bytes) {
                Ok(text) if script => minify::js(&text).into_bytes(),
                Ok(text) => text.into_bytes(),
                Err(other) => other.into_bytes(),
            };
            page.insert(name.clone(), bytes);
        }
    }
    if let Some(missing) = NEEDED
        .iter()
        .find(|needed| !page.contains_key(Path::new(needed)))
    {
        return Err(Failure::new(format!("www/{missing} is missing")));
    }
    let icon = files::read_text(&www.join("icon.svg"))?;
    for size in [192, 512] {
        let name = PathBuf::from(format!("icon-{size}.png"));
        page.insert(name, icons::png(&icon, size)?);
    }
    let made = PathBuf::from(format!("{out_name}.js"));
    if page.insert(made, script.into_bytes()).is_some() {
        return Err(Failure::new(format!(
            "www/{out_name}.js is in the way of the script that is made"
        )));
    }
    Ok(page)
}

fn script_name(project: &Project) -> PathBuf {
    PathBuf::from(format!("{}.js", project.settings.build.out_name))
}

/// Lets node parse the script: a name that glue and element both define would otherwise show only in
/// the browser. Without node there is no check.
fn check_script(script: &[u8]) -> Result<()> {
    if !command::exists("node") {
        return Ok(());
    }
    command::feed(
        Command::new("node").args(["--check", "--input-type=module", "-"]),
        script,
    )
    .map_err(|failure| {
        failure.help("glue and www/element.js share one scope: do both define the same name?")
    })
}
