//! Where everything will stand, known before the first page is written: which file holds a post,
//! and which page a tag has.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use super::names::name;
use crate::post::Post;

/// Posts up to which each has a file of its own, as search engines like it. Hosts limit the number
/// of files (20,000 on some), so that the posts of one day share a file in larger archives.
const OWN_FILES: usize = 10_000;

/// Most posts of one day in a file.
const MOST_POSTS: usize = 32;

/// Bytes of source text after which a file of several posts is full.
const MOST_BYTES: usize = 64 << 10;

/// Tags up to which each has pages of its own; of more tags, only those with [`OWN_TAG`] posts.
const OWN_TAGS: usize = 1000;

/// Posts that make a tag have pages of its own in any archive. The posts of rarer ones stand
/// under their name in the list of all tags.
const OWN_TAG: usize = 10;

/// Tags on a page of the list by name.
pub(super) const TAGS_A_PAGE: usize = 250;

/// Names and the ids of the posts that carry them.
pub(super) type Tags = BTreeMap<String, Vec<u32>>;

/// A file of posts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Leaf {
    /// Name without the ending.
    pub(super) name: String,
    /// Number of posts.
    pub(super) posts: usize,
    /// The day (ISO) and the number of this part of it, when it stands for a day; no day at all is
    /// the empty one.
    pub(super) day: Option<(String, usize)>,
}

/// The plan of an archive's pages.
#[derive(Debug)]
pub(crate) struct Plan<'a> {
    pub(super) leaves: Vec<Leaf>,
    /// Leaf of each post, and its number there.
    places: Vec<(u32, u32)>,
    /// Posts by their slugs.
    ids: HashMap<Box<str>, u32>,
    /// Tags and their posts.
    pub(super) tags: &'a Tags,
    /// First name of each page of the list of tags by name; empty when every tag has its own pages.
    pub(super) name_pages: Vec<&'a str>,
    /// Where each tag's posts are listed.
    addresses: HashMap<&'a str, String>,
}

impl<'a> Plan<'a> {
    /// Plans for posts in id order.
    pub(crate) fn of(posts: &[Post], tags: &'a Tags) -> Self {
        Self::within(posts, tags, OWN_FILES)
    }

    fn within(posts: &[Post], tags: &'a Tags, own_files: usize) -> Self {
        let mut plan = Self {
            leaves: Vec::new(),
            places: Vec::with_capacity(posts.len()),
            ids: HashMap::with_capacity(posts.len()),
            tags,
            name_pages: Vec::new(),
            addresses: HashMap::new(),
        };
        if tags.len() > OWN_TAGS {
            let names = tags.keys().map(String::as_str);
            plan.name_pages = names.step_by(TAGS_A_PAGE).collect();
        }
        let addresses: Vec<(&'a str, String)> = tags
            .par_iter()
            .map(|(tag, _)| (tag.as_str(), plan.address(tag)))
            .collect();
        plan.addresses = addresses.into_iter().collect();
        let mut bytes = 0;
        for post in posts {
            if posts.len() <= own_files {
                plan.leaves.push(Leaf {
                    name: name(&post.slug),
                    posts: 0,
                    day: None,
                });
            } else {
                let full = |leaf: &Leaf| leaf.posts >= MOST_POSTS || bytes + post.size > MOST_BYTES;
                let day = post.date.as_ref().map_or("", |date| day_of(&date.iso));
                let last = plan.leaves.last();
                let same = last.and_then(|leaf| Some((leaf, leaf.day.as_ref()?)));
                let part = match same.filter(|(_, (other, _))| other == day) {
                    Some((leaf, (_, part))) if full(leaf) => Some(part + 1),
                    Some(_) => None,
                    None => Some(1),
                };
                if let Some(part) = part {
                    plan.leaves.push(Leaf::of_day(day, part));
                    bytes = 0;
                }
            }
            let id = number(plan.places.len());
            plan.ids.insert(post.slug.as_str().into(), id);
            bytes += post.size;
            let leaf = plan.leaves.len().saturating_sub(1);
            if let Some(last) = plan.leaves.last_mut() {
                let place = (number(leaf), number(last.posts));
                plan.places.push(place);
                last.posts += 1;
            }
        }
        plan
    }

    /// The leaf of a post, the leaf's number, and the post's number in it.
    pub(super) fn place(&self, id: u32) -> Option<(&Leaf, usize, usize)> {
        let (leaf, place) = *self.places.get(id as usize)?;
        let leaf = leaf as usize;
        Some((self.leaves.get(leaf)?, leaf, place as usize))
    }

    /// Where the post with this slug is, from the folder of posts.
    pub(super) fn post(&self, slug: &str) -> Option<String> {
        let (leaf, ..) = self.place(*self.ids.get(slug)?)?;
        let file = format!("{}.html", leaf.name);
        Some(if leaf.day.is_none() {
            file
        } else {
            format!("{file}#{}", name(slug))
        })
    }

    /// Whether a tag has pages of its own.
    pub(super) fn has_pages(&self, tag: &str) -> bool {
        self.name_pages.is_empty() || self.tags.get(tag).is_some_and(|ids| ids.len() >= OWN_TAG)
    }

    /// Where a tag's posts are listed, from the folder of pages.
    pub(super) fn tag(&self, tag: &str) -> &str {
        self.addresses.get(tag).map_or("", String::as_str)
    }

    fn address(&self, tag: &str) -> String {
        let name = name(tag);
        if self.has_pages(tag) {
            return format!("tags/{name}.html");
        }
        let page = self.name_pages.partition_point(|first| *first <= tag);
        format!("tags/{}#{name}", name_page(page.saturating_sub(1)))
    }
}

impl Leaf {
    /// The file, within the site.
    pub(super) fn path(&self) -> String {
        format!("pages/posts/{}.html", self.name)
    }

