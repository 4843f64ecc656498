//! Holds what was loaded of an archive and answers requests from it.
//!
//! A small archive is searched by reading all of its texts (`scan.rs`), any other by its index:
//! posting lists give candidates (`candidates.rs`), and the texts of those that are shown tell
//! which of them match (`results.rs`).

use shelfmark_bundle::{
    BodyPage, BodyPlace, Count, DaysShard, Entry, FacetKind, FormatError, FormsShard, LIST_SPAN,
    ListShard, Location, Manifest, PAGES_AHEAD, PostTraits, Scale, Segment, ShardKind, ShardRef,
    TextShard, TraitsShard, YEAR, day_number,
};

use crate::candidates::{self, Search};
use crate::dictionary::Dictionary;
use crate::facets::{FacetTables, both};
use crate::order;
use crate::outcome::{Facets, Hit, Outcome};
use crate::query::Query;
use crate::rank;
use crate::reading::Reading;
use crate::request::{FacetsWanted, Request, Sort};
use crate::results::{KEPT_HITS, Past, Results, Shown, in_order};
use crate::scan::{Labels, Match, Post, scan};
use crate::snippet::{mark, snippet};
use crate::text::Text;

/// Something that must be given to the engine before it can answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// List shard by its place in the manifest.
    List(usize),
    /// Facet shard by its place in the manifest.
    Facets(usize),
    /// Text shard by its place in the manifest.
    Text(usize),
    /// The days.
    Days,
    /// The forms of words.
    Forms,
    /// The traits of a segment's posts, by its place in the manifest.
    Traits(usize),
    /// Page of bodies by its place in the manifest.
    Bodies(usize),
    /// Table of terms by its place in the manifest.
    Terms(usize),
    /// Index shard by its table and its place there.
    Index(usize, usize),
    /// The entry and the visible text of a post: see [`Engine::place`] and
    /// [`Engine::provide_post`].
    Post(u32),
}

/// Bytes of text that are searched at a time to settle results that are not shown.
const SETTLED: usize = 256 << 10;

/// Most posts beside those shown that are read together.
const AT_ONCE: usize = 500;

/// Adds all shards of a kind to `needs`.
fn want_all(kind: fn(usize) -> Need, count: usize, needs: &mut Vec<Need>) {
    needs.extend((0..count).map(kind));
}

/// Answers requests; asks for shards, never fetches them.
#[derive(Debug)]
pub struct Engine {
    manifest: Manifest,
    lists: Vec<Option<ListShard>>,
    labels: Vec<Vec<Labels>>,
    facets: FacetTables,
    days: Option<DaysShard>,
    forms: Option<FormsShard>,
    texts: Vec<bool>,
    text: Vec<Text>,
    segments: Vec<Segment>,
    /// What the posting lists of each segment are read against, as far as it is here.
    scales: Vec<Option<Scale>>,
    /// Traits of the posts by id, as far as they are here; empty when there are none.
    traits: Vec<PostTraits>,
    /// Mean of the posts' lengths, as far as traits tell it.
    average: f64,
    pages: Vec<Option<BodyPage>>,
    dictionary: Dictionary,
    reading: Reading,
    results: Past,
}

impl Engine {
    /// An engine that knows nothing but the manifest.
    #[must_use]
    pub fn new(manifest: Manifest) -> Self {
        let segments = manifest.segments().unwrap_or_default();
        let scale = |(place, segment): (usize, &Segment)| {
            let untold = manifest.traits_of(place).is_none();
            untold.then(|| Scale::even(segment.posts))
        };
        Self {
            lists: (0..manifest.list_count()).map(|_| None).collect(),
            labels: vec![Vec::new(); manifest.list_count()],
            facets: FacetTables::new(&manifest),
            days: None,
            forms: None,
            texts: vec![false; manifest.texts.len()],
            text: Vec::new(),
            scales: segments.iter().enumerate().map(scale).collect(),
            segments,
            traits: Vec::new(),
            average: 1.0,
            pages: manifest.bodies.iter().map(|_| None).collect(),
            dictionary: Dictionary::new(&manifest),
            reading: Reading::default(),
            results: Past::default(),
            manifest,
        }
    }

