//! A post among the others: its body is rendered, and what of it leads to things that the archive
//! holds is kept, to travel with it.

use std::cell::RefCell;
use std::collections::BTreeMap;

use shelfmark_markdown::{Context, Known, VisibleText};

use crate::links::Links;
use crate::post::Post;
use crate::render::render_in;

/// One post, and the archive around it.
#[derive(Debug)]
pub(crate) struct Surroundings<'a> {
    post: &'a Post,
    links: &'a Links,
    /// Addresses in the post and the slugs they lead to.
    found: RefCell<BTreeMap<String, String>>,
}

impl<'a> Surroundings<'a> {
    pub(crate) fn new(post: &'a Post, links: &'a Links) -> Self {
        Self {
            post,
            links,
            found: RefCell::default(),
        }
    }

    /// Renders the post and gives its visible text.
    pub(crate) fn visible_text(&self) -> String {
        let post = self.post;
        let body = post.text.get(post.body..).unwrap_or(&post.text);
        let mut text = VisibleText::new();
        let context = Context {
            source: post.source.as_deref(),
            known: Some(self),
        };
        render_in(body, context, &mut text);
        text.finish()
    }

    /// Links to other posts that were met, by address.
    pub(crate) fn links(&self) -> Vec<(String, String)> {
        self.found.take().into_iter().collect()
    }
}

impl Known for Surroundings<'_> {
    fn post(&self, address: &str) -> Option<String> {
        let slug = self.links.find(self.post, address)?.to_owned();
        self.found
            .borrow_mut()
            .insert(address.to_owned(), slug.clone());
        Some(slug)
    }

    fn picture(&self, _: &str) -> Option<u32> {
        None
    }
}
