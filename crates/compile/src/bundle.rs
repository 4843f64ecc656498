//! Posts in, a bundle out: bodies, lists, tables, what is searched, plain pages. The manifest that
//! names them is written last, when the viewer's files are known too (`seal.rs`).
//!
//! Works list shard by list shard, in parallel, and lets go of each post once it is written: the
//! JSON of an archive is never in memory as a whole. What is written depends on the posts alone.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;
use shelfmark_bundle::{
    BODY_PAGE, BodyPage, BodyShard, LIST_SPAN, ListShard, MARK, MAX_POSTS, MAX_SHARD, Manifest,
    PostRecord, ShardKind, ShardRef,
};

use crate::cache::{
    Bytes, Filed, GroupEntry, Key, Names, Outcome, Reference, Reuse, SpanEntry, kind_number,
};
use crate::error::Error;
use crate::gather::Gathered;
use crate::links::Links;
use crate::names::Asked;
use crate::options::{DEFAULT_TITLE, SearchKind, Settings};
use crate::pages::{Article, Coming, Made, Pages, Plan, Site};
use crate::pictures::Pictures;
use crate::post::Post;
use crate::progress::Progress;
use crate::render::Document;
use crate::searched::{Search, Searched};
use crate::shard::{self, Draining};
use crate::surroundings::{Rendered, Surroundings};
use crate::tables::{Tables, ranked};
use crate::unread::Unread;
use crate::work::{self, Fate, Work};
use crate::writer::{Member, Tally, Writer};

/// What was written.
#[derive(Debug)]
pub(crate) struct Written<'a> {
    /// The manifest.
    pub(crate) manifest: Manifest,
    /// The shards by kind.
    pub(crate) shards: Vec<(ShardKind, Tally)>,
    /// The plain pages, with the feed; nothing when they are left out.
    pub(crate) pages: Option<Tally>,
    /// Pictures that were looked for and not found.
    pub(crate) missing_pictures: usize,
    /// Posts of which everything was known; nothing when nothing was to be reused.
    pub(crate) unchanged: Option<usize>,
    /// The names of posts and files, and the files of posts, for the next build.
    pub(crate) names: Vec<Names>,
    pub(crate) files: Vec<Filed<'a>>,
}

