use std::process::Command;

use tempfile::TempDir;

use super::*;

/// A folder with a site in `site`.
fn folder() -> (TempDir, Place) {
    let folder = tempfile::tempdir().unwrap();
    write(
        &folder.path().join("site/bundle/archive.json"),
        &manifest("old"),
    );
    write(&folder.path().join("site/index.html"), "old");
    let place = Place::check(&folder.path().join("site"), &[]).unwrap();
    (folder, place)
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// As much of a manifest as tells whose it is.
fn manifest(text: &str) -> String {
    format!("{{\"shelfmark\":\"archive\",\"title\":\"{text}\"}}")
}

/// Names of what lies in a folder, in order.
pub(super) fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn publish(place: &Place, text: &str) {
    let staging = Staging::begin(place, None).unwrap();
    write(&staging.path().join("bundle/archive.json"), &manifest(text));
    write(&staging.path().join("index.html"), text);
    staging.publish().unwrap();
}

/// The number of a process that has ended.
fn dead_process() -> u32 {
    let mut child = Command::new("true").spawn().unwrap();
    child.wait().unwrap();
    child.id()
}

#[test]
fn a_site_is_replaced_and_what_is_not_ours_stays() {
    let (folder, place) = folder();
    let site = place.path();
    write(&site.join("CNAME"), "archive.example");
    write(&site.join(".git/HEAD"), "ref");
    write(&site.join("bundle/list-0.bin"), "old shard");
    #[cfg(unix)]
    std::os::unix::fs::symlink("CNAME", site.join("link")).unwrap();
    publish(&place, "new");
    let found = fs::read_to_string(site.join("bundle/archive.json")).unwrap();
    assert_eq!(found, manifest("new"));
    assert_eq!(fs::read(site.join("index.html")).unwrap(), b"new");
    assert_eq!(fs::read(site.join("CNAME")).unwrap(), b"archive.example");
    assert_eq!(fs::read(site.join(".git/HEAD")).unwrap(), b"ref");
    #[cfg(unix)]
    assert_eq!(
        fs::read_link(site.join("link")).unwrap(),
        Path::new("CNAME")
    );
    assert!(!site.join("bundle/list-0.bin").exists());
    assert_eq!(names(folder.path()), ["site"]);
}

#[test]
fn a_site_is_made_where_there_was_none() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::check(&folder.path().join("a/b/site"), &[]).unwrap();
    assert_eq!(names(folder.path()), [""; 0], "looking touches nothing");
    publish(&place, "new");
    assert_eq!(names(place.path()), ["bundle", "index.html"]);
    assert_eq!(names(&folder.path().join("a/b")), ["site"]);
}

#[test]
fn what_is_given_up_leaves_nothing_behind() {
    let (folder, place) = folder();
    let staging = Staging::begin(&place, None).unwrap();
    write(&staging.path().join("index.html"), "new");
    drop(staging);
    assert_eq!(names(folder.path()), ["site"]);
    assert_eq!(fs::read(place.path().join("index.html")).unwrap(), b"old");
}

#[test]
fn two_renames_do_the_same_as_an_exchange() {
    let folder = tempfile::tempdir().unwrap();
    let (new, target) = (folder.path().join("new"), folder.path().join("target"));
    write(&new.join("a"), "new");
    write(&target.join("a"), "old");
    exchange::in_steps(&new, &target).unwrap();
    assert_eq!(fs::read(new.join("a")).unwrap(), b"old");
    assert_eq!(fs::read(target.join("a")).unwrap(), b"new");
    assert_eq!(names(folder.path()), ["new", "target"]);

    // When the second rename fails, the first is taken back.
    assert!(exchange::in_steps(&folder.path().join("nothing"), &target).is_err());
    assert_eq!(names(folder.path()), ["new", "target"]);
}

#[test]
fn leftovers_of_dead_builds_are_tidied_up() {
    let (folder, place) = folder();
    let dead = dead_process();
    let unfinished = folder.path().join(format!(".site.shelfmark-{dead}-tmp"));
    write(&unfinished.join("icons/half"), "");
    let running = folder.path().join(".site.shelfmark-1-tmp");
    write(&running.join("index.html"), "");
    let of_another_site = folder.path().join(format!(".other.shelfmark-{dead}-tmp"));
    write(&of_another_site.join("index.html"), "");
    publish(&place, "new");
    assert!(!unfinished.exists());
    assert!(running.exists() && of_another_site.exists());
    assert!(!place.path().join("icons").exists());
}

#[test]
fn what_a_killed_build_did_not_carry_over_is_rescued() {
    let (folder, place) = folder();
    // Killed right after the exchange: the old tree still holds a folder that is not ours.
    let old = folder
        .path()
        .join(format!(".site.shelfmark-{}-tmp", dead_process()));
    write(&old.join("bundle/archive.json"), &manifest("older"));
    write(&old.join(".git/HEAD"), "ref");
    publish(&place, "new");
    assert_eq!(fs::read(place.path().join(".git/HEAD")).unwrap(), b"ref");
    assert_eq!(names(folder.path()), ["site"]);
}

#[test]
fn a_site_that_was_put_aside_comes_back() {
    let (folder, place) = folder();
    let aside = folder
        .path()
        .join(format!(".site.shelfmark-{}-old", dead_process()));
    fs::rename(place.path(), &aside).unwrap();
    drop(Staging::begin(&place, None).unwrap());
    assert_eq!(fs::read(place.path().join("index.html")).unwrap(), b"old");
    assert_eq!(names(folder.path()), ["site"]);
}

#[test]
fn places_that_are_not_ours_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    write(&path("mine/letter.txt"), "dear");
    write(&path("file"), "");
    write(&path("posts/a.md"), "");
    fs::create_dir(path("empty")).unwrap();
    let posts = [path("posts")];
    for (out, why) in [
        ("mine", "not empty"),
        ("file", "not a folder"),
        ("posts", "inside the posts folder"),
        ("posts/site", "inside the posts folder"),
        ("posts/../posts/x/site", "inside the posts folder"),
    ] {
        let error = Place::check(&path(out), &posts).unwrap_err().to_string();
        assert!(error.contains(why), "{out}: {error}");
    }
    write(&path("bundle/archive.json"), "");
    let error = Place::check(folder.path(), &posts).unwrap_err().to_string();
    assert!(error.contains("which the site would replace"), "{error}");
    assert!(Place::check(Path::new("/"), &[]).is_err());
    for out in ["empty", "new", "new/site", "posts-site", "posts/../site"] {
        assert!(Place::check(&path(out), &posts).is_ok(), "{out}");
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(path("gone"), path("dangling")).unwrap();
        assert!(Place::check(&path("dangling"), &posts).is_err());
        std::os::unix::fs::symlink(path("empty"), path("link")).unwrap();
        let place = Place::check(&path("link"), &posts).unwrap();
        assert_eq!(place.path(), path("empty").canonicalize().unwrap());
    }
}
