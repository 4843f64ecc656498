//! What an archivist wants to know beyond what reading the posts tells: dead links, lost pictures,
//! damaged text, copies.
//!
//! Nothing here changes what is published. A post is looked at as readers will see it, so that
//! what is found is what they would find.

use std::cell::RefCell;
use std::path::PathBuf;

use rayon::prelude::*;
use shelfmark_markdown::{Context, Known, VisibleText};

use crate::diagnostic::Diagnostic;
use crate::dialect::Dialect;
use crate::links::Links;
use crate::names::Asked;
use crate::pictures::Pictures;
use crate::post::Post;
use crate::progress::Progress;
use crate::render::Document;
use crate::shown::{self, Around, Others};
use crate::source::typed;

mod copies;
mod dates;
mod html;
mod text;

/// Problems of one kind that are told of one post.
const MOST: usize = 20;

/// What posts are looked at with.
#[derive(Debug)]
pub(crate) struct Inspection<'a> {
    /// The posts folders, as they were given.
    pub(crate) roots: &'a [PathBuf],
    pub(crate) links: Links,
    pub(crate) others: &'a Others,
    pub(crate) pictures: Pictures,
    /// Milliseconds since 1970.
    pub(crate) now: i64,
}

impl Inspection<'_> {
    /// Looks at all posts, which are in the order of their ids.
    pub(crate) fn all(&self, posts: &[Post], progress: &Progress) -> Vec<Diagnostic> {
        progress.step("looking at posts", posts.len());
        let found: Vec<Vec<Diagnostic>> = posts
            .par_iter()
            .map(|post| {
                let found = if progress.go_on().is_ok() {
                    self.one(post)
                } else {
                    Vec::new()
                };
                progress.add(1);
                found
            })
            .collect();
        let mut found: Vec<Diagnostic> = found.into_iter().flatten().collect();
        found.extend(copies::of(posts, &|post| self.file(post)));
        found.sort_by(|a, b| a.file.cmp(&b.file));
        found
    }

    /// Path of a post as the user would type it.
    pub(crate) fn file(&self, post: &Post) -> String {
        typed(self.roots, post.root, &String::from_utf8_lossy(&post.path))
    }

    fn one(&self, post: &Post) -> Vec<Diagnostic> {
        let file = self.file(post);
        let mut found = Vec::new();
        let seen = self.see(post);
        for lost in &seen.lost {
            found.push(lost_name(post, &file, lost));
        }
        for (address, lack) in &seen.broken {
            found.push(broken(post, &file, address, *lack));
        }
        found.truncate(MOST);
        text::look(post, &file, &mut found);
        html::look(post, &file, &mut found);
        dates::look(post, &file, self.now, &mut found);
        found
    }

    /// Renders a post and keeps what led nowhere.
    pub(crate) fn see(&self, post: &Post) -> Seen {
        let around = Around {
            post,
            links: &self.links,
            others: self.others,
            asked: &Asked::default(),
            lost: RefCell::default(),
        };
        let shown = shown::of(&around);
        let body = post.text.get(post.body..).unwrap_or_default();
        let looking = Looking {
            around: &around,
            pictures: &self.pictures,
            seen: RefCell::default(),
        };
        let context = Context {
            title: &post.title,
            source: post.source.as_deref(),
            known: Some(&looking),
        };
        let document = Document::parse(shown.as_deref().unwrap_or(body));
        document.walk(context, &mut VisibleText::new());
        let mut seen = looking.seen.into_inner();
        seen.translated = shown.is_some();
        seen.lost = around.lost.into_inner();
        // What was named by a word of the dialect is told by its own name.
        let lost = &seen.lost;
        seen.broken.retain(|(address, _)| {
            !lost
                .iter()
                .any(|lost| shown::address(&lost.name).contains(address.trim_start_matches('/')))
        });
        seen
    }
}

/// What an address of a post leads to that the archive does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lack {
    /// A post, or nothing that is known.
    Page,
    /// A picture.
    Picture,
    /// A file beside the posts: an archive shows pictures, and has links to posts alone.
    File,
}

/// What was met in one post.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Whether its body was translated.
    pub(crate) translated: bool,
    /// Slugs of posts that it leads to.
    pub(crate) posts: Vec<String>,
    /// Pictures of the archive that it shows.
    pub(crate) pictures: usize,
    /// Names that lead nowhere.
    pub(crate) lost: Vec<shown::Lost>,
    /// Addresses that lead nowhere, and what should be there.
    pub(crate) broken: Vec<(String, Lack)>,
}

