//! One post as an article, and the page that holds one or several.

use core::fmt::Write as _;

use shelfmark_markdown::{Context, Notes, host, resolve};
use shelfmark_text::is_rtl;

use super::body::Body;
use super::html::{Head, Site, beginning, push_attribute, push_element};
use super::names::name;
use super::plan::{Leaf, Plan, day_of};
use super::texts::Texts;
use crate::post::Post;
use crate::render::Document;
use crate::surroundings::Rendered;

/// Characters of a description.
const DESCRIPTION: usize = 180;

/// What lists show of a post.
#[derive(Debug, Clone, Hash)]
pub(crate) struct Row {
    /// Its address, from the folder of pages.
    pub(super) href: String,
    pub(super) title: String,
    pub(super) lang: Option<String>,
    /// ISO 8601.
    pub(super) date: Option<String>,
}

/// A post, ready to be put into its page.
#[derive(Debug, Clone)]
pub(crate) struct Article {
    pub(super) row: Row,
    pub(super) slug: String,
    pub(super) authors: Vec<String>,
    /// Address of the original, when it is one that can be followed.
    pub(super) original: Option<String>,
    /// The beginning of the text.
    pub(super) summary: String,
    /// What stands above the body, and the body's HTML.
    pub(super) head: String,
    pub(super) body: String,
}

/// What a post was made to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Made<'a> {
    pub(crate) id: u32,
    pub(crate) post: &'a Post,
    /// Language, stated or detected.
    pub(crate) lang: Option<&'a str>,
    pub(crate) document: &'a Document,
    /// Its visible text.
    pub(crate) text: &'a str,
    /// What it leads to within the archive.
    pub(crate) rendered: &'a Rendered,
}

/// A link to a neighbour.
#[derive(Debug, Clone, Hash)]
pub(super) struct Neighbour {
    /// File, from the folder of posts.
    pub(super) file: String,
    pub(super) title: String,
    pub(super) lang: Option<String>,
    pub(super) date: Option<String>,
}

impl Row {
    /// What lists show of a post.
    pub(crate) fn of(plan: &Plan<'_>, post: &Post, lang: Option<&str>) -> Option<Self> {
        Some(Self {
            href: format!("posts/{}", plan.post(&post.slug)?),
            title: post.title.clone(),
            lang: lang.map(str::to_owned),
            date: post.date.as_ref().map(|date| date.iso.clone()),
        })
    }
}

impl Site {
    /// Makes the article of a post.
    pub(crate) fn article(&self, plan: &Plan<'_>, made: Made<'_>) -> Option<Article> {
        let Made {
            id,
            post,
            lang,
            text,
            ..
        } = made;
        let (leaf, _, place) = plan.place(id)?;
        let own = leaf.day.is_none();
        let anchor = name(&post.slug);
        let prefix = if own {
            String::new()
        } else {
            // The dot is in no name of a post.
            format!("{place}.")
        };
        let mut body = Body::new(&self.texts, &prefix, plan, &made.rendered.pictures);
        let context = Context {
            title: &post.title,
            source: post.source.as_deref(),
            known: Some(made.rendered),
        };
        let notes = made.document.walk(context, &mut body);
        let original = resolve("", post.source.as_deref().unwrap_or_default())
            .filter(|address| host(address).is_some());
        let mut article = Article {
            row: Row::of(plan, post, lang)?,
            slug: post.slug.clone(),
            authors: post.authors.clone(),
            original,
            summary: beginning(text, DESCRIPTION),
            head: String::new(),
            body: String::new(),
        };
        article.head = self.head(plan, post, &article, (!own).then_some(anchor.as_str()));
        article.body = self.body(&article, body.finish(), notes);
        Some(article)
    }

