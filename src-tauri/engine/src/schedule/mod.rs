//! When posts are published: local times, weekly slots, the forecast of TikTok's daily limits, and due posts.

mod due;
mod forecast;
mod moment;
mod notices;
mod slots;

use std::time::Duration;

pub(crate) use due::{Due, WAKE_UP, judge};
pub(crate) use forecast::{NearLimit, forecast};
pub(crate) use moment::{
    MAX_AHEAD, Resolved, check, resolve, resolve_in, system_zone, time_of_day, zone_named,
    zone_names,
};
pub(crate) use notices::{explain as explain_in, text::TEXTS};
pub(crate) use slots::{SlotStore, next_free};

/// A time or a slot is invalid.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScheduleError {
    /// The text is not a date with a time of day, or the date does not exist.
    #[error("[Schedule] Read failed: {text:?} is no date with a time of day")]
    DateTime {
        /// The text that was given.
        text: String,
    },
    /// The text is not a time of day.
    #[error("[Schedule] Read failed: {text:?} is no time of day")]
    TimeOfDay {
        /// The text that was given.
        text: String,
    },
    /// The zone is not in the IANA database.
    #[error("[Schedule] Read failed: {name:?} is no known time zone")]
    UnknownZone {
        /// The text that was given.
        name: String,
    },
    /// The time is in the past.
    #[error("[Schedule] Check failed: the moment has passed")]
    Past,
    /// The time is further ahead than Slipway schedules.
    #[error("[Schedule] Check failed: the moment is more than {} days ahead", days(*.max))]
    TooFarAhead {
        /// The largest distance of a time.
        max: Duration,
    },
    /// The account has no weekly slots.
    #[error("[Schedule] Find failed: the account has no weekly slots")]
    NoSlots,
    /// The database refused the operation.
    #[error("[Schedule] Store failed: {0}")]
    Store(#[from] sqlx::Error),
}

/// Returns a duration in whole days, rounded down.
pub(crate) fn days(duration: Duration) -> u64 {
    duration.as_secs() / Duration::from_hours(24).as_secs()
}

#[cfg(test)]
pub(crate) mod tests {
    use jiff::{Timestamp, tz::TimeZone};
    use proptest::prelude::*;

    use super::zone_named;
    use slipway_core::clock;

    /// Zones with all kinds of clock changes: an hour in the north and in the south, half an hour, none, a skipped day,
    /// and changes at midnight.
    const ZONES: [&str; 9] = [
        "Europe/Vienna",
        "America/New_York",
        "Australia/Lord_Howe",
        "Asia/Kolkata",
        "Pacific/Apia",
        "America/Santiago",
        "America/St_Johns",
        "Africa/Casablanca",
        "UTC",
    ];

    /// A zone and an instant between 2005 and 2037, mostly within three days of a clock change.
    pub(crate) fn zoned_instant() -> impl Strategy<Value = (TimeZone, Timestamp)> {
        let reach = 3 * 86_400_i64;
        (
            prop::sample::select(&ZONES[..]),
            1_104_537_600..2_114_380_800_i64,
            prop::bool::weighted(0.8),
            -reach..reach,
        )
            .prop_map(|(name, base, near_change, off)| {
                let zone = zone_named(name).unwrap();
                let base = Timestamp::from_second(base).unwrap();
                let change = zone.following(base).next().map(|change| change.timestamp());
                let around = if near_change {
                    change.unwrap_or(base)
                } else {
                    base
                };
                let seconds = around.as_second() + off;
                (zone, clock::from_millis(seconds * 1000))
            })
    }
}
