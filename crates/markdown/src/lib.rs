//! Post bodies: Markdown to HTML, and the one sanitiser that decides what of it may be shown.
//!
//! The Markdown options are chosen once ([`common_html`]); what other programs make of Markdown is
//! the compiler's to know ([`dialect`]); the allow-list is data ([`policy`]); the
//! walk over a parsed tree ([`clean()`]) is written once, generic over the parser's tree and over
//! what is built from it. The browser parses inertly with its own `DOMParser` and builds nodes;
//! the compiler parses with `html5ever` and collects the visible text. Both show and find the
//! same because they run the same walk. Nothing here parses HTML, touches a DOM or a file.

mod ascii;
pub mod autolink;
pub mod clean;
pub mod dialect;
mod disarm;
pub mod entities;
mod finish;
mod html;
mod include;
mod liquid;
mod marks;
pub mod markup;
pub mod policy;
mod prepare;
mod tags;
mod url;
mod visible;

pub use clean::{Context, Element, Embed, Image, Known, Link, Notes, Sink, Tree, View, clean};
pub use html::{PREFIX, common_html, to_document};
pub use url::{host, percent_decoded, resolve, same_target};
pub use visible::VisibleText;
