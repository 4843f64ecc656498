//! The signature, held against the manifest's bytes.

use std::collections::BTreeSet;
use std::io;

use shelfmark_bundle::signature_name;

use crate::archive::{Archive, MANIFEST, Problem};
use crate::sign::{self, PublicKey};

/// Checks the signature; gives whose it is, when it is right.
pub(super) fn check(
    archive: &Archive,
    wanted: Option<&PublicKey>,
    names: &mut BTreeSet<String>,
    problems: &mut Vec<Problem>,
) -> Option<String> {
    let mut wrong = |file: &str, why: String| {
        problems.push(Problem::new(file, why));
        None
    };
    let Some(signed) = &archive.manifest().signed else {
        return wanted.and_then(|key| {
            let key = key.fingerprint();
            wrong(MANIFEST, format!("is signed by nobody, not by {key}"))
        });
    };
    let Some(key) = PublicKey::parse(&signed.0) else {
        return wrong(MANIFEST, "names a signer that is no key".to_owned());
    };
    if let Some(wanted) = wanted.filter(|wanted| **wanted != key) {
        let (key, wanted) = (key.fingerprint(), wanted.fingerprint());
        return wrong(MANIFEST, format!("is signed by {key}, not by {wanted}"));
    }
    let name = signature_name(archive.manifest_hash());
    let file = match sign::read_signature(&archive.folder().join(&name)) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return wrong(
                MANIFEST,
                format!("is not as it was signed, or its signature {name} is missing"),
            );
        }
        Err(error) => return wrong(&name, format!("can't be read: {error}")),
    };
    names.insert(name.clone());
    if key.signed(archive.manifest_hash(), &file) {
        return Some(sign::signer(signed));
    }
    wrong(&name, "is not the signature of this manifest".to_owned())
}
