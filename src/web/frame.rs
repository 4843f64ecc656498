//! What stands around every view: the search field, the filters, the status line.

use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlInputElement, ShadowRoot};

use super::dom::{Build as _, Dom, append, clear};
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
    /// The whole frame, on which the choices of the look stand.
    pub(super) app: Element,
    /// Where the months are drawn.
    pub(super) timeline: Element,
}

impl Frame {
    /// Builds the frame in an empty root.
    pub(super) fn build(root: &ShadowRoot, dom: &Dom, texts: &Texts, direction: &str) -> Self {
        let title = dom.element("a;class=brand;part=title;href=#/;data-go;dir=auto");
        let input = dom.element("input;id=q;type=search;class=query;part=search-input;autocomplete=off;autocapitalize=off;autocorrect=off;spellcheck=false;enterkeyhint=search;dir=auto;maxlength=1000;aria-describedby=hint").set("placeholder", &texts.get("search.placeholder"));
        let label = dom.word("label;for=q;class=hidden", texts, "search");
        let hint = dom.word("p;id=hint;class=hint", texts, "search.hint");
        let clear = dom
            .text(
                "button;type=button;class=clear;data-act=clear-query;hidden",
                "×",
            )
            .set("aria-label", &texts.get("clear"));
        let recent = dom
            .element("nav;class=recent")
            .set("aria-label", &texts.get("recent"));
        let search = dom
            .element("form;class=search;role=search;part=search")
            .with(label)
            .with(input.clone())
            .with(clear.clone())
            .with(dom.element("div;class=below").with(hint).with(recent));
        let bar = dom.element("header;class=bar;part=header").with(
            dom.element("div;class=bar-inside")
                .with(title.clone())
                .with(search),
        );
        let bar = bar.with(dom.element("div;class=meter"));
        let main = dom.element("main;class=main;part=main;id=main;tabindex=-1");
        let panel = dom.element("div;class=panel");
        let timeline = dom.element("div;class=timeline-room");
        let summary = dom.word("summary;class=aside-summary", texts, "filters");
        let folded = dom
            .element("details;class=aside-fold")
            .with(summary)
            .with(timeline.clone())
            .with(panel.clone());
        let _ = folded.toggle_attribute_with_force("open", is_wide());
        let aside = dom
            .element("aside;class=aside;part=filters;hidden")
            .set("aria-label", &texts.get("filters"))
            .with(folded);
        let layout = dom
            .element("div;class=layout")
            .with(aside.clone())
            .with(main.clone());
        let footer = dom.element("footer;class=footer;part=footer");
        let status = dom.element("p;class=hidden status;role=status;aria-live=polite");
        let skip = dom.word("button;type=button;class=skip;data-act=skip", texts, "skip");
        let app = dom
            .element("div;class=app;part=app")
            .set("lang", &texts.language)
            .set("dir", direction)
            .with(skip)
            .with(bar)
            .with(layout)
            .with(footer.clone())
            .with(status.clone());
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
            app,
            timeline,
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
