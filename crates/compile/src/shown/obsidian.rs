//! Obsidian's words: wikilinks, embeds, callouts, highlights, comments, block ids, tags.

use core::cell::Cell;

use super::places::{self, Headings};
use super::{Around, Lost, address, capital, code, escaped, footnotes};

/// Endings of files that are shown as pictures.
const PICTURES: &[&str] = &[
    "png", "jpg", "jpeg", "gif", "webp", "avif", "svg", "bmp", "tif", "tiff",
];

/// Translates a note.
pub(super) fn markdown(body: &str, around: &Around<'_>) -> String {
    let body = footnotes::moved(body);
    let before = around.lost.borrow().len();
    let leads = Cell::new(false);
    let mut shown = translated(&body, around, &Headings::default(), &leads);
    if leads.get() {
        // What its headings are called is known only now.
        around.lost.borrow_mut().truncate(before);
        shown = translated(&body, around, &Headings::of(&shown), &leads);
    }
    places::with_breaks(&shown)
}

fn translated(body: &str, around: &Around<'_>, headings: &Headings, leads: &Cell<bool>) -> String {
    let mut out = String::with_capacity(body.len() + 64);
    let mut commented = false;
    places::parts(body, &mut |range, is_prose| {
        let part = &body[range.clone()];
        if is_prose {
            let mut translation = Translation {
                around,
                body,
                headings,
                leads,
                out: &mut out,
                commented: &mut commented,
            };
            translation.prose(range.start, part);
        } else if !commented {
            out.push_str(part);
        }
    });
    out
}

struct Translation<'a, 'b> {
    around: &'a Around<'b>,
    body: &'a str,
    headings: &'a Headings,
    /// Whether anything leads to a heading of this note.
    leads: &'a Cell<bool>,
    out: &'a mut String,
    commented: &'a mut bool,
}

impl Translation<'_, '_> {
    fn prose(&mut self, start: usize, part: &str) {
        let mut at = 0;
        let whole_line = start == 0 || self.body.as_bytes()[start - 1] == b'\n';
        let mut fresh = whole_line;
        while at < part.len() {
            let rest = &part[at..];
            if fresh && !*self.commented {
                fresh = false;
                let block_id = || block_id_line(&self.body[..start + at], rest);
                if let Some(length) = self.callout(rest, start + at) {
                    at += length;
                    continue;
                }
                if let Some((lead, length)) = block_id() {
                    self.out.push_str(lead);
                    at += length;
                    fresh = true;
                    continue;
                }
            }
            let length = self.step(rest, start + at);
            fresh = rest[..length].ends_with('\n');
            at += length;
        }
    }

    /// Translates what stands at the beginning; returns how much that is.
    fn step(&mut self, rest: &str, place: usize) -> usize {
        if rest.starts_with("%%") {
            // What is never closed is no comment.
            if *self.commented || self.body[place + 2..].contains("%%") {
                *self.commented = !*self.commented;
                return 2;
            }
        }
        let c = rest.chars().next().unwrap_or(' ');
        let length = c.len_utf8();
        if *self.commented {
            return length;
        }
        let taken = match c {
            '\\' if rest.len() > 1 => {
                let next = rest[1..].chars().next().map_or(0, char::len_utf8);
                self.out.push_str(&rest[..=next]);
                return 1 + next;
            }
            '!' if rest.starts_with("![[") => self.embed(rest, place),
            '!' if rest.starts_with("![") => self.picture(rest),
            '[' if rest.starts_with("[[") => self.link(rest, place),
            '=' if rest.starts_with("==") => self.highlight(rest, place),
            ' ' => block_id(rest),
            _ => None,
        };
        taken.unwrap_or_else(|| {
            self.out.push(c);
            length
        })
    }

