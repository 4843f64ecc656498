//! CPU time and peak memory of a child process.
//!
//! They are read from `/proc`: what the standard library's `wait` returns has neither, and asking the
//! C library needs unsafe code or one more dependency. The peak is a mark that only rises, looked at
//! every few milliseconds; what a process takes within the last of them is missed.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::util::command;
use crate::util::failure::{Failure, Result};

/// Pause between two looks.
const PAUSE: Duration = Duration::from_millis(2);
/// Ticks of the clock in which Linux counts CPU time for programs, per second.
const TICKS: u32 = 100;

/// What a process used.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Usage {
    /// User and system time of all its threads; `None` where there is no `/proc`.
    pub(crate) cpu: Option<Duration>,
    pub(crate) elapsed: Duration,
    /// The most memory that it had resident at a time, in bytes.
    pub(crate) peak: Option<u64>,
}

/// Runs a command to its end, without what it prints; anything but success is an error.
pub(crate) fn measure(command: &mut Command) -> Result<Usage> {
    eprintln!("$ {}", command::line(command));
    let failed = |what: String| Failure::new(format!("`{}`: {what}", command::line(command)));
    let cannot = |error: std::io::Error| failed(error.to_string());
    let start = Instant::now();
    let mut started = Command::new(command.get_program());
    started
        .args(command.get_args())
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    let mut child = started.spawn().map_err(cannot)?;
    let mut usage = watch(&child);
    let status = child.wait().map_err(cannot)?;
    usage.elapsed = start.elapsed();
    if status.success() {
        Ok(usage)
    } else {
        Err(failed(status.to_string()))
    }
}

/// Looks until the process has ended, which it has not quite as long as nobody waits for it.
fn watch(child: &Child) -> Usage {
    let mut usage = Usage::default();
    let folder = format!("/proc/{}", child.id());
    while let Ok(stat) = fs::read_to_string(format!("{folder}/stat")) {
        let status = fs::read_to_string(format!("{folder}/status")).unwrap_or_default();
        usage.peak = usage.peak.max(peak(&status));
        let Some((ended, cpu)) = times(&stat) else {
            break;
        };
        usage.cpu = Some(cpu);
        if ended {
            break;
        }
        thread::sleep(PAUSE);
    }
    usage
}

/// The peak in bytes, from the text of `/proc/<id>/status`.
fn peak(status: &str) -> Option<u64> {
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
}

/// Whether the process has ended, and its CPU time, from the text of `/proc/<id>/stat`.
fn times(stat: &str) -> Option<(bool, Duration)> {
    // The name of the program stands in brackets and may hold anything.
    let mut fields = stat.rsplit_once(") ")?.1.split(' ');
    let state = fields.next()?;
    let user: u32 = fields.nth(10)?.parse().ok()?;
    let system: u32 = fields.next()?.parse().ok()?;
    Some((
        matches!(state, "Z" | "X"),
        Duration::from_secs(1) * (user + system) / TICKS,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_proc_says() {
        let stat = "7 (a) b (c) Z 1 7 7 0 -1 4 0 0 0 0 150 50 0 0 20 0 1 0 9";
        assert_eq!(times(stat), Some((true, Duration::from_secs(2))));
        assert_eq!(times("7 (a"), None);
        assert_eq!(peak("Name:\ta\nVmHWM:\t    12 kB\n"), Some(12 * 1024));
        assert_eq!(peak("Name:\ta\n"), None);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_process_is_measured() {
        let mut command = Command::new("sh");
        command.args(["-c", "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done"]);
        let usage = measure(&mut command).expect("a shell");
        assert!(
            usage.cpu.is_some_and(|cpu| cpu > Duration::ZERO),
            "{usage:?}"
        );
        assert!(usage.peak.is_some_and(|peak| peak > 100_000), "{usage:?}");
        assert!(measure(Command::new("sh").args(["-c", "exit 3"])).is_err());
    }
}
