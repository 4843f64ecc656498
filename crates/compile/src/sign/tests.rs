use super::*;

/// RFC 8032, section 7.1, test 1.
const SEED: &str = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";
const PEM: &str = "-----BEGIN PRIVATE KEY-----\n\
                   MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n\
                   -----END PRIVATE KEY-----\n";

fn key() -> SecretKey {
    let seed: [u8; 32] = BASE64.decode(SEED).unwrap().try_into().unwrap();
    SecretKey(SigningKey::from_bytes(&seed))
}

#[test]
fn a_signature_is_of_one_manifest_by_one_key() {
    let key = key();
    let hash = "ab".repeat(32);
    let file = key.sign(&hash);
    assert_eq!(file, key.sign(&hash), "signing is the same every time");
    let public = key.public();
    assert!(public.signed(&hash, &file));
    assert!(!public.signed(&"ac".repeat(32), &file));
    let other = SecretKey(SigningKey::from_bytes(&[7; 32])).public();
    assert!(!other.signed(&hash, &file));
    let json = String::from_utf8(file).unwrap();
    for at in 14..json.len() - 5 {
        let mut bad = json.clone().into_bytes();
        bad[at] ^= 1;
        assert!(!public.signed(&hash, &bad), "byte {at}");
    }
    for bad in [
        "",
        "{}",
        "null",
        "{\"signature\":\"\"}",
        "{\"signature\":1}",
    ] {
        assert!(!public.signed(&hash, bad.as_bytes()), "{bad}");
    }
}

#[test]
fn keys_are_read_as_other_programs_write_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    fs::write(&path, PEM.replace('\n', "\r\n")).unwrap();
    let read = SecretKey::read(&path).unwrap();
    // RFC 8032, section 7.1, test 1; RFC 8410 writes its keys like this.
    let hex: String = read
        .0
        .to_bytes()
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    assert_eq!(
        hex,
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
    );
    assert_eq!(
        read.public().fingerprint(),
        "d75a 9801 82b1 0ab7 d54b fed3 c964 073a"
    );
    fs::write(&path, "-----BEGIN PRIVATE KEY-----\nAAAA\n").unwrap();
    assert!(SecretKey::read(&path).is_err());
}

#[test]
fn only_sound_keys_are_keys() {
    let public = key().public();
    assert_eq!(PublicKey::parse(&format!(" {public}\n")), Some(public));
    for bad in [
        "",
        "abcd",
        // The neutral element, and a point of small order: everything is signed by them.
        "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    ] {
        assert_eq!(PublicKey::parse(bad), None, "{bad}");
    }
}
