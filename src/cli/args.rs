//! The words of the command line.

use std::path::{Path, PathBuf};

use clap::{Parser, Subcommand, ValueEnum};
use shelfmark_compile::diagnostic;
use shelfmark_compile::options::{self, SearchKind, Settings, SignedAt};
use shelfmark_compile::sign::PublicKey;

/// Program and format version, as `--version` prints them.
const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), " (bundle format 4)");
const _: () = assert!(
    shelfmark_bundle::FORMAT_VERSION == 4,
    "`VERSION` names another format version"
);

/// Turns folders of posts into an archive that reads, filters and searches itself in the
/// reader's browser.
#[derive(Debug, Parser)]
#[command(name = "shelfmark", version = VERSION, propagate_version = true)]
pub(super) struct Args {
    /// Print nothing but errors and what was asked for
    #[arg(long, short, global = true)]
    pub(super) quiet: bool,

    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Build(Build),
    Pack(Pack),
    Serve(Serve),
    Check(Check),
    Extract(Extract),
    List(List),
    Verify(Verify),
    Keygen(Keygen),
    Completions(Completions),
    Man(Man),
}

/// Print what a shell needs to complete commands and options
///
/// For example: `shelfmark completions bash > /etc/bash_completion.d/shelfmark`.
#[derive(Debug, clap::Args)]
pub(super) struct Completions {
    /// Which shell
    pub(super) shell: clap_complete::Shell,
}

/// Print the manual page, or write one page a command
#[derive(Debug, clap::Args)]
pub(super) struct Man {
    /// Folder to write `shelfmark.1`, `shelfmark-build.1`, ... into
    #[arg(long, short, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
}

/// Compile folders of posts into a complete static site
///
/// The site is written beside its place and put there in one step: a build that fails or is
/// killed leaves the previous site whole. Options may also stand in `shelfmark.toml` in the
/// first posts folder.
///
/// Exit status 1 also when a post could not be read; the others are published all the same.
#[derive(Debug, clap::Args)]
pub(super) struct Build {
    /// Folders of posts
    #[arg(required = true)]
    pub(super) posts: Vec<PathBuf>,

    /// Folder of the site; new, empty, or a site made before
    #[arg(long, short, value_name = "SITE")]
    pub(super) out: PathBuf,

    /// Keep in DIR what later builds of the same posts to the same place need not do again; may be
    /// deleted at any time
    #[arg(long, value_name = "DIR")]
    pub(super) cache: Option<PathBuf>,

    #[command(flatten)]
    pub(super) settings: SettingsArgs,

    #[command(flatten)]
    pub(super) viewer: ViewerArg,
}

/// Pack an archive into one HTML file that works from a double click, with no network
///
/// The file holds the viewer and everything it shows. Where no scripts run, it still lists the posts
/// and shows their texts.
#[derive(Debug, clap::Args)]
pub(super) struct Pack {
    /// Folders of posts
    #[arg(required = true)]
    pub(super) posts: Vec<PathBuf>,

    /// The file to write
    #[arg(long, short, value_name = "FILE.html")]
    pub(super) out: PathBuf,

    /// Most megabytes that the file may take
    #[arg(long, value_name = "MB", default_value_t = shelfmark_compile::pack::LIMIT >> 20)]
    pub(super) limit: u64,

    #[command(flatten)]
    pub(super) settings: SettingsArgs,

    #[command(flatten)]
    pub(super) viewer: ViewerArg,
}

/// Build into a temporary folder, serve it on this machine, rebuild when posts change
///
/// Prints the address once the site is up; open pages reload themselves. Ctrl-C ends it and
/// removes the folder.
#[derive(Debug, clap::Args)]
pub(super) struct Serve {
    /// Folders of posts
    #[arg(required = true)]
    pub(super) posts: Vec<PathBuf>,

    /// Port to listen on [default: 8475, or the next free one]
    #[arg(long, value_name = "N")]
    pub(super) port: Option<u16>,

