//! What the plain pages say around the posts, in the archive's language.
//!
//! The viewer's own texts are used where it says the same; `locales/` beside this file holds the
//! rest, also how dates are written, as there is no `Intl` here.

use std::collections::BTreeMap;

/// A language: its tag, the viewer's texts, and those of the pages.
type Locale = (&'static str, &'static str, &'static str);

macro_rules! locale {
    ($tag:literal) => {
        (
            $tag,
            include_str!(concat!("../../../../www/locales/", $tag, ".json")),
            include_str!(concat!("locales/", $tag, ".json")),
        )
    };
}

/// Every language the pages are written in; the first serves archives in any other.
const LOCALES: &[Locale] = &[locale!("en"), locale!("zh-Hans"), locale!("zh-Hant")];

/// Texts in one language.
#[derive(Debug)]
pub(crate) struct Texts {
    /// Its tag.
    pub(crate) language: &'static str,
    all: BTreeMap<String, String>,
}

impl Texts {
    /// The texts that fit an archive in this language (BCP 47) best.
    pub(crate) fn of(language: Option<&str>) -> Self {
        let wanted = chosen(language.unwrap_or_default());
        let found = LOCALES.iter().find(|(tag, ..)| *tag == wanted);
        let (language, viewer, own) = *found.unwrap_or(&LOCALES[0]);
        // Both are part of the program, and a test reads them.
        let read = |json| serde_json::from_str::<BTreeMap<String, String>>(json);
        let mut all = read(viewer).unwrap_or_default();
        all.extend(read(own).unwrap_or_default());
        Self { language, all }
    }

    /// A text; its own key when there is none, which a test rules out.
    pub(crate) fn get<'a>(&'a self, key: &'a str) -> &'a str {
        self.all.get(key).map_or(key, String::as_str)
    }

    /// A text with its places filled.
    pub(super) fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        let mut filled = String::new();
        let mut rest = self.get(key);
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, behind)) = after.split_once('}') else {
                break;
            };
            filled.push_str(before);
            let value = values.iter().find(|(known, _)| *known == name);
            filled.push_str(value.map_or("", |(_, value)| value));
            rest = behind;
        }
        filled.push_str(rest);
        filled
    }

    /// So many posts, in words.
    pub(super) fn posts(&self, count: usize) -> String {
        let key = if count == 1 {
            "posts.one"
        } else {
            "posts.other"
        };
        self.fill(key, &[("n", &number(count))])
    }

    /// The month of an ISO date (`2024-05...`), e.g. `May`.
    pub(super) fn month_name<'a>(&'a self, iso: &'a str) -> &'a str {
        let month = iso.get(5..7).and_then(|digits| digits.parse().ok());
        let names = || self.get("month.names").split(' ');
        month
            .and_then(|month: usize| names().nth(month.checked_sub(1)?))
            .unwrap_or(iso)
    }

    /// The month of an ISO date with its year.
    pub(super) fn month(&self, iso: &str) -> String {
        let year = iso.get(..4).unwrap_or(iso);
        self.fill("month", &[("month", self.month_name(iso)), ("year", year)])
    }

    /// The day of an ISO date in words.
    pub(super) fn day(&self, iso: &str) -> String {
        let (Some(year), Some(day)) = (iso.get(..4), iso.get(8..10)) else {
            return iso.to_owned();
        };
        let day = day.trim_start_matches('0');
        let month = self.month_name(iso);
        self.fill("day", &[("day", day), ("month", month), ("year", year)])
    }
}

/// The language of [`LOCALES`] for a tag: Chinese by script or region, others by their first part.
fn chosen(tag: &str) -> &str {
    let lower = tag.to_ascii_lowercase();
    let mut parts = lower.split('-');
    match parts.next() {
        Some("zh") if parts.any(|part| matches!(part, "hant" | "tw" | "hk" | "mo")) => "zh-Hant",
        Some("zh") => "zh-Hans",
        _ => tag.split('-').next().unwrap_or_default(),
    }
}

/// A number with its thousands apart.
pub(super) fn number(number: usize) -> String {
    let digits = number.to_string();
    let mut spaced = String::new();
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            spaced.push(',');
        }
        spaced.push(digit);
    }
    spaced
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn places(text: &str) -> BTreeSet<&str> {
        text.split('{')
            .skip(1)
            .filter_map(|rest| Some(rest.split_once('}')?.0))
            .collect()
    }

    #[test]
    fn every_language_has_every_text() {
        let english = Texts::of(Some("en"));
        for (tag, ..) in LOCALES {
            let texts = Texts::of(Some(tag));
            assert_eq!(texts.language, *tag);
            assert_eq!(
                texts.all.keys().collect::<Vec<_>>(),
                english.all.keys().collect::<Vec<_>>(),
                "keys of {tag}"
            );
            for (key, text) in &texts.all {
                assert_eq!(places(text), places(&english.all[key]), "{tag}: {key}");
            }
            assert_eq!(texts.get("month.names").split(' ').count(), 12, "{tag}");
        }
    }

    /// The program is built with these files: what a key names must be there.
    #[test]
    fn every_text_that_the_pages_ask_for_is_there() {
        let texts = Texts::of(None);
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/pages");
        let mut asked = 0;
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_none_or(|end| end != "rs") || path.ends_with("texts.rs") {
                continue;
            }
            let code = std::fs::read_to_string(&path).unwrap();
            for call in ["texts.get(\"", "texts.fill(\""] {
                for rest in code.split(call).skip(1) {
                    let key = rest.split('"').next().unwrap();
                    assert!(texts.all.contains_key(key), "{}: {key}", path.display());
                    asked += 1;
                }
            }
        }
        assert!(asked > 10, "{asked}");
    }

    #[test]
    fn languages_are_chosen_by_script_and_region() {
        for (tag, expected) in [
            (None, "en"),
            (Some("zh"), "zh-Hans"),
            (Some("zh-TW"), "zh-Hant"),
            (Some("zh-Hant-HK"), "zh-Hant"),
            (Some("en-GB"), "en"),
            (Some("xx"), "en"),
        ] {
            assert_eq!(Texts::of(tag).language, expected, "{tag:?}");
        }
    }

    #[test]
    fn dates_and_numbers_read_well() {
        let english = Texts::of(None);
        assert_eq!(english.day("2024-07-02T01:02:03Z"), "2 July 2024");
        assert_eq!(english.month("2024-07-02"), "July 2024");
        assert_eq!(english.posts(1), "1 post");
        assert_eq!(english.posts(44_862), "44,862 posts");
        assert_eq!(Texts::of(Some("zh")).day("2024-07-12"), "2024年7月12日");
        assert_eq!(english.day("soon"), "soon");
    }
}
