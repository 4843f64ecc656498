//! What the index tells of a post before its body is fetched: size, script, and whether a newer
//! post repeats it.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use shelfmark_bundle::{PostTraits, Script, TraitsShard};
use shelfmark_text::fold;

use crate::post::Post;

/// What is compared to tell that two posts are one: hashes of the title with the source, and of
/// the title with the text.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Likeness {
    source: Option<u64>,
    text: Option<u64>,
}

impl Likeness {
    /// The likeness of a post with this visible text.
    pub(crate) fn of(post: &Post, text: &str) -> Self {
        let title = fold(&post.title);
        let hash = |what: &str, other: &str| {
            let mut hasher = DefaultHasher::new();
            (what, &title, other).hash(&mut hasher);
            hasher.finish()
        };
        Self {
            source: post.source.as_deref().map(|source| hash("source", source)),
            text: (!text.is_empty()).then(|| hash("text", text)),
        }
    }
}

/// The script of a post in this language.
pub(crate) fn script(lang: Option<&str>) -> Script {
    let mut parts = lang.unwrap_or_default().split('-');
    if parts.next() != Some("zh") {
        return Script::Other;
    }
    match parts.next().unwrap_or_default() {
        "Hant" | "TW" | "HK" | "MO" => Script::Traditional,
        "Hans" | "CN" | "SG" => Script::Simplified,
        _ => Script::Other,
    }
}

/// Collects the traits of a segment's posts, by id.
#[derive(Debug, Default)]
pub(crate) struct Traits {
    posts: Vec<(PostTraits, Likeness)>,
}

impl Traits {
    /// Adds the next post, which holds so many different terms.
    pub(crate) fn add(&mut self, terms: usize, script: Script, likeness: Likeness) {
        let traits = PostTraits {
            size: PostTraits::size_of(u32::try_from(terms).unwrap_or(u32::MAX)),
            copy: false,
            script,
        };
        self.posts.push((traits, likeness));
    }

    /// The traits.
    pub(crate) fn finish(self) -> TraitsShard {
        let mut seen = HashSet::new();
        let mut posts: Vec<PostTraits> = self
            .posts
            .into_iter()
            .rev()
            .map(|(traits, likeness)| {
                let known = [likeness.source, likeness.text]
                    .into_iter()
                    .flatten()
                    .filter(|hash| !seen.insert(*hash));
                PostTraits {
                    copy: known.count() > 0,
                    ..traits
                }
            })
            .collect();
        posts.reverse();
        TraitsShard { posts }
    }
}
