//! What a build is asked to do: from the command line, and from `shelfmark.toml` beside the posts.
//!
//! The command line wins. An unknown key in the file is an error, so that a misspelt one is not
//! silently without effect. Keys are spelled as on the command line; `_` is as good as `-`.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::dialect::{self, Dialect};
use crate::error::Error;

/// Name of the file with options, in the first posts folder.
pub const FILE: &str = "shelfmark.toml";

/// The archive's title when none is given.
///
/// Not the folder's name: the same posts give the same bytes wherever they lie.
pub const DEFAULT_TITLE: &str = "Archive";

/// Most bytes of visible text, as UTF-8, up to which the texts are shipped for searching by
/// reading them all: about 400 kB to fetch, what some eight searches by an index take. Figures are
/// in `docs/benchmarks.md`.
pub const SCAN_LIMIT: u64 = 1 << 20;

/// What a build reads, and where it writes.
#[derive(Debug, Clone, Default)]
pub struct BuildOptions {
    /// Folders of posts (or single posts), in the user's order.
    pub posts: Vec<PathBuf>,
    /// Folder of the site.
    pub out: PathBuf,
    /// What was said on the command line.
    pub settings: Settings,
    /// Publish a site even when no post was found.
    pub allow_empty: bool,
}

/// How an archive is searched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SearchKind {
    /// Small archives by reading their texts, others by an index.
    #[default]
    Auto,
    /// By an index, however small the archive is.
    Index,
}

/// When an archive is signed, in seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignedAt {
    /// Then.
    Exactly(u64),
    /// At this present; a later second if the archive before was signed after it, or at the time
    /// before if nothing changed.
    Now(u64),
}

impl Default for SignedAt {
    fn default() -> Self {
        Self::Now(0)
    }
}

/// Options that may stand on the command line or in `shelfmark.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// Title of the archive.
    pub title: Option<String>,
    /// One paragraph about it.
    pub description: Option<String>,
    /// Language of title, description and page (BCP 47).
    #[serde(deserialize_with = "language")]
    pub language: Option<String>,
    /// Take drafts in.
    pub drafts: bool,
    /// Any problem in a post fails the build.
    pub strict: bool,
    /// How the archive is searched.
    pub search: SearchKind,
    /// Make the index of segments, so that most of it stays when posts are added at the end.
    pub segments: bool,
    /// Put the many small shards into fewer files, of which readers ask for ranges of bytes;
    /// nothing said means no.
    #[serde(alias = "pack_shards")]
    pub pack_shards: Option<bool>,
    /// Write plain HTML pages and a feed; nothing said means yes.
    #[serde(alias = "static_pages")]
    pub static_pages: Option<bool>,
    /// Write script files, with which the site also works when it is opened from disk; nothing
    /// said means no.
    #[serde(alias = "file_urls")]
    pub file_urls: Option<bool>,
    /// Where the site will stand, for addresses that must be whole: in the feed, and for search
    /// engines.
    #[serde(deserialize_with = "address")]
    pub url: Option<String>,
    /// Addresses of the sites that the posts were written for: links to their pages lead to the posts
    /// here. The configuration of Jekyll and its kin in a posts folder names one.
    pub original: Vec<String>,
    /// Folders of pictures: as the posts' relative addresses name them, or mirrors of sites
    /// (`host/path`). In the file, paths are relative to it.
    pub assets: Vec<PathBuf>,
    /// Write files of bodies as they are, not gzip'd: they are compressed otherwise (`pack`).
    #[serde(skip)]
    #[doc(hidden)]
    pub plain_bodies: bool,
    /// The program that the posts were written for; told from the posts otherwise.
    pub dialect: Option<Dialect>,
    /// The same for single folders, by their paths in the posts folder.
    pub dialects: BTreeMap<String, Dialect>,
    /// Endings of the names of posts, without the dot; those of Markdown otherwise.
    pub extensions: Option<Vec<String>>,
    /// The key that signs the archive: a file that `shelfmark keygen` wrote. In the file, the path
    /// is relative to it.
    pub sign: Option<PathBuf>,
    /// When the archive is signed.
    #[serde(skip)]
    pub signed_at: SignedAt,
    /// Folder of what is kept for later builds, so that they take less time; nothing is kept
    /// otherwise. In the file, the path is relative to it.
    pub cache: Option<PathBuf>,
}

