//! Holds what is built of a post to the allow-list: every element, attribute and address, and how
//! they are nested. Tests and the fuzz target (`fuzz/`) judge by it.

use shelfmark_markdown::policy;
use shelfmark_markdown::{Element, Embed, Image, Link, Sink};

/// Panics at what the allow-list does not allow.
#[derive(Debug, Default)]
pub(crate) struct Judge {
    /// Elements that are open.
    pub(crate) open: Vec<&'static str>,
    built: usize,
}

impl Judge {
    fn address(address: &str) {
        let allowed = ["http://", "https://", "mailto:"];
        assert!(
            allowed
                .iter()
                .any(|start| address.to_lowercase().starts_with(start)),
            "address {address:?}"
        );
        assert!(
            !address.contains(|c: char| c < ' '),
            "control in {address:?}"
        );
    }
}

impl Sink for Judge {
    fn open(&mut self, element: &Element) {
        let rule = policy::RULES.iter().find(|rule| rule.shown == element.name);
        let rule = rule.unwrap_or_else(|| panic!("element {}", element.name));
        for (name, value) in &element.attributes {
            let known = policy::RULES
                .iter()
                .filter(|rule| rule.shown == element.name)
                .any(|rule| rule.attributes.contains(name))
                || policy::GLOBAL_ATTRIBUTES.contains(name);
            match *name {
                "id" => assert!(value.starts_with(policy::ID_PREFIX), "id {value:?}"),
                "class" => assert!(
                    policy::CLASSES.contains(&value.as_str())
                        || (element.name == "pre" && value == "prose"),
                    "class {value:?}"
                ),
                "data-align" => assert!(["left", "center", "right"].contains(&value.as_str())),
                _ => assert!(
                    known && policy::attribute(name, value).is_some(),
                    "{name}={value:?}"
                ),
            }
        }
        match &element.link {
            Some(Link::Outside(address)) => Self::address(address),
            Some(Link::Inside(id)) => assert!(id.starts_with(policy::ID_PREFIX)),
            Some(Link::Post(slug)) => panic!("no post is known: {slug:?}"),
            None => {}
        }
        assert!(element.link.is_none() || element.name == "a");
        assert_eq!(rule.flow, element.flow);
        self.open.push(element.name);
        self.built += 1;
        assert!(self.open.len() <= policy::MAX_DEPTH, "depth");
        assert!(self.built <= policy::MAX_NODES, "size");
    }

    fn close(&mut self, element: &Element) {
        assert_eq!(self.open.pop(), Some(element.name), "nesting");
    }

    fn text(&mut self, _: &str) {}
    fn line_break(&mut self) {}
    fn rule(&mut self) {}

    fn image(&mut self, image: &Image) {
        if let Some(address) = &image.address {
            let raster = policy::DATA_IMAGES
                .iter()
                .any(|start| address.to_lowercase().starts_with(start));
            if !raster {
                Self::address(address);
            }
        }
    }

    fn embed(&mut self, embed: &Embed) {
        Self::address(&embed.address);
    }

    fn task(&mut self, _: bool) {}
}