/// Writes the bundle and the pages of posts into the empty folder of a site, and takes over what
/// can be reused.
pub(crate) fn write<'a>(
    gathered: Gathered<'a>,
    settings: &Settings,
    pictures: Pictures,
    site: &Path,
    reuse: Option<(&Reuse<'a>, bool)>,
    progress: &Progress,
) -> Result<Written<'a>, Error> {
    let Gathered {
        posts,
        others,
        files,
        unread,
        ..
    } = gathered;
    if posts.len() > MAX_POSTS {
        return Err(Error::refused(
            format!("{} posts are more than a bundle can hold", posts.len()),
            "split them into several archives",
        ));
    }
    let folder = site.join("bundle");
    fs::create_dir_all(&folder).map_err(Error::file("create", &folder))?;
    progress.step("writing posts", posts.len());
    let posts_bytes: usize = posts.iter().map(|post| post.size).sum();
    let (reuse, quick) = reuse.unzip();
    let quick = quick == Some(true);
    let writer = Writer::new(folder, settings.plain_bodies, progress, reuse)
        .quick(quick)
        .packing(settings.packs_shards());
    let count = u32::try_from(posts.len()).unwrap_or(u32::MAX);
    let (tables, links) = rayon::join(
        || Tables::of(&posts),
        || Links::of(&posts, &settings.original),
    );
    let around = Surroundings {
        links,
        others,
        pictures,
        writer: &writer,
    };
    let plain = Site::of(settings);
    let plan = settings
        .static_pages()
        .then(|| Plan::of(&posts, tables.tags()));
    let begin = |plan| Pages::begin(&plain, plan, site, count, reuse);
    let mut pages = plan.as_ref().map(begin).transpose()?;
    let in_pages = plan.as_ref().map(|plan| (&plain, plan));

    let quick = quick && settings.search == SearchKind::Auto && posts_bytes <= QUICK_LIMIT;
    let mut search = Search::new(count, settings.search, settings.segments, quick);
    let mut work = match reuse {
        Some(reuse) => Work::left(&posts, &files, &around, in_pages, reuse, &search)?,
        None => Work::whole(posts.len()),
    };
    search.take(core::mem::take(&mut work.search));
    let mut lists = Vec::new();
    let mut fates: Vec<Fate> = Vec::with_capacity(posts.len());
    let mut outcomes = Vec::new();
    let mut bodies = Bodies::default();
    let unchanged = work.fates.iter().flatten().count();
    let known = core::mem::take(&mut work.fates);
    let work = &work;
    let making = Making {
        around: &around,
        pages: in_pages,
        reuse: reuse.map(|reuse| (reuse, &files[..])),
        unread: &unread,
        work,
        progress,
    };
    let mut posts = Draining::new(posts, BATCH * LIST_SPAN);
    let mut known = known.into_iter();
    let batches = core::iter::from_fn(|| {
        let posts = posts.next()?.into_iter();
        let posts = posts.map(|post| (post, known.next().flatten()));
        Some(shard::spans(posts.collect(), LIST_SPAN))
    });
    let mut batches = batches.enumerate();
    let write_batch = |(batch, spans): (usize, Vec<Vec<Known>>)| -> Result<Vec<Span>, Error> {
        spans
            .into_par_iter()
            .enumerate()
            .map(|(place, posts)| span(batch * BATCH + place, posts, making))
            .collect()
    };
    let mut next = batches.next().map(write_batch).transpose()?;
    while let Some(spans) = next.take() {
        let take = || -> Result<(), Error> {
            for mut span in spans {
                lists.push(span.list);
                bodies.groups.extend(span.groups);
                search.add(span.texts)?;
                if let Some(pages) = &mut pages {
                    let sketches = span.fates.iter_mut();
                    let sketches = sketches.filter_map(|fate| fate.sketch.take());
                    let coming = sketches.zip(span.articles);
                    let coming = coming.map(|(sketch, article)| Coming { sketch, article });
                    pages.add(coming.collect())?;
                }
                fates.extend(span.fates);
                outcomes.extend(span.outcomes);
            }
            Ok(())
        };
        // Terms are put in order while the next posts are rendered.
        let (taken, written) = rayon::join(take, || batches.next().map(write_batch).transpose());
        taken?;
        next = written?;
    }
    let shown: HashSet<Reference> = fates
        .iter()
        .flat_map(|fate| fate.pictures.iter().copied())
        .collect();
    writer.keep_pictures(&shown)?;
    let body_page = shard::body_page(count as usize);
    let bodies = bodies.write(&lists, body_page, &writer)?;

    progress.step("writing index and pages", 0);
    let text_bytes = fates.iter().map(|fate| fate.text).sum();
    let prints: Vec<Key> = fates.iter().map(|fate| fate.print).collect();
    let (searchable, pages) = rayon::join(
        || search.write(&prints, &writer, reuse),
        || pages.map(Pages::finish).transpose(),
    );
    let searchable = searchable?;
    let (pages, page_files) = pages?.unzip();
    let pages = pages.map(|table| writer.shard(ShardKind::Pages, &table.encode()));
    let pages = pages.transpose()?;
    drop(plan);

    progress.step("writing tables", 0);
    let slugs = tables.write_slugs(&writer)?;
    let undated = tables.undated;
    let (from, to) = tables.days.clone().unzip();
    let days = tables.write_days(&writer)?;
    let facets = tables.write_facets(&writer)?;

    let mut manifest = Manifest {
        shelfmark: MARK.into(),
        format: 0,
        title: title(settings).to_owned(),
        description: settings.description.clone().unwrap_or_default(),
        language: settings.language.clone().unwrap_or_default(),
        posts: count,
        undated,
        from,
        to,
        text_bytes,
        tags: facets.tags,
        categories: facets.categories,
        authors: facets.authors,
        languages: ranked(fates.iter().filter_map(|fate| fate.lang.as_deref())),
        lists: lists.split_off(lists.len().saturating_sub(NEWEST)),
        slugs,
        facets: facets.shards,
        days,
        bodies,
        body_page: if body_page == BODY_PAGE {
            0
        } else {
            body_page as u32
        },
        texts: searchable.texts,
        forms: searchable.forms,
        traits: searchable.traits,
        index: searchable.index,
        triples: searchable.triples,
        segments: searchable.segments,
        packed: if writer.is_packing() {
            shard::PACKED as u32
        } else {
            0
        },
        pages,
        viewer: None,
        signed: None,
    };
    manifest.format = manifest.needed_format();
    let missing_pictures = fates.iter().map(|fate| fate.missing).sum();
    let names = [around.links.called(), around.others.called()].concat();
    // These are many thousand pieces: nobody has to wait until they are taken apart.
    rayon::spawn(move || drop((around.links, around.others, fates)));
    Ok(Written {
        manifest,
        shards: writer.tally(),
        pages: page_files,
        missing_pictures,
        unchanged: reuse.map(|_| unchanged),
        names,
        files: with_outcomes(files, outcomes),
    })
}

