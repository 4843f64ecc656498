//! Which links of a post lead to another post of the archive.
//!
//! A post is known by the address of its original, however that is spelled, by its file, and by
//! the permalink that its site made of the file's name. What is found travels with the post: a
//! reader looks nothing up.

use std::collections::HashMap;

use jiff::civil::Date;
use rayon::prelude::*;
use serde_json::Value;
use shelfmark_markdown::{percent_decoded, resolve};

use crate::cache::{Key, Names};
use crate::date;
use crate::dialect::Dialect;
use crate::names::{Asked, Kind, number};
use crate::post::Post;
use crate::shown::nearest;

mod spelling;

pub(crate) use spelling::joined;
use spelling::{path_key, source_key, without_date, without_extension};

/// Posts that are looked at together; of each more is known then than is kept.
const BATCH: usize = 16_384;

/// All posts, by everything that a link may call them.
#[derive(Debug, Default)]
pub(crate) struct Links {
    sources: HashMap<String, u32>,
    /// By posts folder and path in it, or permalink, without extension.
    paths: HashMap<(usize, String), u32>,
    /// By the file's name, with and without its date.
    names: HashMap<Box<str>, Ids>,
    /// Notes by posts folder and lower-case name.
    notes: HashMap<(usize, String), Vec<u32>>,
    posts: Vec<Known>,
    /// What each post is called.
    called: Vec<Names>,
    /// Addresses of the sites that the posts were written for, as [`source_key`] spells them, with a
    /// slash at the end.
    originals: Vec<String>,
}

/// The posts of a name; mostly there is one.
#[derive(Debug)]
enum Ids {
    One(u32),
    Several(Vec<u32>),
}

impl Ids {
    fn push(&mut self, id: u32) {
        match self {
            Self::One(first) => *self = Self::Several(vec![*first, id]),
            Self::Several(ids) => ids.push(id),
        }
    }

    fn as_slice(&self) -> &[u32] {
        match self {
            Self::One(id) => core::slice::from_ref(id),
            Self::Several(ids) => ids,
        }
    }
}

/// Everything that a link may call one post.
#[derive(Debug)]
struct Called {
    source: Option<String>,
    permalinks: Vec<String>,
    /// Names of its file.
    files: Vec<String>,
    /// Its folder, when it is the folder's page.
    folder: Option<String>,
    note: Option<String>,
    known: Known,
    names: Names,
}

/// What is kept of a post.
#[derive(Debug, Hash)]
struct Known {
    slug: String,
    /// Path in the posts folder, without extension.
    path: String,
    /// Length of the part of it that is the page's: of `tips/index` it is the folder.
    page: usize,
    /// Day in the form `2024-07-02`; empty when undated.
    day: String,
    /// Whether the time is known too, so that the day may be another where the post was written.
    timed: bool,
    /// Categories and tags, each with a line end: some sites have them in addresses.
    labels: String,
    /// Kept where a link may ask for it.
    title: Option<String>,
}

/// Keys of front matter, beside those that every post has, by which posts are found.
pub(crate) const KEYS: &[&str] = &[
    "permalink",
    "url",
    "aliases",
    "redirect_from",
    "slug",
    "path",
];

/// Folders that sites put posts into, which say nothing about which post it is.
const FOLDERS: &[&str] = &[
    "_posts", "archive", "archives", "article", "articles", "blog", "p", "post", "posts",
];

/// Folders that sites take for their top.
const CONTENT: &[&str] = &["content", "source", "src"];

impl Links {
    /// Takes in posts that are in id order; of several with one source the newest counts. `originals`
    /// are addresses of the sites that they were written for.
    pub(crate) fn of(posts: &[Post], originals: &[String]) -> Self {
        let mut links = Self::default();
        let originals = originals.iter().filter_map(|site| source_key(site));
        links.originals = originals
            .map(|key| format!("{}/", key.trim_end_matches('/')))
            .collect();
        links.sources.reserve(posts.len());
        links.names.reserve(2 * posts.len());
        let mut paths = HashMap::with_capacity(2 * posts.len());
        let mut first = 0_u32;
        for posts in posts.chunks(BATCH) {
            let called: Vec<Called> = posts.par_iter().map(Called::of).collect();
            let all = || (first..).zip(posts).zip(&called);
            rayon::join(
                || {
                    for ((id, post), called) in all() {
                        called.add_paths(id, post.root, &mut paths);
                    }
                },
                || {
                    for ((id, post), called) in all() {
                        links.add_names(id, post.root, called);
                    }
                },
            );
            for called in called {
                links.posts.push(called.known);
                links.called.push(called.names);
            }
            first += u32::try_from(posts.len()).unwrap_or(u32::MAX);
        }
        links.paths = paths;
        links
    }

