//! What folding does, case by case, and what holds for every text.

use crate::texts::{config, texts};
use proptest::prelude::*;
use shelfmark_text::{fold, fold_keep_script};

#[track_caller]
fn check(input: &str, expected: &str) {
    assert_eq!(fold(input), expected, "folding {input:?}");
}

#[track_caller]
fn meet(words: &[&str]) {
    for word in words {
        assert_eq!(
            fold(word),
            fold(words[0]),
            "{word} and {} must meet",
            words[0]
        );
    }
}

#[test]
fn case() {
    check("Straße STRASSE ẞ", "strasse strasse ss");
    check("ΣΊΣΥΦΟΣ Σίσυφος", "σισυφοσ σισυφοσ");
    check("İstanbul ıſ Ǆ ŉ", "istanbul is dz 'n");
    check("Ꭰ ꭰ Ა Ⴀ ა", "ꭰ ꭰ ა ⴀ ა");
}

#[test]
fn width_and_compatibility_forms() {
    check("ＡＢＣ１２３，：！", "abc123,:!");
    check("ｶﾞｷﾞﾊﾟｰﾄ ﾟ", "ガギパート \u{309A}");
    check("ﬁ Ⅷ ① ½ x² ㎏ ㍿ …", "fi viii 1 1/2 x2 kg 株式会社 ...");
    check("㌔ ㌘ ㌫", "キロ グラム パーセント");
    check("𝐇𝕖𝓵𝗹𝑜", "hello");
    check("。、「」・ー", "。、「」・ー");
    check("ﷺ", "صلی الله علیه وسلم");
}

#[test]
fn diacritics() {
    check("Crème brûlée naïve Ångström", "creme brulee naive angstrom");
    check(
        "Đặng Øystein Łódź Ħal ŧ Æsir Œuvre",
        "dang oystein lodz hal t aesir oeuvre",
    );
    check("й ё ї ў", "и е і у");
    check("ἀρχῇ ᾳ ΐ", "αρχη α ι");
    check("שָׁלוֹם בְּרֵאשִׁית", "שלום בראשית");
    check("مُحَمَّد كتاب عليـــكم على أآإؤئ", "محمد کتاب علیکم علی اااوی");
    check("\u{B4}\u{A8}", "'\u{A8}");
}

#[test]
fn letters_that_look_like_marks_stay() {
    check("हिन्दी क़िला", "हिन्दी क\u{93C}िला");
    check("ภาษาไทยน\u{E49}\u{E33}", "ภาษาไทยน\u{E49}\u{E4D}\u{E32}");
    check("ភាសាខ្មែរ မြန်မာ ລາວ བོད་སྐད", "ភាសាខ្មែរ မြန်မာ ລາວ བོད་སྐད");
    check(
        "が か\u{3099} は\u{309A} ヷ う\u{3099} ワ\u{3099}",
        "が が ぱ ヷ ゔ ヷ",
    );
}

#[test]
fn hangul() {
    check("한국어", "한국어");
    check("\u{1112}\u{1161}\u{11AB}\u{1100}\u{116E}\u{11A8}", "한국");
    check("가\u{11A8} 각\u{11A8}", "각 각\u{11A8}");
    check("ㄱㅏ ﾡￂ", "ㄱㅏ ㄱㅏ");
}

#[test]
fn marks_in_canonical_order() {
    // Sara u before the tone mark, however they were typed.
    check("ก\u{E48}\u{E38}", "ก\u{E38}\u{E48}");
    check("क\u{94D}\u{93C}", "क\u{93C}\u{94D}");
    check("か\u{94D}\u{3099}", "が\u{94D}");
}

#[test]
fn quotes_and_dashes() {
    check("‘a’ “b” c‑d – — ― − „e‟", "'a' \"b\" c-d - - - - \"e\"");
    check("——", "--");
}

#[test]
fn white_space_and_what_nobody_sees() {
    check(" a \t\r\n\u{3000}\u{A0}\u{2028}b\u{85}", " a b ");
    check("a\u{200B} \u{200B}b", "a b");
    check(
        "می\u{200C}خواهم so\u{AD}ft \u{FEFF}x\u{202E}y\u{2066}",
        "میخواهم soft xy",
    );
    check(
        "❤\u{FE0F} 👩\u{200D}💻 葛\u{E0100} \u{E0041}\u{0}\u{1B}\u{7F}\u{9F}",
        "❤ 👩💻 葛 ",
    );
    check("\u{FFFD}\u{378}\u{E000}", "\u{FFFD}\u{378}\u{E000}");
    check("", "");
}