/// Files of posts with what is to be kept of those that were rendered.
fn with_outcomes<'a>(mut files: Vec<Filed<'a>>, outcomes: Vec<(usize, Vec<u8>)>) -> Vec<Filed<'a>> {
    for (number, outcome) in outcomes {
        if let Some(file) = files.get_mut(number) {
            file.outcome = Some(Cow::Owned(outcome));
        }
    }
    files
}

/// The archive's title.
pub(crate) fn title(settings: &Settings) -> &str {
    settings.title.as_deref().unwrap_or(DEFAULT_TITLE)
}

/// List shards that the manifest names: what most readers look at needs no page then.
const NEWEST: usize = 8;

/// Bytes of posts up to which a server has all texts read, as an index takes seconds.
const QUICK_LIMIT: usize = 128 << 20;

/// List shards rendered and written together.
const BATCH: usize = 16;

/// A post, and what is known of it from an earlier build.
type Known = (Post, Option<Fate>);

/// What is to be kept of a post, and what is known of it from now on.
type Kept = (Vec<u8>, Fate);

/// What is known after the posts of one list shard were written.
struct Span {
    list: ShardRef,
    groups: Vec<Group>,
    fates: Vec<Fate>,
    /// What is searched of each post; not of those of which it was written before.
    texts: Vec<Arc<Searched>>,
    /// Each post as it stands in its page; nothing where that is as it was, or there are none.
    articles: Vec<Option<Arc<Article>>>,
    /// What is to be kept of posts that were rendered, by the numbers of their files.
    outcomes: Vec<(usize, Vec<u8>)>,
}

/// What it takes to make anything of a post.
#[derive(Clone, Copy)]
struct Making<'a, 'r> {
    around: &'a Surroundings<'a>,
    pages: Option<(&'a Site, &'a Plan<'a>)>,
    /// What is reused, and the files of all posts.
    reuse: Option<(&'a Reuse<'r>, &'a [Filed<'r>])>,
    /// The files of posts without their texts, where nothing is reused.
    unread: &'a [Unread],
    work: &'a Work,
    progress: &'a Progress,
}

/// What becomes of a post, but for what it states itself.
#[derive(Debug, Clone)]
pub(crate) struct Finished {
    rendered: Rendered,
    lang: Option<String>,
    /// Bytes of visible text.
    text: u64,
    searched: Arc<Searched>,
    article: Option<Arc<Article>>,
}

impl Finished {
    /// The post, of which others may hold a part; without what a body is made of, if none is wanted.
    fn take(this: Arc<Self>, body: bool) -> Self {
        Arc::try_unwrap(this).unwrap_or_else(|kept| Self {
            rendered: if body {
                kept.rendered.clone()
            } else {
                Rendered::default()
            },
            lang: kept.lang.clone(),
            text: kept.text,
            searched: Arc::clone(&kept.searched),
            article: kept.article.clone(),
        })
    }
}

