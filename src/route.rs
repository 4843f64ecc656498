//! Addresses inside the viewer: `#/?q=...&tag=...&from=2024-05-01&page=2` and `#/post/<slug>`.
//!
//! An address may come from anybody: whatever it holds, parsing gives a route, and a route can
//! set nothing but the view.

use shelfmark_bundle::day_number;
use shelfmark_search::Sort;
use shelfmark_text::{CharClass, class};

/// A view of the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// The list of posts, searched and filtered.
    List(ListRoute),
    /// One post, by its slug.
    Post(String),
}

/// What a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListRoute {
    /// The query as typed.
    pub query: String,
    /// Names that posts must carry, by [`Kind`]: all the tags, one of the categories, one of the
    /// authors.
    pub names: [Vec<String>; 3],
    /// First day, `YYYY-MM-DD`; empty for none.
    pub from: String,
    /// Last day.
    pub to: String,
    /// A day of any year, as one of its dates; empty for none.
    pub day: String,
    /// Page, from 0.
    pub page: usize,
    /// Order of what a search found.
    pub sort: Sort,
}

/// What a filter chooses by: its place in [`ListRoute::names`].
pub type Kind = usize;
/// The place of tags.
pub const TAG: Kind = 0;
/// The place of authors.
pub const AUTHOR: Kind = 2;
/// Names of the kinds in an address.
pub const KINDS: [&str; 3] = ["tag", "category", "author"];

/// Orders and their names in an address.
pub const SORTS: [(Sort, &str); 3] = [
    (Sort::Relevance, "relevance"),
    (Sort::Newest, "newest"),
    (Sort::Oldest, "oldest"),
];

/// The order of this name; that of relevance when there is none.
#[must_use]
pub fn sort_named(name: &str) -> Sort {
    let found = SORTS.iter().find(|(_, other)| *other == name);
    found.map(|(sort, _)| *sort).unwrap_or_default()
}

/// Longest address that is read.
const MAX_HASH: usize = 8_192;
/// Most names of a kind that are read from an address.
const MAX_NAMES: usize = 32;

impl Default for Route {
    fn default() -> Self {
        Self::List(ListRoute::default())
    }
}

impl Route {
    /// Reads the part of an address that begins with `#`.
    #[must_use]
    pub fn parse(hash: &str) -> Self {
        let hash = hash
            .get(..hash.floor_char_boundary(MAX_HASH))
            .unwrap_or_default();
        let hash = hash.strip_prefix('#').unwrap_or(hash);
        let hash = hash.split(":~:").next().unwrap_or_default();
        let hash = hash.strip_prefix('/').unwrap_or(hash);
        if let Some(slug) = hash.strip_prefix("post/") {
            let slug = decode(slug.split('?').next().unwrap_or_default(), false);
            return Self::Post(slug);
        }
        let mut list = ListRoute::default();
        let parameters = hash
            .split_once('?')
            .map_or("", |(_, parameters)| parameters);
        for parameter in parameters.split('&') {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            let value = decode(value, true);
            if let Some(kind) = KINDS.iter().position(|kind| *kind == name) {
                let names = &mut list.names[kind];
                if !value.is_empty() && names.len() < MAX_NAMES && !names.contains(&value) {
                    names.push(value);
                }
                continue;
            }
            match name {
                "q" => list.query = value,
                "from" | "to" | "day" if value.len() == 10 && day_number(&value).is_some() => {
                    *match name {
                        "from" => &mut list.from,
                        "to" => &mut list.to,
                        _ => &mut list.day,
                    } = value;
                }
                "sort" => list.sort = sort_named(&value),
                "page" => {
                    list.page = value
                        .parse::<usize>()
                        .map_or(0, |page| page.saturating_sub(1))
                }
                _ => {}
            }
        }
        Self::List(list)
    }

    /// The address, beginning with `#/`.
    #[must_use]
    pub fn hash(&self) -> String {
        match self {
            Self::Post(slug) => {
                let mut out = String::from("#/post/");
                encode(slug, &mut out);
                out
            }
            Self::List(list) => list.hash(),
        }
    }
}

