//! The posts as plain pages, for search tools that index HTML: the same title, authors, tags and
//! visible text that are searched here.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use rayon::prelude::*;

use crate::Result;
use crate::archive::Post;

/// Pages of a folder.
const FOLDER: usize = 1_000;

/// Writes one page a post; its name is the post's id.
pub(crate) fn write(posts: &[Post], folder: &Path) -> Result<()> {
    let chunks = posts.par_chunks(FOLDER).enumerate();
    chunks.try_for_each(|(number, posts)| {
        let folder = folder.join(number.to_string());
        let failed = |error| format!("cannot write {}: {error}", folder.display());
        fs::create_dir_all(&folder).map_err(failed)?;
        for (id, post) in (number * FOLDER..).zip(posts) {
            fs::write(folder.join(format!("{id}.html")), page(post)).map_err(failed)?;
        }
        Ok(())
    })
}

/// The id in a page's address.
pub(crate) fn id(address: &str) -> Option<u32> {
    let name = address.rsplit('/').next()?;
    name.strip_suffix(".html").unwrap_or(name).parse().ok()
}

fn page(post: &Post) -> String {
    let title = escaped(&post.title);
    let mut page = format!(
        "<!doctype html>\n<html lang=\"zh\">\n<meta charset=\"utf-8\">\n<title>{title}</title>\n\
         <body>\n<main data-pagefind-body>\n<h1>{title}</h1>\n"
    );
    for author in &post.authors {
        let _ = writeln!(page, "<p data-pagefind-meta=author>{}</p>", escaped(author));
    }
    for tag in &post.tags {
        let _ = writeln!(page, "<p data-pagefind-filter=tag>{}</p>", escaped(tag));
    }
    for block in post.text.lines() {
        let _ = writeln!(page, "<p>{}</p>", escaped(block));
    }
    page.push_str("</main>\n");
    page
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}
