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
mod tags;
mod texts;

use std::path::Path;

use shelfmark_bundle::PagesShard;

use crate::bundle;
use crate::cache::Cache;
use crate::error::Error;
use crate::options::Settings;
use crate::writer::Tally;
use feed::Entry;
use files::Files;
use post::{Neighbour, Row};

pub(crate) use html::{Site, escaped};
pub(crate) use plan::Plan;
pub(crate) use post::{Article, Made};
pub(crate) use texts::Texts;

/// What stands in a site because of them.
pub(crate) const NAMES: &[&str] = &["feed.xml", "pages"];

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

/// Writes pages as posts come.
pub(crate) struct Pages<'a> {
    site: &'a Site,
    plan: &'a Plan<'a>,
    files: Files<'a>,
    rows: Vec<Row>,
    /// Posts of the page that is not full yet.
    open: Vec<Article>,
    /// The page before it.
    older: Option<Neighbour>,
    newest: Vec<Entry>,
    /// The id from which posts are in the feed.
    feed_from: u32,
}

impl<'a> Pages<'a> {
    /// Begins with nothing; `folder` is the site's, `posts` the number of all posts.
    pub(crate) fn begin(
        site: &'a Site,
        plan: &'a Plan<'a>,
        folder: &Path,
        posts: u32,
        cache: Option<&'a Cache>,
    ) -> Result<Self, Error> {
        Ok(Self {
            site,
            plan,
            files: Files::new(folder.to_owned(), cache)?,
            rows: Vec::new(),
            open: Vec::new(),
            older: None,
            newest: Vec::new(),
            feed_from: posts.saturating_sub(feed::POSTS),
        })
    }

    /// Takes the next posts, in id order.
    pub(crate) fn add(&mut self, articles: Vec<Article>) -> Result<(), Error> {
        for article in articles {
            self.rows.push(article.row.clone());
            if article.id >= self.feed_from {
                self.newest.extend(Entry::of(&article));
            }
            let leaf = |article: &Article| self.plan.place(article.id).map(|(_, leaf, _)| leaf);
            if self
                .open
                .last()
                .is_some_and(|last| leaf(last) != leaf(&article))
            {
                self.flush(Some(&article))?;
            }
            self.open.push(article);
        }
        Ok(())
    }

    /// Writes the page of the posts that wait; `next` is the first one after them.
    fn flush(&mut self, next: Option<&Article>) -> Result<(), Error> {
        let articles = core::mem::take(&mut self.open);
        let beside = |article: &Article| {
            let (leaf, ..) = self.plan.place(article.id)?;
            Some((leaf, self.site.neighbour(leaf, article)))
        };
        let Some((leaf, this)) = articles.first().and_then(beside) else {
            return Ok(());
        };
        let newer = next.and_then(beside).map(|(_, newer)| newer);
        let (path, page) = self
            .site
            .leaf(leaf, &articles, self.older.as_ref(), newer.as_ref());
        self.older = Some(this);
        self.files.put(&path, page.as_bytes())
    }

    /// Writes everything that leads to the posts; gives the table of all files.
    pub(crate) fn finish(mut self) -> Result<(PagesShard, Tally), Error> {
        self.flush(None)?;
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
        files.put("feed.xml", site.feed(&newest).as_bytes())?;
        files.put("pages/pages.css", STYLE.as_bytes())?;
        Ok(files.finish())
    }
}
