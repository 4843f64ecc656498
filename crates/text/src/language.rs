//! Guesses the language of a text from its characters and its commonest words.
//!
//! Scripts decide most of it. Traditional and Simplified Chinese are told apart by the table that
//! folds them; languages that share a script by letters of their own or by a few small words. This
//! is for `lang` attributes and fonts, not for linguists: a wrong guess costs a shape of a letter.

use crate::tables::{Entry, Tables};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Characters read before deciding.
const SAMPLE: usize = 20_000;

/// Returns the BCP 47 tag of the language of `text`, or `None` when there is too little to say.
///
/// Chinese is `zh-Hans`, `zh-Hant`, or `zh` where nothing tells them apart.
///
/// ```
/// assert_eq!(shelfmark_text::detect_language("臺灣的圖書館"), Some("zh-Hant"));
/// assert_eq!(shelfmark_text::detect_language("42"), None);
/// ```
#[must_use]
pub fn detect_language(text: &str) -> Option<&'static str> {
    Sample::read(text).language()
}

/// Returns whether text in the language `lang`, a BCP 47 tag, runs from right to left.
#[must_use]
pub fn is_rtl(lang: &str) -> bool {
    const LANGUAGES: [&str; 12] = [
        "ar", "ckb", "dv", "fa", "he", "iw", "ks", "ps", "sd", "ug", "ur", "yi",
    ];
    let mut parts = lang.split(['-', '_']);
    let language = parts.next().unwrap_or_default();
    let script = parts.next().filter(|part| part.len() == 4);
    match script {
        Some(script) => ["Arab", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm"]
            .iter()
            .any(|rtl| rtl.eq_ignore_ascii_case(script)),
        None => LANGUAGES
            .iter()
            .any(|rtl| rtl.eq_ignore_ascii_case(language)),
    }
}

/// How many words in Latin letters a word's worth of another script outweighs. Counted on posts
/// about programming in Japanese and Chinese.
const LATIN_PER_OTHER: usize = 8;

/// Text is Japanese when kana make more than one in so many of the Han characters.
const KANA_SHARE: usize = 8;

/// Blocks of characters, the language that most of their text is in, and how many characters say
/// as much as one word. Sorted.
const BLOCKS: &[(u32, u32, &str, usize)] = &[
    (0x0370, 0x03FF, "el", 5),
    (0x0400, 0x052F, CYRILLIC, 5),
    (0x0530, 0x058F, "hy", 5),
    (0x0590, 0x05FF, "he", 4),
    (0x0600, 0x06FF, ARABIC, 4),
    (0x0780, 0x07BF, "dv", 5),
    (0x0900, 0x097F, "hi", 4),
    (0x0980, 0x09FF, "bn", 4),
    (0x0A00, 0x0A7F, "pa", 4),
    (0x0A80, 0x0AFF, "gu", 4),
    (0x0B80, 0x0BFF, "ta", 5),
    (0x0C00, 0x0C7F, "te", 5),
    (0x0C80, 0x0CFF, "kn", 5),
    (0x0D00, 0x0D7F, "ml", 5),
    (0x0D80, 0x0DFF, "si", 4),
    (0x0E00, 0x0E7F, "th", 4),
    (0x0E80, 0x0EFF, "lo", 4),
    (0x0F00, 0x0FFF, "bo", 4),
    (0x1000, 0x109F, "my", 4),
    (0x10A0, 0x10FF, "ka", 5),
    (0x1100, 0x11FF, "ko", 4),
    (0x1200, 0x137F, "am", 3),
    (0x1780, 0x17FF, "km", 4),
    (0x1F00, 0x1FFF, "el", 5),
    (0x3041, 0x30FA, KANA, 2),
    (0x3130, 0x318F, "ko", 3),
    (0x3400, 0x9FFF, HAN, 2),
    (0xAC00, 0xD7A3, "ko", 3),
    (0xFB50, 0xFEFC, ARABIC, 4),
    (0x20000, 0x3FFFF, HAN, 2),
];

/// Where most of Han stands in [`BLOCKS`].
const HAN_BLOCK: usize = 26;

/// Scripts that do not tell the language by themselves.
const HAN: &str = "Han";
const KANA: &str = "Kana";
const CYRILLIC: &str = "Cyrl";
const ARABIC: &str = "Arab";

/// Small words of languages in Latin letters, as [`fold`](crate::fold) leaves them.
const WORDS: &[(&str, &str)] = &[
    (
        "en",
        "the of and to in is that it for was with as on be by this are you not have from at or",
    ),
    (
        "fr",
        "le la les des et est une un du que qui dans pour pas sur au avec ce il par plus ne je de en",
    ),
    (
        "de",
        "der die und den das nicht von zu mit sich des auf fur ist im dem ein eine auch es an ich wir",
    ),
    (
        "es",
        "el la los las que en un una por con para del se es no como lo mas su al de",
    ),
    (
        "it",
        "il la che di un una per con del della non sono le gli si da nel anche piu come in",
    ),
    (
        "pt",
        "os as que do da em um uma para com nao dos das por no na se mais como de",
    ),
    (
        "nl",
        "de het een en van is dat op te in voor zijn met niet aan er ook als bij maar om ik",
    ),
    (
        "sv",
        "och att det som en ar pa av for med den till inte har jag om ett",
    ),
    (
        "da",
        "og at det som en er pa af for med den til ikke har jeg om et de",
    ),
    ("pl", "nie na sie to jest do ze jak po co ale przez od dla"),
    ("cs", "se na je ze to do jako pro ale jsem jsou by nebo"),
    (
        "tr",
        "ve bir bu da de icin ile cok ne gibi daha olarak var olan kadar",
    ),
    (
        "vi",
        "la va cua co khong cac mot nhung duoc cho nguoi trong voi nay da de",
    ),
    (
        "id",
        "yang dan di ini itu dengan untuk dari tidak pada dalam adalah ke akan juga",
    ),
];

/// Returns the words of [`WORDS`] in order, each with one bit for every language that has it.
fn known_words() -> &'static [(&'static str, u16)] {
    static KNOWN: OnceLock<Vec<(&str, u16)>> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let mut known = BTreeMap::new();
        for (at, (_, words)) in WORDS.iter().enumerate() {
            for word in words.split(' ') {
                *known.entry(word).or_default() |= 1 << at;
            }
        }
        known.into_iter().collect()
    })
}

