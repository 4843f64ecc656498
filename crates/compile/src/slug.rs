//! Names of posts in addresses: stable, unique, made from the file's path alone.
//!
//! # The rule
//!
//! A slug is a function of the path inside the posts folder and of nothing else, so that links
//! stay good whatever other posts come and go.
//!
//! 1. The *base* is the file name without its extension, or for an `index` or `_index` in a
//!    folder that folder's name. Letters, digits and marks of any script and `_`, `.`, `-` stay;
//!    each run of other characters becomes one `-` (none beside another); it is cut after 80
//!    characters; `-` and `.` are trimmed from both ends. An empty base becomes `post`. A leading
//!    date stays: posts of one title on several days differ by it.
//! 2. A post that lies at the top of its folder (or in a `_posts` or `posts` folder at the top),
//!    ends in `.md` or `.markdown` and whose name rule 1 left as it was has the base as its slug:
//!    `_posts/2024-07-02-hello.md` is `2024-07-02-hello`.
//! 3. Every other post has `base-xxxxxxx`: seven base-32 characters (Crockford's alphabet, lower
//!    case) of the SHA-256 of its path.
//! 4. When two posts still share a slug (several posts folders, `a.md` beside `a.markdown`), the
//!    first in the order of (folder, path) keeps it and the others get the form of rule 3, the
//!    path followed by a counter until the slug is free.
//!
//! `slug:` and `permalink:` of front matter are not read: they are neither unique nor safe.

use std::collections::HashSet;

use sha2::{Digest, Sha256};

use crate::post::Post;

/// Longest base, in characters.
const MAX_BASE: usize = 80;

/// Characters of a hash in a slug; 35 bits, and it only has to tell posts of one base apart.
const HASH_CHARACTERS: usize = 7;

/// Makes the slug of each post unique among `posts`: until now it is the one that its path asks
/// for, or empty. See the module's text for the rule.
pub fn assign(posts: &mut [Post]) {
    let mut order: Vec<usize> = (0..posts.len()).collect();
    order.sort_by(|&a, &b| {
        let (a, b) = (&posts[a], &posts[b]);
        (a.root, &a.path).cmp(&(b.root, &b.path))
    });
    let mut taken: HashSet<String> = HashSet::with_capacity(posts.len());
    for index in order {
        let post = &mut posts[index];
        let mut slug = core::mem::take(&mut post.slug);
        if slug.is_empty() {
            slug = wished(&post.path);
        }
        let mut salt = None;
        while !taken.insert(slug.clone()) {
            slug = Wish::of(&post.path).hashed(salt);
            salt = Some(salt.map_or(1, |n: u32| n + 1));
        }
        post.slug = slug;
    }
}

/// Returns the slug a path asks for, before duplicates are told apart.
pub(crate) fn wished(path: &[u8]) -> String {
    Wish::of(path).slug()
}

/// What a path asks for.
struct Wish<'a> {
    path: &'a [u8],
    base: String,
    plain: bool,
}

impl<'a> Wish<'a> {
    fn of(path: &'a [u8]) -> Self {
        let cut = path.iter().rposition(|&b| b == b'/');
        let (folder, name) = match cut {
            Some(cut) => (&path[..cut], &path[cut + 1..]),
            None => (&path[..0], path),
        };
        let (stem, extension) = split_extension(name);
        let bundle = matches!(stem, b"index" | b"_index") && !folder.is_empty();
        let stem = if bundle {
            folder.rsplit(|&b| b == b'/').next().unwrap_or(stem)
        } else {
            stem
        };
        let stem = String::from_utf8_lossy(stem);
        let base = clean(&stem);
        let plain = matches!(folder, b"" | b"_posts" | b"posts")
            && matches!(extension, b"md" | b"markdown")
            && !bundle
            && base == stem
            && !base.is_empty();
        let base = if base.is_empty() {
            "post".to_owned()
        } else {
            base
        };
        Self { path, base, plain }
    }

    fn slug(&self) -> String {
        if self.plain {
            self.base.clone()
        } else {
            self.hashed(None)
        }
    }

