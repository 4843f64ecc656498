//! A post as the compiler knows it, between reading and writing.

use std::path::PathBuf;

use serde_json::{Map, Value};

use crate::dialect::{Dialect, Form};

/// One file found in a posts folder.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Index of the posts folder it was found in, in the order given by the user.
    pub root: usize,
    /// Path inside that folder.
    pub path: PathBuf,
    /// Path as shown in messages: folder as given, joined with `path`.
    pub shown: String,
    /// The file's bytes.
    pub bytes: Vec<u8>,
}

/// A post that was read; every field is filled with the best that could be told.
#[derive(Debug, Clone)]
pub struct Post {
    /// Index of the posts folder.
    pub root: usize,
    /// Path inside the posts folder, with `/` between folders, as the bytes of the file system.
    pub path: Vec<u8>,
    /// Stable name, unique in the archive once `slug::assign` has run over all posts.
    pub slug: String,
    /// Title in one line of plain text; never empty.
    pub title: String,
    /// Publication date.
    pub date: Option<PostDate>,
    /// Authors, in the order given.
    pub authors: Vec<String>,
    /// Tags, without empty ones and duplicates, in the order given.
    pub tags: Vec<String>,
    /// Categories, likewise.
    pub categories: Vec<String>,
    /// Address of the original (`from`, `source` or `link`), as written.
    pub source: Option<String>,
    /// BCP 47 tag from the front matter's `lang`, when stated and plausible.
    pub lang: Option<String>,
    /// Marked as draft or unpublished, or in a `_drafts` folder.
    pub draft: bool,
    /// Every other key of the front matter, kept as it is, in its order.
    pub extra: Map<String, Value>,
    /// The whole file decoded to text (equal to the bytes when they are valid UTF-8); empty of a
    /// post that is known from an earlier build and was not read for this one.
    pub text: String,
    /// Length of the text in bytes, read or not.
    pub size: usize,
    /// Byte offset in `text` where the body begins.
    pub body: usize,
    /// The file's bytes when they differ from `text` (not valid UTF-8), for `extract`.
    pub raw: Option<Vec<u8>>,
    /// What the file is written in.
    pub form: Form,
    /// The program that it was written for.
    pub dialect: Dialect,
    /// Where title and date were found.
    pub told: Told,
    /// Number of the file among those of all posts, in the order of folders and paths.
    pub file: usize,
}

/// Where things about a post were found, in words for people.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Told {
    /// Where the title was.
    pub title: &'static str,
    /// Where the date was; empty without one.
    pub date: &'static str,
}

/// A point in time as precise as the post states it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PostDate {
    /// Milliseconds since 1970-01-01T00:00:00Z; a bare day counts from its midnight in UTC.
    pub millis: i64,
    /// ISO 8601 in UTC: `2024-07-02` when only the day is known, else
    /// `2024-07-02T01:43:08Z` (with a fraction only when the post gives one).
    pub iso: String,
}
