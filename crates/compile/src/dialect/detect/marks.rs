//! What in a post's path and text tells for whom it was written.
//!
//! A mark counts once a post. Points say how sure it makes: 1 is a habit that others have too, 4
//! is a word that no other program understands.

use super::Dialect::{self, Astro, Eleventy, Hexo, Hugo, Jekyll, Obsidian, Zola};

/// Something that was met in a post.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// Its name for people.
    pub(super) name: &'static str,
    pub(super) points: &'static [(Dialect, u32)],
}

/// Bytes of a post that are looked at.
const HEAD: usize = 8 << 10;

const DATED: Mark = mark("a dated name in `_posts`", &[(Jekyll, 3), (Hexo, 1)]);
const UNDATED: Mark = mark("an undated name in `_posts`", &[(Hexo, 3)]);
const SOURCE_POSTS: Mark = mark("`source/_posts`", &[(Hexo, 4)]);
const CONTENT: Mark = mark("`content/`", &[(Hugo, 1), (Zola, 1)]);
const SECTION: Mark = mark("`_index.md`", &[(Hugo, 2), (Zola, 2)]);
const SRC_CONTENT: Mark = mark("`src/content/`", &[(Astro, 4)]);
const SRC: Mark = mark("`src/`", &[(Eleventy, 1)]);
const MDX: Mark = mark("an MDX file", &[(Astro, 3)]);
const TOML: Mark = mark("TOML front matter", &[(Hugo, 2), (Zola, 2)]);
const JSON: Mark = mark("JSON front matter", &[(Hugo, 3)]);

const fn mark(name: &'static str, points: &'static [(Dialect, u32)]) -> Mark {
    Mark { name, points }
}

/// Keys of front matter at the beginning of a line.
const KEYS: &[(&str, Mark)] = &[
    (
        "layout:",
        mark("the key `layout`", &[(Jekyll, 1), (Eleventy, 1), (Hexo, 1)]),
    ),
    (
        "redirect_from:",
        mark("the key `redirect_from`", &[(Jekyll, 2)]),
    ),
    ("lastmod:", mark("the key `lastmod`", &[(Hugo, 2)])),
    ("slug:", mark("the key `slug`", &[(Hugo, 1)])),
    ("weight:", mark("the key `weight`", &[(Hugo, 1)])),
    ("updated:", mark("the key `updated`", &[(Hexo, 2)])),
    ("toc:", mark("the key `toc`", &[(Hexo, 1), (Hugo, 1)])),
    ("eleventy", mark("a key of Eleventy", &[(Eleventy, 4)])),
    ("pubDate:", mark("the key `pubDate`", &[(Astro, 4)])),
    ("pubDatetime:", mark("the key `pubDatetime`", &[(Astro, 4)])),
    ("heroImage:", mark("the key `heroImage`", &[(Astro, 3)])),
    (
        "date created:",
        mark("the key `date created`", &[(Obsidian, 3)]),
    ),
    (
        "date modified:",
        mark("the key `date modified`", &[(Obsidian, 1)]),
    ),
    ("cssclass", mark("the key `cssclasses`", &[(Obsidian, 3)])),
    (
        "aliases:",
        mark("the key `aliases`", &[(Obsidian, 1), (Hugo, 1)]),
    ),
];

/// Keys of TOML front matter.
const TOML_KEYS: &[(&str, Mark)] = &[
    ("[taxonomies]", mark("the table `taxonomies`", &[(Zola, 4)])),
    ("[extra]", mark("the table `extra`", &[(Zola, 3)])),
    ("path", mark("the key `path`", &[(Zola, 3)])),
    ("template", mark("the key `template`", &[(Zola, 2)])),
    ("sort_by", mark("the key `sort_by`", &[(Zola, 3)])),
    ("tags", mark("tags outside `taxonomies`", &[(Hugo, 2)])),
    (
        "categories",
        mark("categories outside `taxonomies`", &[(Hugo, 2)]),
    ),
    ("draft", mark("the key `draft`", &[(Hugo, 1), (Zola, 1)])),
];

