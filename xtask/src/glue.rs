//! The JavaScript glue between the module and the page, made by `wasm-bindgen-cli-support` in this
//! process: no separate command to install, and no second version to keep in step.

use wasm_bindgen_cli_support::Bindgen;

use crate::names;
use crate::util::failure::{Failure, Result};

/// What wasm-bindgen makes of a compiled library.
pub(crate) struct Bound {
    /// The glue: an ES module with exports of its own.
    pub(crate) js: String,
    /// The module, ready for `wasm-opt`.
    pub(crate) wasm: Vec<u8>,
}

/// Runs wasm-bindgen over a compiled library.
///
/// The glue has no default address for the module: `element.js`, which knows where it was loaded
/// from, hands one over (`__wbg_init({ module_or_path })`).
pub(crate) fn bind(compiled: Vec<u8>, out_name: &str) -> Result<Bound> {
    let failed = |error: &dyn std::fmt::Display| {
        Failure::new(format!(
            "wasm-bindgen could not read the compiled module: {error:#}"
        ))
    };
    let mut bindgen = Bindgen::new();
    bindgen
        .input_bytes(out_name, compiled)
        .out_name(out_name)
        .typescript(false)
        .omit_default_module_path(true)
        .remove_producers_section(true);
    let mut output = bindgen
        .web(true)
        .and_then(Bindgen::generate_output)
        .map_err(|error| failed(&error))?;
    // These would be further files that the page has to load; one of our crates, or one of theirs,
    // has begun to bring JavaScript of its own.
    let inline = output
        .snippets()
        .values()
        .any(|snippets| !snippets.is_empty());
    if inline || !output.local_modules().is_empty() {
        return Err(Failure::new(
            "a crate brings JavaScript snippets, which the viewer has no place for",
        )
        .help("look for `inline_js` or `module = \"...\"` in `#[wasm_bindgen]` attributes"));
    }
    if !output.npm_dependencies().is_empty() {
        return Err(Failure::new(
            "a crate depends on npm packages, which the viewer has no place for",
        ));
    }
    let js = output.js().to_owned();
    let js = names::shorten(output.wasm_mut(), &js)?;
    Ok(Bound {
        js,
        wasm: output.wasm_mut().emit_wasm(),
    })
}