impl ListRoute {
    /// The address, beginning with `#/`.
    #[must_use]
    pub fn hash(&self) -> String {
        let mut out = String::from("#/");
        let mut join = '?';
        let mut add = |name: &str, value: &str| {
            out.push(join);
            join = '&';
            out.push_str(name);
            out.push('=');
            encode(value, &mut out);
        };
        if !self.query.is_empty() {
            add("q", &self.query);
        }
        for (kind, names) in KINDS.iter().zip(&self.names) {
            for name in names {
                add(kind, name);
            }
        }
        for (name, day) in [("from", &self.from), ("to", &self.to), ("day", &self.day)] {
            if !day.is_empty() {
                add(name, day);
            }
        }
        let sort = SORTS.iter().find(|(sort, _)| *sort == self.sort);
        if let Some((_, name)) = sort.filter(|(sort, _)| *sort != Sort::Relevance) {
            add("sort", name);
        }
        if self.page > 0 {
            add("page", &(self.page + 1).to_string());
        }
        out
    }

    /// Whether it shows all posts.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.query.trim().is_empty() && !self.is_filtered()
    }

    /// Whether anything but a query narrows it.
    #[must_use]
    pub fn is_filtered(&self) -> bool {
        let days = [&self.from, &self.to, &self.day];
        days.iter().any(|day| !day.is_empty()) || self.names.iter().any(|names| !names.is_empty())
    }

    /// The list of a tag, category or author alone.
    #[must_use]
    pub fn of(kind: Kind, name: &str) -> Self {
        let mut list = Self::default();
        list.names[kind].push(name.to_owned());
        list
    }
}

/// Percent-encodes what would end or change an address; other scripts stay readable.
fn encode(text: &str, out: &mut String) {
    for c in text.chars() {
        // The table that search has anyway: the standard library's would be one more.
        let plain = matches!(class(c), CharClass::Word | CharClass::Unspaced)
            || matches!(
                c,
                '-' | '_' | '.' | '~' | '!' | '*' | '(' | ')' | ',' | ':' | '/'
            );
        if plain {
            out.push(c);
        } else {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                out.push('%');
                for digit in [byte >> 4, byte & 15] {
                    out.push(char::from(b"0123456789ABCDEF"[usize::from(digit)]));
                }
            }
        }
    }
}

/// Decodes percent escapes; broken ones stay as they are.
fn decode(text: &str, plus_is_space: bool) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let pair = bytes
            .get(at + 1..at + 3)
            .and_then(|pair| core::str::from_utf8(pair).ok());
        let escaped = pair
            .filter(|_| byte == b'%')
            .and_then(|pair| u8::from_str_radix(pair, 16).ok());
        match escaped {
            Some(decoded) => {
                out.push(decoded);
                at += 3;
                continue;
            }
            None if byte == b'+' && plus_is_space => out.push(b' '),
            None => out.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(query: &str, tags: &[&str], page: usize) -> Route {
        let tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
        Route::List(ListRoute {
            query: query.into(),
            names: [tags, Vec::new(), Vec::new()],
            page,
            ..ListRoute::default()
        })
    }

    #[test]
    fn routes_survive_the_address_bar() {
        for route in [
            Route::default(),
            list("武汉 \"a & b\" +c", &["新闻 一", "x=y"], 3),
            list("100%", &[], 0),
            Route::List(ListRoute {
                query: "武汉".into(),
                sort: Sort::Oldest,
                ..ListRoute::default()
            }),
            Route::List(ListRoute {
                names: [
                    vec![],
                    vec!["要闻".into()],
                    vec!["A & B".into(), "王".into()],
                ],
                from: "2024-05-01".into(),
                to: "2024-06-30".into(),
                ..ListRoute::default()
            }),
            Route::List(ListRoute {
                day: "2024-02-29".into(),
                ..ListRoute::default()
            }),
            Route::Post("2024-01-02-#hash?q=1&x%20y+z".into()),
            Route::Post("..".into()),
            Route::Post("__proto__".into()),
        ] {
            assert_eq!(Route::parse(&route.hash()), route, "{}", route.hash());
        }
    }

    #[test]
    fn hostile_addresses_are_only_text() {
        assert_eq!(Route::parse(""), Route::default());
        assert_eq!(Route::parse("#"), Route::default());
        assert_eq!(Route::parse("#/<img onerror=alert(1)>"), Route::default());
        assert_eq!(
            Route::parse("#/post/%E0%A4%A"),
            Route::Post("\u{FFFD}%A".into())
        );
        assert_eq!(Route::parse("#/post/a:~:text=b"), Route::Post("a".into()));
        assert_eq!(
            Route::parse("#/?page=-1&page=x&tag=&theme=dark"),
            Route::default()
        );
        assert_eq!(
            Route::parse("#/?from=2024-13-01&to=soon&day=2024-05-01T00:00&author="),
            Route::default()
        );
        let long = format!("#/?q={}", "武".repeat(100_000));
        assert!(matches!(Route::parse(&long), Route::List(list) if list.query.len() < 10_000));
    }
}
