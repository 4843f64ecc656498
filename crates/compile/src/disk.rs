//! Script files for a site that is opened from disk: there, browsers refuse requests and modules, and
//! load nothing but scripts of the old kind.
//!
//! Each file that the viewer asks for gets a script that hands it over, in base64:
//!
//! ```text
//! bundle/disk/start.js                          asked for by the page; does nothing on a host
//! bundle/disk/viewer.js                         the viewer as a script
//! bundle/disk/<path within the site>.js         one file
//! ```

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rayon::prelude::*;

use crate::archive::{MANIFEST, Problem};
use crate::error::Error;
use crate::install;
use crate::progress::Progress;
use crate::site::{self, Viewer};
use crate::writer::gzip;

/// The folder of scripts, within the bundle's: it goes when the bundle does.
pub(crate) const FOLDER: &str = "disk";

const START: &str = include_str!("disk/start.js");

/// Whether the viewer asks for this file of its own while it runs.
pub(crate) fn is_asked_for(name: &str) -> bool {
    name.ends_with(".wasm") || name.starts_with("locales/")
}

/// Writes the scripts for a site that is otherwise finished.
pub(crate) fn write(viewer: Viewer<'_>, folder: &Path, progress: &Progress) -> Result<(), Error> {
    let bundle = folder.join("bundle");
    let scripts = bundle.join(FOLDER);
    let names = names(&bundle)?;
    progress.step("writing scripts for disks", names.len());
    put(&scripts.join("start.js"), START.as_bytes())?;
    for (name, bytes) in viewer {
        if *name == "shelfmark.js" {
            let module = core::str::from_utf8(bytes).map_err(|_| Error::NoViewer)?;
            let script = site::classic(module)?;
            put(&scripts.join("viewer.js"), script.as_bytes())?;
        } else if is_asked_for(name) {
            put(
                &scripts.join(format!("{name}.js")),
                script(name, bytes).as_bytes(),
            )?;
        }
    }
    names.par_iter().try_for_each(|name| {
        progress.go_on()?;
        let path = bundle.join(name);
        let bytes = fs::read(&path).map_err(Error::file("read", &path))?;
        let name = format!("bundle/{name}");
        progress.add(1);
        put(
            &scripts.join(format!("{name}.js")),
            script(&name, &bytes).as_bytes(),
        )
    })
}

/// The scripts of a site with these files, by their paths in it, as it is or as it may be.
pub(crate) fn scripts(files: &BTreeSet<String>) -> Vec<String> {
    let of = |name: &str| format!("bundle/{FOLDER}/{name}.js");
    let asked = |name: &&String| name.starts_with("bundle/") || is_asked_for(name);
    let own = ["start", "viewer"].into_iter().map(of);
    own.chain(files.iter().filter(asked).map(|name| of(name)))
        .collect()
}

/// What is wrong with the scripts of a bundle's files, if there are any: each must hold the file that
/// stands beside it. `names` are those of the bundle's files.
pub(crate) fn check(bundle: &Path, names: &BTreeSet<String>) -> Vec<Problem> {
    let scripts = bundle.join(FOLDER);
    if !scripts.is_dir() {
        return Vec::new();
    }
    let wrong = |name: &String| {
        let bytes = fs::read(bundle.join(name)).ok()?;
        let path = format!("bundle/{name}.js");
        let why = match fs::read(scripts.join(&path)) {
            Ok(found) if found == script(&format!("bundle/{name}"), &bytes).as_bytes() => {
                return None;
            }
            Ok(_) => "does not hold the file that it should",
            Err(_) => "is missing or can't be read",
        };
        Some(Problem::new(format!("{FOLDER}/{path}"), why))
    };
    names.par_iter().filter_map(wrong).collect()
}

/// The files of a bundle, in order.
fn names(bundle: &Path) -> Result<Vec<String>, Error> {
    let failed = || Error::file("read", bundle);
    let mut names = Vec::new();
    for entry in fs::read_dir(bundle).map_err(failed())? {
        let entry = entry.map_err(failed())?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type().is_ok_and(|kind| kind.is_file()) && name != install::VERSION {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// The script that hands a file over; what is not compressed in itself is gzip'd.
fn script(name: &str, bytes: &[u8]) -> String {
    let (coded, gzipped) = if is_asked_for(name) || name.ends_with(MANIFEST) {
        (STANDARD.encode(gzip(bytes)), ",1")
    } else {
        (STANDARD.encode(bytes), "")
    };
    format!("shelfmarkFile(\"{name}\",\"{coded}\"{gzipped})\n")
}

fn put(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    if let Some(above) = path.parent() {
        fs::create_dir_all(above).map_err(Error::file("create", above))?;
    }
    fs::write(path, bytes).map_err(Error::file("write", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_that_holds_something_else_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let bundle = folder.path().join("bundle");
        put(&bundle.join(MANIFEST), b"{}").unwrap();
        put(&bundle.join("list-0.bin"), b"list").unwrap();
        let names = [MANIFEST, "list-0.bin"].map(str::to_owned).into();
        assert_eq!(check(&bundle, &names), []);
        write(
            &[("shelfmark.js", b"export class A {}")],
            folder.path(),
            &Progress::silent(),
        )
        .unwrap();
        assert_eq!(check(&bundle, &names), []);
        fs::write(bundle.join("list-0.bin"), b"lost").unwrap();
        let found = check(&bundle, &names);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].what, "disk/bundle/list-0.bin.js");
        // What is none of the archive's needs no script.
        fs::write(bundle.join("list-0.bin"), b"list").unwrap();
        fs::write(bundle.join("odd.bin"), b"odd").unwrap();
        assert_eq!(check(&bundle, &names), []);
    }
}
