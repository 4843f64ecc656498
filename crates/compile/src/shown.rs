//! What is rendered of posts that say things in a way of their own.
//!
//! A bundle keeps every source byte for byte. Where a dialect has words that Markdown has not
//! (wikilinks, tags that name other posts, a page of HTML, plain text), the compiler translates
//! them, as only it knows the other posts; readers render the translation. Code is never touched,
//! and what is not understood stays as it stands.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::path::PathBuf;

use crate::cache::{Key, Names};
use crate::dialect::{Dialect, Form};
use crate::links::Links;
use crate::names::{Asked, Kind, number};
use crate::post::Post;

mod alerts;
mod attributes;
pub(crate) mod code;
mod containers;
mod footnotes;
mod mdx;
mod obsidian;
pub(crate) mod page;
pub(crate) mod places;
mod tags;
mod text;

pub(crate) use obsidian::inline_tags;

/// Files beside the posts, by their names.
#[derive(Debug, Default)]
pub(crate) struct Others {
    /// Paths by posts folder and lower-case name.
    names: HashMap<(usize, String), Vec<String>>,
    /// What each file is called.
    called: Vec<Names>,
}

/// What a translation looks things up in.
#[derive(Debug)]
pub(crate) struct Around<'a> {
    pub(crate) post: &'a Post,
    pub(crate) links: &'a Links,
    pub(crate) others: &'a Others,
    /// What was looked up.
    pub(crate) asked: &'a Asked,
    /// What was named and is not there.
    pub(crate) lost: RefCell<Vec<Lost>>,
}

/// Something that a post names and the archive has not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lost {
    /// Offset in the post's text.
    pub(crate) at: usize,
    /// As it is named.
    pub(crate) name: String,
    /// Whether it should be shown, not led to.
    pub(crate) embedded: bool,
}

/// The Markdown that is rendered instead of a post's body, where it is another.
pub(crate) fn of(around: &Around<'_>) -> Option<String> {
    let post = around.post;
    let body = post.text.get(post.body..).unwrap_or_default();
    let mut shown = match post.form {
        Form::Html => return Some(page::markdown(body)),
        Form::Text => return Some(text::markdown(body)),
        Form::Mdx => Cow::Owned(mdx::markdown(body, &|name| stated(post, name))),
        Form::Markdown => Cow::Borrowed(body),
    };
    match post.dialect {
        Dialect::Obsidian => shown = Cow::Owned(obsidian::markdown(&shown, around)),
        Dialect::Jekyll | Dialect::Hexo | Dialect::Hugo | Dialect::Zola
            if shown.contains("{%") || shown.contains("{{") =>
        {
            shown = Cow::Owned(tags::markdown(&shown, around));
        }
        _ => {}
    }
    if post.dialect == Dialect::Eleventy
        && let Some(translated) = attributes::markdown(&shown)
    {
        shown = Cow::Owned(translated);
    }
    if post.dialect != Dialect::Obsidian
        && let Some(translated) = alerts::markdown(&shown, post.dialect == Dialect::Hugo)
    {
        shown = Cow::Owned(translated);
    }
    if let Some(translated) = containers::markdown(&shown) {
        shown = Cow::Owned(translated);
    }
    (shown != body).then(|| shown.into_owned())
}

/// What the front matter of a post states under a name.
fn stated(post: &Post, name: &str) -> Option<String> {
    match name {
        "title" => Some(post.title.clone()),
        _ => Some(post.extra.get(name)?.as_str()?.to_owned()),
    }
}

impl Others {
    /// Takes in paths that are in order.
    pub(crate) fn of(others: &[(usize, PathBuf)]) -> Self {
        let mut names: HashMap<_, Vec<String>> = HashMap::new();
        let mut called = Vec::with_capacity(others.len());
        for (root, path) in others {
            let Some(path) = path.to_str() else { continue };
            let name = path.rsplit('/').next().unwrap_or_default().to_lowercase();
            called.push(Names {
                key: Key::of(&(root, path)),
                numbers: vec![number(Kind::Other, *root, &name)],
            });
            names
                .entry((*root, name))
                .or_default()
                .push(path.to_owned());
        }
        Self { names, called }
    }

    /// What each file is called.
    pub(crate) fn called(&self) -> &[Names] {
        &self.called
    }

    /// The file of this name, or with this end of its path, that is nearest to a post.
    pub(crate) fn find(&self, post: &Post, name: &str, asked: &Asked) -> Option<&str> {
        let name = name.trim_start_matches('/').to_lowercase();
        let last = name.rsplit('/').next().unwrap_or_default().to_owned();
        asked.note(Kind::Other, post.root, &last);
        let found = self.names.get(&(post.root, last))?;
        nearest(&post.path, &name, found.iter().map(String::as_str))
    }
}

/// Of paths with this end, the one in the post's own folder, else the shortest.
pub(crate) fn nearest<'a>(
    from: &[u8],
    end: &str,
    paths: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let from = String::from_utf8_lossy(from);
    let own = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    paths
        .filter(|path| {
            let path = path.to_lowercase();
            path == end || (path.ends_with(end) && path[..path.len() - end.len()].ends_with('/'))
        })
        .min_by_key(|path| {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            (folder != own, path.len(), *path)
        })
}

/// The address of a file of the posts folder, as it may stand between angle brackets or round ones.
pub(crate) fn address(path: &str) -> String {
    let mut out = String::with_capacity(path.len() + 8);
    out.push('/');
    for c in path.chars() {
        let plain = c.is_ascii_alphanumeric() || "/-_.~".contains(c) || c.is_alphanumeric();
        if plain {
            out.push(c);
        } else {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                out.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    out
}

/// A word as it stands at the beginning of a title.
fn capital(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// Code of a language between fences that it does not hold.
fn fenced(code: &str, language: &str) -> String {
    let fence = fence(code);
    let code = code.trim_matches(['\n', '\r']);
    format!("{fence}{language}\n{code}\n{fence}")
}

fn fence(inner: &str) -> String {
    let mut longest = 2;
    let mut run = 0;
    for c in inner.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    "`".repeat(longest + 1)
}

/// Text that Markdown shall take as it is.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if "\\`*_[]<>&~|!$".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
