//! Text cases for slugs; the stated ones must never change.

use super::*;
use proptest::prelude::*;

fn post(root: usize, path: &[u8]) -> Post {
    Post {
        root,
        path: path.to_vec(),
        slug: String::new(),
        title: String::new(),
        date: None,
        authors: Vec::new(),
        tags: Vec::new(),
        categories: Vec::new(),
        source: None,
        lang: None,
        draft: false,
        extra: serde_json::Map::new(),
        text: String::new(),
        size: 0,
        body: 0,
        raw: None,
        form: crate::dialect::Form::default(),
        dialect: crate::dialect::Dialect::default(),
        told: crate::post::Told::default(),
        file: 0,
    }
}

fn slugs(paths: &[(usize, &str)]) -> Vec<String> {
    let mut posts: Vec<Post> = paths.iter().map(|&(r, p)| post(r, p.as_bytes())).collect();
    assign(&mut posts);
    posts.into_iter().map(|post| post.slug).collect()
}

#[test]
fn plain_names_stay_as_they_are() {
    for (path, slug) in [
        ("2024-07-02-hello.md", "2024-07-02-hello"),
        ("_posts/2024-07-02-hello.md", "2024-07-02-hello"),
        ("posts/2024-07-02-hello.markdown", "2024-07-02-hello"),
        ("_posts/2020-01-01-索契冬奥会.md", "2020-01-01-索契冬奥会"),
        ("_posts/a_b.c-d.md", "a_b.c-d"),
        ("cafe\u{301}.md", "cafe\u{301}"),
        ("हिन्दी.md", "हिन्दी"),
        ("con.md", "con"),
        ("__proto__.md", "__proto__"),
    ] {
        assert_eq!(wished(path.as_bytes()), slug, "{path}");
    }
}

#[test]
fn other_names_carry_a_hash_of_the_path() {
    for (path, slug) in [
        (
            "_posts/2024-01-02-#hash?q=1&x%20y+z.md",
            "2024-01-02-hash-q-1-x-20y-z-",
        ),
        (
            "_posts/2024-01-02-%2e%2e%2fetc.md",
            "2024-01-02-2e-2e-2fetc-",
        ),
        ("_posts/2024-01-02-..md", "2024-01-02-"),
        ("..md", "post-"),
        ("...md", "post-"),
        (".md", "post-"),
        ("❤️.md", "post-"),
        ("sub/2024-07-02-hello.md", "2024-07-02-hello-"),
        ("2024-07-02-hello.MD", "2024-07-02-hello-"),
        ("2024-07-02-hello.Rmd", "2024-07-02-hello-"),
        ("two words.md", "two-words-"),
        ("blog/2024/a-bundle/index.md", "a-bundle-"),
        ("posts/_index.md", "posts-"),
        ("\u{202e}evil.md", "evil-"),
        ("\u{8}bs\u{1b}[31m.md", "bs-31m-"),
    ] {
        let wish = wished(path.as_bytes());
        let hash = wish
            .strip_prefix(slug)
            .unwrap_or_else(|| panic!("{path}: {wish}"));
        assert_eq!(hash.len(), HASH_CHARACTERS, "{path}: {wish}");
    }
}

/// A slug that changes breaks every link to the post: these must hold in all later versions.
#[test]
fn slugs_never_change() {
    assert_eq!(wished(b"archived/2024-01-02/deep.md"), "deep-acpevhn");
    assert_eq!(wished("a/长 长.md".as_bytes()), "长-长-qyk8gh2");
    assert_eq!(
        wished(b"_posts/2024-01-02-\xff\xfe.md"),
        "2024-01-02-q3k01eb"
    );
}

#[test]
fn long_names_are_cut() {
    let slug = wished(format!("_posts/{}.md", "长".repeat(200)).as_bytes());
    assert_eq!(slug.chars().count(), MAX_BASE + 1 + HASH_CHARACTERS);
    let whole = "a".repeat(80);
    assert_eq!(wished(format!("{whole}.md").as_bytes()), whole);
}

#[test]
fn duplicates_differ_and_do_not_depend_on_the_order_given() {
    let one = slugs(&[
        (0, "a.md"),
        (0, "a.markdown"),
        (1, "a.md"),
        (0, "_posts/a.md"),
    ]);
    assert_eq!(one.iter().filter(|slug| *slug == "a").count(), 1);
    assert_eq!(one.iter().collect::<HashSet<_>>().len(), 4);
    let other = slugs(&[
        (1, "a.md"),
        (0, "_posts/a.md"),
        (0, "a.markdown"),
        (0, "a.md"),
    ]);
    assert_eq!(
        one,
        [&other[3], &other[2], &other[0], &other[1]].map(Clone::clone)
    );
}

#[test]
fn names_that_differ_in_case_or_form_have_their_own_slugs() {
    let all = slugs(&[
        (0, "a/Coal?.md"),
        (0, "a/coal?.md"),
        (0, "caf\u{e9}.md"),
        (0, "cafe\u{301}.md"),
    ]);
    assert_eq!(all.iter().collect::<HashSet<_>>().len(), 4);
}

proptest! {
    #[test]
    fn slugs_are_safe(path in proptest::collection::vec(any::<u8>(), 0..200)) {
        let slug = wished(&path);
        prop_assert!(!slug.is_empty() && slug != "." && slug != "..");
        prop_assert!(slug.chars().all(|c| !c.is_control() && !c.is_whitespace() && !"/\\?#%&\"'<>".contains(c)));
        prop_assert!(slug.chars().count() <= MAX_BASE + 1 + HASH_CHARACTERS);
        prop_assert_eq!(&slug, &wished(&path));
    }
}
