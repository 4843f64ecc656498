//! Puts the finished viewer into the program: writes `viewer.rs`, a list of its files, to `OUT_DIR`.
//!
//! `cargo xtask viewer` builds the viewer, into the folder `viewer` of the target folder. Where there
//! is none, a program for others to use (a release build, as `cargo install --path .` makes) has one
//! built here by the same command, in a target folder of its own; a program for daily work is built
//! without, and says so when it needs it. `SHELFMARK_VIEWER` names a viewer elsewhere; `none` leaves it
//! out.

#![allow(
    clippy::print_stdout,
    reason = "this is how a build script speaks to cargo"
)]

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// What a folder must hold to be a viewer.
const MODULE: &str = "shelfmark_bg.wasm";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=SHELFMARK_VIEWER");
    if env::var("CARGO_CFG_TARGET_ARCH").as_deref() == Ok("wasm32") {
        return;
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let mut files = Vec::new();
    if let Some(viewer) = find(&out).or_else(|| made(&out)) {
        // Cargo looks at everything in the folder, so that this notices new files as well.
        println!("cargo:rerun-if-changed={}", viewer.display());
        list(&viewer, "", &mut files);
    }
    files.sort();

    let mut code = String::from(
        "/// The files of the viewer, by name; empty when the program was built without it.\n\
         pub static VIEWER: &[(&str, &[u8])] = &[\n",
    );
    for (name, path) in &files {
        writeln!(
            code,
            "    ({name:?}, include_bytes!({:?})),",
            path.display().to_string()
        )
        .expect("writing to memory");
    }
    code.push_str("];\n");
    fs::write(out.join("viewer.rs"), code).expect("OUT_DIR can be written to");
}

/// Looks where `SHELFMARK_VIEWER` says, else in each folder above `OUT_DIR`: one of them is the
/// target folder, whatever it is called and wherever it is.
fn find(out: &Path) -> Option<PathBuf> {
    if let Some(named) = named() {
        if named == "none" {
            return None;
        }
        let named = env::current_dir().unwrap_or_default().join(named);
        assert!(
            named.join(MODULE).is_file(),
            "SHELFMARK_VIEWER names {}, which holds no {MODULE}",
            named.display()
        );
        return Some(named);
    }
    let found = out
        .ancestors()
        .map(|above| above.join("viewer"))
        .find(|it| it.join(MODULE).is_file());
    if found.is_none() {
        // A file that is not there makes cargo run this again each time, until there is one.
        let target = out
            .ancestors()
            .find(|above| above.join("CACHEDIR.TAG").is_file());
        let expected = target.unwrap_or(out).join("viewer").join(MODULE);
        println!("cargo:rerun-if-changed={}", expected.display());
    }
    found
}

fn named() -> Option<std::ffi::OsString> {
    env::var_os("SHELFMARK_VIEWER").filter(|value| !value.is_empty())
}

/// Has the viewer built, for a program that others will use.
fn made(out: &Path) -> Option<PathBuf> {
    if env::var("PROFILE").as_deref() != Ok("release") || named().is_some() {
        return None;
    }
    for source in [
        "src",
        "crates",
        "www",
        "xtask",
        "wasm-pack.toml",
        "Cargo.lock",
    ] {
        println!("cargo:rerun-if-changed={source}");
    }
    // The folder of the outer cargo is locked for as long as this runs.
    let target = out.join("target");
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["run", "--quiet", "--package", "xtask", "--", "viewer"]);
    cargo.env("CARGO_TARGET_DIR", &target);
    // What is meant for this package would be taken for the other's.
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy();
        let kept = [
            "CARGO",
            "CARGO_HOME",
            "CARGO_TARGET_DIR",
            "CARGO_NET_OFFLINE",
        ];
        let ours = name.starts_with("CARGO_") || name.starts_with("RUSTC_") || name == "RUSTFLAGS";
        if (ours && !kept.contains(&&*name))
            || ["TARGET", "HOST", "PROFILE", "OUT_DIR"].contains(&&*name)
        {
            cargo.env_remove(&*name);
        }
    }
    let built = cargo.output();
    let complaint = match &built {
        Ok(built) if built.status.success() => return Some(target.join("viewer")),
        Ok(built) => format!(
            "{}{}",
            String::from_utf8_lossy(&built.stdout),
            String::from_utf8_lossy(&built.stderr)
        ),
        Err(error) => error.to_string(),
    };
    panic!(
        "the viewer, which belongs into the program, could not be built:\n{complaint}\n\
         help: `cargo xtask setup rust` fetches what is missing; SHELFMARK_VIEWER=none builds a \
         program without a viewer"
    );
}

/// Collects the files of a folder: their names within the viewer, with forward slashes, and paths.
fn list(folder: &Path, prefix: &str, files: &mut Vec<(String, PathBuf)>) {
    let entries = fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("cannot list {}: {error}", folder.display()));
    for entry in entries {
        let path = entry.expect("a readable folder").path();
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.unwrap_or_else(|| panic!("{} has no plain name", path.display()));
        let name = format!("{prefix}{name}");
        if path.is_dir() {
            list(&path, &format!("{name}/"), files);
        } else {
            files.push((name, path));
        }
    }
}
