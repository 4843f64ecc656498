//! `cargo xtask dist`: the program as an archive for other machines, with its manual, completions for
//! shells and licences, and a file of checksums beside it. The same sources give the same bytes.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};

use crate::config::Project;
use crate::program;
use crate::util::command;
use crate::util::failure::{Failure, Result};

/// What stands beside the program.
const TEXTS: &[&str] = &["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"];

/// Shells, and the names under which they look for completions.
const SHELLS: &[(&str, &str)] = &[
    ("bash", "shelfmark.bash"),
    ("zsh", "_shelfmark"),
    ("fish", "shelfmark.fish"),
    ("elvish", "shelfmark.elv"),
    ("powershell", "_shelfmark.ps1"),
];

/// Builds the program and packs it.
pub(crate) fn build(project: &Project) -> Result<()> {
    program::build(project)?;
    let name = format!(
        "shelfmark-{}-{}-{}",
        project.version(),
        env::consts::ARCH,
        env::consts::OS
    );
    let dist = project.target.join("dist");
    let tree = dist.join(&name);
    if tree.exists() {
        fs::remove_dir_all(&tree).map_err(|error| failed("remove", &tree, &error))?;
    }
    fill(project, &tree)?;
    let file = format!("{name}.tar.gz");
    let packed = pack(&dist, &name)?;
    write(&dist.join(&file), &packed)?;
    let mut sum = String::new();
    for byte in Sha256::digest(&packed) {
        let _ = write!(sum, "{byte:02x}");
    }
    write(
        &dist.join("SHA256SUMS"),
        format!("{sum}  {file}\n").as_bytes(),
    )?;
    println!(
        "archive: {} ({} bytes)",
        dist.join(&file).display(),
        packed.len()
    );
    println!("sha256: {sum}");
    Ok(())
}

fn fill(project: &Project, tree: &Path) -> Result<()> {
    let completions = tree.join("completions");
    fs::create_dir_all(&completions).map_err(|error| failed("create", &completions, &error))?;
    for text in TEXTS {
        copy(&project.root.join(text), &tree.join(text))?;
    }
    let program = project.program();
    copy(&program, &tree.join("shelfmark"))?;
    for (shell, file) in SHELLS {
        let script = command::output(Command::new(&program).args(["completions", shell]))?;
        write(&completions.join(file), script.as_bytes())?;
    }
    let mut man = Command::new(&program);
    man.args(["man", "--out"]).arg(tree.join("man"));
    command::run(&mut man)
}

/// The folder as gzip'd tar, without what differs from machine to machine.
fn pack(dist: &Path, name: &str) -> Result<Vec<u8>> {
    let mut tar = Command::new("tar");
    tar.current_dir(dist).args([
        "--create",
        "--format=ustar",
        "--sort=name",
        "--mtime=@0",
        "--owner=0",
        "--group=0",
        "--numeric-owner",
        "--mode=u=rwX,go=rX",
        name,
    ]);
    let output = tar.output().map_err(|error| {
        Failure::new(format!("can't run `tar`: {error}")).help("GNU tar is needed")
    })?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(Failure::new("`tar` failed").help(complaint));
    }
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&output.stdout)
        .and_then(|()| gzip.finish())
        .map_err(|error| Failure::new(format!("can't compress: {error}")))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to)
        .map(drop)
        .map_err(|error| failed("copy", from, &error))
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes).map_err(|error| failed("write", path, &error))
}

fn failed(doing: &str, path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("can't {doing} `{}`: {error}", path.display()))
}
