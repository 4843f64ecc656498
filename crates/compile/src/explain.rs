//! How posts were understood, for `check --explain`.

use std::fmt::Write as _;
use std::path::Path;

use rayon::prelude::*;
use serde_json::json;

use crate::gather::Gathered;
use crate::inspect::Inspection;
use crate::post::Post;
use crate::report::escaped;

/// How all posts were understood.
#[derive(Debug)]
pub struct Explanation {
    /// What the folders were written for: how many posts, what, and why.
    folders: Vec<(usize, &'static str, String)>,
    posts: Vec<Explained>,
}

/// How one post was understood.
#[derive(Debug)]
struct Explained {
    file: String,
    form: &'static str,
    dialect: &'static str,
    title: (String, &'static str),
    date: Option<(String, &'static str)>,
    slug: String,
    tags: Vec<String>,
    categories: Vec<String>,
    authors: Vec<String>,
    source: Option<String>,
    draft: bool,
    translated: bool,
    links: Vec<String>,
    pictures: usize,
    lost: Vec<String>,
}

impl Explanation {
    /// Looks at posts that were gathered.
    pub(crate) fn of(inspection: &Inspection<'_>, gathered: &Gathered<'_>) -> Self {
        let mut folders: Vec<(usize, &'static str, String)> = Vec::new();
        for post in &gathered.posts {
            let path = String::from_utf8_lossy(&post.path);
            let (dialect, why) = gathered.dialects.reason(post.root, Path::new(&*path));
            let known = folders
                .iter_mut()
                .find(|(_, name, reason)| *name == dialect.name() && *reason == why);
            match known {
                Some((count, _, _)) => *count += 1,
                None => folders.push((1, dialect.name(), why)),
            }
        }
        folders.sort_by_key(|(count, _, _)| core::cmp::Reverse(*count));
        let mut posts: Vec<Explained> = gathered
            .posts
            .par_iter()
            .map(|post| Explained::of(post, inspection))
            .collect();
        posts.sort_by(|a, b| a.file.cmp(&b.file));
        Self { folders, posts }
    }

    /// For people: first the folders, then post by post.
    pub fn human(&self) -> impl Iterator<Item = String> {
        let folders = self.folders.iter().map(|(count, dialect, why)| {
            let posts = crate::error::count(*count, "post");
            format!("{posts} read as {dialect}: {}\n", escaped(why))
        });
        folders.chain(self.posts.iter().map(Explained::human))
    }

    /// For programs: one JSON object a post.
    pub fn json(&self) -> impl Iterator<Item = String> {
        self.posts.iter().map(Explained::json)
    }
}

impl Explained {
    fn of(post: &Post, inspection: &Inspection<'_>) -> Self {
        let seen = inspection.see(post);
        let lost = seen.lost.into_iter().map(|lost| lost.name);
        Self {
            file: inspection.file(post),
            form: post.form.name(),
            dialect: post.dialect.name(),
            title: (post.title.clone(), post.told.title),
            date: post
                .date
                .as_ref()
                .map(|date| (date.iso.clone(), post.told.date)),
            slug: post.slug.clone(),
            tags: post.tags.clone(),
            categories: post.categories.clone(),
            authors: post.authors.clone(),
            source: post.source.clone(),
            draft: post.draft,
            translated: seen.translated,
            links: seen.posts,
            pictures: seen.pictures,
            lost: lost
                .chain(seen.broken.into_iter().map(|(address, _)| address))
                .collect(),
        }
    }

    fn human(&self) -> String {
        let mut out = format!("\n{}\n", escaped(&self.file));
        let mut line = |name: &str, value: &str| {
            if !value.is_empty() {
                let _ = writeln!(out, "  {name:<11}{}", escaped(value));
            }
        };
        let words = if self.translated {
            ", its own words translated"
        } else {
            ""
        };
        line(
            "read as",
            &format!("{} of {}{words}", self.form, self.dialect),
        );
        line(
            "title",
            &format!("{} (from {})", self.title.0, self.title.1),
        );
        match &self.date {
            Some((date, told)) => line("date", &format!("{date} (from {told})")),
            None => line("date", "none"),
        }
        line("slug", &self.slug);
        line("tags", &self.tags.join(", "));
        if self.categories != self.tags {
            line("categories", &self.categories.join(", "));
        }
        line("authors", &self.authors.join(", "));
        line("source", self.source.as_deref().unwrap_or_default());
        line(
            "draft",
            if self.draft {
                "yes; `--drafts` publishes it"
            } else {
                ""
            },
        );
        line("leads to", &self.links.join(", "));
        if self.pictures > 0 {
            line("pictures", &format!("{} of the archive", self.pictures));
        }
        line("not found", &self.lost.join(", "));
        out
    }

    fn json(&self) -> String {
        let date = self.date.as_ref();
        json!({
            "file": self.file,
            "form": self.form,
            "dialect": self.dialect,
            "title": self.title.0,
            "title_from": self.title.1,
            "date": date.map(|(date, _)| date),
            "date_from": date.map(|(_, told)| told),
            "slug": self.slug,
            "tags": self.tags,
            "categories": self.categories,
            "authors": self.authors,
            "source": self.source,
            "draft": self.draft,
            "translated": self.translated,
            "leads_to": self.links,
            "pictures": self.pictures,
            "not_found": self.lost,
        })
        .to_string()
            + "\n"
    }
}
