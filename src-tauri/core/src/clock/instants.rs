//! Saturating arithmetic on instants.

use std::time::Duration;

use jiff::Timestamp;

/// `instant` plus `duration`; at most the latest timestamp.
pub fn after(instant: Timestamp, duration: Duration) -> Timestamp {
    instant.checked_add(duration).unwrap_or(Timestamp::MAX)
}

/// `instant` minus `duration`; at least the earliest timestamp.
pub fn before(instant: Timestamp, duration: Duration) -> Timestamp {
    instant.checked_sub(duration).unwrap_or(Timestamp::MIN)
}

/// The instant of a stored number of milliseconds since 1970.
pub fn from_millis(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX)
}

/// The time from `now` until `instant`; zero if it has passed.
pub fn until(now: Timestamp, instant: Timestamp) -> Duration {
    Duration::try_from(instant.duration_since(now)).unwrap_or(Duration::ZERO)
}
