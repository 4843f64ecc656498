//! The many spellings of one address, and of one path, made one.

use shelfmark_markdown::{percent_decoded, resolve};

use crate::date;
use crate::slug::split_extension;

/// Parameters that say where a reader came from, not what the page is.
const TRACKING: &[&str] = &[
    "fbclid",
    "gclid",
    "dclid",
    "msclkid",
    "yclid",
    "igshid",
    "mc_cid",
    "mc_eid",
    "spm",
    "ref_src",
    "ref_url",
    "isappinstalled",
    "share_token",
    "_ga",
    "_gl",
];

/// What two spellings of one page's address have in common: neither scheme nor `www.`, escapes
/// decoded, no tracking parameters, no slash or `index.html` at the end, no place in the page.
pub(super) fn source_key(address: &str) -> Option<String> {
    let address = resolve("", address)?;
    let (_, rest) = address.split_once("://")?;
    let (rest, place) = rest.split_once('#').unwrap_or((rest, ""));
    let (page, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (host, path) = page.split_once('/').unwrap_or((page, ""));
    let host = host.to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    let host = host
        .strip_suffix(":80")
        .or_else(|| host.strip_suffix(":443"))
        .unwrap_or(host);
    let path = percent_decoded(path);
    let path = path.trim_end_matches('/');
    let path = path
        .strip_suffix("index.html")
        .filter(|folder| folder.is_empty() || folder.ends_with('/'))
        .map_or(path, |folder| folder.trim_end_matches('/'));
    let mut key = format!("{host}/{path}");
    let mut join = '?';
    for parameter in query.split('&') {
        let name = parameter.split('=').next().unwrap_or_default();
        if parameter.is_empty() || name.starts_with("utm_") || TRACKING.contains(&name) {
            continue;
        }
        key.push(join);
        key.push_str(&percent_decoded(parameter));
        join = '&';
    }
    // Some sites are one page, and tell their pages apart there.
    if place.starts_with(['!', '/']) {
        key.push('#');
        key.push_str(&percent_decoded(place));
    }
    Some(key)
}

/// A path below the posts folder; `None` when it leads out of it.
pub(crate) fn joined(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

pub(super) fn path_key(path: &str) -> String {
    let path = path.trim_matches('/');
    without_extension(path).to_owned()
}

/// Without the ending of a post or of a page that was made of it.
pub(super) fn without_extension(path: &str) -> &str {
    let (stem, extension) = split_extension(path.as_bytes());
    match extension {
        b"md" | b"markdown" | b"mdown" | b"mkd" | b"html" | b"htm" | b"mdx" | b"txt" | b"Rmd"
        | b"rmd" | b"qmd" | b"xhtml" => path.get(..stem.len()).unwrap_or(path),
        _ => path,
    }
}

/// The name without a leading day.
pub(super) fn without_date(name: &str) -> &str {
    match date::of_name(name) {
        Some((_, rest)) if !rest.is_empty() => rest,
        _ => name,
    }
}