    fn hashed(&self, salt: Option<u32>) -> String {
        let mut hasher = Sha256::new();
        hasher.update(self.path);
        if let Some(salt) = salt {
            // No path holds a NUL byte, so a salted path is never another post's path.
            hasher.update([0]);
            hasher.update(salt.to_string());
        }
        format!("{}-{}", self.base, base32(&hasher.finalize()))
    }
}

/// Splits a file name at its last dot: the stem and the extension without the dot.
pub(crate) fn split_extension(name: &[u8]) -> (&[u8], &[u8]) {
    match name.iter().rposition(|&b| b == b'.') {
        Some(dot) => (&name[..dot], &name[dot + 1..]),
        None => (name, &[]),
    }
}

fn clean(stem: &str) -> String {
    let mut base = String::with_capacity(stem.len());
    let mut length = 0;
    let mut gap = false;
    for c in stem.chars() {
        if !stays(c) {
            gap = true;
            continue;
        }
        if gap && !base.is_empty() && !base.ends_with('-') && c != '-' {
            base.push('-');
            length += 1;
        }
        gap = false;
        if length >= MAX_BASE {
            break;
        }
        base.push(c);
        length += 1;
    }
    base.trim_matches(['-', '.']).to_owned()
}

fn stays(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.' | '-') || is_mark(c)
}

/// Tells whether a character is in a place where the marks of scripts are.
///
/// Alphabetic marks are letters to `char::is_alphanumeric`; these ranges hold the others
/// (accents, viramas, tone marks). They are coarse on purpose: a script's own danda in a slug
/// does no harm, and a fixed table keeps slugs the same for ever. Variation selectors and the
/// marks of symbols are left out, since the symbols they belong to are.
fn is_mark(c: char) -> bool {
    const MARKS: &[(u32, u32)] = &[
        (0x300, 0x36F),
        (0x483, 0x489),
        (0x591, 0x5BD),
        (0x5BF, 0x5C7),
        (0x610, 0x61A),
        (0x64B, 0x65F),
        (0x670, 0x670),
        (0x6D6, 0x6DC),
        (0x6DF, 0x6ED),
        (0x711, 0x74A),
        (0x7A6, 0x7B0),
        (0x7EB, 0x7F3),
        (0x816, 0x82D),
        (0x859, 0x85B),
        (0x898, 0x963),
        (0x971, 0xDF3),
        (0xE31, 0xE3A),
        (0xE47, 0xE4E),
        (0xEB1, 0xECD),
        (0xF18, 0xF39),
        (0xF3E, 0xFBC),
        (0x102B, 0x103E),
        (0x1056, 0x109D),
        (0x135D, 0x135F),
        (0x1712, 0x1773),
        (0x17B4, 0x17D3),
        (0x1885, 0x18A9),
        (0x1920, 0x193B),
        (0x1A17, 0x1CF9),
        (0x1DC0, 0x1DFF),
        (0x2CEF, 0x2CF1),
        (0x2DE0, 0x2DFF),
        (0x302A, 0x302F),
        (0x3099, 0x309A),
        (0xA66F, 0xA67D),
        (0xA69E, 0xA6F1),
        (0xA802, 0xABED),
        (0xFB1E, 0xFB1E),
        (0xFE20, 0xFE2F),
        (0x10A01, 0x11EF6),
        (0x16AF0, 0x16B36),
        (0x16F4F, 0x16F92),
        (0x1E000, 0x1E94A),
        (0xE0100, 0xE01EF),
    ];
    let c = u32::from(c);
    MARKS
        .binary_search_by(|&(from, to)| {
            if to < c {
                core::cmp::Ordering::Less
            } else if from > c {
                core::cmp::Ordering::Greater
            } else {
                core::cmp::Ordering::Equal
            }
        })
        .is_ok()
}

fn base32(digest: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let bits = digest
        .iter()
        .take(8)
        .fold(0_u64, |bits, &byte| bits << 8 | u64::from(byte));
    (0..HASH_CHARACTERS)
        .map(|n| char::from(ALPHABET[(bits >> (59 - 5 * n) & 31) as usize]))
        .collect()
}

#[cfg(test)]
mod tests;
