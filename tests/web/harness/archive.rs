//! What is inside a built archive, as its sources tell it; and an archive of 1,500 real posts.

use std::fs;
use std::io::Read as _;
use std::sync::LazyLock;

use flate2::read::GzDecoder;
use shelfmark_bundle::{BodyPage, BodyShard, Manifest, PostRecord, ShardKind, ShardRef};
use shelfmark_compile::render::visible_text;

use super::sites::Site;
use super::tools;

/// The archive of real posts; `None`, and a word about it, when they are not there.
pub(crate) fn news() -> Option<&'static Archive> {
    static NEWS: LazyLock<Option<Archive>> = LazyLock::new(|| {
        let posts = tools::shared("corpora/news-zh")?;
        Some(Archive::read(Site::build("news-zh", &posts)))
    });
    NEWS.as_ref()
}

/// A built archive and its posts.
#[derive(Debug)]
pub(crate) struct Archive {
    pub(crate) site: Site,
    pub(crate) manifest: Manifest,
    /// By id: each post, and its visible text, rendered from its source here and now.
    pub(crate) posts: Vec<(PostRecord, String)>,
}

impl Archive {
    /// Reads all posts of a site.
    pub(crate) fn read(site: Site) -> Self {
        let manifest = fs::read(site.folder.join("bundle/archive.json")).expect("a manifest");
        let mut archive = Self {
            site,
            manifest: Manifest::decode(&manifest).expect("a manifest"),
            posts: Vec::new(),
        };
        for (index, page) in archive.manifest.bodies.iter().enumerate() {
            let page = archive.shard(ShardKind::Bodies, page);
            let page = BodyPage::decode(&page, archive.manifest.page_ids(index)).expect("a page");
            for place in page.places(archive.manifest.packed) {
                let body = archive.file(&place.file_name());
                let body: BodyShard = BodyShard::decode(&body).expect("a body shard");
                archive.posts.extend(body.posts.into_iter().map(|record| {
                    let source = record.entry.source.as_deref();
                    let text = visible_text(record.markdown(), &record.entry.title, source);
                    (record, text)
                }));
            }
        }
        archive
    }

    /// The JSON of a shard on disk.
    pub(crate) fn shard(&self, kind: ShardKind, shard: &ShardRef) -> Vec<u8> {
        self.file(&shard.file_name(kind))
    }

    fn file(&self, name: &str) -> Vec<u8> {
        let path = self.site.folder.join("bundle").join(name);
        let file = fs::File::open(&path).expect("a shard of the bundle");
        let mut json = Vec::new();
        GzDecoder::new(file).read_to_end(&mut json).expect("gzip");
        json
    }
}
