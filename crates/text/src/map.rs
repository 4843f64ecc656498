//! A folded text that knows where it came from: what a search finds in the one is shown in the other.

use crate::fold::Point;
use core::ops::Range;

/// A folded text with a map to its source; made by [`fold_mapped`](crate::fold_mapped).
#[derive(Clone, Debug)]
pub struct Folded {
    text: String,
    /// Ascending in both offsets.
    points: Vec<Point>,
    source_len: usize,
}

impl Folded {
    pub(crate) fn new(text: String, points: Vec<Point>, source_len: usize) -> Self {
        Self {
            text,
            points,
            source_len,
        }
    }

    /// Returns the folded text, the same that [`fold`](crate::fold) returns.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the bytes of the source that became the bytes `folded` of the text.
    ///
    /// The range lies on character boundaries of the source and holds whole characters, with the
    /// marks and ignorable characters that follow the last one. A range that cuts through a
    /// character, or reaches past the end, is widened or cut to what exists; an empty one stays
    /// empty.
    #[must_use]
    pub fn source_range(&self, folded: Range<usize>) -> Range<usize> {
        let first = self.text.floor_char_boundary(folded.start);
        let start = source_start(&self.points, first);
        if folded.end <= folded.start || first == self.text.len() {
            return start..start;
        }
        let end = self.source_end(self.text.ceil_char_boundary(folded.end));
        start..end
    }

    /// Returns where the source of the folded text before `at` ends.
    fn source_end(&self, at: usize) -> usize {
        if at >= self.text.len() {
            return self.source_len;
        }
        let next = self.points.partition_point(|point| point.folded <= at);
        match next.checked_sub(1).and_then(|last| self.points.get(last)) {
            Some(point) if point.linear || point.folded == at => point.source + (at - point.folded),
            _ => self
                .points
                .get(next)
                .map_or(self.source_len, |point| point.source),
        }
    }
}

/// Returns where the source of the folded text at `at` starts.
pub(crate) fn source_start(points: &[Point], at: usize) -> usize {
    let next = points.partition_point(|point| point.folded <= at);
    match next.checked_sub(1).and_then(|last| points.get(last)) {
        Some(point) if point.linear => point.source + (at - point.folded),
        Some(point) => point.source,
        None => 0,
    }
}
