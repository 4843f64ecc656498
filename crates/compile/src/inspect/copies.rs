//! Posts that are in the archive more than once.

use std::collections::HashMap;

use sha2::{Digest as _, Sha256};

use crate::diagnostic::Diagnostic;
use crate::post::Post;

/// Bytes of a body below which the same text is no sign of a copy.
const SHORT: usize = 120;

/// Notes about posts that have the text or the source of an earlier one.
pub(super) fn of(posts: &[Post], file: &dyn Fn(&Post) -> String) -> Vec<Diagnostic> {
    let mut texts: HashMap<[u8; 32], &Post> = HashMap::new();
    let mut sources: HashMap<&str, &Post> = HashMap::new();
    let mut found = Vec::new();
    for post in posts {
        let body = post.text.get(post.body..).unwrap_or_default().trim();
        let text = (body.len() >= SHORT).then(|| Sha256::digest(body).into());
        let twin = text.and_then(|text| first(&mut texts, text, post));
        let source = post.source.as_deref();
        let sibling = source.and_then(|source| first(&mut sources, source, post));
        let (code, what, other) = match (twin, sibling) {
            (Some(other), _) => ("copy-text", "text", other),
            (None, Some(other)) => ("copy-source", "source", other),
            (None, None) => continue,
        };
        found.push(
            Diagnostic::note(
                code,
                &file(post),
                format!(
                    "has the same {what} as `{}`",
                    String::from_utf8_lossy(&other.path)
                ),
            )
            .help("both are published; readers find the newest of them first"),
        );
    }
    found
}

/// The post that had this before; it becomes this one when there is none.
fn first<'a, K: core::hash::Hash + Eq>(
    known: &mut HashMap<K, &'a Post>,
    key: K,
    post: &'a Post,
) -> Option<&'a Post> {
    let earlier = known.get(&key).copied();
    if earlier.is_none() {
        known.insert(key, post);
    }
    earlier
}
