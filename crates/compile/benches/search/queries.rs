//! Queries of each class, drawn from the posts' visible text: a place is as likely as any other, so
//! a query is as likely as it is frequent.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use shelfmark_text::{CharClass, class, fold};

use crate::archive::Post;
use crate::random::Random;
use crate::{Result, han};

/// How often a place is drawn before a class is given up, for each query wanted.
const ATTEMPTS: usize = 2_000;

/// A query and what it should find.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) query: String,
    /// Ascending.
    pub(crate) expected: Vec<u32>,
}

/// Queries of one kind.
#[derive(Debug)]
pub(crate) struct Class {
    pub(crate) name: &'static str,
    /// Whether quotes around the query ask for the same: one run of Han.
    pub(crate) phrase: bool,
    pub(crate) cases: Vec<Case>,
}

/// What to draw at a place.
#[derive(Debug, Clone, Copy)]
enum Kind {
    /// So many Han characters.
    Han(usize),
    /// A word of another script with two Han characters after it: `APEC峰会`.
    Mixed,
    /// Two and three Han characters that stand in one post.
    Two,
    /// A whole word of another script.
    Word,
    /// Four characters that stand nowhere.
    Absent,
}

const CLASSES: [(&str, Kind); 10] = [
    ("1 Han character", Kind::Han(1)),
    ("2 Han characters", Kind::Han(2)),
    ("3 Han characters", Kind::Han(3)),
    ("4 Han characters", Kind::Han(4)),
    ("6 Han characters", Kind::Han(6)),
    ("8 Han characters", Kind::Han(8)),
    ("mixed scripts", Kind::Mixed),
    ("two phrases", Kind::Two),
    ("Latin words", Kind::Word),
    ("absent", Kind::Absent),
];

/// Draws `count` queries of each class, each at most once, and has what they should find looked up.
/// A class of which the posts hold nothing is left out.
pub(crate) fn draw(
    posts: &[Post],
    seed: u64,
    count: usize,
    mut find: impl FnMut(&str) -> Result<Vec<u32>>,
) -> Result<Vec<Class>> {
    let places = Places::new(posts);
    let mut classes = Vec::new();
    for (stream, (name, kind)) in (1..).zip(CLASSES) {
        let mut random = Random::new(seed, stream);
        let mut queries = BTreeSet::new();
        let mut cases = Vec::new();
        for _ in 0..count * ATTEMPTS {
            if cases.len() == count {
                break;
            }
            let Some(query) = places.query(kind, &mut random) else {
                continue;
            };
            if !queries.insert(query.clone()) {
                continue;
            }
            let expected = find(&query)?;
            if expected.is_empty() == matches!(kind, Kind::Absent) {
                cases.push(Case { query, expected });
            }
        }
        if !cases.is_empty() {
            let phrase = matches!(kind, Kind::Han(_) | Kind::Absent);
            classes.push(Class {
                name,
                phrase,
                cases,
            });
        }
    }
    Ok(classes)
}

/// All places of all texts.
struct Places<'a> {
    posts: &'a [Post],
    /// Bytes of text up to and including each post's.
    ends: Vec<usize>,
}

impl<'a> Places<'a> {
    fn new(posts: &'a [Post]) -> Self {
        let ends = posts.iter().scan(0, |sum, post| {
            *sum += post.text.len();
            Some(*sum)
        });
        Self {
            posts,
            ends: ends.collect(),
        }
    }

