//! Arithmetic on instants.

use std::time::Duration;

use jiff::Timestamp;

/// Adds a duration to an instant, limited to the latest instant.
pub(crate) fn saturating_add(from: Timestamp, by: Duration) -> Timestamp {
    from.checked_add(by).unwrap_or(Timestamp::MAX)
}
