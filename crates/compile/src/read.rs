//! Turns the bytes of one file into a post: decoding, front matter, and what its keys mean.
//!
//! A pure function, without file system or clock. Nothing makes a post fail: what can't be read
//! is replaced by the next best thing (the body's heading, the file's name) and said in a
//! warning. Keys that are not known are kept as they are.

mod clean;
mod fields;
mod title;
mod values;

use std::collections::HashSet;

use crate::diagnostic::{Diagnostic, Severity};
use crate::dialect::{Dialect, Form};
use crate::post::{Post, PostDate, SourceFile, Told};
use crate::shown::{inline_tags, page};
use crate::{date, encoding, front_matter, slug, source};
use fields::Fields;
use front_matter::Problems;

/// Reads one file of no dialect; see [`read_as`].
#[must_use]
pub fn read_post(file: &SourceFile) -> (Post, Vec<Diagnostic>) {
    read_as(file, Dialect::Plain)
}

/// Reads one file; the warnings are in the order in which they were found.
///
/// The slug is the one the path asks for; `slug::assign` makes it unique.
#[must_use]
pub fn read_as(file: &SourceFile, dialect: Dialect) -> (Post, Vec<Diagnostic>) {
    let mut list = Vec::new();
    let path = source::path_bytes(&file.path);
    let form = Form::of(&path);
    let decoded = encoding::decode(&file.bytes, &file.shown, &mut list);
    let text = decoded.text;
    let mut problems = Problems::new(&file.shown, &text, &mut list);
    let front_matter = front_matter::read(&text, decoded.start, &mut problems);
    let body = front_matter.body;
    let mut fields = Fields::new(front_matter.entries, dialect, &mut problems);

    let stem = String::from_utf8_lossy(title::stem(&path));
    let named = date::of_name(&stem);
    let page = match form {
        Form::Html => page::head(&text[body..]),
        _ => page::Head::default(),
    };
    let stated_title = fields.title();
    let stated_date = fields.date();
    // The note of a day was not written on the day that it was brought into the vault.
    let of_day = |key: &str| dialect == Dialect::Obsidian && key.contains("creat");
    let daily = named.as_ref().filter(|(_, rest)| rest.is_empty());
    let daily = daily.filter(|_| stated_date.as_ref().is_some_and(|(_, key)| of_day(key)));
    let (date, date_told) = first([
        ("file name", daily.map(|(date, _)| date.clone())),
        ("front matter", stated_date.map(|(date, _)| date)),
        ("the page", page.date.as_deref().and_then(date_of_page)),
        ("file name", named.as_ref().map(|(date, _)| date.clone())),
        ("the key `path`", fields.date_of_path()),
        ("folder", date_of_folder(&path)),
    ]);
    let mut authors = fields.authors();
    let mut tags = fields.tags();
    let categories = fields.categories();
    let source = fields.source().or(page.source);
    let lang = fields.lang().or_else(|| values::language_tag(&page.lang?));
    let draft = fields.draft() || in_drafts(&path);
    let title_place = fields.place("title");
    let extra = fields.rest();
    if authors.is_empty() {
        authors.extend(page.author);
    }
    if tags.is_empty() {
        tags = page
            .tags
            .map_or_else(Vec::new, |tags| values::split_labels(&tags));
    }
    match dialect {
        Dialect::Obsidian => {
            let known: HashSet<String> = tags.iter().cloned().collect();
            let inline = inline_tags(&text[body..]);
            tags.extend(inline.into_iter().filter(|tag| !known.contains(tag)));
        }
        // Names of collections, which say what a file is and not what it is about.
        Dialect::Eleventy => {
            tags.retain(|tag| !matches!(tag.as_str(), "post" | "posts" | "all" | "nav"));
        }
        _ => {}
    }

    // What a note is called is its name; a text has no headings.
    let by_name = dialect == Dialect::Obsidian || form == Form::Text;
    let heading = || match form {
        Form::Markdown | Form::Mdx if !by_name => title::heading(&text[body..]),
        _ => None,
    };
    let of_path = || {
        let whole = clean::one_line(&stem);
        if dialect == Dialect::Obsidian && form == Form::Markdown && !whole.is_empty() {
            return whole;
        }
        title::of_path(&path, named.as_ref().map(|(_, rest)| *rest))
    };
    let page_title = page.title.map(|title| clean::one_line(&title));
    let (title, title_told) = first([
        ("front matter", stated_title),
        ("the page", page_title.filter(|title| !title.is_empty())),
        ("heading", heading()),
        ("file name", by_name.then(of_path)),
    ]);
    let (title, title_told) = title.map_or_else(
        || {
            let title = of_path();
            say_title_missing(&title, title_place, &mut problems);
            (title, "file name")
        },
        |title| (title, title_told),
    );
    if date.is_none() {
        say_date_missing(&mut problems);
    }
    // Notes need no date, nor do the pages that introduce a folder.
    let timeless = dialect == Dialect::Obsidian || title::stem(&path) == b"_index";
    if let (true, Some(last)) = (timeless && date.is_none(), list.last_mut()) {
        last.severity = Severity::Note;
    }
    let post = Post {
        root: file.root,
        slug: slug::wished(&path),
        path,
        title,
        date,
        authors,
        tags,
        categories,
        source,
        lang,
        draft,
        extra,
        raw: (text.as_bytes() != file.bytes).then(|| file.bytes.clone()),
        body,
        size: text.len(),
        text,
        form,
        dialect,
        told: Told {
            title: title_told,
            date: date_told,
        },
        file: 0,
    };
    (post, list)
}

/// The first that is there, and where it was.
fn first<T, const N: usize>(found: [(&'static str, Option<T>); N]) -> (Option<T>, &'static str) {
    found
        .into_iter()
        .find_map(|(told, value)| Some((Some(value?), told)))
        .unwrap_or((None, ""))
}

/// The date of a page of HTML, if it can be read.
fn date_of_page(text: &str) -> Option<PostDate> {
    date::read(text.trim()).ok().map(|read| read.date)
}

/// The day in the names of the folders: a folder is a post (`2024-07-02-title/index.md`), or there is
/// one for each year, month and day.
fn date_of_folder(path: &[u8]) -> Option<PostDate> {
    let path = String::from_utf8_lossy(path);
    let (folders, name) = path.rsplit_once('/')?;
    let own = folders.rsplit('/').next().unwrap_or_default();
    let is_page = matches!(title::stem(name.as_bytes()), b"index" | b"_index");
    let of_own = || Some(date::of_name(own)?.0);
    let of_own = is_page.then(of_own).flatten();
    of_own.or_else(|| date::of_address(folders))
}

fn in_drafts(path: &[u8]) -> bool {
    let mut parts: Vec<&[u8]> = path.split(|&b| b == b'/').collect();
    parts.pop();
    parts.contains(&b"_drafts".as_slice())
}

fn say_title_missing(
    title: &str,
    place: Option<core::ops::Range<usize>>,
    problems: &mut Problems<'_>,
) {
    let message = format!("no title; taken from the file's name: `{title}`");
    match place {
        Some(place) => problems.at(
            "title-missing",
            place,
            message,
            "write the title after `title:`, in quotes",
        ),
        None => problems.whole(
            "title-missing",
            message,
            "add `title: ...` to the front matter",
        ),
    }
}

fn say_date_missing(problems: &mut Problems<'_>) {
    problems.whole(
        "date-missing",
        "no date; it is listed after all posts that have one",
        "add `date: 2024-07-02` to the front matter, or begin the file's name with 2024-07-02-",
    );
}

#[cfg(test)]
mod tests;
