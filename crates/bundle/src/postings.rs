//! Posting lists: which posts hold a term, and how.
//!
//! Long texts hold more terms. A [`Scale`] says how much text each post has, and a post is
//! expected in a list in proportion to it, which takes a fifth off the index. Lists of many posts
//! are told post by post, by adaptive decisions that learn how often posts of each size are in;
//! others are told by the distance from one post to the next on the scale. See `docs/format.md`.

use crate::range::{Bit, Coder, models};
use crate::scale::{SIZES, Scale};

/// One post of a list.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Posting(u32);

/// Highest level of a posting.
pub const MAX_LEVEL: u8 = 4;

/// Lists of more posts than this hold no levels, and titles of their newest posts only: see
/// [`fields_told`].
pub const LONG_LIST: u32 = 1 << 16;

/// Lists of more posts than this tell fewer titles: in an archive of a million posts the ids alone of
/// a term in every second one are 125 kB, all that one list may be.
pub const VERY_LONG_LIST: u32 = 1 << 18;

/// How many postings of a list of `count` tell titles and labels: the last ones.
#[must_use]
pub const fn fields_told(count: u32) -> u32 {
    if count > VERY_LONG_LIST {
        1 << 13
    } else {
        LONG_LIST
    }
}

/// A list of more than one in so many posts is told post by post.
const DENSE: u32 = 48;

impl Posting {
    const TITLE: u32 = 8;
    const LABEL: u32 = 16;
    const SHIFT: u32 = 5;

    /// A posting of a post whose text holds the term with `level` from 1 to [`MAX_LEVEL`], or
    /// not at all with level 0.
    #[must_use]
    pub const fn new(id: u32, level: u8, title: bool, label: bool) -> Self {
        let level = if level > MAX_LEVEL { MAX_LEVEL } else { level };
        let title = if title { Self::TITLE } else { 0 };
        let label = if label { Self::LABEL } else { 0 };
        Self(id << Self::SHIFT | level as u32 | title | label)
    }

    /// The post.
    #[must_use]
    pub const fn id(self) -> u32 {
        self.0 >> Self::SHIFT
    }

    /// How often the text holds the term: 0 for never, then once, twice, up to four times, more.
    /// 1 for all when the list holds no levels.
    #[must_use]
    pub const fn level(self) -> u8 {
        (self.0 & 7) as u8
    }

    /// Whether the title holds the term.
    #[must_use]
    pub const fn in_title(self) -> bool {
        self.0 & Self::TITLE != 0
    }

    /// Whether a tag or an author's name holds the term.
    #[must_use]
    pub const fn in_labels(self) -> bool {
        self.0 & Self::LABEL != 0
    }

    /// Both together, of the same post.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let flags = (self.0 | other.0) & (Self::TITLE | Self::LABEL);
        let level = self.level().max(other.level());
        Self(self.id() << Self::SHIFT | flags | u32::from(level))
    }
}

impl core::fmt::Debug for Posting {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}:{}", self.id(), self.level())?;
        f.write_str(if self.in_title() { "t" } else { "" })?;
        f.write_str(if self.in_labels() { "l" } else { "" })
    }
}

/// Buckets of distances around the expected one.
const BUCKETS: u32 = 16;
/// The bucket of the expected distance.
const CENTRE: u32 = 11;
/// Lists are told apart by their length, in as many kinds.
const LENGTHS: usize = 6;

/// Models of the lists of one kind of terms.
#[derive(Debug, Clone)]
pub(crate) struct Models(Vec<Bit>);

/// Distances, by whether the one before was short, usual or long, and how rare the term is.
const DISTANCE: usize = 0;
/// Whether a post is in, by its size and whether the two before are.
const IS_IN: usize = DISTANCE + 3 * LENGTHS * BUCKETS as usize;
/// Whether the text holds what the title or a label does, by which.
const IN_TEXT: usize = IS_IN + SIZES * 4;
/// Whether the title holds it, by the list's length and the post's size.
const IN_TITLE: usize = IN_TEXT + 2;
/// Whether a label does, likewise.
const IN_LABELS: usize = IN_TITLE + LENGTHS * SIZES;
/// Whether the level is above 1, 2, 3, by the list's length, the post's size, and the level before.
const LEVEL: usize = IN_LABELS + LENGTHS * SIZES;
const ALL: usize = LEVEL + LENGTHS * SIZES * LEVELS * 3;
const LEVELS: usize = MAX_LEVEL as usize + 1;

impl Models {
    pub(crate) fn new() -> Self {
        let mut all = models(ALL);
        all[IN_TITLE..LEVEL].fill(Bit::new(1 << 11));
        all[LEVEL..].fill(Bit::new(1 << 14));
        all[IN_TEXT] = Bit::new(0xF000);
        Self(all)
    }
}

