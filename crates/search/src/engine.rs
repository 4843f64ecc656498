//! Holds what was loaded of an archive and answers requests from it.

use shelfmark_bundle::{
    Count, Entry, FacetKind, FacetShard, FormatError, LIST_SPAN, ListShard, Manifest, ShardKind,
    ShardRef, TextShard,
};
use shelfmark_text::fold;

use crate::facets::{self, Names};
use crate::order;
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
    /// Places of the tags by name.
    names: Names,
    /// Posting lists of the tags, in the order of the manifest.
    postings: Vec<Vec<u32>>,
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
            names: Names::new(&manifest.tags),
            postings: vec![Vec::new(); manifest.tags.len()],
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

    /// Id of the post with this slug, when its list shard is here.
    #[must_use]
    pub fn find(&self, slug: &str) -> Option<u32> {
        self.lists.iter().flatten().find_map(|list| {
            let place = list.posts.iter().position(|entry| entry.slug == slug)?;
            Some(list.first + place as u32)
        })
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
                    let place = self.names.find(&self.manifest.tags, &facet.name);
                    if let Some(list) =
                        place.and_then(|place| self.postings.get_mut(place as usize))
                    {
                        *list = facet.ids(posts)?;
                    }
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
        let found = self.scan(request);
        let mut order: Vec<(u64, u32)> = (0..)
            .zip(&found)
            .map(|(place, found)| match request.sort {
                // Ids ascend with the dates and with the places, so the newest is the last.
                Sort::Relevance => (order::descending(found.score), !place),
                Sort::Newest => (0, !place),
                Sort::Oldest => (0, place),
            })
            .collect();
        order::sort(&mut order);
        let place = |place: u32| {
            if request.sort == Sort::Oldest {
                place
            } else {
                !place
            }
        };
        let hits = order.iter().skip(request.offset).take(request.limit);
        let hits =
            hits.filter_map(|(_, coded)| self.hit(found.get(place(*coded) as usize)?, request));
        Outcome {
            total: found.len(),
            exact: true,
            titles_only: request.query.reads_text() && !self.searches_text(),
            hits: hits.collect(),
            facets: Facets {
                tags: self.tags_of(&found),
            },
        }
    }

    /// Tags that the matches carry.
    fn tags_of(&self, found: &[Match]) -> Vec<Count> {
        let mut counts = vec![0; self.manifest.tags.len()];
        for tag in found
            .iter()
            .filter_map(|found| self.entry(found.id))
            .flat_map(|entry| &entry.tags)
        {
            let place = self.names.find(&self.manifest.tags, tag);
            if let Some(count) = place.and_then(|place| counts.get_mut(place as usize)) {
                *count += 1;
            }
        }
        facets::named(&counts, &self.manifest.tags)
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
        let list = |tag: &str| {
            self.postings
                .get(self.names.find(&self.manifest.tags, tag)? as usize)
        };
        let mut lists = request
            .tags
            .iter()
            .map(|tag| list(tag).map_or(&[][..], Vec::as_slice));
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

    fn tags_among(&self, ids: &[u32]) -> Vec<Count> {
        let counts: Vec<u32> = self
            .postings
            .iter()
            .map(|list| {
                let (few, many) = if ids.len() < list.len() {
                    (ids, &list[..])
                } else {
                    (&list[..], ids)
                };
                few.iter()
                    .filter(|id| many.binary_search(id).is_ok())
                    .count() as u32
            })
            .collect();
        facets::named(&counts, &self.manifest.tags)
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
        let mut needs: Vec<Need> = Vec::new();
        for tag in &self.manifest.tags {
            let need = Need::Facets(tag.shard as usize);
            if needs.last() != Some(&need) && !self.has(need) && !needs.contains(&need) {
                needs.push(need);
            }
        }
        needs
    }

    fn page_needs(&self, request: &Request) -> Vec<Need> {
        let ids = self.listed(request);
        // The ids of a page ascend or descend: equal shards stand side by side.
        let page = self.page(ids.as_deref(), request);
        let mut needs: Vec<Need> = page
            .into_iter()
            .map(|id| Need::List(id as usize / LIST_SPAN))
            .collect();
        needs.dedup();
        needs
    }
}
