//! What programs may know of the archive.

use serde::Serialize;
use shelfmark_bundle::{FacetCount, Manifest};
use wasm_bindgen::JsValue;

#[derive(Serialize)]
struct Info<'a> {
    title: &'a str,
    description: &'a str,
    posts: u32,
    tags: Vec<Named<'a>>,
    categories: Vec<Named<'a>>,
    from: Option<&'a str>,
    to: Option<&'a str>,
    languages: Vec<&'a str>,
}

#[derive(Serialize)]
struct Named<'a> {
    name: &'a str,
    count: u32,
}

fn named(facets: &[FacetCount]) -> Vec<Named<'_>> {
    facets
        .iter()
        .map(|facet| Named {
            name: &facet.name,
            count: facet.count,
        })
        .collect()
}

/// The manifest as `info` of the JavaScript API.
pub(super) fn info(manifest: &Manifest) -> JsValue {
    let info = Info {
        title: &manifest.title,
        description: &manifest.description,
        posts: manifest.posts,
        tags: named(&manifest.tags),
        categories: named(manifest.categories()),
        from: manifest.from.as_deref(),
        to: manifest.to.as_deref(),
        languages: manifest
            .languages
            .iter()
            .map(|language| language.name.as_str())
            .collect(),
    };
    serde_wasm_bindgen::to_value(&info).unwrap_or(JsValue::UNDEFINED)
}
