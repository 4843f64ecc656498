//! Which words are forms of the same word, for the languages that an archive holds.
//!
//! The browser has no stemmer: the build stores which of the words that really occur belong
//! together. Words are given as the index holds them, folded and so without diacritics, and the
//! stemmers of the Snowball project are used on that, with the few endings put right that the fold
//! hides from them. What they bring together too boldly is parted again: a search that finds
//! another word is worse than one that misses a form.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use rayon::prelude::*;
use snowball_stemmers_rs::{Algorithm, Stemmer};

/// Shortest word that has forms, in letters; so long must a stem be too.
const SHORTEST: usize = 3;
/// Longest word that has forms, in letters.
const LONGEST: usize = 48;
/// How many letters two forms begin with alike; one less than their stem has is enough.
const ALIKE: usize = 4;
/// How many letters more than another a form may have.
const LONGER: usize = 5;
/// Most forms of a word that are given.
const MOST: usize = 12;
/// Words of one stem that can be forms of others: the most frequent.
const LOOKED_AT: usize = 64;

/// A language as far as forms are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Language(u8);

/// Tag, stemmer, and whether it is written in Latin letters. English is the first.
const LANGUAGES: &[(&str, Algorithm, bool)] = &[
    ("en", Algorithm::English, true),
    ("fr", Algorithm::French, true),
    ("de", Algorithm::German, true),
    ("es", Algorithm::Spanish, true),
    ("pt", Algorithm::Portuguese, true),
    ("it", Algorithm::Italian, true),
    ("nl", Algorithm::Dutch, true),
    ("sv", Algorithm::Swedish, true),
    ("da", Algorithm::Danish, true),
    ("no", Algorithm::Norwegian, true),
    ("nb", Algorithm::Norwegian, true),
    ("nn", Algorithm::Norwegian, true),
    ("fi", Algorithm::Finnish, true),
    ("pl", Algorithm::Polish, true),
    ("cs", Algorithm::Czech, true),
    ("tr", Algorithm::Turkish, true),
    ("id", Algorithm::Indonesian, true),
    ("hu", Algorithm::Hungarian, true),
    ("ro", Algorithm::Romanian, true),
    ("ca", Algorithm::Catalan, true),
    ("eu", Algorithm::Basque, true),
    ("et", Algorithm::Estonian, true),
    ("ga", Algorithm::Irish, true),
    ("lt", Algorithm::Lithuanian, true),
    ("eo", Algorithm::Esperanto, true),
    ("sr", Algorithm::Serbian, true),
    ("ru", Algorithm::Russian, false),
    ("uk", Algorithm::Ukrainian, false),
    ("el", Algorithm::Greek, false),
    ("ar", Algorithm::Arabic, false),
    ("fa", Algorithm::Persian, false),
    ("hi", Algorithm::Hindi, false),
    ("ne", Algorithm::Nepali, false),
    ("hy", Algorithm::Armenian, false),
    ("ta", Algorithm::Tamil, false),
    ("yi", Algorithm::Yiddish, false),
];

/// Languages in other letters without a stemmer, and unknown ones: words in Latin letters that
/// stand in such posts are taken for English.
const MIXED: &[&str] = &[
    "", "zh", "yue", "ja", "ko", "th", "lo", "km", "my", "bo", "be", "bg", "mk", "mn", "kk", "ka",
    "am", "bn", "pa", "gu", "te", "kn", "ml", "mr", "si", "he", "ur", "ckb", "ps", "ug", "dv",
];

impl Language {
    const ENGLISH: Self = Self(0);
    const MIXED: Self = Self(254);
    const OTHER: Self = Self(255);

    /// The language of a BCP 47 tag; an empty one is no language in particular.
    pub(crate) fn of(tag: &str) -> Self {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        let primary = primary.to_ascii_lowercase();
        match (0..)
            .zip(LANGUAGES)
            .find(|(_, language)| language.0 == primary)
        {
            Some((place, _)) => Self(place),
            None if MIXED.contains(&primary.as_str()) => Self::MIXED,
            None => Self::OTHER,
        }
    }

    fn data(self) -> Option<&'static (&'static str, Algorithm, bool)> {
        LANGUAGES.get(usize::from(self.0))
    }

    /// The language that `word` is taken for in posts of this one.
    fn of_word(self, word: &str) -> Self {
        let own = self == Self::OTHER || self.data().is_some_and(|data| data.2);
        if own || !word.is_ascii() {
            self
        } else {
            Self::ENGLISH
        }
    }
}