/// One post of a span.
struct One {
    fate: Fate,
    record: Option<PostRecord>,
    searched: Option<Arc<Searched>>,
    article: Option<Arc<Article>>,
    outcome: Option<(usize, Vec<u8>)>,
}

impl Making<'_, '_> {
    /// Does what there is to do of a post; `body` when its body is to be written.
    fn one(&self, id: usize, post: Post, known: Option<Fate>, body: bool) -> Result<One, Error> {
        self.progress.add(1);
        let known = match known {
            Some(fate) if self.work.render.get(id) == Some(&false) => {
                return Ok(One {
                    fate,
                    record: None,
                    searched: None,
                    article: None,
                    outcome: None,
                });
            }
            known => known.map(|fate| fate.key()),
        };
        let (post, made, kept) = self.finished(id, post, known, body)?;
        let (outcome, fate) = kept.unwrap_or_else(|| self.outcome(id, &post, &made));
        let Finished {
            rendered,
            lang,
            searched,
            article,
            ..
        } = Finished::take(made, body);
        let index = self.work.index.get(id).copied();
        let number = post.file;
        Ok(One {
            fate,
            record: body.then(|| rendered.record(post, lang)),
            searched: (index == Some(true)).then_some(searched),
            article,
            outcome: self.reuse.map(|_| (number, outcome)),
        })
    }

    /// What becomes of a post, from memory if it is there under this key; the post has its text if that is needed.
    /// When it was put into memory, its outcome too.
    fn finished(
        &self,
        id: usize,
        mut post: Post,
        key: Option<Key>,
        body: bool,
    ) -> Result<(Post, Arc<Finished>, Option<Kept>), Error> {
        let kept = match (self.reuse, key) {
            (Some((reuse, _)), Some(key)) => reuse.finished(&key),
            _ => None,
        };
        if let Some((_, files)) = self.reuse
            && (body || kept.is_none())
            && post.text.len() != post.size
            && let Some(file) = files.get(post.file)
        {
            post = file.load(post)?;
        }
        if let Some(file) = self.unread.get(post.file) {
            post = file.load(post)?;
        }
        if let Some(kept) = kept {
            return Ok((post, kept, None));
        }
        let made = Arc::new(self.make(id, &post)?);
        let keeps = self.reuse.filter(|(reuse, _)| reuse.keeps_finished());
        let outcome = keeps.map(|(reuse, _)| {
            let outcome = self.outcome(id, &post, &made);
            reuse.keep_finished(outcome.1.key(), &made);
            outcome
        });
        Ok((post, made, outcome))
    }

    fn make(&self, id: usize, post: &Post) -> Result<Finished, Error> {
        let asked = Asked::default();
        let shown = self.around.shown(post, &asked);
        let body = post.text.get(post.body..).unwrap_or(&post.text);
        let document = Document::parse(shown.as_deref().unwrap_or(body));
        let mut rendered = self.around.render(post, &document, asked)?;
        rendered.shown = shown;
        let text = core::mem::take(&mut rendered.text);
        let lang = language(post, &text);
        let article = self.pages.and_then(|(site, plan)| {
            let made = Made {
                id: u32::try_from(id).unwrap_or(u32::MAX),
                post,
                lang: lang.as_deref(),
                document: &document,
                text: &text,
                rendered: &rendered,
            };
            site.article(plan, made).map(Arc::new)
        });
        Ok(Finished {
            text: text.len() as u64,
            searched: Arc::new(Searched::of(post, text, lang.as_deref())),
            rendered,
            lang,
            article,
        })
    }

