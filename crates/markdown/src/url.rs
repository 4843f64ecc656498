//! Addresses in posts: which scheme they have, and what a relative one means.
//!
//! A post's relative links belong to the page it was taken from; they must never resolve against
//! the viewer. Schemes are read as browsers read them (WHATWG URL standard, 4.4: tabs and line
//! ends anywhere, control characters and spaces at the ends, are ignored), so that a disguised
//! `java\tscript:` is seen for what it is.

/// What browsers see of an address: no tabs, no line ends, no controls or spaces at the ends.
#[must_use]
pub(crate) fn trimmed(address: &str) -> String {
    address
        .trim_matches(|c: char| c <= ' ')
        .chars()
        .filter(|c| !matches!(c, '\t' | '\n' | '\r'))
        .collect()
}

/// The scheme in lower case, when the address has one.
#[must_use]
pub(crate) fn scheme(address: &str) -> Option<String> {
    let (scheme, _) = address.split_once(':')?;
    let mut bytes = scheme.bytes();
    let valid = bytes.next().is_some_and(|b| b.is_ascii_alphabetic())
        && bytes.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
    valid.then(|| scheme.to_ascii_lowercase())
}

/// The host of an `http` or `https` address, without user, password and port.
#[must_use]
pub fn host(address: &str) -> Option<&str> {
    let rest = address.split_once("://")?.1;
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next()?,
        None => host.split(':').next()?,
    };
    (!host.is_empty()).then_some(host)
}

/// Resolves an address against the absolute `http(s)` address of the page it stood on
/// (RFC 3986, 5.2, with `\` read as `/` as browsers do).
///
/// Gives `None` when there is no usable base, or the address has another scheme than `http(s)`.
#[must_use]
pub fn resolve(base: &str, address: &str) -> Option<String> {
    let base = trimmed(base);
    let address = trimmed(address).replace('\\', "/");
    if address.contains(|c: char| c < ' ') {
        return None; // Nobody writes these; somebody may hide something with them.
    }
    if let Some(scheme) = scheme(&address) {
        if scheme != "http" && scheme != "https" {
            return None;
        }
        // `https:foo` without slashes is relative to a base of the same scheme in browsers; it
        // is not worth guessing.
        return address[scheme.len()..]
            .starts_with("://")
            .then_some(address);
    }
    let base_scheme = scheme(&base).filter(|scheme| scheme == "http" || scheme == "https")?;
    host(&base)?;
    if address.starts_with("//") {
        return host(&["http:", &address].concat())
            .map(|_| [&*base_scheme, ":", &address].concat());
    }
    let after = base_scheme.len() + 3;
    let authority_end = base[after..]
        .find(['/', '?', '#'])
        .map_or(base.len(), |end| after + end);
    let origin = &base[..authority_end];
    let rest = base[authority_end..].split('#').next().unwrap_or_default();
    let (path, query) = match rest.split_once('?') {
        Some((path, _)) => (path, &rest[path.len()..]),
        None => (rest, ""),
    };
    if address.is_empty() {
        return Some([origin, path, query].concat());
    }
    if address.starts_with('#') {
        return Some([origin, path, query, &address].concat());
    }
    if address.starts_with('?') {
        return Some([origin, path, &address].concat());
    }
    let cut = address.find(['?', '#']).unwrap_or(address.len());
    let (relative, tail) = address.split_at(cut);
    let joined = if relative.starts_with('/') {
        relative.to_owned()
    } else {
        let folder = path.rfind('/').map_or("/", |end| &path[..=end]);
        [folder, relative].concat()
    };
    Some([origin, &without_dots(&joined), tail].concat())
}

/// Removes `.` and `..` from an absolute path (RFC 3986, 5.2.4).
fn without_dots(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let mut folder = false;
    for part in path.split('/').skip(1) {
        folder = matches!(part, "." | "..");
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let mut out = String::with_capacity(path.len());
    for part in &parts {
        out.push('/');
        out.push_str(part);
    }
    if folder || parts.is_empty() {
        out.push('/');
    }
    out
}

/// Whether two addresses name the same page: equal once escapes are decoded, white space at the
/// ends and a final slash aside.
#[must_use]
pub fn same_target(a: &str, b: &str) -> bool {
    let plain = |address: &str| {
        let mut bytes = decoded(&trimmed(address));
        if bytes.last() == Some(&b'/') {
            bytes.pop();
        }
        bytes
    };
    plain(a) == plain(b)
}

/// An address with its escapes decoded, where that gives UTF-8.
#[must_use]
pub fn percent_decoded(text: &str) -> String {
    String::from_utf8(decoded(text)).unwrap_or_else(|_| text.to_owned())
}

fn decoded(address: &str) -> Vec<u8> {
    let bytes = address.as_bytes();
    let hex = |index: usize| bytes.get(index).and_then(|b| (*b as char).to_digit(16));
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match (bytes[at], hex(at + 1), hex(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                at += 3;
            }
            (byte, ..) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolves_as_rfc_3986_says() {
        let base = "http://a/b/c/d;p?q";
        for (address, expected) in [
            ("g", "http://a/b/c/g"),
            ("./g", "http://a/b/c/g"),
            ("g/", "http://a/b/c/g/"),
            ("/g", "http://a/g"),
            ("//g", "http://g"),
            ("?y", "http://a/b/c/d;p?y"),
            ("g?y", "http://a/b/c/g?y"),
            ("#s", "http://a/b/c/d;p?q#s"),
            ("g#s", "http://a/b/c/g#s"),
            ("", "http://a/b/c/d;p?q"),
            (".", "http://a/b/c/"),
            ("..", "http://a/b/"),
            ("../g", "http://a/b/g"),
            ("../../../g", "http://a/g"),
            ("g;x=1/../y", "http://a/b/c/y"),
        ] {
            assert_eq!(
                resolve(base, address).as_deref(),
                Some(expected),
                "{address}"
            );
        }
        assert_eq!(
            resolve("https://x.example", "a.jpg").as_deref(),
            Some("https://x.example/a.jpg")
        );
    }

    #[test]
    fn refuses_other_schemes_and_bases() {
        for address in [
            "javascript:alert(1)",
            " java\nscript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "vbscript:x",
        ] {
            assert_eq!(resolve("https://a.example/", address), None, "{address}");
        }
        assert_eq!(resolve("file:///home", "x"), None);
        assert_eq!(resolve("", "x"), None);
    }

    #[test]
    fn compares_targets_not_spellings() {
        assert!(same_target(
            "https://a.example/%E4%B8%AD",
            "https://a.example/中"
        ));
        assert!(same_target("https://a.example/x/", " https://a.example/x"));
        assert!(!same_target("https://a.example/x", "https://a.example/y"));
    }

    #[test]
    fn finds_hosts() {
        assert_eq!(host("https://user:pw@a.example:8080/x"), Some("a.example"));
        assert_eq!(host("https:///x"), None);
        assert_eq!(host("/x"), None);
    }
}
