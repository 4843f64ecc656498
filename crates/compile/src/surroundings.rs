//! A post among the others: its body is rendered, and what of it leads to things that the archive
//! holds is kept, to travel with it.

use core::hash::{Hash, Hasher};
use std::cell::RefCell;
use std::collections::BTreeMap;

use shelfmark_bundle::Picture;
use shelfmark_markdown::{Context, Known, VisibleText};

use crate::error::Error;
use crate::links::Links;
use crate::names::Asked;
use crate::pictures::{Copied, Pictures};
use crate::post::Post;
use crate::render::Document;
use crate::shard;
use crate::shown::{self, Around, Others};
use crate::writer::Writer;

/// The archive around its posts.
#[derive(Debug)]
pub(crate) struct Surroundings<'a> {
    pub(crate) links: Links,
    pub(crate) others: Others,
    pub(crate) pictures: Pictures,
    pub(crate) writer: &'a Writer<'a>,
}

/// What was looked up while a post was rendered, and what came of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Looked {
    /// Names of posts and files, as [`Asked`] encodes them.
    pub(crate) names: Vec<u8>,
    /// Pictures on disk.
    pub(crate) pictures: BTreeMap<String, Option<Copied>>,
    /// How many pictures were not found.
    pub(crate) missing: usize,
}

/// A post that was rendered.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rendered {
    /// Its visible text.
    pub(crate) text: String,
    html: Option<String>,
    /// What was rendered, if it is not the body.
    pub(crate) shown: Option<String>,
    pub(crate) links: BTreeMap<String, String>,
    /// The archive's own copies of what it shows.
    pub(crate) pictures: Vec<Picture>,
    pub(crate) looked: Looked,
}

impl Surroundings<'_> {
    /// The Markdown that is rendered in place of a post's body, where it is another.
    pub(crate) fn shown(&self, post: &Post, asked: &Asked) -> Option<String> {
        shown::of(&Around {
            post,
            links: &self.links,
            others: &self.others,
            asked,
            lost: RefCell::default(),
        })
    }

    /// Renders a post, for which names have been `asked` already.
    pub(crate) fn render(
        &self,
        post: &Post,
        document: &Document,
        asked: Asked,
    ) -> Result<Rendered, Error> {
        let within = Within {
            around: self,
            post,
            asked,
            links: RefCell::default(),
            pictures: RefCell::default(),
            looked: RefCell::default(),
            failure: RefCell::default(),
        };
        let context = Context {
            title: &post.title,
            source: post.source.as_deref(),
            known: Some(&within),
        };
        let mut text = VisibleText::new();
        let notes = document.walk(context, &mut text);
        // Without a mirror, pictures of other sites are where they should be.
        let away = if self.pictures.has_mirrors() {
            notes.remote
        } else {
            0
        };
        if let Some(failure) = within.failure.take() {
            return Err(failure);
        }
        Ok(Rendered {
            text: text.finish(),
            html: document.html().map(str::to_owned),
            shown: None,
            links: within.links.take(),
            pictures: within.pictures.take(),
            looked: Looked {
                names: within.asked.encode(),
                pictures: within.looked.into_inner(),
                missing: notes.nowhere + away,
            },
        })
    }
}

/// What readers see of it, and nothing of how it was found.
impl Hash for Rendered {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Self {
            text,
            html,
            shown,
            links,
            pictures,
            looked: _,
        } = self;
        (text, html, shown, links).hash(state);
        for Picture(address, file, kind) in pictures {
            (address, file, kind).hash(state);
        }
    }
}

impl Rendered {
    /// The record of the post.
    pub(crate) fn record(self, post: Post, lang: Option<String>) -> shelfmark_bundle::PostRecord {
        let mut record = shard::record(post, lang);
        record.html = self.html;
        record.shown = self.shown;
        record.links = self.links.into_iter().collect();
        record.pictures = self.pictures;
        record
    }
}

/// For another walk of the same post.
impl Known for Rendered {
    fn post(&self, address: &str) -> Option<String> {
        self.links.get(address).cloned()
    }

    fn picture(&self, address: &str) -> Option<u32> {
        let mut pictures = self.pictures.iter();
        let place = pictures.position(|picture| picture.0 == address)?;
        u32::try_from(place).ok()
    }
}

/// One post while it is rendered.
#[derive(Debug)]
struct Within<'a> {
    around: &'a Surroundings<'a>,
    post: &'a Post,
    asked: Asked,
    /// Addresses in the post and the slugs they lead to.
    links: RefCell<BTreeMap<String, String>>,
    pictures: RefCell<Vec<Picture>>,
    /// Pictures that were looked for on disk.
    looked: RefCell<BTreeMap<String, Option<Copied>>>,
    /// What could not be written.
    failure: RefCell<Option<Error>>,
}

impl Known for Within<'_> {
    fn post(&self, address: &str) -> Option<String> {
        let found = self.around.links.find(self.post, address, &self.asked);
        let slug = found?.to_owned();
        self.links
            .borrow_mut()
            .insert(address.to_owned(), slug.clone());
        Some(slug)
    }

    fn picture(&self, address: &str) -> Option<u32> {
        let mut pictures = self.pictures.borrow_mut();
        let known = pictures.iter().position(|picture| picture.0 == address);
        let place = known.or_else(|| {
            let around = self.around;
            let found = around.pictures.find(self.post, address, around.writer);
            let found = match found {
                Ok(found) => found,
                Err(error) => {
                    self.failure.replace(Some(error));
                    return None;
                }
            };
            if around.pictures.may_have(self.post, address) {
                let mut looked = self.looked.borrow_mut();
                looked.insert(address.to_owned(), found.clone());
            }
            let (file, kind) = found?;
            pictures.push(Picture(address.to_owned(), file, kind.to_owned()));
            Some(pictures.len() - 1)
        });
        u32::try_from(place?).ok()
    }
}
