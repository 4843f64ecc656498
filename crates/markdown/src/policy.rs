//! The allow-list, as data: which elements, attributes and addresses of a post may be shown.
//!
//! Whatever is not named here does not reach a reader. Elements that are not listed are replaced
//! by their children, unless [`DROPPED`] names them: those go with everything inside.

/// How an element takes part in the text around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// Stands in a line.
    Inline,
    /// Begins and ends a line.
    Block,
    /// A table cell: separated from its neighbours, kept when empty.
    Cell,
    /// Ruby annotation: read beside the base text, not within it.
    Annotation,
}

/// An allowed element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Name in the post.
    pub name: &'static str,
    /// Name it is shown under: page landmarks and presentational names become neutral ones.
    pub shown: &'static str,
    /// How it takes part in the text.
    pub flow: Flow,
    /// Attributes beyond [`GLOBAL_ATTRIBUTES`].
    pub attributes: &'static [&'static str],
}

const fn rule(
    name: &'static str,
    shown: &'static str,
    flow: Flow,
    attributes: &'static [&'static str],
) -> Rule {
    Rule {
        name,
        shown,
        flow,
        attributes,
    }
}

/// Attributes that every element may carry. `id` is prefixed, `lang` and `dir` are checked.
pub const GLOBAL_ATTRIBUTES: &[&str] = &["dir", "id", "lang", "title"];

/// Allowed elements, sorted by name.
pub const RULES: &[Rule] = {
    use Flow::{Annotation, Block, Cell, Inline};
    &[
        rule("a", "a", Inline, &["href"]),
        rule("abbr", "abbr", Inline, &[]),
        rule("acronym", "abbr", Inline, &[]),
        rule("address", "div", Block, &[]),
        rule("article", "div", Block, &[]),
        rule("aside", "div", Block, &[]),
        rule("b", "b", Inline, &[]),
        rule("bdi", "bdi", Inline, &[]),
        rule("bdo", "bdo", Inline, &[]),
        rule("big", "span", Inline, &[]),
        rule("blockquote", "blockquote", Block, &[]),
        rule("caption", "caption", Block, &[]),
        rule("center", "div", Block, &[]),
        rule("cite", "cite", Inline, &[]),
        rule("code", "code", Inline, &[]),
        rule("dd", "dd", Block, &[]),
        rule("del", "del", Inline, &["datetime"]),
        rule("details", "details", Block, &["open"]),
        rule("dfn", "dfn", Inline, &[]),
        rule("dir", "ul", Block, &[]),
        rule("div", "div", Block, &[]),
        rule("dl", "dl", Block, &[]),
        rule("dt", "dt", Block, &[]),
        rule("em", "em", Inline, &[]),
        rule("fieldset", "div", Block, &[]),
        rule("figcaption", "figcaption", Block, &[]),
        rule("figure", "figure", Block, &[]),
        rule("font", "span", Inline, &[]),
        rule("footer", "div", Block, &[]),
        rule("form", "div", Block, &[]),
        rule("h1", "h2", Block, &[]),
        rule("h2", "h2", Block, &[]),
        rule("h3", "h3", Block, &[]),
        rule("h4", "h4", Block, &[]),
        rule("h5", "h5", Block, &[]),
        rule("h6", "h6", Block, &[]),
        rule("header", "div", Block, &[]),
        rule("hgroup", "div", Block, &[]),
        rule("i", "i", Inline, &[]),
        rule("ins", "ins", Inline, &["datetime"]),
        rule("kbd", "kbd", Inline, &[]),
        rule("legend", "div", Block, &[]),
        rule("li", "li", Block, &["value"]),
        rule("listing", "pre", Block, &[]),
        rule("main", "div", Block, &[]),
        rule("mark", "mark", Inline, &[]),
        rule("menu", "ul", Block, &[]),
        rule("nav", "div", Block, &[]),
        rule("ol", "ol", Block, &["reversed", "start"]),
        rule("p", "p", Block, &[]),
        rule("plaintext", "pre", Block, &[]),
        rule("pre", "pre", Block, &[]),
        rule("q", "q", Inline, &[]),
        rule("rb", "span", Inline, &[]),
        rule("rt", "rt", Annotation, &[]),
        rule("rtc", "rt", Annotation, &[]),
        rule("ruby", "ruby", Inline, &[]),
        rule("s", "s", Inline, &[]),
        rule("samp", "samp", Inline, &[]),
        rule("section", "div", Block, &[]),
        rule("small", "small", Inline, &[]),
        rule("span", "span", Inline, &[]),
        rule("strike", "s", Inline, &[]),
        rule("strong", "strong", Inline, &[]),
        rule("sub", "sub", Inline, &[]),
        rule("summary", "summary", Block, &[]),
        rule("sup", "sup", Inline, &[]),
        rule("table", "table", Block, &[]),
        rule("tbody", "tbody", Block, &[]),
        rule("td", "td", Cell, &["colspan", "rowspan"]),
        rule("tfoot", "tfoot", Block, &[]),
        rule("th", "th", Cell, &["colspan", "rowspan"]),
        rule("thead", "thead", Block, &[]),
        rule("time", "time", Inline, &["datetime"]),
        rule("tr", "tr", Block, &[]),
        rule("tt", "code", Inline, &[]),
        rule("u", "u", Inline, &[]),
        rule("ul", "ul", Block, &[]),
        rule("var", "var", Inline, &[]),
        rule("xmp", "pre", Block, &[]),
    ]
};

