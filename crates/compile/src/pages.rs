//! Plain HTML pages: the archive for browsers without WebAssembly or JavaScript, and for search
//! engines.
//!
//! Posts are sanitised here, by the same walk that readers' browsers run. The pages hold no
//! script, and a policy of their own forbids any; nothing in them is loaded from elsewhere.
//! Articles are made where posts are rendered; what is kept of a post after its page is
//! written is what lists show of it.
//!
//! ```text
//! pages/index.html       newest posts, months, tags
//! pages/months/2024-05.html, 2024-05.2.html, ...
//! pages/tags/index.html, one page or more a tag
//! pages/posts/           a file a post, or a file a day in a large archive (`plan.rs`)
//! feed.xml               the newest posts, for feed readers
//! ```

mod body;
mod feed;
mod files;
mod html;
mod lists;
mod names;
mod plan;
mod post;
mod reused;
mod rows;
mod tags;
mod texts;

use std::path::Path;
use std::sync::Arc;

use shelfmark_bundle::PagesShard;

use crate::bundle;
use crate::cache::{Key, Reuse};
use crate::error::Error;
use crate::options::Settings;
use crate::writer::Tally;
use feed::Entry;
use files::Files;
use post::Neighbour;
use reused::{feed_key, leaf_key};
use rows::Rows;

pub(crate) use html::{Site, escaped};
pub(crate) use plan::Plan;
pub(crate) use post::{Article, Made};
pub(crate) use reused::Sketch;
pub(crate) use texts::Texts;

/// What stands in a site because of them.
pub(crate) const NAMES: &[&str] = &["feed.xml", "pages"];

/// The feed's file.
const FEED: &str = "feed.xml";

const STYLE: &str = include_str!("pages/pages.css");

impl Site {
    /// What these settings say of the archive.
    pub(crate) fn of(settings: &Settings) -> Self {
        let slash = |url: &String| format!("{}/", url.trim_end_matches('/'));
        Self {
            title: bundle::title(settings).to_owned(),
            description: settings.description.clone().unwrap_or_default(),
            language: settings.language.clone().unwrap_or_default(),
            url: settings.url.as_ref().map(slash),
            texts: Texts::of(settings.language.as_deref()),
        }
    }
}

/// A post that comes into the pages.
#[derive(Debug)]
pub(crate) struct Coming {
    pub(crate) sketch: Box<Sketch>,
    /// Nothing when its pages are as they were.
    pub(crate) article: Option<Arc<Article>>,
}

/// Writes pages as posts come.
pub(crate) struct Pages<'a> {
    site: &'a Site,
    plan: &'a Plan<'a>,
    files: Files<'a>,
    rows: Rows,
    /// Posts of the page that is not full yet.
    open: Vec<Coming>,
    /// The page before it.
    older: Option<Neighbour>,
    /// Keys of the posts in the feed, and those of them that are there.
    newest: Vec<(Key, Option<Entry>)>,
    /// The id from which posts are in the feed.
    feed_from: usize,
}

impl<'a> Pages<'a> {
    /// Begins with nothing; `folder` is the site's, `posts` the number of all posts.
    pub(crate) fn begin(
        site: &'a Site,
        plan: &'a Plan<'a>,
        folder: &Path,
        posts: u32,
        reuse: Option<&'a Reuse<'a>>,
    ) -> Result<Self, Error> {
        Ok(Self {
            site,
            plan,
            files: Files::new(folder.to_owned(), reuse)?,
            rows: Rows::default(),
            open: Vec::new(),
            older: None,
            newest: Vec::new(),
            feed_from: posts.saturating_sub(feed::POSTS) as usize,
        })
    }

    /// Takes the next posts, in id order.
    pub(crate) fn add(&mut self, posts: Vec<Coming>) -> Result<(), Error> {
        for post in posts {
            let id = self.rows.all().len();
            let sketch = &post.sketch;
            self.rows.push(sketch.row.clone(), sketch.row_key);
            if id >= self.feed_from {
                let entry = match &post.article {
                    Some(article) => Entry::of(article),
                    None => None,
                };
                self.newest.push((post.sketch.key, entry));
            }
            let leaf = |id: usize| self.plan.place(id as u32).map(|(_, leaf, _)| leaf);
            if !self.open.is_empty() && leaf(id) != leaf(id - 1) {
                self.flush(id, Some(&post))?;
            }
            self.open.push(post);
        }
        Ok(())
    }

    /// Writes the page of the posts that wait; `next`, if there is one, is the post `end`.
    fn flush(&mut self, end: usize, next: Option<&Coming>) -> Result<(), Error> {
        let posts = core::mem::take(&mut self.open);
        let beside = |id: usize, post: &Coming| {
            let (leaf, ..) = self.plan.place(id as u32)?;
            Some((leaf, self.site.neighbour(leaf, &post.sketch.row)))
        };
        let first = posts.first();
        let Some((leaf, this)) = first.and_then(|post| beside(end - posts.len(), post)) else {
            return Ok(());
        };
        let newer = next.and_then(|post| beside(end, post));
        let newer = newer.as_ref().map(|(_, newer)| newer);
        let older = self.older.as_ref();
        let keys = posts.iter().map(|post| post.sketch.key);
        let key = self.files.reuses();
        let key = key.then(|| leaf_key(leaf, keys, [older, newer]));
        let path = leaf.path();
        self.files.put_made_of(&path, key, || {
            let articles = posts.iter().map(|post| post.article.as_deref());
            let articles: Option<Vec<&Article>> = articles.collect();
            // It was there a moment ago.
            let articles = articles.ok_or_else(|| changed(&path))?;
            let page = self.site.leaf(leaf, &articles, older, newer);
            Ok(page.into_bytes())
        })?;
        self.older = Some(this);
        Ok(())
    }

    /// Writes everything that leads to the posts; gives the table of all files.
    pub(crate) fn finish(mut self) -> Result<(PagesShard, Tally), Error> {
        self.flush(self.rows.all().len(), None)?;
        let Self {
            site,
            plan,
            mut files,
            rows,
            newest,
            ..
        } = self;
        site.months(plan, &rows, &mut files)?;
        site.tags(plan, &rows, &mut files)?;
        let key = files.reuses();
        let key = key.then(|| feed_key(newest.iter().map(|(key, _)| *key)));
        let entries: Vec<Entry> = newest.into_iter().filter_map(|(_, entry)| entry).collect();
        files.put_made_of(FEED, key, || Ok(site.feed(&entries).into_bytes()))?;
        files.put("pages/pages.css", STYLE.as_bytes())?;
        Ok(files.finish())
    }
}

fn changed(path: &str) -> Error {
    Error::Changed { path: path.into() }
}
