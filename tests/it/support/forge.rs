//! Bundles that no honest compiler writes, with every hash right.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use shelfmark_bundle::{
    BodyGroup, BodyPage, BodyShard, FORMAT_VERSION, ListShard, MARK, Manifest, PostRecord,
    ShardKind, ShardRef, SlugShard, numbered, slug_hash,
};

/// A record of a post whose source file is `path`.
pub(crate) fn record(path: &str, text: &str) -> PostRecord {
    let mut record = PostRecord {
        path: path.into(),
        text: text.into(),
        ..PostRecord::default()
    };
    record.entry.slug = path.into();
    record.entry.title = path.into();
    record
}

/// Writes a site that holds these posts (fewer than one list shard's worth).
pub(crate) fn site(folder: &Path, posts: Vec<PostRecord>) {
    let bundle = folder.join("bundle");
    fs::create_dir_all(&bundle).unwrap();
    let entries: Vec<_> = posts.iter().map(|post| post.entry.clone()).collect();
    let count = u32::try_from(posts.len()).unwrap();
    let slugs: Vec<(u32, u32)> = (0..)
        .zip(&entries)
        .map(|(id, entry)| (slug_hash(&entry.slug), id))
        .collect();
    let body = BodyShard { first: 0, posts }.encode();
    let gz = gzip(&body);
    let body = ShardRef(super::hash(&gz), gz.len() as u64, body.len() as u64);
    let group = BodyGroup { bodies: vec![body] };
    let group = shard(&bundle, ShardKind::Group, &group.encode());
    fs::write(bundle.join(numbered(ShardKind::Body, &group, &[0])), gz).unwrap();
    let list = ListShard {
        first: 0,
        posts: entries,
    };
    let list = shard(&bundle, ShardKind::List, &list.encode());
    let page = BodyPage {
        first: 0,
        groups: vec![(group, vec![count])],
        lists: vec![list.clone()],
        bytes: Vec::new(),
    };
    let manifest = Manifest {
        shelfmark: MARK.into(),
        format: FORMAT_VERSION,
        title: "forged".into(),
        description: String::new(),
        language: String::new(),
        posts: count,
        undated: count,
        from: None,
        to: None,
        text_bytes: 0,
        tags: Vec::new(),
        categories: None,
        authors: 0,
        languages: Vec::new(),
        lists: vec![list],
        slugs: vec![shard(
            &bundle,
            ShardKind::Slugs,
            &SlugShard::new(slugs).encode(),
        )],
        facets: Vec::new(),
        days: None,
        bodies: vec![shard(&bundle, ShardKind::Bodies, &page.encode())],
        texts: Vec::new(),
        forms: None,
        traits: None,
        segments: shelfmark_bundle::Segments::default(),
        body_page: 0,
        packed: 0,
        index: Vec::new(),
        triples: None,
        pages: None,
        viewer: None,
        signed: None,
    };
    fs::write(bundle.join("archive.json"), manifest.encode()).unwrap();
}

fn gzip(json: &[u8]) -> Vec<u8> {
    let mut gz = GzEncoder::new(Vec::new(), Compression::fast());
    gz.write_all(json).unwrap();
    gz.finish().unwrap()
}

fn shard(bundle: &Path, kind: ShardKind, json: &[u8]) -> ShardRef {
    let gz = gzip(json);
    let shard = ShardRef(super::hash(&gz), gz.len() as u64, json.len() as u64);
    fs::write(bundle.join(shard.file_name(kind)), gz).unwrap();
    shard
}
