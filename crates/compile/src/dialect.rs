//! What a folder of posts was written for, and what a file is written in.
//!
//! A [`Dialect`] is a family of conventions: how links name other posts, which tags stand in the
//! text, what a note without a title is called. It is told per folder (`detect.rs`) or stated in
//! `shelfmark.toml`. A [`Form`] is what the bytes are, and told by the file's name alone.

use serde::Deserialize;

mod detect;
mod site;

pub(crate) use detect::{Dialects, Looks, look};
pub(crate) use site::{Site, of_folder, stated, tells_dialect};

/// The program that a folder of posts was written for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// None that leaves a mark.
    #[default]
    Plain,
    /// Jekyll: `_posts`, names that begin with a day, Liquid.
    Jekyll,
    /// Hugo: page bundles, shortcodes; blogdown too.
    Hugo,
    /// Zola: TOML front matter, `@/` links.
    Zola,
    /// Hexo: `source/_posts`, tag plug-ins.
    Hexo,
    /// Eleventy.
    Eleventy,
    /// Astro: content collections, MDX.
    Astro,
    /// Obsidian: wikilinks, embeds, callouts.
    Obsidian,
}

impl Dialect {
    /// All of them; of two that are equally likely the first is taken.
    pub(crate) const ALL: [Self; 8] = [
        Self::Plain,
        Self::Jekyll,
        Self::Hugo,
        Self::Zola,
        Self::Hexo,
        Self::Obsidian,
        Self::Astro,
        Self::Eleventy,
    ];

    /// Its name for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain files",
            Self::Jekyll => "Jekyll",
            Self::Hugo => "Hugo",
            Self::Zola => "Zola",
            Self::Hexo => "Hexo",
            Self::Eleventy => "Eleventy",
            Self::Astro => "Astro",
            Self::Obsidian => "Obsidian",
        }
    }
}

/// What a file is written in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Form {
    /// Markdown, with or without front matter.
    #[default]
    Markdown,
    /// Markdown with JSX in it.
    Mdx,
    /// A page of HTML.
    Html,
    /// Text that means itself.
    Text,
}

impl Form {
    /// Told by the ending of a file's name.
    #[must_use]
    pub fn of(path: &[u8]) -> Self {
        let (_, ending) = crate::slug::split_extension(path);
        match ending.to_ascii_lowercase().as_slice() {
            b"mdx" => Self::Mdx,
            b"html" | b"htm" | b"xhtml" => Self::Html,
            b"txt" | b"text" => Self::Text,
            _ => Self::Markdown,
        }
    }

    /// Its name for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Markdown => "Markdown",
            Self::Mdx => "MDX",
            Self::Html => "HTML",
            Self::Text => "plain text",
        }
    }
}

#[cfg(test)]
mod tests;
