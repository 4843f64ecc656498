//! Posts of known number and content: 45 notes for paging and filters, and a few about one thing.

/// How many notes there are, and how many posts in all.
pub(crate) const NOTES: usize = 45;
/// All posts of [`known`].
pub(crate) const ALL: usize = NOTES + 6;

/// More tags than the panel shows at first.
pub(crate) const RARE_TAGS: usize = 20;

/// How many long posts there are where there are any.
pub(crate) const LONG: usize = 80;

/// A post that is older than the others and takes half a file, with a word of its own.
pub(crate) fn long(number: usize) -> (String, String) {
    let path = format!("2019-{:02}-{:02}-long.md", number / 28 + 1, number % 28 + 1);
    let words = (0..600).map(|word| format!("w{}", (number * 7919 + word * 104_729) % 9973));
    let words: Vec<String> = words.collect();
    let head = format!("title: Long {number:02}\ntags: [long]");
    (
        path,
        post(&head, &format!("Own{number} {}", words.join(" "))),
    )
}

/// The archive: the notes are the oldest, the others follow in the order of this list.
pub(crate) fn known() -> Vec<(String, String)> {
    let mut posts: Vec<(String, String)> = (1..=NOTES).map(note).collect();
    let rare: Vec<String> = (1..=RARE_TAGS).map(|n| format!("rare {n:02}")).collect();
    let bare = format!(
        "title: Only a title\nfrom: https://source.example/only-a-title\ntags: [{}]",
        rare.join(", ")
    );
    posts.extend(
        [
            (
                "2022-01-01-bridge-hans.md",
                "title: 长江上的桥\nauthor: 安然\nlang: zh-Hans\ntags: [桥]",
                "清晨，武汉长江大桥上起了雾。桥下的船鸣了三声，第二座武汉的码头才亮灯。",
            ),
            (
                "2022-01-02-bridge-hant.md",
                "title: 江上的橋\nauthor: 蘇晚\nlang: zh-Hant\ntags: [橋]",
                "清晨，武漢長江大橋上起了霧。橋下的船鳴了三聲。",
            ),
            (
                "2022-01-03-fox.md",
                "title: The fox\nauthor: Zoë Müller\ntags: [animals]",
                "The quick brown fox met ＷＩＤＥ ｌｅｔｔｅｒｓ １２３ at the café.",
            ),
            (
                "2022-01-04-dog.md",
                "title: The dog\ntags: [animals]",
                "A brown but quick dog met no fox, and read APEC峰会 in the paper.",
            ),
            (
                "2022-01-05-pictures.md",
                "title: Pictures\ntags: [pictures]",
                PICTURES,
            ),
            (
                "2022-01-06-bare.md",
                bare.as_str(),
                "[Only a title](https://source.example/only-a-title)\n------\n",
            ),
        ]
        .map(|(path, head, body)| (path.to_owned(), post(head, body))),
    );
    posts
}

/// Two pictures of one host, one of another and one that is gone; the canary is all hosts.
const PICTURES: &str = "Before.\n\n\
![first](http://pictures.example/picture-1.svg)\n\n\
<img src=\"http://pictures.example/picture-2.svg\" alt=\"second\" width=\"64\" height=\"48\" \
srcset=\"http://pictures.example/picture-2x.svg 2x\" referrerpolicy=\"unsafe-url\">\n\n\
<picture><source srcset=\"http://pictures.example/source.webp\">\
<img src=\"http://other.example/picture-3.svg\" alt=\"third\" loading=\"eager\"></picture>\n\n\
<video src=\"http://pictures.example/v.mp4\" poster=\"http://pictures.example/poster.png\" \
autoplay></video>\n\n\
![gone](http://gone.example/lost.png)\n\n\
<p style=\"background: url(http://pictures.example/bg.png)\">After.</p>\n";

fn post(head: &str, body: &str) -> String {
    format!("---\n{head}\n---\n\n{body}\n")
}

/// Note `n`: 1 is the oldest. Every second one is tagged `even`, every third `third`.
fn note(n: usize) -> (String, String) {
    let mut tags = vec!["notes"];
    if n.is_multiple_of(2) {
        tags.push("even");
    }
    if n.is_multiple_of(3) {
        tags.push("third");
    }
    let (month, day) = (1 + (n - 1) / 28, 1 + (n - 1) % 28);
    let head = format!("title: Note {n:02}\ntags: [{}]", tags.join(", "));
    let line = "A line about shelves, ladders and lamps, long enough to be read slowly.\n\n";
    (
        format!("2021-{month:02}-{day:02}-note-{n:02}.md"),
        post(
            &head,
            &format!("This is note number {n}.\n\n{}", line.repeat(40)),
        ),
    )
}
