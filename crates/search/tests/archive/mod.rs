//! A small archive in memory, searched by reading it and by an index, which must agree.

use core::ops::Range;
use std::collections::BTreeMap;

use shelfmark_bundle::{
    BodyPage, Count, DaysShard, Entry, Facet, FacetCount, FacetKind, FacetShard, IndexWriter,
    ListShard, MARK, Manifest, PostTraits, Posting, Scale, Segments, ShardRef, Term, TermTable,
    TextShard, TraitsShard,
};
use shelfmark_search::{Engine, Need, Outcome, Query, Request, Sort};
use shelfmark_text::{CharClass, class, fold, is_triple, terms};

/// A post for a test: title, text, tag.
pub(crate) type Post = (String, String, String);

/// Posts and how they are searched.
pub(crate) struct Archive {
    entries: Vec<Entry>,
    texts: Vec<String>,
    pub(crate) engine: Engine,
    /// The segments of the index; none when there is no index.
    parts: Vec<Part>,
    /// What tables say of the length of an index shard, by its terms.
    length: fn(&[Term]) -> u64,
    /// How many of these were asked for.
    pub(crate) asked: usize,
    /// How many texts were read.
    pub(crate) read: usize,
}

/// A segment: its posts, and the terms of each shard of its tables.
struct Part {
    posts: Range<usize>,
    tables: Vec<Vec<Vec<Term>>>,
}

/// Terms of a shard, and shards of a table: few, so that there are several.
const SHARD: usize = 5;
const TABLE: usize = 3;

/// Words that are forms of each other.
type Forms<'a> = &'a [&'a [&'a str]];

/// Posts that a pair must be in more than, for its threes to be terms: few, so that there are some.
const TRIPLES: u32 = 1;

fn none() -> ShardRef {
    ShardRef("0".repeat(64), 0, 0)
}

impl Archive {
    /// An archive that is searched by reading it.
    pub(crate) fn scanned(posts: &[Post]) -> Self {
        Self::new(posts, None, &[], TRIPLES)
    }

    /// An archive that is searched by its index.
    pub(crate) fn indexed(posts: &[Post]) -> Self {
        Self::new(posts, Some(&[]), &[], TRIPLES)
    }

    /// The same of several segments: a new one begins at each of these posts, which ascend. Each
    /// knows the forms of the words that its own posts hold.
    pub(crate) fn segmented(posts: &[Post], begins: &[usize], forms: Forms<'_>) -> Self {
        Self::new(posts, Some(begins), forms, TRIPLES)
    }

    /// The same as one index that holds no threes with a letter, as of older programs.
    pub(crate) fn with_plain_threes(posts: &[Post]) -> Self {
        let mut archive = Self::indexed(posts);
        let is_plain = |key: &str| {
            let three: Vec<char> = key.chars().collect();
            !is_triple(&three) || three.iter().all(|c| class(*c) == CharClass::Unspaced)
        };
        for shards in archive.parts.iter_mut().flat_map(|part| &mut part.tables) {
            for terms in shards {
                // A shard is called by its first term.
                let first = terms.first().map(|term| term.key.clone());
                terms.retain(|term| is_plain(&term.key) || Some(&term.key) == first.as_ref());
            }
        }
        archive
    }

    /// The same, of terms that do not depend on where segments begin: a pair that is in many posts of
    /// the archive, and in few of each segment, has threes in the one and none in the other.
    pub(crate) fn without_threes(posts: &[Post], begins: &[usize]) -> Self {
        Self::new(posts, Some(begins), &[], u32::MAX)
    }

