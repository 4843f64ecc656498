//! The user's wish to stop: Ctrl-C, or a polite kill.

use std::sync::Arc;
use std::thread;

use tokio::runtime::Builder;

use crate::progress::Progress;

/// Exit status after a second Ctrl-C, which does not wait for tidying up.
const AT_ONCE: i32 = 1;

/// Has the work stop at its next safe point when the program is asked to end; at once when it is
/// asked again.
pub fn stops(progress: &Arc<Progress>) {
    let progress = Arc::clone(progress);
    // Without signals the system's own way remains: the program ends where it is, which leaves
    // the old site whole too.
    let Ok(runtime) = Builder::new_current_thread().enable_all().build() else {
        return;
    };
    let mut signals = runtime.block_on(async { Signals::listen() });
    thread::spawn(move || {
        runtime.block_on(signals.next());
        progress.stop();
        runtime.block_on(signals.next());
        std::process::exit(AT_ONCE);
    });
}

/// Wishes to end the program, from the moment on at which this was made.
#[derive(Debug)]
pub(crate) struct Signals {
    #[cfg(unix)]
    kinds: Vec<tokio::signal::unix::Signal>,
    #[cfg(windows)]
    ctrl_c: Option<tokio::signal::windows::CtrlC>,
}

impl Signals {
    /// Begins to listen; must be called inside a runtime.
    #[cfg(unix)]
    pub(crate) fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};

        let kinds = [
            SignalKind::interrupt(),
            SignalKind::terminate(),
            SignalKind::hangup(),
        ];
        Self {
            kinds: kinds.into_iter().flat_map(signal).collect(),
        }
    }

    /// Begins to listen; must be called inside a runtime.
    #[cfg(windows)]
    pub(crate) fn listen() -> Self {
        Self {
            ctrl_c: tokio::signal::windows::ctrl_c().ok(),
        }
    }

    /// Comes back when the program is asked to end.
    #[cfg(unix)]
    pub(crate) async fn next(&mut self) {
        use core::task::Poll;

        core::future::poll_fn(|context| {
            let mut kinds = self.kinds.iter_mut();
            if kinds.any(|kind| kind.poll_recv(context).is_ready()) {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    }

    /// Comes back when the program is asked to end.
    #[cfg(windows)]
    pub(crate) async fn next(&mut self) {
        match &mut self.ctrl_c {
            Some(ctrl_c) => _ = ctrl_c.recv().await,
            None => core::future::pending().await,
        }
    }
}
