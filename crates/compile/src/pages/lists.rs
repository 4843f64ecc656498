//! Lists of posts: the archive's own page, months, and pages of a hundred posts each.

use std::collections::BTreeMap;

use super::files::Files;
use super::html::{Head, Site, push_attribute, push_element};
use super::plan::{Plan, numbered};
use super::post::{push_date, push_title};
use super::rows::Rows;
use super::texts::number;
use crate::cache::Key;
use crate::error::Error;

/// Posts on a page of a list.
const POSTS: usize = 100;

/// Posts on the archive's own page.
const NEWEST: usize = 20;

/// Tags there.
const TAGS: usize = 40;

/// Posts that a list shows, by id, and how it is called.
pub(super) struct List<'a> {
    /// Folder and name of its first file, without the ending.
    pub(super) path: &'a str,
    pub(super) title: &'a str,
    /// Oldest first.
    pub(super) ids: &'a [u32],
}

impl Site {
    /// Writes a list, page by page, the newest posts first.
    pub(super) fn list(
        &self,
        list: &List<'_>,
        rows: &Rows,
        files: &mut Files<'_>,
    ) -> Result<(), Error> {
        let texts = &self.texts;
        let newest: Vec<u32> = list.ids.iter().rev().copied().collect();
        let pages = newest.chunks(POSTS).count();
        let (_, name) = list.path.rsplit_once('/').unwrap_or(("", list.path));
        let count = texts.posts(newest.len());
        for (page, ids) in (1..).zip(newest.chunks(POSTS)) {
            let path = format!("pages/{}.html", numbered(list.path, page));
            let key = files.reuses().then(|| {
                let what = (&path, list.title, newest.len(), page, pages);
                Key::of(&(what, rows.keys_of(ids)))
            });
            files.put_made_of(&path, key, || {
                let mut out = String::new();
                push_element(&mut out, "h1", &[("dir", "auto")], list.title);
                out.push('\n');
                push_element(&mut out, "p", &[("class", "count")], &count);
                out.push('\n');
                self.rows(&mut out, ids, rows, "../");
                if pages > 1 {
                    let file = |page| format!("{}.html", numbered(name, page));
                    self.pager(&mut out, page, pages, file);
                }
                let title = match page {
                    1 => list.title.to_owned(),
                    page => texts.fill("part", &[("title", list.title), ("n", &page.to_string())]),
                };
                let head = Head {
                    path: &path,
                    title: Some(&title),
                    description: &format!("{} · {count}", list.title),
                    original: None,
                };
                Ok(self.page(head, &out).into_bytes())
            })?;
        }
        Ok(())
    }

    /// Appends posts as a list; `up` leads to the folder of pages.
    pub(super) fn rows(&self, out: &mut String, ids: &[u32], rows: &Rows, up: &str) {
        out.push_str("<ol class=\"posts\">\n");
        for row in ids.iter().filter_map(|id| rows.get(*id)) {
            out.push_str("<li>");
            push_title(out, row, &format!("{up}{}", row.href));
            out.push(' ');
            push_date(out, &self.texts, row.date.as_deref());
            out.push_str("</li>\n");
        }
        out.push_str("</ol>\n");
    }

    /// Appends the ways to the pages beside page `page` (from 1) of `pages`.
    pub(super) fn pager(
        &self,
        out: &mut String,
        page: usize,
        pages: usize,
        file: impl Fn(usize) -> String,
    ) {
        let texts = &self.texts;
        out.push_str("<nav class=\"pager\"");
        push_attribute(out, "aria-label", texts.get("pages"));
        out.push('>');
        if page > 1 {
            let href = file(page - 1);
            let attributes = [("rel", "prev"), ("href", href.as_str())];
            push_element(out, "a", &attributes, texts.get("results.previous"));
        }
        let (n, total) = (number(page), number(pages));
        let place = texts.fill("page", &[("n", &n), ("total", &total)]);
        push_element(out, "span", &[], &place);
        if page < pages {
            let href = file(page + 1);
            let attributes = [("rel", "next"), ("href", href.as_str())];
            push_element(out, "a", &attributes, texts.get("results.next"));
        }
        out.push_str("</nav>\n");
    }

