//! What a query should find: every post is looked at, and nothing is shared with the index.
//!
//! Two things are: the query language and the rule of what a match is (`Pattern`), as both define
//! what is right. They have tests of their own.

use rayon::prelude::*;
use shelfmark_search::{Field, Query};

use crate::Result;
use crate::archive::Post;

/// Ids of the posts that hold what is asked for, ascending.
pub(crate) fn find(posts: &[Post], query: &str) -> Result<Vec<u32>> {
    let parsed = Query::parse(query, false).map_err(|error| format!("{query}: {error}"))?;
    let plain = parsed.terms().all(|term| term.field == Field::Any)
        && parsed.after.is_none()
        && parsed.before.is_none();
    if !plain {
        return Err(format!("`{query}` asks for more than words").into());
    }
    let holds = |post: &Post| {
        parsed.clauses.iter().all(|clause| {
            let any = clause
                .any
                .iter()
                .any(|term| post.fields().any(|field| term.pattern.matches(field)));
            any != clause.exclude
        })
    };
    let found = posts.par_iter().enumerate().filter(|(_, post)| holds(post));
    Ok(found
        .map(|(id, _)| u32::try_from(id).unwrap_or(u32::MAX))
        .collect())
}
