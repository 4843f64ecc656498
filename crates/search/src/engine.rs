//! Holds what was loaded of an archive and answers requests from it.

use std::collections::BTreeMap;

use shelfmark_bundle::{
    Entry, FacetKind, FacetShard, FormatError, LIST_SPAN, ListShard, Manifest, ShardKind, ShardRef,
    TextShard,
};
use shelfmark_text::fold;

use crate::facets::tally;
use crate::outcome::{Facets, Hit, Outcome};
use crate::request::{Request, Sort};
use crate::scan::{Labels, Match, Post, Text, scan};
use crate::snippet::{mark, snippet};

/// A shard that must be given to the engine before it can answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// List shard by its place in the manifest.
    List(usize),
    /// Facet shard by its place in the manifest.
    Facets(usize),
    /// Text shard by its place in the manifest.
    Text(usize),
}

/// Answers requests; asks for shards, never fetches them.
#[derive(Debug)]
pub struct Engine {
    manifest: Manifest,
    lists: Vec<Option<ListShard>>,
    labels: Vec<Vec<Labels>>,
    facets: Vec<bool>,
    tags: BTreeMap<String, Vec<u32>>,
    texts: Vec<bool>,
    text: Vec<Text>,
}

impl Engine {
    /// An engine that knows nothing but the manifest.
    #[must_use]
    pub fn new(manifest: Manifest) -> Self {
        Self {
            lists: manifest.lists.iter().map(|_| None).collect(),
            labels: vec![Vec::new(); manifest.lists.len()],
            facets: vec![false; manifest.facets.len()],
            tags: BTreeMap::new(),
            texts: vec![false; manifest.texts.len()],
            text: Vec::new(),
            manifest,
        }
    }

    /// The manifest.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Entry of a post, when its list shard is here.
    #[must_use]
    pub fn entry(&self, id: u32) -> Option<&Entry> {
        self.list(id)?.entry(id)
    }

    /// List shard of a post, when it is here.
    #[must_use]
    pub fn list(&self, id: u32) -> Option<&ListShard> {
        self.lists.get(id as usize / LIST_SPAN)?.as_ref()
    }

    /// Whether the visible text of posts can be searched.
    #[must_use]
    pub fn searches_text(&self) -> bool {
        !self.manifest.texts.is_empty() || self.manifest.text_bytes == 0
    }

    /// Kind and address of a shard.
    #[must_use]
    pub fn shard(&self, need: Need) -> Option<(ShardKind, &ShardRef)> {
        match need {
            Need::List(index) => Some((ShardKind::List, self.manifest.lists.get(index)?)),
            Need::Facets(index) => Some((ShardKind::Facets, self.manifest.facets.get(index)?)),
            Need::Text(index) => Some((ShardKind::Text, self.manifest.texts.get(index)?)),
        }
    }

    /// What must be provided before the request can be answered; asked again after it was, as
    /// one shard may lead to others. Empty when nothing is missing.
    #[must_use]
    pub fn needs(&self, request: &Request) -> Vec<Need> {
        let mut needs = Vec::new();
        if request.query.is_empty() {
            needs.extend(self.facet_needs(request));
            if needs.is_empty() {
                needs.extend(self.page_needs(request));
            }
        } else {
            needs.extend((0..self.lists.len()).map(Need::List));
            if request.query.reads_text() {
                needs.extend((0..self.texts.len()).map(Need::Text));
            }
        }
        needs.retain(|need| !self.has(*need));
        needs.dedup();
        needs
    }

    /// What is needed to show the list entry of post `id`.
    #[must_use]
    pub fn entry_need(&self, id: u32) -> Option<Need> {
        let need = Need::List(id as usize / LIST_SPAN);
        (id < self.manifest.posts && !self.has(need)).then_some(need)
    }

    /// Takes in the JSON of a shard.
    ///
    /// # Errors
    /// When it is not the shard it should be; nothing of it is kept then.
    pub fn provide(&mut self, need: Need, json: &[u8]) -> Result<(), FormatError> {
        if self.has(need) {
            return Ok(());
        }
        let posts = self.manifest.posts;
        match need {
            Need::List(index) => {
                let shard = ListShard::decode(json, index, posts)?;
                if let (Some(list), Some(labels)) =
                    (self.lists.get_mut(index), self.labels.get_mut(index))
                {
                    *labels = shard.posts.iter().map(Labels::new).collect();
                    *list = Some(shard);
                }
            }
            Need::Facets(index) => {
                let shard = FacetShard::decode(json)?;
                for facet in shard
                    .facets
                    .iter()
                    .filter(|facet| facet.kind == FacetKind::Tag)
                {
                    self.tags.insert(facet.name.clone(), facet.ids(posts)?);
                }
                if let Some(here) = self.facets.get_mut(index) {
                    *here = true;
                }
            }
            Need::Text(index) => {
                let shard = TextShard::decode(json, posts)?;
                self.text.resize_with(posts as usize, Text::default);
                let slots = self.text[shard.first as usize..].iter_mut();
                for (slot, original) in slots.zip(shard.texts) {
                    *slot = Text {
                        folded: fold(&original),
                        original,
                    };
                }
                if let Some(here) = self.texts.get_mut(index) {
                    *here = true;
                }
            }
        }
        Ok(())
    }