    /// The text that begins at some place, and all of the text it is in with the offset.
    fn place(&self, random: &mut Random) -> Option<(&'a str, usize)> {
        let at = random.below((*self.ends.last()?).max(1));
        let post = self.ends.partition_point(|end| *end <= at);
        let text = self.posts.get(post)?.text.as_str();
        let mut offset = at - (self.ends[post] - text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        Some((text, offset))
    }

    fn query(&self, kind: Kind, random: &mut Random) -> Option<String> {
        let (text, at) = self.place(random)?;
        match kind {
            Kind::Han(length) => han_at(&text[at..], length),
            Kind::Two => {
                let first = han_at(&text[at..], 2)?;
                let mut other = random.below(text.len());
                while !text.is_char_boundary(other) {
                    other -= 1;
                }
                Some(format!("{first} {}", han_at(&text[other..], 3)?))
            }
            Kind::Absent => {
                let mut characters = Vec::new();
                for _ in 0..4 {
                    let (text, at) = self.place(random)?;
                    characters.push(text[at..].chars().next().filter(|c| han(*c))?);
                }
                Some(characters.into_iter().collect())
            }
            Kind::Word | Kind::Mixed => {
                let is_word = |c: char| class(c) == CharClass::Word;
                let before = text[..at].chars().next_back();
                if before.is_some_and(is_word) {
                    return None;
                }
                let rest = &text[at..];
                let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
                let word = &rest[..end];
                let letters = word.chars().filter(|c| c.is_alphabetic()).count();
                if letters < 3 || word == "OR" {
                    return None;
                }
                match kind {
                    Kind::Mixed => Some(format!("{word}{}", han_at(&rest[end..], 2)?)),
                    _ => Some(word.to_owned()),
                }
            }
        }
    }
}

/// The first `length` characters, when they are all Han.
fn han_at(text: &str, length: usize) -> Option<String> {
    let taken: String = text.chars().take(length).take_while(|c| han(*c)).collect();
    (taken.chars().count() == length).then_some(taken)
}

/// Known items: the longest run of Han of some posts' titles, with the ids of all posts of that
/// title; and the same with all posts whose titles have the same longest run, which are one item as
/// far as such a query tells.
pub(crate) fn known(posts: &[Post], seed: u64, count: usize) -> [Vec<Case>; 2] {
    let mut same = HashMap::<&str, Vec<u32>>::new();
    let mut alike = HashMap::<String, Vec<u32>>::new();
    for (id, post) in (0..).zip(posts) {
        same.entry(&post.title).or_default().push(id);
        alike
            .entry(fold(longest_run(&post.title)))
            .or_default()
            .push(id);
    }
    let mut random = Random::new(seed, 101);
    let mut seen = BTreeSet::new();
    let mut cases = Vec::new();
    let mut by_run = Vec::new();
    for _ in 0..count * ATTEMPTS {
        if cases.len() == count || posts.is_empty() {
            break;
        }
        let title = &posts[random.below(posts.len())].title;
        let run = longest_run(title);
        if run.chars().count() >= 2 && seen.insert(run) {
            cases.push(Case {
                query: run.to_owned(),
                expected: same.get(title.as_str()).cloned().unwrap_or_default(),
            });
            by_run.push(Case {
                query: run.to_owned(),
                expected: alike.get(&fold(run)).cloned().unwrap_or_default(),
            });
        }
    }
    [cases, by_run]
}

/// The longest run of Han; the last of several.
fn longest_run(title: &str) -> &str {
    let runs = title.split(|c| !han(c));
    runs.max_by_key(|run| run.chars().count())
        .unwrap_or_default()
}

/// Four Han characters inside a title that no other title has, with that post's id.
pub(crate) fn in_titles(posts: &[Post], seed: u64, count: usize) -> Vec<Case> {
    const LENGTH: usize = 4;
    let mut owners = HashMap::<String, Option<u32>>::new();
    let mut grams = BTreeMap::<u32, Vec<String>>::new();
    for (id, post) in (0..).zip(posts) {
        let title = fold(&post.title);
        let places = title.char_indices();
        let found = places.filter_map(|(at, _)| han_at(&title[at..], LENGTH));
        for gram in found {
            owners
                .entry(gram.clone())
                .and_modify(|owner| {
                    if *owner != Some(id) {
                        *owner = None;
                    }
                })
                .or_insert(Some(id));
            grams.entry(id).or_default().push(gram);
        }
    }
    let mut random = Random::new(seed, 102);
    let mut seen = BTreeSet::new();
    let mut cases = Vec::new();
    for _ in 0..count * ATTEMPTS {
        if cases.len() == count || posts.is_empty() {
            break;
        }
        let id = u32::try_from(random.below(posts.len())).unwrap_or(0);
        let Some(own) = grams.get(&id) else { continue };
        let gram = &own[random.below(own.len())];
        if owners.get(gram) == Some(&Some(id)) && seen.insert(gram.clone()) {
            cases.push(Case {
                query: gram.clone(),
                expected: vec![id],
            });
        }
    }
    cases
}