    /// Title, date, authors, tags and where the post was taken from.
    fn head(
        &self,
        plan: &Plan<'_>,
        post: &Post,
        article: &Article,
        anchor: Option<&str>,
    ) -> String {
        let texts = &self.texts;
        let mut out = String::from("<article");
        if let Some(anchor) = anchor {
            push_attribute(&mut out, "id", anchor);
        }
        push_language(&mut out, article.row.lang.as_deref());
        out.push_str(">\n<header>\n");
        let heading = if anchor.is_some() { "h2" } else { "h1" };
        push_element(&mut out, heading, &[("dir", "auto")], &article.row.title);
        out.push_str("\n<p class=\"facts\"");
        push_attribute(&mut out, "lang", texts.language);
        out.push('>');
        push_date(&mut out, texts, article.row.date.as_deref());
        for author in &post.authors {
            out.push(' ');
            push_element(&mut out, "bdi", &[("class", "author")], author);
        }
        for tag in &post.tags {
            out.push(' ');
            let href = format!("../{}", plan.tag(tag));
            let attributes = [("class", "tag"), ("href", &href), ("dir", "auto")];
            push_element(&mut out, "a", &attributes, tag);
        }
        out.push_str("</p>\n");
        if let Some(original) = &article.original {
            out.push_str("<p class=\"source\"");
            push_attribute(&mut out, "lang", texts.language);
            // In its own direction, on the side where the post begins.
            out.push_str("><bdi>");
            push_element(
                &mut out,
                "span",
                &[],
                &format!("{}: ", texts.get("post.source")),
            );
            push_outside(&mut out, original, host(original).unwrap_or_default());
            let note = format!(" ({})", texts.get("post.source.note"));
            push_element(&mut out, "span", &[], &note);
            out.push_str("</bdi></p>\n");
        }
        out.push_str("</header>\n");
        out
    }

    fn body(&self, article: &Article, html: String, notes: Notes) -> String {
        let texts = &self.texts;
        if notes.anything {
            let mut out = html;
            if let Some(key) = notes.limit {
                let attributes = [("class", "missing"), ("lang", texts.language)];
                push_element(&mut out, "p", &attributes, texts.get(key));
            }
            return out;
        }
        let mut out = String::from("<p");
        push_attribute(&mut out, "lang", texts.language);
        out.push('>');
        match &article.original {
            Some(original) => {
                push_element(&mut out, "span", &[], texts.get("post.nobody.source"));
                out.push(' ');
                push_outside(&mut out, original, original);
            }
            None => push_element(&mut out, "span", &[], texts.get("post.nobody")),
        }
        out.push_str("</p>");
        out
    }

    /// The page of a leaf, with the leaves before and after it in time.
    pub(super) fn leaf(
        &self,
        leaf: &Leaf,
        articles: &[&Article],
        older: Option<&Neighbour>,
        newer: Option<&Neighbour>,
    ) -> String {
        let path = leaf.path();
        let mut out = String::new();
        let title = match &leaf.day {
            None => articles.first().map(|it| it.row.title.clone()),
            Some(_) => {
                let title = self.leaf_title(leaf);
                push_element(&mut out, "h1", &[], &title);
                out.push('\n');
                if articles.len() > 1 {
                    self.contents(&mut out, articles);
                }
                Some(title)
            }
        };
        for article in articles {
            out.push_str(&article.head);
            // What a post leaves open ends with it: it can't make a `section`.
            out.push_str("<section class=\"body\">\n");
            out.push_str(&article.body);
            out.push_str("\n</section>\n</article>\n");
        }
        self.neighbours(&mut out, older, newer);
        let (description, original) = match articles {
            [one] => (one.summary.clone(), one.original.as_deref()),
            many => {
                let titles: Vec<&str> = many.iter().map(|it| it.row.title.as_str()).collect();
                (beginning(&titles.join(" · "), DESCRIPTION), None)
            }
        };
        let head = Head {
            path: &path,
            title: title.as_deref(),
            description: &description,
            original,
        };
        self.page(head, &out)
    }

