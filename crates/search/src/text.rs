//! A text as it is shown and as it is searched, and the way from the one to the other.

use core::ops::Range;

use shelfmark_text::{Folded, fold_in_parts, fold_mapped};

/// Visible text of one post, or of a title.
#[derive(Debug, Clone, Default)]
pub struct Text {
    pub(crate) original: String,
    pub(crate) folded: String,
    /// Places in the folded text and in the original from which both go on by themselves.
    cuts: Vec<(usize, usize)>,
}

impl Text {
    /// Folds a text.
    #[must_use]
    pub fn new(original: String) -> Self {
        let (folded, cuts) = fold_in_parts(&original);
        Self {
            original,
            folded,
            cuts,
        }
    }

    /// The way back to the original.
    pub(crate) fn sources(&self) -> Sources<'_> {
        Sources {
            text: self,
            part: 0..0,
            source: 0,
            folded: None,
        }
    }
}

/// Tells where in the original a part of the folded text comes from: only the parts that are asked for
/// are folded again, as texts may be long and what is shown of them is not.
pub(crate) struct Sources<'a> {
    text: &'a Text,
    /// The part of the folded text that was folded last.
    part: Range<usize>,
    /// Where the original of it begins.
    source: usize,
    folded: Option<Folded>,
}

impl Sources<'_> {
    /// The bytes of the original that became the bytes `range` of the folded text.
    pub(crate) fn of(&mut self, range: &Range<usize>) -> Range<usize> {
        if range.start < self.part.start || range.end > self.part.end {
            self.fold(range);
        }
        let (first, source) = (self.part.start, self.source);
        let Some(folded) = &self.folded else {
            return 0..0;
        };
        let found = folded.source_range(range.start - first..range.end - first);
        found.start + source..found.end + source
    }

    /// Folds the parts that hold `range`.
    fn fold(&mut self, range: &Range<usize>) {
        let Text {
            original,
            folded,
            cuts,
        } = self.text;
        let before = cuts.partition_point(|cut| cut.0 <= range.start);
        let after = cuts.partition_point(|cut| cut.0 < range.end);
        let place = before.checked_sub(1).and_then(|place| cuts.get(place));
        let (first, source) = place.copied().unwrap_or_default();
        let end = cuts.get(after).copied();
        let (last, end) = end.unwrap_or((folded.len(), original.len()));
        self.part = first..last;
        self.source = source;
        self.folded = Some(fold_mapped(&original[source..end]));
    }

    /// A place in the folded text that is not after byte `source` of the original; not far before it.
    pub(crate) fn before(&self, source: usize) -> usize {
        let cuts = &self.text.cuts;
        let place = cuts.partition_point(|cut| cut.1 <= source).checked_sub(1);
        place
            .and_then(|place| cuts.get(place))
            .map_or(0, |cut| cut.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What folds in every way there is: white space, marks, jamo, dropped and wide characters.
    fn text() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(vec![
            "武",
            "漢",
            "a",
            "É",
            "e\u{301}",
            " ",
            "\n",
            "\u{3000}",
            "，",
            "１",
            "ﬁ",
            "\u{200B}",
            "ｶﾞ",
            "\u{1112}",
            "\u{1161}",
            "\u{11AB}",
            "한",
            "\u{302}\u{323}",
            "は",
            "\u{3099}",
        ]);
        let line = prop::collection::vec(piece, 1..40).prop_map(|pieces| pieces.concat());
        prop::collection::vec((line, 1..80_usize), 1..12).prop_map(|lines| {
            let lines = lines.iter().map(|(line, times)| line.repeat(*times));
            lines.collect::<String>()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn the_way_back_is_that_of_the_whole(text in text(), places in prop::collection::vec(any::<(prop::sample::Index, u8)>(), 1..40)) {
            let whole = fold_mapped(&text);
            let text = Text::new(text);
            prop_assert_eq!(&text.folded, whole.text());
            prop_assert!(text.cuts.is_sorted());
            let mut sources = text.sources();
            for (place, length) in places {
                let start = text.folded.floor_char_boundary(place.index(text.folded.len() + 1));
                let end = (start + usize::from(length)).min(text.folded.len());
                let range = start..text.folded.ceil_char_boundary(end);
                prop_assert_eq!(sources.of(&range), whole.source_range(range.clone()), "{:?}", range);
                let source = whole.source_range(range.clone()).start;
                prop_assert!(sources.before(source) <= range.start);
            }
            // Each place between two parts, from either side and across.
            for (place, source) in text.cuts.clone() {
                let before = text.folded.floor_char_boundary(place - 1);
                let after = text.folded.ceil_char_boundary(place + 1);
                for range in [before..place, place..after, before..after] {
                    prop_assert_eq!(sources.of(&range), whole.source_range(range));
                }
                prop_assert_eq!(sources.before(source), place);
            }
        }
    }

    #[test]
    fn long_texts_have_parts() {
        let text = Text::new("武汉，长江。\n".repeat(5_000));
        assert!(text.cuts.len() > 15, "{}", text.cuts.len());
    }
}
