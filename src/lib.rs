//! The browser module: reads, filters and searches an archive in the reader's browser.
//!
//! Everything that touches the browser stands in `web`, which exists on `wasm32` alone; what can
//! be decided without a browser ([`route`], [`api`]) is plain code with plain tests.

pub mod api;
pub mod route;

#[cfg(target_arch = "wasm32")]
mod web;
