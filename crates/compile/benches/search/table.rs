//! Markdown tables, and numbers as they stand in them.

use std::time::Duration;

/// A table that grows row by row.
#[derive(Debug)]
pub(crate) struct Table {
    columns: usize,
    text: String,
}

impl Table {
    pub(crate) fn new(head: &[&str]) -> Self {
        let mut table = Self {
            columns: head.len(),
            text: String::new(),
        };
        table.row(head.iter().map(ToString::to_string));
        table.row(head.iter().map(|_| "---".to_owned()));
        table
    }

    /// Adds a row; cells that are missing at its end are empty.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let mut cells: Vec<String> = cells.into_iter().collect();
        cells.resize(self.columns, String::new());
        self.text.push_str(&format!("| {} |\n", cells.join(" | ")));
    }

    /// The table, with a heading.
    pub(crate) fn under(&self, heading: &str) -> String {
        format!("### {heading}\n\n{}\n", self.text)
    }
}

/// Bytes in units of 1,000.
pub(crate) fn bytes(number: u64) -> String {
    let number = number as f64;
    if number < 1e3 {
        format!("{number} B")
    } else if number < 1e6 {
        format!("{:.1} kB", number / 1e3)
    } else {
        format!("{:.2} MB", number / 1e6)
    }
}

/// A time in milliseconds.
pub(crate) fn time(time: Duration) -> String {
    let ms = time.as_secs_f64() * 1e3;
    if ms < 10.0 {
        format!("{ms:.2} ms")
    } else {
        format!("{ms:.0} ms")
    }
}

/// A part of 1.
pub(crate) fn part(part: f64) -> String {
    format!("{part:.3}")
}
