//! Which of two matching posts comes first.
//!
//! BM25F (Robertson, Zaragoza: "The Probabilistic Relevance Framework: BM25 and Beyond", 2009)
//! over title, tags, authors and text. A post whose title holds every term stands above all that
//! do not, and among equals one that holds the form as it was typed stands above a folded one.

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
    let (n, df) = (posts as f64, holding as f64);
    let idf = ((n - df + 0.5) / (df + 0.5) + 1.0).ln();
    let norm = 1.0 - B + B * (length as f64 / average.max(1.0));
    let tf = TITLE * f64::from(found.title)
        + LABELS * f64::from(found.labels)
        + TEXT * f64::from(found.text) / norm;
    idf * tf / (K1 + tf)
}

/// Score of a post from the sum of its weights.
pub(crate) fn score(weights: f64, all_in_title: bool, as_typed: bool) -> f64 {
    let tier = |holds: bool, steps: f64| if holds { TIER * steps } else { 0.0 };
    weights + tier(all_in_title, 2.0) + tier(as_typed, 1.0)
}