    /// The manifest.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Entry of a post, when its list shard is here or the post was read.
    #[must_use]
    pub fn entry(&self, id: u32) -> Option<&Entry> {
        let listed = self.list(id).and_then(|list| list.entry(id));
        listed.or_else(|| self.reading.get(id).map(|post| post.entry))
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

    /// Page of bodies of a post.
    fn page_of(&self, id: usize) -> usize {
        id / self.manifest.page_span()
    }

    /// Where the body of a post is, when its page is here.
    #[must_use]
    pub fn place(&self, id: u32) -> Option<BodyPlace> {
        let page = self.pages.get(self.page_of(id as usize))?;
        page.as_ref()?.find(id, self.manifest.packed)
    }

    /// Kind and reference of a shard.
    #[must_use]
    pub fn shard(&self, need: Need) -> Option<(ShardKind, &ShardRef)> {
        let manifest = &self.manifest;
        Some(match need {
            Need::List(index) => (ShardKind::List, self.list_shard(index)?),
            Need::Facets(index) => (ShardKind::Facets, manifest.facets.get(index)?),
            Need::Text(index) => (ShardKind::Text, manifest.texts.get(index)?),
            Need::Days => (ShardKind::Days, manifest.days.as_ref()?),
            Need::Forms => (ShardKind::Forms, manifest.forms.as_ref()?),
            Need::Traits(index) => (ShardKind::Traits, manifest.traits_of(index)?),
            Need::Bodies(index) => (ShardKind::Bodies, manifest.bodies.get(index)?),
            Need::Terms(index) => (ShardKind::Terms, &manifest.index.get(index)?.1),
            Need::Index(table, place) => (ShardKind::Index, self.dictionary.shard(table, place)?),
            Need::Post(_) => return None,
        })
    }

    /// Where the bytes of a shard are.
    #[must_use]
    pub fn location(&self, need: Need) -> Option<Location> {
        let (kind, shard) = self.shard(need)?;
        if let Need::Index(table, place) = need
            && let Some(part) = self.dictionary.part(table, place, self.manifest.packed)
        {
            let (_, table) = self.manifest.index.get(table)?;
            return Some(Location::in_pack(kind, table, part));
        }
        Some(Location::file(shard.file_name(kind)))
    }

    /// What must be provided before the request can be answered; asked again after it was, as
    /// one shard may lead to others. Empty when nothing is missing.
    pub fn needs(&mut self, request: &Request) -> Vec<Need> {
        let mut needs = self.needs_at_all(request);
        needs.retain(|need| !self.has(*need));
        let mut different: Vec<Need> = Vec::with_capacity(needs.len());
        for need in needs {
            let need = self.first_need(need);
            if !different.contains(&need) {
                different.push(need);
            }
        }
        different
    }

    fn needs_at_all(&mut self, request: &Request) -> Vec<Need> {
        let mut needs = self.facets.needs(&self.manifest, request);
        if (request.has_days() || request.facets.months) && self.manifest.days.is_some() {
            needs.push(Need::Days);
        }
        if !request.is_plain() {
            needs.extend(self.facets.needs_of(&self.manifest, request.facets));
        } else if request.facets.authors {
            // The manifest names the others.
            let wanted = FacetsWanted {
                authors: true,
                ..FacetsWanted::default()
            };
            needs.extend(self.facets.needs_of(&self.manifest, wanted));
        }
        if request.query.is_empty() {
            needs.retain(|need| !self.has(*need));
            if needs.is_empty() {
                needs.extend(self.page_needs(request));
            }
        } else if self.manifest.index.is_empty() {
            want_all(Need::List, self.lists.len(), &mut needs);
            let words = request
                .query
                .terms()
                .any(|term| term.takes_forms().is_some());
            if words && self.manifest.forms.is_some() {
                needs.push(Need::Forms);
            }
            if request.query.reads_text() {
                want_all(Need::Text, self.texts.len(), &mut needs);
            }
        } else {
            needs.retain(|need| !self.has(*need));
            self.index_needs(request, &mut needs);
        }
        needs
    }

    /// What a search by the index needs beside `needs`.
    fn index_needs(&mut self, request: &Request, needs: &mut Vec<Need>) {
        if !self.results.bring(request) {
            self.dictionary.begin();
            want_all(Need::Traits, self.segments.len(), needs);
            if self.pages.len() <= PAGES_AHEAD {
                want_all(Need::Bodies, self.pages.len(), needs);
            }
            let before = needs.iter().any(|need| !self.has(*need));
            let mut query = request.query.clone();
            let base = if before {
                Vec::new()
            } else {
                self.base(request)
            };
            let mut search = Search {
                manifest: &self.manifest,
                dictionary: &mut self.dictionary,
                facets: &self.facets,
                segments: &self.segments,
                traits: &self.traits,
                average: self.average,
                needs: Vec::new(),
            };
            let mut found = search.query(&mut query, || base);
            needs.append(&mut search.needs);
            // Posting lists are read against the traits.
            if self.scales.iter().any(Option::is_none) {
                needs.retain(|need| !matches!(need, Need::Index(..)));
            }
            if needs.iter().any(|need| !self.has(*need)) {
                return;
            }
            if let Some(allowed) = self.allowed(request) {
                found.retain(|candidate| allowed.binary_search(&candidate.id).is_ok());
            }
            let script = candidates::script(&query);
            let results = Results::new(request, query, &found, &self.traits, script);
            self.results.add(results);
        }
        let mut ids = self.unread(request);
        ids.truncate(request.limit.saturating_add(AT_ONCE));
        // What is read together must be here together.
        self.reading.least = ids.len() + 1;
        for id in ids {
            let shown = self.results.last().is_some_and(|last| last.is_shown(id));
            if shown || self.has(Need::Post(id)) {
                continue;
            }
            let page = Need::Bodies(self.page_of(id as usize));
            needs.push(if self.has(page) { Need::Post(id) } else { page });
        }
    }

    /// Posts that are read for the hits that a request asks for, once all is told that those that
    /// are here can tell.
    fn unread(&mut self, request: &Request) -> Vec<u32> {
        let Some(results) = self.results.last_mut() else {
            return Vec::new();
        };
        loop {
            let ids = results.to_read(request.offset, request.limit, request.read);
            if !results.settle(Some(&ids), &mut self.reading, usize::MAX) {
                return ids;
            }
        }
    }

    /// Settles some more of the last results by posts that happen to be here, so that their number
    /// is nearer to exact; a few milliseconds of work. Whether there may be more to settle.
    pub fn settle(&mut self) -> bool {
        let results = self.results.last_mut();
        results.is_some_and(|results| results.settle(None, &mut self.reading, SETTLED))
    }

    /// A list shard, when its page or the manifest tells it.
    fn list_shard(&self, index: usize) -> Option<&ShardRef> {
        let newest = self.manifest.newest_list(index);
        newest.or_else(|| {
            self.pages
                .get(self.page_of(index * LIST_SPAN))?
                .as_ref()?
                .list(index)
        })
    }

    /// What leads to a need: of an older list shard, the page that names it.
    fn first_need(&self, need: Need) -> Need {
        match need {
            Need::List(index) if self.list_shard(index).is_none() => {
                Need::Bodies(self.page_of(index * LIST_SPAN))
            }
            need => need,
        }
    }

    /// What is needed next to show the list entry of post `id`.
    #[must_use]
    pub fn entry_need(&self, id: u32) -> Option<Need> {
        let need = Need::List(id as usize / LIST_SPAN);
        let missing = id < self.manifest.posts && !self.has(need);
        missing.then(|| self.first_need(need))
    }

    /// What is needed to know where the body of post `id` is.
    #[must_use]
    pub fn place_need(&self, id: u32) -> Option<Need> {
        let need = Need::Bodies(self.page_of(id as usize));
        (!self.has(need)).then_some(need)
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
            Need::Facets(index) => self.facets.provide(index, json, posts)?,
            Need::Text(index) => self.provide_texts(index, json)?,
            Need::Days => {
                let dated = posts - self.manifest.undated;
                self.days = Some(DaysShard::decode(json, dated)?);
            }
            Need::Forms => self.forms = Some(FormsShard::decode(json)?),
            Need::Traits(index) => {
                let Some(segment) = self.segments.get(index) else {
                    return Ok(());
                };
                let traits = TraitsShard::decode(json, segment.posts)?.posts;
                if let Some(scale) = self.scales.get_mut(index) {
                    *scale = Some(Scale::new(&traits));
                }
                self.traits.resize(posts as usize, PostTraits::default());
                let first = segment.first as usize;
                self.traits[first..first + traits.len()].copy_from_slice(&traits);
                let sum: f64 = self.traits.iter().map(rank::length).sum();
                self.average = sum / f64::from(posts.max(1));
            }
            Need::Bodies(index) => {
                let page = BodyPage::decode(json, self.manifest.page_ids(index))?;
                if let Some(slot) = self.pages.get_mut(index) {
                    *slot = Some(page);
                }
            }
            Need::Terms(index) => self.dictionary.provide_table(index, json)?,
            Need::Index(table, place) => {
                for (segment, scale) in self.segments.iter().zip(&self.scales) {
                    if let Some(scale) = scale
                        && segment.tables.contains(&table)
                    {
                        self.dictionary.provide_shard((table, place), json, scale)?;
                    }
                }
            }
            Need::Post(_) => {}
        }
        Ok(())
    }

