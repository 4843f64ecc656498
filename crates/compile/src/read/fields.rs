//! What the keys of front matter mean.
//!
//! Keys are compared without case. Each is used once; what is not used, or could not be, stays in
//! [`Fields::rest`] as it was.

use core::ops::Range;

use serde_json::{Map, Value as Json};

use super::clean::{one_line, without_html};
use super::values::{Names, author, labels, language_tag, only_scalar};
use crate::date::{self, Unreadable};
use crate::dialect::Dialect;
use crate::front_matter::{Entry, Node, Problems, Value};
use crate::post::PostDate;

/// Code of values that are not of the kind their key asks for.
const KIND: &str = "front-matter-value";

/// Keys that hold the day of a post, the surest first.
const DATES: &[&str] = &[
    "date",
    "published",
    "publishdate",
    "pubdate",
    "pubdatetime",
    "published_at",
    "publishedat",
    "date created",
    "date_created",
    "date-created",
    "created",
    "created_at",
    "createdat",
    "creation date",
];

/// Words for days that Eleventy takes from git or the disk.
const GIT_DATES: &[&str] = &[
    "git last modified",
    "git created",
    "last modified",
    "created",
];

/// Keys of a map that holds several dates, the surest first.
const IN_DATE: &[&str] = &["published", "created", "date"];

/// The date in a map of several: `date: {created: 2024-07-02, updated: 2024-07-05}`.
fn published_in(node: &Node) -> Option<&str> {
    let Value::Map(entries) = &node.value else {
        return None;
    };
    let of = |key: &&str| entries.iter().find(|entry| entry.key == **key);
    only_scalar(&IN_DATE.iter().find_map(of)?.node)
}

/// The entries of a front matter, from which known keys are taken one by one.
pub(super) struct Fields<'a, 'b> {
    entries: Vec<Option<Entry>>,
    /// Each entry's key in lower case.
    keys: Vec<String>,
    places: Vec<Range<usize>>,
    problems: &'a mut Problems<'b>,
    /// Whether `tags: two words` are two.
    words: bool,
}

impl<'a, 'b> Fields<'a, 'b> {
    pub(super) fn new(
        entries: Vec<Entry>,
        dialect: Dialect,
        problems: &'a mut Problems<'b>,
    ) -> Self {
        Self {
            // As Jekyll and Obsidian have it; to the others one string is one tag.
            words: matches!(
                dialect,
                Dialect::Plain | Dialect::Jekyll | Dialect::Obsidian
            ),
            keys: entries
                .iter()
                .map(|e| e.key.trim().to_lowercase())
                .collect(),
            places: entries.iter().map(|e| e.place.clone()).collect(),
            entries: entries.into_iter().map(Some).collect(),
            problems,
        }
    }

    /// Returns where a key stands, used or not.
    pub(super) fn place(&self, key: &str) -> Option<Range<usize>> {
        let index = self.keys.iter().position(|known| known == key)?;
        Some(self.places[index].clone())
    }

    pub(super) fn title(&mut self) -> Option<String> {
        let index = self.find("title")?;
        let entry = self.entries[index].as_ref()?;
        let title = match &entry.node.value {
            Value::List(items) => {
                let items: Vec<&str> = items.iter().filter_map(Node::scalar).collect();
                one_line(&items.join(", "))
            }
            _ => one_line(&without_html(entry.node.scalar().unwrap_or_default())),
        };
        if title.is_empty() {
            // A map is no title, and stays as it is.
            if !matches!(entry.node.value, Value::Map(_)) {
                self.entries[index] = None;
            }
            return None;
        }
        self.entries[index] = None;
        Some(title)
    }

    /// Reads the date; the first key that holds one wins. Returns the key, too.
    pub(super) fn date(&mut self) -> Option<(PostDate, &'static str)> {
        for key in DATES {
            let Some(index) = self.find(key) else {
                continue;
            };
            let Some(Entry { node, .. }) = &self.entries[index] else {
                continue;
            };
            let Some(text) = only_scalar(node).or_else(|| published_in(node)) else {
                if node.is_null() {
                    self.entries[index] = None;
                } else if *key == "date" {
                    let place = node.place.clone();
                    self.say_unreadable(place, "a date that is no text".to_owned());
                }
                continue;
            };
            let place = node.place.clone();
            match date::read(text) {
                Ok(read) => {
                    // A map may say more than this.
                    if !matches!(node.value, Value::Map(_)) {
                        self.entries[index] = None;
                    }
                    if let Some(zone) = read.unknown_zone {
                        self.problems.at(
                            "date-zone",
                            place,
                            format!(
                                "the time zone `{zone}` is not known; the time is taken as UTC"
                            ),
                            "write the distance from UTC, as in 2024-07-02 08:30:00 +0800",
                        );
                    }
                    return Some((read.date, key));
                }
                Err(_) if *key != "date" => {}
                // What Eleventy looks up itself.
                Err(_) if GIT_DATES.contains(&text.trim().to_ascii_lowercase().as_str()) => {}
                Err(why) => {
                    let text = one_line(text);
                    let shown = text.chars().take(60).collect::<String>();
                    let message = match why {
                        Unreadable::Impossible => format!("`{shown}` is no date that exists"),
                        Unreadable::Unknown => format!("`{shown}` can't be read as a date"),
                    };
                    self.say_unreadable(place, message);
                }
            }
        }
        None
    }

