//! `cargo xtask setup`: fetches what building and testing need, and only what is missing. It speaks
//! to rustup, apt, cargo and npm as they are configured, and names no registry. What cannot be had
//! is an error that says what, and how to get it by hand; the other parts are still fetched.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::config::Project;
use crate::util::failure::{Failure, Result};
use crate::util::{command, files};

/// Debian packages for the tests, each with a program that it brings (fonts bring none, nginx one that is in root's
/// path alone).
const PACKAGES: [(&str, Option<&str>); 11] = [
    ("chromium", Some("chromium")),
    ("chromium-driver", Some("chromedriver")),
    ("firefox-esr", Some("firefox-esr")),
    ("webkit2gtk-driver", Some("WebKitWebDriver")),
    ("xvfb", Some("Xvfb")),
    ("fonts-noto-core", None),
    ("fonts-noto-cjk", None),
    ("hugo", Some("hugo")),
    ("jekyll", Some("jekyll")),
    ("mkdocs", Some("mkdocs")),
    ("nginx", None),
];

const PARTS: [&str; 4] = ["rust", "npm", "apt", "geckodriver"];

/// Fetches the named parts, or all.
pub(crate) fn run(project: &Project, arguments: &[String]) -> Result<()> {
    if let Some(unknown) = arguments
        .iter()
        .find(|argument| !PARTS.contains(&argument.as_str()))
    {
        return Err(Failure::new(format!("unknown part `{unknown}`"))
            .help(format!("the parts are {}", PARTS.join(", "))));
    }
    let mut failures = Vec::new();
    for part in PARTS {
        if !arguments.is_empty() && !arguments.iter().any(|argument| argument == part) {
            continue;
        }
        let result = match part {
            "rust" => wasm_target(project).and_then(|()| components(project)),
            "npm" => npm(project),
            "apt" => apt(),
            _ => geckodriver(project),
        };
        if let Err(failure) = result {
            eprint!("{failure}");
            failures.push(part);
        }
    }
    if failures.is_empty() {
        println!("setup: everything is there");
        return Ok(());
    }
    Err(
        Failure::new(format!("setup is not complete: {}", failures.join(", ")))
            .help("what is missing, and how to get it, is said above"),
    )
}

/// Makes sure that Rust can compile for the browser.
pub(crate) fn wasm_target(project: &Project) -> Result<()> {
    let target = &project.settings.build.target;
    let installed = || -> Result<bool> {
        let mut rustc = Command::new("rustc");
        rustc
            .current_dir(&project.root)
            .args(["--print", "target-libdir", "--target", target]);
        Ok(Path::new(command::output(&mut rustc)?.trim()).is_dir())
    };
    if installed()? {
        return Ok(());
    }
    let by_hand =
        format!("Rust's target {target} is missing; get it with `rustup target add {target}`");
    rustup(project, &["target", "add", target]).map_err(|failure| failure.help(&by_hand))?;
    if installed()? {
        Ok(())
    } else {
        Err(Failure::new(by_hand))
    }
}

/// Makes sure of the standard library's source, which the browser build compiles anew.
pub(crate) fn rust_source(project: &Project) -> Result<()> {
    let installed = || -> Result<bool> {
        let mut rustc = Command::new("rustc");
        rustc
            .current_dir(&project.root)
            .args(["--print", "sysroot"]);
        let sysroot = command::output(&mut rustc)?;
        let lock = "lib/rustlib/src/rust/library/Cargo.lock";
        Ok(Path::new(sysroot.trim()).join(lock).is_file())
    };
    if installed()? {
        return Ok(());
    }
    let by_hand = "the standard library's source is missing; get it with `rustup component add \
                   rust-src`, or take `build-std` and the flags that need it out of wasm-pack.toml: \
                   the module works without them but is larger";
    rustup(project, &["component", "add", "rust-src"]).map_err(|failure| failure.help(by_hand))?;
    if installed()? {
        Ok(())
    } else {
        Err(Failure::new(by_hand))
    }
}

/// Makes sure of rustfmt and clippy.
fn components(project: &Project) -> Result<()> {
    for (subcommand, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        let mut cargo = command::cargo(&project.root);
        if command::output(cargo.args([subcommand, "--version"])).is_err() {
            let by_hand = format!("get it with `rustup component add {component}`");
            rustup(project, &["component", "add", component])
                .map_err(|failure| failure.help(&by_hand))?;
        }
    }
    Ok(())
}

fn rustup(project: &Project, arguments: &[&str]) -> Result<()> {
    if !command::exists("rustup") {
        return Err(Failure::new("there is no `rustup`")
            .help("a Rust from elsewhere has its own way of adding targets and components"));
    }
    command::visible(
        Command::new("rustup")
            .current_dir(&project.root)
            .args(arguments),
    )
}

/// Fetches the pinned npm packages.
fn npm(project: &Project) -> Result<()> {
    npm_packages(&project.tools(), &project.settings.tools.npm)
}

