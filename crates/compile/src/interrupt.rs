//! The user's wish to stop: Ctrl-C, or a polite kill.

use std::sync::Arc;
use std::thread;

use crate::progress::Progress;

/// Exit status after a second Ctrl-C, which does not wait for tidying up.
const AT_ONCE: i32 = 1;

/// Has the work stop at its next safe point when the program is asked to end; at once when it is
/// asked again.
pub fn stops(progress: &Arc<Progress>) {
    let progress = Arc::clone(progress);
    // Without signals the system's own way remains: the program ends where it is, which leaves
    // the old site whole too.
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    else {
        return;
    };
    thread::spawn(move || {
        runtime.block_on(asked_to_end());
        progress.stop();
        runtime.block_on(asked_to_end());
        std::process::exit(AT_ONCE);
    });
}

/// Comes back when the program is asked to end.
#[cfg(unix)]
pub(crate) async fn asked_to_end() {
    use tokio::signal::unix::{SignalKind, signal};

    let kinds = [
        SignalKind::interrupt(),
        SignalKind::terminate(),
        SignalKind::hangup(),
    ];
    let mut signals: Vec<_> = kinds.into_iter().flat_map(signal).collect();
    if signals.is_empty() {
        core::future::pending::<()>().await;
    }
    core::future::poll_fn(|context| {
        if signals
            .iter_mut()
            .any(|signal| signal.poll_recv(context).is_ready())
        {
            core::task::Poll::Ready(())
        } else {
            core::task::Poll::Pending
        }
    })
    .await;
}

/// Comes back when the program is asked to end.
#[cfg(not(unix))]
pub(crate) async fn asked_to_end() {
    if tokio::signal::ctrl_c().await.is_err() {
        core::future::pending::<()>().await;
    }
}
