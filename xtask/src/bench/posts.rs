//! The posts of a run: folders as they are, some of their posts, or made-up ones.

use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::{Options, cannot, measuring_program};
use crate::config::Project;
use crate::util::failure::Result;
use crate::util::files;

/// The folders to build.
pub(crate) fn prepare(project: &Project, options: &Options, place: &Path) -> Result<Vec<PathBuf>> {
    if let Some(count) = options.synthetic {
        return made_up(project, options, count, place);
    }
    let Some(count) = options.posts else {
        return Ok(options.folders.clone());
    };
    let folder = place.join("posts");
    remove(&folder)?;
    let mut posts = Vec::new();
    for (root, from) in options.folders.iter().enumerate() {
        let found = files::list(from)?;
        let found = found.into_iter().filter(|path| is_post(path));
        let to = folder.join(root.to_string());
        posts.extend(found.map(|path| (from.join(&path), to.join(path))));
    }
    let count = count.min(posts.len());
    for number in 0..count {
        let (from, to) = &posts[number * posts.len() / count];
        put(from, to)?;
    }
    let roots = 0..options.folders.len();
    let roots = roots.map(|root| folder.join(root.to_string()));
    Ok(roots.filter(|root| root.is_dir()).collect())
}

/// Made-up posts; those of an earlier run with the same numbers are the same.
fn made_up(
    project: &Project,
    options: &Options,
    count: usize,
    place: &Path,
) -> Result<Vec<PathBuf>> {
    let length = options.length.as_deref().unwrap_or("1");
    let folder = place.join(format!("synthetic-{count}-{}-{length}", options.seed));
    if !folder.is_dir() {
        // Under another name until all are there.
        let unfinished = place.join("synthetic");
        remove(&unfinished)?;
        let arguments = [
            "--out".into(),
            unfinished.clone().into_os_string(),
            "--posts".into(),
            count.to_string().into(),
            "--seed".into(),
            options.seed.to_string().into(),
            "--length".into(),
            OsString::from(length),
        ];
        measuring_program(project, "generate", arguments)?;
        fs::rename(&unfinished, &folder).map_err(|error| cannot("rename", &unfinished, &error))?;
    }
    Ok(vec![folder])
}

/// Whether a file is a post, going by its name.
pub(super) fn is_post(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| matches!(ending, "md" | "markdown"))
}

/// The same file in another place, without a copy where the file system can.
pub(super) fn put(from: &Path, to: &Path) -> Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).map_err(|error| cannot("create", folder, &error))?;
    }
    if fs::hard_link(from, to).is_err() {
        fs::copy(from, to).map_err(|error| cannot("copy", from, &error))?;
    }
    Ok(())
}

/// Removes a folder of an earlier run.
pub(crate) fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(cannot("remove", folder, &error)),
        _ => Ok(()),
    }
}