/// The forms of each word.
#[derive(Debug, Default)]
pub(crate) struct Forms {
    /// Where the forms of each word begin in `forms`, and of one more.
    starts: Vec<u32>,
    forms: Vec<u32>,
}

impl Forms {
    /// The places of the other forms of the word at `place`, ascending; empty for most words.
    pub(crate) fn of(&self, place: usize) -> &[u32] {
        let start = |place: usize| self.starts.get(place).map_or(0, |start| *start as usize);
        let range: Range<usize> = start(place)..start(place + 1);
        self.forms.get(range).unwrap_or_default()
    }
}

/// A word that may have forms.
struct Word<'a> {
    text: &'a str,
    place: u32,
    posts: u32,
    language: Language,
}

/// Finds the forms of each of `words`: distinct folded words, each with the number of posts of
/// each language that hold it. Places are counted from 0 in the order given.
pub(crate) fn group<'a, 'b>(
    words: impl IntoIterator<Item = (&'a str, &'b [(Language, u32)])>,
) -> Forms {
    let mut count = 0;
    let mut able = Vec::new();
    for (place, (text, posts)) in (0_u32..).zip(words) {
        count = place as usize + 1;
        let letters = text.chars().count();
        if (SHORTEST..=LONGEST).contains(&letters)
            && !text.contains(char::is_numeric)
            && let Some(language) = language(text, posts)
        {
            able.push(Word {
                text,
                place,
                posts: posts.iter().fold(0, |sum, (_, n)| sum.saturating_add(*n)),
                language,
            });
        }
    }

    // Hashes instead of stems take an eighth of the memory; words that meet by accident are
    // parted by `are_forms`.
    let mut stems: Vec<(u64, u32, u8)> = able
        .par_iter()
        .zip(0..able.len() as u32)
        .filter_map(|(word, at)| {
            let (hash, letters) = stem(word)?;
            Some((hash, at, letters))
        })
        .collect();
    stems.par_sort_unstable();

    let mut pairs: Vec<(u32, u32)> = Vec::new();
    for same in stems
        .chunk_by(|a, b| a.0 == b.0)
        .filter(|same| same.len() > 1)
    {
        let mut family: Vec<&Word<'_>> = same
            .iter()
            .filter_map(|(_, at, _)| able.get(*at as usize))
            .collect();
        let alike = same
            .first()
            .map_or(0, |first| usize::from(first.2) - 1)
            .min(ALIKE);
        family.sort_unstable_by_key(|word| (!word.posts, word.place));
        let frequent = family.get(..LOOKED_AT).unwrap_or(&family);
        for word in &family {
            let others = frequent
                .iter()
                .filter(|other| are_forms(word, other, alike));
            pairs.extend(others.take(MOST).map(|other| (word.place, other.place)));
        }
    }
    pairs.par_sort_unstable();

    let mut starts = Vec::with_capacity(count + 1);
    for (at, (place, _)) in (0..).zip(&pairs) {
        while starts.len() <= *place as usize {
            starts.push(at);
        }
    }
    starts.resize(count + 1, pairs.len() as u32);
    Forms {
        starts,
        forms: pairs.into_iter().map(|(_, form)| form).collect(),
    }
}

/// The language in whose posts the word stands most often, if it has a stemmer.
fn language(word: &str, posts: &[(Language, u32)]) -> Option<Language> {
    let mut sums: Vec<(Language, u32)> = Vec::with_capacity(posts.len());
    for (language, posts) in posts {
        let language = language.of_word(word);
        match sums.iter_mut().find(|sum| sum.0 == language) {
            Some(sum) => sum.1 = sum.1.saturating_add(*posts),
            None => sums.push((language, *posts)),
        }
    }
    let most = sums.into_iter().min_by_key(|sum| (!sum.1, sum.0))?.0;
    most.data().map(|_| most)
}