/// Elements that go away with everything inside, sorted by name. `rp` only serves browsers
/// without ruby, `lt-mirror` is where a spelling checker repeats what it checks. Of `noscript` the
/// walk looks at the picture, of `source` at its address.
pub const DROPPED: &[&str] = &[
    "applet",
    "area",
    "base",
    "basefont",
    "bgsound",
    "canvas",
    "command",
    "datalist",
    "dialog",
    "frame",
    "frameset",
    "head",
    "keygen",
    "link",
    "lt-mirror",
    "map",
    "math",
    "meta",
    "meter",
    "noembed",
    "noframes",
    "noscript",
    "optgroup",
    "option",
    "param",
    "portal",
    "progress",
    "rp",
    "script",
    "select",
    "slot",
    "source",
    "style",
    "svg",
    "template",
    "title",
    "track",
];

/// Elements that play something from elsewhere, sorted: shown as a card with a link.
pub const EMBEDS: &[&str] = &[
    "amp-iframe",
    "amp-video",
    "audio",
    "embed",
    "iframe",
    "object",
    "video",
];

/// Elements of SVG and MathML whose text is not what readers see; `noembed` is what styles are
/// called here.
pub const FOREIGN_DROPPED: &[&str] = &[
    "annotation",
    "annotation-xml",
    "defs",
    "desc",
    "metadata",
    "noembed",
    "script",
    "style",
    "title",
];

/// Where pictures and players that are loaded late keep their addresses.
pub const LAZY: &[&str] = &[
    "data-lazy-src",
    "data-original",
    "data-actualsrc",
    "data-src",
    "data-original-src",
    "data-orig-file",
    "data-echo",
    "data-lazyload",
    "real_src",
    "zoomfile",
    "file",
];

/// Classes of what shares a page and of what repeats a formula; it goes away with everything
/// inside.
pub const REMAINS: &[&str] = &[
    "sharedaddy",
    "sd-sharing",
    "addtoany_share_save_container",
    "a2a_kit",
    "addthis_toolbox",
    "bdsharebuttonbox",
    "bshare-custom",
    "jiathis_style",
    "social-share",
    "share-buttons",
    "fb-share-button",
    "twitter-share-button",
    "katex-html",
];

/// Classes of pictures that are one character.
pub const EMOJI: &[&str] = &["emoji", "wp-smiley"];

/// Pages that share another, without scheme and `www.`.
pub const SHARERS: &[&str] = &[
    "facebook.com/sharer",
    "twitter.com/intent/tweet",
    "twitter.com/share",
    "x.com/intent",
    "service.weibo.com/share",
    "connect.qq.com/widget/shareqq",
    "sns.qzone.qq.com/cgi-bin/qzshare",
    "pinterest.com/pin/create",
    "linkedin.com/shareArticle",
    "reddit.com/submit",
    "t.me/share",
    "telegram.me/share",
    "wa.me/?",
    "api.whatsapp.com/send",
    "social-plugins.line.me/lineit",
];

/// Pictures and frames that only count readers, without scheme and `www.`.
pub const COUNTERS: &[&str] = &[
    "medium.com/_/stat",
    "pixel.wp.com/",
    "stats.wordpress.com/",
    "feeds.feedburner.com/~",
    "feeds.wordpress.com/",
    "google-analytics.com/",
    "googletagmanager.com/",
    "facebook.com/tr",
    "scorecardresearch.com/",
    "c.statcounter.com/",
    "pixel.quantserve.com/",
    "hm.baidu.com/",
    "assoc-amazon.com/e/",
];

/// Elements, as they are shown, in which bare addresses are no links.
pub const VERBATIM: &[&str] = &["a", "code", "kbd", "pre", "samp"];

/// Schemes that a link may have.
pub const LINK_SCHEMES: &[&str] = &["http", "https", "mailto"];

/// Beginnings of `data:` pictures that may be shown: raster formats only.
pub const DATA_IMAGES: &[&str] = &[
    "data:image/png;base64,",
    "data:image/gif;base64,",
    "data:image/jpeg;base64,",
    "data:image/jpg;base64,",
    "data:image/webp;base64,",
    "data:image/avif;base64,",
];

