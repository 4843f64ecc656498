//! Where links lead: into the post, to another post of the archive, or outside.

use super::{Link, Tree, Walk};
use crate::policy;
use crate::url::{host, percent_decoded, resolve, same_target, scheme, trimmed};

impl<T: Tree> Walk<'_, T> {
    pub(super) fn link(&self, address: &str) -> Option<Link> {
        let address = trimmed(address);
        if let Some(id) = address.strip_prefix('#') {
            return inside(id);
        }
        if let Some(slug) = self.context.known.and_then(|known| known.post(&address)) {
            return Some(Link::Post(slug));
        }
        let (page, id) = address.split_once('#').unwrap_or((&address, ""));
        match scheme(&address).as_deref() {
            Some("mailto") => {
                return (!address.contains(char::is_control)).then_some(Link::Outside(address));
            }
            // Of a page that was saved to a disk: its footnotes.
            Some("file") if !id.is_empty() => return inside(id),
            _ => {}
        }
        // A page that links into itself by its whole address.
        let source = self.context.source.unwrap_or_default();
        let itself = resolve(source, page).is_some_and(|page| same_target(&page, source));
        if itself && !id.is_empty() {
            return inside(id);
        }
        self.absolute(&address).map(Link::Outside)
    }

    /// What an address means on the page that the post was taken from.
    pub(super) fn absolute(&self, address: &str) -> Option<String> {
        let mut address = address;
        if scheme(address).as_deref() == Some("file") {
            // Where a browser put a path of the page it saved; those of disks lead nowhere.
            address = address.get(5..)?.strip_prefix("//")?;
            if !address.starts_with('/') || address.contains([':', '|']) {
                return None;
            }
        }
        let resolved = resolve(self.context.source.unwrap_or_default(), address)?;
        host(&resolved).is_some().then_some(resolved)
    }
}

fn inside(id: &str) -> Option<Link> {
    prefixed_id(&percent_decoded(id)).map(Link::Inside)
}

pub(super) fn prefixed_id(id: &str) -> Option<String> {
    let id = id.trim();
    let plain = !id.is_empty()
        && id.len() <= 200
        && !id.chars().any(|c| c.is_whitespace() || c.is_control());
    plain.then(|| [policy::ID_PREFIX, id].concat())
}
