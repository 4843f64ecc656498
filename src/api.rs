//! What the JavaScript library takes and gives (`docs/api.md`), as plain types.
//!
//! TypeScript's types are made of these (`types.rs`), so that they can't drift.

use serde::Serialize;
use shelfmark_bundle::{FromJson, Reader};

/// What is known of an archive.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Info {
    /// Its title.
    pub title: String,
    /// What it says of itself.
    pub description: String,
    /// Number of posts.
    pub posts: u32,
    /// Tags, the most frequent first.
    pub tags: Vec<Count>,
    /// Categories, the most frequent first.
    pub categories: Vec<Count>,
    /// Authors, the most frequent first.
    pub authors: Vec<Count>,
    /// Day of the oldest dated post, `YYYY-MM-DD`.
    pub from: Option<String>,
    /// Day of the newest dated post.
    pub to: Option<String>,
    /// Languages of the posts (BCP 47), the most frequent first.
    pub languages: Vec<String>,
}

/// A name and how many posts carry it.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Count {
    /// The name.
    pub name: String,
    /// Number of posts.
    pub count: u32,
}

/// What to search for, and what to give.
#[derive(Debug)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[cfg_attr(test, ts(rename_all = "camelCase", rename = "SearchRequest"))]
#[expect(clippy::struct_excessive_bools, reason = "each is asked for by itself")]
pub struct Asked {
    /// A query (`docs/query.md`); without one, the newest posts.
    #[cfg_attr(test, ts(as = "Option<_>", optional))]
    pub query: String,
    /// Tags that a post must carry, all of them, by their exact names.
    #[cfg_attr(test, ts(as = "Option<_>", optional))]
    pub tags: Vec<String>,
    /// Tags of which a post must carry one.
    #[cfg_attr(test, ts(as = "Option<_>", optional))]
    pub any_tags: Vec<String>,
    /// Categories of which a post must carry one.
    #[cfg_attr(test, ts(as = "Option<_>", optional))]
    pub categories: Vec<String>,
    /// Authors of whom a post must be by one.
    #[cfg_attr(test, ts(as = "Option<_>", optional))]
    pub authors: Vec<String>,
    /// First day that counts, `YYYY-MM-DD`.
    #[cfg_attr(test, ts(as = "Option<_>", optional))]
    pub from: String,
    /// Last day that counts, `YYYY-MM-DD`.
    #[cfg_attr(test, ts(as = "Option<_>", optional))]
    pub to: String,
    /// Order of the hits; by relevance when nothing is said.
    #[cfg_attr(test, ts(type = "\"relevance\" | \"newest\" | \"oldest\"", optional))]
    pub sort: String,
    /// How many hits to leave out at the start; 0 when nothing is said.
    #[cfg_attr(test, ts(as = "Option<_>", optional))]
    pub offset: u32,
    /// How many hits to give at the most; 20 when nothing is said.
    #[cfg_attr(test, ts(as = "Option<_>", optional))]
    pub limit: u32,
    /// Whether hits come with a passage of their text; true when nothing is said.
    #[cfg_attr(test, ts(as = "Option<_>", optional))]
    pub snippets: bool,
    /// Whether it is counted what the matches carry; true when nothing is said.
    #[cfg_attr(test, ts(as = "Option<_>", optional))]
    pub facets: bool,
    /// Whether the ids of all matches are given as well.
    #[cfg_attr(test, ts(as = "Option<_>", optional))]
    pub ids: bool,
    /// Whether to do what is needed to make `total`, `ids` and `facets` exact, however much it
    /// fetches.
    #[cfg_attr(test, ts(as = "Option<_>", optional))]
    pub exact: bool,
}

impl Default for Asked {
    fn default() -> Self {
        Self {
            query: String::new(),
            tags: Vec::new(),
            any_tags: Vec::new(),
            categories: Vec::new(),
            authors: Vec::new(),
            from: String::new(),
            to: String::new(),
            sort: String::new(),
            offset: 0,
            limit: 20,
            snippets: true,
            facets: true,
            ids: false,
            exact: false,
        }
    }
}