/// `class` values that are kept, because Markdown rendering gives them a meaning.
pub const CLASSES: &[&str] = &[
    "footnote-definition",
    "footnote-definition-label",
    "footnote-reference",
    // Of `code`: a formula, and Liquid that nobody could resolve.
    "math",
    "note",
];

/// Stands before every `id` of a post, so that none can shadow a name of the page.
pub const ID_PREFIX: &str = "post-";

/// Deepest nesting that is kept; what lies deeper is shown at this depth, with a note.
pub const MAX_DEPTH: usize = 96;

/// Most elements and texts shown of one post; what follows is left out, with a note.
pub const MAX_NODES: usize = 250_000;

/// Whether an address, without its scheme and `www.`, begins with one of these.
#[must_use]
pub fn begins_with(address: &str, beginnings: &[&str]) -> bool {
    let rest = address.trim_start();
    let rest = rest.split_once("//").map_or(rest, |(_, rest)| rest);
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    beginnings
        .iter()
        .any(|beginning| rest.starts_with(beginning))
}

/// What a `style` says of a property.
#[must_use]
pub fn style<'a>(style: &'a str, property: &str) -> Option<&'a str> {
    style.split(';').find_map(|declaration| {
        let (name, value) = declaration.split_once(':')?;
        let value = value.split('!').next().unwrap_or_default();
        name.trim()
            .eq_ignore_ascii_case(property)
            .then(|| value.trim())
    })
}

/// The rule for an element, if it is allowed.
#[must_use]
pub fn find(name: &str) -> Option<&'static Rule> {
    let index = RULES.binary_search_by(|rule| rule.name.cmp(name)).ok()?;
    Some(&RULES[index])
}

/// Whether an element goes away with its content.
#[must_use]
pub fn is_dropped(name: &str) -> bool {
    DROPPED.binary_search(&name).is_ok()
}

/// Checks the value of an allowed attribute and gives what is shown, if anything.
///
/// `href` and `id` are not decided here: they become [`crate::Link`]s and prefixed ids.
#[must_use]
pub fn attribute(name: &str, value: &str) -> Option<String> {
    let number = |low: i32, high: i32| {
        value
            .trim()
            .parse::<i32>()
            .ok()
            .filter(|n| (low..=high).contains(n))
            .map(|n| n.to_string())
    };
    match name {
        "dir" => {
            let value = value.trim().to_ascii_lowercase();
            matches!(value.as_str(), "ltr" | "rtl" | "auto").then_some(value)
        }
        "lang" => {
            let value = value.trim();
            let plausible = (2..=35).contains(&value.len())
                && value.split('-').all(|part| {
                    (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
                });
            plausible.then(|| value.to_owned())
        }
        "title" => Some(
            value
                .chars()
                .filter(|c| !c.is_control())
                .take(1000)
                .collect(),
        ),
        "colspan" | "rowspan" => number(1, 1000),
        "start" | "value" => number(-1_000_000, 1_000_000),
        "open" | "reversed" => Some(String::new()),
        "datetime" => (value.len() <= 40).then(|| value.trim().to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted_and_disjoint() {
        assert!(RULES.is_sorted_by(|a, b| a.name < b.name));
        assert!(DROPPED.is_sorted_by(|a, b| a < b));
        assert!(EMBEDS.is_sorted_by(|a, b| a < b));
        assert!(
            RULES
                .iter()
                .all(|rule| !is_dropped(rule.name) && !EMBEDS.contains(&rule.name))
        );
    }

    #[test]
    fn nothing_that_acts_is_allowed() {
        let acting = [
            "script", "style", "iframe", "object", "embed", "input", "button", "svg", "math",
            "link", "meta", "base", "template", "img", "video", "audio", "slot",
        ];
        for name in acting {
            assert_eq!(find(name), None, "{name}");
            assert!(RULES.iter().all(|rule| rule.shown != name), "{name}");
        }
        for rule in RULES {
            for attribute in rule.attributes.iter().chain(GLOBAL_ATTRIBUTES) {
                assert!(!attribute.starts_with("on"), "{attribute}");
                assert!(!["style", "src", "srcset", "action", "name", "class"].contains(attribute));
            }
        }
    }

    #[test]
    fn values_are_checked() {
        assert_eq!(attribute("dir", " RTL "), Some("rtl".into()));
        assert_eq!(attribute("dir", "up"), None);
        assert_eq!(attribute("lang", "zh-Hant"), Some("zh-Hant".into()));
        assert_eq!(attribute("lang", "zh\"><script"), None);
        assert_eq!(attribute("colspan", "3"), Some("3".into()));
        assert_eq!(attribute("colspan", "99999999"), None);
        assert_eq!(attribute("onclick", "alert(1)"), None);
    }
}
