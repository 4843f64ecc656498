//! What bytes become, and what is said about it.

use super::*;
use proptest::prelude::*;

#[track_caller]
fn check(bytes: &[u8], text: &str, says: &str) {
    let mut list = Vec::new();
    let decoded = decode(bytes, "f.md", &mut list);
    assert_eq!(decoded.text, text);
    let said: Vec<String> = list
        .iter()
        .map(|d| {
            let place = d
                .place
                .as_ref()
                .map(|p| format!(" {}:{}", p.line, p.column));
            format!("{}: {}{}", d.code, d.message, place.unwrap_or_default())
        })
        .collect();
    assert_eq!(said.join("\n"), says);
}

fn encoded(encoding: &'static Encoding, text: &str) -> Vec<u8> {
    let (bytes, _, unmappable) = encoding.encode(text);
    assert!(!unmappable);
    bytes.into_owned()
}

#[test]
fn utf8_is_taken_as_it_is() {
    check("a\r\n\0水\u{85}".as_bytes(), "a\r\n\0水\u{85}", "");
    check(b"", "", "");
    let mut list = Vec::new();
    let decoded = decode(b"\xef\xbb\xbf---\n", "f.md", &mut list);
    assert_eq!((decoded.text.as_str(), decoded.start), ("\u{feff}---\n", 3));
}

#[test]
fn utf16_is_known_by_its_mark() {
    let le: Vec<u8> = "\u{feff}---\n水 a"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let be: Vec<u8> = "\u{feff}---\n水 a"
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect();
    check(
        &le,
        "---\n水 a",
        "encoding: not UTF-8; read as UTF-16LE 1:1",
    );
    check(
        &be,
        "---\n水 a",
        "encoding: not UTF-8; read as UTF-16BE 1:1",
    );
    check(
        &le[2..],
        "---\n水 a",
        "encoding: not UTF-8; read as UTF-16LE 1:1",
    );
    check(
        &be[2..],
        "---\n水 a",
        "encoding: not UTF-8; read as UTF-16BE 1:1",
    );
    let odd = "encoding: UTF-16LE text with units that are no characters, shown as `\u{fffd}` 2:3";
    check(&le[..le.len() - 1], "---\n水 \u{fffd}", odd);
}

#[test]
fn the_real_encoding_is_found() {
    for (encoding, text) in [
        (
            encoding_rs::GBK,
            "---\ntitle: 中文标题\n---\n这是一篇用旧编码写的文章。\n",
        ),
        (
            encoding_rs::BIG5,
            "---\ntitle: 中文標題\n---\n這是一篇用舊編碼寫的文章。\n",
        ),
        (
            encoding_rs::SHIFT_JIS,
            "---\ntitle: 日本語\n---\nこれは古い文字コードで書かれた記事です。\n",
        ),
        (
            encoding_rs::EUC_JP,
            "---\ntitle: 日本語\n---\nこれは古い文字コードで書かれた記事です。\n",
        ),
        (
            encoding_rs::EUC_KR,
            "---\ntitle: 제목\n---\n이것은 오래된 글입니다.\n",
        ),
        (
            encoding_rs::WINDOWS_1251,
            "---\ntitle: Привет\n---\nЭто старая запись.\n",
        ),
        (
            encoding_rs::WINDOWS_1252,
            "---\ntitle: café\n---\nBody text.\n",
        ),
        (encoding_rs::WINDOWS_1252, "don’t “quote” – an old post\n"),
        (encoding_rs::WINDOWS_1252, "Für große Mädchen\n"),
    ] {
        let mut list = Vec::new();
        let decoded = decode(&encoded(encoding, text), "f.md", &mut list);
        assert_eq!(decoded.text, text, "{}", encoding.name());
        assert_eq!(list.len(), 1);
        assert!(
            list[0].message.contains(encoding.name()),
            "{}",
            list[0].message
        );
    }
}

#[test]
fn scattered_bad_bytes_do_not_make_mojibake() {
    let says =
        "encoding-lossy: 4 bytes that are not UTF-8, shown as `\u{fffd}`; here is the first 1:4";
    check(
        b"ok \xff\xfe\xc0\xaf end\n",
        "ok \u{fffd}\u{fffd}\u{fffd}\u{fffd} end\n",
        says,
    );
    let says = "encoding-lossy: a byte that is not UTF-8, shown as `\u{fffd}` 2:3";
    check(
        "一二三\n四五\u{fffd}"
            .replace('\u{fffd}', "\u{1}")
            .as_bytes(),
        "一二三\n四五\u{1}",
        "",
    );
    let mut bytes = "一二三\n四五".as_bytes().to_vec();
    bytes.push(0xe4);
    check(&bytes, "一二三\n四五\u{fffd}", says);
}

#[test]
fn overlong_forms_are_never_decoded() {
    let mut list = Vec::new();
    let text = decode(b"\xc0\xbcscript\xc0\xbe", "f.md", &mut list).text;
    assert_eq!(text, "\u{fffd}\u{fffd}script\u{fffd}\u{fffd}");
    assert_eq!(list.len(), 1);
}

proptest! {
    #[test]
    fn valid_utf8_is_the_identity(text in "\\PC*") {
        prop_assume!(utf16(text.as_bytes()).is_none());
        let mut list = Vec::new();
        prop_assert_eq!(&decode(text.as_bytes(), "f", &mut list).text, &text);
        prop_assert!(list.is_empty());
    }

    #[test]
    fn any_bytes_are_decoded(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let mut list = Vec::new();
        let decoded = decode(&bytes, "f", &mut list);
        prop_assert!(decoded.text.is_char_boundary(decoded.start));
        prop_assert!(decoded.text.as_bytes() == bytes || list.len() == 1);
    }
}
