//! Tells tests when the publisher has nothing to do.

use std::time::Duration;

use jiff::Timestamp;
use slipway_core::clock::{self, Clock};
use tokio::sync::watch;

/// Records how the publisher's last look at the queue ended.
#[derive(Debug, Default)]
pub(super) struct Idle {
    rest: watch::Sender<Option<Rest>>,
}

/// The end of a look at the queue.
#[derive(Debug)]
struct Rest {
    /// The number of wakes before the look.
    wakes: u64,
    /// Whether posts are being worked on.
    works: bool,
    next: Option<Next>,
}

/// The next look at the queue.
#[derive(Debug)]
struct Next {
    at: Timestamp,
    /// The uptime at that moment.
    uptime: Duration,
    /// How far ahead it was when the last look ended.
    ahead: Duration,
}

impl Idle {
    /// Notes that a look which began after `wakes` has ended, and when the next one is due.
    pub(super) fn rests(
        &self,
        wakes: u64,
        works: bool,
        next: Option<(Timestamp, Duration)>,
        clock: &dyn Clock,
    ) {
        let next = next.map(|(at, uptime)| Next {
            at,
            uptime,
            ahead: clock::until(clock.now(), at),
        });
        self.rest.send_replace(Some(Rest { wakes, works, next }));
    }

    /// Waits until no post is worked on, each wake was followed by a look, and the next look is more than `ahead` away.
    pub(super) async fn wait(&self, ahead: Duration, clock: &dyn Clock, wakes: impl Fn() -> u64) {
        let idle = |rest: &Option<Rest>| {
            rest.as_ref().is_some_and(|rest| {
                let over = |next: &Next| next.at <= clock.now() || next.uptime <= clock.uptime();
                let near = |next: &Next| next.ahead <= ahead || over(next);
                !rest.works && rest.wakes == wakes() && !rest.next.as_ref().is_some_and(near)
            })
        };
        // It fails only when the sender is gone, and `self` owns that.
        let _ = self.rest.subscribe().wait_for(idle).await;
    }
}
