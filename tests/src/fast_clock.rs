//! A clock that runs faster than the computer's, and shows the same time in several processes.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use slipway_engine::clock::{Clock, Wait};

/// The variable with the clock of an engine process: `<unix milliseconds at the start>,<factor>`.
pub const VARIABLE: &str = "SLIPWAY_TEST_TIME";

/// A clock that starts at the computer's time and runs `factor` times as fast.
///
/// It depends on the computer's clock alone, so processes with the same start and factor agree to the millisecond.
/// Setting the computer's clock during a test would disturb it.
#[derive(Debug, Clone, Copy)]
pub struct FastClock {
    start: Duration,
    factor: u32,
}

impl FastClock {
    /// A clock that starts now.
    pub fn starting_now(factor: u32) -> Self {
        let start = Duration::from_millis(u64::try_from(real().as_millis()).unwrap());
        Self { start, factor }
    }

    /// The clock that the environment describes, if any.
    pub fn from_env() -> Option<Self> {
        let text = std::env::var(VARIABLE).ok()?;
        let (start, factor) = text.split_once(',').expect("<unix milliseconds>,<factor>");
        Some(Self {
            start: Duration::from_millis(start.parse().expect("unix milliseconds")),
            factor: factor.parse().expect("a factor"),
        })
    }

    /// The value of [`VARIABLE`] for the same clock in another process.
    pub fn to_env(self) -> String {
        format!("{},{}", self.start.as_millis(), self.factor)
    }

    /// The time on the computer's clock that `wait` on this clock takes.
    pub fn real(self, wait: Duration) -> Duration {
        wait / self.factor
    }

    fn ran(self) -> Duration {
        real().saturating_sub(self.start) * self.factor
    }
}

/// The time since 1970 on the computer's clock.
fn real() -> Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("it is later than 1970")
}

impl Clock for FastClock {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH + self.start + self.ran()
    }

    fn uptime(&self) -> Duration {
        self.ran()
    }

    fn sleep_until(&self, instant: Timestamp) -> Wait {
        let clock = *self;
        Box::pin(async move {
            while clock.now() < instant {
                let left = instant.duration_since(clock.now());
                let left = clock.real(Duration::try_from(left).unwrap_or_default());
                tokio::time::sleep(left.max(Duration::from_millis(1))).await;
            }
        })
    }

    fn sleep(&self, duration: Duration) -> Wait {
        Box::pin(tokio::time::sleep(self.real(duration)))
    }
}
