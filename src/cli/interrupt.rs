//! Ctrl-C, and SIGTERM, which is how a container is stopped. Whoever presses it wants to leave: what
//! is done on the way out is done in a part of a second, or not at all.

use std::future::Future;
use std::io;
use std::pin::pin;
use std::time::Duration;

use super::failure::{Failure, Reason};
use crate::database::target::Canceller;

/// How long a command has to notice that its statement was cancelled.
const PATIENCE: Duration = Duration::from_millis(300);

/// How long the questions may take that are asked on the way out.
const LAST_LOOK: Duration = Duration::from_millis(300);

/// What asked us to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signal {
    /// SIGINT.
    Interrupt,
    /// SIGTERM.
    Terminate,
}

/// The next signal.
pub(super) async fn signal() -> io::Result<Signal> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            pressed = tokio::signal::ctrl_c() => pressed.map(|()| Signal::Interrupt),
            _ = terminate.recv() => Ok(Signal::Terminate),
        }
    }
    #[cfg(not(unix))]
    {
        tokio::signal::ctrl_c().await.map(|()| Signal::Interrupt)
    }
}

/// Does what changes nothing, unless a signal arrives.
pub(super) async fn unless_stopped<T>(
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    tokio::select! {
        done = work => done,
        received = signal() => {
            let received = received.map_err(Reason::Output)?;
            let state = Some("nothing has changed".to_owned());
            Err(Failure { state, ..Reason::Interrupted(received).into() })
        }
    }
}

/// Does the work, but stops it when a signal arrives: the running statement is cancelled, so that
/// the server does not go on with it and hold its locks. Work that is done in spite of it counts.
/// Statements of other connections end with those, a moment after the process has left.
pub(super) async fn stoppable<T>(
    canceller: &Canceller,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let mut work = pin!(work);
    let received = tokio::select! {
        done = &mut work => return done,
        received = signal() => received.map_err(Reason::Output)?,
    };
    // Between two statements there is nothing to cancel, so one request may come to nothing.
    let cancel = async {
        loop {
            // One that fails says no more than that the server is gone.
            drop(canceller.cancel().await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let interrupted = || Failure::from(Reason::Interrupted(received));
    tokio::select! {
        done = &mut work => match done {
            Err(failure) if failure.reason.is_cancelled() => Err(interrupted()),
            done => done,
        },
        () = cancel => Err(interrupted()),
        _ = signal() => Err(interrupted()),
        () = tokio::time::sleep(PATIENCE) => Err(interrupted()),
    }
}

/// Asks something on the way out; no answer where the server is slow, or the user presses again.
pub(super) async fn last_look<T>(question: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        answer = question => Some(answer),
        _ = signal() => None,
        () = tokio::time::sleep(LAST_LOOK) => None,
    }
}