    fn new(posts: &[Post], begins: Option<&[usize]>, forms: Forms<'_>, triples: u32) -> Self {
        let indexed = begins.is_some();
        let entries: Vec<Entry> = (0..)
            .zip(posts)
            .map(|(id, (title, _, tag)): (u32, _)| Entry {
                slug: format!("p{id}"),
                title: title.clone(),
                date: Some(format!("2024-01-{:02}", id + 1)),
                tags: vec![tag.clone()],
                ..Entry::default()
            })
            .collect();
        let texts: Vec<String> = posts.iter().map(|(_, text, _)| text.clone()).collect();
        let ends = begins.into_iter().flat_map(|begins| {
            let ends = begins.iter().copied();
            ends.chain([posts.len()])
        });
        let mut parts: Vec<Part> = Vec::new();
        for end in ends {
            let posts = parts.last().map_or(0, |last| last.posts.end)..end;
            let tables = index(
                &entries[posts.clone()],
                &texts[posts.clone()],
                forms,
                triples,
            );
            parts.push(Part { posts, tables });
        }
        let mut tags: Vec<FacetCount> = Vec::new();
        for (_, _, tag) in posts {
            match tags.iter_mut().find(|known| known.name == *tag) {
                Some(known) => known.count += 1,
                None => tags.push(FacetCount {
                    name: tag.clone(),
                    count: 1,
                    shard: 0,
                }),
            }
        }
        let keys = parts.iter().flat_map(|part| &part.tables);
        let keys = keys.map(|shards| (shards[0][0].key.clone(), none()));
        let alone = indexed && parts.len() == 1;
        let manifest = Manifest {
            shelfmark: MARK.into(),
            format: if parts.len() > 1 { 3 } else { 1 },
            title: String::new(),
            description: String::new(),
            language: String::new(),
            posts: posts.len() as u32,
            undated: 0,
            from: None,
            to: None,
            text_bytes: texts.iter().map(|text| text.len() as u64).sum::<u64>() + 1,
            tags,
            categories: Some(Vec::new()),
            authors: 0,
            languages: Vec::<Count>::new(),
            lists: vec![none()],
            slugs: vec![none()],
            facets: vec![none()],
            days: Some(none()),
            bodies: vec![none()],
            texts: if indexed { Vec::new() } else { vec![none()] },
            forms: None,
            traits: alone.then(none),
            index: keys.collect(),
            triples: alone.then_some(triples),
            segments: if alone {
                Segments::default()
            } else {
                segments(&parts, triples)
            },
            body_page: 0,
            packed: if parts.len() > 1 { 2 } else { 0 },
            pages: None,
            viewer: None,
            signed: None,
        };
        Self {
            entries,
            texts,
            engine: Engine::new(manifest),
            parts,
            length: |_| 0,
            asked: 0,
            read: 0,
        }
    }

    /// The same with shards of these lengths, by what their tables say.
    pub(crate) fn with_shards_of(mut self, length: fn(&[Term]) -> u64) -> Self {
        self.length = length;
        self
    }

    /// Answers a request, with everything that it needs.
    pub(crate) fn answer(&mut self, request: &Request) -> Outcome {
        self.rounds(request);
        self.engine.answer(request)
    }

    /// Gives the engine what a request needs; in so many rounds.
    pub(crate) fn rounds(&mut self, request: &Request) -> usize {
        for round in 0..100 {
            let needs = self.engine.needs(request);
            if needs.is_empty() {
                return round;
            }
            for need in needs {
                self.provide(need);
            }
        }
        panic!("it never has enough");
    }

    fn provide(&mut self, need: Need) {
        if let Need::Post(id) = need {
            let (entry, text) = (&self.entries[id as usize], &self.texts[id as usize]);
            self.read += 1;
            self.engine.provide_post(id, entry.clone(), text.clone());
            return;
        }
        self.asked += usize::from(matches!(need, Need::Index(..)));
        let json = self.json(need);
        self.engine.provide(need, &json).unwrap();
    }

    /// The JSON of a shard; nothing when there is none.
    pub(crate) fn json(&self, need: Need) -> Vec<u8> {
        let posts = self.entries.len() as u32;
        match need {
            Need::List(_) => ListShard {
                first: 0,
                posts: self.entries.clone(),
            }
            .encode(),
            Need::Text(_) => TextShard {
                first: 0,
                texts: self.texts.clone(),
            }
            .encode(),
            Need::Facets(_) => {
                let mut lists: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
                for (id, entry) in (0..).zip(&self.entries) {
                    lists.entry(&entry.tags[0]).or_default().push(id);
                }
                let facets = lists
                    .iter()
                    .map(|(name, ids)| Facet::new(FacetKind::Tag, (*name).into(), ids));
                FacetShard {
                    facets: facets.collect(),
                }
                .encode()
            }
            Need::Days => DaysShard::new(
                self.entries
                    .iter()
                    .filter_map(|entry| entry.date.as_deref()),
            )
            .encode(),
            Need::Traits(part) => TraitsShard {
                posts: self
                    .parts
                    .get(part)
                    .map_or(Vec::new(), |part| self.traits(part)),
            }
            .encode(),
            Need::Bodies(_) => BodyPage {
                first: 0,
                groups: vec![(none(), vec![posts])],
                lists: vec![none()],
                bytes: self.parts.iter().skip(1).take(1).map(|_| 100).collect(),
            }
            .encode(),
            Need::Terms(table) => {
                let shards = self.table(table).map_or(&[][..], |(_, shards)| shards);
                TermTable {
                    keys: shards.iter().map(|terms| terms[0].key.clone()).collect(),
                    shards: shards
                        .iter()
                        .map(|terms| ShardRef("0".repeat(64), (self.length)(terms), 0))
                        .collect(),
                }
                .encode()
            }
            Need::Index(table, place) => {
                let Some((part, shards)) = self.table(table) else {
                    return Vec::new();
                };
                let scale = Scale::new(&self.traits(part));
                let mut writer = IndexWriter::new(&scale);
                let terms = shards.get(place).into_iter().flatten();
                terms.for_each(|term| writer.push(term));
                writer.finish()
            }
            Need::Post(_) | Need::Forms => Vec::new(),
        }
    }