impl BuildOptions {
    /// The settings to use: those of the command line, completed from `shelfmark.toml`.
    ///
    /// # Errors
    /// When the file can't be read or holds something that is not an option.
    pub fn settled(&self) -> Result<Settings, Error> {
        let file = match self.posts.first() {
            Some(first) => Settings::beside(first)?,
            None => Settings::default(),
        };
        let mut settings = self.settings.clone().or(file);
        for posts in &self.posts {
            let site = dialect::stated(posts);
            settings.title = settings.title.or(site.title);
            settings.original.extend(site.address);
        }
        if let Some(tag) = settings.language.as_deref().filter(|tag| !is_language(tag)) {
            return Err(Error::refused(
                format!("`{tag}` is not a language tag"),
                LANGUAGES,
            ));
        }
        if let Some(url) = settings.url.as_deref().filter(|url| !is_address(url)) {
            return Err(Error::refused(
                format!("`{url}` is not the address of a site"),
                ADDRESSES,
            ));
        }
        Ok(settings)
    }

    /// Says of which files with options nothing is read: those of all folders but the first.
    pub(crate) fn passed_over(&self) -> Vec<Diagnostic> {
        let mut beside = self.posts.iter().map(|posts| folder_of(posts).join(FILE));
        let first = beside.next().unwrap_or_default();
        let known = first.canonicalize().ok();
        let other = |path: &PathBuf| path.exists() && path.canonicalize().ok() != known;
        let mut others: Vec<PathBuf> = beside.filter(other).collect();
        // Of posts that are given one by one.
        others.dedup();
        let warned = |path: PathBuf| {
            let shown = path.to_string_lossy();
            let message = "is not read: options stand in the first posts folder";
            Diagnostic::warning("settings-unread", &shown, message).help(format!(
                "put its options into `{}`, or give its folder first",
                first.display()
            ))
        };
        others.into_iter().map(warned).collect()
    }
}

/// The folder of some posts, or of a single one.
fn folder_of(posts: &Path) -> &Path {
    if posts.is_file() {
        match posts.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        }
    } else {
        posts
    }
}

/// What says that a key is unknown, before the key in backticks.
const UNKNOWN: &str = "unknown field `";

/// Options that stand on the command line alone.
const LINE_ONLY: &[&str] = &[
    "all",
    "explain",
    "force",
    "format",
    "key",
    "limit",
    "only",
    "open",
    "out",
    "port",
    "quiet",
    "signed-at",
];

/// What is wrong with a file of options, and what to do, from what its parser says.
fn told(message: &str) -> (String, Option<String>) {
    let Some((key, expected)) = message
        .strip_prefix(UNKNOWN)
        .and_then(|rest| rest.split_once('`'))
    else {
        return match message.split_once('\n') {
            Some((message, help)) => (message.to_owned(), Some(help.to_owned())),
            None => (message.to_owned(), None),
        };
    };
    let option = key.replace('_', "-");
    if option == "no-static-pages" {
        let message = format!("`{key}` is an option of the command line");
        return (message, Some("write `static-pages = false`".to_owned()));
    }
    if LINE_ONLY.contains(&&*option) {
        return (
            format!("`{key}` is an option of the command line alone"),
            Some(format!("take it out, and give `--{option}` to the command")),
        );
    }
    let known = expected.strip_prefix(", expected one of ").map(|known| {
        // One of two spellings will do.
        let known = known.split(", ").filter(|name| !name.contains('_'));
        format!("there are {}", known.collect::<Vec<_>>().join(", "))
    });
    (format!("unknown key `{key}`"), known)
}

/// Reads a language.
fn language<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    checked(from, is_language, "is not a language tag", LANGUAGES)
}

/// Reads the address of a site.
fn address<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    checked(from, is_address, "is not the address of a site", ADDRESSES)
}

/// Reads a text that must be good; else says what it is, and what to do in a second line.
fn checked<'de, D: Deserializer<'de>>(
    from: D,
    is_good: fn(&str) -> bool,
    what: &str,
    help: &str,
) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(from)?;
    if is_good(&text) {
        return Ok(Some(text));
    }
    Err(D::Error::custom(format!("`{text}` {what}\n{help}")))
}

