//! Takes the hashes out of the names that module and glue call each other's functions by.
//!
//! `wasm-bindgen` gives each of some 150 imports a name such as `__wbg_append_0123456789abcdef`. The
//! hash is eight bytes that don't compress, once in the module and once in the glue, and tells apart
//! what a number tells as well. The few exports that call closures are named by all their types.

use std::collections::HashSet;

use walrus::Module;

use crate::util::failure::{Failure, Result};

/// Letters of a hash.
const HASH: usize = 16;

/// The start of the names of exports that call closures.
const CLOSURE: &str = "wasm_bindgen_";

/// Renames the module's imports and exports, there and in the glue, which it returns.
pub(crate) fn shorten(module: &mut Module, glue: &str) -> Result<String> {
    let glue = imports(module, glue)?;
    Ok(exports(module, glue))
}

fn imports(module: &mut Module, glue: &str) -> Result<String> {
    // A key of that name would not be a key.
    let mut taken = HashSet::from(["__proto__".to_owned()]);
    taken.extend(module.imports.iter().map(|import| import.name.clone()));
    let mut glue = glue.to_owned();
    for import in module.imports.iter_mut() {
        let Some(stem) = stem(&import.name) else {
            continue;
        };
        let numbered = (2..).map(|number| format!("{stem}{number}"));
        let Some(name) = std::iter::once(stem.to_owned())
            .chain(numbered)
            .find(|name| !taken.contains(name))
        else {
            continue;
        };
        glue = renamed(&glue, &import.name, &name)?;
        taken.insert(name.clone());
        import.name = name;
    }
    Ok(glue)
}

fn exports(module: &mut Module, mut glue: String) -> String {
    let mut closures: Vec<_> = module
        .exports
        .iter_mut()
        .filter(|export| export.name.starts_with(CLOSURE))
        .collect();
    // A name may begin with another.
    closures.sort_by_key(|export| std::cmp::Reverse(export.name.len()));
    let mut numbers = 1..;
    for export in closures {
        let mut names = numbers.by_ref().map(|number| format!("invoke{number}"));
        if let Some(name) = names.find(|name| !glue.contains(name)) {
            // The glue gives the function that calls it the same name.
            glue = glue.replace(&export.name, &name);
            export.name = name;
        }
    }
    glue
}

/// Returns what a name of the glue says, without prefix and hash, or `None` if it is not of that form.
fn stem(name: &str) -> Option<&str> {
    let (stem, hash) = name.strip_prefix("__wbg_")?.rsplit_once('_')?;
    let hashed = hash.len() == HASH && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    let key = stem
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && stem.starts_with(|first: char| !first.is_ascii_digit());
    (hashed && key).then_some(stem)
}

/// Renames a key of the object that holds the imports.
fn renamed(glue: &str, from: &str, to: &str) -> Result<String> {
    let mut parts = glue.split(from);
    let (Some(before), Some(after), None) = (parts.next(), parts.next(), parts.next()) else {
        return Err(Failure::new(format!(
            "the glue should name `{from}` once, where it is handed to the module"
        ))
        .help("a new version of wasm-bindgen may write other glue; see xtask/src/names.rs"));
    };
    if !after.starts_with(": ") {
        return Err(Failure::new(format!(
            "`{from}` should be a key in the glue of wasm-bindgen"
        )));
    }
    Ok(format!("{before}{to}{after}"))
}

#[cfg(test)]
mod tests {
    use walrus::FunctionBuilder;

    use super::*;

    #[test]
    fn prefix_and_hash_go() {
        assert_eq!(stem("__wbg_append_0123456789abcdef"), Some("append"));
        assert_eq!(
            stem("__wbg___wbindgen_is_falsy_d864b623500ae65d"),
            Some("__wbindgen_is_falsy")
        );
        for other in [
            "__wbindgen_init_externref_table",
            "__wbg_append",
            "__wbg_append_0123456789abcde",
            "__wbg_append_0123456789abcdeg",
            "__wbg__0123456789abcdef",
        ] {
            assert_eq!(stem(other), None, "{other}");
        }
    }

    #[test]
    fn names_that_meet_are_numbered_in_module_and_glue() {
        let mut module = Module::default();
        let ty = module.types.add(&[], &[]);
        let names = [
            "__wbg_call_0123456789abcdef",
            "__wbg_call_fedcba9876543210",
            "table",
        ];
        for name in names {
            module.add_import_func("./glue.js", name, ty);
        }
        let glue = "{\n__wbg_call_fedcba9876543210: function() {},\n\
                    __wbg_call_0123456789abcdef: function() {},\ntable: function() {},\n}";
        let glue = shorten(&mut module, glue).unwrap_or_else(|failure| panic!("{failure}"));
        assert_eq!(
            glue,
            "{\ncall2: function() {},\ncall: function() {},\ntable: function() {},\n}"
        );
        let names: Vec<&str> = module.imports.iter().map(|i| i.name.as_str()).collect();
        assert_eq!(names, ["call", "call2", "table"]);
    }

    #[test]
    fn exports_that_call_closures_are_numbered() {
        let mut module = Module::default();
        for name in ["mount", "wasm_bindgen_a", "wasm_bindgen_a_b"] {
            let function = FunctionBuilder::new(&mut module.types, &[], &[]);
            let function = function.finish(Vec::new(), &mut module.funcs);
            module.exports.add(name, function);
        }
        let glue = "invoke1 wasm.mount() wasm.wasm_bindgen_a() wasm.wasm_bindgen_a_b()".to_owned();
        assert_eq!(
            exports(&mut module, glue),
            "invoke1 wasm.mount() wasm.invoke3() wasm.invoke2()"
        );
        let names: Vec<&str> = module.exports.iter().map(|e| e.name.as_str()).collect();
        assert_eq!(names, ["mount", "invoke3", "invoke2"]);
    }

    #[test]
    fn a_name_that_is_not_one_key_is_an_error() {
        for glue in ["", "a: 1, a: 2", "a()"] {
            assert!(renamed(glue, "a", "b").is_err(), "{glue}");
        }
    }
}
