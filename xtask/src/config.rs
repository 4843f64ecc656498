//! Where the project is, and what `wasm-pack.toml` says. The file is ours: wasm-pack itself reads
//! none, and `[package.metadata.wasm-pack]` in Cargo.toml is not used. Unknown keys are errors, for a
//! misspelt budget would otherwise be no budget.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::util::failure::{Failure, Result};
use crate::util::{command, files};

/// The name of the settings file, at the top of the project.
pub(crate) const FILE: &str = "wasm-pack.toml";

/// The project on disk: its folders and its settings.
pub(crate) struct Project {
    /// The top of the workspace.
    pub(crate) root: PathBuf,
    /// Cargo's target folder, wherever the user put it.
    pub(crate) target: PathBuf,
    pub(crate) settings: Settings,
}

impl Project {
    /// Asks cargo where things are and reads the settings.
    pub(crate) fn open() -> Result<Self> {
        #[derive(Deserialize)]
        struct Metadata {
            workspace_root: PathBuf,
            target_directory: PathBuf,
        }
        let json = command::output(command::cargo(Path::new(".")).args([
            "metadata",
            "--no-deps",
            "--format-version=1",
        ]))?;
        let metadata: Metadata = serde_json::from_str(&json)
            .map_err(|error| Failure::new(format!("cannot read `cargo metadata`: {error}")))?;
        let text = files::read_text(&metadata.workspace_root.join(FILE))?;
        Ok(Self {
            root: metadata.workspace_root,
            target: metadata.target_directory,
            settings: Settings::parse(&text)?,
        })
    }

    /// The version of everything in the workspace.
    pub(crate) fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    /// The finished static page; `build.rs` looks for it here.
    pub(crate) fn viewer(&self) -> PathBuf {
        self.target.join("viewer")
    }

    /// Where fetched tools live.
    pub(crate) fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// The release build of the program.
    pub(crate) fn program(&self) -> PathBuf {
        self.target
            .join("release")
            .join(format!("shelfmark{}", std::env::consts::EXE_SUFFIX))
    }
}

/// All of `wasm-pack.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Settings {
    pub(crate) build: Build,
    pub(crate) wasm_opt: WasmOpt,
    pub(crate) budget: Budget,
    pub(crate) tools: Tools,
}

/// How cargo and wasm-bindgen are called.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Build {
    /// The package whose library is the browser module.
    pub(crate) package: String,
    /// The target triple.
    pub(crate) target: String,
    /// The profile of the root Cargo.toml.
    pub(crate) profile: String,
    /// Cargo features to switch on.
    pub(crate) features: Vec<String>,
    /// The stem of `<stem>.js` and `<stem>_bg.wasm`.
    pub(crate) out_name: String,
    /// Flags for rustc.
    pub(crate) rustflags: Vec<String>,
    /// Features of the standard library, which is then built too; `None` takes Rust's own build.
    pub(crate) build_std: Option<Vec<String>>,
}

/// What `wasm-opt` does.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct WasmOpt {
    /// Passes and options, in order.
    pub(crate) passes: Vec<String>,
    /// Features of the module, each given as `--enable-<feature>`.
    pub(crate) features: Vec<String>,
}

impl WasmOpt {
    /// The command line between the program and its files.
    pub(crate) fn arguments(&self) -> Vec<String> {
        let features = self
            .features
            .iter()
            .map(|feature| format!("--enable-{feature}"));
        features.chain(self.passes.iter().cloned()).collect()
    }
}

/// The largest sizes allowed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Budget {
    /// The browser module.
    pub(crate) wasm: Limits,
    /// The page, its styles and scripts together.
    pub(crate) page: Limits,
}

/// Sizes in bytes: as it is, after gzip -9, after brotli -11.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Limits {
    pub(crate) raw: u64,
    pub(crate) gzip: u64,
    pub(crate) brotli: u64,
}

/// Exact versions of what `cargo xtask setup` fetches.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Tools {
    /// From crates.io.
    pub(crate) geckodriver: String,
    /// From npm: package to version.
    pub(crate) npm: BTreeMap<String, String>,
    /// From npm, and only for `cargo xtask bench`.
    pub(crate) bench: BTreeMap<String, String>,
}

impl Settings {
    /// Reads the settings; errors name the file, the line and the key.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        toml::from_str(text).map_err(|error| Failure::new(format!("in {FILE}: {error}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours() -> String {
        read("../wasm-pack.toml")
    }

    fn read(relative: &str) -> String {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(relative);
        files::read_text(&path).unwrap_or_else(|failure| panic!("{failure}"))
    }

    fn complaint(text: &str) -> String {
        match Settings::parse(text) {
            Ok(_) => panic!("this should have been refused:\n{text}"),
            Err(failure) => failure.to_string(),
        }
    }

    #[test]
    fn the_file_itself_is_read_and_says_whose_it_is() {
        let text = ours();
        let first = text.lines().next().unwrap_or_default();
        assert!(
            first.contains("xtask") && first.contains("not by wasm-pack"),
            "{first}"
        );
        if let Err(failure) = Settings::parse(&text) {
            panic!("{failure}");
        }
    }

    #[test]
    fn unknown_keys_are_errors_that_name_file_and_key() {
        let misspelt = ours().replace("brotli = 150_000", "brotly = 150_000");
        let complaint_ = complaint(&misspelt);
        assert!(complaint_.contains("wasm-pack.toml"), "{complaint_}");
        assert!(complaint_.contains("brotly"), "{complaint_}");

        let complaint_ = complaint(&format!("{}\n[wasm_opt]\npasses = []\n", ours()));
        assert!(complaint_.contains("wasm_opt"), "{complaint_}");
    }

    #[test]
    fn missing_keys_and_wrong_types_are_errors() {
        let complaint_ = complaint(&ours().replace("profile = \"web\"", ""));
        assert!(complaint_.contains("profile"), "{complaint_}");
        let complaint_ = complaint(&ours().replace("raw = 600_000", "raw = \"600 kB\""));
        assert!(complaint_.contains("raw"), "{complaint_}");
    }

    #[test]
    fn the_profile_is_defined_and_keeps_the_features_section() {
        let manifest: toml::Table = toml::from_str(&read("../Cargo.toml")).expect("valid TOML");
        let settings = Settings::parse(&ours()).expect("valid settings");
        let profile = &manifest["profile"][settings.build.profile.as_str()];
        assert!(
            profile.get("strip").is_none(),
            "help: `strip` in the profile removes the section that wasm-bindgen and wasm-opt read"
        );
        let package = manifest["package"]
            .get("metadata")
            .and_then(|m| m.get("wasm-pack"));
        assert!(
            package.is_none(),
            "help: settings of the browser build belong into {FILE}"
        );
    }

    #[test]
    fn wasm_bindgen_and_its_tool_are_of_one_version() {
        let lock: toml::Table = toml::from_str(&read("../Cargo.lock")).expect("valid TOML");
        let versions = |name: &str| -> Vec<String> {
            let packages = lock["package"].as_array().expect("packages");
            packages
                .iter()
                .filter(|package| package["name"].as_str() == Some(name))
                .map(|package| package["version"].as_str().unwrap_or_default().to_owned())
                .collect()
        };
        let library = versions("wasm-bindgen");
        assert_eq!(
            library.len(),
            1,
            "help: two versions of wasm-bindgen do not work together"
        );
        assert_eq!(
            library,
            versions("wasm-bindgen-cli-support"),
            "help: pin both to the same `=` version in the root Cargo.toml"
        );
    }
}