    fn add_names(&mut self, id: u32, root: usize, called: &Called) {
        let source = called.source.iter();
        self.sources.extend(source.map(|key| (key.clone(), id)));
        for name in &called.files {
            match self.names.get_mut(name.as_str()) {
                Some(ids) => ids.push(id),
                None => {
                    self.names.insert(name.as_str().into(), Ids::One(id));
                }
            }
        }
        if let Some(note) = &called.note {
            let key = (root, note.clone());
            self.notes.entry(key).or_default().push(id);
        }
    }

    /// What each post is called.
    pub(crate) fn called(&self) -> &[Names] {
        &self.called
    }

    /// Slug of the post that a link of `from` leads to, if it is another one.
    pub(crate) fn find(&self, from: &Post, href: &str, asked: &Asked) -> Option<&str> {
        let id = self.find_id(from, href, asked)?;
        let slug = &self.posts.get(id as usize)?.slug;
        (*slug != from.slug).then_some(slug)
    }

    /// Path of the note that a wikilink calls so, without extension.
    pub(crate) fn note(&self, from: &Post, name: &str, asked: &Asked) -> Option<&str> {
        let name = name.strip_suffix(".md").unwrap_or(name).to_lowercase();
        let name = name.trim_start_matches(['/', '.']);
        let last = name.rsplit('/').next().unwrap_or_default().to_owned();
        asked.note(Kind::Note, from.root, &last);
        let found = self.notes.get(&(from.root, last))?;
        let known = found.iter().filter_map(|id| self.posts.get(*id as usize));
        nearest(&from.path, name, known.map(|known| known.path.as_str()))
    }

    /// Path of the post that a tag calls so, without extension.
    pub(crate) fn path(&self, from: &Post, name: &str, asked: &Asked) -> Option<&str> {
        Some(&self.named(from, name, asked)?.path)
    }

    /// Its title, where posts may ask for it.
    pub(crate) fn title(&self, from: &Post, name: &str, asked: &Asked) -> Option<&str> {
        self.named(from, name, asked)?.title.as_deref()
    }

    fn named(&self, from: &Post, name: &str, asked: &Asked) -> Option<&Known> {
        let id = self
            .find_id(from, name, asked)
            .or_else(|| self.by_permalink(name, asked))?;
        self.posts.get(id as usize)
    }

    /// Id of the post that a link of `from` leads to.
    pub(crate) fn find_id(&self, from: &Post, href: &str, asked: &Asked) -> Option<u32> {
        let source = from.source.as_deref().unwrap_or_default();
        if let Some(key) = resolve(source, href).as_deref().and_then(source_key) {
            if source_key(source).is_some_and(|own| own == key) {
                return None;
            }
            asked.note(Kind::Source, 0, &key);
            if let Some(id) = self.sources.get(&key) {
                return Some(*id);
            }
            let page = |site: &String| key.strip_prefix(site.as_str());
            if let Some(page) = self.originals.iter().find_map(page) {
                let page = page.split(['#', '?']).next().unwrap_or_default();
                return self.by_address(from, "", page, asked);
            }
        }
        // Liquid's `post_url` and `link`.
        let href = href.strip_prefix("post:").unwrap_or(href);
        let page = href.split(['#', '?']).next().unwrap_or_default();
        if page.is_empty() || page.contains(':') || page.starts_with("//") {
            return None;
        }
        let page = percent_decoded(page);
        // Zola's address of a file of its content folder.
        if let Some(path) = page.strip_prefix("@/") {
            let of_content = |folder: &str| self.by_path(from, joined(folder, path)?, asked);
            return of_content("").or_else(|| of_content("content"));
        }
        let own = String::from_utf8_lossy(&from.path);
        let folder = match own.rfind('/') {
            Some(end) if !page.starts_with('/') => &own[..end],
            _ => "",
        };
        self.by_address(from, folder, &page, asked)
    }

