//! The interface's languages: every text is there, in every language, with the same places.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn locales() -> BTreeMap<String, BTreeMap<String, String>> {
    let folder = fs::read_dir(root().join("www/locales")).expect("www/locales");
    let mut all = BTreeMap::new();
    for entry in folder {
        let path = entry.expect("a locale").path();
        let name = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let json = fs::read(&path).expect("its text");
        let texts = serde_json::from_slice(&json).unwrap_or_else(|error| panic!("{name}: {error}"));
        all.insert(name, texts);
    }
    all
}

/// The `{name}` places of a text.
fn places(text: &str) -> BTreeSet<&str> {
    text.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name)
        .collect()
}

#[test]
fn every_language_has_every_text() {
    let locales = locales();
    let english = &locales["en"];
    assert!(locales.len() >= 3);
    for (language, texts) in &locales {
        // Some languages have more plural forms.
        let is_own = |key: &&String| [".few", ".many"].iter().any(|form| key.ends_with(form));
        let keys: BTreeSet<_> = texts.keys().filter(|key| !is_own(key)).collect();
        assert_eq!(keys, english.keys().collect(), "keys of {language}");
        for (key, text) in texts {
            assert!(!text.trim().is_empty(), "{language}: {key} is empty");
            let other = key
                .rsplit_once('.')
                .map(|(stem, _)| format!("{stem}.other"));
            let model = english
                .get(key)
                .or_else(|| english.get(&other.unwrap_or_default()));
            assert_eq!(
                places(text),
                places(model.unwrap_or_else(|| panic!("{language}: no text is called {key}"))),
                "{language}: places of {key}"
            );
        }
    }
}

#[test]
fn element_js_knows_every_language() {
    let script = fs::read_to_string(root().join("www/element.js")).expect("www/element.js");
    let list = script
        .split("const LOCALES = [")
        .nth(1)
        .and_then(|rest| rest.split(']').next())
        .expect("LOCALES");
    let known: BTreeSet<String> = list
        .split(',')
        .map(|name| name.trim().trim_matches('"').to_owned())
        .collect();
    assert_eq!(known, locales().into_keys().collect());
}

#[test]
fn every_text_the_viewer_asks_for_exists() {
    let english = &locales()["en"];
    let mut asked = BTreeSet::new();
    for entry in fs::read_dir(root().join("src/web")).expect("src/web") {
        let code = fs::read_to_string(entry.expect("a file").path()).expect("its text");
        for (call, endings) in [
            ("texts.get(\"", &[""][..]),
            ("texts.fill(\"", &[""]),
            ("texts.count(\"", &[".one", ".other"]),
            // Elements that hold one of the texts.
            ("texts,\"", &[""]),
        ] {
            // A call may be broken over lines.
            let code = code.split_whitespace().collect::<String>();
            for rest in code.split(call).skip(1) {
                let key = rest.split('"').next().unwrap_or_default();
                asked.extend(endings.iter().map(|ending| format!("{key}{ending}")));
            }
        }
    }
    // What stands around the views.
    for name in ["outlines.js", "timeline.js", "reader.js"] {
        let script = fs::read_to_string(root().join("www").join(name)).expect("a script");
        let is_key = |c: char| c.is_ascii_lowercase() || matches!(c, '.' | '-');
        for call in ["@", "texts[\"", "#texts[\"", "texts."] {
            for rest in script.split(call).skip(1) {
                let key: String = rest.chars().take_while(|c| is_key(*c)).collect();
                let known = english.contains_key(&key);
                // A method, or a name that is put together, is no key.
                if known
                    || (call != "texts."
                        && !key.is_empty()
                        && rest[key.len()..].starts_with(['"', '\n', '|', ';']))
                {
                    asked.insert(key);
                }
            }
        }
    }
    assert!(
        asked.len() > 60,
        "the search for keys found only {}",
        asked.len()
    );
    let missing: Vec<_> = asked
        .iter()
        .filter(|key| !english.contains_key(*key))
        .collect();
    assert!(
        missing.is_empty(),
        "not in www/locales/en.json: {missing:?}"
    );
}
