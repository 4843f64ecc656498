//! The viewer's files, and the page made from its template.
//!
//! The viewer comes as a list of names and bytes; files are written as they are, but for the
//! placeholders in `index.html`.

use core::fmt::Write as _;
use std::fs;
use std::path::{Component, Path};

use shelfmark_bundle::Manifest;

use crate::error::Error;
use crate::install;
use crate::pages::{Texts, escaped};
pub(crate) use crate::seal::ViewerFile;
use crate::writer::sha256;

/// The viewer: paths inside the site, `/` between folders, and their bytes.
pub type Viewer<'a> = &'a [(&'a str, &'a [u8])];

/// The page.
pub const INDEX: &str = "index.html";

/// The script by which it starts when it is opened from disk, where the site has one (`disk.rs`).
pub(crate) const DISK_START: &str = "bundle/disk/start.js";

/// Language of a page that states none.
const DEFAULT_LANGUAGE: &str = "en";

/// Tells whether there is a viewer to write.
///
/// # Errors
/// [`Error::NoViewer`] when the program was built without one.
pub fn check(viewer: Viewer<'_>) -> Result<(), Error> {
    if viewer.iter().any(|(name, _)| *name == INDEX) {
        Ok(())
    } else {
        Err(Error::NoViewer)
    }
}

/// Writes the viewer for an archive into `folder`, also for being opened from `disk`; returns what was
/// written.
pub(crate) fn write(
    viewer: Viewer<'_>,
    manifest: &Manifest,
    disk: bool,
    folder: &Path,
) -> Result<Vec<ViewerFile>, Error> {
    let mut written = Vec::with_capacity(viewer.len() + 1);
    let mut put = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(Error::file("create", parent))?;
        }
        written.push((name.to_owned(), bytes.len() as u64, sha256(bytes)));
        fs::write(&path, bytes).map_err(Error::file("write", &path))
    };
    for (name, bytes) in viewer {
        let inside = Path::new(name)
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        if !inside {
            return Err(Error::Refused {
                message: format!("the viewer holds a file of the impossible name `{name}`"),
                help: None,
            });
        }
        if *name == INDEX {
            put(name, &page(bytes, manifest, disk))?;
        } else {
            put(name, bytes)?;
        }
    }
    put(install::WEB_MANIFEST, &install::web_manifest(manifest))?;
    Ok(written)
}

/// The page's language.
pub(crate) fn language(manifest: &Manifest) -> &str {
    if manifest.language.is_empty() {
        DEFAULT_LANGUAGE
    } else {
        &manifest.language
    }
}

/// The viewer's module as a script of the old kind, for pages opened from disk: browsers refuse
/// modules there.
pub(crate) fn classic(module: &str) -> Result<String, Error> {
    let mut out = String::with_capacity(module.len() + 64);
    out.push_str("(() => {\n\"use strict\";\n");
    for line in module.lines() {
        match line.strip_prefix("export ") {
            Some(list) if list.starts_with('{') && list.trim_end().ends_with("};") => {}
            Some(rest) => out.push_str(rest),
            None => out.push_str(&line.replace("import.meta.url", "document.baseURI")),
        }
        out.push('\n');
    }
    out.push_str("})();\n");
    let sound = !out.contains("</script") && !out.contains("<!--") && !out.contains("import.meta");
    if sound {
        Ok(out)
    } else {
        Err(Error::Refused {
            message: "the viewer's module can't be made a script".into(),
            help: None,
        })
    }
}

/// Fills the template; text that is no placeholder of ours stays as it is.
fn page(template: &[u8], manifest: &Manifest, disk: bool) -> Vec<u8> {
    let template = String::from_utf8_lossy(template);
    let language = language(manifest);
    let texts = Texts::of(Some(language));
    let mut page = String::with_capacity(template.len() + 1024);
    let mut rest = &*template;
    // One pass: a title that looks like a placeholder is not filled again.
    while let Some(at) = rest.find("{{") {
        page.push_str(&rest[..at]);
        rest = &rest[at..];
        let name = rest[2..].split_once("}}").map_or("", |(name, _)| name);
        match name {
            "title" => page.push_str(&escaped(&manifest.title)),
            "description" => page.push_str(&escaped(&manifest.description)),
            "language" => page.push_str(&escaped(language)),
            "noscript" => page.push_str(&note(&texts, &escaped(texts.get("scripts")))),
            "pages" if manifest.pages.is_some() => {
                let label = escaped(texts.get("plain"));
                let link = format!("<a href=\"pages/index.html\">{label}</a>");
                page.push_str(&note(&texts, &link));
            }
            "feed" if manifest.pages.is_some() => {
                let _ = writeln!(
                    page,
                    "<link rel=\"alternate\" type=\"application/atom+xml\" href=\"feed.xml\" title=\"{}\">",
                    escaped(texts.get("feed"))
                );
            }
            "disk" if disk => {
                let _ = writeln!(page, "<script src=\"{DISK_START}\"></script>");
            }
            "types" if disk => page.push_str(" shelfmark-disk"),
            "pages" | "feed" | "disk" | "types" => {}
            _ => {
                page.push_str("{{");
                rest = &rest[2..];
                continue;
            }
        }
        rest = rest.get(name.len() + 4..).unwrap_or_default();
    }
    page.push_str(rest);
    page.into_bytes()
}

/// A paragraph in the language of its text, which need not be the archive's.
fn note(texts: &Texts, html: &str) -> String {
    let language = texts.language;
    format!("<p class=\"shell-note\" lang=\"{language}\">{html}</p>")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_page(template: &str, title: &str, expected: &str) {
        let json = br#"{"shelfmark": "archive", "format": 1, "title": "", "posts": 0, "undated": 0,
            "text_bytes": 0, "tags": [], "categories": [], "authors": 0, "languages": [],
            "lists": [], "slugs": [], "facets": [], "bodies": [], "texts": [], "index": []}"#;
        let mut manifest = Manifest::decode(json).unwrap();
        manifest.title = title.into();
        manifest.posts = 3;
        let page = page(template.as_bytes(), &manifest, false);
        assert_eq!(String::from_utf8(page).unwrap(), expected);
    }

    #[test]
    fn placeholders_are_filled_and_escaped() {
        check_page(
            "<html lang={{language}}><title>{{title}}</title>{{description}}{{pages}}{{feed}}",
            "a<b>&\"'",
            "<html lang=en><title>a&lt;b&gt;&amp;&quot;&#39;</title>",
        );
    }

    #[test]
    fn nothing_else_is_touched() {
        check_page(
            "{{ title }} {{x}} {{ {{title",
            "t",
            "{{ title }} {{x}} {{ {{title",
        );
        check_page("{{{title}}}", "t", "{{{title}}}");
        check_page("{{title}}", "{{description}}", "{{description}}");
    }
}
