//! How posts are cut into shards, and what goes into one.
//!
//! Cuts depend on the posts' sizes and order only. Compressing and writing is `writer.rs`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use shelfmark_bundle::{BODY_PAGE, Entry, PAGES_AHEAD, PostRecord};

use crate::post::Post;

/// Bytes of source text after which a body shard is full.
///
/// Small shards make a single post cheap to open, large ones compress better; figures are in
/// `docs/benchmarks.md`.
pub(crate) const BODY: usize = 8 << 10;

/// Most body shards of a group, of which those of a list shard make equal ones: the more, the smaller
/// the pages that name the groups, and the larger the tables that a reader fetches beside each body.
pub(crate) const GROUP: usize = 28;

/// Body shards of a group whose shards stand in packs: whole packs.
pub(crate) const PACKED_GROUP: usize = 2 * PACKED;

/// Shards of a pack: the more, the fewer files, and the more comes in vain from a host that knows no
/// ranges.
pub(crate) const PACKED: usize = 12;

/// Bytes of packed shards that one table names at most: what every host takes as a file.
pub(crate) const PACK: usize = 20 << 20;

/// Bytes of visible text after which a text shard is full.
pub(crate) const TEXT: usize = 256 << 10;

/// Bytes of JSON after which a facet shard is full.
pub(crate) const FACETS: usize = 32 << 10;

/// Posts for which one slug shard is made.
pub(crate) const SLUGS: usize = 2048;

/// Most slug shards: the manifest names them all.
pub(crate) const SLUG_SHARDS: usize = 128;

/// Most pages of bodies of an archive of which readers fetch those that they need: the more, the less
/// each of these is, and the larger the manifest that names them.
const PAGES: usize = 256;

/// Posts of a page of bodies at the least: fewer would make no page smaller that matters.
const LEAST_PAGE: usize = 1 << 10;

/// Posts of a page of bodies, in an archive of so many.
pub(crate) fn body_page(posts: usize) -> usize {
    if posts <= PAGES_AHEAD * BODY_PAGE {
        return BODY_PAGE;
    }
    let least = posts.div_ceil(PAGES).next_power_of_two();
    least.clamp(LEAST_PAGE, BODY_PAGE)
}

/// Cuts a list into runs whose sizes sum up to at most `most`; larger items stand alone.
pub(crate) fn cut<T>(items: Vec<T>, most: usize, size: impl Fn(&T) -> usize) -> Vec<Vec<T>> {
    let mut runs = Vec::new();
    let mut run = Vec::new();
    let mut sum = 0_usize;
    for item in items {
        let bytes = size(&item);
        if !run.is_empty() && sum.saturating_add(bytes) > most {
            runs.push(core::mem::take(&mut run));
            sum = 0;
        }
        sum = sum.saturating_add(bytes);
        run.push(item);
    }
    if !run.is_empty() {
        runs.push(run);
    }
    runs
}

/// The length of equal runs, but for the last one, of at most `most` items, that a list of `count` is cut
/// into: as few as there can be.
pub(crate) fn even(count: usize, most: usize) -> usize {
    count.div_ceil(count.div_ceil(most).max(1)).max(1)
}

/// Cuts a list into runs of `span` items.
pub(crate) fn spans<T>(items: Vec<T>, span: usize) -> Vec<Vec<T>> {
    let mut left = items.into_iter();
    core::iter::from_fn(|| {
        let run: Vec<T> = left.by_ref().take(span).collect();
        (!run.is_empty()).then_some(run)
    })
    .collect()
}

/// Gives the items of a list from its beginning, some at a time, and their memory back as it goes.
pub(crate) struct Draining<T> {
    /// The last one first.
    left: Vec<T>,
    most: usize,
}

impl<T> Draining<T> {
    /// `most` items at a time.
    pub(crate) fn new(mut items: Vec<T>, most: usize) -> Self {
        items.reverse();
        Self { left: items, most }
    }
}

impl<T> Iterator for Draining<T> {
    type Item = Vec<T>;

    fn next(&mut self) -> Option<Vec<T>> {
        let mut next = self
            .left
            .split_off(self.left.len().saturating_sub(self.most));
        // Large lists shrink in place: nothing is copied.
        self.left.shrink_to_fit();
        next.reverse();
        (!next.is_empty()).then_some(next)
    }
}

/// Everything about a post that goes into the bundle.
pub(crate) fn record(post: Post, lang: Option<String>) -> PostRecord {
    let categories = (post.categories != post.tags).then_some(post.categories);
    let (path, path_bytes) = match String::from_utf8(post.path) {
        Ok(path) => (path, None),
        Err(error) => {
            let bytes = error.as_bytes();
            (
                String::from_utf8_lossy(bytes).into_owned(),
                Some(STANDARD.encode(bytes)),
            )
        }
    };
    PostRecord {
        entry: Entry {
            slug: post.slug,
            title: post.title,
            date: post.date.map(|date| date.iso),
            authors: post.authors,
            tags: post.tags,
            categories,
            source: post.source,
            lang,
        },
        path,
        path_bytes,
        root: u32::try_from(post.root).unwrap_or(u32::MAX),
        text: post.text,
        body: u32::try_from(post.body).unwrap_or(0),
        html: None,
        shown: None,
        links: Vec::new(),
        pictures: Vec::new(),
        bytes: post.raw.map(|raw| STANDARD.encode(raw)),
        extra: post.extra,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_large_item_stands_alone() {
        let runs = cut(vec![3, 3, 9, 1, 1], 6, |size| *size);
        assert_eq!(runs, [vec![3, 3], vec![9], vec![1, 1]]);
        assert_eq!(spans(vec![1, 2, 3], 2), [vec![1, 2], vec![3]]);
        assert_eq!(
            [0, 1, 28, 29, 56, 75].map(|count| even(count, 28)),
            [1, 1, 28, 15, 28, 25]
        );
        let drained: Vec<_> = Draining::new(vec![1, 2, 3], 2).collect();
        assert_eq!(drained, [vec![1, 2], vec![3]]);
        assert!(cut(Vec::<usize>::new(), 6, |size| *size).is_empty());
    }

    #[test]
    fn pages_of_bodies_are_smaller_where_each_is_asked_for() {
        let pages = [1, 65_536, 65_537, 262_144, 262_145, 1_000_000, 4_000_000].map(body_page);
        assert_eq!(pages, [16_384, 16_384, 1_024, 1_024, 2_048, 4_096, 16_384]);
    }

    proptest! {
        #[test]
        fn cutting_loses_nothing(items in proptest::collection::vec(0_usize..50, 0..60)) {
            let runs = cut(items.clone(), 64, |size| *size);
            for run in &runs {
                prop_assert!(run.len() == 1 || run.iter().sum::<usize>() <= 64);
            }
            prop_assert_eq!(runs.concat(), items);
        }
    }
}