    /// Open the site in the browser
    #[arg(long)]
    pub(super) open: bool,

    #[command(flatten)]
    pub(super) settings: SettingsArgs,

    #[command(flatten)]
    pub(super) viewer: ViewerArg,
}

/// Report every problem in the posts with file, line and column; write nothing
///
/// Many problems are shown by kind, with examples of each; `--all` shows every one, as does
/// `--format json`. Exit status 1 when there is any error or warning; notes are for information.
#[derive(Debug, clap::Args)]
pub(super) struct Check {
    /// Folders of posts
    #[arg(required = true)]
    pub(super) posts: Vec<PathBuf>,

    /// How to show the problems
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,

    /// Show every problem with its line, not only examples
    #[arg(long)]
    pub(super) all: bool,

    /// Show problems of this kind only, e.g. `link-broken`; may be given several times
    #[arg(long, value_name = "CODE", value_parser = code)]
    pub(super) only: Vec<String>,

    /// Show how each post was understood, and what the folders were written for
    #[arg(long, conflicts_with_all = ["all", "only"])]
    pub(super) explain: bool,
}

/// Give every source post back, byte for byte
///
/// Nothing is written outside DIR, and nothing in it is overwritten. The posts of an archive
/// made of several folders go into folders `1`, `2`, ...
#[derive(Debug, clap::Args)]
pub(super) struct Extract {
    /// Folder of a site
    pub(super) site: PathBuf,

    /// Folder to write into
    #[arg(long, short, value_name = "DIR")]
    pub(super) out: PathBuf,

    /// Overwrite files that are there with other content
    #[arg(long)]
    pub(super) force: bool,
}

/// Print one line a post, oldest first
#[derive(Debug, clap::Args)]
pub(super) struct List {
    /// Folder of a site
    pub(super) site: PathBuf,

    /// How to show the posts
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
}

/// Check every file of a site against the manifest, and the signature
///
/// Exit status 1 when anything is missing, damaged or contradicts itself. An archive that says it
/// is signed must bear the signature of the key that it names; only `--key` tells whose key that is.
#[derive(Debug, clap::Args)]
pub(super) struct Verify {
    /// Folder of a site
    pub(super) site: PathBuf,

    /// Public key that must have signed the archive: as `keygen` printed it, or its file
    #[arg(long, value_name = "PUB", value_parser = key)]
    pub(super) key: Option<String>,
}

/// Make a key that signs archives
///
/// Writes the secret half to FILE, readable by you alone, and the public half to FILE.pub, and prints
/// the public half. Keep FILE where nobody else gets it and you don't lose it.
#[derive(Debug, clap::Args)]
pub(super) struct Keygen {
    /// File of the secret half
    #[arg(long, short, value_name = "FILE", default_value = "shelfmark.key")]
    pub(super) out: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(super) struct SettingsArgs {
    /// Title of the archive
    #[arg(long)]
    title: Option<String>,

    /// One paragraph about the archive
    #[arg(long)]
    description: Option<String>,

    /// Language of title, description and page, e.g. `zh-Hans`
    #[arg(long, value_name = "TAG", value_parser = language)]
    language: Option<String>,

    /// Take in posts that are marked as drafts or unpublished
    #[arg(long)]
    drafts: bool,

    /// Fail when there is any problem in a post
    #[arg(long)]
    strict: bool,

    /// How the archive is searched: `auto` reads all texts of small ones
    #[arg(long, value_enum, default_value_t)]
    search: Search,

    /// Make the search index of segments, so that most of it stays when posts are added at the end:
    /// for archives that are published often
    #[arg(long)]
    segments: bool,

    /// Put the many small files of the bundle into fewer larger ones, of which readers ask for ranges
    /// of bytes: for hosts that limit the number of files
    #[arg(long)]
    pack_shards: bool,

    /// Leave out the plain HTML pages and the feed, which need no scripts
    #[arg(long)]
    no_static_pages: bool,

    /// Also write what it takes to open the site from disk, where browsers forbid requests
    #[arg(long)]
    file_urls: bool,

    /// Where the site will stand, for whole addresses in the feed and for search engines
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    url: Option<String>,

    /// Sign the archive with this key, a file that `keygen` wrote
    #[arg(long, value_name = "KEY")]
    sign: Option<PathBuf>,

    /// When the archive is signed, e.g. `2026-01-31T12:00:00Z` [default: now, or the time before
    /// when nothing changed]
    #[arg(long, value_name = "TIME", value_parser = time)]
    signed_at: Option<u64>,

    /// Folder of pictures that the posts show, by their relative addresses or by `host/path`;
    /// may be given several times
    #[arg(long, value_name = "DIR")]
    assets: Vec<PathBuf>,
}

/// How an archive is searched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Search {
    /// Small archives by reading their texts, others by an index
    #[default]
    Auto,
    /// By an index, however small the archive is
    Index,
}