#[test]
fn everyday_words_meet() {
    for words in [
        ["武汉", "武漢", "武漢"],
        ["图书馆", "圖書館", "圖書舘"],
        ["台湾", "台灣", "臺灣"],
        ["里面", "裡面", "裏面"],
        ["为", "為", "爲"],
        ["只", "隻", "祗"],
        ["只是", "祇是", "衹是"],
        ["群", "羣", "羣"],
        ["山峰", "山峯", "山峯"],
        ["线", "線", "綫"],
        ["吃", "喫", "喫"],
        ["着", "著", "着"],
        ["于", "於", "于"],
        ["了解", "瞭解", "了解"],
        ["你", "妳", "你"],
        ["头发", "頭髮", "頭髮"],
        ["发展", "發展", "發展"],
        ["后来", "後來", "后來"],
        ["干净", "乾淨", "乾净"],
        ["干部", "幹部", "幹部"],
        ["什么", "什麼", "什麽"],
        ["面条", "麵條", "麪條"],
        ["钱钟书", "錢鍾書", "钱锺书"],
        ["回复", "回覆", "回復"],
        ["仿佛", "彷彿", "仿佛"],
        ["沉默", "沈默", "沉默"],
        ["卫生", "衛生", "衞生"],
        ["启动", "啟動", "啓動"],
        ["众人", "眾人", "衆人"],
        ["床", "牀", "床"],
        ["龟", "龜", "⻳"],
        ["长", "長", "⻓"],
        ["见", "見", "⾒"],
        ["金", "金", "⾦"],
    ] {
        meet(&words);
    }
    assert_ne!(fold("他"), fold("她"));
    assert_ne!(fold("画"), fold("划"));
    assert_ne!(fold_keep_script("图书"), fold_keep_script("圖書"));
    assert_eq!(fold_keep_script("ＡÉ\u{F900}圖  書"), "ae豈圖 書");
    check("\u{F900}\u{2F800}", "岂丽");
}

#[test]
fn every_character_comes_to_rest() {
    for c in '\0'..=char::MAX {
        let folded = fold(c.encode_utf8(&mut [0; 4]));
        assert_eq!(fold(&folded), folded, "{c:?} twice");
        assert_eq!(fold_keep_script(&folded), folded, "{c:?} without and with");
        assert_eq!(folded.to_lowercase(), folded, "{c:?} leaves upper case");
        assert!(
            !folded.chars().any(char::is_control),
            "{c:?} leaves control characters"
        );
        assert!(
            !folded.chars().any(|c| c != ' ' && c.is_whitespace()),
            "{c:?} leaves white space in {folded:?}"
        );
        for hidden in [
            '\u{200B}',
            '\u{200D}',
            '\u{FE0F}',
            '\u{AD}',
            '\u{E0001}',
            '\u{301}',
        ] {
            assert!(!folded.contains(hidden), "{c:?} leaves {hidden:?}");
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn folding_twice_is_folding_once(text in texts()) {
        let once = fold(&text);
        prop_assert_eq!(&fold(&once), &once);
        prop_assert_eq!(&fold_keep_script(&once), &once);
        let kept = fold_keep_script(&text);
        prop_assert_eq!(&fold_keep_script(&kept), &kept);
        prop_assert_eq!(fold(&kept), once);
    }

    #[test]
    fn any_part_of_a_fold_is_folded(text in texts(), a in 0_usize..64, b in 0_usize..64) {
        let chars: Vec<char> = fold(&text).chars().collect();
        let (a, b) = (a.min(chars.len()), b.min(chars.len()));
        let part: String = chars[a.min(b)..a.max(b)].iter().collect();
        prop_assert_eq!(fold(&part), part);
    }
}

/// Checks that `first` and `second` compose as Unicode says, if they do at all.
#[track_caller]
fn check_pair(first: char, second: char) {
    let whole = unicode_normalization::char::compose(first, second);
    let expected = whole.map_or_else(|| String::from_iter([first, second]), String::from);
    check(&String::from_iter([first, second]), &expected);
}

#[test]
fn pieces_compose_as_unicode_says() {
    for kana in '\u{3041}'..='\u{30FA}' {
        if fold(&String::from(kana)) == String::from(kana) {
            check_pair(kana, '\u{3099}');
            check_pair(kana, '\u{309A}');
        }
    }
    for vowel in '\u{1161}'..='\u{1175}' {
        ('\u{1100}'..='\u{1112}').for_each(|lead| check_pair(lead, vowel));
    }
    for syllable in '가'..='힣' {
        for last in ['\u{11A8}', '\u{11B7}', '\u{11C2}'] {
            check_pair(syllable, last);
        }
    }
}
