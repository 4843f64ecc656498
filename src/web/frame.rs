//! What stands around every view: the search field, the filters, the status line.

use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlInputElement, ShadowRoot};

use super::dom::{Dom, append, clear};
use super::texts::Texts;

/// The parts of the frame that change.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) title: Element,
    pub(super) input: HtmlInputElement,
    pub(super) clear: Element,
    pub(super) main: Element,
    pub(super) aside: Element,
    pub(super) panel: Element,
    pub(super) footer: Element,
    pub(super) status: Element,
}

impl Frame {
    /// Builds the frame in an empty root.
    pub(super) fn build(root: &ShadowRoot, dom: &Dom, texts: &Texts, direction: &str) -> Self {
        let title = dom.text(
            "a",
            &[
                ("class", "brand"),
                ("part", "title"),
                ("href", "#/"),
                ("data-go", ""),
                ("dir", "auto"),
            ],
            "",
        );
        let input = dom.element(
            "input",
            &[
                ("id", "q"),
                ("type", "search"),
                ("class", "query"),
                ("part", "search-input"),
                ("autocomplete", "off"),
                ("autocapitalize", "off"),
                ("autocorrect", "off"),
                ("spellcheck", "false"),
                ("enterkeyhint", "search"),
                ("dir", "auto"),
                ("maxlength", "1000"),
                ("placeholder", &texts.get("search.placeholder")),
                ("aria-describedby", "hint"),
            ],
        );
        let label = dom.text(
            "label",
            &[("for", "q"), ("class", "hidden")],
            &texts.get("search"),
        );
        let hint = dom.text(
            "p",
            &[("id", "hint"), ("class", "hint")],
            &texts.get("search.hint"),
        );
        let clear = dom.button(
            &[
                ("class", "clear"),
                ("data-act", "clear-query"),
                ("aria-label", &texts.get("clear")),
                ("hidden", ""),
            ],
            "×",
        );
        let search = dom.with(
            "form",
            &[("class", "search"), ("role", "search"), ("part", "search")],
            &[&label, &input, &clear, &hint],
        );
        let bar = dom.with(
            "header",
            &[("class", "bar"), ("part", "header")],
            &[&dom.with("div", &[("class", "bar-inside")], &[&title, &search])],
        );
        let main = dom.element(
            "main",
            &[
                ("class", "main"),
                ("part", "main"),
                ("id", "main"),
                ("tabindex", "-1"),
            ],
        );
        let panel = dom.element("div", &[("class", "panel")]);
        let summary = dom.text("summary", &[("class", "aside-summary")], &texts.get("tags"));
        let folded = dom.with("details", &[("class", "aside-fold")], &[&summary, &panel]);
        let _ = folded.toggle_attribute_with_force("open", is_wide());
        let aside = dom.with(
            "aside",
            &[
                ("class", "aside"),
                ("part", "filters"),
                ("aria-label", &texts.get("filters")),
                ("hidden", ""),
            ],
            &[&folded],
        );
        let layout = dom.with("div", &[("class", "layout")], &[&aside, &main]);
        let footer = dom.element("footer", &[("class", "footer"), ("part", "footer")]);
        let status = dom.element(
            "p",
            &[
                ("class", "hidden"),
                ("role", "status"),
                ("aria-live", "polite"),
            ],
        );
        let skip = dom.button(
            &[("class", "skip"), ("data-act", "skip")],
            &texts.get("skip"),
        );
        let app = dom.with(
            "div",
            &[
                ("class", "app"),
                ("part", "app"),
                ("lang", &texts.language),
                ("dir", direction),
            ],
            &[&skip, &bar, &layout, &footer, &status],
        );
        root.replace_children_with_node(&js_sys::Array::new());
        append(root, &app);
        Self {
            title,
            input: input.unchecked_into(),
            clear,
            main,
            aside,
            panel,
            footer,
            status,
        }
    }

    /// Replaces the main part.
    pub(super) fn show(&self, view: &Element) {
        clear(&self.main);
        append(&self.main, view);
    }

    /// Tells screen readers, once.
    pub(super) fn announce(&self, message: &str) {
        if self.status.text_content().as_deref() != Some(message) {
            self.status.set_text_content(Some(message));
        }
    }
}

/// Whether there is room for the filters beside the posts.
fn is_wide() -> bool {
    let width = web_sys::window().and_then(|window| window.inner_width().ok()?.as_f64());
    width.is_some_and(|width| width >= 960.0)
}
