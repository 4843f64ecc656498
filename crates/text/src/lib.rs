//! The canonical search form of text, its character classes, and its language.

mod class;
mod fold;
mod language;
mod map;
mod tables;

pub use class::{CharClass, Run, Runs, class, runs};
pub use fold::{fold, fold_keep_script, fold_mapped};
pub use language::{detect_language, is_rtl};
pub use map::Folded;
