//! A clock that runs faster than the computer's, and the same in every process that is told of it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use slipway_engine::clock::{Clock, Wait};

/// Where an engine of its own finds its clock: `<unix milliseconds at the start>,<factor>`.
pub const VARIABLE: &str = "SLIPWAY_TEST_TIME";

/// At its start it shows the computer's time; from there it runs `factor` times as fast.
///
/// It reads nothing but the computer's clock, so two processes with the same start and factor agree to the
/// millisecond. A test on it is as good as a computer whose clock is not set meanwhile.
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

    /// The clock that the environment tells of, if it does.
    pub fn from_env() -> Option<Self> {
        let text = std::env::var(VARIABLE).ok()?;
        let (start, factor) = text.split_once(',').expect("<unix milliseconds>,<factor>");
        Some(Self {
            start: Duration::from_millis(start.parse().expect("unix milliseconds")),
            factor: factor.parse().expect("a factor"),
        })
    }

    /// What [`VARIABLE`] must hold for the same clock in another process.
    pub fn to_env(self) -> String {
        format!("{},{}", self.start.as_millis(), self.factor)
    }

    /// How long `wait` on this clock takes on the computer's.
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
