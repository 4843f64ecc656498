//! Tags: a list of them, and their posts. Many thousand tags stay usable: the most used ones come
//! first, and any other is two steps away, by name.

use core::cmp::Reverse;

use super::files::Files;
use super::html::{Head, Site, beginning, push_attribute, push_element};
use super::lists::List;
use super::names::name;
use super::plan::{Plan, TAGS_A_PAGE, name_page};
use super::rows::Rows;
use super::texts::number;
use crate::cache::Key;
use crate::error::Error;

/// Tags on the first page when there is a list by name as well.
const MOST_USED: usize = 200;

/// Characters of a tag in a range of names.
const SHORT: usize = 24;

/// Tags, the most used first, then by name.
pub(super) fn ranked<'a>(plan: &Plan<'a>) -> impl Iterator<Item = (&'a str, usize)> {
    let mut tags: Vec<(&str, usize)> = plan
        .tags
        .iter()
        .map(|(tag, ids)| (tag.as_str(), ids.len()))
        .collect();
    tags.sort_by_key(|(_, count)| Reverse(*count));
    tags.into_iter()
}

impl Site {
    /// Writes all pages about tags.
    pub(super) fn tags(
        &self,
        plan: &Plan<'_>,
        rows: &Rows,
        files: &mut Files<'_>,
    ) -> Result<(), Error> {
        for (tag, ids) in plan.tags {
            if plan.has_pages(tag) {
                let list = List {
                    path: &format!("tags/{}", name(tag)),
                    title: &format!("#{tag}"),
                    ids,
                };
                self.list(&list, rows, files)?;
            }
        }
        let mut all: Vec<(&String, &Vec<u32>)> = Vec::new();
        if !plan.name_pages.is_empty() {
            all.extend(plan.tags);
        }
        for (page, tags) in all.chunks(TAGS_A_PAGE).enumerate() {
            self.by_name(plan, page, tags, rows, files)?;
        }
        self.all_tags(plan, &all, files)
    }

    /// Appends tags with the numbers of their posts; `up` leads to the folder of pages.
    pub(super) fn cloud<'a>(
        &self,
        out: &mut String,
        plan: &Plan<'_>,
        tags: impl Iterator<Item = (&'a str, usize)>,
        up: &str,
    ) {
        out.push_str("<ul class=\"tags\">\n");
        for (tag, count) in tags {
            out.push_str("<li>");
            let href = format!("{up}{}", plan.tag(tag));
            push_element(out, "a", &[("href", &href), ("dir", "auto")], tag);
            out.push(' ');
            push_element(out, "span", &[("class", "count")], &number(count));
            out.push_str("</li>\n");
        }
        out.push_str("</ul>\n");
    }

    /// The page that leads to all tags.
    fn all_tags(
        &self,
        plan: &Plan<'_>,
        by_name: &[(&String, &Vec<u32>)],
        files: &mut Files<'_>,
    ) -> Result<(), Error> {
        let texts = &self.texts;
        let mut out = String::new();
        push_element(&mut out, "h1", &[], texts.get("tags"));
        out.push('\n');
        if plan.tags.is_empty() {
            push_element(&mut out, "p", &[("class", "count")], texts.get("untagged"));
        } else if by_name.is_empty() {
            self.cloud(&mut out, plan, ranked(plan), "../");
        } else {
            push_element(&mut out, "h2", &[], texts.get("tags.most"));
            out.push('\n');
            self.cloud(&mut out, plan, ranked(plan).take(MOST_USED), "../");
            push_element(&mut out, "h2", &[], texts.get("tags.names"));
            out.push_str("\n<ul class=\"ranges\">\n");
            for (page, tags) in by_name.chunks(TAGS_A_PAGE).enumerate() {
                out.push_str("<li>");
                let href = name_page(page);
                push_element(&mut out, "a", &[("href", &href)], &self.range(tags));
                out.push_str("</li>\n");
            }
            out.push_str("</ul>\n");
        }
        let head = Head {
            path: "pages/tags/index.html",
            title: Some(texts.get("tags")),
            description: "",
            original: None,
        };
        files.put(head.path, self.page(head, &out).as_bytes())
    }

    /// A page of the list by name; the posts of rare tags stand there.
    fn by_name(
        &self,
        plan: &Plan<'_>,
        page: usize,
        tags: &[(&String, &Vec<u32>)],
        rows: &Rows,
        files: &mut Files<'_>,
    ) -> Result<(), Error> {
        let path = format!("pages/tags/{}", name_page(page));
        let key = files.reuses().then(|| {
            let mut keys = Vec::with_capacity(tags.len());
            for (tag, ids) in tags {
                let own = plan.has_pages(tag);
                let posts = if own { Vec::new() } else { rows.keys_of(ids) };
                keys.push((tag, own, ids.len(), posts));
            }
            Key::of(&(&path, plan.name_pages.len(), keys))
        });
        files.put_made_of(&path, key, || {
            Ok(self.name_page(plan, page, tags, rows, &path).into_bytes())
        })
    }

    fn name_page(
        &self,
        plan: &Plan<'_>,
        page: usize,
        tags: &[(&String, &Vec<u32>)],
        rows: &Rows,
        path: &str,
    ) -> String {
        let mut out = String::new();
        let title = self.range(tags);
        push_element(&mut out, "h1", &[("dir", "auto")], &title);
        out.push('\n');
        for (tag, ids) in tags {
            out.push_str("<h2");
            push_attribute(&mut out, "id", &name(tag));
            push_attribute(&mut out, "dir", "auto");
            out.push('>');
            if plan.has_pages(tag) {
                let href = format!("../{}", plan.tag(tag));
                push_element(&mut out, "a", &[("href", &href)], tag);
                out.push(' ');
                push_element(&mut out, "span", &[("class", "count")], &number(ids.len()));
                out.push_str("</h2>\n");
            } else {
                super::html::push_text(&mut out, tag);
                out.push_str("</h2>\n");
                let newest: Vec<u32> = ids.iter().rev().copied().collect();
                self.rows(&mut out, &newest, rows, "../");
            }
        }
        self.pager(&mut out, page + 1, plan.name_pages.len(), |page| {
            name_page(page - 1)
        });
        let head = Head {
            path,
            title: Some(&title),
            description: "",
            original: None,
        };
        self.page(head, &out)
    }

    /// The first and the last of some tags, in words.
    fn range(&self, tags: &[(&String, &Vec<u32>)]) -> String {
        let short = |tag: Option<&(&String, &Vec<u32>)>| {
            tag.map_or(String::new(), |(tag, _)| beginning(tag, SHORT))
        };
        let (from, to) = (short(tags.first()), short(tags.last()));
        self.texts
            .fill("tags.range", &[("from", &from), ("to", &to)])
    }
}
