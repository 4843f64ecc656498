//! One HTML file that holds an archive and its viewer: for messengers, mail and memory sticks.
//!
//! A site is built into a temporary folder, and its files are put into the page: small ones as they
//! are, gzip'd, in base64. Posts stand in the page as plain articles too, which is what a reader
//! without scripts sees; the viewer's files of bodies are then compressed against the articles, so
//! that no text is in the page twice (`delta.rs`). The page decodes a file when the viewer asks for it.

mod article;
mod beside;
mod delta;
mod page;

use std::fs;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use shelfmark_bundle::{BodyShard, ShardKind};

use crate::archive::{Archive, MANIFEST, Problem};
use crate::build;
use crate::disk;
use crate::error::Error;
use crate::install;
use crate::options::BuildOptions;
use crate::progress::Progress;
use crate::publish::{check_apart, real_path};
use crate::scratch::Scratch;
use crate::site::{self, Viewer};
use crate::summary::Summary;
use crate::writer::gzip;
use delta::Delta;

/// Most bytes of a file unless more is asked for: what a phone still opens.
pub const LIMIT: u64 = 64 << 20;

/// What was packed.
#[derive(Debug)]
pub struct Packed {
    /// What the build says of the archive.
    pub summary: Summary,
    /// Size of the file in bytes.
    pub bytes: u64,
}

/// Packs the archive of these posts into the file `options.out`, which may take `limit` bytes.
///
/// # Errors
/// When the work is refused or fails; what stood in the place of the file is then still there.
pub fn pack(
    options: &BuildOptions,
    limit: u64,
    viewer: Viewer<'_>,
    progress: &Progress,
) -> Result<Packed, Error> {
    site::check(viewer)?;
    let out = place(options)?;
    let above = out.parent().unwrap_or(Path::new("."));
    let scratch = Scratch::new("pack")?;
    let folder = scratch.path().join("site");
    let mut inside = options.clone();
    inside.out.clone_from(&folder);
    inside.settings.static_pages = Some(false);
    inside.settings.plain_bodies = true;
    inside.settings.pack_shards = Some(false);
    inside.settings.file_urls = Some(false);
    // What is kept for a site is of no use here.
    let summary = build::build_with(&inside, viewer, None, progress);
    let summary = summary.map_err(|error| scratch.explain(error))?;

    fs::create_dir_all(above).map_err(Error::file("create", above))?;
    let archive = Archive::open(&folder)?;
    let file = beside::create(&out).map_err(Error::file("write", &options.out))?;
    let mut packing = Packing {
        archive: &archive,
        out: BufWriter::new(file),
        path: &options.out,
        bytes: 0,
        limit,
        progress,
    };
    packing.everything(viewer, &folder)?;
    let bytes = packing.bytes;
    let file = packing
        .out
        .into_inner()
        .map_err(|error| Error::file("write", &options.out)(error.into_error()))?;
    readable(&file);
    file.persist(&out)
        .map_err(|error| Error::file("write", &options.out)(error.error))?;
    progress.clear();
    Ok(Packed { summary, bytes })
}

/// Where the page goes, with links resolved: a new file, or one that this program packed.
fn place(options: &BuildOptions) -> Result<PathBuf, Error> {
    let shown = options.out.display();
    let path = real_path(&options.out)?;
    check_apart("page", &options.out, &path, &options.posts)?;
    let data = match path.symlink_metadata() {
        Ok(data) => data,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(path),
        Err(error) => return Err(Error::file("look at", &options.out)(error)),
    };
    if data.is_dir() {
        return Err(Error::refused(
            format!("`{shown}` is a folder"),
            "give the name of a file, like `archive.html`",
        ));
    }
    let is_ours = data.len() == 0 || page::is_packed(&path);
    if data.is_file() && is_ours {
        return Ok(path);
    }
    Err(Error::refused(
        format!("`{shown}` is there already and no page packed by Shelfmark"),
        "give another name, or move it away: it would be replaced",
    ))
}

/// Temporary files are for their owner alone; this one is meant to be passed on.
#[cfg(unix)]
fn readable(file: &tempfile::NamedTempFile) {
    use std::os::unix::fs::PermissionsExt as _;
    let _ = file
        .as_file()
        .set_permissions(fs::Permissions::from_mode(0o644));
}

#[cfg(not(unix))]
fn readable(_file: &tempfile::NamedTempFile) {}

/// A page that is being written.
struct Packing<'a> {
    archive: &'a Archive,
    out: BufWriter<tempfile::NamedTempFile>,
    path: &'a Path,
    bytes: u64,
    limit: u64,
    progress: &'a Progress,
}