/// What a text is made of.
#[derive(Default)]
struct Sample {
    /// Characters of each of [`BLOCKS`].
    blocks: [usize; BLOCKS.len()],
    traditional: usize,
    simplified: usize,
    /// Letters of Ukrainian, Belarusian, Serbian, Russian, Bulgarian, and the Ukrainian or Belarusian і.
    cyrillic: [usize; 6],
    /// Letters of Persian, Arabic, Urdu, Kurdish.
    arabic: [usize; 4],
    /// Words in Latin letters, and those found in each of [`WORDS`].
    words: usize,
    hits: [usize; WORDS.len()],
}

impl Sample {
    fn read(text: &str) -> Self {
        let tables = Tables::get();
        let mut sample = Self::default();
        // The word at hand in lower case without diacritics; longer words are not in the lists.
        let mut word = String::with_capacity(16);
        for c in text.chars().chain([' ']).take(SAMPLE) {
            let letter = match tables.entry(c) {
                _ if c.is_ascii() => c.to_ascii_lowercase(),
                Entry::Char(letter) if letter.is_ascii() => letter,
                // A diacritic of its own belongs to the word.
                Entry::Drop if u32::from(c) < 0x370 => continue,
                entry => {
                    sample.other(c, entry, tables);
                    ' '
                }
            };
            match letter {
                'a'..='z' if word.len() < 12 => word.push(letter),
                'a'..='z' => {}
                _ => {
                    sample.word(&word);
                    word.clear();
                }
            }
        }
        sample
    }

    fn word(&mut self, word: &str) {
        if word.is_empty() {
            return;
        }
        self.words += 1;
        let known = known_words();
        if let Ok(found) = known.binary_search_by_key(&word, |known| known.0) {
            let languages = known.get(found).map_or(0, |known| known.1);
            for (at, hits) in self.hits.iter_mut().enumerate() {
                *hits += usize::from(languages >> at & 1);
            }
        }
    }