    /// What comes of a post that was rendered.
    fn outcome(&self, id: usize, post: &Post, made: &Finished) -> Kept {
        let file = self.reuse.and_then(|(_, files)| files.get(post.file));
        let input = file.map(|file| file.input(post)).unwrap_or_default();
        let looked = &made.rendered.looked;
        let outcome = Outcome {
            input,
            print: match file {
                Some(_) => Key::of(&(input, &made.rendered, &made.lang, made.searched.text())),
                None => Key::default(),
            },
            lang: made.lang.as_deref(),
            text: made.text,
            missing: looked.missing as u64,
            asked: Bytes(&looked.names),
            links: made.rendered.links.values().map(String::as_str).collect(),
            pictures: looked
                .pictures
                .iter()
                .map(|(address, found)| {
                    let found = found.as_ref();
                    let found = found.map(|(shard, kind)| (shard.into(), kind_number(kind)));
                    (address.as_str(), found)
                })
                .collect(),
        };
        let bytes = match file {
            Some(_) => postcard::to_stdvec(&outcome).unwrap_or_default(),
            None => Vec::new(),
        };
        let plan = self.pages.map(|(_, plan)| plan);
        (bytes, Fate::of(id, post, &outcome, plan))
    }
}

fn span(number: usize, posts: Vec<Known>, making: Making<'_, '_>) -> Result<Span, Error> {
    let writer = making.around.writer;
    let first = number * LIST_SPAN;
    let known = making.work.spans.get(number).and_then(Option::as_ref);
    let done: Vec<One> = posts
        .into_par_iter()
        .enumerate()
        .map(|(place, (post, fate))| making.one(first + place, post, fate, known.is_none()))
        .collect::<Result<_, Error>>()?;
    let mut span = Span {
        list: ShardRef::default(),
        groups: Vec::new(),
        fates: Vec::with_capacity(done.len()),
        texts: Vec::new(),
        articles: Vec::with_capacity(done.len()),
        outcomes: Vec::new(),
    };
    let mut records = Vec::new();
    for one in done {
        span.fates.push(one.fate);
        span.texts.extend(one.searched);
        span.articles.push(one.article);
        span.outcomes.extend(one.outcome);
        records.extend(one.record);
    }
    let entry = match known {
        Some(entry) => {
            writer.take_span(entry)?;
            span.list = (&entry.list).into();
            span.groups = entry.groups.iter().map(Group::from).collect();
            entry.clone()
        }
        None => {
            let first = u32::try_from(first).unwrap_or(u32::MAX);
            let posts = records.iter().map(|record| record.entry.clone()).collect();
            let list = ListShard { first, posts };
            span.list = writer.shard(ShardKind::List, &list.encode())?;
            span.groups = write_bodies(first, records, writer)?;
            SpanEntry {
                list: (&span.list).into(),
                groups: span.groups.iter().map(GroupEntry::from).collect(),
            }
        }
    };
    if let Some((reuse, _)) = making.reuse {
        let prints: Vec<Key> = span.fates.iter().map(|fate| fate.print).collect();
        reuse.keep_span(work::span_key(number, &prints), entry);
    }
    Ok(span)
}

/// Writes the bodies of consecutive posts, group by group.
fn write_bodies(
    first: u32,
    records: Vec<PostRecord>,
    writer: &Writer<'_>,
) -> Result<Vec<Group>, Error> {
    let size = |record: &PostRecord| {
        let len = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        record.text.len() + len(&record.shown) + len(&record.bytes)
    };
    let mut next = first;
    let shards: Vec<BodyShard> = shard::cut(records, shard::BODY, size)
        .into_iter()
        .map(|posts| {
            let first = next;
            next += u32::try_from(posts.len()).unwrap_or(u32::MAX);
            BodyShard { first, posts }
        })
        .collect();
    let json = |shard: &BodyShard| {
        let json = shard.encode();
        if json.len() as u64 > MAX_SHARD {
            return Err(too_large(shard));
        }
        Ok(json)
    };
    let count = |shard: &BodyShard| u32::try_from(shard.posts.len()).unwrap_or(u32::MAX);
    if writer.is_packing() {
        let member = |shard: &BodyShard| -> Result<(u32, Member), Error> {
            Ok((count(shard), writer.member(ShardKind::Body, &json(shard)?)?))
        };
        let members = shards.par_iter().map(member).collect::<Result<_, _>>()?;
        return shard::spans(members, shard::PACKED_GROUP)
            .into_iter()
            .flat_map(|members| shard::cut(members, shard::PACK, |(_, one)| one.bytes.len()))
            .map(|members| {
                let (posts, members): (_, Vec<Member>) = members.into_iter().unzip();
                let bytes = |member: &Member| u32::try_from(member.bytes.len()).unwrap_or(u32::MAX);
                let bytes = members.iter().map(bytes).collect();
                let table = writer.packed_group(&members)?;
                Ok(Group {
                    table,
                    posts,
                    bytes,
                })
            })
            .collect();
    }
    shards
        .par_chunks(shard::even(shards.len(), shard::GROUP))
        .map(|shards| {
            let all = shards.iter().map(json).collect::<Result<Vec<_>, _>>()?;
            Ok(Group {
                table: writer.group(&all)?,
                posts: shards.iter().map(count).collect(),
                bytes: Vec::new(),
            })
        })
        .collect()
}

