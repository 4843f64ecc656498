//! What the tests share: folders of posts, the program, and a look at what it wrote.

pub(crate) mod forge;
pub(crate) mod http;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

/// A temporary folder with posts, a viewer, and room for sites.
#[derive(Debug)]
pub(crate) struct Bench {
    folder: TempDir,
}

/// What the program answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Bench {
    /// A folder with a small viewer and no posts.
    pub(crate) fn new() -> Self {
        let bench = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let page = "<!doctype html><html lang=\"{{language}}\"><head><title>{{title}}</title>\
                    <meta name=description content=\"{{description}}\"></head><body></body></html>";
        bench.write("viewer/index.html", page);
        bench.write("viewer/shelfmark.js", "export {};\n");
        bench.write("viewer/shelfmark.d.ts", "export {};\n");
        bench.write("viewer/shelfmark_bg.wasm", "\0asm");
        bench.write("viewer/locales/en.json", "{}");
        fs::create_dir(bench.path("posts")).unwrap();
        bench
    }

    /// With posts that hold every ordinary thing.
    pub(crate) fn with_posts() -> Self {
        let bench = Self::new();
        bench.write(
            "posts/2024-01-02-one.md",
            "---\ntitle: One\ntags: [a, b]\ncategories: [c]\nauthor: Ann\n---\nFirst *body*.\n",
        );
        bench.write(
            "posts/2024-01-03-two.md",
            "---\ntitle: \"第二篇\"\ntags: [a]\ncategories: [a]\nfrom: https://a.example/\n---\n\
             峰会在北京开幕，各国代表出席了会议。\n",
        );
        bench.write(
            "posts/sub/2024-01-04-three.markdown",
            "---\r\ntitle: Three\r\ndate: 2024-01-04T01:02:03.004Z\r\n---\r\nBody.\r\n",
        );
        bench.write(
            "posts/2024-01-05-draft.md",
            "---\ntitle: Draft\ndraft: true\n---\nx\n",
        );
        bench
    }

    /// A path in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file, with the folders it needs.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// The program, run in the folder.
    pub(crate) fn command<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = program();
        command.current_dir(self.folder.path()).args(args);
        command
    }

    /// Runs the program; words are separated by spaces.
    pub(crate) fn run(&self, line: &str) -> Answer {
        answer(&mut self.command(line.split(' ')))
    }

    /// Runs it and asks for success.
    pub(crate) fn ok(&self, line: &str) -> Answer {
        let answer = self.run(line);
        assert_eq!(answer.code, 0, "{line}: {answer:?}");
        answer
    }

    /// Builds `posts` into `site` with the small viewer.
    pub(crate) fn build(&self) -> Answer {
        self.ok("build posts --out site --viewer viewer")
    }

    /// Names directly in a folder, sorted.
    pub(crate) fn names(&self, folder: &str) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.path(folder))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

/// The program, without settings from the surroundings.
pub(crate) fn program() -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("shelfmark"));
    command
        .env_remove("RAYON_NUM_THREADS")
        .env_remove("NO_COLOR");
    command
}

/// Runs a command to its end.
pub(crate) fn answer(command: &mut Command) -> Answer {
    let output = command.output().unwrap();
    Answer {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// SHA-256 of every file below a folder, by its path.
pub(crate) fn hashes(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_owned();
                found.insert(name, hash(&fs::read(&path).unwrap()));
            }
        }
    }
    found
}

/// SHA-256 in hexadecimal.
pub(crate) fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The top of the repository.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A folder beside the repository that not everyone has; says so when it is not there.
pub(crate) fn shared(name: &str) -> Option<PathBuf> {
    let path = repository().parent()?.join("shared").join(name);
    if path.exists() {
        return Some(path);
    }
    #[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
    {
        eprintln!("skipped: there is no {}", path.display());
    }
    None
}
