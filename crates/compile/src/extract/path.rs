//! Which paths of a bundle are paths inside a folder.

use std::path::PathBuf;

/// Cuts a path into names that each stay in their folder.
pub(super) fn parts(path: &[u8]) -> Result<Vec<PathBuf>, String> {
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
}