    fn provide_texts(&mut self, index: usize, json: &[u8]) -> Result<(), FormatError> {
        let posts = self.manifest.posts;
        let shard = TextShard::decode(json, posts)?;
        self.text.resize_with(posts as usize, Text::default);
        let slots = self.text[shard.first as usize..].iter_mut();
        for (slot, original) in slots.zip(shard.texts) {
            *slot = Text::new(original);
        }
        if let Some(here) = self.texts.get_mut(index) {
            *here = true;
        }
        Ok(())
    }

    /// Takes in a post that was read: its entry and its visible text.
    pub fn provide_post(&mut self, id: u32, entry: Entry, text: String) {
        self.reading.add(id, entry, text);
    }

    /// Answers a request. What [`Engine::needs`] asked for and did not get is left out.
    #[must_use]
    pub fn answer(&self, request: &Request) -> Outcome {
        if request.query.is_empty() {
            return self.list_page(request);
        }
        if self.manifest.index.is_empty() {
            return self.scan_page(request);
        }
        let Some(results) = self.results.last() else {
            return Outcome::default();
        };
        let (ids, exact) = results.matches();
        let page = results.page(request.offset, request.limit);
        let mut shown = results.shown.borrow_mut();
        let known = shown.len();
        let mut hits = Vec::with_capacity(page.len());
        for found in &page {
            let is_it = |(hit, _): &Shown| hit.id == found.id;
            if let Some(place) = shown[..known].iter().position(is_it) {
                hits.push(place);
            } else if let Some(post) = self.reading.get(found.id)
                && let Some(hit) = self.hit(found.id, found.score, &results.query)
            {
                hits.push(shown.len());
                shown.push((hit, post.fit(&results.query)));
            }
        }
        // Puts first what only the texts tell: titles that are nothing but the query, and the form that
        // was typed.
        let mut places: Vec<(u64, u32)> = Vec::with_capacity(hits.len());
        for (place, hit) in (0..).zip(&hits) {
            let (hit, fit) = &shown[*hit];
            // Tiers of the score stand above.
            let tier = order::descending((hit.score / 500.0).floor());
            let told = request.sort == Sort::Relevance;
            let key = tier.wrapping_sub(u64::from(*fit));
            places.push((if told { key } else { 0 }, place));
        }
        order::sort(&mut places);
        let hit = |(_, place): (u64, u32)| shown[hits[place as usize]].0.clone();
        let hits = places.into_iter().map(hit).collect();
        shown.truncate(KEPT_HITS);
        Outcome {
            total: ids.len(),
            exact,
            hits,
            facets: self.count(request, &ids),
            ids,
        }
    }

