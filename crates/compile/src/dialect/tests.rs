//! Folders of each dialect, and how their posts are understood without any setting.
//!
//! `cases/*.txt` hold the folders: one file a dialect, posts and what is expected of them. After a
//! change of behaviour, `SHELFMARK_UPDATE=1 cargo test` writes what is understood now into the
//! files; look at the difference before keeping it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use super::Dialect;
use crate::gather::{Gathered, gather};
use crate::inspect::Inspection;
use crate::links::Links;
use crate::options::Settings;
use crate::pictures::Pictures;
use crate::post::Post;
use crate::progress::Progress;
use crate::shown;

/// Begins a file of the folder: its path follows.
const FILE: &str = "#### ";

/// Begins what is expected of a post.
const EXPECT: &str = "####>";

/// A folder as it is written in a file of cases.
struct Folder {
    lead: String,
    /// Path, content, and what is expected; nothing for a file that is no post.
    files: Vec<(String, String, Option<String>)>,
}

impl Folder {
    fn read(text: &str) -> Self {
        let begin = format!("\n{FILE}");
        let mut parts = text.split(&begin);
        let lead = parts.next().unwrap().to_owned();
        let files = parts.map(|part| {
            let (path, rest) = part.split_once('\n').unwrap();
            match rest.split_once(&format!("{EXPECT}\n")) {
                Some((content, expected)) => (
                    path.to_owned(),
                    content.to_owned(),
                    Some(expected.trim_end().to_owned()),
                ),
                None => (path.to_owned(), rest.to_owned(), None),
            }
        });
        Self {
            lead,
            files: files.collect(),
        }
    }

    fn written(&self) -> String {
        let mut out = self.lead.trim_end().to_owned() + "\n";
        for (path, content, expected) in &self.files {
            let _ = write!(out, "\n{FILE}{path}\n{content}");
            if let Some(expected) = expected {
                let _ = writeln!(out, "{EXPECT}\n{expected}");
            }
        }
        out
    }
}

fn gathered(root: &Path) -> Gathered<'static> {
    let settings = Settings {
        drafts: true,
        ..Settings::beside(root).unwrap()
    };
    gather(
        &[root.to_owned()],
        &settings,
        None,
        u64::MAX,
        &Progress::silent(),
    )
    .unwrap()
}

/// What was understood of a post, in lines.
fn understood(post: &Post, inspection: &Inspection<'_>) -> String {
    let seen = inspection.see(post);
    let mut out = String::new();
    let mut line = |name: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(out, "{name}: {value}");
        }
    };
    line("title", &post.title);
    line("date", post.date.as_ref().map_or("none", |date| &date.iso));
    line("slug", &post.slug);
    line("tags", &post.tags.join(" | "));
    line("categories", &post.categories.join(" | "));
    line("authors", &post.authors.join(" | "));
    line("draft", if post.draft { "yes" } else { "" });
    line("leads to", &seen.posts.join(" | "));
    if seen.pictures > 0 {
        line("pictures", &seen.pictures.to_string());
    }
    let lost = seen.lost.iter().map(|lost| lost.name.clone());
    let lost: Vec<String> = lost
        .chain(seen.broken.into_iter().map(|(name, _)| name))
        .collect();
    line("not found", &lost.join(" | "));
    let around = shown::Around {
        post,
        links: &inspection.links,
        others: inspection.others,
        asked: &Default::default(),
        lost: Default::default(),
    };
    if let Some(shown) = shown::of(&around) {
        line("shown", &format!("{shown:?}"));
    }
    out.trim_end().to_owned()
}

