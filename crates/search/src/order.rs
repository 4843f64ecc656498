//! The one sort of this crate.
//!
//! Every order here is brought to pairs of integers, so that the browser module holds a single
//! sorting routine instead of one for each type and comparison.

/// Sorts pairs, ascending.
pub(crate) fn sort(pairs: &mut [(u64, u32)]) {
    pairs.sort_unstable();
}

/// A key that puts larger non-negative numbers first.
pub(crate) fn descending(number: f64) -> u64 {
    // The bits of non-negative floats are ordered as the floats are (IEEE 754).
    !number.max(0.0).to_bits()
}
