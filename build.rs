//! Puts the finished viewer into the program: writes `viewer.rs`, a list of its files, to `OUT_DIR`.
//!
//! It does not build the viewer; `cargo xtask viewer` does, into the folder `viewer` of the target
//! folder. Without one, or for the browser module itself, the list is empty and the program says so
//! when it needs it. `SHELFMARK_VIEWER` names a viewer elsewhere.

#![allow(
    clippy::print_stdout,
    reason = "this is how a build script speaks to cargo"
)]

use std::fmt::Write;
use std::path::{Path, PathBuf};
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
    if let Some(viewer) = find(&out) {
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
    if let Some(named) = env::var_os("SHELFMARK_VIEWER").filter(|value| !value.is_empty()) {
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
