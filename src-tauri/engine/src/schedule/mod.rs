//! When posts go out: moments in a creator's zone, weekly slots, what to expect of TikTok's limits, and what is due.

mod due;
mod forecast;
mod moment;
mod notices;
mod slots;

use std::time::Duration;

use jiff::civil;
use slipway_core::views::Weekday;

pub(crate) use due::{Due, judge};
pub(crate) use forecast::{NearLimit, forecast};
pub(crate) use moment::{
    MAX_AHEAD, Resolved, check, resolve, resolve_in, system_zone, time_of_day, zone_named,
    zone_names,
};
pub(crate) use notices::{explain as explain_in, text::TEXTS};
pub(crate) use slots::{SlotStore, next_free};

/// A moment or a slot cannot be used as it is.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScheduleError {
    /// Not a date with a time of day, or one that no calendar has.
    #[error("[Schedule] Read failed: {text:?} is no date with a time of day")]
    DateTime {
        /// What was given.
        text: String,
    },
    /// Not a time of day.
    #[error("[Schedule] Read failed: {text:?} is no time of day")]
    TimeOfDay {
        /// What was given.
        text: String,
    },
    /// The zone is not in the IANA database.
    #[error("[Schedule] Read failed: {name:?} is no known time zone")]
    UnknownZone {
        /// What was given.
        name: String,
    },
    /// The moment is over.
    #[error("[Schedule] Check failed: the moment has passed")]
    Past,
    /// The moment is further ahead than Slipway plans.
    #[error("[Schedule] Check failed: the moment is more than {} days ahead", days(*.max))]
    TooFarAhead {
        /// How far ahead a moment may be.
        max: Duration,
    },
    /// The account has no weekly slots to choose from.
    #[error("[Schedule] Find failed: the account has no weekly slots")]
    NoSlots,
    /// The database did not do what it was asked.
    #[error("[Schedule] Store failed: {0}")]
    Store(#[from] sqlx::Error),
}

/// `duration` in whole days.
pub(crate) fn days(duration: Duration) -> u64 {
    duration.as_secs() / Duration::from_hours(24).as_secs()
}

#[cfg(test)]
pub(crate) mod tests {
    use jiff::{Timestamp, tz::TimeZone};
    use proptest::prelude::*;

    use super::zone_named;
    use slipway_core::clock;

    /// Zones of every kind: an hour in the north and in the south, half an hour, none, a day left out, and
    /// changes at midnight.
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

    /// A zone with an instant between 2005 and 2037, as a rule within three days of a change of its clocks.
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
