//! Tags, categories and authors as filters: real checkboxes with counts, several at once; and the
//! chips of those that are chosen.

use shelfmark_bundle::Count;
use shelfmark_text::fold;
use web_sys::Element;

use super::dates;
use super::dom::{Build as _, Dom};
use super::texts::Texts;
use crate::route::{KINDS, Kind, ListRoute};

/// Names shown before "all" is asked for, of tags and of the others.
const FEW: [usize; 3] = [18, 6, 6];
/// Most names that are shown of a kind: among more, one looks by name.
const MOST: usize = 200;
/// Names that are looked among by name.
const MANY: usize = 12;

/// What is shown of the names of a kind.
#[derive(Debug, Clone, Default)]
pub(super) struct Shown {
    /// All of them.
    pub(super) all: bool,
    /// Those that hold this.
    pub(super) find: String,
}

/// The names of a kind. `counts` are those of the present matches; chosen names always stand first.
pub(super) fn facet(
    dom: &Dom,
    texts: &Texts,
    kind: Kind,
    counts: &[Count],
    route: &ListRoute,
    shown: &Shown,
) -> Option<Element> {
    let chosen = &route.names[kind];
    let mut names: Vec<(&str, u32)> = Vec::with_capacity(counts.len());
    for name in chosen {
        let found = counts.iter().find(|count| count.name == *name);
        names.push((name, found.map_or(0, |found| found.count)));
    }
    for count in counts {
        if !chosen.contains(&count.name) {
            names.push((&count.name, count.count));
        }
    }
    let total = names.len();
    if total == 0 {
        return None;
    }
    let wanted = fold(shown.find.trim());
    if !wanted.is_empty() {
        names.retain(|(name, _)| fold(name).contains(&wanted));
    }
    let few = FEW[kind].max(chosen.len());
    names.truncate(if shown.all || !wanted.is_empty() {
        MOST
    } else {
        few
    });
    let mut list = dom.element("ul;class=tags;role=list");
    for (place, (name, count)) in names.iter().enumerate() {
        let id = [KINDS[kind], "-", &place.to_string()].concat();
        let boxed = dom.element("input;type=checkbox");
        let boxed = boxed.set("id", &id).set(&attribute(kind), name);
        let _ = boxed.toggle_attribute_with_force("checked", chosen.iter().any(|one| one == name));
        let label = dom
            .element("label")
            .set("for", &id)
            .with(dom.text("bdi;class=tag-name", name))
            .with(dom.text("span;class=tag-count", &texts.number(*count as usize)));
        list = list.with(dom.element("li").with(boxed).with(label));
    }
    let title = texts.get(["tags", "categories", "authors"][kind]);
    let mut panel = dom
        .element("section;class=facet")
        .set("data-kind", KINDS[kind])
        .with(dom.text("h2;class=facet-name", &title));
    if total > MANY {
        let find = dom
            .element("input;type=search;class=find;autocomplete=off;spellcheck=false;dir=auto")
            .set("data-find", KINDS[kind])
            .set("placeholder", &texts.get("find"))
            .set("aria-label", &title);
        let _ = js_sys::Reflect::set(&find, &"value".into(), &shown.find.as_str().into());
        panel = panel.with(find);
    }
    panel = panel.with(list);
    if total > few && wanted.is_empty() {
        let label = if shown.all {
            texts.get("tags.fewer")
        } else {
            texts.fill("tags.more", &[("n", &texts.number(total))])
        };
        let more = dom
            .text("button;type=button;class=more;data-act=all", &label)
            .set("data-kind", KINDS[kind])
            .set("aria-expanded", if shown.all { "true" } else { "false" });
        panel = panel.with(more);
    }
    Some(panel)
}

/// The attribute that holds a name of a kind.
pub(super) fn attribute(kind: Kind) -> String {
    ["data-", KINDS[kind]].concat()
}

/// The days of a list in words, if it is narrowed to some.
pub(super) fn days(texts: &Texts, route: &ListRoute) -> Option<String> {
    if !route.day.is_empty() {
        return Some(dates::anniversary(&route.day, &texts.language));
    }
    let [from, to] = [&route.from, &route.to].map(|day| match day.as_str() {
        "" => String::from("…"),
        day => dates::short_day(day, &texts.language),
    });
    (!route.from.is_empty() || !route.to.is_empty()).then(|| [&from, " – ", &to].concat())
}

/// Chips of the active filters, each removable.
pub(super) fn chips(dom: &Dom, texts: &Texts, route: &ListRoute) -> Option<Element> {
    if !route.is_filtered() {
        return None;
    }
    let mut list = dom.element("ul;class=chips;role=list;part=chips");
    let chip = |kind: &str, name: &str| {
        let label = texts.fill("tag.remove", &[("tag", name)]);
        let chip = dom
            .element("button;type=button;class=chip")
            .set(&["data-un", kind].concat(), name)
            .set("aria-label", &label)
            .with(dom.text("bdi", name))
            .with(dom.text("span;aria-hidden=true;class=chip-x", "×"));
        dom.element("li").with(chip)
    };
    let mut count = 0;
    for (kind, names) in KINDS.iter().zip(&route.names) {
        for name in names {
            list = list.with(chip(kind, name));
            count += 1;
        }
    }
    if let Some(days) = days(texts, route) {
        list = list.with(chip("day", &days));
        count += 1;
    }
    if count > 1 || !route.query.is_empty() {
        let all = dom.word(
            "button;type=button;class=chip chip-all;data-act=clear-all",
            texts,
            "clear.all",
        );
        list = list.with(dom.element("li").with(all));
    }
    Some(list)
}