    /// A table by its place in the manifest: its segment and its shards.
    fn table(&self, place: usize) -> Option<(&Part, &[Vec<Term>])> {
        let mut tables = self.parts.iter().flat_map(|part| {
            let tables = part.tables.iter();
            tables.map(move |shards| (part, &shards[..]))
        });
        tables.nth(place)
    }

    fn traits(&self, part: &Part) -> Vec<PostTraits> {
        let texts = self.texts[part.posts.clone()].iter();
        let size = |text: &String| PostTraits {
            size: PostTraits::size_of(text.len() as u32),
            ..PostTraits::default()
        };
        texts.map(size).collect()
    }

    /// Ids of what is found, in order.
    pub(crate) fn ids(&mut self, query: &str, sort: Sort) -> Vec<u32> {
        self.ids_of(Query::parse(query, false).unwrap(), sort)
    }

    /// Ids of what is found, with other forms of the query's words.
    pub(crate) fn ids_with(&mut self, query: &str, forms: &[String], sort: Sort) -> Vec<u32> {
        let mut query = Query::parse(query, false).unwrap();
        for term in query.terms_mut() {
            if term.takes_forms().is_some() {
                term.set_forms(forms);
            }
        }
        self.ids_of(query, sort)
    }

    fn ids_of(&mut self, query: Query, sort: Sort) -> Vec<u32> {
        let request = Request {
            query,
            sort,
            limit: 1000,
            ..Request::default()
        };
        let outcome = self.answer(&request);
        assert!(outcome.exact);
        assert_eq!(outcome.total, outcome.hits.len());
        outcome.hits.iter().map(|hit| hit.id).collect()
    }
}

/// What a manifest says of segments.
fn segments(parts: &[Part], triples: u32) -> Segments {
    Segments {
        posts: parts.iter().map(|part| part.posts.len() as u32).collect(),
        tables: parts.iter().map(|part| part.tables.len() as u32).collect(),
        triples: vec![triples; parts.len()],
        traits: vec![none(); parts.len()],
    }
}

/// Posting lists by key.
type Lists = BTreeMap<String, Vec<Posting>>;

/// Collects what `keys` finds in the folded fields of all posts.
fn collect(entries: &[Entry], texts: &[String], keys: impl Fn(&str) -> Vec<String>) -> Lists {
    let mut lists = Lists::new();
    for (id, (entry, text)) in (0..).zip(entries.iter().zip(texts)) {
        let fields = [
            (&entry.title, Posting::new(id, 0, true, false)),
            (&entry.tags[0], Posting::new(id, 0, false, true)),
            (text, Posting::new(id, 1, false, false)),
        ];
        for (field, posting) in fields {
            for key in keys(&fold(field)) {
                let postings = lists.entry(key).or_default();
                match postings.last_mut().filter(|last| last.id() == id) {
                    Some(last) => *last = last.and(posting),
                    None => postings.push(posting),
                }
            }
        }
    }
    lists
}

/// Tables of all terms of the posts, as the compiler would find them.
fn index(entries: &[Entry], texts: &[String], forms: Forms<'_>, bound: u32) -> Vec<Vec<Vec<Term>>> {
    let mut all = collect(entries, texts, |field| {
        terms(field).map(|term| term.key()).collect()
    });
    let frequent = |key: &str| {
        let list = all.get(key);
        list.is_some_and(|list| list.len() > bound as usize)
    };
    let triples = collect(entries, texts, |field| {
        let chars: Vec<char> = field.chars().collect();
        let threes = chars.windows(3).filter(|three| {
            let pair = |from: usize| three[from..from + 2].iter().collect::<String>();
            is_triple(three) && frequent(&pair(0)) && frequent(&pair(1))
        });
        threes.map(|three| three.iter().collect()).collect()
    });
    all.extend(triples);
    let forms_of = |key: &String| -> Vec<String> {
        let group = forms.iter().find(|group| group.contains(&key.as_str()));
        let others = group.into_iter().flat_map(|group| group.iter());
        let others = others.filter(|form| **form != key && all.contains_key(**form));
        others.map(|form| (*form).to_owned()).collect()
    };
    let term = |(key, postings): (&String, &Vec<Posting>)| {
        Term {
            key: key.clone(),
            forms: forms_of(key),
            postings: postings.clone(),
        }
        .as_told()
    };
    let terms: Vec<Term> = all.iter().map(term).collect();
    let shards: Vec<Vec<Term>> = terms.chunks(SHARD).map(<[Term]>::to_vec).collect();
    shards.chunks(TABLE).map(<[Vec<Term>]>::to_vec).collect()
}