impl FromJson for Asked {
    fn read(&mut self, reader: &mut Reader<'_>) -> Option<()> {
        reader.fields(
            &[
                "query",
                "tags",
                "anyTags",
                "categories",
                "authors",
                "from",
                "to",
                "sort",
                "offset",
                "limit",
                "snippets",
                "facets",
                "ids",
                "exact",
            ],
            0,
            &mut [
                &mut self.query,
                &mut self.tags,
                &mut self.any_tags,
                &mut self.categories,
                &mut self.authors,
                &mut self.from,
                &mut self.to,
                &mut self.sort,
                &mut self.offset,
                &mut self.limit,
                &mut self.snippets,
                &mut self.facets,
                &mut self.ids,
                &mut self.exact,
            ],
        )
    }
}

impl Asked {
    /// Reads it from JSON; `None` when something has another type than it should.
    #[must_use]
    pub fn decode(json: &str) -> Option<Self> {
        let mut asked = Self::default();
        asked.read(&mut Reader::new(json.as_bytes()).ok()?)?;
        Some(asked)
    }
}

/// What a search found.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Found {
    /// Number of matches.
    pub total: usize,
    /// False while `total` is an upper bound.
    pub exact: bool,
    /// The hits asked for, in order.
    pub hits: Vec<Hit>,
    /// What the matches carry; empty unless it was asked for.
    pub facets: Facets,
}

/// A post that was found.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Hit {
    /// Its number in the archive, in date order from 0; another build may give it another.
    pub id: u32,
    /// Its name in addresses: stable, and unique in the archive.
    pub slug: String,
    /// The source file's path inside its posts folder; `null` when it could not be fetched.
    pub path: Option<String>,
    /// The title.
    pub title: String,
    /// Its day or its time (ISO 8601), when it has one.
    pub date: Option<String>,
    /// Who wrote it; several names are joined with commas.
    pub author: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// Address of the original, when it is a mirrored post.
    pub source: Option<String>,
    /// How well it fits; only the order of scores means something.
    pub score: f64,
    /// A passage of the text; empty without a query.
    pub snippet: Vec<Piece>,
}

/// A piece of a passage.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Piece {
    /// The text.
    pub text: String,
    /// Whether it is a match.
    pub mark: bool,
}

/// What the matches carry, the most frequent first.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Facets {
    /// Tags.
    pub tags: Vec<Count>,
    /// Categories.
    pub categories: Vec<Count>,
    /// Authors.
    pub authors: Vec<Count>,
    /// Months as `YYYY-MM`, in their order.
    pub months: Vec<Count>,
}

/// A post.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Post {
    /// Its name in addresses.
    pub slug: String,
    /// The source file's path inside its posts folder.
    pub path: String,
    /// The title.
    pub title: String,
    /// Its day or its time (ISO 8601), when it has one.
    pub date: Option<String>,
    /// Who wrote it; several names are joined with commas.
    pub author: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// Its categories.
    pub categories: Vec<String>,
    /// Address of the original, when it is a mirrored post.
    pub source: Option<String>,
    /// The source after its front matter.
    pub markdown: String,
    /// What readers see of it, as HTML that loads nothing and runs nothing.
    pub html: String,
    /// The next older post.
    pub previous: Option<Neighbour>,
    /// The next newer post.
    pub next: Option<Neighbour>,
}

/// A post beside another.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Neighbour {
    /// Its name in addresses.
    pub slug: String,
    /// The title.
    pub title: String,
}

#[cfg(test)]
#[path = "types.rs"]
mod types;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_has_its_default() {
        let asked = Asked::decode("{\"anyTags\":[\"a\"],\"signal\":{},\"exact\":true}").unwrap();
        assert_eq!(asked.any_tags, ["a"]);
        assert_eq!((asked.limit, asked.offset), (20, 0));
        assert!(asked.snippets && asked.facets && asked.exact && !asked.ids);
    }

    #[test]
    fn values_of_another_type_are_refused() {
        for json in [
            "{\"limit\":-1}",
            "{\"limit\":1.5}",
            "{\"tags\":\"a\"}",
            "{\"query\":7}",
            "{\"facets\":\"no\"}",
            "[]",
        ] {
            assert!(Asked::decode(json).is_none(), "{json}");
        }
    }
}