    /// The post at an address that stands in a file of this folder.
    fn by_address(&self, from: &Post, folder: &str, page: &str, asked: &Asked) -> Option<u32> {
        let of = |folder: &str| self.by_path(from, joined(folder, page)?, asked);
        let of_top = || CONTENT.iter().find_map(|top| of(top));
        let found = of(folder).or_else(|| {
            if folder.is_empty() {
                return of_top();
            }
            // On a site a post is a folder: what is beside the file is above its page.
            let own = String::from_utf8_lossy(&from.path);
            let own = without_extension(&own);
            page.starts_with('.').then(|| of(own)).flatten()
        });
        found.or_else(|| self.by_permalink(page, asked))
    }

    fn by_path(&self, from: &Post, path: String, asked: &Asked) -> Option<u32> {
        let of = |path: String| {
            asked.note(Kind::Path, from.root, &path);
            self.paths.get(&(from.root, path)).copied()
        };
        let key = path_key(&path);
        of(path).or_else(|| of(key))
    }

    /// The post that a site made this permalink of: all that stands before the name must fit.
    fn by_permalink(&self, page: &str, asked: &Asked) -> Option<u32> {
        let key = path_key(page);
        let mut parts: Vec<&str> = key
            .split('/')
            .filter(|part| !matches!(*part, "." | ".." | ""))
            .collect();
        let name = parts.pop()?;
        asked.note(Kind::File, 0, name);
        let named = self.names.get(name)?.as_slice();
        let only = |fits: &dyn Fn(&Known) -> bool| {
            let post = |id: &&u32| self.posts.get(**id as usize).is_some_and(fits);
            let mut fitting = named.iter().filter(post);
            fitting.next().filter(|_| fitting.next().is_none()).copied()
        };
        let end = format!("/{key}");
        only(&|post| {
            [post.page(), &post.path]
                .iter()
                .any(|path| *path == key || path.ends_with(&end))
        })
        .or_else(|| only(&|post| post.fits(&parts)))
    }
}

impl Called {
    fn add_paths(&self, id: u32, root: usize, paths: &mut HashMap<(usize, String), u32>) {
        for permalink in &self.permalinks {
            paths.entry((root, permalink.clone())).or_insert(id);
        }
        if let Some(folder) = &self.folder {
            paths.entry((root, folder.clone())).or_insert(id);
        }
        paths.insert((root, self.known.path.clone()), id);
    }

    fn of(post: &Post) -> Self {
        let path = without_extension(&String::from_utf8_lossy(&post.path)).to_owned();
        let name = path.rsplit('/').next().unwrap_or_default();
        let folder = match name {
            "index" | "_index" => Some(path.rsplit_once('/').map_or("", |(folder, _)| folder)),
            _ => None,
        };
        let page = folder.map_or(path.len(), str::len);
        // A folder's page is called as the folder is.
        let last = folder.and_then(|folder| folder.rsplit('/').next());
        let slug = post.extra.get("slug").and_then(Value::as_str);
        let mut files: Vec<String> = Vec::with_capacity(3);
        for known in [Some(name), last].into_iter().flatten() {
            files.extend([known, without_date(known)].map(str::to_owned));
        }
        let slug = slug.map(|slug| slug.trim_matches('/'));
        files.extend(slug.and_then(|slug| Some(slug.rsplit('/').next()?.to_owned())));
        files.retain(|name| !name.is_empty());
        files.sort_unstable();
        files.dedup();
        let folder = folder.map(str::to_owned);
        let note = (post.dialect == Dialect::Obsidian).then(|| name.to_lowercase());
        let date = post.date.as_ref().map_or("", |date| date.iso.as_str());
        let known = Known {
            slug: post.slug.clone(),
            path,
            page,
            day: date.get(..10).unwrap_or_default().to_owned(),
            timed: date.len() > 10,
            labels: {
                let labels = post.tags.iter().chain(&post.categories);
                labels.flat_map(|label| [label.as_str(), "\n"]).collect()
            },
            title: (post.dialect == Dialect::Hexo).then(|| post.title.clone()),
        };
        let mut called = Self {
            source: post.source.as_deref().and_then(source_key),
            permalinks: permalinks(post).map(path_key).collect(),
            files,
            folder,
            note,
            known,
            names: Names::default(),
        };
        called.names = called.names(post);
        called
    }