    fn of_day(day: &str, part: usize) -> Self {
        let base = if day.is_empty() { "undated" } else { day };
        Self {
            name: numbered(&name(base), part),
            posts: 0,
            day: Some((day.to_owned(), part)),
        }
    }
}

/// File of a page of the list of tags by name. No tag's own name begins with `_` and `n`: after
/// it come digits of a hash.
pub(super) fn name_page(page: usize) -> String {
    format!("_names-{}.html", page + 1)
}

/// Name of a part; the first has no number.
pub(super) fn numbered(name: &str, part: usize) -> String {
    if part == 1 {
        name.to_owned()
    } else {
        // The dot is in no other name.
        format!("{name}.{part}")
    }
}

/// The day of an ISO 8601 date.
pub(super) fn day_of(iso: &str) -> &str {
    iso.split('T').next().unwrap_or_default()
}

fn number(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::post::SourceFile;
    use crate::read::read_post;

    fn post(name: &str, text: &str) -> Post {
        let file = SourceFile {
            root: 0,
            path: name.into(),
            shown: name.into(),
            bytes: text.into(),
        };
        read_post(&file).0
    }

    fn leaves(posts: &[Post], own_files: usize) -> Vec<(String, usize)> {
        let tags = Tags::new();
        let leaves = Plan::within(posts, &tags, own_files).leaves.into_iter();
        leaves.map(|leaf| (leaf.name, leaf.posts)).collect()
    }

    #[test]
    fn few_posts_have_files_of_their_own() {
        let posts = [post("2024-01-02-a.md", ""), post("2024-01-02-b.md", "")];
        let expected = [("2024-01-02-a".into(), 1), ("2024-01-02-b".into(), 1)];
        assert_eq!(leaves(&posts, 2), expected);
    }

    #[test]
    fn many_share_those_of_their_days() {
        let long = "x".repeat(MOST_BYTES + 1);
        let posts = [
            post("a.md", ""),
            post("2024-01-02-a.md", ""),
            post("2024-01-02-b.md", &long),
            post("2024-01-02-c.md", ""),
            post("2024-01-03-d.md", ""),
        ];
        let expected = [
            ("undated".into(), 1),
            ("2024-01-02".into(), 1),
            ("2024-01-02.2".into(), 1),
            ("2024-01-02.3".into(), 1),
            ("2024-01-03".into(), 1),
        ];
        assert_eq!(leaves(&posts, 1), expected);
        let posts: Vec<_> = (0..=MOST_POSTS)
            .map(|n| post(&format!("2024-01-02-{n}.md"), ""))
            .collect();
        let expected = [
            ("2024-01-02".into(), MOST_POSTS),
            ("2024-01-02.2".into(), 1),
        ];
        assert_eq!(leaves(&posts, 1), expected);
    }

    #[test]
    fn rare_tags_of_many_stand_under_their_names() {
        let mut tags: Tags = (0..OWN_TAGS)
            .map(|n| (format!("tag{n:04}"), vec![1]))
            .collect();
        assert_eq!(Plan::of(&[], &tags).tag("tag0007"), "tags/tag0007.html");
        tags.insert("Often".into(), (0..10).collect());
        let plan = Plan::of(&[], &tags);
        assert_eq!(plan.name_pages.len(), 5);
        assert!(plan.tag("Often").starts_with("tags/often_"));
        assert_eq!(plan.tag("tag0007"), "tags/_names-1.html#tag0007");
        assert_eq!(plan.tag("tag0999"), "tags/_names-5.html#tag0999");
        // The first name of a page is on it.
        assert_eq!(
            plan.tag(plan.name_pages[1]),
            format!("tags/_names-2.html#{}", name(plan.name_pages[1]))
        );
    }
}
