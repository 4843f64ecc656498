//! MDX: Markdown with JSX. What only the program understands is taken out, what stands between is
//! kept, and pictures that were imported are shown.

use std::collections::HashMap;

use jsx::Tag;

use super::{code, escaped, fenced};

mod jsx;

/// Components between a title and the end of its component.
const MOST: usize = 50;

/// Translates an MDX body to Markdown; `value` says what the front matter holds.
pub(super) fn markdown(body: &str, value: &dyn Fn(&str) -> Option<String>) -> String {
    let mut translation = Translation {
        body,
        value,
        out: String::with_capacity(body.len()),
        imports: HashMap::new(),
        titled: Vec::new(),
        fuel: body.len() * 8 + 1_000_000,
    };
    // What was read goes up to here: it may hold what looks like code.
    let mut read = 0;
    code::parts(body, &mut |range, is_prose| {
        let mut at = range.start.max(read);
        if !is_prose && at == range.start {
            translation.out.push_str(&body[range]);
            return;
        }
        while at < range.end {
            at += translation.step(at, range.end);
        }
        read = read.max(at);
    });
    translation.out
}

struct Translation<'a, 'b> {
    body: &'a str,
    value: &'b dyn Fn(&str) -> Option<String>,
    out: String,
    imports: HashMap<&'a str, &'a str>,
    /// Components that are open and have a title, and whether it stands in a paragraph of its own.
    titled: Vec<(&'a str, bool)>,
    fuel: usize,
}

impl<'a> Translation<'a, '_> {
    /// Translates what begins here; returns how much that is.
    fn step(&mut self, at: usize, end: usize) -> usize {
        let rest = &self.body[at..];
        let begins = at == 0 || self.body[..at].ends_with('\n');
        if begins && let Some(length) = self.statement(rest) {
            self.out.push('\n');
            return length;
        }
        match rest.as_bytes()[0] {
            b'\\' if rest[1..].starts_with(['{', '<']) => {
                self.out.push_str(&rest[..2]);
                return 2;
            }
            b'{' => {
                if let Some(length) = self.expression(rest) {
                    return length;
                }
            }
            b'<' => {
                if let Some(length) = self.tag(at) {
                    return length;
                }
            }
            _ => {}
        }
        // Up to where something may begin again.
        let part = &self.body[at..end];
        let first = part.chars().next().map_or(1, char::len_utf8);
        let more = part[first..].find(['{', '<', '\\', '\n']);
        let length = match more {
            Some(more) if part[first + more..].starts_with('\n') => first + more + 1,
            Some(more) => first + more,
            None => part.len(),
        };
        let length = if part.starts_with('\n') { 1 } else { length };
        self.out.push_str(&part[..length]);
        length
    }

    /// An import or export.
    fn statement(&mut self, rest: &'a str) -> Option<usize> {
        let line = rest.split_inclusive('\n').next()?;
        if rest.starts_with("import ") {
            let length = jsx::statement(rest, &mut self.fuel).unwrap_or(line.len());
            let text = rest[..length].trim().trim_end_matches(';');
            let path = text.rsplit(['"', '\'']).nth(1);
            let path = path.filter(|_| text.ends_with(['"', '\'']))?;
            let names = text[7..].split(" from ").next().unwrap_or_default().trim();
            self.imports.insert(names, path);
            return Some(length);
        }
        let word = rest
            .strip_prefix("export ")?
            .split([' ', '{', '*'])
            .next()?;
        let known = [
            "const", "let", "var", "function", "async", "class", "default", "",
        ];
        if known.contains(&word)
            && let Some(length) = jsx::statement(rest, &mut self.fuel)
            && rest[..length].contains(['=', '{', '*', '('])
        {
            return Some(length);
        }
        let text = line.trim();
        (text.ends_with([';', '}']) && text.contains('=')).then_some(line.len())
    }

    /// An expression between braces, where it is known what it shows.
    fn expression(&mut self, rest: &str) -> Option<usize> {
        let length = jsx::braces(rest, &mut self.fuel)?;
        let inside = rest[1..length - 1].trim();
        if inside.starts_with("/*") && inside.ends_with("*/") {
            return Some(length);
        }
        if let Some(text) = jsx::literal(inside) {
            self.out.push_str(&escaped(text));
            return Some(length);
        }
        if let Some(name) = inside.strip_prefix("frontmatter.") {
            self.out.push_str(&escaped(&(self.value)(name)?));
            return Some(length);
        }
        // What is made of a list; formulas have braces of their own.
        let made = ["=>", ".map(", "&& <", "&& (", "? <", "? ("]
            .iter()
            .any(|sign| inside.contains(sign));
        if !made || inside.contains('\\') {
            return None;
        }
        if has_words(inside) {
            // Words would be lost: it is shown as it stands.
            self.out
                .push_str(&format!("\n\n{}\n\n", fenced(&rest[..length], "jsx")));
        }
        Some(length)
    }