/// Codes a list of `count` postings; `None` when what is read is none.
///
/// `levels` tells whether the term's lists hold levels.
pub(crate) fn code<C: Coder>(
    coder: &mut C,
    models: &mut Models,
    scale: &Scale,
    count: u32,
    levels: bool,
    list: &[Posting],
) -> Option<Vec<Posting>> {
    let posts = scale.posts();
    if count > posts {
        return None;
    }
    let mut out = Vec::with_capacity(count as usize);
    let mut fields = Fields {
        length: (count.max(1).ilog2() / 3).min(LENGTHS as u32 - 1) as usize,
        level: 0,
        levels: levels && count <= LONG_LIST,
        newest: count.saturating_sub(fields_told(count)),
    };
    let wanted = |place: u32| list.get(place as usize).copied().unwrap_or(Posting(0));
    if count > posts / DENSE {
        let mut before = 0;
        let mut id = 0;
        while (out.len() as u32) < count {
            let place = out.len() as u32;
            let model = &mut models.0[IS_IN + scale.size(id) * 4 + before];
            let all = posts - id == count - place;
            let is_in = all || coder.bit(model, wanted(place).id() == id);
            before = before << 1 & 3 | usize::from(is_in);
            if is_in {
                out.push(fields.code(coder, models, scale, id, place, wanted(place)));
            } else if coder.is_spent() {
                return None;
            }
            id += 1;
        }
        return Some(out);
    }
    let rarity = ((posts / count.max(1)).max(1).ilog2() / 2).min(LENGTHS as u32 - 1) as usize;
    let mut next = 0;
    let mut before = 1;
    for place in 0..count {
        let wanted = wanted(place);
        // Of the scale that is left, each posting that is left expects an equal part.
        let start = scale.before(next);
        let expected = ((scale.whole() - start) / (count - place)).max(1).ilog2();
        let distance = scale.before(wanted.id()).saturating_sub(start) + 1;
        let bucket = (distance.ilog2() + CENTRE).saturating_sub(expected);
        let context = (before * LENGTHS + rarity) * BUCKETS as usize;
        let distances = &mut models.0[DISTANCE + context..];
        let bucket = coder.tree(distances, 4, bucket.min(BUCKETS - 1));
        before = usize::from(bucket + 2 >= CENTRE) + usize::from(bucket >= CENTRE);
        // The first bucket holds all that is nearer, the last all that is farther.
        let edge = |bucket: u32| 1_u64 << (bucket + expected).saturating_sub(CENTRE);
        let near = if bucket == 0 { 1 } else { edge(bucket) };
        let far = if bucket == BUCKETS - 1 {
            u64::MAX
        } else {
            edge(bucket + 1)
        };
        let first = scale.first_from(next, start, near);
        let end = scale.first_from(next, start, far);
        let id = one_of(coder, scale, first, end, wanted.id())?;
        if coder.is_spent() {
            return None;
        }
        out.push(fields.code(coder, models, scale, id, place, wanted));
        next = id + 1;
    }
    Some(out)
}

/// Codes which of the posts from `first` to before `end`, each with the probability of its size.
fn one_of<C: Coder>(
    coder: &mut C,
    scale: &Scale,
    mut first: u32,
    mut end: u32,
    wanted: u32,
) -> Option<u32> {
    while first + 1 < end {
        let middle = first.midpoint(end);
        let (low, high) = (scale.before(first), scale.before(end));
        let chance = (u64::from(scale.before(middle) - low) << 16) / u64::from(high - low);
        if coder.chance(chance as u32, wanted < middle) {
            end = middle;
        } else {
            first = middle;
        }
    }
    (first < end).then_some(first)
}

/// In which fields the postings of one list are.
struct Fields {
    length: usize,
    /// Level of the posting before.
    level: u8,
    levels: bool,
    /// Place of the first posting whose title and labels are told.
    newest: u32,
}

impl Fields {
    fn code<C: Coder>(
        &mut self,
        coder: &mut C,
        models: &mut Models,
        scale: &Scale,
        id: u32,
        place: u32,
        wanted: Posting,
    ) -> Posting {
        let models = &mut models.0;
        let context = self.length * SIZES + scale.size(id);
        let told = place >= self.newest;
        let title = told && coder.bit(&mut models[IN_TITLE + context], wanted.in_title());
        let label = told && coder.bit(&mut models[IN_LABELS + context], wanted.in_labels());
        // A posting is in one field at least.
        let text = !(title || label)
            || coder.bit(
                &mut models[IN_TEXT + usize::from(label)],
                wanted.level() > 0,
            );
        let mut level = u8::from(text);
        if self.levels && text {
            let first = LEVEL + (context * LEVELS + usize::from(self.level)) * 3;
            while level < MAX_LEVEL
                && coder.bit(
                    &mut models[first + usize::from(level) - 1],
                    wanted.level() > level,
                )
            {
                level += 1;
            }
        }
        self.level = level;
        Posting::new(id, level, title, label)
    }
}

/// The postings as a list of their number holds them: levels where it has any, fields of the
/// newest ones of a long one.
pub(crate) fn as_told(list: &[Posting], levels: bool) -> Vec<Posting> {
    let count = list.len() as u32;
    let newest = count.saturating_sub(fields_told(count));
    let told = |(place, posting): (u32, &Posting)| {
        let flags = place >= newest;
        let (title, label) = (flags && posting.in_title(), flags && posting.in_labels());
        let in_text = u8::from(posting.level() > 0 || !(title || label));
        let level = if levels && count <= LONG_LIST {
            posting.level().max(in_text)
        } else {
            in_text
        };
        Posting::new(posting.id(), level, title, label)
    };
    (0..).zip(list).map(told).collect()
}
