//! The publisher's main loop: starts the due posts, then sleeps until a post is due, a task ends or a wake-up arrives.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use slipway_core::clock::{self, Clock};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{context::Publisher, task::RETRY_AFTER_FAULT};

impl Publisher {
    /// Waits until no task runs and the scheduler's next run is more than `ahead` away.
    pub(crate) async fn idle(&self, ahead: Duration) {
        let wakes = || self.service.wakes();
        self.idle.wait(ahead, self.clock.as_ref(), wakes).await;
    }

    /// Publishes posts until `stop` is cancelled, then cancels all tasks. The stored state says where each post
    /// resumes.
    pub(crate) async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut tasks = JoinSet::new();
        loop {
            let wakes = self.service.wakes();
            let next = match self.start_due(&mut tasks).await {
                Ok(next) => next.map(|at| (at, self.uptime_at(at))),
                Err(error) => {
                    tracing::error!(%error, "[Publisher] Look failed");
                    if let Some(error) = error.database() {
                        self.database.note(error);
                    }
                    let (now, uptime) = (self.clock.now(), self.clock.uptime());
                    Some((
                        clock::after(now, RETRY_AFTER_FAULT),
                        uptime.saturating_add(RETRY_AFTER_FAULT),
                    ))
                }
            };
            self.idle
                .record(wakes, !tasks.is_empty(), next, self.clock.as_ref());
            tokio::select! {
                () = stop.cancelled() => break,
                () = self.service.woken() => {}
                () = sleep_until(self.clock.as_ref(), next) => {}
                Some(_) = tasks.join_next() => {}
            }
        }
        self.service.stop_tasks(false);
        while tasks.join_next().await.is_some() {}
    }
}

/// Sleeps until a time of day, or until the uptime that corresponded to it. The second condition bounds the sleep when
/// the clock is set back meanwhile.
async fn sleep_until(clock: &dyn Clock, next: Option<(Timestamp, Duration)>) {
    match next {
        Some((at, uptime)) => tokio::select! {
            () = clock.sleep_until(at) => {}
            () = clock.sleep(uptime.saturating_sub(clock.uptime())) => {}
        },
        None => std::future::pending().await,
    }
}