    fn link(&mut self, rest: &str, place: usize) -> Option<usize> {
        let (name, alias, length) = parted(&rest[2..])?;
        let (page, heading) = name.split_once('#').unwrap_or((name, ""));
        let page = page.trim();
        let shown = match alias {
            Some(alias) => alias.replace('[', "\\[").replace(']', "\\]"),
            None if page.is_empty() => {
                escaped(&heading.trim_start_matches('^').replace('#', " > "))
            }
            None if heading.is_empty() || heading.starts_with('^') => escaped(page),
            None => escaped(&format!("{page} > {}", heading.replace('#', " > "))),
        };
        let around = self.around;
        let own = || {
            let path = around.links.note(around.post, page, around.asked)?;
            let (stem, _) = crate::slug::split_extension(&around.post.path);
            (path.as_bytes() == stem).then_some(())
        };
        let found = if page.is_empty() || (!heading.is_empty() && own().is_some()) {
            self.leads.set(true);
            if let Some(id) = self.headings.id(heading) {
                let id = address(id);
                let id = id.trim_start_matches('/');
                self.out.push_str(&format!("[{shown}](#{id})"));
                return Some(length + 2);
            }
            None
        } else {
            let path = around.links.note(around.post, page, around.asked);
            let path = path.or_else(|| around.others.find(around.post, page, around.asked));
            if path.is_none() {
                around.lose(place, page, false);
            }
            path
        };
        match found {
            Some(path) => self.out.push_str(&format!("[{shown}]({})", address(path))),
            None => self.out.push_str(&shown),
        }
        Some(length + 2)
    }

    fn embed(&mut self, rest: &str, place: usize) -> Option<usize> {
        let (name, alias, length) = parted(&rest[3..])?;
        let page = name.split('#').next().unwrap_or_default().trim();
        let ending = page.rsplit_once('.').map_or("", |(_, ending)| ending);
        let around = self.around;
        let file = around.others.find(around.post, page, around.asked);
        if PICTURES.contains(&ending.to_ascii_lowercase().as_str()) {
            // What follows the bar is a size, or else a text.
            let text = alias.map(without_size).unwrap_or_default();
            let target = if let Some(path) = file {
                address(path)
            } else {
                around.lose(place, page, true);
                address(page).trim_start_matches('/').to_owned()
            };
            self.out
                .push_str(&format!("![{}]({target})", escaped(text)));
        } else if page.is_empty() {
            return None;
        } else {
            let shown = escaped(alias.unwrap_or(page));
            match around.links.note(around.post, page, around.asked).or(file) {
                Some(path) => self.out.push_str(&format!("[{shown}]({})", address(path))),
                None => {
                    around.lose(place, page, true);
                    self.out.push_str(&shown);
                }
            }
        }
        Some(length + 3)
    }

    /// `![text|300](address)` without the size.
    fn picture(&mut self, rest: &str) -> Option<usize> {
        let inside = &rest[2..];
        let end = inside.find(['\n', '[', ']'])?;
        let text = without_size(&inside[..end]);
        if !inside[end..].starts_with("](") || text.len() == end {
            return None;
        }
        self.out.push_str(&format!("![{text}]("));
        Some(2 + end + 2)
    }

    fn highlight(&mut self, rest: &str, place: usize) -> Option<usize> {
        let inside = &rest[2..];
        let line = inside.split('\n').next().unwrap_or_default();
        let end = line.find("==")?;
        let text = &line[..end];
        if text.is_empty()
            || text.trim() != text
            || text.starts_with('=')
            || line[end + 2..].starts_with('=')
        {
            return None;
        }
        // What stands inside may be a link or emphasised.
        self.out.push_str("<mark>");
        let mut at = 0;
        while at < text.len() {
            at += self.step(&text[at..], place + 2 + at);
        }
        self.out.push_str("</mark>");
        Some(end + 4)
    }

    /// `> [!note]+ Title` becomes a paragraph of its own with a strong title.
    fn callout(&mut self, rest: &str, place: usize) -> Option<usize> {
        let line = rest.split_inclusive('\n').next()?;
        let quote = line.len() - line.trim_start_matches([' ', '\t', '>']).len();
        let (lead, inner) = line.split_at(quote);
        if !lead.contains('>') {
            return None;
        }
        let (kind, title) = inner.strip_prefix("[!")?.split_once(']')?;
        let kind = kind.split('|').next().unwrap_or_default().trim();
        if kind.is_empty()
            || !kind
                .chars()
                .all(|c| c.is_alphanumeric() || "-_ ".contains(c))
        {
            return None;
        }
        let title = title.trim_start_matches(['+', '-']).trim();
        let place = place + line.rfind(title).unwrap_or_default();
        self.out.push_str(lead);
        self.out.push_str("**");
        if title.is_empty() {
            self.out.push_str(&capital(kind));
        } else {
            let mut at = 0;
            while at < title.len() {
                at += self.step(&title[at..], place + at);
            }
        }
        self.out.push_str("**\n");
        self.out.push_str(lead.trim_end());
        self.out.push('\n');
        Some(line.len())
    }
}