fn check(dialect: Dialect, name: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/dialect/cases")
        .join(format!("{name}.txt"));
    let mut folder = Folder::read(&fs::read_to_string(&file).unwrap());
    let before = folder.written();
    let root = tempfile::tempdir().unwrap();
    for (path, content, _) in &folder.files {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    let roots = [root.path().to_owned()];
    let found = gathered(root.path());
    let inspection = Inspection {
        roots: &roots,
        links: Links::of(&found.posts, &[]),
        others: &found.others,
        pictures: Pictures::new(&roots, &[]).unwrap(),
        now: 0,
    };
    let mut posts: BTreeMap<String, String> = BTreeMap::new();
    for post in &found.posts {
        let path = String::from_utf8(post.path.clone()).unwrap();
        let why = found.dialects.reason(0, &PathBuf::from(&path)).1;
        assert_eq!(post.dialect, dialect, "{name}: {path}: {why}");
        posts.insert(path, understood(post, &inspection));
    }
    let expected = folder.files.iter().filter(|file| file.2.is_some()).count();
    assert_eq!(posts.len(), expected, "{name}: {posts:?}");
    assert!(expected >= 20, "{name} holds {expected} posts");
    for (path, _, expected) in &mut folder.files {
        if expected.is_some() {
            *expected = posts.remove(path);
        }
    }
    let after = folder.written();
    if std::env::var_os("SHELFMARK_UPDATE").is_some() {
        fs::write(&file, after).unwrap();
    } else {
        assert_eq!(before, after, "{name}");
    }
}

macro_rules! folders {
    ($($name:ident $dialect:ident)*) => {$(
        #[test]
        fn $name() {
            check(Dialect::$dialect, stringify!($name));
        }
    )*};
}

folders! {
    jekyll Jekyll
    hugo Hugo
    zola Zola
    hexo Hexo
    eleventy Eleventy
    astro Astro
    obsidian Obsidian
    plain Plain
    text Plain
    html Plain
}

#[test]
fn settings_have_the_last_word() {
    let root = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write(
        "_posts/2024-01-02-a.md",
        "---\nlayout: post\ntitle: A\n---\n[[b]]\n",
    );
    write("notes/b.md", "[[a]]\n");
    write("c.org.txt", "c\n");
    let dialects = |found: &Gathered| -> Vec<(String, Dialect)> {
        let mut all: Vec<_> = found
            .posts
            .iter()
            .map(|post| (String::from_utf8(post.path.clone()).unwrap(), post.dialect))
            .collect();
        all.sort();
        all
    };
    let jekyll = ("_posts/2024-01-02-a.md".to_owned(), Dialect::Jekyll);
    let found = gathered(root.path());
    assert_eq!(dialects(&found)[0], jekyll);
    assert_eq!(found.posts.len(), 2);

    write(
        "shelfmark.toml",
        "dialect = \"zola\"\nextensions = [\"md\", \"txt\"]\n[dialects]\n\"notes\" = \"obsidian\"\n",
    );
    let found = gathered(root.path());
    let expected = [
        ("_posts/2024-01-02-a.md", Dialect::Zola),
        ("c.org.txt", Dialect::Zola),
        ("notes/b.md", Dialect::Obsidian),
    ];
    let expected = expected.map(|(path, dialect)| (path.to_owned(), dialect));
    assert_eq!(dialects(&found), expected);
}

#[test]
fn a_configuration_file_decides_for_what_lies_below_it() {
    let root = tempfile::tempdir().unwrap();
    for (path, text) in [
        ("a/hugo.toml", ""),
        ("a/content/x.md", "---\nlayout: post\n---\n"),
        ("b/.obsidian/app.json", "{}"),
        ("b/y.md", "text"),
        ("c/_config.yml", "source_dir: source\n"),
        ("c/source/_posts/z.md", "text"),
        ("d/config.toml", "base_url = \"https://d.example\"\n"),
        ("d/content/w.md", "+++\n+++\n"),
    ] {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let found = gathered(root.path());
    let of = |path: &str| {
        let mut posts = found.posts.iter();
        posts
            .find(|post| post.path == path.as_bytes())
            .unwrap()
            .dialect
    };
    assert_eq!(of("a/content/x.md"), Dialect::Hugo);
    assert_eq!(of("b/y.md"), Dialect::Obsidian);
    assert_eq!(of("c/source/_posts/z.md"), Dialect::Hexo);
    assert_eq!(of("d/content/w.md"), Dialect::Zola);
}
