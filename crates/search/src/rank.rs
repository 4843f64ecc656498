//! Which of two matching posts comes first.
//!
//! BM25F (Robertson, Zaragoza: "The Probabilistic Relevance Framework: BM25 and Beyond", 2009)
//! over title, tags, authors and text. A post whose title holds every term stands above all that
//! do not, and among equals one that holds the form as it was typed stands above a folded one.

use shelfmark_bundle::{PostTraits, Script};

use crate::candidates::Candidate;

/// How much half an occurrence in a field counts.
const TITLE: f64 = 4.0;
const LABELS: f64 = 2.0;
const TEXT: f64 = 0.5;
/// BM25's saturation.
const K1: f64 = 1.2;
/// How much a long text weighs against its occurrences.
const B: f64 = 0.6;
/// Above any sum of BM25 weights of a query.
const TIER: f64 = 1_000.0;

/// Occurrences of one term in one post, in halves: another form of a word counts half.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Occurrences {
    pub(crate) title: u32,
    /// Tags, categories and authors.
    pub(crate) labels: u32,
    pub(crate) text: u32,
}

/// Weight of a term in a post.
///
/// `length` is the text's length in bytes and `average` the mean of the archive; `holding` of
/// `posts` posts hold the term.
pub(crate) fn weight(
    found: Occurrences,
    length: usize,
    average: f64,
    holding: usize,
    posts: usize,
) -> f64 {
    let idf = idf(holding, posts);
    let norm = 1.0 - B + B * (length as f64 / average.max(1.0));
    let tf = TITLE * f64::from(found.title)
        + LABELS * f64::from(found.labels)
        + TEXT * f64::from(found.text) / norm;
    idf * tf / (K1 + tf)
}

/// How much it means that a post holds a term that `holding` of `posts` posts hold.
fn idf(holding: usize, posts: usize) -> f64 {
    let (n, df) = (posts as f64, holding as f64);
    ((n - df + 0.5) / (df + 0.5) + 1.0).ln()
}

/// Score of a post from the sum of its weights.
pub(crate) fn score(weights: f64, all_in_title: bool, as_typed: bool) -> f64 {
    let tier = |holds: bool, steps: f64| if holds { TIER * steps } else { 0.0 };
    weights + tier(all_in_title, 2.0) + tier(as_typed, 1.0)
}

/// Mean occurrences of each level of a posting.
const LEVELS: [f64; 5] = [0.0, 1.0, 2.0, 3.5, 8.0];

/// How much of a term's frequency a posting tells: its level in the text, and whether the title
/// or a label holds it.
pub(crate) fn frequency(level: u8, title: bool, label: bool, norm: f64) -> f64 {
    let text = LEVELS.get(usize::from(level)).copied().unwrap_or_default();
    let field = |holds: bool, weight: f64| if holds { 2.0 * weight } else { 0.0 };
    field(title, TITLE) + field(label, LABELS) + 2.0 * TEXT * text / norm
}

/// About how long a post of this size is.
pub(crate) fn length(post: &PostTraits) -> f64 {
    f64::from(1_u32 << (2 * u32::from(post.size)).min(30))
}

/// How much a post's length weighs against its occurrences.
pub(crate) fn norm(post: Option<&PostTraits>, average: f64) -> f64 {
    post.map_or(1.0, |post| 1.0 - B + B * (length(post) / average))
}

/// Turns frequencies of a clause into weights.
pub(crate) fn weigh(found: &mut [Candidate], posts: u32) {
    let idf = idf(found.len(), posts as usize);
    for candidate in found {
        candidate.weight = idf * candidate.weight / (K1 + candidate.weight);
    }
}

/// Score of a candidate: as [`score`], a newer post before its copies.
pub(crate) fn score_of(candidate: &Candidate, post: Option<&PostTraits>, typed: Script) -> f64 {
    let post = post.copied().unwrap_or_default();
    let as_typed = typed == Script::Other || typed == post.script;
    let copy = if post.copy { TIER / 2.0 } else { 0.0 };
    (score(candidate.weight, candidate.title, as_typed) - copy).max(0.0)
}