impl Around<'_> {
    pub(super) fn lose(&self, at: usize, name: &str, embedded: bool) {
        self.lost.borrow_mut().push(Lost {
            at,
            name: name.to_owned(),
            embedded,
        });
    }
}

/// Takes `name|alias]]` apart; also tells its length.
fn parted(text: &str) -> Option<(&str, Option<&str>, usize)> {
    let end = text.find(['\n', ']', '['])?;
    if !text[end..].starts_with("]]") || text[..end].trim().is_empty() {
        return None;
    }
    let (name, alias) = match text[..end].split_once('|') {
        // In tables the bar is escaped.
        Some((name, alias)) => (name.trim_end_matches('\\'), Some(alias.trim())),
        None => (&text[..end], None),
    };
    Some((
        name.trim(),
        alias.filter(|alias| !alias.is_empty()),
        end + 2,
    ))
}

/// The text of a picture, without the size that may stand behind a bar or alone.
fn without_size(text: &str) -> &str {
    let (before, last) = text.rsplit_once('|').unwrap_or(("", text));
    if is_size(last.trim()) {
        // In tables the bar is escaped.
        before.trim_end_matches('\\').trim()
    } else {
        text
    }
}

/// `300` or `300x200`.
fn is_size(text: &str) -> bool {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (width, height) = text.split_once('x').unwrap_or((text, "0"));
    number(width) && number(height)
}

/// Length of a block id and what is blank behind it, if the line ends there.
fn id_to_line_end(text: &str) -> Option<usize> {
    let id = text.strip_prefix('^')?;
    let length = id
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
        .unwrap_or(id.len());
    let after = id[length..].trim_start_matches([' ', '\t']);
    let ends = after.is_empty() || after.starts_with(['\n', '\r']);
    (length > 0 && ends).then_some(text.len() - after.len())
}

/// ` ^id` at the end of a line, which nobody sees.
fn block_id(rest: &str) -> Option<usize> {
    Some(1 + id_to_line_end(&rest[1..])?)
}

/// `^id` on a line of its own, which belongs to the block before it: what remains of the line, and
/// how long it was up to its end.
fn block_id_line<'a>(before: &str, rest: &'a str) -> Option<(&'a str, usize)> {
    let inner = rest.trim_start_matches([' ', '\t', '>']);
    let lead = &rest[..rest.len() - inner.len()];
    let length = lead.len() + id_to_line_end(inner)?;
    let blank = |line: &str| line.trim_matches([' ', '\t', '\r', '>']).is_empty();
    let apart = before.lines().next_back().is_none_or(blank)
        || rest[length..].lines().nth(1).is_none_or(blank);
    apart.then_some((lead.trim_end(), length))
}

/// Tags that stand in the text of a note, in their order.
pub(crate) fn inline_tags(body: &str) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    code::parts(body, &mut |range, is_prose| {
        if !is_prose {
            return;
        }
        let part = &body[range.clone()];
        let mut before = body[..range.start].chars().next_back().unwrap_or('\n');
        for (at, c) in part.char_indices() {
            if c == '#' && before.is_whitespace() {
                let tag = &part[at + 1..];
                let tag = &tag[..tag.find(|c| !in_tag(c)).unwrap_or(tag.len())];
                let tag = tag.trim_end_matches('/');
                let next = part[at + 1 + tag.len()..].chars().next();
                let named = tag.chars().any(|c| !c.is_ascii_digit());
                if named && next != Some('#') && seen.insert(tag) {
                    tags.push(tag.to_owned());
                }
            }
            before = c;
        }
    });
    tags
}

fn in_tag(c: char) -> bool {
    let sign = c.is_ascii() && !c.is_ascii_alphanumeric() && !"_-/".contains(c);
    let general = matches!(c, '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}');
    !sign && !general && !c.is_whitespace() && !c.is_control()
}
