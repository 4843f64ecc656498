//! Searching by reading everything: exact, and fast enough while an archive fits in memory.

use core::ops::Range;

use shelfmark_bundle::Entry;
use shelfmark_text::fold;

use crate::matcher::Pattern;
use crate::order;
use crate::query::{Clause, Field, Query, Term};
use crate::rank::{self, Occurrences};
use crate::text::Text;

/// Counting more occurrences than this changes no order.
const ENOUGH: usize = 64;

/// What is searched of one post besides its text, folded.
#[derive(Debug, Clone, Default)]
pub(crate) struct Labels {
    title: String,
    tags: Vec<String>,
    categories: Vec<String>,
    authors: Vec<String>,
    /// `YYYY-MM-DD`, or empty.
    day: String,
}

impl Labels {
    pub(crate) fn new(entry: &Entry) -> Self {
        let folded = |names: &[String]| names.iter().map(|name| fold(name)).collect();
        let day = entry
            .date
            .as_deref()
            .and_then(|date| date.get(..10))
            .unwrap_or_default();
        Self {
            title: fold(&entry.title),
            tags: folded(&entry.tags),
            categories: folded(entry.categories()),
            authors: folded(&entry.authors),
            day: day.to_owned(),
        }
    }
}

/// One post as the scan sees it.
#[derive(Clone, Copy)]
pub(crate) struct Post<'a> {
    pub(crate) entry: &'a Entry,
    pub(crate) labels: &'a Labels,
    /// `None` when the archive's texts are not searched.
    pub(crate) text: Option<&'a Text>,
}

/// A post that matches.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Match {
    pub(crate) id: u32,
    pub(crate) score: f64,
}