impl SettingsArgs {
    pub(super) fn settings(&self) -> Settings {
        Settings {
            title: self.title.clone(),
            description: self.description.clone(),
            language: self.language.clone(),
            drafts: self.drafts,
            strict: self.strict,
            search: match self.search {
                Search::Auto => SearchKind::Auto,
                Search::Index => SearchKind::Index,
            },
            segments: self.segments,
            pack_shards: self.pack_shards.then_some(true),
            static_pages: self.no_static_pages.then_some(false),
            file_urls: self.file_urls.then_some(true),
            url: self.url.clone(),
            assets: self.assets.clone(),
            sign: self.sign.clone(),
            signed_at: self
                .signed_at
                .map_or_else(|| SignedAt::Now(now()), SignedAt::Exactly),
            ..Settings::default()
        }
    }
}

/// Seconds since 1970; what `SOURCE_DATE_EPOCH` says, where it is set.
#[expect(
    clippy::disallowed_methods,
    reason = "a signature says when it was made; nothing else of a site knows the time"
)]
fn now() -> u64 {
    let stated = std::env::var("SOURCE_DATE_EPOCH").ok();
    let stated = stated.and_then(|text| text.trim().parse().ok());
    stated.unwrap_or_else(|| {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        since.map_or(0, |since| since.as_secs())
    })
}

/// Reads a point in time, as seconds since 1970.
fn time(text: &str) -> Result<u64, String> {
    shelfmark_compile::sign::parse_time(text)
        .ok_or_else(|| "give a time like `2026-01-31T12:00:00Z`".to_owned())
}

/// Takes the name of a kind of problem.
fn code(text: &str) -> Result<String, String> {
    if diagnostic::codes().any(|code| code == text) {
        return Ok(text.to_owned());
    }
    let known: Vec<&str> = diagnostic::codes().collect();
    Err(format!("there are {}", known.join(", ")))
}

/// Takes what has the form of a language tag.
fn language(text: &str) -> Result<String, String> {
    let good = options::is_language(text);
    good.then(|| text.to_owned())
        .ok_or_else(|| options::LANGUAGES.to_owned())
}

/// Takes what may be the address of a site.
fn address(text: &str) -> Result<String, String> {
    let good = options::is_address(text);
    good.then(|| text.to_owned())
        .ok_or_else(|| options::ADDRESSES.to_owned())
}

/// Takes a public key, or a file that may hold one.
fn key(text: &str) -> Result<String, String> {
    let good = PublicKey::parse(text).is_some() || Path::new(text).is_file();
    good.then(|| text.to_owned())
        .ok_or_else(|| "neither a public key nor a file; give what `shelfmark keygen` printed, or its `.pub` file".to_owned())
}

#[derive(Debug, clap::Args)]
pub(super) struct ViewerArg {
    /// Take the viewer from a folder, not from inside the program (for work on the viewer)
    #[arg(long = "viewer", value_name = "DIR", hide = true)]
    pub(super) folder: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    #[default]
    Human,
    /// One JSON object a line
    Json,
}
