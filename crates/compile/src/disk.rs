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
use std::io::Read as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::GzDecoder;
use rayon::prelude::*;

use crate::archive::{self, Archive, MANIFEST, Problem};
use crate::error::Error;
use crate::install;
use crate::progress::Progress;
use crate::site::{self, Viewer};
use crate::writer::gzip;

/// The folder of scripts, within the bundle's: it goes when the bundle does.
pub(crate) const FOLDER: &str = "disk";

const START: &str = include_str!("disk/start.js");

/// The viewer's module, which becomes a script of the old kind.
const VIEWER_MODULE: &str = "shelfmark.js";

/// Names of the scripts that hold no file, without their ending.
const START_NAME: &str = "start";
const VIEWER_NAME: &str = "viewer";

/// Most bytes of a page that is looked through.
const MOST_OF_A_PAGE: usize = 16 << 20;

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
    put(&scripts.join(format!("{START_NAME}.js")), START.as_bytes())?;
    for (name, bytes) in viewer {
        if *name == VIEWER_MODULE {
            let module = core::str::from_utf8(bytes).map_err(|_| Error::NoViewer)?;
            let script = site::classic(module)?;
            put(
                &scripts.join(format!("{VIEWER_NAME}.js")),
                script.as_bytes(),
            )?;
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
    let names = names_of(files).into_iter();
    names
        .map(|name| format!("bundle/{FOLDER}/{name}.js"))
        .collect()
}

/// What the scripts of a site with these files are called, without their ending.
fn names_of(files: &BTreeSet<String>) -> Vec<String> {
    let asked = |name: &&String| name.starts_with("bundle/") || is_asked_for(name);
    let own = [START_NAME, VIEWER_NAME].map(str::to_owned).into_iter();
    own.chain(files.iter().filter(asked).cloned()).collect()
}

/// What is wrong with the scripts of a site, which a page opened from disk runs as they are: each must
/// hold the file that it stands for, or be the one that this program writes. `bundle` are the files of
/// the bundle and `others` those of the site that the archive names; they are checked elsewhere.
pub(crate) fn check(
    archive: &Archive,
    bundle: &BTreeSet<String>,
    others: &BTreeSet<String>,
) -> Vec<Problem> {
    let folder = archive.folder();
    let site = folder.parent().unwrap_or(Path::new(""));
    let scripts = folder.join(FOLDER);
    if scripts.symlink_metadata().is_err() && !asks_for_them(site) {
        return Vec::new();
    }
    let bundle = bundle.iter().map(|name| format!("bundle/{name}"));
    let files = bundle.chain(others.iter().cloned()).collect();
    let wrong = |name: &String| {
        let path = format!("{FOLDER}/{name}.js");
        check_script(site, &scripts, name).map(|why| Problem::new(path, why))
    };
    names_of(&files).par_iter().filter_map(wrong).collect()
}

/// Whether the page of a site asks for the first of the scripts.
fn asks_for_them(site: &Path) -> bool {
    let page = archive::read_whole(&site.join(site::INDEX), MOST_OF_A_PAGE);
    page.is_ok_and(|page| String::from_utf8_lossy(&page).contains(site::DISK_START))
}

/// What is wrong with a script, if anything.
fn check_script(site: &Path, scripts: &Path, name: &str) -> Option<&'static str> {
    let read = |most: usize| {
        let read = archive::read_whole(&scripts.join(format!("{name}.js")), most);
        read.map_err(|_| "is missing or can't be read")
    };
    // What is missing or can't be read of the site is named by whoever checks the site.
    let same = match name {
        START_NAME => read(START.len()).map(|found| found == START.as_bytes()),
        VIEWER_NAME => {
            let module = archive::read_whole(&site.join(VIEWER_MODULE), MOST_OF_A_PAGE).ok()?;
            let wanted = site::classic(core::str::from_utf8(&module).ok()?).ok()?;
            read(wanted.len()).map(|found| found == wanted.as_bytes())
        }
        _ => {
            let bytes = archive::read_whole(&site.join(name), usize::MAX).ok()?;
            // Base64 of what gzip could not make smaller.
            let most = bytes.len() + bytes.len() / 2 + name.len() + 4096;
            read(most).map(|found| hands_over(&found, name, &bytes))
        }
    };
    match same {
        Ok(true) => None,
        Ok(false) if matches!(name, START_NAME | VIEWER_NAME) => {
            Some("is not the script that this version of Shelfmark writes for this site")
        }
        Ok(false) => Some("does not hold the file that it should"),
        Err(why) => Some(why),
    }
}

/// Whether a script does nothing but hand over a file of these bytes. How they were compressed does not
/// matter: another version may have done it otherwise.
fn hands_over(script: &[u8], name: &str, bytes: &[u8]) -> bool {
    let coded = || {
        let text = core::str::from_utf8(script).ok()?;
        let rest = text.strip_prefix(&format!("shelfmarkFile(\"{name}\",\""))?;
        rest.strip_suffix(")\n")
    };
    let Some(coded) = coded() else { return false };
    if let Some(coded) = coded.strip_suffix("\",1") {
        let Ok(packed) = STANDARD.decode(coded) else {
            return false;
        };
        let mut found = Vec::with_capacity(bytes.len());
        let read = GzDecoder::new(&*packed)
            .take(bytes.len() as u64 + 1)
            .read_to_end(&mut found);
        return read.is_ok() && found == bytes;
    }
    let coded = coded.strip_suffix('"');
    coded.is_some_and(|coded| STANDARD.decode(coded).is_ok_and(|found| found == bytes))
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
    fn a_script_does_nothing_but_hand_over_its_file() {
        let [plain, packed] = ["bundle/list-0.bin", "a.wasm"].map(|name| script(name, b"list"));
        assert!(hands_over(plain.as_bytes(), "bundle/list-0.bin", b"list"));
        assert!(hands_over(packed.as_bytes(), "a.wasm", b"list"));
        assert!(!hands_over(plain.as_bytes(), "bundle/list-0.bin", b"lost"));
        assert!(!hands_over(packed.as_bytes(), "a.wasm", b"lis"));
        assert!(!hands_over(packed.as_bytes(), "b.wasm", b"list"));
        for (from, to) in [
            ("shelfmarkFile(", "shelfmarkFile (alert(),"),
            (")\n", ");alert()\n"),
            ("\",1", "\",1,alert()"),
            ("\",1", "\"+alert(),1"),
            ("\",1", ""),
            (")\n", ")"),
        ] {
            assert!(packed.contains(from), "{from} in {packed}");
            let other = packed.replacen(from, to, 1);
            assert!(!hands_over(other.as_bytes(), "a.wasm", b"list"), "{other}");
        }
    }
}
