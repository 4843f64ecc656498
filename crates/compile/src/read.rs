//! Turns the bytes of one file into a post: decoding, front matter, and what its keys mean.
//!
//! A pure function, without file system or clock. Nothing makes a post fail: what can't be read
//! is replaced by the next best thing (the body's heading, the file's name) and said in a
//! warning. Keys that are not known are kept as they are.

mod clean;
mod fields;
mod title;
mod values;

use crate::diagnostic::Diagnostic;
use crate::post::{Post, SourceFile};
use crate::{date, encoding, front_matter, slug, source};
use fields::Fields;
use front_matter::Problems;

/// Reads one file; the warnings are in the order in which they were found.
///
/// The slug is the one the path asks for; `slug::assign` makes it unique.
#[must_use]
pub fn read_post(file: &SourceFile) -> (Post, Vec<Diagnostic>) {
    let mut list = Vec::new();
    let path = source::path_bytes(&file.path);
    let decoded = encoding::decode(&file.bytes, &file.shown, &mut list);
    let text = decoded.text;
    let mut problems = Problems::new(&file.shown, &text, &mut list);
    let front_matter = front_matter::read(&text, decoded.start, &mut problems);
    let body = front_matter.body;
    let mut fields = Fields::new(front_matter.entries, &mut problems);

    let stem = String::from_utf8_lossy(title::stem(&path));
    let named = date::of_name(&stem);
    let stated_title = fields.title();
    let date = fields
        .date()
        .or_else(|| named.as_ref().map(|(date, _)| date.clone()))
        .or_else(|| fields.date_of_path());
    let authors = fields.authors();
    let tags = fields.tags();
    let categories = fields.categories();
    let source = fields.source();
    let lang = fields.lang();
    let draft = fields.draft() || in_drafts(&path);
    let title_place = fields.place("title");
    let extra = fields.rest();

    let title = stated_title
        .or_else(|| title::heading(&text[body..]))
        .unwrap_or_else(|| {
            let title = title::of_path(&path, named.as_ref().map(|(_, rest)| *rest));
            say_title_missing(&title, title_place, &mut problems);
            title
        });
    if date.is_none() {
        say_date_missing(&mut problems);
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
        text,
    };
    (post, list)
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
