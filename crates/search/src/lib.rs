//! Search: the query language, its evaluation, ranking, facets and snippets.
//!
//! Nothing here reads a file, fetches or waits. An [`Engine`] is asked what a [`Request`] needs,
//! is given the bytes of those shards, and answers; so the same code runs in the browser, in
//! tests and in benchmarks. An archive that is small enough is searched by reading all of its
//! text, any other by its index; the rule of what matches is the same.

mod engine;
mod request;

mod matcher;
mod query;

mod facets;
mod scan;
mod text;

mod candidates;
mod dictionary;
mod parts;
mod reading;
mod results;

mod order;
mod outcome;
mod rank;
mod snippet;

pub use engine::{Engine, Need};
pub use matcher::Pattern;
pub use outcome::{Facets, Hit, Outcome, Piece};
pub use query::{Clause, Field, Query, QueryError, QueryErrorKind, Term};
pub use request::{FacetsWanted, Request, Sort};
pub use snippet::{mark, snippet};
pub use text::Text;
