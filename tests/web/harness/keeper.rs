//! Ends every process that the harness starts, however the tests end.
//!
//! Test binaries have no last moment: a failed assertion in one thread, Ctrl-C or a kill end them
//! anywhere. So a small shell holds the other end of a pipe; when the pipe closes, for whatever
//! reason, it ends the process groups that it was told of and removes the scratch folder.

use std::fs;
use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{LazyLock, Mutex, PoisonError};

/// Reads process groups until the end of its input, then ends them and removes folder `$1`.
const SCRIPT: &str = r#"
groups=
while read -r group; do groups="$groups -$group"; done
[ -z "$groups" ] || { kill -s TERM -- $groups; sleep 0.3; kill -s KILL -- $groups; } 2>/dev/null
rm -rf -- "$1"
"#;

static KEEPER: LazyLock<Keeper> = LazyLock::new(Keeper::start);

struct Keeper {
    scratch: PathBuf,
    pipe: Mutex<ChildStdin>,
    /// Outlives this process, so nobody waits for it.
    _shell: Child,
}

impl Keeper {
    fn start() -> Self {
        // Not in the target folder: paths of sockets may have no more than 107 bytes.
        let name = format!("shelfmark-web-{}", std::process::id());
        let scratch = std::env::temp_dir().join(name);
        fs::create_dir_all(&scratch).expect("a folder for the browsers");
        let mut child = Command::new("sh")
            .args(["-c", SCRIPT, "sh"])
            .arg(&scratch)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("a shell");
        let pipe = child.stdin.take().expect("the shell's input");
        Self {
            scratch,
            pipe: Mutex::new(pipe),
            _shell: child,
        }
    }
}

/// A folder of this run that is removed at its end.
pub(crate) fn scratch(name: &str) -> PathBuf {
    let folder = KEEPER.scratch.join(name);
    fs::create_dir_all(&folder).expect("a folder in scratch");
    folder
}

/// Starts a process in a group of its own, which ends with this one at the latest.
///
/// Its temporary files go to the scratch folder, what it prints to `<name>.log` there.
pub(crate) fn spawn(name: &str, command: &mut Command) -> Result<Child, String> {
    let log = fs::File::create(log_of(name)).map_err(|error| format!("{name}: {error}"))?;
    let errors = log
        .try_clone()
        .map_err(|error| format!("{name}: {error}"))?;
    let child = command
        .env("TMPDIR", scratch("tmp"))
        .stdin(Stdio::null())
        .stdout(log)
        .stderr(errors)
        .process_group(0)
        .spawn()
        .map_err(|error| {
            let program = command.get_program().display();
            format!("can't start {program}: {error}\nhelp: run `cargo xtask setup`")
        })?;
    let mut pipe = KEEPER.pipe.lock().unwrap_or_else(PoisonError::into_inner);
    writeln!(pipe, "{}", child.id()).map_err(|error| format!("{name}: {error}"))?;
    Ok(child)
}

/// What a process printed.
pub(crate) fn printed(name: &str) -> String {
    fs::read_to_string(log_of(name)).unwrap_or_default()
}

fn log_of(name: &str) -> PathBuf {
    scratch("logs").join(format!("{name}.log"))
}
