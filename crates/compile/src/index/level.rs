//! How often a text holds a term, in few steps.

use shelfmark_bundle::Posting;

use super::post::Held;

/// Occurrences from which the next level begins.
const STEPS: [u8; 3] = [2, 3, 5];

/// The posting of a post that holds a term.
pub(crate) fn posting(id: u32, held: Held) -> Posting {
    let above = STEPS.iter().filter(|step| held.count() >= **step).count();
    let level = if held.count() == 0 {
        0
    } else {
        above as u8 + 1
    };
    Posting::new(id, level, held.in_title(), held.in_labels())
}
