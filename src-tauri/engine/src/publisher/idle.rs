//! Lets tests wait until the publisher is idle.

use std::time::Duration;

use jiff::Timestamp;
use slipway_core::clock::{self, Clock};
use tokio::sync::watch;

/// The result of the scheduler's last run.
#[derive(Debug, Default)]
pub(super) struct Idle {
    last_run: watch::Sender<Option<LastRun>>,
}

/// The end of a run of the scheduler.
#[derive(Debug)]
struct LastRun {
    /// The number of wake-ups before the run.
    wakes: u64,
    /// Whether tasks are running.
    has_tasks: bool,
    next: Option<NextRun>,
}

/// The next run of the scheduler.
#[derive(Debug)]
struct NextRun {
    at: Timestamp,
    /// The uptime at that moment.
    uptime: Duration,
    /// The time until then, as of the end of the last run.
    ahead: Duration,
}

impl Idle {
    /// Records the end of a run that began after `wakes` wake-ups, and when the next run is due.
    pub(super) fn record(
        &self,
        wakes: u64,
        has_tasks: bool,
        next: Option<(Timestamp, Duration)>,
        clock: &dyn Clock,
    ) {
        let next = next.map(|(at, uptime)| NextRun {
            at,
            uptime,
            ahead: clock::until(clock.now(), at),
        });
        self.last_run.send_replace(Some(LastRun {
            wakes,
            has_tasks,
            next,
        }));
    }

    /// Waits until no task runs, a run followed each wake-up, and the next run is more than `ahead` away.
    pub(super) async fn wait(&self, ahead: Duration, clock: &dyn Clock, wakes: impl Fn() -> u64) {
        let idle = |last_run: &Option<LastRun>| {
            last_run.as_ref().is_some_and(|run| {
                let due = |next: &NextRun| next.at <= clock.now() || next.uptime <= clock.uptime();
                let near = |next: &NextRun| next.ahead <= ahead || due(next);
                !run.has_tasks && run.wakes == wakes() && !run.next.as_ref().is_some_and(near)
            })
        };
        // `wait_for` fails only if the sender is dropped, and `self` owns the sender.
        let _ = self.last_run.subscribe().wait_for(idle).await;
    }
}