/// Finds the posts that match, with their scores, in the order given.
pub(crate) fn scan(
    query: &Query,
    posts: &[(u32, Post<'_>)],
    count: usize,
    average: f64,
) -> Vec<Match> {
    let wanted: Vec<&Clause> = query
        .clauses
        .iter()
        .filter(|clause| !clause.exclude)
        .collect();
    let unwanted: Vec<&Clause> = query
        .clauses
        .iter()
        .filter(|clause| clause.exclude)
        .collect();
    let mut holding = vec![0_usize; wanted.len()];
    let mut found: Vec<(u32, Post<'_>, Vec<Occurrences>)> = Vec::new();
    for &(id, post) in posts {
        if !in_days(query, &post.labels.day) || unwanted.iter().any(|clause| holds(clause, post)) {
            continue;
        }
        let mut occurrences = Vec::with_capacity(wanted.len());
        for (clause, holding) in wanted.iter().zip(&mut holding) {
            let Some(these) = occurrences_of(clause, post) else {
                break;
            };
            *holding += 1;
            occurrences.push(these);
        }
        if occurrences.len() == wanted.len() {
            found.push((id, post, occurrences));
        }
    }
    found
        .into_iter()
        .map(|(id, post, occurrences)| {
            let length = post.text.map_or(0, |text| text.folded.len());
            let weights = occurrences
                .iter()
                .zip(&holding)
                .map(|(these, holding)| rank::weight(*these, length, average, *holding, count))
                .sum();
            let all_in_title =
                !occurrences.is_empty() && occurrences.iter().all(|these| these.title > 0);
            let typed = as_typed(&wanted, post);
            Match {
                id,
                score: rank::score(weights, all_in_title, typed),
            }
        })
        .collect()
}

/// Whether a post matches.
pub(crate) fn matches(query: &Query, post: Post<'_>) -> bool {
    let mut clauses = query.clauses.iter();
    in_days(query, &post.labels.day) && clauses.all(|clause| holds(clause, post) != clause.exclude)
}

impl Post<'_> {
    /// How well the post fits beyond what an index tells: whether the title is nothing but what
    /// is looked for, then whether the form that was typed stands in the post, then how much of
    /// the title is looked for.
    pub(crate) fn fit(self, query: &Query) -> u32 {
        let wanted: Vec<&Clause> = query
            .clauses
            .iter()
            .filter(|clause| !clause.exclude)
            .collect();
        let title = &self.labels.title;
        let held = query.wanted().map(|term| &term.pattern);
        let held = held.filter(|pattern| pattern.matches(title));
        let held: usize = held.map(|pattern| pattern.folded().len()).sum();
        let part = (held * PARTS / title.len().max(1)).min(PARTS) as u32;
        let (parts, typed) = (PARTS as u32, u32::from(as_typed(&wanted, self)));
        4 * parts * (part / parts) + 2 * parts * typed + part
    }
}

/// Parts of a title that are told apart.
const PARTS: usize = 32;

fn in_days(query: &Query, day: &str) -> bool {
    let (after, before) = (query.after.as_deref(), query.before.as_deref());
    if after.is_none() && before.is_none() {
        return true;
    }
    !day.is_empty()
        && after.is_none_or(|after| day >= after)
        && before.is_none_or(|before| day <= before)
}

fn holds(clause: &Clause, post: Post<'_>) -> bool {
    clause.any.iter().any(|term| {
        in_labels(term, post.labels)
            || (term.field == Field::Any
                && post.text.is_some_and(|text| term.matches(&text.folded)))
    })
}

fn in_labels(term: &Term, labels: &Labels) -> bool {
    let pattern = &term.pattern;
    let any = |names: &[String]| names.iter().any(|name| term.matches(name));
    match term.field {
        Field::Any => term.matches(&labels.title) || any(&labels.tags) || any(&labels.authors),
        Field::Title => term.matches(&labels.title),
        Field::Tag => labels.tags.iter().any(|name| pattern.is(name)),
        Field::Category => labels.categories.iter().any(|name| pattern.is(name)),
        Field::Author => any(&labels.authors),
    }
}

/// Occurrences of all alternatives together; `None` when there is none.
fn occurrences_of(clause: &Clause, post: Post<'_>) -> Option<Occurrences> {
    let mut sum = Occurrences::default();
    for term in &clause.any {
        let labels = post.labels;
        let named =
            |names: &[String]| -> u32 { names.iter().map(|name| halves(term, name, 1)).sum() };
        match term.field {
            Field::Any => {
                sum.title += halves(term, &labels.title, ENOUGH);
                sum.labels += named(&labels.tags) + named(&labels.authors);
                sum.text += post
                    .text
                    .map_or(0, |text| halves(term, &text.folded, ENOUGH));
            }
            Field::Title => sum.title += halves(term, &labels.title, ENOUGH),
            Field::Tag | Field::Category => sum.labels += 2 * u32::from(in_labels(term, labels)),
            Field::Author => sum.labels += named(&labels.authors),
        }
    }
    (sum.title + sum.labels + sum.text > 0).then_some(sum)
}

/// Occurrences of a term, at most `most` of each form: two for its own, one for another form.
fn halves(term: &Term, folded: &str, most: usize) -> u32 {
    let count = |pattern: &Pattern| pattern.find_all(folded).take(most).count() as u32;
    2 * count(&term.pattern) + term.forms.iter().map(count).sum::<u32>()
}

/// Whether every clause stands in the post in the very form that was typed.
fn as_typed(wanted: &[&Clause], post: Post<'_>) -> bool {
    wanted.iter().all(|clause| {
        clause.any.iter().any(|term| {
            let typed_in = |text: &str| term.pattern.is_typed_in(text);
            let named = |names: &[String]| names.iter().any(|name| typed_in(name));
            match term.field {
                Field::Any => {
                    typed_in(&post.entry.title)
                        || post.text.is_some_and(|text| typed_in(&text.original))
                        || named(&post.entry.tags)
                        || named(&post.entry.authors)
                }
                Field::Title => typed_in(&post.entry.title),
                Field::Tag => named(&post.entry.tags),
                Field::Category => named(post.entry.categories()),
                Field::Author => named(&post.entry.authors),
            }
        })
    })
}

/// A place where a term stands.
pub(crate) struct Found {
    /// Byte range in the folded text.
    pub(crate) range: Range<usize>,
    /// The term's place among those looked for.
    pub(crate) term: usize,
    /// Whether it is the term's own form.
    pub(crate) own: bool,
}

/// Where in `folded` the terms, or other forms of them, stand: by start, without overlaps; the
/// longer of two that start together.
pub(crate) fn matches_in(terms: &[&Term], folded: &str) -> Vec<Found> {
    let mut all = Vec::new();
    for (at, term) in terms.iter().enumerate() {
        let forms = term.forms.iter().map(|form| (form, false));
        for (pattern, own) in core::iter::once((&term.pattern, true)).chain(forms) {
            all.extend(pattern.find_all(folded).map(|range| Found {
                range,
                term: at,
                own,
            }));
        }
    }
    let mut places: Vec<(u64, u32)> = (0..)
        .zip(&all)
        .map(|(place, Found { range, .. })| {
            (
                ((range.start as u64) << 32) | u64::from(!(range.len() as u32)),
                place,
            )
        })
        .collect();
    order::sort(&mut places);
    let mut end = 0;
    let mut out = Vec::new();
    for (_, place) in places {
        let Some(found) = all.get_mut(place as usize) else {
            continue;
        };
        if found.range.start >= end {
            end = found.range.end;
            let range = core::mem::take(&mut found.range);
            out.push(Found { range, ..*found });
        }
    }
    out
}