    fn hits(&self, page: &[Match], query: &Query) -> Vec<Hit> {
        let mut hits = Vec::with_capacity(page.len());
        for found in page {
            hits.extend(self.hit(found.id, found.score, query));
        }
        hits
    }

    fn scan_page(&self, request: &Request) -> Outcome {
        let mut query = request.query.clone();
        if let Some(forms) = &self.forms {
            for term in query.terms_mut() {
                let forms = term.takes_forms().map(|word| forms.of(word));
                term.set_forms(&forms.unwrap_or_default());
            }
        }
        let found = self.scan(request, &query);
        let sorted = in_order(&found, request.sort);
        let ids: Vec<u32> = sorted.iter().map(|found| found.id).collect();
        let start = request.offset.min(sorted.len());
        let end = request
            .offset
            .saturating_add(request.limit)
            .min(sorted.len());
        Outcome {
            total: sorted.len(),
            exact: true,
            hits: self.hits(&sorted[start..end], &query),
            facets: self.count(request, &ids),
            ids,
        }
    }

    fn hit(&self, id: u32, score: f64, query: &Query) -> Option<Hit> {
        let entry = self.entry(id)?;
        let read = self.reading.get(id).and_then(|post| post.text);
        let text = read.or_else(|| self.text.get(id as usize));
        Some(Hit {
            id,
            score,
            entry: entry.clone(),
            title: mark(&entry.title, query),
            snippet: text.map(|text| snippet(text, query)).unwrap_or_default(),
        })
    }

