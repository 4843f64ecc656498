//! Folds text into the one form in which it is indexed, searched and compared.
//!
//! A text is folded character by character. Only two things look at what came before: white space
//! collapses, and what is written in pieces is put together (Hangul syllables from their jamo, kana
//! and their voicing marks, and the marks of one letter in their canonical order). The result is
//! stable: folding it, or any part of it cut between characters, changes nothing.
//!
//! The rules themselves are in the tables; `generate/unicode.rs` and `generate/han.rs` state them.

use crate::compose::{is_voicing, syllable, voiced};
use crate::map::Folded;
use crate::tables::{Entry, Tables};

/// How far apart the places that [`fold_in_parts`] tells are, in bytes of the text, at least.
const PART: usize = 4 << 10;

/// Folds `text` into the canonical search form.
///
/// Compatibility forms, width, case, diacritics, and the difference between Traditional and
/// Simplified Chinese are gone; default-ignorable and control characters too; a run of white space
/// is one space. Leading and trailing space is kept.
///
/// ```
/// assert_eq!(shelfmark_text::fold("ＡＰＥＣ　峰會\u{200B}  Café"), "apec 峰会 cafe");
/// ```
#[must_use]
pub fn fold(text: &str) -> String {
    run(text, Folder::new(text, true)).out
}

/// Folds `text` like [`fold`], and tells where it may be folded in parts: places in the folded text and
/// in `text` (bytes, ascending, 4 KiB of `text` apart at least, the beginning not among them),
/// before and after which folding gives the same as at once.
#[must_use]
pub fn fold_in_parts(text: &str) -> (String, Vec<(usize, usize)>) {
    let mut folder = Folder::new(text, true);
    folder.cuts = Some(Vec::new());
    let folder = run(text, folder);
    (folder.out, folder.cuts.unwrap_or_default())
}

/// Folds `text` like [`fold`], but keeps Traditional and Simplified Chinese apart.
///
/// Two texts that are equal in this form are spelled alike; results of that kind rank above those
/// that are equal only after [`fold`].
#[must_use]
pub fn fold_keep_script(text: &str) -> String {
    run(text, Folder::new(text, false)).out
}

/// Counts the characters of `text` that only Traditional Chinese is written with, and those that
/// are the Simplified form of others.
#[must_use]
pub fn han_forms(text: &str) -> (usize, usize) {
    let tables = Tables::get();
    text.chars().fold((0, 0), |(traditional, simplified), c| {
        if matches!(tables.entry(c), Entry::Han(_)) {
            (traditional + 1, simplified)
        } else {
            (
                traditional,
                simplified + usize::from(tables.is_simplified(c)),
            )
        }
    })
}

/// Folds `text` like [`fold`] and remembers where each piece came from.
#[must_use]
pub fn fold_mapped(text: &str) -> Folded {
    let mut folder = Folder::new(text, true);
    folder.points = Some(Vec::new());
    let folder = run(text, folder);
    Folded::new(folder.out, folder.points.unwrap_or_default(), text.len())
}

/// A place from which the folded text and its source run on together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Point {
    /// Byte offset in the folded text.
    pub(crate) folded: usize,
    /// Byte offset in the source.
    pub(crate) source: usize,
    /// Whether both advance byte for byte from here to the next point; if not, all of the folded
    /// text up to there belongs to all of the source up to there.
    pub(crate) linear: bool,
}

fn run(text: &str, mut folder: Folder) -> Folder {
    folder.fold(text);
    folder.settle();
    folder
}

struct Folder {
    tables: &'static Tables,
    simplify: bool,
    out: String,
    points: Option<Vec<Point>>,
    /// Places in `out` and in the source from which on nothing looks at what came before.
    cuts: Option<Vec<(usize, usize)>>,
    /// Where the character at hand starts in the source.
    source: usize,
    /// Its length there, 0 if it does not become one character.
    width: usize,
    /// Where the marks at the end of `out` start.
    marks: Option<usize>,
    /// Class of the last of them.
    last_class: u8,
    /// Whether they are out of order, or may join the letter before them.
    unsettled: bool,
}

impl Folder {
    fn new(text: &str, simplify: bool) -> Self {
        Self {
            tables: Tables::get(),
            simplify,
            out: String::with_capacity(text.len()),
            points: None,
            cuts: None,
            source: 0,
            width: 0,
            marks: None,
            last_class: 0,
            unsettled: false,
        }
    }

    fn fold(&mut self, text: &str) {
        let mut at = 0;
        while at < text.len() {
            let rest = &text[at..];
            at += match rest.as_bytes().first() {
                Some(byte) if byte.is_ascii() => self.ascii(rest, at),
                _ => self.others(rest, at),
            };
        }
    }

    /// Folds the ASCII characters at the start of `text`; returns their number.
    fn ascii(&mut self, text: &str, at: usize) -> usize {
        let bytes = text.as_bytes();
        let mut end = 0;
        while let Some(&byte) = bytes.get(end) {
            let after_text = end > 0 && bytes.get(end - 1) != Some(&b' ');
            if !(byte.is_ascii_graphic() || (byte == b' ' && after_text)) {
                break;
            }
            end += 1;
        }
        if end > 0 {
            let start = self.plain(&text[..end], at);
            self.out[start..].make_ascii_lowercase();
            return end;
        }
        // White space, or a control character.
        self.source = at;
        self.width = 1;
        if matches!(bytes.first(), Some(b' ' | b'\t'..=b'\r')) {
            self.space();
        }
        1
    }

