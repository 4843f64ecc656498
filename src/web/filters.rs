//! Tags as filters: real checkboxes with counts, several at once.

use shelfmark_bundle::Count;
use web_sys::Element;

use super::dom::{Build as _, Dom};
use super::texts::Texts;
use crate::route::ListRoute;

/// Tags shown before "all" is asked for.
const FEW: usize = 18;

/// The list of tags. `counts` are those of the present matches; chosen tags always stand first.
pub(super) fn tags(
    dom: &Dom,
    texts: &Texts,
    counts: &[Count],
    route: &ListRoute,
    all: bool,
) -> Element {
    let chosen = |name: &str| route.tags.iter().any(|tag| tag == name);
    let of = |name: &str| {
        counts
            .iter()
            .find(|tag| tag.name == name)
            .map_or(0, |tag| tag.count)
    };
    let mut shown: Vec<(&str, u32)> = route
        .tags
        .iter()
        .map(|tag| (tag.as_str(), of(tag)))
        .collect();
    shown.extend(
        counts
            .iter()
            .map(|tag| (tag.name.as_str(), tag.count))
            .filter(|(name, _)| !chosen(name)),
    );
    let total = shown.len();
    if !all {
        shown.truncate(FEW.max(route.tags.len()));
    }
    let mut list = dom.element("ul;class=tags;role=list");
    for (place, (name, count)) in shown.iter().enumerate() {
        let id = format!("tag-{place}");
        let boxed = dom.element("input;type=checkbox");
        let boxed = boxed.set("id", &id).set("data-tag", name);
        let _ = boxed.toggle_attribute_with_force("checked", chosen(name));
        let label = dom
            .element("label")
            .set("for", &id)
            .with(dom.text("bdi;class=tag-name", name))
            .with(dom.text("span;class=tag-count", &texts.number(*count as usize)));
        list = list.with(dom.element("li").with(boxed).with(label));
    }
    let mut panel = dom.element("div;class=tag-panel").with(list);
    if total > FEW {
        let label = if all {
            texts.get("tags.fewer")
        } else {
            texts.fill("tags.more", &[("n", &texts.number(total))])
        };
        let expanded = if all { "true" } else { "false" };
        panel = panel.with(
            dom.text("button;type=button;class=more;data-act=tags", &label)
                .set("aria-expanded", expanded),
        );
    }
    panel
}

/// Chips of the active filters, each removable.
pub(super) fn chips(dom: &Dom, texts: &Texts, route: &ListRoute) -> Option<Element> {
    if route.tags.is_empty() {
        return None;
    }
    let mut list = dom.element("ul;class=chips;role=list;part=chips");
    for tag in &route.tags {
        let label = texts.fill("tag.remove", &[("tag", tag)]);
        let mut chip = dom
            .element("button;type=button;class=chip")
            .set("data-untag", tag)
            .set("aria-label", &label);
        chip = chip.with(dom.text("bdi", tag));
        chip = chip.with(dom.text("span;aria-hidden=true;class=chip-x", "×"));
        list = list.with(dom.element("li").with(chip));
    }
    if route.tags.len() > 1 || !route.query.is_empty() {
        let all = dom.word(
            "button;type=button;class=chip chip-all;data-act=clear-all",
            texts,
            "clear.all",
        );
        list = list.with(dom.element("li").with(all));
    }
    Some(list)
}
