//! The command line: arguments in, `shelfmark_compile`, diagnostics out.
//!
//! Exit status: 0 done, 1 problems found or the work failed, 2 wrong usage.

#[cfg(not(target_arch = "wasm32"))]
mod cli;

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    cli::run()
}

/// The browser's half of this package is its library.
#[cfg(target_arch = "wasm32")]
fn main() {}