    fn scan(&self, request: &Request, query: &Query) -> Vec<Match> {
        let allowed = self.allowed(request);
        let mut posts = Vec::new();
        for (list, labels) in self.lists.iter().zip(&self.labels) {
            let Some(list) = list else { continue };
            for ((id, entry), labels) in (list.first..).zip(&list.posts).zip(labels) {
                if allowed
                    .as_ref()
                    .is_none_or(|ids| ids.binary_search(&id).is_ok())
                {
                    let text = self.text.get(id as usize);
                    posts.push((
                        id,
                        Post {
                            entry,
                            labels,
                            text,
                        },
                    ));
                }
            }
        }
        let count = self.manifest.posts as usize;
        let average = self.manifest.text_bytes as f64 / f64::from(self.manifest.posts.max(1));
        scan(query, &posts, count, average)
    }

    /// The newest posts, or those that carry what is asked for.
    fn list_page(&self, request: &Request) -> Outcome {
        let allowed = self.allowed(request);
        let page = self.page(allowed.as_deref(), request);
        let page: Vec<Match> = page
            .iter()
            .map(|id| Match {
                id: *id,
                score: 0.0,
            })
            .collect();
        let hits = self.hits(&page, &request.query);
        let mut ids = allowed.unwrap_or_default();
        if request.sort != Sort::Oldest {
            ids.reverse();
        }
        let (total, facets) = if request.is_plain() {
            let all = |facets: &[shelfmark_bundle::FacetCount]| {
                facets.iter().map(|facet| facet.as_count()).collect()
            };
            let facets = Facets {
                tags: all(&self.manifest.tags),
                categories: all(self.manifest.categories()),
                authors: if request.facets.authors {
                    let all = vec![true; self.manifest.posts as usize];
                    self.facets.count(FacetKind::Author, &all)
                } else {
                    Vec::new()
                },
                months: if request.facets.months {
                    self.months(None)
                } else {
                    Vec::new()
                },
            };
            (self.manifest.posts as usize, facets)
        } else {
            (ids.len(), self.count(request, &ids))
        };
        Outcome {
            total,
            exact: true,
            hits,
            ids,
            facets,
        }
    }

    /// What the posts `ids` carry, as far as it is asked for.
    fn count(&self, request: &Request, ids: &[u32]) -> Facets {
        let wanted = request.facets;
        if wanted == Default::default() {
            return Facets::default();
        }
        let mut matches = vec![false; self.manifest.posts as usize];
        for id in ids {
            if let Some(is_match) = matches.get_mut(*id as usize) {
                *is_match = true;
            }
        }
        let of = |kind, wanted: bool| {
            if wanted {
                self.facets.count(kind, &matches)
            } else {
                Vec::new()
            }
        };
        Facets {
            tags: of(FacetKind::Tag, wanted.tags),
            categories: of(FacetKind::Category, wanted.categories),
            authors: of(FacetKind::Author, wanted.authors),
            months: if wanted.months {
                self.months(Some(&matches))
            } else {
                Vec::new()
            },
        }
    }

