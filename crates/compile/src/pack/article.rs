//! A post in the page for readers without scripts: what lists show of it, and its visible text.

use shelfmark_bundle::{Entry, PostRecord};
use shelfmark_markdown::host;

use crate::pages::escaped;
use crate::render::visible_text;

/// A line of the list, which leads to the article.
pub(super) fn row(id: usize, entry: &Entry) -> String {
    format!(
        "<li><a href=\"#p{id}\"{}>{}</a>{}\n",
        language(entry),
        line(&entry.title),
        day(entry)
    )
}

/// The article. Browsers must read the very characters back when scripts run (`pack.js`), so it holds
/// none that a parser of HTML changes.
pub(super) fn article(id: u32, record: &PostRecord) -> String {
    let entry = &record.entry;
    let mut out = format!(
        "<article id=\"p{id}\"{}><h2>{}</h2>\n<p class=\"facts\">{}",
        language(entry),
        line(&entry.title),
        day(entry)
    );
    for name in entry.authors.iter().chain(&entry.tags) {
        out.push_str(&format!(" · {}", line(name)));
    }
    let source = entry.source.as_deref();
    if let Some((address, host)) = source.and_then(|source| Some((source, host(source)?))) {
        let (address, host) = (line(address), line(host));
        out.push_str(&format!(
            "<br><a href=\"{address}\" rel=\"noreferrer noopener\">{host}</a>"
        ));
    }
    out.push('\n');
    for paragraph in visible_text(record.markdown(), &entry.title, source).lines() {
        out.push_str("<p>");
        out.push_str(&line(paragraph));
        out.push('\n');
    }
    out.push_str("</article>\n");
    out
}

fn language(entry: &Entry) -> String {
    let lang = entry.lang.as_deref();
    lang.map_or_else(String::new, |lang| format!(" lang=\"{}\"", line(lang)))
}

fn day(entry: &Entry) -> String {
    let date = entry.date.as_deref().and_then(|date| date.get(..10));
    date.map_or_else(String::new, |day| format!(" <time>{day}</time>"))
}

/// Escaped, and without control characters: parsers change a NUL and a carriage return.
fn line(text: &str) -> String {
    let plain: String = text.chars().filter(|c| !c.is_control()).collect();
    escaped(&plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_post_is_markup() {
        let entry = Entry {
            title: "</noscript><script>\r\0".into(),
            source: Some("https://a.example/\"><b>".into()),
            ..Entry::default()
        };
        let record = PostRecord {
            entry,
            text: "a &lt;b> & `</noscript>`\n\nc".into(),
            ..PostRecord::default()
        };
        let article = article(3, &record);
        assert!(!article.contains("</noscript") && !article.contains("<script"));
        assert!(!article.contains("<b>") && !article.contains(['\r', '\0']));
        assert!(article.contains("&lt;/noscript&gt;"), "{article}");
        assert!(article.contains("<p>c\n"), "{article}");
    }
}
