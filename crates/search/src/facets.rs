//! Tags, categories and authors: which posts carry them, and how many of the matches do.

use shelfmark_bundle::{Count, FacetKind, FacetShard, FormatError, Manifest};
use shelfmark_text::fold;

use crate::engine::Need;
use crate::matcher::Pattern;
use crate::order;
use crate::query::{Field, Term};
use crate::request::{FacetsWanted, Request};

/// The posts that carry a name.
#[derive(Debug)]
struct Carried {
    kind: FacetKind,
    name: String,
    folded: String,
    ids: Vec<u32>,
}

/// Facet shards that are here.
#[derive(Debug)]
pub(crate) struct FacetTables {
    shards: Vec<Option<Vec<Carried>>>,
    /// Whether categories are told apart from tags.
    apart: bool,
}

impl FacetTables {
    pub(crate) fn new(manifest: &Manifest) -> Self {
        Self {
            shards: manifest.facets.iter().map(|_| None).collect(),
            apart: manifest.categories.is_some(),
        }
    }

    pub(crate) fn has(&self, shard: usize) -> bool {
        self.shards.get(shard).is_none_or(Option::is_some)
    }

    pub(crate) fn provide(
        &mut self,
        shard: usize,
        json: &[u8],
        posts: u32,
    ) -> Result<(), FormatError> {
        let mut carried = Vec::new();
        for facet in FacetShard::decode(json)?.facets {
            carried.push(Carried {
                ids: facet.ids(posts)?,
                folded: fold(&facet.name),
                kind: facet.kind,
                name: facet.name,
            });
        }
        if let Some(slot) = self.shards.get_mut(shard) {
            *slot = Some(carried);
        }
        Ok(())
    }

    /// Shards that hold the facets of a kind. Tags stand first in them, then categories, then
    /// authors, of which the manifest names none.
    fn of_kind(&self, manifest: &Manifest, kind: FacetKind) -> core::ops::Range<usize> {
        let last = |facets: &[shelfmark_bundle::FacetCount]| {
            facets.last().map_or(0, |facet| facet.shard as usize)
        };
        let (tags, categories) = (last(&manifest.tags), last(manifest.categories()));
        let end = self.shards.len();
        match self.kept_as(kind) {
            FacetKind::Tag if manifest.tags.is_empty() => 0..0,
            FacetKind::Tag => 0..(tags + 1).min(end),
            FacetKind::Category if manifest.categories().is_empty() => 0..0,
            FacetKind::Category => tags..(categories + 1).min(end),
            FacetKind::Author if manifest.authors == 0 => 0..0,
            FacetKind::Author => categories.max(tags)..end,
        }
    }

    /// Shards that a request reads to choose posts.
    pub(crate) fn needs(&self, manifest: &Manifest, request: &Request) -> Vec<Need> {
        let query = &request.query;
        let named = |field: Field| query.terms().any(|term| term.field == field);
        let tags = !request.tags.is_empty() || !request.any_tags.is_empty() || named(Field::Tag);
        let wanted = FacetsWanted {
            tags,
            categories: !request.categories.is_empty() || named(Field::Category),
            authors: !request.authors.is_empty() || named(Field::Author),
            months: false,
        };
        self.needs_of(manifest, wanted)
    }

    /// Shards that are needed to count facets.
    pub(crate) fn needs_of(&self, manifest: &Manifest, wanted: FacetsWanted) -> Vec<Need> {
        let mut needs = Vec::new();
        for (kind, wanted) in [
            (FacetKind::Tag, wanted.tags),
            (FacetKind::Category, wanted.categories),
            (FacetKind::Author, wanted.authors),
        ] {
            if wanted {
                needs.extend(self.of_kind(manifest, kind).map(Need::Facets));
            }
        }
        needs
    }

    /// The kind under which facets of a kind stand in the shards.
    fn kept_as(&self, kind: FacetKind) -> FacetKind {
        match kind {
            FacetKind::Category if !self.apart => FacetKind::Tag,
            kind => kind,
        }
    }

    fn carried(&self, kind: FacetKind) -> Vec<&Carried> {
        let kind = self.kept_as(kind);
        let mut all = Vec::new();
        for carried in self.shards.iter().flatten().flatten() {
            if carried.kind == kind {
                all.push(carried);
            }
        }
        all
    }

    /// The posts that carry a name of a kind, ascending.
    fn named(&self, kind: FacetKind, name: &str) -> &[u32] {
        for carried in self.carried(kind) {
            if carried.name == name {
                return &carried.ids;
            }
        }
        &[]
    }

    /// The posts that a term of a field of names finds, ascending.
    pub(crate) fn found(&self, term: &Term) -> Vec<u32> {
        let (kind, fits): (_, fn(&Pattern, &str) -> bool) = match term.field {
            Field::Tag => (FacetKind::Tag, Pattern::is),
            Field::Category => (FacetKind::Category, Pattern::is),
            _ => (FacetKind::Author, Pattern::matches),
        };
        let mut fitting = Vec::new();
        for carried in self.carried(kind) {
            if fits(&term.pattern, &carried.folded) {
                fitting.push(&carried.ids[..]);
            }
        }
        united(&fitting)
    }

    /// The posts that carry all that a request asks for; `None` when it asks for nothing.
    pub(crate) fn chosen(&self, request: &Request) -> Option<Vec<u32>> {
        let mut chosen: Option<Vec<u32>> = None;
        let mut narrow = |ids: &[u32]| {
            chosen = Some(match chosen.take() {
                Some(before) => both(&before, ids),
                None => ids.to_vec(),
            });
        };
        for tag in &request.tags {
            narrow(self.named(FacetKind::Tag, tag));
        }
        for (kind, names) in [
            (FacetKind::Tag, &request.any_tags),
            (FacetKind::Category, &request.categories),
            (FacetKind::Author, &request.authors),
        ] {
            if !names.is_empty() {
                let lists: Vec<&[u32]> = names.iter().map(|name| self.named(kind, name)).collect();
                narrow(&united(&lists));
            }
        }
        chosen
    }

    /// How many of the matches carry each name of a kind, the most frequent first.
    pub(crate) fn count(&self, kind: FacetKind, matches: &[bool]) -> Vec<Count> {
        let is_match = |id: &&u32| matches.get(**id as usize).copied().unwrap_or_default();
        let mut found: Vec<(u64, u32)> = Vec::new();
        let all = self.carried(kind);
        for (place, carried) in (0..).zip(&all) {
            let count = carried.ids.iter().filter(is_match).count() as u64;
            if count > 0 {
                found.push((!count, place));
            }
        }
        order::sort(&mut found);
        let mut counts = Vec::with_capacity(found.len());
        for (count, place) in found {
            if let Some(carried) = all.get(place as usize) {
                counts.push(Count {
                    name: carried.name.clone(),
                    count: !count as u32,
                });
            }
        }
        counts
    }
}

/// What is in both lists; all ascend.
pub(crate) fn both(a: &[u32], b: &[u32]) -> Vec<u32> {
    let (few, many) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let mut both = few.to_vec();
    both.retain(|id| many.binary_search(id).is_ok());
    both
}

/// What is in any of the lists, ascending.
fn united(lists: &[&[u32]]) -> Vec<u32> {
    let mut keys: Vec<(u64, u32)> = Vec::new();
    for list in lists {
        keys.extend(list.iter().map(|id| (u64::from(*id), 0)));
    }
    order::sort(&mut keys);
    let mut ids: Vec<u32> = Vec::with_capacity(keys.len());
    for (id, _) in keys {
        if ids.last() != Some(&(id as u32)) {
            ids.push(id as u32);
        }
    }
    ids
}
