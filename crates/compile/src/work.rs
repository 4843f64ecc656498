//! What there is to do: which posts have to be rendered, because they or something that they asked
//! for changed, or because a file that holds them has to be made again.

use rayon::prelude::*;
use shelfmark_bundle::LIST_SPAN;

use crate::cache::{Filed, Key, Outcome, Reference, Reuse, SpanEntry, kind_number};
use crate::error::Error;
use crate::names;
use crate::pages::{Plan, Site, Sketch};
use crate::post::Post;
use crate::searched::{Search, Taken};
use crate::surroundings::Surroundings;

/// What is known of a post that was rendered, in this build or an earlier one.
#[derive(Debug, Clone)]
pub(crate) struct Fate {
    /// Of everything that became of it.
    pub(crate) print: Key,
    pub(crate) lang: Option<String>,
    /// Bytes of visible text.
    pub(crate) text: u64,
    /// Pictures that were looked for and not found.
    pub(crate) missing: usize,
    /// Pictures that it shows.
    pub(crate) pictures: Vec<Reference>,
    /// Its part in the pages, when there are any.
    pub(crate) sketch: Option<Box<Sketch>>,
}

/// What there is to do.
#[derive(Debug, Default)]
pub(crate) struct Work {
    /// What is known of each post, by id; nothing of those that have to be rendered to know it, and
    /// no more at the end.
    pub(crate) fates: Vec<Option<Fate>>,
    /// Whether a post has to be rendered, by id.
    pub(crate) render: Vec<bool>,
    /// What was written of the posts of each list shard, where that is as it was.
    pub(crate) spans: Vec<Option<SpanEntry>>,
    /// The same of what is searched.
    pub(crate) search: Taken,
    /// Whether what is searched of a post has to be written, by id.
    pub(crate) index: Vec<bool>,
}

impl Work {
    /// Everything.
    pub(crate) fn whole(posts: usize) -> Self {
        Self {
            fates: Vec::new(),
            render: vec![true; posts],
            spans: vec![None; posts.div_ceil(LIST_SPAN)],
            search: Taken::default(),
            index: vec![true; posts],
        }
    }

    /// What is left to do of the posts, which are in id order.
    pub(crate) fn left(
        posts: &[Post],
        files: &[Filed<'_>],
        around: &Surroundings<'_>,
        pages: Option<(&Site, &Plan<'_>)>,
        reuse: &Reuse<'_>,
        search: &Search,
    ) -> Result<Self, Error> {
        let called = [around.links.called(), around.others.called()].concat();
        let changed = names::changed(reuse.names(), &called);
        let fates: Vec<Option<Fate>> = posts
            .par_iter()
            .enumerate()
            .map(|(id, post)| {
                let Some(file) = files.get(post.file) else {
                    return Ok(None);
                };
                let bytes = file.outcome.as_deref().unwrap_or_default();
                let Ok(outcome) = postcard::from_bytes::<Outcome<'_>>(bytes) else {
                    return Ok(None);
                };
                let good = outcome.input == file.input(post)
                    && !names::concern(&changed, outcome.asked.0)
                    && shows_the_same(post, &outcome, around)?;
                let plan = pages.map(|(_, plan)| plan);
                Ok(good.then(|| Fate::of(id, post, &outcome, plan)))
            })
            .collect::<Result<_, Error>>()?;
        let mut work = Self {
            render: fates.iter().map(Option::is_none).collect(),
            ..Self::default()
        };
        for (number, span) in fates.chunks(LIST_SPAN).enumerate() {
            let key = prints(span).map(|prints| span_key(number, &prints));
            let known = key.and_then(|key| reuse.span(&key));
            if known.is_none() {
                let first = number * LIST_SPAN;
                work.render[first..first + span.len()].fill(true);
            }
            work.spans.push(known.cloned());
        }
        work.search = search.known(&fates, reuse);
        for (ids, taken) in work.search.parts(fates.len()) {
            work.index.extend(ids.clone().map(|_| !taken));
            if !taken {
                work.render[ids].fill(true);
            }
        }
        if let Some((site, plan)) = pages {
            let sketch = |id: usize| fates.get(id)?.as_ref()?.sketch.as_deref();
            site.to_make(plan, fates.len(), &sketch, reuse, |ids| {
                work.render[ids].fill(true);
            });
        }
        work.fates = fates;
        Ok(work)
    }
}

impl Fate {
    /// What stands for the post as it was rendered, its article included.
    pub(crate) fn key(&self) -> Key {
        let sketch = self.sketch.as_ref();
        sketch.map_or(self.print, |sketch| Key::of(&(self.print, sketch.key())))
    }

    /// What an outcome tells of a post.
    pub(crate) fn of(
        id: usize,
        post: &Post,
        outcome: &Outcome<'_>,
        plan: Option<&Plan<'_>>,
    ) -> Self {
        let seen = (outcome.print, outcome.lang);
        let links = outcome.links.iter().copied();
        let id = u32::try_from(id).unwrap_or(u32::MAX);
        let pictures = outcome.pictures.iter();
        Self {
            print: outcome.print,
            lang: outcome.lang.map(str::to_owned),
            text: outcome.text,
            missing: usize::try_from(outcome.missing).unwrap_or(usize::MAX),
            pictures: pictures
                .filter_map(|(_, found)| Some(found.as_ref()?.0))
                .collect(),
            sketch: plan.and_then(|plan| Sketch::of(plan, id, post, seen, links).map(Box::new)),
        }
    }
}

/// The prints of consecutive posts; nothing when one of them is not known.
pub(crate) fn prints(fates: &[Option<Fate>]) -> Option<Vec<Key>> {
    fates
        .iter()
        .map(|fate| fate.as_ref().map(|fate| fate.print))
        .collect()
}

/// What list shard `number` and its bodies are made of.
pub(crate) fn span_key(number: usize, prints: &[Key]) -> Key {
    Key::of(&("span", number, prints))
}

/// Whether the pictures that a post looked for on disk are found as they were.
fn shows_the_same(
    post: &Post,
    outcome: &Outcome<'_>,
    around: &Surroundings<'_>,
) -> Result<bool, Error> {
    for (address, before) in &outcome.pictures {
        let now = around.pictures.find(post, address, around.writer)?;
        let now = now.map(|(shard, kind)| (Reference::from(&shard), kind_number(kind)));
        if now != *before {
            return Ok(false);
        }
    }
    Ok(true)
}