impl Packing<'_> {
    fn everything(&mut self, viewer: Viewer<'_>, folder: &Path) -> Result<(), Error> {
        let manifest = self.archive.manifest();
        let page = page::Page::of(viewer, manifest)?;
        self.put(&page.head)?;
        self.progress.step("packing", manifest.posts as usize);
        self.put("<noscript>\n<ol class=\"list\">\n")?;
        for index in self.archive.spans().rev() {
            let list = self.archive.list(index).map_err(broken)?;
            for (place, entry) in list.posts.iter().enumerate().rev() {
                let id = list.first as usize + place;
                self.put(&article::row(id, entry))?;
            }
        }
        self.put("</ol>\n</noscript>\n")?;
        for index in self.archive.spans().rev() {
            self.bodies(index)?;
        }
        let bundle = folder.join("bundle");
        let mut names: Vec<String> = Vec::new();
        for entry in fs::read_dir(&bundle).map_err(Error::file("read", &bundle))? {
            let entry = entry.map_err(Error::file("read", &bundle))?;
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
        names.sort();
        let body = format!("{}-", ShardKind::Body.name());
        for name in names
            .iter()
            .filter(|name| !name.starts_with(&body) && *name != install::VERSION)
        {
            let path = bundle.join(name);
            let bytes = fs::read(&path).map_err(Error::file("read", &path))?;
            self.file(&format!("bundle/{name}"), &bytes, name == MANIFEST)?;
        }
        for (name, bytes) in viewer {
            if disk::is_asked_for(name) {
                self.file(name, bytes, true)?;
            }
        }
        self.put(&page.foot)
    }

    /// The articles of a list shard's posts, newest first, and the files of their bodies.
    fn bodies(&mut self, index: usize) -> Result<(), Error> {
        let (_, places) = self.archive.places(index).map_err(broken)?;
        let span = self.archive.span(index);
        if let Some(problem) = span.problems.into_iter().next() {
            return Err(broken(problem));
        }
        let mut records = span.records;
        for place in places.iter().rev() {
            self.progress.go_on()?;
            let at = records.partition_point(|(id, _)| *id < place.first);
            let posts = records.split_off(at);
            let mut delta = Delta::new();
            let mut articles = String::new();
            let mut parts = place.first.to_string();
            for (id, record) in posts.iter().rev() {
                let article = article::article(*id, record);
                // What the shard holds of this post, as `BodyShard` writes it.
                let json = serde_json::to_vec(record).unwrap_or_default();
                let packed = delta.next(article.as_bytes(), &json);
                parts.push_str(&format!(" {} {} {packed}", article.len(), json.len()));
                articles.push_str(&article);
            }
            self.progress.add(posts.len());
            let name = place.file_name();
            debug_assert_eq!(
                BodyShard {
                    first: place.first,
                    posts: posts.into_iter().map(|(_, record)| record).collect(),
                }
                .encode(),
                fs::read(self.archive.folder().join(&name)).unwrap_or_default(),
                "a body shard is its posts' records"
            );
            self.put("<noscript>")?;
            self.put(&articles)?;
            self.put("</noscript>")?;
            let packed = STANDARD.encode(delta.finish());
            self.put(&format!(
                "<script type=\"text/plain\" data-file=\"bundle/{name}\" data-parts=\"{parts}\">{packed}</script>\n"
            ))?;
        }
        Ok(())
    }

    /// A file as it is, or, when it is not compressed in itself, gzip'd.
    fn file(&mut self, name: &str, bytes: &[u8], pack: bool) -> Result<(), Error> {
        let (attribute, coded) = if pack {
            (" data-gzip", STANDARD.encode(gzip(bytes)))
        } else {
            ("", STANDARD.encode(bytes))
        };
        self.put(&format!(
            "<script type=\"text/plain\" data-file=\"{name}\"{attribute}>{coded}</script>\n"
        ))
    }

    fn put(&mut self, text: &str) -> Result<(), Error> {
        self.bytes += text.len() as u64;
        if self.bytes > self.limit {
            return Err(Error::refused(
                format!(
                    "the file would take more than {} MB, which browsers open slowly or not at all",
                    self.limit >> 20
                ),
                "`shelfmark build --file-urls` makes a folder that opens from disk as well and \
                 loads only what is looked at; `--limit` allows a larger file",
            ));
        }
        self.out
            .write_all(text.as_bytes())
            .map_err(Error::file("write", self.path))
    }
}

/// The archive was written a moment ago, so this is the disk's fault.
fn broken(problem: Problem) -> Error {
    Error::Refused {
        message: format!("{}: {}", problem.what, problem.why),
        help: None,
    }
}
