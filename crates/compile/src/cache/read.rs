//! What was read from the head of a post, for builds that need no more of it.

use serde::{Deserialize, Serialize};
use serde_json::Map;

use super::key::Key;
use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::dialect::{Dialect, Form};
use crate::links;
use crate::post::{Post, PostDate, Told};
use crate::slug;

/// A post without its text.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Read<'a> {
    /// Place among [`Dialect::ALL`].
    dialect: u8,
    title: &'a str,
    date: Option<(i64, &'a str)>,
    #[serde(borrow)]
    authors: Vec<&'a str>,
    #[serde(borrow)]
    tags: Vec<&'a str>,
    #[serde(borrow)]
    categories: Vec<&'a str>,
    source: Option<&'a str>,
    lang: Option<&'a str>,
    draft: bool,
    /// JSON of those other keys that links are found by; empty when there are none.
    addresses: &'a str,
    /// Length of the text.
    size: usize,
    #[serde(borrow)]
    problems: Vec<Problem<'a>>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Problem<'a> {
    /// Place among [`SEVERITIES`].
    severity: u8,
    code: &'a str,
    message: &'a str,
    help: Option<&'a str>,
    /// Line, column, the source line, and from where to where it is marked.
    place: Option<(usize, usize, &'a str, usize, usize)>,
}

const SEVERITIES: [Severity; 3] = [Severity::Note, Severity::Warning, Severity::Error];

/// Encodes what was read.
pub(super) fn encode(post: &Post, problems: &[Diagnostic]) -> Vec<u8> {
    fn all(names: &[String]) -> Vec<&str> {
        names.iter().map(String::as_str).collect()
    }
    let mut addresses = Map::new();
    for key in links::KEYS {
        if let Some(value) = post.extra.get(*key) {
            addresses.insert((*key).to_owned(), value.clone());
        }
    }
    let addresses = if addresses.is_empty() {
        String::new()
    } else {
        serde_json::to_string(&addresses).unwrap_or_default()
    };
    let read = Read {
        dialect: place(&Dialect::ALL, &post.dialect),
        title: &post.title,
        date: post.date.as_ref().map(|date| (date.millis, &*date.iso)),
        authors: all(&post.authors),
        tags: all(&post.tags),
        categories: all(&post.categories),
        source: post.source.as_deref(),
        lang: post.lang.as_deref(),
        draft: post.draft,
        addresses: &addresses,
        size: post.size,
        problems: problems.iter().map(Problem::of).collect(),
    };
    postcard::to_stdvec(&read).unwrap_or_default()
}

/// The post of a file, as it was read before; nothing when it was read for another dialect, or
/// what is kept is damaged.
pub(super) fn decode(
    bytes: &[u8],
    (root, path): (usize, Vec<u8>),
    shown: &str,
    dialect: Dialect,
) -> Option<(Post, Vec<Diagnostic>)> {
    fn all(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }
    let read: Read<'_> = postcard::from_bytes(bytes).ok()?;
    if *Dialect::ALL.get(usize::from(read.dialect))? != dialect {
        return None;
    }
    let extra = match read.addresses {
        "" => Map::new(),
        json => serde_json::from_str(json).ok()?,
    };
    let problems = read.problems.iter().map(|problem| problem.told(shown));
    let problems = problems.collect::<Option<_>>()?;
    let post = Post {
        root,
        slug: slug::wished(&path),
        form: Form::of(&path),
        path,
        title: read.title.to_owned(),
        date: read.date.map(|(millis, iso)| PostDate {
            millis,
            iso: iso.to_owned(),
        }),
        authors: all(&read.authors),
        tags: all(&read.tags),
        categories: all(&read.categories),
        source: read.source.map(str::to_owned),
        lang: read.lang.map(str::to_owned),
        draft: read.draft,
        extra,
        text: String::new(),
        size: read.size,
        body: 0,
        raw: None,
        dialect,
        told: Told::default(),
        file: 0,
    };
    Some((post, problems))
}

impl<'a> Problem<'a> {
    fn of(problem: &'a Diagnostic) -> Self {
        Self {
            severity: place(&SEVERITIES, &problem.severity),
            code: problem.code,
            message: &problem.message,
            help: problem.help.as_deref(),
            place: problem.place.as_ref().map(|place| {
                let span = &place.span;
                (
                    place.line,
                    place.column,
                    &*place.source,
                    span.start,
                    span.end,
                )
            }),
        }
    }

    fn told(&self, shown: &str) -> Option<Diagnostic> {
        Some(Diagnostic {
            severity: *SEVERITIES.get(usize::from(self.severity))?,
            code: crate::diagnostic::code(self.code)?,
            file: shown.to_owned(),
            message: self.message.to_owned(),
            help: self.help.map(str::to_owned),
            place: self.place.map(|(line, column, source, start, end)| Place {
                line,
                column,
                source: source.to_owned(),
                span: start..end,
            }),
        })
    }
}

/// The place of one of a few values.
fn place<T: PartialEq>(all: &[T], one: &T) -> u8 {
    let place = all.iter().position(|other| other == one);
    place
        .and_then(|place| u8::try_from(place).ok())
        .unwrap_or(u8::MAX)
}

/// What a post is made of: whatever is written of it follows from this, from the settings, and
/// from what it asks about the other posts.
pub(crate) fn input(hash: Key, post: &Post) -> Key {
    let dialect = place(&Dialect::ALL, &post.dialect);
    Key::of(&(hash, post.root, &post.path, &post.slug, dialect))
}