    /// Folds the other characters at the start of `text`; returns their length.
    fn others(&mut self, text: &str, at: usize) -> usize {
        // Characters from `start` on stay as they are and wait to be copied together.
        let mut start = 0;
        for (here, c) in text.char_indices() {
            if c.is_ascii() {
                self.plain(&text[start..here], at + start);
                return here;
            }
            let entry = match self.tables.entry(c) {
                Entry::Plain => continue,
                Entry::Han(_) if !self.simplify => continue,
                entry => entry,
            };
            self.plain(&text[start..here], at + start);
            start = here + c.len_utf8();
            self.source = at + here;
            self.width = c.len_utf8();
            self.other(c, entry);
        }
        self.plain(&text[start..], at + start);
        text.len()
    }

    /// Folds a character that does not simply stay.
    fn other(&mut self, c: char, entry: Entry) {
        match entry {
            Entry::Drop => {}
            Entry::Char(c) => self.emit(c),
            Entry::Text(start, len) => {
                self.width = 0;
                let tables = self.tables;
                tables.text(start, len).chars().for_each(|c| self.emit(c));
            }
            _ => self.emit(c),
        }
    }

    /// Appends a character that comes out of the base tables.
    fn emit(&mut self, c: char) {
        match self.tables.entry(c) {
            Entry::Han(simplified) if self.simplify => self.push(simplified),
            Entry::Mark(class) => self.mark(c, class),
            Entry::Jamo => self.jamo(c),
            _ if c == ' ' => self.space(),
            _ => self.push(c),
        }
    }

    /// Appends text that stays as it is, and returns where.
    fn plain(&mut self, text: &str, source: usize) -> usize {
        if !text.is_empty() {
            self.settle();
            self.source = source;
            self.note(true);
            if let Some(cuts) = &mut self.cuts
                && source >= cuts.last().map_or(0, |(_, source)| *source) + PART
            {
                cuts.push((self.out.len(), source));
            }
            self.out.push_str(text);
        }
        self.out.len() - text.len()
    }

    fn push(&mut self, c: char) {
        self.settle();
        self.note(c.len_utf8() == self.width);
        self.out.push(c);
    }

    fn space(&mut self) {
        self.settle();
        if !self.out.ends_with(' ') {
            self.push(' ');
        }
    }

    fn mark(&mut self, c: char, class: u8) {
        let first = self.marks.is_none();
        self.marks.get_or_insert(self.out.len());
        self.unsettled |= is_voicing(c) || (!first && class < self.last_class);
        self.last_class = class;
        self.note(c.len_utf8() == self.width);
        self.out.push(c);
    }

    /// Appends a Hangul vowel or final, to the syllable before it if there is one.
    fn jamo(&mut self, c: char) {
        self.settle();
        match self
            .out
            .chars()
            .next_back()
            .and_then(|last| syllable(last, c))
        {
            Some(whole) => self.replace_last(whole),
            None => self.push(c),
        }
    }

    /// Puts the marks at the end into canonical order and joins voiced kana.
    fn settle(&mut self) {
        let Some(start) = self.marks.take() else {
            return;
        };
        if core::mem::take(&mut self.unsettled) {
            self.order(start);
        }
    }

    fn order(&mut self, start: usize) {
        let class = |c: char| match self.tables.entry(c) {
            Entry::Mark(class) => class,
            _ => 0,
        };
        let marks = self.out[start..].to_owned();
        let mut ordered = String::with_capacity(marks.len());
        // As many rounds as there are classes, which is few however long the run.
        let mut round = 0;
        while let Some(next) = marks
            .chars()
            .map(class)
            .filter(|&class| class > round)
            .min()
        {
            round = next;
            ordered.extend(marks.chars().filter(|&c| class(c) == round));
        }
        self.out.truncate(start);
        let base = self.out.chars().next_back();
        let base_start = start - base.map_or(0, char::len_utf8);
        self.gather(base_start);
        let voiced = base
            .zip(ordered.chars().next())
            .and_then(|(base, mark)| voiced(base, mark));
        if let Some(whole) = voiced {
            self.out.truncate(base_start);
            self.out.push(whole);
            ordered.remove(0);
        }
        self.out.push_str(&ordered);
    }

    fn replace_last(&mut self, whole: char) {
        if let Some(last) = self.out.pop() {
            debug_assert_eq!(
                last.len_utf8(),
                whole.len_utf8(),
                "pieces and wholes are as long"
            );
            self.gather(self.out.len());
            self.out.push(whole);
        }
    }

    /// Notes where the character that is about to be appended comes from.
    fn note(&mut self, linear: bool) {
        let Some(points) = &mut self.points else {
            return;
        };
        let point = Point {
            folded: self.out.len(),
            source: self.source,
            linear,
        };
        match points.last_mut() {
            // Another character out of the same one.
            Some(last) if !last.linear && last.source == point.source => {}
            Some(last)
                if linear
                    && last.linear
                    && point.folded - last.folded == point.source - last.source => {}
            Some(last) if last.folded == point.folded => *last = point,
            _ => points.push(point),
        }
    }

    /// Makes everything from `start` to the end of the output one piece.
    fn gather(&mut self, start: usize) {
        let Some(points) = &mut self.points else {
            return;
        };
        let source = crate::map::source_start(points, start);
        let mut piece = Point {
            folded: start,
            source,
            linear: false,
        };
        // A point with the same source is the piece that `start` lies in: it is one already.
        while let Some(last) = points.pop_if(|last| last.folded >= start || last.source == source) {
            piece.folded = piece.folded.min(last.folded);
        }
        points.push(piece);
    }
}
