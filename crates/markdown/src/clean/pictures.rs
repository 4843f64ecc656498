//! Pictures, which pages load in many ways, and players.
//!
//! A picture is shown once: from the address that it is loaded from late, if there is one, from
//! its own otherwise; the copy for readers without scripts only where nothing else has one.

use super::{Embed, Image, Tree, View, Walk};
use crate::disarm;
use crate::policy;
use crate::url::{percent_decoded, same_target, scheme, trimmed};

/// A picture as the page has it.
struct Found {
    image: Image,
    /// All addresses that it may be loaded from, without their queries.
    addresses: Vec<String>,
}

impl<T: Tree> Walk<'_, T> {
    /// An `img`; `picture` is the element around it that offers it in other forms.
    pub(super) fn image(&mut self, node: &T::Node, picture: Option<&T::Node>) {
        if let Some(alt) = self.emoji(node) {
            self.characters(&alt);
        } else if let Some(found) = self.read_image(node, picture) {
            if !found.is_loadable() && self.has_copy_after(node) {
                return;
            }
            let repeated = self.copied_picture && self.is_last(&found);
            self.copied_picture = false;
            if !repeated {
                self.show_image(found);
            }
        }
    }

    /// A `picture`: shows its `img`. Tells whether its children are to be walked, as there is none.
    pub(super) fn picture_element(&mut self, node: &T::Node) -> bool {
        let is_img = |node: &T::Node| self.is_element(node, "img");
        match self.find_within(node, &is_img) {
            Some(img) => self.image(&img, Some(node)),
            None => {
                self.element(node, None);
                return true;
            }
        }
        false
    }

    /// A `noscript`: what it says is for browsers that readers don't have, but pictures may stand
    /// there alone.
    pub(super) fn noscript(&mut self, node: &T::Node) {
        if let Some(found) = self.copy_within(node)
            && !self.is_last(&found)
        {
            self.show_image(found);
            self.copied_picture = true;
        }
    }

    fn copy_within(&self, node: &T::Node) -> Option<Found> {
        let img = self.find_within(node, &|node| self.is_element(node, "img"))?;
        self.read_image(&img, None).filter(Found::is_loadable)
    }

    fn has_copy_after(&self, node: &T::Node) -> bool {
        let next = self.tree.next_sibling(node);
        next.is_some_and(|next| {
            self.is_element(&next, "noscript") && self.copy_within(&next).is_some()
        })
    }

    fn show_image(&mut self, found: Found) {
        self.last_picture = found.addresses;
        let image = &found.image;
        match &image.address {
            Some(address) => {
                let away = image.copy.is_none() && !address.starts_with("data:");
                self.notes.remote += usize::from(away);
            }
            None => self.notes.nowhere += usize::from(image.copy.is_none()),
        }
        self.show();
        self.sink.image(image);
    }

    /// Whether this is the picture that was shown last, in whatever size.
    fn is_last(&self, found: &Found) -> bool {
        let mut addresses = found.addresses.iter();
        addresses.any(|address| self.last_picture.contains(address))
    }

    fn is_element(&self, node: &T::Node, name: &str) -> bool {
        matches!(self.tree.view(node), View::Element(other) if other == name)
    }

    /// An attribute that is not blank.
    fn stated(&self, node: &T::Node, name: &str) -> Option<String> {
        let value = self.tree.attribute(node, name)?;
        (!value.trim().is_empty()).then_some(value)
    }

    /// The character that a picture stands for.
    fn emoji(&self, node: &T::Node) -> Option<String> {
        let class = self.stated(node, "class")?;
        let is_one = class
            .split_ascii_whitespace()
            .any(|class| policy::EMOJI.contains(&class));
        self.stated(node, "alt").filter(|_| is_one)
    }

    fn pixels(&self, node: &T::Node, name: &str) -> Option<u32> {
        let value = self.stated(node, name)?;
        let value = value.trim();
        value.strip_suffix("px").unwrap_or(value).parse().ok()
    }

    /// Whether it only tells a site that somebody reads: it has no size, or is never shown.
    fn counts_readers(&self, node: &T::Node) -> bool {
        let style = self.stated(node, disarm::STYLE).unwrap_or_default();
        for name in ["width", "height"] {
            let styled = policy::style(&style, name).unwrap_or_default();
            if self.pixels(node, name).is_some_and(|n| n <= 1)
                || matches!(styled, "0" | "1px" | "0px")
            {
                return true;
            }
        }
        // What is loaded late may be hidden until then.
        policy::style(&style, "display") == Some("none")
            && !policy::LAZY
                .iter()
                .any(|name| self.stated(node, name).is_some())
    }

    /// Addresses that a picture or player may be loaded from, the best one first.
    fn addresses(&self, node: &T::Node, picture: Option<&T::Node>) -> Vec<String> {
        let mut found = Vec::new();
        for name in policy::LAZY {
            // Some keep a number or a switch there.
            let address = self.stated(node, name);
            found.extend(address.filter(|address| address.contains(['/', '.'])));
        }
        found.extend(self.stated(node, "src"));
        self.candidates(node, &mut found);
        let mut child = picture.and_then(|picture| self.tree.first_child(picture));
        while let Some(node) = child {
            if self.is_element(&node, "source") {
                self.candidates(&node, &mut found);
            }
            child = self.tree.next_sibling(&node);
        }
        for address in &mut found {
            *address = trimmed(address);
        }
        found
    }

    fn candidates(&self, node: &T::Node, found: &mut Vec<String>) {
        for name in ["data-srcset", "data-lazy-srcset", "srcset"] {
            candidates(&self.stated(node, name).unwrap_or_default(), found);
        }
    }

    fn read_image(&self, node: &T::Node, picture: Option<&T::Node>) -> Option<Found> {
        if self.counts_readers(node) {
            return None;
        }
        let (mut address, mut data, mut copy) = (None, None, None);
        let mut addresses = Vec::new();
        for candidate in self.addresses(node, picture) {
            copy = copy.or_else(|| self.context.known?.picture(&candidate));
            if scheme(&candidate).as_deref() == Some("data") {
                if data.is_none() && is_picture(&candidate) {
                    addresses.push(candidate.clone());
                    data = Some(candidate);
                }
            } else {
                let absolute = self.absolute(&candidate);
                let source = self.context.source.unwrap_or_default();
                if absolute
                    .as_ref()
                    .is_some_and(|page| same_target(page, source))
                {
                    // The page itself: its picture was lost when it was saved.
                    continue;
                }
                addresses.push(without_query(absolute.as_ref().unwrap_or(&candidate)).to_owned());
                address = address.or(absolute);
            }
        }
        // What stands in the page itself may be a blurred likeness.
        let address = address.or(data);
        if let Some(address) = &address
            && policy::begins_with(address, policy::COUNTERS)
        {
            return None;
        }
        let alt = self.stated(node, "alt");
        let alt = alt
            .or_else(|| self.stated(node, "title"))
            .unwrap_or_default();
        if address.is_none() && copy.is_none() && alt.is_empty() {
            return None;
        }
        let size = self
            .pixels(node, "width")
            .zip(self.pixels(node, "height"))
            .filter(|(w, h)| *w <= 20_000 && *h <= 20_000);
        let image = Image {
            address,
            copy,
            alt: alt.split_whitespace().collect::<Vec<_>>().join(" "),
            size,
        };
        Some(Found { image, addresses })
    }

    pub(super) fn embed(&mut self, node: &T::Node) {
        if self.counts_readers(node) {
            return;
        }
        let mut addresses = self.addresses(node, None);
        addresses.extend(self.stated(node, "data"));
        let mut child = self.tree.first_child(node);
        while let Some(node) = child {
            let name = match self.tree.view(&node) {
                View::Element(name) => name,
                _ => String::new(),
            };
            match name.as_str() {
                "source" | "embed" => addresses.extend(self.stated(&node, "src")),
                "param" if self.stated(&node, "name").as_deref() == Some("movie") => {
                    addresses.extend(self.stated(&node, "value"));
                }
                _ => {}
            }
            child = self.tree.next_sibling(&node);
        }
        let found = addresses
            .iter()
            .find_map(|address| self.absolute(&trimmed(address)));
        let Some(address) = found else { return };
        let address = self.played(&address).unwrap_or(address);
        if policy::begins_with(&address, policy::COUNTERS) {
            return;
        }
        let title = self.stated(node, "title");
        let title = title
            .or_else(|| self.stated(node, "aria-label"))
            .unwrap_or_default();
        self.show();
        self.sink.embed(&Embed { address, title });
    }

    /// The page that a player of Embedly plays: more to readers than the player's own address.
    fn played(&self, address: &str) -> Option<String> {
        let (_, query) = address.split_once("embedly.com/widgets/media.html?")?;
        let mut parts = query.split('&');
        let page = parts.find_map(|part| part.strip_prefix("url="))?;
        self.absolute(&percent_decoded(page))
    }
}