impl Settings {
    /// These settings, completed from others.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            title: self.title.or(other.title),
            description: self.description.or(other.description),
            language: self.language.or(other.language),
            drafts: self.drafts || other.drafts,
            strict: self.strict || other.strict,
            search: match self.search {
                SearchKind::Auto => other.search,
                index => index,
            },
            segments: self.segments || other.segments,
            pack_shards: self.pack_shards.or(other.pack_shards),
            static_pages: self.static_pages.or(other.static_pages),
            file_urls: self.file_urls.or(other.file_urls),
            sign: self.sign.or(other.sign),
            signed_at: self.signed_at,
            url: self.url.or(other.url),
            plain_bodies: self.plain_bodies,
            original: [self.original, other.original].concat(),
            assets: if self.assets.is_empty() {
                other.assets
            } else {
                self.assets
            },
            dialect: self.dialect.or(other.dialect),
            dialects: if self.dialects.is_empty() {
                other.dialects
            } else {
                self.dialects
            },
            extensions: self.extensions.or(other.extensions),
            cache: self.cache.or(other.cache),
        }
    }

    /// Whether plain pages are written.
    #[must_use]
    pub fn static_pages(&self) -> bool {
        self.static_pages.unwrap_or(true)
    }

    /// Whether small shards are put into fewer files.
    #[must_use]
    pub fn packs_shards(&self) -> bool {
        self.pack_shards.unwrap_or_default()
    }

    /// Reads `shelfmark.toml` beside the posts; no file means no settings.
    ///
    /// # Errors
    /// When it can't be read, is not TOML or has a key that is not an option.
    pub fn beside(posts: &Path) -> Result<Self, Error> {
        let folder = folder_of(posts);
        let path = folder.join(FILE);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(Error::file("read", &path)(error)),
        };
        let text = String::from_utf8_lossy(&bytes);
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let read: Result<Self, _> = toml::from_str(text);
        let mut settings = read.map_err(|error| {
            let (message, help) = told(error.message());
            Error::Settings(Box::new(Diagnostic {
                severity: Severity::Error,
                code: "settings",
                file: path.display().to_string(),
                message,
                help,
                place: error.span().map(|span| place(text, span)),
            }))
        })?;
        for assets in &mut settings.assets {
            *assets = folder.join(&assets);
        }
        settings.sign = settings.sign.map(|key| folder.join(key));
        settings.cache = settings.cache.map(|cache| folder.join(cache));
        Ok(settings)
    }
}

/// Where bytes `span` of `text` are.
fn place(text: &str, span: core::ops::Range<usize>) -> Place {
    let start = text.floor_char_boundary(span.start);
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    let source = text[line_start..line_end].trim_end_matches('\r');
    let end = text.ceil_char_boundary(span.end.min(line_start + source.len()));
    let begin = (start - line_start).min(source.len());
    Place {
        line: text[..line_start].matches('\n').count() + 1,
        column: text[line_start..start].chars().count() + 1,
        source: source.to_owned(),
        span: begin..(end.max(start) - line_start).clamp(begin, source.len()),
    }
}

/// What to do about a tag that is none.
pub const LANGUAGES: &str = "give one like `en`, `zh-Hans` or `pt-BR`";

/// Tells whether `tag` has the form of a BCP 47 tag.
#[must_use]
pub fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let first = parts.next().unwrap_or_default();
    (2..=8).contains(&first.len())
        && first.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}

/// What to do about an address where no site can stand.
pub const ADDRESSES: &str = "give one like `https://archive.example/news/`";