/// Body shards that one table names.
struct Group {
    table: ShardRef,
    /// How many posts each shard holds.
    posts: Vec<u32>,
    /// The length of each, when they stand in a pack.
    bytes: Vec<u32>,
}

impl From<&GroupEntry> for Group {
    fn from(entry: &GroupEntry) -> Self {
        Self {
            table: (&entry.table).into(),
            posts: entry.posts.clone(),
            bytes: entry.bytes.clone(),
        }
    }
}

impl From<&Group> for GroupEntry {
    fn from(group: &Group) -> Self {
        Self {
            table: (&group.table).into(),
            posts: group.posts.clone(),
            bytes: group.bytes.clone(),
        }
    }
}

/// Where the bodies are, over all posts.
#[derive(Default)]
struct Bodies {
    groups: Vec<Group>,
}

impl Bodies {
    /// Writes the pages, of `span` posts each; `lists` are all list shards.
    fn write(
        self,
        lists: &[ShardRef],
        span: usize,
        writer: &Writer<'_>,
    ) -> Result<Vec<ShardRef>, Error> {
        let mut pages: Vec<BodyPage> = Vec::new();
        let mut next = 0_u32;
        for group in self.groups {
            // A list shard's groups never lie on two pages.
            if (next as usize).is_multiple_of(span) {
                let first = next as usize / LIST_SPAN;
                let of_page = lists.iter().skip(first).take(span / LIST_SPAN);
                pages.push(BodyPage {
                    first: next,
                    groups: Vec::new(),
                    lists: of_page.cloned().collect(),
                    bytes: Vec::new(),
                });
            }
            next += group.posts.iter().sum::<u32>();
            if let Some(page) = pages.last_mut() {
                page.groups.push((group.table, group.posts));
                page.bytes.extend(group.bytes);
            }
        }
        pages
            .iter()
            .map(|page| writer.shard(ShardKind::Bodies, &page.encode()))
            .collect()
    }
}

fn too_large(shard: &BodyShard) -> Error {
    let largest = shard.posts.iter().max_by_key(|post| post.text.len());
    let (root, path) = largest.map_or((0, ""), |post| (post.root, post.path.as_str()));
    Error::TooLarge {
        root: root as usize,
        path: path.to_owned(),
    }
}

/// The post's language: stated, else told from its text.
fn language(post: &Post, text: &str) -> Option<String> {
    /// Bytes below which the title is looked at too.
    const SHORT: usize = 256;
    // Which Chinese it is decides about fonts; a tag that does not say so is no better than none.
    let vague = |lang: &str| matches!(lang, "zh" | "zh-Hani");
    if post.lang.as_deref().is_some_and(|lang| !vague(lang)) {
        return post.lang.clone();
    }
    let found = if text.len() < SHORT {
        shelfmark_text::detect_language(&format!("{}\n{text}", post.title))
    } else {
        shelfmark_text::detect_language(text)
    };
    match &post.lang {
        Some(_) => Some(found.filter(|lang| lang.starts_with("zh")).unwrap_or("zh")),
        None => found,
    }
    .map(str::to_owned)
}
