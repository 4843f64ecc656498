//! The canonical search form of text, its character classes, and its language.
//!
//! The compiler and the browser call the same functions here, so that what was indexed is what is
//! looked for. Nothing is configured, no feature changes what they return, and there is no input or
//! output.
//!
//! - [`fold`] gives the one form in which texts are compared; [`fold_keep_script`] the same with
//!   Traditional and Simplified Chinese apart; [`fold_mapped`] the same with a way back to the source;
//!   [`fold_in_parts`] tells from where a way back can be made later.
//! - [`class`] says how a character takes part in a search, and [`runs`] cuts text where that changes.
//! - [`terms`] cuts folded text into what an index holds of it.
//! - [`is_grapheme_edge`] says where text may be cut to be shown.
//! - [`detect_language`] and [`is_rtl`] are for `lang` and `dir` attributes.
//!
//! The tables are made by `generate/` from the data in `data/`; `README.md` tells the rules, the
//! sources and their licences.

#![forbid(unsafe_code)]

mod class;
mod compose;
mod fold;
mod grapheme;
mod language;
mod map;
mod tables;
mod terms;

pub use class::{CharClass, Run, Runs, class, runs};
pub use fold::{fold, fold_in_parts, fold_keep_script, fold_mapped, han_forms};
pub use grapheme::is_grapheme_edge;
pub use language::{detect_language, is_rtl};
pub use map::Folded;
pub use terms::{KEY_CHARS, Term, Terms, cut_key, is_triple, terms};
