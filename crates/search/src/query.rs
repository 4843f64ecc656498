//! The query language: from what a reader typed to what must hold for a post.
//!
//! Words separated by white space must all match; `"..."` is one run; `-x` excludes; `a OR b`;
//! `tag:x`, `category:x`, `author:x`, `title:x`, `after:2024-01-01`, `before:2024`. Quotes, colons
//! and the minus may be the full-width ones of Chinese keyboards. What looks like a field but is
//! none (`https://...`) is an ordinary word, and a quote that is not closed goes to the end.

use core::fmt;
use core::ops::Range;

use shelfmark_text::{CharClass, class};

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
    /// Other forms of the same word, which match too and weigh less.
    pub forms: Vec<Pattern>,
    /// Whether other forms are welcome: it was neither quoted nor starred nor excluded.
    loose: bool,
}

impl Term {
    /// The folded word of which other forms may match too: one that stands by itself, is not
    /// quoted, starred or excluded, and has three letters at least.
    #[must_use]
    pub fn takes_forms(&self) -> Option<&str> {
        let word = self.pattern.folded();
        let letter = |c: char| class(c) == CharClass::Word && !c.is_ascii_digit();
        let takes = self.loose
            && matches!(self.field, Field::Any | Field::Title)
            && word.chars().count() >= 3
            && word.chars().all(letter);
        takes.then_some(word)
    }

    /// Sets the other forms of its word; those that it matches anyway are left out.
    pub fn set_forms(&mut self, words: &[String]) {
        self.forms.clear();
        for word in words {
            if let Some(form) = Pattern::new(word, false)
                && !self.matches(form.folded())
            {
                self.forms.push(form);
            }
        }
    }

    /// Whether the word or a form of it stands in `folded`.
    pub(crate) fn matches(&self, folded: &str) -> bool {
        self.pattern.matches(folded) || self.forms.iter().any(|form| form.matches(folded))
    }
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
    /// What is wrong there.
    pub kind: QueryErrorKind,
}

/// What can be wrong with a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueryErrorKind {
    /// `after:` or `before:` with something that is no date.
    BadDate,
    /// No day lies between `after:` and `before:`.
    EmptyRange,
    /// `-after:` or `-before:`.
    ExcludedDate,
    /// A field with nothing after its colon.
    EmptyField,
    /// `OR` without a word on either side; dates and excluded words do not count.
    LonelyOr,
    /// More than is evaluated.
    TooLong,
}

impl QueryErrorKind {
    /// Stable name, for translations.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.texts().0
    }

    fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::BadDate => ("bad-date", "not a date: write 2024, 2024-05 or 2024-05-01"),
            Self::EmptyRange => ("empty-range", "no day lies between after: and before:"),
            Self::ExcludedDate => (
                "excluded-date",
                "a date can't be excluded: write before: for after:, or after: for before:",
            ),
            Self::EmptyField => (
                "empty-field",
                "nothing follows the colon: write the word right after it",
            ),
            Self::LonelyOr => ("lonely-or", "OR stands between two words or fields"),
            Self::TooLong => ("too-long", "the query is too long: leave out words"),
        }
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.texts().1)
    }
}

impl core::error::Error for QueryError {}

/// Longest query that is evaluated, in bytes.
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
    /// Whether a quote ends it.
    closed: bool,
}

