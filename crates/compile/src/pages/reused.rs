//! Which pages of posts are as they were: known before a post is rendered.

use core::hash::Hash;
use core::ops::Range;

use super::html::Site;
use super::plan::{Leaf, Plan};
use super::post::{Neighbour, Row};
use super::{FEED, feed};
use crate::cache::{Key, Reuse};
use crate::post::Post;

/// What is known of a post's part in the pages without its article.
#[derive(Debug, Clone)]
pub(crate) struct Sketch {
    pub(super) row: Row,
    /// What the row is.
    pub(super) row_key: Key,
    /// What the article is made of.
    pub(super) key: Key,
}

impl Sketch {
    /// What the article is made of.
    pub(crate) fn key(&self) -> Key {
        self.key
    }

    /// Of a post whose rendering left this `print`, and that leads to posts of these slugs.
    pub(crate) fn of<'s>(
        plan: &Plan<'_>,
        id: u32,
        post: &Post,
        (print, lang): (Key, Option<&str>),
        links: impl Iterator<Item = &'s str>,
    ) -> Option<Self> {
        let (_, _, place) = plan.place(id)?;
        let row = Row::of(plan, post, lang)?;
        let row_key = Key::of(&row);
        let tags: Vec<_> = post.tags.iter().map(|tag| plan.tag(tag)).collect();
        let links: Vec<Option<String>> = links.map(|slug| plan.post(slug)).collect();
        let key = Key::of(&(print, row_key, place, tags, links));
        Some(Self { row, row_key, key })
    }
}

/// What the page of a leaf is made of.
pub(super) fn leaf_key(
    leaf: &Leaf,
    articles: impl Iterator<Item = Key>,
    beside: [Option<&Neighbour>; 2],
) -> Key {
    made_of(&(&leaf.name, &leaf.day, beside), articles)
}

/// What the feed is made of.
pub(super) fn feed_key(articles: impl Iterator<Item = Key>) -> Key {
    made_of(FEED, articles)
}

fn made_of(what: &(impl Hash + ?Sized), articles: impl Iterator<Item = Key>) -> Key {
    Key::of(&(Key::of(what), articles.collect::<Vec<Key>>()))
}

impl Site {
    /// Calls `missing` with the ids of those of `posts` posts whose pages have to be made;
    /// `sketch` tells of those that are as they were.
    pub(crate) fn to_make<'s>(
        &self,
        plan: &Plan<'_>,
        posts: usize,
        sketch: &dyn Fn(usize) -> Option<&'s Sketch>,
        reuse: &Reuse<'_>,
        mut missing: impl FnMut(Range<usize>),
    ) {
        let mut first = 0;
        let starts = plan.leaves.iter().map(|leaf| {
            let start = first;
            first += leaf.posts;
            start
        });
        let starts: Vec<usize> = starts.collect();
        // Of a neighbour that is new nothing is known: the page is made again then.
        let neighbour = |leaf: usize| -> Option<Neighbour> {
            let row = &sketch(*starts.get(leaf)?)?.row;
            Some(self.neighbour(plan.leaves.get(leaf)?, row))
        };
        for (number, leaf) in plan.leaves.iter().enumerate() {
            let start = starts[number];
            let ids = start..start + leaf.posts;
            let keys: Option<Vec<Key>> = ids
                .clone()
                .map(|id| sketch(id).map(|sketch| sketch.key))
                .collect();
            let older = number.checked_sub(1).and_then(neighbour);
            let newer = neighbour(number + 1);
            let beside = [older.as_ref(), newer.as_ref()];
            let key = keys.map(|keys| leaf_key(leaf, keys.into_iter(), beside));
            if !key.is_some_and(|key| reuse.has_page(&leaf.path(), &key)) {
                missing(ids);
            }
        }
        let feed = posts.saturating_sub(feed::POSTS as usize)..posts;
        let keys: Option<Vec<Key>> = feed
            .clone()
            .map(|id| sketch(id).map(|sketch| sketch.key))
            .collect();
        let key = keys.map(|keys| feed_key(keys.into_iter()));
        if !key.is_some_and(|key| reuse.has_page(FEED, &key)) {
            missing(feed);
        }
    }
}