    /// What a leaf of a day is called.
    fn leaf_title(&self, leaf: &Leaf) -> String {
        let (day, part) = leaf
            .day
            .as_ref()
            .map_or(("", 1), |(day, part)| (day, *part));
        let texts = &self.texts;
        let title = match day {
            "" => texts.get("undated").to_owned(),
            day => texts.day(day),
        };
        if part == 1 {
            return title;
        }
        texts.fill("part", &[("title", &title), ("n", &part.to_string())])
    }

    /// How a leaf is named by those beside it; `row` is of a post in it.
    pub(super) fn neighbour(&self, leaf: &Leaf, row: &Row) -> Neighbour {
        let file = format!("{}.html", leaf.name);
        match leaf.day {
            Some(_) => Neighbour {
                file,
                title: self.leaf_title(leaf),
                lang: None,
                date: None,
            },
            None => Neighbour {
                file,
                title: row.title.clone(),
                lang: row.lang.clone(),
                date: row.date.clone(),
            },
        }
    }

    fn contents(&self, out: &mut String, articles: &[&Article]) {
        out.push_str("<nav class=\"contents\"");
        push_attribute(out, "aria-label", self.texts.get("contents"));
        out.push_str(">\n<ol>\n");
        for article in articles {
            out.push_str("<li>");
            let anchor = article
                .row
                .href
                .rfind('#')
                .map_or("", |at| &article.row.href[at..]);
            push_title(out, &article.row, anchor);
            out.push_str("</li>\n");
        }
        out.push_str("</ol>\n</nav>\n");
    }

    fn neighbours(&self, out: &mut String, older: Option<&Neighbour>, newer: Option<&Neighbour>) {
        let texts = &self.texts;
        if older.is_none() && newer.is_none() {
            return;
        }
        out.push_str("<nav class=\"neighbours\"");
        push_attribute(out, "aria-label", texts.get("pages"));
        out.push_str(">\n");
        for (neighbour, label, relation) in [
            (newer, texts.get("page.previous"), "prev"),
            (older, texts.get("page.next"), "next"),
        ] {
            let Some(neighbour) = neighbour else { continue };
            out.push_str("<a");
            push_attribute(out, "class", relation);
            push_attribute(out, "rel", relation);
            push_attribute(out, "href", &neighbour.file);
            out.push('>');
            push_element(out, "span", &[("class", "label")], label);
            out.push(' ');
            let mut attributes = Vec::new();
            attributes.extend(neighbour.lang.as_deref().map(|lang| ("lang", lang)));
            push_element(out, "bdi", &attributes, &neighbour.title);
            if let Some(date) = &neighbour.date {
                out.push(' ');
                push_element(out, "span", &[("class", "label")], &texts.day(day_of(date)));
            }
            out.push_str("</a>\n");
        }
        out.push_str("</nav>\n");
    }
}

/// Appends language and direction.
fn push_language(out: &mut String, lang: Option<&str>) {
    let lang = lang.unwrap_or("und");
    push_attribute(out, "lang", lang);
    push_attribute(out, "dir", if is_rtl(lang) { "rtl" } else { "ltr" });
}

/// Appends a post's day, or that it has none.
pub(super) fn push_date(out: &mut String, texts: &Texts, date: Option<&str>) {
    match date {
        Some(iso) => {
            let attributes = [("datetime", iso), ("dir", "auto")];
            push_element(out, "time", &attributes, &texts.day(day_of(iso)));
        }
        None => push_element(out, "span", &[], texts.get("undated")),
    }
}

/// Appends a post's title as a link.
pub(super) fn push_title(out: &mut String, row: &Row, href: &str) {
    let mut attributes = vec![("href", href), ("dir", "auto")];
    attributes.extend(row.lang.as_deref().map(|lang| ("lang", lang)));
    push_element(out, "a", &attributes, &row.title);
}

/// Appends a link to another site.
fn push_outside(out: &mut String, address: &str, label: &str) {
    let _ = write!(out, "<a rel=\"noopener noreferrer\" dir=\"ltr\"");
    push_attribute(out, "href", address);
    out.push('>');
    super::html::push_text(out, label);
    out.push_str("</a>");
}
