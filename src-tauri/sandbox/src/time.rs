//! Arithmetic on instants.

use std::time::Duration;

use jiff::Timestamp;

/// An instant plus a duration, held at the end of time.
pub(crate) fn later(from: Timestamp, by: Duration) -> Timestamp {
    from.checked_add(by).unwrap_or(Timestamp::MAX)
}