/// Tells whether `url` is where a site may stand: `http(s)`, a host, no query and no fragment.
#[must_use]
pub fn is_address(url: &str) -> bool {
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '?' | '#' | '\\');
    let scheme = ["https://", "http://"];
    scheme.iter().any(|scheme| url.starts_with(scheme))
        && shelfmark_markdown::host(url).is_some()
        && url.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Settings, Error> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), text).unwrap();
        Settings::beside(folder.path())
    }

    #[test]
    fn no_file_is_no_settings() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(
            Settings::beside(folder.path()).unwrap(),
            Settings::default()
        );
    }

    #[test]
    fn the_command_line_wins() {
        let file = read("\u{feff}title = \"File\"\ndescription = \"d\"\ndrafts = true\n").unwrap();
        let line = Settings {
            title: Some("Line".into()),
            ..Settings::default()
        };
        let both = line.or(file);
        assert_eq!(both.title.as_deref(), Some("Line"));
        assert_eq!(both.description.as_deref(), Some("d"));
        assert!(both.drafts && !both.strict);
    }

    #[test]
    fn paths_are_relative_to_the_file() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), "assets = [\"../pictures\"]").unwrap();
        let read = Settings::beside(folder.path()).unwrap();
        assert_eq!(read.assets, [folder.path().join("../pictures")]);
        fs::write(folder.path().join(FILE), "cache = \"../kept\"").unwrap();
        let read = Settings::beside(folder.path()).unwrap();
        assert_eq!(read.cache, Some(folder.path().join("../kept")));
    }

    #[test]
    fn an_unknown_key_is_named_with_its_place() {
        let Err(Error::Settings(found)) = read("title = \"t\"\r\n  titel = \"x\"\r\n") else {
            panic!("accepted");
        };
        let place = found.place.unwrap();
        assert_eq!(found.message, "unknown key `titel`");
        let help = found.help.unwrap();
        assert!(help.starts_with("there are `title`, "), "{help}");
        assert!(help.contains("`static-pages`"), "{help}");
        assert!(
            !help.contains("static_pages"),
            "one spelling will do: {help}"
        );
        assert_eq!((place.line, place.column), (2, 3));
        assert_eq!(&place.source[place.span], "titel");
    }

    #[test]
    fn both_spellings_of_two_words_are_read() {
        for (key, read_as) in [
            ("pack-shards", [true, false, false]),
            ("static-pages", [false, true, false]),
            ("file-urls", [false, false, true]),
        ] {
            for key in [key.to_owned(), key.replace('-', "_")] {
                let read = read(&format!("{key} = true")).unwrap();
                let found = [read.pack_shards, read.static_pages, read.file_urls];
                let found = found.map(|value| value == Some(true));
                assert_eq!(found, read_as, "{key}");
            }
        }
        assert!(read("file-urls = true\nfile_urls = false").is_err());
    }

    #[test]
    fn options_of_the_command_line_are_told_from_misspelt_ones() {
        for (text, message, help) in [
            (
                "out = \"site\"",
                "`out` is an option of the command line alone",
                "take it out, and give `--out` to the command",
            ),
            (
                "signed_at = 3",
                "`signed_at` is an option of the command line alone",
                "take it out, and give `--signed-at` to the command",
            ),
            (
                "no-static-pages = true",
                "`no-static-pages` is an option of the command line",
                "write `static-pages = false`",
            ),
            (
                "url = \"ftp://x\"",
                "`ftp://x` is not the address of a site",
                ADDRESSES,
            ),
            (
                "language = \"zz_ZZ!!\"",
                "`zz_ZZ!!` is not a language tag",
                LANGUAGES,
            ),
        ] {
            let Err(Error::Settings(found)) = read(&format!("drafts = true\n{text}")) else {
                panic!("accepted: {text}");
            };
            assert_eq!(found.message, message);
            assert_eq!(found.help.as_deref(), Some(help), "{text}");
            assert_eq!(found.place.unwrap().line, 2, "{text}");
        }
    }

    #[test]
    fn wrong_types_and_broken_syntax_are_errors() {
        for text in [
            "title = 3",
            "title = ",
            "[title]\n",
            "drafts = \"yes\"",
            "a\nb",
        ] {
            assert!(matches!(read(text), Err(Error::Settings(_))), "{text}");
        }
    }

    #[test]
    fn addresses_have_a_form() {
        for good in [
            "https://a.example",
            "http://a.example:80/b/",
            "https://例子.example/",
        ] {
            assert!(is_address(good), "{good}");
        }
        for bad in [
            "",
            "a.example",
            "https://",
            "ftp://a",
            "https://a/?q",
            "https://a/ b",
            "javascript:1",
        ] {
            assert!(!is_address(bad), "{bad}");
        }
    }

    #[test]
    fn pages_are_written_unless_somebody_says_no() {
        assert!(Settings::default().static_pages());
        let file = read("static_pages = false\nurl = \"https://a.example/\"\n").unwrap();
        let both = Settings::default().or(file);
        assert!(!both.static_pages());
        assert_eq!(both.url.as_deref(), Some("https://a.example/"));
    }

    #[test]
    fn language_tags_have_a_form() {
        for good in ["en", "zh-Hans", "pt-BR", "zh-Hant-TW"] {
            assert!(is_language(good), "{good}");
        }
        for bad in ["", "e", "english language", "en_US", "en-", "\"><script>"] {
            assert!(!is_language(bad), "{bad}");
        }
    }
}