    fn say_unreadable(&mut self, place: Range<usize>, message: String) {
        self.problems.at(
            "date-unreadable",
            place,
            message,
            "write it like 2024-07-02 or 2024-07-02T08:30:00+08:00; the date in the file's name \
             is used if there is one",
        );
    }

    /// Reads the date that Zola keeps in `path`; the key stays.
    pub(super) fn date_of_path(&self) -> Option<PostDate> {
        let entry = self.entries[self.find("path")?].as_ref()?;
        date::of_address(entry.node.scalar()?)
    }

    pub(super) fn authors(&mut self) -> Vec<String> {
        let mut names = Names::default();
        for key in ["author", "authors"] {
            self.take_list(key, author, &mut names);
        }
        self.take_taxonomy("authors", author, &mut names);
        names.list
    }

    pub(super) fn tags(&mut self) -> Vec<String> {
        self.labels("tag", "tags")
    }

    pub(super) fn categories(&mut self) -> Vec<String> {
        self.labels("category", "categories")
    }

    /// Reads labels from the singular and the plural key and from `taxonomies`. One string under the
    /// plural key is several words where the dialect has it so.
    fn labels(&mut self, one: &str, many: &str) -> Vec<String> {
        let words = self.words;
        let mut names = Names::default();
        self.take_list(one, |node, into| labels(node, false, into), &mut names);
        self.take_list(many, |node, into| labels(node, words, into), &mut names);
        self.take_taxonomy(many, |node, into| labels(node, words, into), &mut names);
        names.list
    }

    /// Returns the address of the original: the first that looks like one, else the first given.
    pub(super) fn source(&mut self) -> Option<String> {
        let mut first = None;
        for key in ["from", "source", "link", "canonical_url", "original_url"] {
            let Some(index) = self.find(key) else {
                continue;
            };
            let Some(entry) = &self.entries[index] else {
                continue;
            };
            let Some(text) = entry.node.scalar().map(one_line).filter(|t| !t.is_empty()) else {
                if entry.node.is_null() || entry.node.scalar().is_some() {
                    self.entries[index] = None;
                }
                continue;
            };
            let lower = text.get(..8).unwrap_or(&text).to_ascii_lowercase();
            if lower.starts_with("http://") || lower.starts_with("https://") {
                self.entries[index] = None;
                return Some(text);
            }
            first.get_or_insert((index, text));
        }
        let (index, text) = first?;
        self.entries[index] = None;
        Some(text)
    }

    pub(super) fn lang(&mut self) -> Option<String> {
        for key in ["lang", "language", "locale"] {
            let Some(index) = self.find(key) else {
                continue;
            };
            let entry = self.entries[index].as_ref();
            if let Some(tag) = entry.and_then(|e| e.node.scalar()).and_then(language_tag) {
                self.entries[index] = None;
                return Some(tag);
            }
        }
        None
    }

    pub(super) fn draft(&mut self) -> bool {
        let draft = self.take_truth("draft") == Some(true);
        let unpublished = self.take_truth("published") == Some(false);
        let kept_back = self.take_truth("publish") == Some(false);
        draft || unpublished || kept_back
    }

    fn take_truth(&mut self, key: &str) -> Option<bool> {
        let index = self.find(key)?;
        let text = self.entries[index].as_ref()?.node.scalar()?;
        let value = match text.trim().to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "y" | "1" => true,
            "false" | "no" | "off" | "n" | "0" => false,
            _ => return None,
        };
        self.entries[index] = None;
        Some(value)
    }

    /// Returns every key that was not used.
    pub(super) fn rest(&mut self) -> Map<String, Json> {
        self.entries
            .drain(..)
            .flatten()
            .map(|entry| (entry.key, entry.node.into_json()))
            .collect()
    }

    fn find(&self, key: &str) -> Option<usize> {
        let unused = |index: &usize| self.entries[*index].is_some();
        let mut same = (0..self.keys.len())
            .filter(|&index| self.keys[index] == key)
            .filter(unused);
        let first = same.next()?;
        let exact = |index: &usize| self.entries[*index].as_ref().is_some_and(|e| e.key == key);
        core::iter::once(first)
            .chain(same)
            .find(exact)
            .or(Some(first))
    }

    fn take_list(
        &mut self,
        key: &str,
        read: impl Fn(&Node, &mut Names) -> Result<(), Range<usize>>,
        into: &mut Names,
    ) {
        let Some(index) = self.find(key) else { return };
        let Some(entry) = &self.entries[index] else {
            return;
        };
        match read(&entry.node, into) {
            Ok(()) => {
                if entry.node.is_null() {
                    self.problems.say_comment(key, entry.place.end);
                }
                self.entries[index] = None;
            }
            Err(place) => self.problems.at(
                KIND,
                place,
                format!("a map in `{key}`, which holds a text or a list of texts"),
                "put the text in quotes",
            ),
        }
    }

    fn take_taxonomy(
        &mut self,
        key: &str,
        read: impl Fn(&Node, &mut Names) -> Result<(), Range<usize>>,
        into: &mut Names,
    ) {
        let Some(index) = self.find("taxonomies") else {
            return;
        };
        let Some(entry) = &mut self.entries[index] else {
            return;
        };
        let Value::Map(inside) = &mut entry.node.value else {
            return;
        };
        inside.retain(|entry| entry.key != key || read(&entry.node, into).is_err());
        if inside.is_empty() {
            self.entries[index] = None;
        }
    }
}
