use std::fs;

use super::*;

/// A cache in which something was kept for the default settings.
fn written(folder: &Path) -> Vec<u8> {
    let cache = Cache::open(folder).unwrap().unwrap();
    let settings = Settings::default();
    let image = cache.image(&settings);
    assert!(image.is_empty());
    let reuse = cache.begin(&image, folder);
    cache.end(&reuse, &settings, &[], vec![Names::default()], folder);
    cache.published();
    fs::read(folder.join(FILE)).unwrap()
}

fn is_used(folder: &Path, settings: &Settings) -> bool {
    let cache = Cache::open(folder).unwrap().unwrap();
    let image = cache.image(settings);
    cache.begin(&image, folder).names().len() == 1
}

#[test]
fn one_build_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let first = Cache::open(folder.path()).unwrap();
    assert!(first.is_some());
    assert!(Cache::open(folder.path()).unwrap().is_none());
    drop(first);
    assert!(Cache::open(folder.path()).unwrap().is_some());
}

#[test]
fn what_is_kept_is_for_the_same_settings() {
    let folder = tempfile::tempdir().unwrap();
    written(folder.path());
    let other = Settings {
        title: Some("x".into()),
        ..Settings::default()
    };
    let signed = Settings {
        sign: Some("key".into()),
        cache: Some("folder".into()),
        ..Settings::default()
    };
    assert!(is_used(folder.path(), &Settings::default()));
    assert!(!is_used(folder.path(), &other));
    assert!(is_used(folder.path(), &signed), "the same is written");
}

#[test]
fn what_is_damaged_is_not_used() {
    let folder = tempfile::tempdir().unwrap();
    let whole = written(folder.path());
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        fs::write(folder.path().join(FILE), &bytes).unwrap();
        assert!(!is_used(folder.path(), &Settings::default()), "byte {at}");
        fs::write(folder.path().join(FILE), &whole[..at]).unwrap();
        assert!(!is_used(folder.path(), &Settings::default()), "{at} bytes");
    }
    fs::write(folder.path().join(FILE), &whole).unwrap();
    assert!(is_used(folder.path(), &Settings::default()));
}
