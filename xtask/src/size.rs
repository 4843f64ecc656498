//! Sizes of the finished viewer, as they are and as servers send them, beside the budgets of
//! `wasm-pack.toml`. Nothing is timed here, and nothing is built.

use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::config::{FILE, Limits, Project};
use crate::util::failure::{Failure, Result};
use crate::util::files;

/// Bytes of a file, or of several, each compressed by itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Sizes {
    pub(crate) raw: u64,
    pub(crate) gzip: u64,
    pub(crate) brotli: u64,
}

impl Sizes {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self {
            raw: bytes.len() as u64,
            gzip: gzip(bytes),
            brotli: brotli(bytes),
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            raw: self.raw + other.raw,
            gzip: self.gzip + other.gzip,
            brotli: self.brotli + other.brotli,
        }
    }

    /// What is over its limit, in words.
    fn over(self, what: &str, limits: Limits) -> Vec<String> {
        [
            ("raw", self.raw, limits.raw),
            ("gzip -9", self.gzip, limits.gzip),
            ("brotli -11", self.brotli, limits.brotli),
        ]
        .iter()
        .filter(|(_, size, limit)| size > limit)
        .map(|(how, size, limit)| {
            let over = size - limit;
            format!(
                "{what}, {how}: {} bytes, {} over the budget of {}",
                dots(*size),
                dots(over),
                dots(*limit)
            )
        })
        .collect()
    }
}

/// Prints the sizes of the viewer as it was last built. Over budget is an error.
pub(crate) fn report(project: &Project) -> Result<()> {
    print(project)?.judge()
}

/// What is over budget, in words.
pub(crate) struct Over {
    /// Of the module: excusable while `wasm-opt` is missing.
    pub(crate) wasm: Vec<String>,
    /// Of the page, its styles and scripts.
    pub(crate) page: Vec<String>,
}

impl Over {
    /// Fails when something is over budget.
    pub(crate) fn judge(self) -> Result<()> {
        let complaints = [self.wasm, self.page].concat();
        if complaints.is_empty() {
            return Ok(());
        }
        Err(Failure::new(format!(
            "over the size budget of {FILE}\n  {}",
            complaints.join("\n  ")
        ))
        .help("make it smaller; a budget is raised only with a reason that readers gain from"))
    }
}

/// Prints the sizes and returns what is over budget.
pub(crate) fn print(project: &Project) -> Result<Over> {
    let viewer = project.viewer();
    let settings = &project.settings;
    let module = format!("{}_bg.wasm", settings.build.out_name);
    if !viewer.join(&module).exists() {
        return Err(
            Failure::new(format!("there is no viewer in {}", viewer.display()))
                .help("build it with `cargo xtask viewer`"),
        );
    }
    println!(
        "{:<28}{:>12}{:>12}{:>12}",
        "size in bytes", "raw", "gzip -9", "brotli -11"
    );
    let wasm = Sizes::of(&files::read(&viewer.join(&module))?);
    row(&module, wasm);
    limits_row(settings.budget.wasm);

    let mut page = Sizes::default();
    for name in files::list(&viewer)? {
        if is_page(&name) {
            let sizes = Sizes::of(&files::read(&viewer.join(&name))?);
            row(&name.display().to_string(), sizes);
            page = page.plus(sizes);
        }
    }
    row("page, styles, scripts", page);
    limits_row(settings.budget.page);

    Ok(Over {
        wasm: wasm.over(&module, settings.budget.wasm),
        page: page.over("page, styles and scripts", settings.budget.page),
    })
}

/// Whether a file of the viewer counts as page, styles or script.
fn is_page(name: &Path) -> bool {
    let at_top = name.components().count() == 1;
    at_top
        && name
            .extension()
            .is_some_and(|kind| ["html", "css", "js"].iter().any(|page| kind == *page))
}

fn row(name: &str, sizes: Sizes) {
    println!(
        "{name:<28}{:>12}{:>12}{:>12}",
        dots(sizes.raw),
        dots(sizes.gzip),
        dots(sizes.brotli)
    );
}

fn limits_row(limits: Limits) {
    row(
        "  at most",
        Sizes {
            raw: limits.raw,
            gzip: limits.gzip,
            brotli: limits.brotli,
        },
    );
}

/// A number with its thousands apart.
fn dots(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn gzip(bytes: &[u8]) -> u64 {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    // Writing to memory does not fail.
    let _ = encoder.write_all(bytes);
    encoder
        .finish()
        .map_or(u64::MAX, |packed| packed.len() as u64)
}

fn brotli(bytes: &[u8]) -> u64 {
    let mut packed = Vec::new();
    let quality_and_window = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: bytes.len(),
        ..Default::default()
    };
    let result = brotli::BrotliCompress(&mut &bytes[..], &mut packed, &quality_and_window);
    result.map_or(u64::MAX, |_| packed.len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_those_of_the_usual_tools() {
        let text = "the same words again and again; ".repeat(100);
        let sizes = Sizes::of(text.as_bytes());
        assert_eq!(sizes.raw, 3200);
        assert!(sizes.gzip < 120 && sizes.gzip > 20, "{sizes:?}");
        assert!(sizes.brotli < sizes.gzip, "{sizes:?}");
    }

    fn verdict(page: Vec<String>) -> Result<()> {
        Over {
            wasm: Vec::new(),
            page,
        }
        .judge()
    }

    #[test]
    fn a_budget_is_kept_until_it_is_passed_by_a_byte() {
        let limits = Limits {
            raw: 1000,
            gzip: 100,
            brotli: 90,
        };
        let fits = Sizes {
            raw: 1000,
            gzip: 100,
            brotli: 90,
        };
        assert!(verdict(fits.over("x", limits)).is_ok());
        let over = Sizes { brotli: 91, ..fits };
        let complaint = verdict(over.over("x", limits))
            .expect_err("over budget")
            .to_string();
        assert!(
            complaint.contains("x, brotli -11: 91 bytes, 1 over the budget of 90"),
            "{complaint}"
        );
        assert!(complaint.contains("wasm-pack.toml"), "{complaint}");
    }

    #[test]
    fn what_counts_as_the_page() {
        for (name, counts) in [
            ("index.html", true),
            ("shelfmark.js", true),
            ("page.css", true),
            ("shelfmark.d.ts", false),
            ("icon.svg", false),
            ("locales/en.json", false),
        ] {
            assert_eq!(is_page(Path::new(name)), counts, "{name}");
        }
    }

    #[test]
    fn thousands() {
        assert_eq!(
            [0, 999, 1000, 1_234_567].map(dots),
            ["0", "999", "1,000", "1,234,567"]
        );
    }
}