impl Found {
    /// Whether there is anything to load.
    fn is_loadable(&self) -> bool {
        self.image.address.is_some() || self.image.copy.is_some()
    }
}

/// Whether a `data:` address is a raster picture to look at: shorter ones are blank spacers.
fn is_picture(address: &str) -> bool {
    let known = policy::DATA_IMAGES.iter().any(|start| {
        address
            .get(..start.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(start))
    });
    known && address.len() > 256
}

fn without_query(address: &str) -> &str {
    address.split(['?', '#']).next().unwrap_or(address)
}

/// Addresses of a `srcset` (HTML standard, 4.8.4.2.1): they may hold commas, but not end in one.
fn candidates(set: &str, found: &mut Vec<String>) {
    let mut rest = set;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
        if rest.is_empty() || found.len() > 64 {
            return;
        }
        let end = rest
            .find(|c: char| c.is_ascii_whitespace())
            .unwrap_or(rest.len());
        let (address, after) = rest.split_at(end);
        let plain = address.trim_end_matches(',');
        found.push(plain.to_owned());
        // Without a comma, widths and densities follow.
        rest = if plain.len() < address.len() {
            after
        } else {
            after.split_once(',').map_or("", |(_, next)| next)
        };
    }
}

#[cfg(test)]
mod tests {
    use super::candidates;

    #[test]
    fn addresses_of_a_set_may_hold_commas() {
        let mut found = Vec::new();
        let set =
            " data:image/gif;base64,R0==, https://a.example/w_1,h_2/x.jpg 2x,b.png 300w,c.png,";
        candidates(set, &mut found);
        assert_eq!(
            found,
            [
                "data:image/gif;base64,R0==",
                "https://a.example/w_1,h_2/x.jpg",
                "b.png",
                "c.png"
            ]
        );
    }
}