#[derive(Debug)]
struct Looking<'a> {
    around: &'a Around<'a>,
    pictures: &'a Pictures,
    seen: RefCell<Seen>,
}

impl Looking<'_> {
    /// Whether an address should lead to something of the archive.
    fn is_own(&self, address: &str) -> bool {
        let page = address.split(['#', '?']).next().unwrap_or_default();
        // Posts that were copied from a site have addresses of that site.
        let copied = self.around.post.source.is_some() && !page.starts_with("@/");
        let scheme = page.split('/').next().unwrap_or_default();
        let template = address.contains(['{', '<', '$', '|', '\\']);
        !page.is_empty() && !copied && !scheme.contains(':') && !page.starts_with("//") && !template
    }

    fn lose(&self, address: &str, lack: Lack) {
        let mut seen = self.seen.borrow_mut();
        if !seen.broken.iter().any(|(known, _)| known == address) {
            seen.broken.push((address.to_owned(), lack));
        }
    }
}

impl Known for Looking<'_> {
    fn post(&self, address: &str) -> Option<String> {
        let around = self.around;
        if around
            .links
            .find_id(around.post, address, around.asked)
            .is_some()
        {
            let slug = around
                .links
                .find(around.post, address, around.asked)?
                .to_owned();
            self.seen.borrow_mut().posts.push(slug.clone());
            return Some(slug);
        }
        let page = address.split(['#', '?']).next().unwrap_or_default();
        let page = shelfmark_markdown::percent_decoded(page);
        let is_top = page.trim_matches(['/', '.']).is_empty();
        if self.is_own(address) && !is_top {
            let file = around.others.find(around.post, &page, around.asked);
            let is_file = file.is_some() || self.pictures.has(around.post, address);
            self.lose(address, if is_file { Lack::File } else { Lack::Page });
        }
        None
    }

    fn picture(&self, address: &str) -> Option<u32> {
        if self.pictures.has(self.around.post, address) {
            self.seen.borrow_mut().pictures += 1;
        } else if self.is_own(address) {
            self.lose(address, Lack::Picture);
        }
        None
    }
}

fn lost_name(post: &Post, file: &str, lost: &shown::Lost) -> Diagnostic {
    let name = &lost.name;
    let (code, message, help) = if lost.embedded {
        (
            "picture-missing",
            format!("`{name}` should be shown here and is not among the files"),
            MISSING,
        )
    } else {
        ("link-broken", format!("no post is called `{name}`"), BROKEN)
    };
    let start = post.body + lost.at;
    // After an earlier translation places may have moved.
    let window = post.text.get(start..).unwrap_or_default();
    let start = window.find(name.as_str()).map_or(start, |at| start + at);
    // A note that is named before it is written is how vaults grow.
    let unwritten = post.dialect == Dialect::Obsidian && !lost.embedded;
    let told = if unwritten {
        Diagnostic::note(code, file, message)
    } else {
        Diagnostic::warning(code, file, message)
    };
    told.help(help).at(&post.text, start..start + name.len())
}

const BROKEN: &str = "write the path of the file or its name, or take the link away";
const LEFT_OUT: &str = "pictures are shown where a post has them; put other files where they stay, and link to \
     their whole address";
const MISSING: &str = "put the file beside the posts, or name its folder with `--assets`";

fn broken(post: &Post, file: &str, address: &str, lack: Lack) -> Diagnostic {
    let problem = match lack {
        Lack::Picture => {
            let message = format!("there is no picture `{address}`");
            Diagnostic::warning("picture-missing", file, message).help(MISSING)
        }
        Lack::Page => {
            let message = format!("`{address}` leads to nothing in the archive");
            Diagnostic::warning("link-broken", file, message).help(BROKEN)
        }
        Lack::File => {
            let message = format!("`{address}` is there, but nothing leads to files in an archive");
            Diagnostic::warning("file-left-out", file, message).help(LEFT_OUT)
        }
    };
    let body = post.text.get(post.body..).unwrap_or_default();
    let mut places = body.match_indices(address).map(|(at, _)| at);
    let first = places.clone().next();
    let opened = |at: &usize| body[..*at].ends_with(['(', '<', '"', '\'', '=', ' ']);
    match places.find(opened).or(first) {
        Some(at) => problem.at(&post.text, post.body + at..post.body + at + address.len()),
        None => problem,
    }
}