    fn tag(&mut self, at: usize) -> Option<usize> {
        let rest = &self.body[at..];
        if rest.starts_with("<>") || rest.starts_with("</>") {
            return rest.find('>').map(|end| end + 1);
        }
        let component = rest[1..]
            .trim_start_matches('/')
            .starts_with(|c: char| c.is_ascii_uppercase());
        if self.fuel == 0 || !(component || rest[1..].starts_with(|c: char| c.is_ascii_lowercase()))
        {
            return None;
        }
        let tag = Tag::read(rest, &mut self.fuel)?;
        if !component {
            // Of HTML only what would be misread; an address is none.
            let misread = tag.has_expressions() && !tag.name.contains([':', '.']);
            return misread.then(|| {
                self.out.push_str(&tag.html());
                tag.length
            });
        }
        // Of a line nothing but white space is gone through.
        let line = self.out.trim_end_matches([' ', '\t']).len();
        let first = line == 0 || self.out[..line].ends_with('\n');
        let after = rest[tag.length..].trim_start_matches([' ', '\t', '\r']);
        let alone = first && (after.is_empty() || after.starts_with('\n'));
        let shown = picture(&tag, &self.imports)
            .or_else(|| film(&tag))
            .or_else(|| listing(&tag, alone))
            .or_else(|| card(&tag));
        if let Some(shown) = shown {
            self.out.push_str(&shown);
            return Some(tag.length);
        }
        if tag.closing {
            let skipped = self.titled.len().saturating_sub(MOST);
            let near = &self.titled[skipped..];
            let open = near.iter().rposition(|(name, _)| *name == tag.name);
            if let Some((_, apart)) = open.map(|open| self.titled.remove(skipped + open)) {
                self.out.push_str(if apart && !alone { "\n\n" } else { "" });
                return Some(tag.length);
            }
        } else if let Some(title) = tag.text(&["title", "label", "summary", "heading", "text"]) {
            let title = escaped(&title.replace('\n', " "));
            if first {
                self.out.truncate(line);
                self.out.push_str(&format!("\n\n**{title}**\n\n"));
            } else {
                self.out.push_str(&format!("**{title}** "));
            }
            if !tag.alone {
                self.titled.push((tag.name, first));
            }
            return Some(tag.length);
        }
        if first {
            // `<Note>` on a line of its own would make CommonMark take what follows for HTML.
            self.out.truncate(line);
        } else if !tag.has_expressions() {
            self.out.push_str(&rest[..tag.length]);
        }
        Some(tag.length)
    }
}

/// Whether elements in an expression hold words.
fn has_words(expression: &str) -> bool {
    expression.split('>').skip(1).any(|part| {
        part.split_once("</").is_some_and(|(text, _)| {
            !text.contains(['{', '(', '=', ';']) && text.contains(char::is_alphabetic)
        })
    })
}

/// `<Image src={name} alt="..." />` as Markdown.
fn picture(tag: &Tag<'_>, imports: &HashMap<&str, &str>) -> Option<String> {
    let source = tag.get("src")?;
    let source = imports.get(source).copied().unwrap_or(source);
    let known = [".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg"];
    let lower = source.to_ascii_lowercase();
    if !known.iter().any(|ending| lower.ends_with(ending)) {
        return None;
    }
    let text = tag.get("alt").unwrap_or_default();
    Some(format!("![{}](<{source}>)", escaped(text)))
}

/// `<YouTube id="..." />` as a link.
fn film(tag: &Tag<'_>) -> Option<String> {
    let base = match tag.name {
        "YouTube" | "Youtube" => "https://www.youtube.com/watch?v=",
        "Vimeo" => "https://vimeo.com/",
        "Tweet" => "https://twitter.com/i/status/",
        _ => return None,
    };
    let id = tag.get("id")?;
    Some(if id.starts_with("https://") {
        format!("<{id}>")
    } else {
        format!("<{base}{id}>")
    })
}