impl Token<'_> {
    fn error(self, kind: QueryErrorKind) -> QueryError {
        QueryError {
            span: self.span,
            kind,
        }
    }
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
    /// longer one, unless white space or a closing quote follows it; and what is not complete yet
    /// at the end is no error.
    ///
    /// # Errors
    /// When a part of it means nothing; see [`QueryErrorKind`].
    pub fn parse(input: &str, typing: bool) -> Result<Self, QueryError> {
        let error = |span, kind| Err(QueryError { span, kind });
        if input.len() > MAX_QUERY {
            let most = input.floor_char_boundary(MAX_QUERY);
            return error(most..input.len(), QueryErrorKind::TooLong);
        }
        let mut query = Self::default();
        let mut at = 0;
        // Whether the last token can be an alternative.
        let mut joinable = false;
        // An `OR` that waits for its second word.
        let mut waiting: Option<Range<usize>> = None;
        while let Some(token) = next_token(input, &mut at) {
            let open = typing && at == input.len();
            let growing = open && !token.closed && !token.text.ends_with(char::is_whitespace);
            let bare = !token.quoted && token.field.is_none() && !token.exclude;
            // An `OR` that is out of place may become a longer word.
            if bare && token.text == "OR" && (joinable || !growing) {
                if !joinable {
                    return Err(token.error(QueryErrorKind::LonelyOr));
                }
                joinable = false;
                waiting = Some(token.span);
                continue;
            }
            let starred = !token.quoted && token.text.len() > 1 && token.text.ends_with('*');
            let text = if starred {
                token.text.trim_end_matches('*')
            } else {
                token.text
            };
            let Some(pattern) = Pattern::new(text, starred || growing) else {
                if token.field.is_some() && !open {
                    return Err(token.error(QueryErrorKind::EmptyField));
                }
                continue;
            };
            joinable = !token.exclude && matches!(token.field, None | Some(Known::Term(_)));
            if !joinable && let Some(span) = waiting {
                return error(span, QueryErrorKind::LonelyOr);
            }
            let field = match token.field {
                Some(Known::Term(field)) => field,
                None => Field::Any,
                Some(Known::After | Known::Before) if token.exclude => {
                    return Err(token.error(QueryErrorKind::ExcludedDate));
                }
                Some(known) => {
                    let last = matches!(known, Known::Before);
                    match day(pattern.folded(), last, open) {
                        Ok(day) => query.narrow(day, last),
                        Err(()) => return Err(token.error(QueryErrorKind::BadDate)),
                    }
                    if query.before.is_some() && query.after > query.before {
                        return Err(token.error(QueryErrorKind::EmptyRange));
                    }
                    continue;
                }
            };
            let term = Term {
                field,
                pattern,
                forms: Vec::new(),
                loose: !token.quoted && !starred && !token.exclude,
            };
            // What `OR` follows is the last clause, and not excluded.
            let first = waiting.take().and_then(|_| query.clauses.last_mut());
            if let Some(first) = first {
                first.any.push(term);
            } else if query.clauses.len() < MAX_CLAUSES {
                query.clauses.push(Clause {
                    any: vec![term],
                    exclude: token.exclude,
                });
            } else {
                return error(token.span.start..input.len(), QueryErrorKind::TooLong);
            }
        }
        match waiting {
            Some(span) if !typing => error(span, QueryErrorKind::LonelyOr),
            _ => Ok(query),
        }
    }

    /// Lets only days from `day` on, or up to it (`last`), through.
    fn narrow(&mut self, day: Option<String>, last: bool) {
        let bound = if last {
            &mut self.before
        } else {
            &mut self.after
        };
        if day.is_some() && (bound.is_none() || (*bound > day) == last) {
            *bound = day;
        }
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
        self.terms_of(true).into_iter()
    }

    /// All terms, to give them the forms of their words.
    pub fn terms_mut(&mut self) -> impl Iterator<Item = &mut Term> {
        self.clauses.iter_mut().flat_map(|clause| &mut clause.any)
    }

    /// Terms of which a match is worth showing.
    pub fn wanted(&self) -> impl Iterator<Item = &Term> {
        self.terms_of(false).into_iter()
    }

    /// A list, as every use of an iterator over two levels would take room of its own.
    fn terms_of(&self, excluded: bool) -> Vec<&Term> {
        let mut terms = Vec::new();
        for clause in &self.clauses {
            if excluded || !clause.exclude {
                terms.extend(&clause.any);
            }
        }
        terms
    }
}

