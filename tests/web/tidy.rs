//! No file of this folder is forgotten: one that `main.rs` does not name would never run.

use std::fs;
use std::path::Path;

#[test]
fn every_file_is_a_module() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/web");
    for (owner, part) in [("main.rs", "."), ("harness/mod.rs", "harness")] {
        let text = fs::read_to_string(folder.join(owner)).expect("a module");
        for entry in fs::read_dir(folder.join(part)).expect("a folder") {
            let name = entry.expect("an entry").file_name();
            let Some(module) = name
                .to_string_lossy()
                .strip_suffix(".rs")
                .map(str::to_owned)
            else {
                continue;
            };
            let declared = text.contains(&format!("mod {module};"));
            assert!(
                declared || ["main", "mod"].contains(&module.as_str()),
                "{owner} does not declare {part}/{module}.rs\nhelp: add `mod {module};`"
            );
        }
    }
}
