//! One made-up post, as a file of a Jekyll blog.

use crate::model::{Model, Words};
use crate::random::Random;

/// Seconds since 1970 of the first post, 2009-01-01.
const FIRST: usize = 1_230_768_000;
/// Days over which the posts are spread.
const DAYS: usize = 6_000;

/// Name and content of post `number` of `posts`.
pub(crate) fn write(model: &Model, seed: u64, number: usize, posts: usize) -> (String, String) {
    let mut random = Random::new(seed, number as u64);
    let second = FIRST + (number * DAYS / posts.max(1)) * 86_400 + random.below(86_400);
    let (day, moment) = date(second);
    let mut words = Words::default();
    let title = title(model, &mut words, &mut random);
    let author = model.authors.draw(&mut random);
    let tags: Vec<&str> = (0..1 + random.below(3))
        .map(|_| model.tags.draw(&mut random))
        .collect();
    let mut text = format!(
        "---\nlayout: post\ntitle: \"{title}\"\ndate: {day}T{moment}.000Z\nauthor: {author}\n\
         tags: [ {} ]\n---\n",
        tags.join(", ")
    );
    body(model, &mut text, &mut words, &mut random);
    (format!("{day}-{number}.md"), text)
}

/// About thirty characters in two or three parts.
fn title<'a>(model: &'a Model, words: &mut Words<'a>, random: &mut Random) -> String {
    let mut title = String::new();
    for part in 0..2 + random.below(2) {
        if part > 0 {
            title.push_str(["，", " ", "：", "！"][random.below(4)]);
        }
        for _ in 0..5 + random.below(4) {
            let word = model.word(words, random);
            title.push_str(word);
        }
    }
    title
}

/// Paragraphs of sentences of clauses.
fn body<'a>(model: &'a Model, text: &mut String, words: &mut Words<'a>, random: &mut Random) {
    let mut left = model.length(random);
    while left > 0.0 {
        let clause = 3 + random.below(8);
        for _ in 0..clause {
            let word = model.word(words, random);
            let spaced = word.is_ascii() && text.ends_with(|c: char| c.is_ascii_alphanumeric());
            if spaced {
                text.push(' ');
            }
            text.push_str(word);
            left -= if word.is_ascii() {
                0.0
            } else {
                word.len() as f64 / 3.0
            };
        }
        text.push_str(match random.below(12) {
            0 => "。\n\n",
            1..=4 => "。",
            _ => "，",
        });
    }
    text.push('\n');
}

/// Day and time of day of a number of seconds since 1970 (days to civil, by Hinnant).
fn date(seconds: usize) -> (String, String) {
    let (days, second) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    let year = era * 400 + year + next;
    (
        format!("{year:04}-{month:02}-{day:02}"),
        format!(
            "{:02}:{:02}:{:02}",
            second / 3_600,
            second / 60 % 60,
            second % 60
        ),
    )
}