/// The token that begins at byte `at` or, after white space, later.
fn next_token<'a>(input: &'a str, at: &mut usize) -> Option<Token<'a>> {
    let mut rest = input[*at..].trim_start();
    let start = input.len() - rest.len();
    let positive = rest.strip_prefix(['-', '－']);
    let exclude = positive
        .filter(|positive| !positive.is_empty() && !positive.starts_with(char::is_whitespace));
    rest = exclude.unwrap_or(rest);
    let field = field(rest).map(|(known, after)| {
        rest = after;
        known
    });
    if rest.is_empty() && field.is_none() {
        return None;
    }
    let run = quoted(rest);
    let (text, after, closed) = run.unwrap_or_else(|| {
        let (text, after) = rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len()));
        (text, after, false)
    });
    *at = input.len() - after.len();
    Some(Token {
        text,
        span: start..*at,
        exclude: exclude.is_some(),
        field,
        quoted: run.is_some(),
        closed,
    })
}

/// A field's name and colon at the start of `text`: which it is, and what follows.
fn field(text: &str) -> Option<(Known, &str)> {
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
    Some((known, rest))
}

/// A quoted run at the start of `text`: its inside, what follows, and whether it is closed. It
/// ends at a quote of the kind that began it, so that it may hold others.
fn quoted(text: &str) -> Option<(&str, &str, bool)> {
    const QUOTES: [&[char]; 3] = [&['"', '＂'], &['“', '”', '„', '‟'], &['«', '»']];
    QUOTES.iter().find_map(|quotes| {
        let inside = text.strip_prefix(*quotes)?;
        Some(match inside.split_once(*quotes) {
            Some((run, after)) => (run, after, true),
            None => (inside, "", false),
        })
    })
}