/// A hash of the word's stem and language, and the stem's letters.
fn stem(word: &Word<'_>) -> Option<(u64, u8)> {
    let (tag, algorithm, _) = word.language.data()?;
    let whole = with_lost_letters(word.text, tag);
    let stem = Stemmer::create(*algorithm).stem(&whole);
    let letters = u8::try_from(stem.chars().count()).ok()?;
    (usize::from(letters) >= SHORTEST).then(|| {
        let mut hasher = DefaultHasher::new();
        (word.language, stem).hash(&mut hasher);
        (hasher.finish(), letters)
    })
}

/// The word with endings as its stemmer expects them.
fn with_lost_letters<'a>(word: &'a str, tag: &str) -> Cow<'a, str> {
    match tag {
        // The fold makes и of й: `новыи`, `книгои`, `читаите`, `учившиися`.
        "ru" | "uk" => {
            let end = ["ся", "те"]
                .iter()
                .find_map(|end| word.strip_suffix(end))
                .map_or(word.len(), str::len);
            let (head, tail) = word.split_at(end);
            match head.strip_suffix('и') {
                Some(start)
                    if start.ends_with(['а', 'е', 'и', 'і', 'о', 'у', 'ы', 'э', 'ю', 'я']) =>
                {
                    Cow::Owned([start, "й", tail].concat())
                }
                _ => Cow::Borrowed(word),
            }
        }
        // The stemmer keeps `nação` and `nações`, `animal` and `animais` apart.
        "pt" => match (word.strip_suffix("oes"), word.strip_suffix("ais")) {
            (Some(start), _) => Cow::Owned(format!("{start}ao")),
            (_, Some(start)) if start.len() > 2 => Cow::Owned(format!("{start}al")),
            _ => Cow::Borrowed(word),
        },
        // The stemmer takes `mujer` and `lugar` for verbs, and cuts them shorter than their plurals.
        "es" => match word.strip_suffix("es") {
            Some(start)
                if ["ar", "er", "ir", "ad"]
                    .iter()
                    .any(|end| start.ends_with(end)) =>
            {
                Cow::Borrowed(start)
            }
            _ => Cow::Borrowed(word),
        },
        // `mangée`, `mangées`: without its accent, the first e stays.
        "fr" => match word.strip_suffix("ees").or(word.strip_suffix("ee")) {
            Some(start) => Cow::Owned(format!("{start}ée")),
            None => Cow::Borrowed(word),
        },
        _ => Cow::Borrowed(word),
    }
}

/// Whether two words of one stem, which begin with `alike` letters alike, are forms of one word.
fn are_forms(one: &Word<'_>, other: &Word<'_>, alike: usize) -> bool {
    if one.place == other.place {
        return false;
    }
    let tag = one.language.data().map_or("", |data| data.0);
    let (one, other) = (root(one.text, tag), root(other.text, tag));
    let same = |(a, b): &(char, char)| a == b || matches!((a, b), ('i', 'y') | ('y', 'i'));
    let letters = |word: &str| word.chars().count();
    letters(one).abs_diff(letters(other)) <= LONGER
        && one.chars().zip(other.chars()).take_while(same).count() >= alike
        && (tag != "en" || sense(one) == sense(other))
}

/// The word without the articles and particles that are written together with it.
fn root<'a>(word: &'a str, tag: &str) -> &'a str {
    const PARTICLES: &[&str] = &["وال", "بال", "فال", "كال", "لل", "ال"];
    let bare = PARTICLES
        .iter()
        .find_map(|particle| word.strip_prefix(particle));
    bare.filter(|bare| tag == "ar" && bare.chars().count() >= SHORTEST)
        .unwrap_or(word)
}

