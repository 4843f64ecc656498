//! The sites that the tests read, each built once by the program under test.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use serde::Deserialize;

use super::{keeper, tools};

/// A built site.
#[derive(Debug)]
pub(crate) struct Site {
    /// Its name, which is also its folder in the server's addresses.
    pub(crate) name: &'static str,
    /// The folder that the program wrote.
    pub(crate) folder: PathBuf,
}

/// A line of `shelfmark list --format json`.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Listed {
    pub(crate) slug: String,
    pub(crate) title: String,
    pub(crate) date: Option<String>,
}

impl Site {
    /// Compiles a folder of posts.
    pub(crate) fn build(name: &'static str, posts: &Path) -> Self {
        Self::build_with(name, posts, &[])
    }

    /// Compiles a folder of posts, with more options.
    pub(crate) fn build_with(name: &'static str, posts: &Path, options: &[&str]) -> Self {
        let folder = keeper::scratch("sites").join(name);
        let mut command = Command::new(tools::program());
        command.args(["build", "--quiet"]).args(options);
        run(command.arg("--out").arg(&folder).arg(posts));
        Self { name, folder }
    }

    /// Compiles a folder of posts so that the site opens from disk too.
    pub(crate) fn build_for_disks(name: &'static str, posts: &Path) -> Self {
        Self::build_with(name, posts, &["--file-urls"])
    }

    /// Writes posts, given as path and content, into a folder and compiles it.
    pub(crate) fn write(name: &'static str, posts: &[(String, String)]) -> Self {
        let folder = keeper::scratch("posts").join(name);
        for (path, content) in posts {
            let path = folder.join(path);
            let above = path.parent().expect("a path inside the folder");
            fs::create_dir_all(above).expect("a folder in scratch");
            fs::write(path, content).expect("a file in scratch");
        }
        Self::build(name, &folder)
    }

    /// What the program lists, newest first.
    pub(crate) fn list(&self) -> Vec<Listed> {
        let printed = run(Command::new(tools::program())
            .arg("list")
            .arg(&self.folder)
            .args(["--format", "json"]));
        let lines = printed.lines().rev();
        lines
            .map(|line| serde_json::from_str(line).expect("a line of JSON"))
            .collect()
    }

    /// The plain page of a post, by its title.
    pub(crate) fn plain(&self, title: &str) -> String {
        let folder = fs::read_dir(self.folder.join("pages/posts")).expect("plain pages");
        let mut files = folder.map(|entry| entry.expect("a plain page").path());
        let heading = format!(">{title}</h1>");
        let found = files.find(|path| fs::read_to_string(path).expect("HTML").contains(&heading));
        let found = found.unwrap_or_else(|| panic!("no page of {title:?}"));
        let name = found.file_name().expect("a name").to_string_lossy();
        format!("pages/posts/{name}")
    }

    /// The address of a post, by its title.
    pub(crate) fn post(&self, title: &str) -> String {
        let listed = self.list().into_iter().find(|post| post.title == title);
        let slug = listed
            .unwrap_or_else(|| panic!("{}: no post is called {title:?}", self.name))
            .slug;
        format!("#/post/{}", slug.replace('%', "%25").replace('#', "%23"))
    }
}

/// Packs a folder of posts into one file.
pub(crate) fn pack(name: &str, posts: &Path) -> PathBuf {
    let file = keeper::scratch("packed").join(name);
    let mut command = Command::new(tools::program());
    command.args(["pack", "--quiet", "--out"]);
    run(command.arg(&file).arg(posts));
    file
}

fn run(command: &mut Command) -> String {
    let done = command
        .output()
        .unwrap_or_else(|error| panic!("{:?}: {error}", command.get_program()));
    assert!(
        done.status.success(),
        "{command:?} failed: {}",
        String::from_utf8_lossy(&done.stderr)
    );
    String::from_utf8(done.stdout).expect("UTF-8 on standard output")
}

/// The archive that ships with Shelfmark.
pub(crate) fn sample() -> &'static Site {
    static SITE: LazyLock<Site> = LazyLock::new(|| {
        Site::build(
            "sample",
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("posts"),
        )
    });
    &SITE
}

/// The same posts as [`known`], searched by an index.
pub(crate) fn indexed() -> &'static Site {
    static SITE: LazyLock<Site> = LazyLock::new(|| {
        let mut posts = super::fixtures::known();
        posts.push(("shelfmark.toml".into(), "search = \"index\"\n".into()));
        Site::write("indexed", &posts)
    });
    &SITE
}

/// The same posts among others that are older and longer, searched by an index, with body and index
/// shards in packs; it opens from disk too.
pub(crate) fn packed() -> &'static Site {
    static SITE: LazyLock<Site> = LazyLock::new(|| {
        let mut posts = super::fixtures::known();
        posts.extend((0..super::fixtures::LONG).map(super::fixtures::long));
        let settings = "search = \"index\"\npack-shards = true\nfile_urls = true\n";
        posts.push(("shelfmark.toml".into(), settings.into()));
        Site::write("packed", &posts)
    });
    &SITE
}

/// Posts whose numbers and words the tests know, see [`super::fixtures`].
pub(crate) fn known() -> &'static Site {
    static SITE: LazyLock<Site> = LazyLock::new(|| Site::write("known", &super::fixtures::known()));
    &SITE
}
