//! Files in the folder of a site that are none of the archive's.
//!
//! They may be there for good reasons (`CNAME`, `.git`, `_headers`), so they are no problem; but nobody
//! vouches for them, and a page among them would share its address with the archive.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// What nothing names: paths in the site; folders in which nothing is named end in `/`.
#[derive(Debug, Default)]
pub(super) struct Foreign {
    /// In folders that hold files of the archive.
    pub(super) inside: Vec<String>,
    /// At the top of the site, and in folders of its own.
    pub(super) beside: Vec<String>,
}

/// Looks for files that are not `known`, paths in the site; in the bundle alone unless all of them are
/// known.
pub(super) fn find(site: &Path, known: &BTreeSet<String>, all: bool) -> Foreign {
    let mut found = Foreign::default();
    let mut folders = vec![if all { String::new() } else { "bundle/".into() }];
    while let Some(folder) = folders.pop() {
        let into = if folder.is_empty() {
            &mut found.beside
        } else {
            &mut found.inside
        };
        for entry in fs::read_dir(site.join(&folder)).into_iter().flatten() {
            let Ok(entry) = entry else { continue };
            let mut path = format!("{folder}{}", entry.file_name().to_string_lossy());
            if !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                if !known.contains(&path) {
                    into.push(path);
                }
                continue;
            }
            path.push('/');
            let next = known.range(path.clone()..).next();
            if next.is_some_and(|next| next.starts_with(&path)) {
                folders.push(path);
            } else {
                into.push(path);
            }
        }
    }
    found.inside.sort();
    found.beside.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_others_are_named_once() {
        let folder = tempfile::tempdir().unwrap();
        let site = folder.path();
        for name in [
            "index.html",
            "CNAME",
            ".git/objects/00/1",
            ".git/HEAD",
            "bundle/archive.json",
            "bundle/odd.bin",
            "pages/2024/1.html",
            "pages/2024/2.html",
            "pages/old/1.html",
        ] {
            fs::create_dir_all(site.join(name).parent().unwrap()).unwrap();
            fs::write(site.join(name), "").unwrap();
        }
        let known = ["index.html", "bundle/archive.json", "pages/2024/1.html"];
        let known: BTreeSet<String> = known.map(str::to_owned).into();
        let found = find(site, &known, true);
        assert_eq!(found.beside, [".git/", "CNAME"]);
        assert_eq!(
            found.inside,
            ["bundle/odd.bin", "pages/2024/2.html", "pages/old/"]
        );
        let found = find(site, &known, false);
        assert_eq!(found.beside, [""; 0]);
        assert_eq!(found.inside, ["bundle/odd.bin"]);
    }
}
