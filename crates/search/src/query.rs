//! The query language: from what a reader typed to what must hold for a post.
//!
//! Words separated by white space must all match; `"..."` is one run; `-x` excludes; `a OR b`;
//! `tag:x`, `category:x`, `author:x`, `title:x`, `after:2024-01-01`, `before:2024`. Quotes and
//! colons may be the full-width ones of Chinese keyboards. What looks like a field but is none
//! (`https://...`) is an ordinary word.

use core::fmt;
use core::ops::Range;

use crate::matcher::Pattern;

/// A parsed query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// All of these must hold.
    pub clauses: Vec<Clause>,
    /// First day that counts, `YYYY-MM-DD`.
    pub after: Option<String>,
    /// Last day that counts, `YYYY-MM-DD`.
    pub before: Option<String>,
}

/// One or several terms of which one must match, or that must not match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// The alternatives.
    pub any: Vec<Term>,
    /// Whether none of them may match.
    pub exclude: bool,
}

/// Something to be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Where it must stand.
    pub field: Field,
    /// What it is.
    pub pattern: Pattern,
}

/// Where a term must stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// In the title, the tags, the authors or the visible text.
    Any,
    /// In the title.
    Title,
    /// It is a tag.
    Tag,
    /// It is a category.
    Category,
    /// In the name of an author.
    Author,
}

/// A query that means nothing, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryError {
    /// Byte range of the query that is to blame.
    pub span: Range<usize>,
    /// What was found, and what was expected.
    pub message: String,
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl core::error::Error for QueryError {}

/// Longest query that is read; what follows is left out.
const MAX_QUERY: usize = 2_000;
/// Most clauses that are evaluated.
const MAX_CLAUSES: usize = 64;

/// One word or quoted run, before its meaning is known.
struct Token<'a> {
    text: &'a str,
    span: Range<usize>,
    exclude: bool,
    field: Option<Known>,
    quoted: bool,
}

#[derive(Clone, Copy)]
enum Known {
    Term(Field),
    After,
    Before,
}

impl Query {
    /// Parses a query.
    ///
    /// While it is being typed (`typing`), the last word also matches as the beginning of a
    /// longer one, unless white space or a closing quote follows it.
    ///
    /// # Errors
    /// When a date is none, or `OR` has nothing to choose from.
    pub fn parse(input: &str, typing: bool) -> Result<Self, QueryError> {
        let input = crate::snippet::cut(input, MAX_QUERY);
        let mut query = Self::default();
        let mut tokens = tokens(input).into_iter().peekable();
        let open_end = typing && !input.ends_with(char::is_whitespace);
        let mut joins = false;
        while let Some(token) = tokens.next() {
            let bare = !token.quoted && token.field.is_none() && !token.exclude;
            if bare && token.text == "OR" {
                let typed_so_far = tokens.peek().is_none() && typing;
                if (query.clauses.is_empty() || joins || tokens.peek().is_none()) && !typed_so_far {
                    return Err(QueryError {
                        span: token.span,
                        message: "OR stands between two words".into(),
                    });
                }
                joins = true;
                continue;
            }
            let field = match token.field {
                Some(Known::After) => {
                    query.after = day(&token, false, typing)?.or(query.after);
                    continue;
                }
                Some(Known::Before) => {
                    query.before = day(&token, true, typing)?.or(query.before);
                    continue;
                }
                Some(Known::Term(field)) => field,
                None => Field::Any,
            };
            let starred = !token.quoted && token.text.len() > 1 && token.text.ends_with('*');
            let text = if starred {
                token.text.trim_end_matches('*')
            } else {
                token.text
            };
            let prefix = starred || (!token.quoted && open_end && tokens.peek().is_none());
            let Some(pattern) = Pattern::new(text, prefix) else {
                continue;
            };
            let term = Term { field, pattern };
            match query
                .clauses
                .last_mut()
                .filter(|last| joins && last.exclude == token.exclude)
            {
                Some(last) => last.any.push(term),
                None => query.clauses.push(Clause {
                    any: vec![term],
                    exclude: token.exclude,
                }),
            }
            joins = false;
            if query.clauses.len() >= MAX_CLAUSES {
                break;
            }
        }
        Ok(query)
    }

    /// Whether it asks for nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.clauses.is_empty() && self.after.is_none() && self.before.is_none()
    }

    /// Whether the visible text of posts must be read to answer it.
    #[must_use]
    pub fn reads_text(&self) -> bool {
        self.terms().any(|term| term.field == Field::Any)
    }

    /// All terms, excluded ones too.
    pub fn terms(&self) -> impl Iterator<Item = &Term> {
        self.clauses.iter().flat_map(|clause| &clause.any)
    }

    /// Terms of which a match is worth showing.
    pub fn wanted(&self) -> impl Iterator<Item = &Term> {
        self.clauses
            .iter()
            .filter(|clause| !clause.exclude)
            .flat_map(|clause| &clause.any)
    }
}

fn tokens(input: &str) -> Vec<Token<'_>> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < input.len() {
        let rest = &input[at..];
        let blank = rest.len() - rest.trim_start().len();
        at += blank;
        let start = at;
        let mut rest = &input[at..];
        if rest.is_empty() {
            break;
        }
        let mut exclude = false;
        for minus in ["-", "－"] {
            if let Some(after) = rest.strip_prefix(minus)
                && !after.is_empty()
                && !after.starts_with(char::is_whitespace)
            {
                exclude = true;
                at += minus.len();
                rest = after;
                break;
            }
        }
        let field = field(rest).map(|(known, length)| {
            at += length;
            rest = &input[at..];
            known
        });
        let (text, length, quoted) = match quoted(rest) {
            Some((text, length)) => (text, length, true),
            None => {
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                (&rest[..end], end, false)
            }
        };
        at += length;
        out.push(Token {
            text,
            span: start..at,
            exclude,
            field,
            quoted,
        });
    }
    out
}

