//! A clock for tests that moves only when it is told to.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use super::{Clock, Wait};

/// Time stands still until [`HandClock::pass`] or [`HandClock::set`].
#[derive(Debug)]
pub struct HandClock {
    /// Uptime and time of day.
    times: watch::Sender<(Duration, Timestamp)>,
}

impl HandClock {
    /// A clock that shows some day in 2026.
    pub fn new() -> Self {
        let day = Timestamp::from_second(1_790_000_000).unwrap();
        Self {
            times: watch::Sender::new((Duration::from_hours(1), day)),
        }
    }

    /// Lets time pass.
    pub fn pass(&self, time: Duration) {
        self.times.send_modify(|(uptime, now)| {
            *uptime += time;
            *now += time;
        });
    }

    /// Sets the time of day forward or back, as a creator does; no time passes.
    pub fn set(&self, by: SignedDuration) {
        self.times.send_modify(|(_, now)| *now += by);
    }

    /// The same time of day on a computer that has just been started.
    pub fn restarted(&self) -> Self {
        Self {
            times: watch::Sender::new((Duration::ZERO, self.now())),
        }
    }

    fn wait(&self, over: impl Fn(&(Duration, Timestamp)) -> bool + Send + Sync + 'static) -> Wait {
        let mut times = self.times.subscribe();
        Box::pin(async move {
            if times.wait_for(over).await.is_err() {
                // The clock is gone, and with it all time.
                std::future::pending::<()>().await;
            }
        })
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        self.times.borrow().1
    }

    fn uptime(&self) -> Duration {
        self.times.borrow().0
    }

    fn sleep_until(&self, instant: Timestamp) -> Wait {
        self.wait(move |(_, now)| *now >= instant)
    }

    fn sleep(&self, duration: Duration) -> Wait {
        let end = self.uptime() + duration;
        self.wait(move |(uptime, _)| *uptime >= end)
    }
}
