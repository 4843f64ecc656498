//! Tags of Hexo and of what its themes bring along (NexT, Butterfly).

use super::{Place, Shown, strong, within_brackets};
use crate::shown::{Around, escaped};

/// Words of a note that say how it looks.
const LOOKS: &[&str] = &[
    "default", "primary", "success", "info", "warning", "danger", "no-icon", "simple", "modern",
    "flat", "disabled", "blue", "pink", "red", "purple", "orange", "green", "open", "close",
];

pub(super) fn shown(place: &Place<'_>, around: &Around<'_>) -> Option<Shown> {
    let tag = place.tag;
    let post = |name: &str| around.address(tag.at, name);
    let one = |shown: String| Some(Shown::One(shown));
    match tag.name {
        "post_path" => one(post(tag.word(0)?)),
        "post_link" => {
            let name = tag.word(0)?;
            let title = tag.words[1..]
                .iter()
                .copied()
                .filter(|word| !matches!(*word, "true" | "false"))
                .collect::<Vec<_>>()
                .join(" ");
            let title = if title.is_empty() {
                around
                    .links
                    .title(around.post, name, around.asked)
                    .unwrap_or(name)
                    .to_owned()
            } else {
                title
            };
            one(format!("[{}]({})", escaped(&title), post(name)))
        }
        "asset_path" => one(tag.word(0)?.replace(' ', "%20")),
        "asset_link" => {
            let name = tag.word(0)?;
            let title = tag.words[1..].join(" ");
            let title = if title.is_empty() { name } else { &title };
            one(format!("[{}](<{name}>)", escaped(title)))
        }
        "asset_img" | "img" => one(picture(&tag.words)?),
        "link" | "linkcard" => link(place, false),
        "btn" | "button" => link(place, true),
        "label" => {
            // NexT has `class@text`, Butterfly `text color`.
            let words = tag.words.join(" ");
            let text = match words.split_once('@') {
                Some((_, text)) => text,
                None => tag.word(0)?,
            };
            one(format!("<mark>{}</mark>", escaped(text.trim())))
        }
        "codeblock" | "code" => {
            let language = tag.words.iter().find_map(|word| word.strip_prefix("lang:"));
            let Shown::Whole(code) = place.code(language.unwrap_or_default())? else {
                return None;
            };
            Some(Shown::Whole(format!("{}{code}", caption(&tag.words))))
        }
        "blockquote" | "quote" => place.quotation("", &tag.words.join(" ")),
        "pullquote" | "cq" | "centerquote" => place.quotation("", ""),
        "note" | "subnote" => {
            let words = tag.words.iter().copied();
            let title = words.filter(|word| !LOOKS.contains(word) && !word.starts_with("fa"));
            place.quotation(&title.collect::<Vec<_>>().join(" "), "")
        }
        "hideToggle" | "hideBlock" | "folding" | "spoiler" => {
            let title = tag.words.join(" ");
            // Colours follow the title.
            let title = title.split(',').next().unwrap_or_default();
            place.quotation(title, "")
        }
        "hideInline" => {
            let text = tag.words.join(" ");
            one(escaped(text.split(',').next().unwrap_or_default()))
        }
        "tabs" => place.section(""),
        "<!-- tab" => {
            let title = tag.word(0)?;
            let title = title.split('@').next().unwrap_or_default();
            (!title.trim().is_empty()).then(|| Shown::One(format!("\n\n{}\n\n", strong(title))))
        }
        _ => None,
    }
}

/// `[title] [address] [text of the link]` of a block of code, between its options.
fn caption(words: &[&str]) -> String {
    let is_address = |word: &&str| word.contains("://");
    let is_option = |word: &&str| word.contains(':') && !is_address(word);
    let words: Vec<&str> = words
        .iter()
        .copied()
        .filter(|word| !is_option(word))
        .collect();
    let at = words.iter().position(is_address);
    let title = strong(&escaped(&words[..at.unwrap_or(words.len())].join(" ")));
    let Some(at) = at else {
        return if title.is_empty() {
            title
        } else {
            format!("\n{title}\n")
        };
    };
    let text = words[at + 1..].join(" ");
    let text = if text.is_empty() { words[at] } else { &text };
    let address = within_brackets(words[at]);
    format!("\n{title} [{}]({address})\n", escaped(text))
}

/// `text address [external] [title]`, or words between commas.
fn link(place: &Place<'_>, button: bool) -> Option<Shown> {
    let words = &place.tag.words;
    let is_address = |word: &str| {
        ["http://", "https://", "mailto:", "/", "#"]
            .iter()
            .any(|start| word.starts_with(start))
    };
    // An address may hold a comma itself, where words are parted by spaces.
    let apart = words
        .iter()
        .position(|word| is_address(word))
        .is_some_and(|at| {
            !button && words.len() > 1 && !words[..=at].iter().any(|word| word.ends_with(','))
        });
    let joined = words.join(" ");
    let parts: Vec<&str> = if !apart && joined.contains(',') {
        joined.split(',').map(str::trim).collect()
    } else {
        words.clone()
    };
    let at = parts.iter().position(|part| is_address(part));
    let at = at.or((button && parts.len() > 1).then_some(0))?;
    // A button's text follows its address.
    let text = if at == 0 {
        parts.get(1).copied()
    } else {
        parts.first().copied()
    };
    let text = text.filter(|text| !text.is_empty()).unwrap_or(parts[at]);
    let address = within_brackets(parts[at].trim_matches(['"', '\'']));
    Some(Shown::One(format!("[{}]({address})", escaped(text))))
}

/// `[class names] address [width [height]] [title [text]]` as Markdown.
fn picture(arguments: &[&str]) -> Option<String> {
    let is_file = |word: &&str| {
        let name = word.split(['?', '#']).next().unwrap_or_default();
        word.contains("://")
            || name
                .rsplit_once('.')
                .is_some_and(|(_, end)| (2..=5).contains(&end.len()))
    };
    let place = arguments.iter().position(is_file)?;
    let is_size = |word: &&str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit());
    let rest: Vec<&str> = arguments[place + 1..]
        .iter()
        .copied()
        .filter(|w| !is_size(w))
        .collect();
    // The tag may hold both as one: "title text" 'text'.
    let text = rest.last().copied().unwrap_or_default().trim_matches('\'');
    Some(format!("![{}](<{}>)", escaped(text), arguments[place]))
}