    /// Posts of each month, of all posts or of the matches.
    fn months(&self, matches: Option<&[bool]>) -> Vec<Count> {
        let mut first = self.manifest.undated as usize;
        let mut months = Vec::new();
        for (name, posts) in self.days.iter().flat_map(DaysShard::months) {
            let end = first + posts as usize;
            let among = matches.map(|matches| {
                let month = matches.get(first..end).unwrap_or_default();
                month.iter().filter(|is_match| **is_match).count() as u32
            });
            first = end;
            let count = among.unwrap_or(posts);
            if count > 0 {
                months.push(Count { name, count });
            }
        }
        months
    }

    /// Ids of the posts that a request allows by what they carry and by their days, ascending;
    /// `None` for all posts.
    fn allowed(&self, request: &Request) -> Option<Vec<u32>> {
        let chosen = self.facets.chosen(request);
        if !request.has_days() {
            return chosen;
        }
        let span: Vec<u32> = match request.on_day {
            Some(day) => self.anniversaries(day),
            None => self.span(request).collect(),
        };
        Some(match chosen {
            Some(chosen) => both(&chosen, &span),
            None => span,
        })
    }

    /// Posts of the day that `day` is, in every year.
    fn anniversaries(&self, day: u32) -> Vec<u32> {
        let mut first = self.manifest.undated;
        let mut ids = Vec::new();
        for (number, posts) in self.days.iter().flat_map(DaysShard::days) {
            if number % YEAR == day % YEAR {
                ids.extend(first..first + posts);
            }
            first += posts;
        }
        ids
    }

    /// Posts that are looked at when a query wants nothing.
    fn base(&self, request: &Request) -> Vec<u32> {
        let wants = request.query.clauses.iter().any(|clause| !clause.exclude);
        if wants {
            return Vec::new();
        }
        let all = || (0..self.manifest.posts).collect();
        self.allowed(request).unwrap_or_else(all)
    }

    /// The interval of ids that lies between the days of a request.
    fn span(&self, request: &Request) -> core::ops::Range<u32> {
        let Some(days) = &self.days else { return 0..0 };
        let (query, undated) = (&request.query, self.manifest.undated);
        let number = |day: &Option<String>| day.as_deref().and_then(day_number);
        let first = number(&request.from).max(number(&query.after));
        let last = [number(&request.to), number(&query.before)];
        let last = last.into_iter().flatten().min();
        let start = first.map_or(0, |day| days.before(day));
        let end = last.map_or(self.manifest.posts - undated, |day| {
            days.before(day.saturating_add(1))
        });
        undated + start..undated + end.max(start)
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

    fn has(&self, need: Need) -> bool {
        match need {
            Need::List(index) => self.lists.get(index).is_none_or(Option::is_some),
            Need::Facets(index) => self.facets.has(index),
            Need::Text(index) => self.texts.get(index).is_none_or(|here| *here),
            Need::Days => self.days.is_some(),
            Need::Forms => self.forms.is_some(),
            Need::Traits(index) => self.scales.get(index).is_none_or(Option::is_some),
            Need::Bodies(index) => self.pages.get(index).is_none_or(Option::is_some),
            Need::Terms(index) => self.dictionary.has_table(index),
            Need::Index(table, place) => self.dictionary.has_shard(table, place),
            Need::Post(id) => self.reading.get(id).is_some(),
        }
    }

    fn page_needs(&self, request: &Request) -> Vec<Need> {
        let ids = self.allowed(request);
        // The ids of a page ascend or descend: equal shards stand side by side.
        let page = self.page(ids.as_deref(), request);
        page.into_iter()
            .map(|id| Need::List(id as usize / LIST_SPAN))
            .collect()
    }
}