/// A field's name and colon at the start of `text`: which it is, and how many bytes it takes.
fn field(text: &str) -> Option<(Known, usize)> {
    let (name, rest) = text.split_once([':', '：'])?;
    let known = match name.to_ascii_lowercase().as_str() {
        "title" => Known::Term(Field::Title),
        "tag" => Known::Term(Field::Tag),
        "category" => Known::Term(Field::Category),
        "author" => Known::Term(Field::Author),
        "after" => Known::After,
        "before" => Known::Before,
        _ => return None,
    };
    Some((known, text.len() - rest.len()))
}

/// A quoted run at the start of `text`: its inside, and how many bytes it takes. A quote that is
/// not closed goes to the end: it is still being typed.
fn quoted(text: &str) -> Option<(&str, usize)> {
    const QUOTES: &[char] = &['"', '“', '”', '„', '＂', '«', '»'];
    let inside = text.strip_prefix(QUOTES)?;
    let open = text.len() - inside.len();
    Some(match inside.find(QUOTES) {
        Some(end) => {
            let close = inside[end..].chars().next().map_or(0, char::len_utf8);
            (&inside[..end], open + end + close)
        }
        None => (inside, text.len()),
    })
}

/// A day from `2024`, `2024-05` or `2024-05-01`: the first it means, or the last.
fn day(token: &Token<'_>, last: bool, typing: bool) -> Result<Option<String>, QueryError> {
    let text = shelfmark_text::fold(token.text).replace(['/', '.'], "-");
    let parts: Vec<Option<u32>> = text
        .split('-')
        .map(|part| {
            part.parse()
                .ok()
                .filter(|_| part.bytes().all(|b| b.is_ascii_digit()))
        })
        .collect();
    let day = match parts[..] {
        [Some(year @ 1..=9999)] => {
            Some((year, if last { 12 } else { 1 }, if last { 31 } else { 1 }))
        }
        [Some(year @ 1..=9999), Some(month @ 1..=12)] => {
            Some((year, month, if last { 31 } else { 1 }))
        }
        [
            Some(year @ 1..=9999),
            Some(month @ 1..=12),
            Some(day @ 1..=31),
        ] => Some((year, month, day)),
        _ => None,
    };
    match day {
        Some((year, month, day)) => Ok(Some(format!("{year:04}-{month:02}-{day:02}"))),
        None if typing && (token.text.is_empty() || text.ends_with('-')) => Ok(None),
        None => Err(QueryError {
            span: token.span.clone(),
            message: format!(
                "{:?} is not a date: write 2024, 2024-05 or 2024-05-01",
                token.text
            ),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shows a query in a line: clauses by ` & `, alternatives by ` | `.
    fn shown(input: &str) -> String {
        let query = match Query::parse(input, false) {
            Ok(query) => query,
            Err(error) => return format!("error {:?}: {error}", error.span),
        };
        let mut out: Vec<String> = query
            .clauses
            .iter()
            .map(|clause| {
                let any: Vec<String> = clause
                    .any
                    .iter()
                    .map(|term| match term.field {
                        Field::Any => format!("{}", term.pattern),
                        field => format!("{field:?}={}", term.pattern),
                    })
                    .collect();
                format!(
                    "{}{}",
                    if clause.exclude { "not " } else { "" },
                    any.join(" | ")
                )
            })
            .collect();
        out.extend(query.after.map(|day| format!("from {day}")));
        out.extend(query.before.map(|day| format!("to {day}")));
        out.join(" & ")
    }

    #[test]
    fn the_language() {
        for (input, expected) in [
            ("", ""),
            ("   \u{3000} ", ""),
            ("武汉 Lab", "武汉 & lab"),
            ("\"a  B\" c", "a b & c"),
            ("“武汉 封城”　x", "武汉 封城 & x"),
            ("-x y -\"z w\"", "not x & y & not z w"),
            ("a OR b c", "a | b & c"),
            ("a OR b OR c", "a | b | c"),
            ("tag:x Tag:\"y z\" -tag:w", "Tag=x & Tag=y z & not Tag=w"),
            ("tag：新闻", "Tag=新闻"),
            ("https://a.example/x", "https://a.example/x"),
            ("wor*", "wor*"),
            (
                "after:2024 before:2024-02",
                "from 2024-01-01 & to 2024-02-31",
            ),
            ("COVID-19疫情", "covid-19疫情"),
            ("\"open", "open"),
            ("-", "-"),
            ("C++", "c++"),
        ] {
            assert_eq!(shown(input), expected, "{input}");
        }
    }

    #[test]
    fn errors_point_at_the_place() {
        assert!(
            shown("x after:soon").starts_with("error 2..12:"),
            "{}",
            shown("x after:soon")
        );
        assert!(shown("OR x").starts_with("error 0..2:"));
        assert!(shown("x OR").starts_with("error 2..4:"));
    }

    #[test]
    fn the_last_word_grows_only_while_it_is_typed() {
        let prefix = |input, typing| {
            Query::parse(input, typing)
                .unwrap()
                .clauses
                .last()
                .unwrap()
                .any[0]
                .pattern
                .is_prefix()
        };
        assert!(prefix("a wor", true));
        assert!(!prefix("a wor ", true));
        assert!(!prefix("a wor", false));
        assert!(!prefix("a \"wor\"", true));
        assert!(prefix("wor*", false));
    }
}
