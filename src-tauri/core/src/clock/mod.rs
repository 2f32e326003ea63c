//! The one clock: what time it is, and waiting for a later one.

mod alarm;
#[doc(hidden)]
pub mod test_clock;

use std::{
    fmt::Debug,
    future::Future,
    pin::Pin,
    sync::LazyLock,
    time::{Duration, Instant},
};

use jiff::Timestamp;

/// A wait under way.
pub type Wait = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Tells the time and waits. Tests bring their own, so that none of them sleeps.
pub trait Clock: Debug + Send + Sync + 'static {
    /// The present instant.
    fn now(&self) -> Timestamp;

    /// How long this clock runs: never goes back and is never set. Only differences mean something.
    fn uptime(&self) -> Duration;

    /// Waits until it is `instant`, also when the computer sleeps or its clock is set meanwhile.
    fn sleep_until(&self, instant: Timestamp) -> Wait;

    /// Waits for `duration` of [`Clock::uptime`], whatever the time of day is set to meanwhile.
    fn sleep(&self, duration: Duration) -> Wait;
}

/// The computer's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn uptime(&self) -> Duration {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        START.elapsed()
    }

    fn sleep(&self, duration: Duration) -> Wait {
        Box::pin(tokio::time::sleep(duration))
    }

    fn sleep_until(&self, instant: Timestamp) -> Wait {
        Box::pin(alarm::until(instant))
    }
}

/// `duration` after `instant`, or the end of time.
pub fn after(instant: Timestamp, duration: Duration) -> Timestamp {
    instant.checked_add(duration).unwrap_or(Timestamp::MAX)
}

/// `duration` before `instant`, or the beginning of time.
pub fn before(instant: Timestamp, duration: Duration) -> Timestamp {
    instant.checked_sub(duration).unwrap_or(Timestamp::MIN)
}

/// The instant that a stored number of milliseconds stands for.
pub fn from_millis(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX)
}

/// How long it is from `now` until `instant`; nothing when it has passed.
pub fn until(now: Timestamp, instant: Timestamp) -> Duration {
    Duration::try_from(instant.duration_since(now)).unwrap_or(Duration::ZERO)
}