    /// Writes the months and the archive's own page, which leads to them.
    pub(super) fn months(
        &self,
        plan: &Plan<'_>,
        rows: &Rows,
        files: &mut Files<'_>,
    ) -> Result<(), Error> {
        let texts = &self.texts;
        let mut months = BTreeMap::<&str, Vec<u32>>::new();
        for (id, row) in (0..).zip(rows.all()) {
            let date = row.date.as_deref().unwrap_or_default();
            let month = date.get(..7).unwrap_or_default();
            months.entry(month).or_default().push(id);
        }
        for (month, ids) in &months {
            let title = match *month {
                "" => texts.get("undated").to_owned(),
                month => texts.month(month),
            };
            let list = List {
                path: &month_path(month),
                title: &title,
                ids,
            };
            self.list(&list, rows, files)?;
        }

        let mut out = String::new();
        let mut attributes = vec![("dir", "auto")];
        if !self.language.is_empty() {
            attributes.push(("lang", self.language.as_str()));
        }
        push_element(&mut out, "h1", &attributes, &self.title);
        out.push('\n');
        if !self.description.is_empty() {
            push_element(&mut out, "p", &attributes, &self.description);
            out.push('\n');
        }
        if rows.all().is_empty() {
            push_element(
                &mut out,
                "p",
                &[("class", "count")],
                texts.get("empty.archive"),
            );
        } else {
            push_element(
                &mut out,
                "p",
                &[("class", "count")],
                &texts.posts(rows.all().len()),
            );
            out.push('\n');
            push_element(&mut out, "h2", &[], texts.get("newest"));
            out.push('\n');
            let last = u32::try_from(rows.all().len()).unwrap_or(u32::MAX);
            let newest: Vec<u32> = (0..last).rev().take(NEWEST).collect();
            self.rows(&mut out, &newest, rows, "");
            self.years(&mut out, &months);
            self.most_used(&mut out, plan);
        }
        let head = Head {
            path: "pages/index.html",
            title: None,
            description: &self.description,
            original: None,
        };
        files.put(head.path, self.page(head, &out).as_bytes())
    }

    /// Appends the months, by year.
    fn years(&self, out: &mut String, months: &BTreeMap<&str, Vec<u32>>) {
        let texts = &self.texts;
        push_element(out, "h2", &[], texts.get("months"));
        out.push_str("\n<dl class=\"years\">\n");
        let mut newest: Vec<_> = months.iter().rev().collect();
        newest.sort_by_key(|(month, _)| month.is_empty());
        for of_year in newest.chunk_by(|a, b| a.0.get(..4) == b.0.get(..4)) {
            let year = of_year.first().and_then(|(month, _)| month.get(..4));
            let year = year.unwrap_or(texts.get("undated"));
            out.push_str("<div>");
            push_element(out, "dt", &[], year);
            for (month, ids) in of_year {
                out.push_str("\n<dd>");
                let href = format!("{}.html", month_path(month));
                let label = match **month {
                    "" => texts.get("undated"),
                    month => texts.month_name(month),
                };
                push_element(out, "a", &[("href", &href)], label);
                out.push(' ');
                push_element(out, "span", &[("class", "count")], &number(ids.len()));
                out.push_str("</dd>");
            }
            out.push_str("</div>\n");
        }
        out.push_str("</dl>\n");
    }

    fn most_used(&self, out: &mut String, plan: &Plan<'_>) {
        if plan.tags.is_empty() {
            return;
        }
        let texts = &self.texts;
        push_element(out, "h2", &[], texts.get("tags"));
        out.push('\n');
        self.cloud(out, plan, super::tags::ranked(plan).take(TAGS), "");
        if plan.tags.len() > TAGS {
            let label = texts.fill("tags.more", &[("n", &number(plan.tags.len()))]);
            out.push_str("<p>");
            push_element(out, "a", &[("href", "tags/index.html")], &label);
            out.push_str("</p>\n");
        }
    }
}

/// Where a month is, from the folder of pages.
fn month_path(month: &str) -> String {
    match month {
        "" => "months/undated".to_owned(),
        month => format!("months/{month}"),
    }
}
