//! Shelfmark's own page.

use super::Page;

/// The viewer of a built site.
#[derive(Debug)]
pub(super) struct Viewer;

impl Page for Viewer {
    fn name(&self) -> String {
        "Shelfmark".into()
    }

    fn address(&self, query: Option<&str>) -> Option<String> {
        Some(match query {
            Some(query) => format!("#/?q={}", super::escaped(query)),
            None => "#/".into(),
        })
    }

    fn shown(&self) -> &'static str {
        "main .posts li"
    }

    fn is_page(&self, path: &str) -> bool {
        !path.starts_with("bundle/")
    }

    fn search(&self) -> &'static str {
        include_str!("viewer.js")
    }

    fn find(&self) -> Option<&'static str> {
        Some(include_str!("find.js"))
    }
}