/// `<Code code="..." lang="..." />` as code.
fn listing(tag: &Tag<'_>, alone: bool) -> Option<String> {
    if !tag.alone {
        return None;
    }
    let code = tag.text(&["code"])?;
    if alone {
        return Some(fenced(
            code,
            tag.text(&["lang", "language"]).unwrap_or_default(),
        ));
    }
    let plain = !code.contains(['`', '\n']);
    plain.then(|| format!("`{code}`"))
}

/// `<LinkCard title="..." href="..." />` as a link.
fn card(tag: &Tag<'_>) -> Option<String> {
    let address = tag.text(&["href", "url"]).filter(|_| tag.alone)?;
    let title = tag.text(&["title", "label", "text"])?;
    let more = tag
        .text(&["description"])
        .map(|more| format!(" — {}", escaped(more)));
    Some(format!(
        "[{}](<{address}>){}",
        escaped(title),
        more.unwrap_or_default()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, expected: &str) {
        let value = |name: &str| (name == "title").then(|| "A *title*".to_owned());
        assert_eq!(markdown(body, &value), expected, "{body:?}");
    }

    #[test]
    fn statements_go_away_and_prose_stays() {
        for (body, expected) in [
            ("export const a = {\n  b: 1\n};\n\nc\n", "\n\nc\n"),
            ("import {\n  A,\n  B\n} from \"x\";\na\n", "\na\n"),
            ("export default ({ a }) => (\n  <p>{a}</p>\n)\n\nb", "\n\nb"),
            ("export const a = `\n\n{`;\nb", "\nb"),
            (
                "export duties\nimport duties\n",
                "export duties\nimport duties\n",
            ),
            ("import of goods: don't\n", "import of goods: don't\n"),
            (
                "export const a = {\n\nnever closed\n",
                "export const a = {\n\nnever closed\n",
            ),
        ] {
            check(body, expected);
        }
    }

    #[test]
    fn expressions_show_what_they_say() {
        for (body, expected) in [
            ("# {frontmatter.title}\n", "# A \\*title\\*\n"),
            ("a{\" \"}b {'c'} {`d`}{/* e */}", "a b c d"),
            ("{list.map((a) => (\n  <li key={a}>{a}</li>\n))}\nb", "\nb"),
            (
                "{a && <p>words</p>}",
                "\n\n```jsx\n{a && <p>words</p>}\n```\n\n",
            ),
            (
                "{1 + 1} {frontmatter.gone} \\{a} {open",
                "{1 + 1} {frontmatter.gone} \\{a} {open",
            ),
            ("$\\frac{a}{b}$ `{\" \"}`", "$\\frac{a}{b}$ `{\" \"}`"),
        ] {
            check(body, expected);
        }
    }

    #[test]
    fn components_leave_their_words() {
        for (body, expected) in [
            ("<Foo\n  a={b > c}\n>\n\na\n\n</Foo>\n", "\n\na\n\n\n"),
            (
                "<Code code={`a {b}`} lang=\"js\" />\n",
                "```js\na {b}\n```\n",
            ),
            ("a <Code code=\"b\" /> c", "a `b` c"),
            (
                "a <Badge>b</Badge> <B c={d}>e</B>",
                "a <Badge>b</Badge> e</B>",
            ),
            (
                "<Tabs><Tab label=\"A\">a</Tab><Tab label=\"B\">b</Tab></Tabs>\n",
                "\n\n**A**\n\na\n\n\n\n**B**\n\nb\n\n\n",
            ),
            (
                "<p style={{a: 'b'}} class=\"c\">d</p>",
                "<p class=\"c\">d</p>",
            ),
            ("<LinkCard title=\"A\" href=\"/b\" />", "[A](</b>)"),
            ("a <Badge text=\"B\" /> c", "a **B**  c"),
            ("1 < 2 <A b", "1 < 2 <A b"),
            ("<https://a.example/{b}>", "<https://a.example/{b}>"),
        ] {
            check(body, expected);
        }
    }

    #[test]
    fn what_never_ends_takes_linear_time() {
        for part in [
            "{",
            "<A ",
            "<A b={",
            "export const a = {\n",
            "<A title='b'>",
            "<A title='b'></C> ",
        ] {
            let body = part.repeat(20_000);
            assert!(!markdown(&body, &|_| None).is_empty());
        }
        let nested = ["{".repeat(50_000), "}".repeat(50_000)].concat();
        assert_eq!(markdown(&nested, &|_| None), nested);
    }
}