/// A day from `2024`, `2024-05` or `2024-05-01`: the first it means, or the `last`. A part that is
/// being typed (`open`) and cannot be one yet is left out.
fn day(folded: &str, last: bool, open: bool) -> Result<Option<String>, ()> {
    let mut parts: Vec<&str> = folded.split(['-', '/', '.']).collect();
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let unfinished =
        |part: &&mut &str| matches!(**part, "" | "0") || (folded.len() < 4 && digits(folded));
    if open && parts.last_mut().as_ref().is_some_and(unfinished) {
        parts.pop();
    }
    if parts.is_empty() {
        return Ok(None);
    }
    let number = |at: usize, unstated: u32| match parts.get(at) {
        None => unstated,
        Some(part) if part.len() <= 4 && digits(part) => part.parse().unwrap_or(0),
        Some(_) => 0,
    };
    let (year, month) = (number(0, 0), number(1, if last { 12 } else { 1 }));
    let days = match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let day = number(2, if last { days } else { 1 });
    let is_day = parts.len() <= 3
        && parts[0].len() == 4
        && year > 0
        && (1..=12).contains(&month)
        && (1..=days).contains(&day);
    if is_day {
        Ok(Some(format!("{year:04}-{month:02}-{day:02}")))
    } else {
        Err(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shows a query in a line: clauses by ` & `, alternatives by ` | `.
    fn shown_when(input: &str, typing: bool) -> String {
        let query = match Query::parse(input, typing) {
            Ok(query) => query,
            Err(error) => return format!("{} {:?}", error.kind.code(), &input[error.span]),
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

    fn check(typing: bool, cases: &[(&str, &str)]) {
        for (input, expected) in cases {
            assert_eq!(shown_when(input, typing), *expected, "{input}");
        }
    }

    #[test]
    fn words_and_runs() {
        check(
            false,
            &[
                ("", ""),
                ("   \u{3000} ", ""),
                ("武汉 Lab", "武汉 & lab"),
                ("\"a  B\" c", "a b & c"),
                ("“武汉 封城”　x", "武汉 封城 & x"),
                ("＂a b＂ „c d“ «e f» »g h«", "a b & c d & e f & g h"),
                ("\"说“你好”吧\" x", "说\"你好\"吧 & x"),
                ("\"open run", "open run"),
                ("\"\" x", "x"),
                ("\"a b\"c", "a b & c"),
                ("6\" a\"b", "6\" & a\"b"),
                ("wor*", "wor*"),
                ("\"wor*\" *", "wor* & *"),
                ("COVID-19疫情", "covid-19疫情"),
                ("C++", "c++"),
                (
                    "https://a.example/x note:word",
                    "https://a.example/x & note:word",
                ),
            ],
        );
    }

    #[test]
    fn exclusion() {
        check(
            false,
            &[
                ("-x y -\"z w\"", "not x & y & not z w"),
                ("－x", "not x"),
                ("- - x", "- & - & x"),
                ("-", "-"),
                ("a-b", "a-b"),
                ("-\"\"", ""),
                ("-tag:x -title:“y z”", "not Tag=x & not Title=y z"),
            ],
        );
    }

    #[test]
    fn alternatives() {
        check(
            false,
            &[
                ("a OR b c", "a | b & c"),
                ("a OR b OR c", "a | b | c"),
                ("z a OR \"b c\" OR tag:x y", "z & a | b c | Tag=x & y"),
                ("a or b", "a & or & b"),
                ("a \"OR\" b -OR", "a & or & b & not or"),
                ("a OR \"\" b", "a | b"),
                ("OR x", "lonely-or \"OR\""),
                ("x OR", "lonely-or \"OR\""),
                ("x OR \"\"", "lonely-or \"OR\""),
                ("x OR OR y", "lonely-or \"OR\""),
                ("-x OR y", "lonely-or \"OR\""),
                ("x OR -y", "lonely-or \"OR\""),
                ("x after:2024 OR y", "lonely-or \"OR\""),
                ("x OR after:2024", "lonely-or \"OR\""),
            ],
        );
        assert_eq!(Query::parse("武 OR OR", false).unwrap_err().span, 7..9);
    }

    #[test]
    fn fields() {
        check(
            false,
            &[
                ("tag:x Tag:\"y z\" -tag:w", "Tag=x & Tag=y z & not Tag=w"),
                ("tag：新闻 title：“a b”", "Tag=新闻 & Title=a b"),
                ("category:c AUTHOR:d", "Category=c & Author=d"),
                ("\"tag:x\"", "tag:x"),
                ("a tag: b", "empty-field \"tag:\""),
                ("a -tag:\"\"", "empty-field \"-tag:\\\"\\\"\""),
                ("before:", "empty-field \"before:\""),
            ],
        );
    }

    #[test]
    fn dates() {
        check(
            false,
            &[
                ("after:2024", "from 2024-01-01"),
                ("before:2024", "to 2024-12-31"),
                ("before:2024-02", "to 2024-02-29"),
                ("before:2023-02", "to 2023-02-28"),
                ("before:2024-04", "to 2024-04-30"),
                (
                    "after:2024/5/1 before:２０２４．１２",
                    "from 2024-05-01 & to 2024-12-31",
                ),
                ("after:\"2024-05\"", "from 2024-05-01"),
                // All conditions hold, whatever their order.
                ("after:2024 after:2023", "from 2024-01-01"),
                ("after:2023 after:2024", "from 2024-01-01"),
                ("before:2024 before:2023", "to 2023-12-31"),
                ("before:2023 before:2024", "to 2023-12-31"),
                (
                    "after:2024-05-01 before:2024-05-01",
                    "from 2024-05-01 & to 2024-05-01",
                ),
                ("x after:soon", "bad-date \"after:soon\""),
                ("after:20", "bad-date \"after:20\""),
                ("after:20245", "bad-date \"after:20245\""),
                ("after:0000", "bad-date \"after:0000\""),
                ("after:2024-", "bad-date \"after:2024-\""),
                ("after:2024-13", "bad-date \"after:2024-13\""),
                ("after:2023-02-29", "bad-date \"after:2023-02-29\""),
                ("after:2024-01-01-01", "bad-date \"after:2024-01-01-01\""),
                ("-after:2024", "excluded-date \"-after:2024\""),
                (
                    "after:2024 before:2023-12 x",
                    "empty-range \"before:2023-12\"",
                ),
                ("before:2023-12 after:2024", "empty-range \"after:2024\""),
            ],
        );
    }

    #[test]
    fn what_is_being_typed_is_no_error() {
        check(
            true,
            &[
                ("a OR", "a"),
                ("a OR ", "a"),
                ("a OR \"", "a"),
                ("OR", "or*"),
                ("OR ", "lonely-or \"OR\""),
                ("a tag:", "a"),
                ("a tag:\"", "a"),
                ("a tag: b", "empty-field \"tag:\""),
                ("after:", ""),
                ("after:2", ""),
                ("after:202", ""),
                ("after:2024", "from 2024-01-01"),
                ("after:2024-", "from 2024-01-01"),
                ("after:2024-0", "from 2024-01-01"),
                ("after:2024-05", "from 2024-05-01"),
                ("after:2024-05-", "from 2024-05-01"),
                ("after:2024-05-0", "from 2024-05-01"),
                ("after:2024-05-09", "from 2024-05-09"),
                ("after:2024-13", "bad-date \"after:2024-13\""),
                ("after:so", "bad-date \"after:so\""),
                ("after:202 ", "bad-date \"after:202\""),
            ],
        );
    }

    #[test]
    fn the_last_word_grows_only_while_it_is_typed() {
        check(
            true,
            &[
                ("a wor", "a & wor*"),
                ("a wor ", "a & wor"),
                ("a \"wor\"", "a & wor"),
                ("a \"b wor", "a & b wor*"),
                ("a \"b wor ", "a & b wor"),
                ("a OR -wor", "lonely-or \"OR\""),
            ],
        );
        check(false, &[("a wor", "a & wor"), ("a \"b wor", "a & b wor")]);
    }

    #[test]
    fn too_much_is_refused() {
        let words = |count: usize| "a ".repeat(count);
        assert!(Query::parse(&words(MAX_CLAUSES), false).is_ok());
        let error = Query::parse(&words(MAX_CLAUSES + 1), false).unwrap_err();
        assert_eq!(error.kind, QueryErrorKind::TooLong);
        assert_eq!(error.span.start, 2 * MAX_CLAUSES);
        let long = "武".repeat(MAX_QUERY);
        let error = Query::parse(&long, false).unwrap_err();
        assert_eq!(error.kind, QueryErrorKind::TooLong);
        assert!(long.get(error.span).is_some());
    }

    #[test]
    fn only_single_words_take_forms() {
        let takes = |input: &str| {
            let query = Query::parse(input, true).unwrap();
            let words = query.terms().filter_map(Term::takes_forms);
            words.map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(
            takes("Cafés title:Тетрадь news"),
            ["cafes", "тетрадь", "news"]
        );
        for none in [
            "\"news\"",
            "new*",
            "-news",
            "tag:news",
            "author:news",
            "at",
            "武汉新闻",
            "a-b-c",
            "new1",
            "APEC峰会",
            "\"news",
        ] {
            assert_eq!(takes(none), [""; 0], "{none}");
        }
    }

    #[test]
    fn forms_that_match_anyway_are_left_out() {
        let forms = |input: &str, typing| {
            let mut query = Query::parse(input, typing).unwrap();
            let words = ["run", "runs", "Running", "ran"].map(str::to_owned);
            query.terms_mut().for_each(|term| term.set_forms(&words));
            let forms = &query.clauses[0].any[0].forms;
            forms.iter().map(Pattern::to_string).collect::<Vec<_>>()
        };
        assert_eq!(forms("run", false), ["runs", "running", "ran"]);
        assert_eq!(forms("run", true), ["ran"]);
    }
}
