//! A test clock that a test advances, or that follows the runtime's time.

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use tokio::{sync::watch, time::Instant};

use super::{Clock, Wait};

/// The longest wait that a [`TestClock::skipping`] clock skips.
pub const SKIPPED: Duration = Duration::from_mins(10);

/// The duration of a skipped wait in the runtime's time, so that the awaited event can happen first.
const SKIP_DELAY: Duration = Duration::from_millis(2);

/// A clock that a test moves. Clones show the same time.
#[derive(Debug, Clone)]
pub struct TestClock {
    /// The time of day and the uptime at the start.
    start: (Timestamp, Duration),
    /// When the runtime's time began to count; `None` when only the test moves this clock.
    began: Option<Instant>,
    /// Waits up to this long end at once.
    skipped: Duration,
    changes: Arc<watch::Sender<Changes>>,
}

/// The test's changes to a clock.
#[derive(Debug, Clone, Copy, Default)]
struct Changes {
    advanced: Duration,
    /// By how much the time of day is wrong.
    wrong_by: SignedDuration,
}

impl TestClock {
    /// A clock that shows a day in 2026 and is stopped until [`TestClock::advance`].
    pub fn manual() -> Self {
        Self::manual_at(Timestamp::UNIX_EPOCH + Duration::from_secs(1_790_000_000))
    }

    /// A clock that shows `start` and is stopped until [`TestClock::advance`].
    pub fn manual_at(start: Timestamp) -> Self {
        Self::starting((start, Duration::from_hours(1)), None, Duration::ZERO)
    }

    /// A clock that runs with the runtime's time. In a paused runtime, that time jumps to the end of the next wait.
    pub fn running() -> Self {
        let start = (Timestamp::UNIX_EPOCH, Duration::ZERO);
        Self::starting(start, Some(Instant::now()), Duration::ZERO)
    }

    /// A clock that shows `start`, runs with the runtime's time, and moves itself to the end of each wait of at most
    /// [`SKIPPED`]. Longer waits need [`TestClock::advance`].
    pub fn skipping(start: Timestamp) -> Self {
        Self::starting((start, Duration::ZERO), Some(Instant::now()), SKIPPED)
    }

    /// A clock that shows the same time of day on a restarted computer, and is stopped.
    #[must_use]
    pub fn restarted(&self) -> Self {
        Self::starting((self.now(), Duration::ZERO), None, Duration::ZERO)
    }

    fn starting(start: (Timestamp, Duration), began: Option<Instant>, skipped: Duration) -> Self {
        Self {
            start,
            began,
            skipped,
            changes: Arc::new(watch::Sender::default()),
        }
    }

    /// Advances the clock by `time`.
    pub fn advance(&self, time: Duration) {
        self.changes.send_modify(|changes| changes.advanced += time);
    }

    /// Sets the time of day, as a user sets the clock of a computer: it is wrong by `by` from now on. No time passes.
    pub fn set_wrong_by(&self, by: SignedDuration) {
        self.changes.send_modify(|changes| changes.wrong_by = by);
    }

    /// The time of day on a clock that was never set wrong.
    pub fn true_time(&self) -> Timestamp {
        super::after(self.start.0, self.ran())
    }

    /// The time since the start.
    fn ran(&self) -> Duration {
        let elapsed = self.began.map_or(Duration::ZERO, |began| began.elapsed());
        elapsed + self.changes.borrow().advanced
    }

    /// Waits until `left` is zero.
    fn wait(&self, left: impl Fn(&Self) -> Duration + Send + 'static) -> Wait {
        let clock = self.clone();
        let mut changes = self.changes.subscribe();
        Box::pin(async move {
            if !clock.skipped.is_zero() && left(&clock) <= clock.skipped {
                tokio::time::sleep(SKIP_DELAY).await;
                clock.advance(left(&clock));
                return;
            }
            loop {
                let left = left(&clock);
                if left.is_zero() {
                    return;
                }
                let end = async {
                    match clock.began {
                        Some(_) => tokio::time::sleep(left).await,
                        None => std::future::pending().await,
                    }
                };
                tokio::select! {
                    // The sender cannot be gone: this future has a clone of the clock.
                    _ = changes.changed() => {}
                    () = end => {}
                }
            }
        })
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        let wrong_by = self.changes.borrow().wrong_by;
        let time = self.true_time();
        time.checked_add(wrong_by).unwrap_or(time)
    }

    fn uptime(&self) -> Duration {
        self.start.1 + self.ran()
    }

    fn sleep_until(&self, instant: Timestamp) -> Wait {
        self.wait(move |clock| super::until(clock.now(), instant))
    }

    fn sleep(&self, duration: Duration) -> Wait {
        let end = self.uptime().saturating_add(duration);
        self.wait(move |clock| end.saturating_sub(clock.uptime()))
    }
}
