//! The interface's own words, in the reader's language.

use std::collections::BTreeMap;

/// English is built in and stands in for what another language lacks.
const ENGLISH: &str = include_str!("../../www/locales/en.json");

/// Texts by key.
#[derive(Debug)]
pub(super) struct Texts {
    /// Language of the interface (BCP 47).
    pub(super) language: String,
    texts: BTreeMap<String, String>,
}

impl Texts {
    /// Texts from the JSON of a language, over the English ones.
    pub(super) fn new(language: String, json: &str) -> Self {
        let mut texts: BTreeMap<String, String> = serde_json::from_str(ENGLISH).unwrap_or_default();
        let own: BTreeMap<String, String> = serde_json::from_str(json).unwrap_or_default();
        let language = if own.is_empty() {
            "en".to_owned()
        } else {
            language
        };
        texts.extend(own);
        Self { language, texts }
    }

    /// The text for a key.
    pub(super) fn get(&self, key: &str) -> &str {
        self.texts.get(key).map_or("", String::as_str)
    }

    /// The text for a key with its `{name}` places filled.
    pub(super) fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        values
            .iter()
            .fold(self.get(key).to_owned(), |text, (name, value)| {
                text.replace(&format!("{{{name}}}"), value)
            })
    }

    /// A number of things: the key's `.one` or `.other` form.
    pub(super) fn count(&self, key: &str, n: usize) -> String {
        let form = if n == 1 { "one" } else { "other" };
        self.fill(&format!("{key}.{form}"), &[("n", &self.number(n))])
    }

    /// A number as the reader writes it.
    pub(super) fn number(&self, n: usize) -> String {
        let number = js_sys::Number::from(n as f64);
        number.to_locale_string(&self.language).into()
    }
}
