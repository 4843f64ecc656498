//! Posts in the viewer: what a post needs, the pictures of the archive in it, the matches that led to
//! it, and what a reader takes away of it.

use std::cell::RefCell;
use std::rc::Rc;

use shelfmark_search::Query;
use wasm_bindgen_futures::spawn_local;

use super::app::{App, Shown};
use super::archive::BodyShard;
use super::body::{self, Copied, Images};
use super::failure::Failure;
use super::matches;
use super::post_view::{self, Neighbours};
use crate::route::Route;

impl App {
    /// Loads pictures of the archive, some at a time, for as long as their post is shown.
    pub(super) fn show_copies(self: &Rc<Self>, copies: Vec<Copied>) {
        /// Requests at once.
        const AT_ONCE: usize = 4;
        let turn = self.turn.get();
        let copies = Rc::new(RefCell::new(copies.into_iter()));
        for _ in 0..AT_ONCE {
            let (app, copies) = (Rc::clone(self), Rc::clone(&copies));
            spawn_local(async move {
                loop {
                    let next = copies.borrow_mut().next();
                    let Some(copy) = next else { return };
                    let loaded = app.archive.picture(&copy.picture).await;
                    if app.turn.get() != turn {
                        return;
                    }
                    match loaded {
                        Ok(bytes) => {
                            let kind = ["image/", &copy.picture.2].concat();
                            let address = app.options.blob(&bytes, &kind);
                            copy.shown.set_src(&address);
                            app.shown_copies.borrow_mut().push(address);
                        }
                        Err(failure) => {
                            let why = app.texts.get(&["error.", failure.code()].concat());
                            let file = failure.file().unwrap_or_default();
                            let why = [&why, ": ", file].concat();
                            let why = body::labelled(&copy.shown.alt(), &why);
                            body::refuse_image(&copy.shown, &why, &app.dom);
                        }
                    }
                }
            });
        }
    }

    pub(super) fn forget_copies(&self) {
        for address in self.shown_copies.take() {
            self.options.forget(&address);
        }
    }

    pub(super) async fn post_view(self: &Rc<Self>, slug: &str) -> Result<Shown, Failure> {
        let id = self.archive.find(slug).await?;
        self.shown_post.set(id);
        let around = [id.checked_sub(1), id.checked_add(1)];
        let needs = around.map(|id| self.archive.with(|engine| engine.entry_need(id?)));
        let needs: Vec<_> = needs.into_iter().flatten().collect();
        self.archive.start_all(&needs);
        let body = self.archive.body_of(id).await?;
        for id in around.into_iter().flatten() {
            // Missing neighbours are no reason not to show the post.
            let _ = self.archive.entry(id).await;
        }
        self.post(id, slug, &body)
    }

    fn post(&self, id: u32, slug: &str, body: &BodyShard) -> Result<Shown, Failure> {
        let record = body.post(id).filter(|record| record.entry.slug == slug);
        let record = record.ok_or_else(|| Failure::Integrity {
            file: self
                .archive
                .with(|engine| engine.place(id).map(|place| place.file_name()))
                .unwrap_or_default(),
        })?;
        let address = Route::Post(slug.to_owned()).hash();
        let mut built = body::render(record, &address, &self.dom, &self.texts, &self.options);
        let entry = |id: Option<u32>| self.archive.with(|engine| engine.entry(id?).cloned());
        let around = Neighbours {
            newer: entry(id.checked_add(1)),
            older: entry(id.checked_sub(1)),
        };
        Ok(Shown {
            view: post_view::post(
                &self.dom,
                &self.texts,
                record,
                built.as_ref(),
                &around,
                Images::of(&self.options),
            ),
            title: record.entry.title.clone(),
            message: record.entry.title.clone(),
            copies: built
                .as_mut()
                .map(|body| core::mem::take(&mut body.copies))
                .unwrap_or_default(),
            images: built.map(|body| body.images).unwrap_or_default(),
            facets: None,
        })
    }

    /// Tells what the search was for that led to the post.
    pub(super) fn find_matches(&self) {
        let query = self.list.borrow().query.clone();
        let query = Query::parse(&query, true)
            .ok()
            .filter(|query| !query.is_empty());
        let found = query.and_then(|query| {
            let body = self.find(".body")?;
            Some(matches::find(&body.owner_document()?, &body, &query))
        });
        self.reader.read(&found.unwrap_or_default());
    }

    /// Saves the post's Markdown as a file.
    pub(super) fn download(self: &Rc<Self>) {
        let app = Rc::clone(self);
        spawn_local(async move {
            let id = app.shown_post.get();
            if let Ok(body) = app.archive.body_of(id).await
                && let Some(record) = body.post(id)
            {
                let name = [&record.entry.slug, ".md"].concat();
                app.reader.save(&name, record.markdown());
            }
        });
    }
}
