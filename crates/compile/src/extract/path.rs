//! Which paths of a bundle are paths inside a folder, and of such as builds take in.
//!
//! What begins with a dot is read by other programs as orders to them (`.git/hooks/`, `.bashrc`), and
//! builds look for posts in no folder of such a name (`source/listing.rs`).

use std::path::PathBuf;

use crate::source::{EXTENSIONS, PAGES};

/// Endings of pictures.
const PICTURES: &[&str] = &[
    "png", "apng", "jpg", "jpeg", "jpe", "jfif", "gif", "webp", "avif", "svg",
];

/// The path of a post, cut into names that each stay in their folder.
pub(super) fn of_post(path: &[u8]) -> Result<Vec<PathBuf>, String> {
    let parts = parts(path)?;
    let mut names = path.split(|byte| *byte == b'/');
    let name = names.next_back().unwrap_or_default();
    if names.any(is_hidden) {
        return Err("is refused: no post lies in a hidden folder".into());
    }
    if is_hidden(name) && !ends_in(name, EXTENSIONS) && !ends_in(name, PAGES) {
        return Err("is refused: a hidden file of this name is no post".into());
    }
    Ok(parts)
}

/// The path of a picture, likewise: some programs keep pictures in hidden folders.
pub(super) fn of_picture(path: &[u8]) -> Result<Vec<PathBuf>, String> {
    let parts = parts(path)?;
    let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    let mut names = path.split(|byte| *byte == b'/');
    if names.any(is_hidden) && (is_hidden(name) || !ends_in(name, PICTURES)) {
        return Err("is refused: a hidden file of this name is no picture".into());
    }
    Ok(parts)
}

fn is_hidden(name: &[u8]) -> bool {
    name.starts_with(b".")
}

fn ends_in(name: &[u8], endings: &[&str]) -> bool {
    let ending = name.rsplit(|byte| *byte == b'.').next().unwrap_or_default();
    let is = |known: &&str| ending.eq_ignore_ascii_case(known.as_bytes());
    endings.iter().any(is)
}

fn parts(path: &[u8]) -> Result<Vec<PathBuf>, String> {
    path.split(|byte| *byte == b'/').map(part).collect()
}

fn part(name: &[u8]) -> Result<PathBuf, String> {
    match name {
        b"" => Err("is refused: the path begins or ends with `/`, or has an empty part".into()),
        b"." | b".." => Err("is refused: the path leads out of its folder".into()),
        _ if name.contains(&0) => Err("is refused: the path holds a NUL".into()),
        _ => native(name),
    }
}

#[cfg(unix)]
#[expect(
    clippy::unnecessary_wraps,
    reason = "every other name is a name here, not so on other systems"
)]
fn native(name: &[u8]) -> Result<PathBuf, String> {
    use std::os::unix::ffi::OsStrExt as _;
    Ok(PathBuf::from(std::ffi::OsStr::from_bytes(name)))
}

#[cfg(not(unix))]
fn native(name: &[u8]) -> Result<PathBuf, String> {
    let name = core::str::from_utf8(name)
        .map_err(|_| "can't be written here: its name is not Unicode".to_owned())?;
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    let device = ["con", "prn", "aux", "nul"]
        .iter()
        .any(|device| stem.eq_ignore_ascii_case(device))
        || (stem.len() == 4
            && stem.ends_with(|digit: char| digit.is_ascii_digit())
            && ["com", "lpt"]
                .iter()
                .any(|device| stem[..3].eq_ignore_ascii_case(device)));
    let odd = |c: char| c.is_control() || r#"\:*?"<>|"#.contains(c);
    if device || name.contains(odd) || name.ends_with(['.', ' ']) {
        return Err("can't be written here: its name is not allowed on this system".into());
    }
    Ok(PathBuf::from(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_lead_out_are_refused() {
        for bad in [
            "",
            "/",
            "/a",
            "a/",
            "a//b",
            ".",
            "..",
            "../a",
            "a/../b",
            "a/.",
            "a\0b",
            "/../../etc",
        ] {
            assert!(parts(bad.as_bytes()).is_err(), "{bad:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn odd_names_are_names() {
        for good in ["a", "a/b", "...", "..a", "C:\\x", "a b.", "\u{8}x", "con"] {
            assert_eq!(
                parts(good.as_bytes()).unwrap(),
                good.split('/').map(PathBuf::from).collect::<Vec<_>>()
            );
        }
        assert!(parts(b"\xff\xfe.md").is_ok());
    }

    #[test]
    fn hidden_names_are_those_of_posts_and_pictures_alone() {
        for good in [".md", ".hidden.md", "...md", "a/.Draft.HTML", "a..b/c.md"] {
            assert!(of_post(good.as_bytes()).is_ok(), "{good}");
        }
        for bad in [
            ".bashrc",
            ".git/hooks/x.md",
            "a/.git/x.md",
            ".ssh/authorized_keys",
            ".gitlab-ci.yml",
            "../a.md",
        ] {
            assert!(of_post(bad.as_bytes()).is_err(), "{bad}");
        }
        for good in ["a.png", "images/a", ".attachments/a.PNG"] {
            assert!(of_picture(good.as_bytes()).is_ok(), "{good}");
        }
        for bad in [".ssh/authorized_keys", ".a.png", ".bashrc", "../a.png"] {
            assert!(of_picture(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
