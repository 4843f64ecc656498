//! Posts that are too large for a file of the bundle, which readers bound.
//!
//! A file that is too large in itself is not read at all (`source.rs`). What is looked at here are texts
//! that become so when they are written down.

use std::path::PathBuf;

use shelfmark_bundle::MAX_SHARD;

use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::post::Post;
use crate::source::typed;

/// What to do about it.
pub(crate) const HELP: &str = "cut it into several posts, or take it out of the posts";

/// Most bytes that one byte of a text becomes in JSON.
const LONGEST_ESCAPE: u64 = 6;

/// Refuses posts of which it can be told by now; texts that were not read are met when they are written.
pub(crate) fn refuse(posts: &[Post], roots: &[PathBuf]) -> Result<(), Error> {
    match posts.iter().find(|post| is_too_large(post)) {
        Some(post) => Err(Error::TooLarge {
            root: post.root,
            path: typed(roots, post.root, &String::from_utf8_lossy(&post.path)),
        }),
        None => Ok(()),
    }
}

/// Names the post by the path that the user would type, where a post is what went wrong.
pub(crate) fn named(error: Error, roots: &[PathBuf]) -> Error {
    match error {
        Error::TooLarge { root, path } => Error::TooLarge {
            root,
            path: typed(roots, root, &path),
        },
        other => other,
    }
}

/// The same for those who look through posts.
pub(crate) fn diagnostic(post: &Post, roots: &[PathBuf]) -> Option<Diagnostic> {
    let problem = || {
        let file = typed(roots, post.root, &String::from_utf8_lossy(&post.path));
        Diagnostic::error("too-large", &file, why()).help(HELP)
    };
    is_too_large(post).then(problem)
}

pub(crate) fn why() -> String {
    let most = MAX_SHARD >> 20;
    format!("would take more than the {most} MiB that a file of the archive may hold")
}

/// Whether its record would be refused, by its source alone.
fn is_too_large(post: &Post) -> bool {
    let raw = post.raw.as_ref().map_or(0, |raw| raw.len() as u64 / 3 * 4);
    let length = post.text.len() as u64;
    if length * LONGEST_ESCAPE + raw <= MAX_SHARD {
        return false;
    }
    let escaped: u64 = post.text.bytes().map(length_in_json).sum();
    escaped + raw > MAX_SHARD
}

fn length_in_json(byte: u8) -> u64 {
    match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 8 | 12 => 2,
        0..0x20 => LONGEST_ESCAPE,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_those_that_are_written() {
        let text: String = (0..=0x2ff_u32).filter_map(char::from_u32).collect();
        let written = serde_json::to_string(&text).unwrap();
        let counted: u64 = text.bytes().map(length_in_json).sum();
        assert_eq!(counted + 2, written.len() as u64);
    }
}