    fn names(&self, post: &Post) -> Names {
        let files = self.files.iter().map(|name| number(Kind::File, 0, name));
        let source = self.source.iter().map(|key| number(Kind::Source, 0, key));
        let note = self.note.iter();
        let note = note.map(|name| number(Kind::Note, post.root, name));
        let paths = self.permalinks.iter().chain(&self.folder);
        let paths = paths.chain([&self.known.path]);
        let paths = paths.map(|path| number(Kind::Path, post.root, path));
        let numbers: Vec<u32> = source.chain(files).chain(note).chain(paths).collect();
        // Of several with one name it is their order that decides.
        let order = (post.date.as_ref(), post.root, &post.path);
        Names {
            key: Key::of(&(&self.known, order, &numbers)),
            numbers,
        }
    }
}

impl Known {
    /// The path of its page: the folder, when it is the folder's.
    fn page(&self) -> &str {
        self.path.get(..self.page).unwrap_or(&self.path)
    }

    /// Whether a site may have put the post into these folders.
    fn fits(&self, folders: &[&str]) -> bool {
        let fits = self.fits_on(&self.day, folders);
        if fits || !folders.iter().any(|folder| is_number(folder)) {
            return fits;
        }
        // Sites have the day of their own time zone in addresses, and some the day of the file's name.
        let beside = self.day.parse::<Date>().ok().filter(|_| self.timed);
        let beside = beside.into_iter();
        let beside = beside.flat_map(|day| [day.yesterday().ok(), day.tomorrow().ok()]);
        let beside = beside.flatten().map(|day| day.to_string());
        let name = self.page().rsplit('/').next().unwrap_or_default();
        let named = date::of_name(name).map(|(day, _)| day.iso);
        beside.chain(named).any(|day| self.fits_on(&day, folders))
    }

    fn fits_on(&self, day: &str, folders: &[&str]) -> bool {
        let mut date = day.split('-');
        folders.iter().all(|folder| {
            if is_number(folder) {
                return date.next() == Some(folder);
            }
            let is_it = |own: &str| own == *folder || own.strip_prefix('_') == Some(folder);
            FOLDERS.contains(folder)
                || self.path.split('/').any(is_it)
                || self
                    .labels
                    .lines()
                    .any(|label| label.eq_ignore_ascii_case(folder))
        })
    }
}

fn is_number(folder: &str) -> bool {
    folder.bytes().all(|byte| byte.is_ascii_digit())
}