/// Fetches npm packages of exact versions into a folder.
pub(crate) fn npm_packages(tools: &Path, pins: &BTreeMap<String, String>) -> Result<()> {
    let missing = || -> Vec<String> {
        pins.iter()
            .filter(|(name, version)| npm_version(tools, name).as_ref() != Some(version))
            .map(|(name, version)| format!("{name}@{version}"))
            .collect()
    };
    if missing().is_empty() {
        return Ok(());
    }
    let by_hand = |what: &[String]| {
        format!(
            "missing from npm: {}; get it with `npm install --prefix {} {}`",
            what.join(" "),
            tools.display(),
            what.join(" ")
        )
    };
    if !command::exists("npm") {
        return Err(Failure::new("there is no `npm`")
            .help("it comes with Node.js; on Debian: `apt-get install nodejs npm`")
            .help(by_hand(&missing())));
    }
    // A manifest, for without one npm takes the packages of an earlier call away again.
    let manifest = serde_json::json!({ "private": true, "dependencies": pins });
    files::write_changed(&tools.join("package.json"), manifest.to_string().as_bytes())?;
    let mut npm = Command::new("npm");
    npm.current_dir(tools)
        .args(["install", "--no-package-lock", "--ignore-scripts"]);
    npm.args(["--no-audit", "--no-fund", "--loglevel=error"]);
    command::visible(&mut npm).map_err(|failure| failure.help(by_hand(&missing())))?;
    match missing() {
        none if none.is_empty() => Ok(()),
        missing => {
            Err(Failure::new("npm did not install what it was asked for").help(by_hand(&missing)))
        }
    }
}

/// The version of an installed npm package.
fn npm_version(tools: &Path, name: &str) -> Option<String> {
    let manifest = tools.join("node_modules").join(name).join("package.json");
    let manifest: serde_json::Value =
        serde_json::from_slice(&std::fs::read(manifest).ok()?).ok()?;
    Some(manifest.get("version")?.as_str()?.to_owned())
}

/// Installs what is missing of the Debian packages.
fn apt() -> Result<()> {
    let missing = missing_packages();
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    let by_hand = format!("missing: {list}; get it with `apt-get install {list}`, as root");
    if !command::exists("apt-get") {
        return Err(Failure::new("this system has no `apt-get`").help(format!(
            "missing: {list}\nthese are Debian's names; install the like with the system's own package manager,\n\
             or leave the tests in browsers out: `cargo xtask test --no-web`"
        )));
    }
    let root = command::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    if !root && !command::exists("sudo") {
        return Err(
            Failure::new("installing packages needs root, and there is no `sudo`").help(by_hand),
        );
    }
    let apt_get = |arguments: &[&str]| {
        let mut command = if root {
            let mut command = Command::new("env");
            command.arg("DEBIAN_FRONTEND=noninteractive");
            command
        } else {
            let mut command = Command::new("sudo");
            command.args(["-n", "env", "DEBIAN_FRONTEND=noninteractive"]);
            command
        };
        command
            .args(["apt-get", "-q", "-o", "DPkg::Lock::Timeout=300"])
            .args(arguments);
        command
    };
    // A list of some other source may be out of reach; whether that matters shows at the install.
    if let Err(failure) = quiet(&mut apt_get(&["update"])) {
        eprint!("{failure}");
    }
    let mut install = vec!["install", "-y", "--no-install-recommends"];
    install.extend(missing.iter().copied());
    quiet(&mut apt_get(&install)).map_err(|failure| failure.help(&by_hand))?;
    match missing_packages() {
        none if none.is_empty() => Ok(()),
        missing => Err(
            Failure::new("apt-get did not install what it was asked for")
                .help(format!("still missing: {}", missing.join(" "))),
        ),
    }
}

/// The packages that are not installed, by dpkg's account; without dpkg, those whose program is not
/// found.
fn missing_packages() -> Vec<&'static str> {
    let has_dpkg = command::exists("dpkg-query");
    let is_there = |(package, program): &(&str, Option<&str>)| {
        // A program that came some other way is as good.
        if program.is_some_and(command::exists) {
            return true;
        }
        let mut query = Command::new("dpkg-query");
        query.args(["-W", "-f=${db:Status-Abbrev}", package]);
        if has_dpkg {
            command::output(&mut query).is_ok_and(|status| status.starts_with("ii"))
        } else {
            program.is_none()
        }
    };
    PACKAGES
        .iter()
        .filter(|package| !is_there(package))
        .map(|(package, _)| *package)
        .collect()
}

/// Builds Firefox's driver, which Debian does not package.
fn geckodriver(project: &Project) -> Result<()> {
    let version = &project.settings.tools.geckodriver;
    let program = geckodriver_path(project);
    let installed = || {
        command::output(Command::new(&program).arg("--version"))
            .is_ok_and(|text| text.split_whitespace().nth(1) == Some(version.as_str()))
    };
    if installed() {
        return Ok(());
    }
    let tools = project.tools();
    let install = |locked: bool| {
        let mut cargo = command::cargo(&project.root);
        // Its parts are of no use to us: cargo builds them in a temporary folder and removes it.
        cargo.env_remove("CARGO_TARGET_DIR");
        cargo.args([
            "install",
            "geckodriver",
            "--version",
            &format!("={version}"),
            "--debug",
        ]);
        cargo.args(["--quiet", "--force", "--root"]).arg(&tools);
        if locked {
            cargo.arg("--locked");
        }
        command::visible(&mut cargo)
    };
    // Its lock file may name what has been withdrawn since.
    install(true).or_else(|_| install(false)).map_err(|failure| {
        failure.help(format!(
            "missing: geckodriver {version}; get it with `cargo install geckodriver --version {version} --root {}`",
            tools.display()
        ))
    })?;
    if installed() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "{} is not geckodriver {version}",
        program.display()
    )))
}

fn geckodriver_path(project: &Project) -> PathBuf {
    project
        .tools()
        .join("bin")
        .join(format!("geckodriver{}", std::env::consts::EXE_SUFFIX))
}

/// Shows a command and runs it; what it prints is shown only if it fails.
fn quiet(command: &mut Command) -> Result<()> {
    println!("$ {}", command::line(command));
    command::output(command).map(drop)
}