/// Words in the body.
const WORDS: &[(&str, Mark)] = &[
    ("{{<", mark("a shortcode `{{<`", &[(Hugo, 4)])),
    ("{{%", mark("a shortcode `{{%`", &[(Hugo, 4)])),
    ("](@/", mark("a link `@/`", &[(Zola, 4)])),
    ("{% post_url ", mark("the tag `post_url`", &[(Jekyll, 4)])),
    ("{% highlight ", mark("the tag `highlight`", &[(Jekyll, 3)])),
    (
        "{% include ",
        mark("the tag `include`", &[(Jekyll, 2), (Eleventy, 1)]),
    ),
    ("{% link ", mark("the tag `link`", &[(Jekyll, 3)])),
    ("{: ", mark("an attribute list", &[(Jekyll, 2)])),
    ("{% asset_img ", mark("the tag `asset_img`", &[(Hexo, 4)])),
    ("{% post_link ", mark("the tag `post_link`", &[(Hexo, 4)])),
    ("{% codeblock", mark("the tag `codeblock`", &[(Hexo, 3)])),
    ("<!-- more -->", mark("`<!-- more -->`", &[(Hexo, 1)])),
    ("{% image ", mark("the tag `image`", &[(Eleventy, 2)])),
    ("![[", mark("an embed `![[`", &[(Obsidian, 4)])),
    ("```dataview", mark("a query of Dataview", &[(Obsidian, 4)])),
];

const CALLOUT: Mark = mark("a callout", &[(Obsidian, 1)]);
const WIKILINK: Mark = mark("a wikilink", &[(Obsidian, 2)]);
const NUNJUCKS: Mark = mark("a layout in Nunjucks", &[(Eleventy, 4)]);
const COLLECTION: Mark = mark("the tag `post` of a collection", &[(Eleventy, 2)]);

/// Every mark that there is, in an order of its own.
fn all() -> impl Iterator<Item = &'static Mark> {
    let single: [&'static Mark; 14] = [
        &CALLOUT,
        &DATED,
        &UNDATED,
        &SOURCE_POSTS,
        &CONTENT,
        &SECTION,
        &SRC_CONTENT,
        &SRC,
        &MDX,
        &TOML,
        &JSON,
        &WIKILINK,
        &NUNJUCKS,
        &COLLECTION,
    ];
    let tables = [KEYS, TOML_KEYS, WORDS];
    let tables = tables.into_iter().flatten().map(|(_, mark)| mark);
    single.into_iter().chain(tables)
}

/// Marks as their places among all; see [`decode`].
pub(super) fn encode(marks: &[&'static Mark]) -> Vec<u8> {
    let place = |mark: &&&'static Mark| all().position(|other| other == **mark);
    let places = marks.iter().filter_map(|mark| place(&mark));
    places
        .filter_map(|place| u8::try_from(place).ok())
        .collect()
}

/// The marks that [`encode`] gave; nothing when there are no such places.
pub(super) fn decode(places: &[u8]) -> Option<Vec<&'static Mark>> {
    places
        .iter()
        .map(|place| all().nth(usize::from(*place)))
        .collect()
}

