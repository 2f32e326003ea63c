//! The clock: the time of day, the uptime, and waiting.

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

/// A pending wait.
pub type Wait = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The source of time. Tests use [`test_clock::TestClock`], so that none of them sleeps.
pub trait Clock: Debug + Send + Sync + 'static {
    /// The present time.
    fn now(&self) -> Timestamp;

    /// A monotonic time. Only differences are meaningful.
    fn uptime(&self) -> Duration;

    /// Waits until `instant`, including when the computer sleeps or its clock is set meanwhile.
    fn sleep_until(&self, instant: Timestamp) -> Wait;

    /// Waits for `duration` of [`Clock::uptime`]. Setting the clock has no effect.
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