    /// Answers a request. What [`Engine::needs`] asked for and did not get is left out.
    #[must_use]
    pub fn answer(&self, request: &Request) -> Outcome {
        if request.query.is_empty() {
            return self.list_page(request);
        }
        let mut found = self.scan(request);
        match request.sort {
            Sort::Relevance => {
                found.sort_by(|a, b| b.score.total_cmp(&a.score).then(b.id.cmp(&a.id)));
            }
            Sort::Newest => found.sort_by_key(|found| core::cmp::Reverse(found.id)),
            Sort::Oldest => found.sort_by_key(|found| found.id),
        }
        let hits = found.iter().skip(request.offset).take(request.limit);
        let carried = found.iter().filter_map(|found| self.entry(found.id));
        Outcome {
            total: found.len(),
            exact: true,
            titles_only: request.query.reads_text() && !self.searches_text(),
            hits: hits.filter_map(|found| self.hit(found, request)).collect(),
            facets: Facets {
                tags: tally(carried.flat_map(|entry| entry.tags.iter().map(String::as_str))),
            },
        }
    }

    fn hit(&self, found: &Match, request: &Request) -> Option<Hit> {
        let entry = self.entry(found.id)?;
        let text = self.text.get(found.id as usize);
        Some(Hit {
            id: found.id,
            score: found.score,
            title: mark(&entry.title, &request.query),
            snippet: text
                .map(|text| snippet(&text.original, &request.query))
                .unwrap_or_default(),
        })
    }

    fn scan(&self, request: &Request) -> Vec<Match> {
        let tags: Vec<&str> = request.tags.iter().map(String::as_str).collect();
        let posts = self
            .lists
            .iter()
            .zip(&self.labels)
            .flat_map(|(list, labels)| {
                let entries = list.iter().flat_map(|list| (list.first..).zip(&list.posts));
                entries.zip(labels)
            });
        let posts = posts
            .filter(|((_, entry), _)| {
                tags.iter()
                    .all(|tag| entry.tags.iter().any(|own| own == tag))
            })
            .map(|((id, entry), labels)| {
                (
                    id,
                    Post {
                        entry,
                        labels,
                        text: self.text.get(id as usize),
                    },
                )
            });
        let count = self.manifest.posts as usize;
        let average = self.manifest.text_bytes as f64 / f64::from(self.manifest.posts.max(1));
        scan(&request.query, posts, count, average)
    }

    /// The newest posts, or those that carry all tags asked for.
    fn list_page(&self, request: &Request) -> Outcome {
        let ids = self.listed(request);
        let total = ids.as_ref().map_or(self.manifest.posts as usize, Vec::len);
        let page = self.page(ids.as_deref(), request);
        let tags = match &ids {
            None => self
                .manifest
                .tags
                .iter()
                .map(|tag| tag.as_count())
                .collect(),
            Some(ids) => self.tags_among(ids),
        };
        let hits = page
            .into_iter()
            .filter_map(|id| self.hit(&Match { id, score: 0.0 }, request));
        Outcome {
            total,
            exact: true,
            titles_only: false,
            hits: hits.collect(),
            facets: Facets { tags },
        }
    }

    /// Ids of the posts that carry all tags asked for, ascending; `None` for all posts.
    fn listed(&self, request: &Request) -> Option<Vec<u32>> {
        let mut lists = request
            .tags
            .iter()
            .map(|tag| self.tags.get(tag).map_or(&[][..], Vec::as_slice));
        let first = lists.next()?.to_vec();
        Some(lists.fold(first, |ids, other| {
            ids.into_iter()
                .filter(|id| other.binary_search(id).is_ok())
                .collect()
        }))
    }

    fn page(&self, ids: Option<&[u32]>, request: &Request) -> Vec<u32> {
        let count = ids.map_or(self.manifest.posts as usize, <[u32]>::len);
        let end = request.offset.saturating_add(request.limit).min(count);
        (request.offset.min(count)..end)
            .filter_map(|place| {
                let index = if request.sort == Sort::Oldest {
                    place
                } else {
                    count - 1 - place
                };
                ids.map_or(Some(index as u32), |ids| ids.get(index).copied())
            })
            .collect()
    }

    fn tags_among(&self, ids: &[u32]) -> Vec<shelfmark_bundle::Count> {
        let mut counts: Vec<_> = self
            .tags
            .iter()
            .map(|(name, carrying)| {
                let (few, many) = if ids.len() < carrying.len() {
                    (ids, &carrying[..])
                } else {
                    (&carrying[..], ids)
                };
                let count = few
                    .iter()
                    .filter(|id| many.binary_search(id).is_ok())
                    .count() as u32;
                shelfmark_bundle::Count {
                    name: name.clone(),
                    count,
                }
            })
            .filter(|tag| tag.count > 0)
            .collect();
        counts.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
        counts
    }

    fn has(&self, need: Need) -> bool {
        match need {
            Need::List(index) => self.lists.get(index).is_none_or(Option::is_some),
            Need::Facets(index) => self.facets.get(index).is_none_or(|here| *here),
            Need::Text(index) => self.texts.get(index).is_none_or(|here| *here),
        }
    }

    /// Lists by tag come from the facet shards of all tags, so that the counts of the others are
    /// known too.
    fn facet_needs(&self, request: &Request) -> Vec<Need> {
        if request.tags.is_empty() {
            return Vec::new();
        }
        let mut shards: Vec<u32> = self.manifest.tags.iter().map(|tag| tag.shard).collect();
        shards.sort_unstable();
        shards.dedup();
        let needs = shards.into_iter().map(|shard| Need::Facets(shard as usize));
        needs.filter(|need| !self.has(*need)).collect()
    }

    fn page_needs(&self, request: &Request) -> Vec<Need> {
        let ids = self.listed(request);
        let mut shards: Vec<usize> = self
            .page(ids.as_deref(), request)
            .into_iter()
            .map(|id| id as usize / LIST_SPAN)
            .collect();
        shards.sort_unstable();
        shards.dedup();
        shards.into_iter().map(Need::List).collect()
    }
}