    fn other(&mut self, c: char, entry: Entry, tables: &Tables) {
        let code = u32::from(c);
        let block = match c {
            '一'..='鿿' => HAN_BLOCK,
            _ => BLOCKS.partition_point(|block| block.1 < code),
        };
        let Some(&(first, ..)) = BLOCKS.get(block) else {
            return;
        };
        if first > code {
            return;
        }
        if let Some(count) = self.blocks.get_mut(block) {
            *count += 1;
        }
        let count = match c {
            '一'..='鿿' if matches!(entry, Entry::Han(_)) => &mut self.traditional,
            '一'..='鿿' if tables.is_simplified(c) => &mut self.simplified,
            '一'..='鿿' => return,
            'ї' | 'є' | 'ґ' => &mut self.cyrillic[0],
            'ў' => &mut self.cyrillic[1],
            'ј' | 'љ' | 'њ' | 'ћ' | 'ђ' | 'џ' => &mut self.cyrillic[2],
            'ы' | 'э' | 'ё' => &mut self.cyrillic[3],
            'ъ' => &mut self.cyrillic[4],
            'і' => &mut self.cyrillic[5],
            'پ' | 'چ' | 'ژ' | 'گ' | 'ک' | 'ی' => &mut self.arabic[0],
            'ة' | 'ي' | 'ك' | 'ى' | 'أ' | 'إ' => &mut self.arabic[1],
            'ٹ' | 'ڈ' | 'ڑ' | 'ں' | 'ے' | 'ہ' | 'ھ' => &mut self.arabic[2],
            'ێ' | 'ۆ' | 'ڵ' | 'ە' | 'ڕ' => &mut self.arabic[3],
            _ if matches!(entry, Entry::Han(_)) => &mut self.traditional,
            _ if tables.is_simplified(c) => &mut self.simplified,
            _ => return,
        };
        *count += 1;
    }

    fn language(&self) -> Option<&'static str> {
        let (script, units) = BLOCKS
            .iter()
            .map(|block| (block.2, self.units(block.2)))
            .max_by_key(|best| best.1)?;
        // Code, names and addresses are in Latin letters in every language, so a text in another
        // script may hold far more words in Latin letters than in its own.
        if units * LATIN_PER_OTHER < self.words || units == 0 {
            return self.latin();
        }
        match script {
            HAN | KANA if self.units(KANA) * KANA_SHARE > self.units(HAN) => Some("ja"),
            HAN | KANA => Some(self.chinese()),
            CYRILLIC => Some(self.cyrillic()),
            ARABIC => Some(self.arabic()),
            tag => Some(tag),
        }
    }

    /// Returns how many words' worth of characters the blocks of `script` have.
    fn units(&self, script: &str) -> usize {
        let own = BLOCKS
            .iter()
            .zip(&self.blocks)
            .filter(|(block, _)| block.2 == script);
        own.map(|(block, &count)| (count + 1) / block.3).sum()
    }

    fn chinese(&self) -> &'static str {
        match (self.traditional, self.simplified) {
            (0, 0) => "zh",
            // Simplified text has next to no Traditional characters, while Traditional text has
            // many that are the Simplified form of another: 后, 里, 台.
            (traditional, simplified) if traditional * 2 >= simplified => "zh-Hant",
            _ => "zh-Hans",
        }
    }

    fn cyrillic(&self) -> &'static str {
        let [ukrainian, belarusian, serbian, russian, bulgarian, shared] = self.cyrillic;
        match () {
            () if belarusian > 0 && belarusian >= ukrainian => "be",
            () if ukrainian > russian || (russian == 0 && shared > 0) => "uk",
            () if serbian > russian => "sr",
            () if bulgarian > russian => "bg",
            () => "ru",
        }
    }

    fn arabic(&self) -> &'static str {
        let [persian, arabic, urdu, kurdish] = self.arabic;
        match () {
            () if kurdish > urdu && kurdish * 4 > persian => "ckb",
            () if urdu * 4 > persian && urdu > arabic => "ur",
            () if persian > arabic => "fa",
            () => "ar",
        }
    }

    fn latin(&self) -> Option<&'static str> {
        let most = self.hits.iter().copied().max().filter(|&most| most > 1)?;
        let mut best = WORDS
            .iter()
            .zip(&self.hits)
            .filter(|&(_, &hits)| hits == most);
        let (&(tag, _), _) = best.next()?;
        (best.next().is_none() && most * 12 >= self.words).then_some(tag)
    }
}