/// Addresses on its site that a post states.
fn permalinks(post: &Post) -> impl Iterator<Item = &str> {
    KEYS.iter()
        .filter_map(|key| Some((*key, post.extra.get(*key)?)))
        .flat_map(|(key, value)| {
            let values = match value {
                Value::Array(several) => several.as_slice(),
                one => core::slice::from_ref(one),
            };
            let values = values.iter().filter_map(Value::as_str);
            // A slug is an address only where it has folders.
            values.filter(move |value| key != "slug" || value.contains('/'))
        })
        .filter(|address| !address.contains(':') && address.len() > 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::post::SourceFile;
    use crate::read::read_post;
    use crate::slug;

    fn posts() -> Vec<Post> {
        let files = [
            (
                "_posts/2024-07-02-rain.md",
                "title: a\nfrom: https://www.a.example/x/?utm_source=b&id=1\ntags: [weather]",
            ),
            (
                "_posts/2024-07-03-snow.md",
                "title: b\nfrom: http://a.example/y",
            ),
            (
                "notes/ice/index.md",
                "title: c\ndate: 2020-01-01\npermalink: /cold/ice.html",
            ),
            ("notes/名 字.md", "title: d\ndate: 2020-01-01"),
            ("other/rain.md", "title: e\ndate: 2020-01-01"),
            ("content/posts/2024-04-01-hail/index.md", "title: f"),
            (
                "content/posts/fog.md",
                "title: g\ndate: 2024-03-08 23:30:00 -0500",
            ),
            ("content/blog/_index.md", "title: h\nslug: en/all"),
            ("_recipes/soup.md", "title: i"),
            (
                "content/posts/20240402-mist.md",
                "title: j\npath: weather/mist",
            ),
        ];
        let mut posts: Vec<Post> = files
            .into_iter()
            .map(|(path, head)| {
                read_post(&SourceFile {
                    root: 0,
                    path: path.into(),
                    shown: path.into(),
                    bytes: format!("---\n{head}\n---\nbody").into_bytes(),
                })
                .0
            })
            .collect();
        slug::assign(&mut posts);
        posts
    }

    fn title<'a>(posts: &'a [Post], from: usize, href: &str) -> &'a str {
        let sites = ["http://www.site.example".to_owned()];
        let links = Links::of(posts, &sites);
        let found = links.find(&posts[from], href, &Asked::default());
        let named = found.and_then(|slug| posts.iter().find(|post| post.slug == slug));
        named.map_or("", |post| &post.title)
    }

    #[test]
    fn an_original_is_known_however_it_is_spelled() {
        let posts = posts();
        for href in [
            "https://www.a.example/x/?utm_source=b&id=1",
            "http://A.example:80/x?id=1&fbclid=3#part",
            "//a.example/%78?id=1",
            "/x/index.html?id=1",
            "./x?id=1",
        ] {
            assert_eq!(title(&posts, 1, href), "a", "{href}");
        }
        for href in [
            "https://a.example/x",
            "https://a.example/x?id=2",
            "https://b.example/x?id=1",
            "#part",
            "",
            "mailto:a@a.example",
            "javascript:x",
        ] {
            assert_eq!(title(&posts, 1, href), "", "{href}");
        }
        assert_eq!(title(&posts, 1, "http://a.example/y/"), "", "itself");
    }

    #[test]
    fn a_file_is_known_by_its_path_and_permalink() {
        let posts = posts();
        for (href, expected) in [
            ("../_posts/2024-07-02-rain.md#part", "a"),
            ("/_posts/2024-07-03-snow", "b"),
            ("../notes/%E5%90%8D%20%E5%AD%97.md", "d"),
            ("/cold/ice", "c"),
            ("/2024/07/03/snow/", "b"),
            ("/2024/07/snow.html", "b"),
            ("/blog/snow", "b"),
            ("post:2024-07-03-snow#part", "b"),
            ("post:_posts/2024-07-03-snow.md", "b"),
            ("post:/2024-07-03-rain", ""),
            ("/2024/07/04/snow/", ""),
            ("/features/snow/", ""),
            ("/weather/2024-07-02-rain", "a"),
            ("/2024/07/02/rain/", "a"),
            ("/rain/", ""),
            ("/site/other/rain", ""),
            ("/other/rain/", ""),
            ("/notes/ice/", "c"),
            ("../../../../etc/passwd", ""),
            ("../../notes/ice/", "c"),
            ("/posts/hail/", "f"),
            ("/2024/04/hail/", "f"),
            ("/posts/2024-04-01-hail", "f"),
            ("/2024/03/08/fog.html", "g"),
            ("/2024/03/09/fog.html", "g"),
            ("/2024/03/11/fog.html", ""),
            ("/blog/", "h"),
            ("/en/all/", "h"),
            ("/recipes/soup.html", "i"),
            ("/weather/mist", "j"),
            ("/posts/mist/", "j"),
            ("https://site.example/2024/03/08/fog.html#part", "g"),
            ("https://www.site.example/weather/mist/", "j"),
            ("https://site.example/2024/03/11/fog.html", ""),
            ("https://another.example/weather/mist/", ""),
        ] {
            assert_eq!(title(&posts, 4, href), expected, "{href}");
        }
        assert_eq!(title(&posts, 6, "../2024-04-01-hail/"), "f");
        assert_eq!(title(&posts, 6, "../../blog/"), "h", "as on the site");
        assert_eq!(title(&posts, 0, "../notes/ice/"), "c");
        assert_eq!(title(&posts, 3, "ice"), "c");
    }
}
