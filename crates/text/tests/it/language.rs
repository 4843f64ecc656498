//! Guessing the language of a text.

use crate::texts::{config, texts};
use proptest::prelude::*;
use shelfmark_text::{detect_language, is_rtl};

#[track_caller]
fn check(language: &str, text: &str) {
    assert_eq!(detect_language(text), Some(language), "{text}");
}

#[test]
fn chinese() {
    check("zh-Hans", "武汉的图书馆今天开放，读者可以借阅新书。");
    check("zh-Hant", "武漢的圖書館今天開放，讀者可以借閱新書。");
    check("zh-Hant", "臺灣");
    check("zh-Hant", "台灣皇后的故事：裡面只有一個人");
    check(
        "zh-Hans",
        "他引用了一句「臺灣」，然后继续谈论国内经济发展的问题",
    );
    check("zh", "中文");
    check(
        "zh-Hans",
        "用 Rust 写一个 parser：let x = foo(bar); println!(\"{}\", x); 这样就可以了",
    );
}

#[test]
fn japanese_and_korean() {
    check("ja", "東京の図書館は今日から開いています。");
    check("ja", "カレンダー");
    check("ko", "서울의 도서관은 오늘 문을 열었습니다.");
}

#[test]
fn arabic_script() {
    check(
        "fa",
        "کتابخانه‌های تهران امروز باز هستند و می‌توانید کتاب بگیرید",
    );
    check("ar", "المكتبة في القاهرة مفتوحة اليوم للقراء والزوار");
    check("ur", "لاہور کی لائبریری آج کھلی ہے اور لوگ یہاں پڑھ رہے ہیں");
    check("ckb", "کتێبخانەی هەولێر ئەمڕۆ کراوەیە بۆ هەموو خوێنەران");
}

#[test]
fn cyrillic() {
    check(
        "ru",
        "Библиотека сегодня открыта, и читатели могут взять новые книги",
    );
    check(
        "uk",
        "Бібліотека сьогодні відкрита, її читачі можуть взяти нові книги",
    );
    check(
        "be",
        "Бібліятэка сёння адкрыта, яна была зачыненая ўчора ў горадзе",
    );
    check("bg", "Библиотеката е отворена днес, ъгълът е тъмен");
    check("sr", "Библиотека је данас отворена, људи узимају књиге");
}

#[test]
fn scripts_of_one_language() {
    check("el", "Η βιβλιοθήκη είναι ανοιχτή σήμερα");
    check("he", "הספרייה פתוחה היום לכולם");
    check("hi", "पुस्तकालय आज खुला है");
    check("th", "ห้องสมุดเปิดวันนี้");
    check("km", "បណ្ណាល័យបើកថ្ងៃនេះ");
    check("my", "စာကြည့်တိုက်ဒီနေ့ဖွင့်သည်");
    check("ta", "நூலகம் இன்று திறந்துள்ளது");
    check("ka", "ბიბლიოთეკა დღეს ღიაა");
}

#[test]
fn latin_letters() {
    check(
        "en",
        "The library is open today, and readers can borrow the books that they want",
    );
    check(
        "fr",
        "La bibliothèque est ouverte aujourd'hui, et les lecteurs peuvent emprunter des livres",
    );
    check(
        "de",
        "Die Bibliothek ist heute geöffnet, und die Leser können sich Bücher ausleihen",
    );
    check(
        "es",
        "La biblioteca está abierta hoy y los lectores pueden llevarse los libros que quieran",
    );
    check(
        "it",
        "La biblioteca è aperta oggi e i lettori possono prendere i libri che sono nella sala",
    );
    check(
        "pt",
        "A biblioteca está aberta hoje e os leitores não precisam de um cartão para os livros",
    );
    check(
        "nl",
        "De bibliotheek is vandaag open en het is niet nodig om een kaart te hebben voor de boeken",
    );
    check(
        "sv",
        "Biblioteket är öppet i dag och det är inte svårt att låna böcker för alla som vill",
    );
    check(
        "da",
        "Biblioteket er åbent i dag, og det er ikke svært at låne bøger af os",
    );
    check(
        "pl",
        "Biblioteka jest dziś otwarta i nie trzeba się zapisywać, ale po książki to do nas",
    );
    check(
        "cs",
        "Knihovna je dnes otevřená a knihy jsou pro všechny, ale není to jako ve škole, kde se platí",
    );
    check(
        "tr",
        "Kütüphane bugün açık ve bu kitaplar herkes için, çok daha fazla bir şey gibi",
    );
    check(
        "vi",
        "Thư viện mở cửa hôm nay và các độc giả có thể mượn sách của thư viện cho người nhà",
    );
    check(
        "id",
        "Perpustakaan buka hari ini dan buku yang baru itu untuk pembaca di kota ini",
    );
}

#[test]
fn too_little_to_say() {
    for text in [
        "",
        " ",
        "42",
        "Rust 1.85",
        "https://example.org/a",
        "😀",
        "fn main() {}",
        "\u{FFFD}",
    ] {
        assert_eq!(detect_language(text), None, "{text}");
    }
}

#[test]
fn a_name_in_another_script_does_not_decide() {
    check(
        "en",
        "The city of Wuhan (武汉) is on the river, and it is one of the places that you will not forget",
    );
}

#[test]
fn right_to_left() {
    for lang in ["ar", "fa", "fa-IR", "he", "ur_PK", "AR", "ku-Arab", "yi"] {
        assert!(is_rtl(lang), "{lang}");
    }
    for lang in ["", "en", "zh-Hant", "az", "he-Latn", "arn"] {
        assert!(!is_rtl(lang), "{lang}");
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_text_has_a_language_or_none(text in texts()) {
        let language = detect_language(&text);
        prop_assert_eq!(detect_language(&text), language);
        prop_assert!(language.is_none_or(|tag| tag.len() >= 2 && tag != "Han" && tag != "Kana"));
    }
}
