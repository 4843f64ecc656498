//! The interface's own words, in the reader's language.

use wasm_bindgen::JsValue;

/// Texts by key.
#[derive(Debug)]
pub(super) struct Texts {
    /// Language of the interface (BCP 47).
    pub(super) language: String,
    texts: js_sys::Object,
    plurals: js_sys::Intl::PluralRules,
    /// Writes numbers; made once, as making it takes longer than all else here.
    numbers: js_sys::Function,
}

impl Texts {
    /// Texts of a language, which JavaScript chose and loaded.
    pub(super) fn new(language: String, texts: js_sys::Object) -> Self {
        let languages = js_sys::Array::of1(&language.as_str().into());
        Self {
            plurals: js_sys::Intl::PluralRules::new(&languages, &js_sys::Object::new()),
            numbers: js_sys::Intl::NumberFormat::new(&languages, &js_sys::Object::new()).format(),
            language,
            texts,
        }
    }

    /// The text for a key.
    pub(super) fn get(&self, key: &str) -> String {
        let text = js_sys::Reflect::get(&self.texts, &JsValue::from_str(key));
        text.ok()
            .and_then(|text| text.as_string())
            .unwrap_or_default()
    }

    /// The text for a key with its `{name}` places filled.
    pub(super) fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        values.iter().fold(self.get(key), |text, (name, value)| {
            text.replace(&["{", name, "}"].concat(), value)
        })
    }

    /// A number of things, in the form that the language has for it (`.one`, `.few`, ...), else in
    /// the key's `.other` form.
    pub(super) fn count(&self, key: &str, n: usize) -> String {
        let form: String = self.plurals.select(n as f64).into();
        let own = [key, ".", &form].concat();
        let key = match self.get(&own).as_str() {
            "" => [key, ".other"].concat(),
            _ => own,
        };
        self.fill(&key, &[("n", &self.number(n))])
    }

    /// A number as the reader writes it.
    pub(super) fn number(&self, n: usize) -> String {
        let text = self.numbers.call1(&JsValue::UNDEFINED, &(n as f64).into());
        text.ok()
            .and_then(|text| text.as_string())
            .unwrap_or_default()
    }
}
