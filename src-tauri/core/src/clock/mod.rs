//! The one clock: what time it is, and waiting for a later one.

mod alarm;
mod instants;
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

pub use instants::{after, before, from_millis, until};

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
