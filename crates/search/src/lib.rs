//! Search: the query language, its evaluation, ranking, facets and snippets.
//!
//! Nothing here reads a file, fetches or waits. An [`Engine`] is asked what a [`Request`] needs,
//! is given the bytes of those shards, and answers; so the same code runs in the browser, in
//! tests and in benchmarks. An archive that is small enough is searched by reading all of its
//! text; an index can later stand behind the same calls.

mod engine;
mod facets;
mod matcher;
mod order;
mod outcome;
mod query;
mod rank;
mod request;
mod scan;
mod snippet;

pub use engine::{Engine, Need};
pub use matcher::Pattern;
pub use outcome::{Facets, Hit, Outcome, Piece};
pub use query::{Clause, Field, Query, QueryError, QueryErrorKind, Term};
pub use request::{Request, Sort};
pub use snippet::{mark, snippet};