/// The ending that makes an English word another word than the one it comes from: `author` and
/// `authority`, `import` and `important`, `useful` and `useless` have one stem.
fn sense(word: &str) -> usize {
    const SENSES: &[&[&str]] = &[
        &["ful", "fully", "fuls"],
        &["less", "lessly"],
        &["ness", "nesses"],
        &["ity", "ities"],
        &["al", "als", "ally"],
        &["ant", "ants", "antly", "ance", "ances"],
        &["ent", "ents", "ently", "ence", "ences"],
        &[
            "ate", "ates", "ated", "ating", "ation", "ations", "ator", "ators",
        ],
        &[
            "ize", "izes", "ized", "izing", "ise", "ises", "ised", "ising",
        ],
        &["ism", "isms"],
        &["ist", "ists"],
        &["ive", "ives", "ively"],
        &["ous", "ously"],
        &["ic", "ics", "ical", "ically"],
    ];
    let has = |endings: &&[&str]| {
        let mut starts = endings.iter().filter_map(|end| word.strip_suffix(end));
        starts.any(|start| start.len() >= SHORTEST)
    };
    SENSES.iter().rposition(has).map_or(0, |place| place + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The words of `text` that have forms, each with them.
    fn shown(tag: &str, text: &str) -> Vec<String> {
        let posts = [(Language::of(tag), 1)];
        let words: Vec<String> = text.split(' ').map(shelfmark_text::fold).collect();
        let forms = group(words.iter().map(|word| (word.as_str(), &posts[..])));
        let word = |place: &u32| words[*place as usize].as_str();
        (0..words.len())
            .filter(|place| !forms.of(*place).is_empty())
            .map(|place| {
                let forms: Vec<&str> = forms.of(place).iter().map(word).collect();
                format!("{}: {}", words[place], forms.join(" "))
            })
            .collect()
    }

    /// Checks that the words of each line are forms of each other, and of no other line's.
    #[track_caller]
    fn check(tag: &str, families: &[&str]) {
        let text = families.join(" ");
        let expected: Vec<String> = families
            .iter()
            .flat_map(|family| {
                let words: Vec<String> = family.split(' ').map(shelfmark_text::fold).collect();
                let forms = |own: &String| -> Vec<String> {
                    words.iter().filter(|word| *word != own).cloned().collect()
                };
                words
                    .iter()
                    .filter(|own| !forms(own).is_empty())
                    .map(|own| format!("{own}: {}", forms(own).join(" ")))
                    .collect::<Vec<_>>()
            })
            .collect();
        assert_eq!(shown(tag, &text), expected);
    }

    #[test]
    fn english() {
        check(
            "en",
            &[
                "run runs running",
                "make makes making",
                "use used using",
                "city cities",
                "story stories",
                "connect connected connecting connection connections",
                "quick quickly",
                "universe universes",
                "university universities",
                "universal universally",
                "new",
                "news",
                "organ organs",
                "organization organizations",
                "author authors",
                "authority authorities",
                "import imported",
                "important importantly",
                "useful usefully",
                "useless",
                "animal animals",
                "animate animated",
                "general generally",
                "generous generously",
                "intern interns",
                "design designs",
                "designate designated",
                "confer confers",
                "conference conferences",
                "wit wits",
                "witness witnesses",
                "internet",
            ],
        );
    }

    #[test]
    fn french() {
        check(
            "fr",
            &[
                "école écoles",
                "mange mangée mangées manger mangeait",
                "national nationale nationaux nationales",
                "journal journaux",
                "liberté libertés",
                "heureux heureuse heureuses",
            ],
        );
    }

    #[test]
    fn german() {
        check(
            "de-AT",
            &[
                "Haus Häuser Hauses Häusern",
                "Buch Bücher Buches",
                "Bücherei",
                "Freiheit Freiheiten",
                "Straße Straßen",
                "Sprache Sprachen",
            ],
        );
    }

    #[test]
    fn spanish_and_portuguese() {
        check(
            "es",
            &[
                "canción canciones",
                "libertad libertades",
                "hablar hablo hablamos hablaba hablaron",
                "político política políticos políticas",
                "mujer mujeres",
                "lugar lugares",
                "hombre hombres",
                "color colores",
            ],
        );
        check(
            "pt-BR",
            &[
                "nação nações",
                "animal animais",
                "livro livros",
                "falar falou falando",
                "informação informações",
                "país",
            ],
        );
    }

    #[test]
    fn russian_and_ukrainian() {
        check(
            "ru",
            &[
                "новый новая новые нового новой",
                "книга книги книгу книгой",
                "история истории историей",
                "читай читайте читать читал",
                "русский русская русские",
                "город города городов",
            ],
        );
        check("uk", &["новий нова нового", "Україна України Україною"]);
    }

    #[test]
    fn other_languages() {
        check(
            "it",
            &[
                "libro libri",
                "nazione nazioni",
                "città",
                "cittadino cittadini",
            ],
        );
        check("nl", &["boek boeken", "vrijheid"]);
        check("sv", &["frihet friheten friheter", "människa människor"]);
        check("ar", &["كتاب الكتاب", "مدرسة المدرسة"]);
        check("el", &["λόγος λόγοι λόγου"]);
    }

    #[test]
    fn a_word_belongs_to_the_language_of_most_of_its_posts() {
        let [english, french, chinese, russian, vietnamese] =
            ["en", "fr", "zh-Hans", "ru", "vi"].map(Language::of);
        for (posts, expected) in [
            (&[(english, 2), (french, 1)][..], Some(english)),
            (&[(french, 2), (english, 1)], Some(french)),
            // At equal numbers, the first of the table.
            (&[(french, 1), (english, 1)], Some(english)),
            (&[(chinese, 5), (french, 3)], Some(english)),
            (&[(chinese, 2), (english, 2), (french, 3)], Some(english)),
            (&[(russian, 1)], Some(english)),
            (&[(Language::of(""), 1)], Some(english)),
            (&[(vietnamese, 2), (english, 1)], None),
            (&[], None),
        ] {
            assert_eq!(language("servers", posts), expected, "{posts:?}");
        }
        assert_eq!(language("слова", &[(russian, 1)]), Some(russian));
        assert_eq!(language("слова", &[(chinese, 1)]), None);
        assert_eq!(Language::of("EN_us"), english);
    }

    #[test]
    fn words_of_two_languages_do_not_meet() {
        let (english, french) = (Language::of("en"), Language::of("fr"));
        let forms = group([
            ("table", &[(english, 1)][..]),
            ("tables", &[(french, 1)]),
            ("tabled", &[(english, 1)]),
        ]);
        assert_eq!(
            [forms.of(0), forms.of(1), forms.of(2)],
            [&[2][..], &[], &[0]]
        );
        assert_eq!(forms.of(3), [0; 0]);
    }

    #[test]
    fn digits_and_short_words_have_no_forms() {
        assert_eq!(shown("en", "go goes 2nd 2nds x1 x1s at ats"), [""; 0]);
        assert_eq!(
            shown("en", &format!("{0} {0}s", "x".repeat(1_000))),
            [""; 0]
        );
        assert_eq!(group([]).of(0), [0; 0]);
    }

    #[test]
    fn the_most_frequent_forms_are_given() {
        let [english, french] = ["en", "fr"].map(Language::of);
        let ends = [
            "e", "es", "ee", "ees", "er", "ez", "ant", "ait", "aient", "a", "as", "era", "erai",
            "erons",
        ];
        let words = ends.map(|end| format!("chant{end}"));
        let all = |posts: &[[(Language, u32); 1]]| {
            let posts = posts.iter().map(|posts| &posts[..]);
            group(words.iter().map(String::as_str).zip(posts))
        };
        let rarer: Vec<_> = (1..15).rev().map(|n| [(french, n)]).collect();
        assert_eq!(all(&rarer).of(13), (0..12).collect::<Vec<u32>>());
        assert_eq!(all(&rarer).of(0), (1..13).collect::<Vec<u32>>());
        let commoner: Vec<_> = (1..15).map(|n| [(french, n)]).collect();
        assert_eq!(all(&commoner).of(0), (2..14).collect::<Vec<u32>>());

        let words =
            ["", "s", "ed", "ing", "or", "ion", "ions", "ive"].map(|end| format!("connect{end}"));
        let posts = [(english, 1)];
        let forms = group(words.iter().map(|word| (word.as_str(), &posts[..])));
        assert_eq!(forms.of(0), [1, 2, 3, 5, 6]);
    }

    proptest! {
        #[test]
        fn forms_are_ascending_and_bounded(
            words in prop::collection::btree_set("[a-zéñйиыяσا]{1,4}(s|ed|ing|es|ия|ои|он)?|\\PC{0,9}", 0..30),
            tag in prop::sample::select(LANGUAGES).prop_map(|language| language.0),
        ) {
            let posts = [(Language::of(tag), 1)];
            let words: Vec<String> = words.into_iter().collect();
            let forms = group(words.iter().map(|word| (word.as_str(), &posts[..])));
            for place in 0..words.len() {
                let own = forms.of(place);
                prop_assert!(own.len() <= MOST && own.is_sorted());
                for form in own {
                    prop_assert!(*form as usize != place && (*form as usize) < words.len());
                    // With fewer words than are left out, one is the other's form too.
                    prop_assert!(own.len() == MOST || forms.of(*form as usize).contains(&(place as u32)));
                }
            }
        }
    }
}