/// All marks of a post.
pub(super) fn of(path: &[u8], bytes: &[u8]) -> Vec<&'static Mark> {
    let mut found = Vec::new();
    of_path(path, &mut found);
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]);
    let head = head.trim_start_matches('\u{feff}');
    let (keys, body) = split(head);
    if head.starts_with("+++") {
        found.push(&TOML);
        let mut table = "";
        for line in keys.lines() {
            let key = line.split('=').next().unwrap_or_default().trim();
            if key.starts_with('[') && !line.contains('=') {
                table = key;
            }
            // What stands in a table is no key of the post.
            let named = TOML_KEYS
                .iter()
                .find(|(name, _)| *name == key && (table.is_empty() || *name == table));
            found.extend(named.map(|(_, mark)| mark));
        }
    } else if head.starts_with("{\n") || head.starts_with("{\r\n") {
        found.push(&JSON);
    } else {
        for line in keys.lines() {
            let known = KEYS.iter().find(|(key, _)| line.starts_with(key));
            found.extend(known.map(|(_, mark)| mark));
            if line.starts_with("layout:")
                && line
                    .trim_end()
                    .trim_end_matches(['"', '\''])
                    .ends_with(".njk")
            {
                found.push(&NUNJUCKS);
            }
            let collection = ["tags: post", "tags: posts", "  - post", "  - posts"];
            if collection.contains(&line.trim_end()) {
                found.push(&COLLECTION);
            }
        }
    }
    let signs = ["{", "![[", "](@/", "<!-- more", "```d"];
    let has = signs.map(|sign| body.contains(sign));
    for (word, mark) in WORDS {
        let sign = signs.iter().position(|sign| word.starts_with(sign));
        if sign.is_none_or(|sign| has[sign]) && body.contains(word) {
            found.push(mark);
        }
    }
    if body.contains("> [!") && has_callout(body) {
        found.push(&CALLOUT);
    }
    if body.contains("[[") && has_wikilink(body) {
        found.push(&WIKILINK);
    }
    found.dedup();
    found
}

fn of_path(path: &[u8], found: &mut Vec<&'static Mark>) {
    let path = String::from_utf8_lossy(path);
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
    let within = |wanted: &str| {
        folder == wanted
            || folder.starts_with(&format!("{wanted}/"))
            || folder.contains(&format!("/{wanted}/"))
            || folder.ends_with(&format!("/{wanted}"))
    };
    if within("_posts") {
        let dated = crate::date::of_name(name).is_some();
        found.push(if dated { &DATED } else { &UNDATED });
    }
    if within("source/_posts") {
        found.push(&SOURCE_POSTS);
    }
    if name == "_index.md" {
        found.push(&SECTION);
    }
    if within("src/content") {
        found.push(&SRC_CONTENT);
    } else if folder == "content" || folder.starts_with("content/") {
        found.push(&CONTENT);
    } else if folder == "src" || folder.starts_with("src/") {
        found.push(&SRC);
    }
    if name.ends_with(".mdx") {
        found.push(&MDX);
    }
}

/// Front matter, and the rest.
fn split(head: &str) -> (&str, &str) {
    let fence = match head.get(..3) {
        Some(fence @ ("---" | "+++")) => fence,
        _ => return ("", head),
    };
    let mut at = 0;
    for line in head.split_inclusive('\n') {
        if at > 0 && line.trim_end() == fence {
            return (&head[..at], &head[at + line.len()..]);
        }
        at += line.len();
    }
    (head, "")
}

/// Whether a callout stands somewhere that is no alert of GitHub, which are read everywhere.
fn has_callout(body: &str) -> bool {
    let mut kinds = body.split("> [!").skip(1);
    kinds.any(|kind| {
        let alerts = ["NOTE]", "TIP]", "IMPORTANT]", "WARNING]", "CAUTION]"];
        !alerts.iter().any(|alert| kind.starts_with(alert))
    })
}

/// Whether `[[name]]` stands somewhere; not `[[1]](address)`, and not a test of a shell.
fn has_wikilink(body: &str) -> bool {
    let mut rest = body;
    while let Some(at) = rest.find("[[") {
        rest = &rest[at + 2..];
        let Some(end) = rest.find(['\n', '[', ']']) else {
            return false;
        };
        let name = &rest[..end];
        let outer = name.trim() == name && !name.is_empty() && rest[end..].starts_with("]]");
        if outer
            && !rest[end + 2..].starts_with(['(', '.', '[', ':'])
            && name.chars().any(char::is_alphabetic)
            && !name.contains(['"', ',', '$', '='])
        {
            return true;
        }
    }
    false
}
